"""Critical rhythms and false alarms on the labelled samples. No peer marks critical values, so ours stand alone.

Truth: the diagnoses in the headers of LUDB (words) and of the CinC 2021 samples (SNOMED CT codes). The CU database
comes without annotations: its spans of ventricular fibrillation were marked here by eye, well inside each episode.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import scipy.io

from benchmarks.ecg_protocol import truth
from ecg.analysis import analyse
from ecg.analysis.interpretation import Interpretation, interpret

CU_HZ, CU_UV = 250.0, 2.5  # 400 units a millivolt
# seconds of (fibrillation, rhythm with beats) in each record
CU_SPANS: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "cu01m": ((216, 505), (0, 212)),
    "cu05m": ((361, 440), (228, 280)),
    "cu08m": ((440, 480), (180, 220)),
    "cu16m": ((260, 315), (0, 250)),
    "cu24m": ((358, 415), (0, 200)),
    "cu34m": ((390, 408), (0, 112)),
}
WINDOW_S = 10
SINUS = {"426783006", "426177001", "427084000", "427393009"}  # rhythm, bradycardia, tachycardia, arrhythmia
ATRIAL = {"164889003", "164890007"}  # fibrillation, flutter
BLOCK, ELEVATION = {"27885002"}, {"164931005"}


@dataclass
class Tally:
    """Which labelled records were marked and which were not."""

    hit: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def add(self, name: str, marked: bool) -> None:
        """Count one record."""
        (self.hit if marked else self.missed).append(name)

    @property
    def share(self) -> float:
        """Per cent marked; NaN without a record."""
        count = len(self.hit) + len(self.missed)
        return 100.0 * len(self.hit) / count if count else float("nan")


def rows(samples: Path) -> list[dict[str, Any]]:
    """The rows of the bench; what the folder lacks is left out."""
    tallies, times = measure(samples / "wfdb")
    out = []
    for name, sign, goal in (
        ("ventricular fibrillation marked, 10 s windows", "≥", 100.0),
        ("fibrillation falsely marked, 10 s windows with beats", "≤", 2.0),
        ("third-degree block marked", "≥", 100.0),
        ("ST elevation marked", "≥", 100.0),
        ("sinus records with a false critical mark", "≤", 2.0),
        ("atrial fibrillation or flutter: sensitivity", "", 0.0),
        ("atrial fibrillation or flutter: false on other records", "", 0.0),
    ):
        tally = tallies[name]
        if tally.hit or tally.missed:
            out.append(_row(name, tally, sign, goal))
    if times:
        ours = round(1000 * float(np.median(times)), 2)
        out.append(_plain("interpretation of a 10 s 12-lead, one core", "ms", ours, "≤ 3", ours <= 3.0))
    return out


def _row(name: str, tally: Tally, sign: str, goal: float) -> dict[str, Any]:
    share = tally.share
    met = None if not sign else share >= goal if sign == "≥" else share <= goal
    named = tally.missed if sign == "≥" else tally.hit
    words = f"{name} ({len(tally.hit)} of {len(tally.hit) + len(tally.missed)}"
    words += f"; {'missed' if sign == '≥' else 'marked'}: {' '.join(named[:8])})" if sign and named else ")"
    return _plain(words, "%", round(share, 2), f"{sign} {goal:g}" if sign else "", met)


def _plain(figure: str, unit: str, ours: float, goal: str, met: bool | None) -> dict[str, Any]:
    return {
        "figure": figure, "unit": unit, "ours": ours, "peer": "none", "peer_value": None, "ratio": None,
        "goal": goal, "met": met,
    }  # fmt: skip


def measure(wfdb: Path) -> tuple[dict[str, Tally], list[float]]:
    """The tallies by figure, and the seconds each interpretation of a labelled record took."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    times: list[float] = []
    _cu(wfdb / "cudb", tallies)
    for folder in ("ludb", "cinc2021"):
        for record in truth.records(wfdb / folder):
            label = labels((record.with_suffix(".hea")).read_text(encoding="utf-8", errors="replace"))
            found, seconds = _interpreted(record)
            times.append(seconds)
            _count(f"{folder}/{record.name}", label, found, tallies)
    return tallies, times


def labels(header: str) -> set[str]:
    """Of "sinus", "atrial", "block", "elevation", "paced": what the header's comments say of the recording."""
    lines = [line.lstrip("# ") for line in header.splitlines() if line.startswith("#")]
    words = " ".join(lines)
    dx = {code.strip() for line in lines if line.startswith("Dx:") for code in line[3:].split(",")}
    tests = {
        "sinus": "Rhythm: Sinus" in words or bool(dx & SINUS),
        "atrial": "Rhythm: Atrial f" in words or bool(dx & ATRIAL),
        "block": "III degree AV" in words or bool(dx & BLOCK),
        "elevation": any(line.startswith("STEMI") for line in lines) or bool(dx & ELEVATION),
        "paced": "pacing" in words,
    }
    return {name for name, true in tests.items() if true}


def _interpreted(record: Path) -> tuple[Interpretation, float]:
    read = truth.load(record)
    measured = analyse(read.signals, read.leads, read.fs)
    times = []
    for _ in range(3):
        before = process_time()
        found = interpret(read.signals, read.leads, read.fs, None, measured)
        times.append(process_time() - before)
    return found, min(times)


def _count(name: str, label: set[str], found: Interpretation, tallies: dict[str, Tally]) -> None:
    marked = {one.code for one in found.critical.suspicions}
    if "block" in label:
        tallies["third-degree block marked"].add(name, "third-degree-av-block" in marked)
    if "elevation" in label:
        tallies["ST elevation marked"].add(name, "st-elevation" in marked)
    if "sinus" in label and not label & {"block", "elevation", "atrial"}:
        tallies["sinus records with a false critical mark"].add(name, bool(marked))
    fibrillates = found.rhythm.atrial in ("atrial-fibrillation", "atrial-flutter")
    wanted = "sensitivity" if "atrial" in label else "false on other records"
    tallies[f"atrial fibrillation or flutter: {wanted}"].add(name, fibrillates)


def _cu(folder: Path, tallies: dict[str, Tally]) -> None:
    """Windows of 10 s, one after the other, of the marked spans."""
    for name, spans in CU_SPANS.items():
        path = folder / f"{name}.mat"
        if not path.is_file():
            continue
        signals = scipy.io.loadmat(path)["val"][:1].astype(np.float64) * CU_UV
        for (first, end), figure in zip(
            spans, ("ventricular fibrillation marked, 10 s windows",
                    "fibrillation falsely marked, 10 s windows with beats"), strict=True,
        ):  # fmt: skip
            for at in range(first, end - WINDOW_S + 1, WINDOW_S):
                part = signals[:, round(at * CU_HZ) : round((at + WINDOW_S) * CU_HZ)]
                found = interpret(part, ("ECG",), CU_HZ, None, analyse(part, ("ECG",), CU_HZ))
                marked = any(one.code == "ventricular-fibrillation" for one in found.critical.suspicions)
                tallies[figure].add(f"{name}@{at}s", marked)
