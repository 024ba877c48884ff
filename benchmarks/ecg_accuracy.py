"""How accurate the ECG analysis is on the sample databases, ours and the peer in one run: `make bench NAME=ecg`.

`python -m benchmarks.ecg_accuracy` measures and writes docs/ecg-accuracy.md. The peer of R peaks is wfdb's gqrs (MIT),
measured here; of boundaries ecgpuwave, whose annotations come with the QT Database.
"""

import json
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from benchmarks.ecg_protocol import runs, scoring, truth
from benchmarks.ecg_protocol.page import Measured, accuracy_page
from ecg.analysis import analyse

ROOT = Path(__file__).resolve().parent.parent
LIMITS = {"PR": (10.0, 10.0), "QRS": (10.0, 10.0), "QT": (25.0, 30.0)}  # IEC 60601-2-51 table 50.101, biological ECGs
SPREADS = {"p_on": 13.0, "qrs_on": 8.0, "qrs_off": 8.0, "t_end": 18.0}


def rows(samples: Path) -> list[dict[str, Any]]:
    """The rows of the bench; databases that are not in the folder are left out."""
    return measure(samples).rows


def measure(samples: Path) -> Measured:
    """Everything measured: the rows, and what the page says record by record."""
    found = Measured()
    wfdb = samples / "wfdb"
    if truth.records(wfdb / "ludb"):
        _speed(wfdb / "ludb", found)  # first, while the process is fresh
    if truth.records(wfdb / "mitdb"):
        _r_peaks(wfdb, found)
    if truth.records(wfdb / "qtdb"):
        _boundaries(wfdb / "qtdb", found)
    if truth.records(wfdb / "ludb"):
        _ludb(wfdb / "ludb", found)
    _machines(samples, found)
    return found


def write_accuracy_page(samples: Path, page: Path) -> None:
    """Measure and write the page. Raises FileNotFoundError when the folder of samples is not there."""
    if not samples.is_dir():
        raise FileNotFoundError(f"{samples}: the sample recordings are needed to write {page.name}")
    found = measure(samples)
    last = ROOT / "build" / "bench" / "ecg.json"
    if last.is_file():
        bench = json.loads(last.read_text(encoding="utf-8"))
        mine = {_stem(row["figure"]) for row in found.rows}
        found.bench = [row for row in bench["rows"] if _stem(row["figure"]) not in mine]
        found.bench_at = bench["measured_at"][:10]
    page.write_text(accuracy_page(found), encoding="utf-8")


def _stem(figure: str) -> str:
    return figure.split(",", maxsplit=1)[0]


def _row(
    figure: str, unit: str, ours: float, goal: tuple[str, float], peer: tuple[str, float | None]
) -> dict[str, Any]:
    """`goal` is ("≤" or "≥" or "", number); `peer` its name and value in the same unit."""
    sign, number = goal
    met = None if not sign else ours <= number if sign == "≤" else ours >= number
    ratio = ours / peer[1] if peer[1] else None
    return {
        "figure": figure, "unit": unit, "ours": round(ours, 3), "peer": peer[0],
        "peer_value": None if peer[1] is None else round(peer[1], 3),
        "ratio": None if ratio is None else round(ratio, 3),
        "goal": f"{sign} {number:g}" if sign else "", "met": met,
    }  # fmt: skip


def _r_peaks(wfdb: Path, found: Measured) -> None:
    for name, goal in (("mitdb", 99.85), ("qtdb", 99.95), ("svdb", 99.85)):
        counts, seconds = runs.r_peaks(wfdb / name)
        if not counts:
            continue
        total = scoring.total(counts.values())
        peer = scoring.total(runs.r_peaks_of_gqrs(wfdb / name).values()) if name == "mitdb" else None
        beats = total.hits + len(total.missed)
        for what, ours, theirs in (
            ("sensitivity", total.sensitivity, peer and peer.sensitivity),
            ("predictivity", total.predictivity, peer and peer.predictivity),
        ):
            figure = f"R peaks {name}, {len(counts)} records, {beats} beats: {what}"
            found.rows.append(_row(figure, "%", ours, ("≥", goal), ("wfdb gqrs" if peer else "", theirs or None)))
        found.rows.append(_row(f"R peaks {name}: time of detection", "s", seconds, ("", 0), ("", None)))
        found.r_peaks[name] = counts


def _boundaries(folder: Path, found: Measured) -> None:
    ours, peer = runs.qtdb_boundaries(folder), runs.qtdb_peer(folder)
    found.boundaries = ours
    for mark in ("p_on", "p_off", "qrs_on", "qrs_off", "t_peak", "t_end"):
        mean, sd, _ = scoring.summary(ours, mark)
        peer_mean, peer_sd, _ = scoring.summary(peer, mark)
        goal = ("≤", SPREADS[mark]) if mark in SPREADS else ("", 0.0)
        found.rows.append(_row(f"QTDB {mark}: mean of per-record SD", "ms", sd, goal, ("ecgpuwave", peer_sd)))
        bias = ("≤", 4.0) if mark.startswith("qrs") else ("", 0.0)
        found.rows.append(_row(f"QTDB {mark}: absolute mean", "ms", abs(mean), bias, ("ecgpuwave", abs(peer_mean))))


def _ludb(folder: Path, found: Measured) -> None:
    figures, errors = runs.ludb(folder)
    found.p_waves, found.ludb = figures, errors
    share = 100.0 * figures.fibrillation_p / max(1, figures.fibrillation_beats)
    beats = f"{figures.fibrillation_beats} beats"
    found.rows += [
        _row("LUDB, 12 leads, P onset: sensitivity", "%", figures.onsets.sensitivity, ("≥", 97.0), ("", None)),
        _row("LUDB, 12 leads, P onset: predictivity", "%", figures.onsets.predictivity, ("≥", 95.0), ("", None)),
        _row(f"LUDB, P waves reported in fibrillation ({beats})", "%", share, ("≤", 5.0), ("", None)),
    ]


def _machines(samples: Path, found: Measured) -> None:
    found.machines = runs.machine_values(samples)
    for name, (mean_limit, sd_limit) in LIMITS.items():
        errors = [ours - theirs for _, what, theirs, ours in found.machines if what == name]
        if errors:
            mean, sd = scoring.mean_sd(errors)
            figure = f"{name} against the cart, {len(errors)} files"
            found.rows.append(_row(f"{figure}: absolute mean", "ms", abs(mean), ("≤", mean_limit), ("", None)))
            found.rows.append(_row(f"{figure}: SD", "ms", sd, ("≤", sd_limit), ("", None)))


def _speed(folder: Path, found: Measured) -> None:
    """Processor time of an analysis of 10 s, 12 leads, 500 Hz: the median of five runs of each record."""
    medians = []
    for path in truth.records(folder):
        recording = truth.load(path)
        times = []
        for _ in range(7):
            start = process_time()
            analyse(recording.signals, recording.leads, recording.fs)
            times.append(process_time() - start)
        medians.append(float(np.median(times[2:])) * 1000)
    figure = f"Measuring 10 s of 12 leads, processor time, {len(medians)} records"
    found.rows.append(_row(f"{figure}: median", "ms", float(np.median(medians)), ("≤", 15.0), ("", None)))
    found.rows.append(_row(f"{figure}: slowest", "ms", max(medians), ("", 0.0), ("", None)))


if __name__ == "__main__":
    write_accuracy_page(ROOT.parent / "shared" / "samples" / "ecg", ROOT / "docs" / "ecg-accuracy.md")
