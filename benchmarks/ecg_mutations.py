"""Damaged recordings of every format: python -m benchmarks.ecg_mutations SAMPLES COUNT prints one JSON line.

A process of its own, so that the largest memory it ever held is the readers' and nobody else's. A fixed seed.
"""

import json
import random
import sys
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np

from ecg.model import Bundle, EcgRecord, Part, UnreadableEcg
from ecg.readers import read
from ecg.writers.csv import write_csv

SEED = 20_221_122
FOLDERS = ("dicom", "aecg", "muse_xml", "cardiosoft_xml", "sierra_xml", "scp", "contec", "edf", "mfer")
RECORDS = ("muse_xml/muse-sinus", "ludb/1", "mitdb/100", "cinc2021/JS20000")  # WFDB, header and signal
_LARGEST = 2_000_000


def originals(samples: Path) -> list[tuple[Bundle, EcgRecord]]:
    """Every readable recording of the samples with its record, one declared CSV, one ZIP."""
    paths = [path for folder in FOLDERS for path in sorted(samples.glob(f"{folder}/*"))]
    bundles: list[Bundle] = [(Part("upload", path.read_bytes()),) for path in paths]
    for name in RECORDS:
        base = samples / name if "muse" in name else samples / "wfdb" / name
        parts = [base.with_suffix(suffix) for suffix in (".hea", ".dat", ".mat")]
        bundles.append(tuple(Part(path.name, path.read_bytes()) for path in parts if path.is_file()))
    small = [bundle for bundle in bundles if sum(len(part.data) for part in bundle) <= _LARGEST]
    found = [(bundle, record) for bundle in small if (record := _read(bundle)) is not None]
    table = write_csv(found[0][1])
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        members.writestr("a.xml", next(one for one, record in found if record.source_format == "muse")[0].data)
    extras: tuple[Bundle, ...] = (table, (Part("upload", archive.getvalue()),))
    return found + [(extra, read(extra)) for extra in extras]


def _read(bundle: Bundle) -> EcgRecord | None:
    try:
        return read(bundle)
    except UnreadableEcg:
        return None


def _cut(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(len(data)) :]


def _flip(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 1, 3, 20))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _spoil_header(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 3, 20))):
        data[rng.randrange(min(len(data), 8000))] = rng.randrange(256)


def _lose(data: bytearray, rng: random.Random) -> None:
    start = rng.randrange(len(data))
    del data[start : start + rng.choice((1, 4, 100, 5000))]


def _blank(data: bytearray, rng: random.Random) -> None:
    start = rng.randrange(len(data))
    length = min(rng.choice((1, 2, 4, 64, 2000)), len(data) - start)
    data[start : start + length] = bytes((rng.choice((0, 255, 48, 60)),)) * length


DAMAGES: tuple[Callable[[bytearray, random.Random], None], ...] = (_cut, _flip, _spoil_header, _lose, _blank)


def _total(record: EcgRecord) -> int:
    return sum(lead.samples.size for group in record.groups for lead in group.leads)


def _honest(record: EcgRecord, whole: EcgRecord, damage: object) -> bool:
    """No sample more than the whole file held, missing is NaN, and of a cut file only what was there."""
    if _total(record) > _total(whole):
        return False
    leads = [lead for group in record.groups for lead in group.leads]
    if any(not np.array_equal(np.isnan(lead.samples), lead.missing) for lead in leads):
        return False
    if damage is not _cut:
        return True
    truths = [lead for group in whole.groups for lead in group.leads]
    return all(
        np.array_equal(lead.samples, truth.samples[: lead.samples.size], equal_nan=True)
        for lead, truth in zip(leads, truths, strict=False)
    )


def _peak_mb() -> float:
    """The most that this program ever held. Not getrusage: that counts what its parent held before it began."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main(samples: Path, count: int) -> dict[str, float | str]:
    """Read `count` damaged files; how many crashed, were slow, or came back with a signal that was not there."""
    rng = random.Random(SEED)
    seeds = originals(samples)
    result: dict[str, float | str] = {"read": 0, "refused": 0, "crashed": 0, "invented": 0, "slow": 0}
    slowest, notes = 0.0, list[str]()
    for _ in range(count):
        bundle, whole = rng.choice(seeds)
        index, damage = rng.randrange(len(bundle)), rng.choice(DAMAGES)
        data = bytearray(bundle[index].data)
        damage(data, rng)
        parts = tuple(Part(p.name, bytes(data) if i == index else p.data) for i, p in enumerate(bundle))
        started = time.process_time()
        try:
            outcome = "read" if _honest(read(parts), whole, damage) else "invented"
        except UnreadableEcg:
            outcome = "refused"
        except Exception as error:  # noqa: BLE001 - that nothing else comes out is what is measured
            outcome = "crashed"
            notes.append(f"{whole.source_format} {damage.__name__}: {error!r}")
        took = time.process_time() - started
        slowest = max(slowest, took)
        result[outcome] = int(result[outcome]) + 1
        result["slow"] = int(result["slow"]) + (took > 1.0)
        if outcome == "invented":
            notes.append(f"{whole.source_format} {damage.__name__} {index}: a signal that was not there")
    return {
        **result,
        "slowest_ms": slowest * 1000,
        "peak_mb": _peak_mb(),
        "files": count,
        "note": "; ".join(sorted(set(notes))),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))) + "\n")
