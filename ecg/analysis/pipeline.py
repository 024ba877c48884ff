"""The whole way from microvolts to an `Analysis`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg.analysis import measures
from ecg.analysis.classes import shape_classes
from ecg.analysis.delineation import (
    P_OFF,
    QRS_OFF,
    QRS_ON,
    T_END,
    Delineated,
    Rhythm,
    delineate,
)
from ecg.analysis.detection import Reals, Samples, find_beats
from ecg.analysis.filters import Mask, condition
from ecg.analysis.labels import label_beats, normal_shape
from ecg.analysis.model import Analysis, Axes, Beat, Fiducials, Intervals, LeadAmplitudes, MedianBeat
from ecg.analysis.pacing import spikes_before

LEAST_S = 2.0  # shorter recordings hold no rhythm
LEAST_HZ = 100.0
STRETCH_S = 60.0  # long recordings are delineated a minute at a time, each with its own median beats
MARGIN_S = 3.0


@dataclass(frozen=True, slots=True)
class Group:
    """One shape of beats in one stretch: `members` are indices of the recording's beats."""

    shape: int
    members: Samples
    found: Delineated


def analyse(
    signals_uv: NDArray[np.floating],
    lead_names: Sequence[str],
    sampling_frequency: float,
    missing: NDArray[np.bool_] | None = None,
) -> Analysis:
    """Measure one group of leads.

    `signals_uv` has shape (n_leads, n_samples) in microvolts; NaN, or `missing` of the same shape, marks what was not
    recorded. `sampling_frequency` in hertz. Any number of leads from one, any length; memory beyond the input grows by
    about 1 kB per second and lead. Raises ValueError when the shapes do not fit or the frequency is not positive.
    """
    signals = np.asarray(signals_uv)
    names = tuple(lead_names)
    fs = float(sampling_frequency)
    if signals.ndim != 2 or signals.shape[0] != len(names) or signals.shape[0] == 0:
        raise ValueError(
            f"signals of shape {signals.shape} do not fit {len(names)} lead names: give (n_leads, n_samples)"
        )
    if not fs > 0:
        raise ValueError(f"sampling frequency {fs} Hz: give a positive number")
    gone = np.isnan(signals) if missing is None else np.isnan(signals) | missing
    empty = Analysis(names, fs, signals.shape[1], (), None, Intervals(), Axes(), {})
    reason = _cannot(signals, gone, fs)
    if reason is not None:
        return replace(empty, not_assessed={"beats": reason})
    at, evidence = find_beats(signals, gone, fs)
    shapes = shape_classes(evidence, at)
    groups = [group for group in _delineated(signals, gone, fs, at, shapes) if group.members.size]
    if not groups:
        return replace(empty, not_assessed={"beats": "no-beats-found"})
    spikes = spikes_before(signals, gone, fs, at)
    return _told(empty, groups, (shapes, spikes), gone)


def _cannot(signals: NDArray[np.floating], gone: Mask, fs: float) -> str | None:
    if fs < LEAST_HZ:
        return "sampling-frequency-too-low"
    if signals.shape[1] < LEAST_S * fs:
        return "too-short"
    return "nothing-recorded" if gone.all() else None


