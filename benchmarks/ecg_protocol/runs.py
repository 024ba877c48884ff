"""One function for each figure: run the analysis over a sample database and score it."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.ecg_protocol import scoring, truth
from ecg.analysis import Analysis, analyse
from ecg.analysis.detection import find_beats


@dataclass
class PFigures:
    """P onsets over all leads of LUDB, and the P waves reported in fibrillation."""

    onsets: scoring.Counts = field(default_factory=scoring.Counts)
    per_record: dict[str, scoring.Counts] = field(default_factory=dict)
    fibrillation_beats: int = 0
    fibrillation_p: int = 0


def r_peaks(folder: Path) -> tuple[dict[str, scoring.Counts], float]:
    """Whole records, 150 ms, all leads of the file; and the seconds that detection took."""
    out, seconds = {}, 0.0
    for path in truth.records(folder):
        if not path.with_suffix(".atr").exists():
            continue
        recording = truth.load(path)
        reference, spans = truth.beats(path)
        start = perf_counter()
        found, _ = find_beats(recording.signals, np.isnan(recording.signals), recording.fs)
        seconds += perf_counter() - start
        window = 0.15 * recording.fs
        if folder.name == "qtdb":  # its beat annotations cover only part of some records
            found = found[(found >= reference[0] - window) & (found <= reference[-1] + window)]
        out[path.name] = scoring.match(scoring.outside(found, spans), scoring.outside(reference, spans), window)
    return out, seconds


def qtdb_boundaries(folder: Path) -> dict[str, scoring.Errors]:
    """Manual marks of the first cardiologist (q1c); best of two leads; per record, errors in ms."""
    out: dict[str, scoring.Errors] = {}
    for path in truth.records(folder):
        recording = truth.load(path)
        told = analyse(recording.signals, recording.leads, recording.fs)
        places = np.array(told.r_samples, dtype=np.int64)
        errors = scoring.collected()
        for beat in truth.qtdb(path):
            index = scoring.nearest(places, beat.r, 0.15 * recording.fs)
            if index is None:
                continue
            for mark, at in beat.marks.items():
                error = scoring.best_of_leads([getattr(f, mark) for f in told.beats[index].leads], at, recording.fs)
                if error is not None:
                    errors[mark].append(error)
        out[path.name] = errors
    return out


def qtdb_peer(folder: Path) -> dict[str, scoring.Errors]:
    """The same for ecgpuwave, from the annotations (pu0, pu1) that the database carries; nearest mark of each lead."""
    names = {"p": ("p_on", "p_peak", "p_off"), "N": ("qrs_on", None, "qrs_off"), "t": (None, "t_peak", "t_end")}
    out: dict[str, scoring.Errors] = {}
    for path in truth.records(folder):
        leads: list[dict[str, list[int]]] = []
        for extension in ("pu0", "pu1"):
            marks: dict[str, list[int]] = defaultdict(list)
            for symbol, on, peak, off in truth.ludb(path, extension):
                for name, at in zip(names[symbol], (on, peak, off), strict=True):
                    if name is not None and at is not None:
                        marks[name].append(at)
            leads.append(marks)
        errors = scoring.collected()
        for beat in truth.qtdb(path):
            for mark, at in beat.marks.items():
                near = [min(lead[mark], key=lambda s: abs(s - at)) for lead in leads if lead[mark]]
                error = scoring.best_of_leads(near, at, 250.0)
                if error is not None:
                    errors[mark].append(error)
        out[path.name] = errors
    return out


def ludb(folder: Path) -> tuple[PFigures, dict[str, scoring.Errors]]:
    """P onsets of every lead within the annotated span; boundary errors of all leads; P reported in fibrillation."""
    figures, boundaries = PFigures(), {}
    rhythms = truth.ludb_rhythms(folder)
    for path in truth.records(folder):
        recording = truth.load(path)
        told = analyse(recording.signals, recording.leads, recording.fs)
        errors = scoring.collected()
        counts = scoring.Counts()
        for lead, name in enumerate(recording.leads):
            waves = truth.ludb(path, name.lower())
            counts.add(_p_onsets(told, lead, waves, recording.fs))
            _lead_errors(told, lead, waves, errors)
        figures.onsets.add(counts)
        figures.per_record[path.name] = counts
        boundaries[path.name] = errors
        if "fibrillation" in rhythms.get(path.name, "").lower():
            figures.fibrillation_beats += len(told.beats)
            figures.fibrillation_p += sum(beat.p_present is True for beat in told.beats)
    return figures, boundaries


def _p_onsets(
    told: Analysis, lead: int, waves: list[tuple[str, int | None, int, int | None]], fs: float
) -> scoring.Counts:
    edges = [at for wave in waves for at in wave[1:] if at is not None]
    window = 0.15 * fs
    reference = [on for symbol, on, _, _ in waves if symbol == "p" and on is not None]
    found = [beat.leads[lead].p_on for beat in told.beats]
    kept = [at for at in found if at is not None and min(edges) <= at <= max(edges)]
    return scoring.match(kept, reference, window)


def _lead_errors(
    told: Analysis, lead: int, waves: list[tuple[str, int | None, int, int | None]], errors: scoring.Errors
) -> None:
    names = {"p": ("p_on", "p_peak", "p_off"), "N": ("qrs_on", None, "qrs_off"), "t": (None, "t_peak", "t_end")}
    found = {mark: [getattr(beat.leads[lead], mark) for beat in told.beats] for mark in truth.MARKS}
    for symbol, *places in waves:
        for mark, at in zip(names[symbol], places, strict=True):
            if mark is None or at is None:
                continue
            known = [value for value in found[mark] if value is not None]
            error = scoring.best_of_leads(
                [min(known, key=lambda s: abs(s - at))] if known else [], at, told.sampling_frequency
            )
            if error is not None:
                errors[mark].append(error)


def machine_values(samples: Path) -> list[tuple[str, str, float, float]]:
    """(file, PR or QRS or QT, the cart's value, ours) of every sample file that carries the cart's measurements.

    Recordings without a P wave of their own (the cart gives no PR) count for QRS and QT only.
    """
    from ecg import readers
    from ecg.model import Part, UnreadableEcg

    out = []
    for path in sorted(
        p for kind in ("muse_xml", "sierra_xml", "dicom", "aecg", "cardiosoft_xml") for p in (samples / kind).glob("*")
    ):
        if path.suffix.lower() not in (".xml", ".dcm"):
            continue
        try:
            record = readers.read((Part(path.name, path.read_bytes()),))
        except UnreadableEcg:
            continue
        rhythm = record.rhythm
        if rhythm is None or not record.measurements:
            continue
        signals = np.stack([lead.samples for lead in rhythm.leads])
        told = analyse(signals, [lead.name for lead in rhythm.leads], float(rhythm.sampling_frequency))
        ours = {"PR": told.intervals.pr_ms, "QRS": told.intervals.qrs_ms, "QT": told.intervals.qt_ms}
        for item in record.measurements:
            value = ours.get(item.name)
            if value is not None and item.lead is None and item.value > 0:
                out.append((f"{path.parent.name}/{path.name}", item.name, item.value, value))
    return out


def r_peaks_of_gqrs(folder: Path) -> dict[str, scoring.Counts]:
    """The same figures for wfdb's gqrs on the first lead (about 3 s a record)."""
    from wfdb.processing import gqrs_detect

    out = {}
    for path in truth.records(folder):
        if not path.with_suffix(".atr").exists():
            continue
        recording = truth.load(path)
        reference, spans = truth.beats(path)
        found = np.sort(gqrs_detect(sig=recording.signals[0] / 1000.0, fs=recording.fs))
        window = 0.15 * recording.fs
        out[path.name] = scoring.match(scoring.outside(found, spans), scoring.outside(reference, spans), window)
    return out
