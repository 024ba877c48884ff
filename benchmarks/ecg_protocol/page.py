"""docs/ecg-accuracy.md, written from the results: figures, protocol, and every record with misses."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from benchmarks.ecg_protocol import scoring
from benchmarks.ecg_protocol.runs import PFigures

PROTOCOL = """\
## How it is scored

- **R peaks**: whole records, all leads of the file together, one-to-one matching within 150 ms (ANSI/AAMI EC57),
  every beat annotation counts; spans of ventricular fibrillation are left out. The peer sees the first lead.
- **QTDB boundaries**: the first cardiologist's marks (`q1c`), each compared with the lead that comes closest (best of
  two leads), pairs within 150 ms; the mean is over all beats, the spread is the mean of the standard deviations of
  the records with four or more marks, as the literature gives it (Martinez 2004). ecgpuwave's marks are those that
  the database carries.
- **LUDB**: every lead by itself, P onsets matched within 150 ms between the first and the last mark of the lead, since
  the first and last beats are not annotated. Fibrillation: the share of our beats with a P wave in records whose
  rhythm is atrial fibrillation.
- **Machine values**: our global PR, QRS and QT against those that the cart stored in the file; carts differ among
  themselves. The limits are those of IEC 60601-2-51 table 50.101 for biological ECGs (from memory, to be confirmed in
  the standard itself).
- The constants of `ecg/analysis` were chosen with these samples in view, none held back: the figures are optimistic
  to that degree. Recordings kept apart are the real test.
"""
REASONS = {
    "SVG page gzipped, largest": (
        "Every sample is drawn. In leads full of muscle noise hardly one lies on the line of its neighbours; the steps "
        "of the worst page carry 16 kB of information before any word of SVG"
    ),
}


@dataclass
class Measured:
    """What one run found."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    r_peaks: dict[str, dict[str, scoring.Counts]] = field(default_factory=dict)
    boundaries: dict[str, scoring.Errors] = field(default_factory=dict)
    ludb: dict[str, scoring.Errors] = field(default_factory=dict)
    p_waves: PFigures = field(default_factory=PFigures)
    machines: list[tuple[str, str, float, float]] = field(default_factory=list)
    bench: list[dict[str, Any]] = field(default_factory=list)  # the other figures of the last `make bench NAME=ecg` …
    bench_at: str = ""  # … and when that was


def accuracy_page(found: Measured) -> str:
    """The page as Markdown."""
    parts = [
        "# How accurate the ECG analysis is",
        "",
        "Written by `python -m benchmarks.ecg_accuracy` from the sample recordings on "
        f"{datetime.now(UTC):%Y-%m-%d}; do not edit. 本页由命令写成，请勿手改。",
        "",
        *_figures(found.rows),
        "",
        *_bench(found),
        PROTOCOL,
        *_missed(found.rows + found.bench),
        *_r_peak_records(found),
        *_boundary_records(found),
        *_p_records(found),
        *_machine_records(found),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _figures(rows: list[dict[str, Any]]) -> list[str]:
    lines = ["| Figure | Unit | Ours | Peer | Goal | Met |", "|---|---|---|---|---|---|"]
    for row in rows:
        peer = f"{row['peer']} {row['peer_value']:g}" if row["peer_value"] is not None else "–"
        met = {True: "yes", False: "**no**", None: "–"}[row["met"]]
        lines.append(
            f"| {row['figure']} | {row['unit']} | {_number(row['ours'])} | {peer} | {row['goal'] or '–'} | {met} |"
        )
    return lines


def _number(value: float) -> str:
    return f"{round(value, 3):g}"


def _bench(found: Measured) -> list[str]:
    """Loading, damaged files, critical rhythms and drawing: measured by the bench, not by this command."""
    if not found.bench:
        return []
    return [f"## The rest of `make bench NAME=ecg`, {found.bench_at}", "", *_figures(found.bench), ""]


def _missed(rows: list[dict[str, Any]]) -> list[str]:
    missed = [
        f"- {row['figure']}: {row['ours']:g} {row['unit']}, goal {row['goal']}{_why(row['figure'])}"
        for row in rows
        if row["met"] is False
    ]
    return ["## What is not reached", "", *(missed or ["Every goal is reached on these samples."]), ""]


def _why(figure: str) -> str:
    return next((f". {why}" for begins, why in REASONS.items() if figure.startswith(begins)), "")


def _r_peak_records(found: Measured) -> list[str]:
    lines = [
        "## R peaks, record by record",
        "",
        "| Record | Found | Missed at (sample) | False at (sample) |",
        "|---|---|---|---|",
    ]
    for database, records in found.r_peaks.items():
        for name, counts in records.items():
            lines.append(f"| {database}/{name} | {counts.hits} | {_places(counts.missed)} | {_places(counts.false)} |")
    return [*lines, ""]


def _places(samples: list[int]) -> str:
    shown = ", ".join(str(s) for s in samples[:12])
    return f"{len(samples)}: {shown}{', …' if len(samples) > 12 else ''}" if samples else "0"


def _boundary_records(found: Measured) -> list[str]:
    marks = ("p_on", "p_off", "qrs_on", "qrs_off", "t_peak", "t_end")
    lines = ["## QTDB, mean ± SD in ms (beats)", "", f"| Record | {' | '.join(marks)} |", "|---|" + "---|" * len(marks)]
    for name, errors in found.boundaries.items():
        lines.append(f"| {name} | " + " | ".join(_mean_sd(errors.get(mark, [])) for mark in marks) + " |")
    lines += [
        "",
        "## LUDB, all leads, all records, mean ± SD in ms (waves)",
        "",
        f"| {' | '.join(marks)} |",
        "|---" * len(marks) + "|",
    ]
    pooled = {mark: [e for errors in found.ludb.values() for e in errors.get(mark, [])] for mark in marks}
    return [*lines, "| " + " | ".join(_mean_sd(pooled[mark]) for mark in marks) + " |", ""]


def _mean_sd(errors: list[float]) -> str:
    return f"{np.mean(errors):.0f} ± {np.std(errors):.0f} ({len(errors)})" if errors else "–"


def _p_records(found: Measured) -> list[str]:
    lines = [
        "## LUDB P onsets, records with misses (waves over 12 leads)",
        "",
        "| Record | Found | Missed | False |",
        "|---|---|---|---|",
    ]
    for name, counts in found.p_waves.per_record.items():
        if counts.missed or counts.false:
            lines.append(f"| {name} | {counts.hits} | {len(counts.missed)} | {len(counts.false)} |")
    return [*lines, ""]


def _machine_records(found: Measured) -> list[str]:
    lines = [
        "## Machine values, file by file",
        "",
        "| File | Interval | Cart | Ours | Difference |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {what} | {theirs:g} | {ours:g} | {ours - theirs:+.0f} |"
        for name, what, theirs, ours in found.machines
    ]
    return [*lines, ""]
