"""The truth that comes with the sample databases, read with the wfdb package."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import wfdb
from numpy.typing import NDArray

from benchmarks.ecg_protocol.disturbance import DISTURBED

BEAT_SYMBOLS = frozenset("NLRBAaJSVrFejnE/fQ?")
MARKS = ("p_on", "p_peak", "p_off", "qrs_on", "r_peak", "qrs_off", "t_peak", "t_end")


@dataclass(frozen=True)
class Recording:
    """Signals in microvolts (n_leads, n), lead names as in the file, sampling frequency in hertz."""

    name: str
    signals: NDArray[np.float64]
    leads: tuple[str, ...]
    fs: float


@dataclass
class TrueBeat:
    """One annotated beat: its place and the boundaries a person marked, in samples."""

    r: int
    marks: dict[str, int] = field(default_factory=dict)


def records(folder: Path) -> list[Path]:
    """The records of a database folder, without suffix, in order of name; empty when the folder is not there."""
    return sorted(path.with_suffix("") for path in folder.glob("*.hea"))


def load(record: Path) -> Recording:
    """The signals of a record, disturbed as `DISTURBED` says. Millivolts become microvolts."""
    read = wfdb.rdrecord(str(record))
    signals, fs = DISTURBED.get().of(record.name, read.p_signal.T * 1000.0, float(read.fs))
    return Recording(record.name, signals, tuple(read.sig_name), fs)


def _places(record: Path, samples: NDArray[np.int64]) -> list[int]:
    """Places of an annotation file at the rate of the disturbed recording."""
    ratio = 1.0 if DISTURBED.get().rate is None else DISTURBED.get().ratio(float(wfdb.rdheader(str(record)).fs))
    return [round(int(sample) * ratio) for sample in samples]


def beats(record: Path, extension: str = "atr") -> tuple[NDArray[np.int64], list[tuple[int, int]]]:
    """Reference beats (samples) and the spans of ventricular fibrillation, where no single beats are marked."""
    read = wfdb.rdann(str(record), extension)
    marks = list(zip(_places(record, read.sample), read.symbol, strict=True))
    found = [s for s, k in marks if k in BEAT_SYMBOLS]
    starts = [s for s, k in marks if k == "["]
    ends = [s for s, k in marks if k == "]"]
    return np.array(found, dtype=np.int64), list(zip(starts, ends, strict=False))


def qtdb(record: Path, extension: str = "q1c") -> list[TrueBeat]:
    """The manually marked beats of a QT Database record (first cardiologist by default)."""
    read = wfdb.rdann(str(record), extension)
    samples, symbols = _places(record, read.sample), list(read.symbol)
    near = 0.4 * 250 * DISTURBED.get().ratio(250.0)
    places = [i for i, symbol in enumerate(symbols) if symbol in BEAT_SYMBOLS]
    out = []
    for order, i in enumerate(places):
        beat = TrueBeat(samples[i])
        before = places[order - 1] if order else -1
        after = places[order + 1] if order + 1 < len(places) else len(symbols)
        _bracket(beat, samples, symbols, i, ("qrs_on", None, "qrs_off"))
        for j in range(before + 1, i):
            if symbols[j] == "p" and samples[i] - samples[j] < near:
                _bracket(beat, samples, symbols, j, ("p_on", "p_peak", "p_off"))
        for j in range(i + 1, after):
            if symbols[j] == "u":
                break
            if symbols[j] == "t":
                _bracket(beat, samples, symbols, j, (None, "t_peak", "t_end"))
        out.append(beat)
    return out


def ludb(record: Path, lead: str) -> list[tuple[str, int | None, int, int | None]]:
    """The manual waves of one lead: (p, N or t; onset, peak, offset in samples)."""
    read = wfdb.rdann(str(record), lead)
    samples, symbols = _places(record, read.sample), list(read.symbol)
    out = []
    for i, symbol in enumerate(symbols):
        if symbol in "pNt":
            on = samples[i - 1] if i and symbols[i - 1] == "(" else None
            off = samples[i + 1] if i + 1 < len(symbols) and symbols[i + 1] == ")" else None
            out.append((symbol, on, samples[i], off))
    return out


def ludb_rhythms(folder: Path) -> dict[str, str]:
    """The rhythm in words of each LUDB record, by its number (ludb.csv)."""
    import csv

    with (folder / "ludb.csv").open(encoding="utf-8", newline="") as file:
        return {row["ID"].strip(): row["Rhythms"].strip() for row in csv.DictReader(file)}


def _bracket(beat: TrueBeat, samples: list[int], symbols: list[str], i: int, names: tuple[str | None, ...]) -> None:
    onset, peak, offset = names
    if peak is not None:
        beat.marks[peak] = samples[i]
    if onset is not None and i and symbols[i - 1] == "(":
        beat.marks[onset] = samples[i - 1]
    if offset is not None and i + 1 < len(symbols) and symbols[i + 1] == ")":
        beat.marks[offset] = samples[i + 1]