def _delineated(signals: NDArray[np.floating], gone: Mask, fs: float, at: Samples, shapes: Samples) -> list[Group]:
    """Every shape of every stretch, delineated. A recording up to one and a half stretches is one stretch."""
    n = signals.shape[1]
    stretch = n if n <= 1.5 * STRETCH_S * fs else round(STRETCH_S * fs)
    margin = 0 if stretch == n else round(MARGIN_S * fs)
    groups = []
    for low in range(0, n, stretch):
        inside = np.flatnonzero((at >= low) & (at < low + stretch))
        if inside.size == 0:
            continue
        start, stop = max(0, low - margin), min(n, low + stretch + margin)
        strip = condition(signals[:, start:stop], gone[:, start:stop], fs, start)
        rhythm = _rhythm(at[inside] / fs)
        before = np.diff(at, prepend=at[0] - round(rhythm.rr_s * fs)) / fs
        for shape in np.unique(shapes[inside]):  # the most frequent first
            members = inside[shapes[inside] == shape]
            for some in [members] if shape >= 0 else members[:, None]:
                known = replace(rhythm, before_s=float(np.median(before[some])))
                found = delineate(strip, (at[some] - start) // strip.factor, known)
                groups.append(Group(int(shape), some, found))
                if np.isnan(rhythm.t_end_s):
                    end = float(found.common_median[T_END])
                    rhythm = replace(rhythm, t_end_s=(end - found.zero) / found.fs)
    return groups


def _rhythm(times: Reals) -> Rhythm:
    """The usual RR of a stretch, and whether half of its RR differ by more than 8 % from the one before."""
    rr = np.diff(times)
    if rr.size < 2:
        return Rhythm()
    usual = float(np.median(rr))
    return Rhythm(usual, rr.size >= 4 and float(np.median(np.abs(np.diff(rr)))) > 0.08 * usual)


def _told(empty: Analysis, groups: list[Group], known: tuple[Samples, Samples], gone: Mask) -> Analysis:
    """The analysis of a recording whose beats are delineated; `known` are their shapes and pacemaker spikes."""
    shapes, spikes = known
    fs, names = empty.sampling_frequency, empty.lead_names
    n_beats, n_leads = shapes.size, len(names)
    marks = np.full((n_beats, n_leads + 1, 8), np.nan)
    has_p = np.full(n_beats, np.nan)
    r = np.zeros(n_beats, dtype=np.int64)
    for group in groups:
        marks[group.members, 0] = group.found.common
        marks[group.members, 1:] = group.found.leads
        has_p[group.members] = group.found.has_p
        r[group.members] = group.found.at
    marks[:, :, P_OFF] = np.fmin(
        marks[:, :, P_OFF], np.where(np.isnan(marks[:, :, P_OFF]), np.nan, marks[:, :, QRS_ON])
    )
    marks[(marks < 0) | (marks >= empty.samples)] = np.nan
    normal = normal_shape(
        [(g.shape, g.members.size, _width(g.found), float(np.nanmean(np.nan_to_num(g.found.has_p)))) for g in groups]
    )
    order = np.argsort(r, kind="stable")
    r, marks, has_p, shapes, spikes = r[order], marks[order], has_p[order], shapes[order], spikes[order]
    rr_ms = _mean_rr(r, gone, fs)
    widths = (marks[:, 0, QRS_OFF] - marks[:, 0, QRS_ON]) * 1000 / fs
    labels = label_beats(r / fs, shapes, normal, widths, has_p, spikes)
    beats = tuple(
        Beat(int(at), label, int(shape), rows[0], tuple(rows[1:]), *_p_told(p), None if spike < 0 else int(spike))
        for at, label, shape, rows, p, spike in zip(r, labels, shapes, _fiducials(marks), has_p, spikes, strict=True)
    )
    best = max((g for g in groups if g.shape == normal), key=lambda g: g.members.size)
    return _measured(replace(empty, beats=beats), best.found, rr_ms)


def _measured(told: Analysis, found: Delineated, rr_ms: float | None) -> Analysis:
    """With the median beat and what is measured on it."""
    common = found.common_median
    rows = _fiducials(np.concatenate([common[None], found.leads_median])[None])[0]
    noise = tuple(round(float(level), 1) if np.isfinite(level) else None for level in found.noise)
    beat = MedianBeat(
        found.median, found.fs, found.zero, int(found.at.size), noise, rows[0], tuple(rows[1:]),
        *_p_told(float(np.median(found.has_p)) if found.has_p.size else np.nan),
    )  # fmt: skip
    values = measures.intervals(common, found.fs, rr_ms)
    alive = np.isfinite(found.leads_median[:, QRS_ON])
    known = tuple(name for name, lives in zip(told.lead_names, alive, strict=True) if lives)
    turned = measures.axes(found.median[alive], known, common, found.fs)
    tables: dict[str, LeadAmplitudes] = {
        name: measures.amplitudes(found.median[i], found.leads_median[i], common, found.fs)
        for i, name in enumerate(told.lead_names)
    }
    unknown = {
        key: "not-measurable" for key in ("pr_ms", "qrs_ms", "qt_ms", "heart_rate") if getattr(values, key) is None
    }
    if beat.p_present is False:
        unknown["pr_ms"] = "no-p-wave"
    return replace(told, median_beat=beat, intervals=values, axes=turned, amplitudes=tables, not_assessed=unknown)


def _width(found: Delineated) -> float:
    """Global QRS duration of the class's median beat, ms; NaN when unknown."""
    common = found.common_median
    return float(common[QRS_OFF] - common[QRS_ON]) * 1000.0 / found.fs


def _mean_rr(r: Samples, gone: Mask, fs: float) -> float | None:
    """Mean RR of the intervals during which at least one lead was recorded all the time, milliseconds."""
    if r.size < 2:
        return None
    rr = np.diff(r)
    dark = gone.all(axis=0)
    if dark.any():
        seen = np.concatenate([[0], np.cumsum(dark)])
        rr = rr[seen[r[1:]] == seen[r[:-1]]]
    return float(rr.mean()) * 1000.0 / fs if rr.size else None


def _p_told(agreement: float) -> tuple[bool | None, float]:
    if np.isnan(agreement):
        return None, 0.0
    return bool(agreement > 0), round(float(min(1.0, agreement)), 3)


def _fiducials(marks: Reals) -> list[list[Fiducials]]:
    """(n_beats, rows, 8) as values: whole numbers, None for NaN."""
    known = np.isfinite(marks)
    whole = np.where(known, np.rint(np.nan_to_num(marks)), -1).astype(np.int64).tolist()
    return [[Fiducials(*(None if v < 0 else v for v in row)) for row in beat] for beat in whole]
