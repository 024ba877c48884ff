"""Loading a cart's file: milliseconds per recording on one core, beside the peers; agreement; damaged files.

A load is the whole way from bytes to a checked `EcgRecord`. The figure of a format is the slowest of its files'
medians, for us and for the peer alike.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import peers
from ecg.model import EcgRecord, Part, UnreadableEcg
from ecg.readers import READERS, read

ROOT = Path(__file__).resolve().parent.parent
GOALS = {"dicom": 5.0, "scp": 20.0, "sierra": 25.0, "muse": 3.0, "aecg": 8.0}
FOLDERS = {
    "dicom": "dicom",
    "scp": "scp",
    "sierra": "sierra_xml",
    "muse": "muse_xml",
    "aecg": "aecg",
    "cardiosoft": "cardiosoft_xml",
    "contec": "contec",
    "edf": "edf",
}
REPEATS = 21
MUTATIONS = 10_000

_ECGDATAKIT = """
import json, statistics, sys, time, warnings
warnings.simplefilter("ignore")
from ecgdatakit import FileParser
parser, found = FileParser(), {}
for path in sys.argv[1:]:
    times = []
    try:
        for _ in range(9):
            start = time.process_time()
            parser.parse(path)
            times.append((time.process_time() - start) * 1000)
        found[path] = statistics.median(times)
    except ImportError:
        continue
    except Exception:
        found[path] = None
print(json.dumps(found))
"""


def _row(figure: str, unit: str, ours: float | None, goal: str, met: bool | None, **peer: Any) -> dict[str, Any]:
    value = peer.get("value")
    ratio = value / ours if value is not None and ours else None
    keys = {"figure": figure, "unit": unit, "ours": ours, "peer": peer.get("name"), "peer_value": value}
    return keys | {"ratio": ratio, "goal": goal, "met": met}


def _median(load: Callable[[], object]) -> float:
    """Milliseconds of processor time, so that neighbours on the machine do not count."""
    times = []
    for _ in range(REPEATS):
        started = time.process_time()
        load()
        times.append((time.process_time() - started) * 1000)
    return statistics.median(times)


def _readable(samples: Path, name: str) -> list[Path]:
    """The files of a format that hold a recording."""
    found = []
    for path in sorted((samples / FOLDERS[name]).iterdir()):
        bundle = (Part("upload", path.read_bytes()),)
        try:
            if READERS[name].recognises(bundle) and read(bundle).groups:
                found.append(path)
        except UnreadableEcg:
            continue
    return found


def _peer_times(paths: list[Path]) -> dict[str, float | None]:
    try:
        answer: dict[str, float | None] = peers.ask(_ECGDATAKIT, *map(str, paths))
    except (OSError, subprocess.SubprocessError, ValueError):
        return {}
    return answer


def _loads(samples: Path) -> list[dict[str, Any]]:
    files = {
        name: _readable(samples, name) for name in FOLDERS if name in READERS and (samples / FOLDERS[name]).is_dir()
    }
    theirs = _peer_times([path for paths in files.values() for path in paths])
    rows = []
    for name, paths in files.items():
        if not paths:
            continue
        ours = max(_median(partial(read, (Part("upload", path.read_bytes()),))) for path in paths)
        timed = [value for path in paths if (value := theirs.get(str(path))) is not None]
        goal = GOALS.get(name)
        asked = [path for path in paths if str(path) in theirs]
        peer = (
            {"name": f"ecgdatakit {len(timed)}/{len(asked)} files", "value": max(timed, default=None)} if asked else {}
        )
        met = ours <= goal if goal is not None else None
        rows.append(_row(f"load {name}, {len(paths)} files", "ms", ours, f"≤ {goal:g}" if goal else "", met, **peer))
    return rows


def _recording(path: Path) -> EcgRecord | None:
    try:
        return read((Part("upload", path.read_bytes()),))
    except (OSError, UnreadableEcg):
        return None


def _difference(one: EcgRecord | None, two: EcgRecord | None) -> float | None:
    """The largest difference in microvolts of the leads of two rhythms, None when either is not read."""
    if one is None or two is None or one.rhythm is None or two.rhythm is None:
        return None
    others = {lead.name: lead for lead in two.rhythm.leads}
    pairs = [(lead, others[lead.name]) for lead in one.rhythm.leads if lead.name in others]
    if not pairs or any(a.samples.size != b.samples.size for a, b in pairs):
        return float("inf")
    return max(float(np.abs(a.samples - b.samples).max()) for a, b in pairs)


def _twins(samples: Path) -> list[dict[str, Any]]:
    sierra = _recording(samples / "sierra_xml" / "ad4d3d80-d165_1-04_orig.xml")
    converted = _recording(samples / "aecg" / "ad4d3d80-d165_1-04_converted.xml")
    scp, example = _recording(samples / "scp" / "Example.scp"), _recording(samples / "aecg" / "Example_aECG.xml")
    rows = []
    for figure, difference, goal in (
        ("Sierra against its aECG twin", _difference(sierra, converted), 20.0),
        ("SCP Example against its aECG twin", _difference(scp, example), 0.0),
        ("MUSE XML against its WFDB twin", _muse_twin(samples), 4.88),
    ):
        if difference is not None:
            rows.append(_row(figure, "uV", difference, f"≤ {goal:g}", difference <= goal))
    return rows


def _muse_twin(samples: Path) -> float | None:
    """Against the twin's digits, which are whole microvolts (its stated gain of 200/mV is an exporter's mistake)."""
    record, header = _recording(samples / "muse_xml" / "muse-sinus.xml"), samples / "muse_xml" / "muse-sinus.hea"
    if record is None or record.rhythm is None or not header.is_file():
        return None
    names = [line.split()[-1] for line in header.read_text().splitlines()[1:13]]
    digits = np.fromfile(header.with_suffix(".dat"), "<i2").reshape(-1, 12)
    leads = {lead.name.upper(): lead.samples for lead in record.rhythm.leads}
    return max(float(np.abs(leads[name] - digits[:, column]).max()) for column, name in enumerate(names))


def _damaged(samples: Path) -> list[dict[str, Any]]:
    words = [sys.executable, "-W", "ignore", "-m", "benchmarks.ecg_mutations", str(samples), str(MUTATIONS)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=1800, cwd=ROOT)
    found = json.loads(done.stdout.splitlines()[-1])
    bad = found["crashed"] + found["invented"]
    what = f"{MUTATIONS:,} damaged files"
    return [
        _row(f"{what}: crashed or signal invented", "files", bad, "0", bad == 0),
        _row(f"{what}: the slowest", "ms", found["slowest_ms"], "≤ 1000", found["slowest_ms"] <= 1000),
        _row(f"{what}: memory of the process", "MB", found["peak_mb"], "≤ 300", found["peak_mb"] <= 300),
    ]


def rows(samples: Path) -> list[dict[str, Any]]:
    """Load times, agreement of twins, and damaged files."""
    return [*_loads(samples), *_twins(samples), *_damaged(samples)]
