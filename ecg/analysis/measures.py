"""Numbers from a median beat: intervals, axes, amplitudes and ST levels."""

import math

import numpy as np

from ecg.analysis.delineation import P_OFF, P_ON, P_PEAK, QRS_OFF, QRS_ON, T_END, T_PEAK
from ecg.analysis.detection import Reals
from ecg.analysis.filters import Signals
from ecg.analysis.model import Axes, Intervals, LeadAmplitudes

LEAST_WAVE_UV = 20.0  # and 8 ms: below it a deflection of the QRS is no wave of its own
LEAST_WAVE_S = 0.008
LEVEL_S = 0.012  # the level before the QRS is the mean of this long


def intervals(marks: Reals, fs: float, rr_ms: float | None) -> Intervals:
    """Global intervals from the global marks of the median beat (8,), columns at `fs`; `rr_ms` the mean RR."""

    def between(start: int, end: int) -> float | None:
        value = float(marks[end] - marks[start]) * 1000.0 / fs
        return round(value, 1) if math.isfinite(value) and value > 0 else None

    qt = between(QRS_ON, T_END)
    rate = None if rr_ms is None else 60000.0 / rr_ms
    corrected: dict[str, float] = {}
    if qt is not None and rr_ms is not None and rate is not None:
        rr = rr_ms / 1000.0
        corrected = {
            "qtc_bazett_ms": round(qt / math.sqrt(rr), 1),
            "qtc_fridericia_ms": round(qt / rr ** (1 / 3), 1),
            "qtc_framingham_ms": round(qt + 154.0 * (1.0 - rr), 1),
            "qtc_hodges_ms": round(qt + 1.75 * (rate - 60.0), 1),
        }
    return Intervals(
        heart_rate=None if rate is None else round(rate, 1),
        rr_ms=None if rr_ms is None else round(rr_ms, 1),
        p_ms=between(P_ON, P_OFF),
        pr_ms=between(P_ON, QRS_ON),
        qrs_ms=between(QRS_ON, QRS_OFF),
        qt_ms=qt,
        **corrected,
    )


def axes(median: Signals, names: tuple[str, ...], marks: Reals, fs: float) -> Axes:
    """Frontal axes from the net areas of I and aVF (II - I/2 where aVF is not there), names in any case.

    `median` and `names` are of the leads that have a QRS; `marks` the global marks (8,).
    """
    by_name = dict(zip((name.upper() for name in names), median, strict=True))
    first, foot = by_name.get("I"), by_name.get("AVF")
    if foot is None and first is not None and "II" in by_name:
        foot = by_name["II"] - first / 2
    if first is None or foot is None or not math.isfinite(marks[QRS_ON]):
        return Axes()
    level = slice(max(0, int(marks[QRS_ON]) - round(LEVEL_S * fs)), int(marks[QRS_ON]) + 1)

    def axis(start: int, end: int) -> int | None:
        low, high = marks[start], marks[end]
        if not (math.isfinite(low) and math.isfinite(high) and high - low >= 2):
            return None
        part = slice(int(low), int(high) + 1)
        if start == P_ON:  # the P wave stands on its own chord: the T wave before may still be falling
            return _degrees(
                *(
                    float((row[part] - np.linspace(row[part][0], row[part][-1], row[part].size)).sum())
                    for row in (first, foot)
                )
            )
        return _degrees(*(float((row[part] - row[level].mean()).sum()) for row in (first, foot)))

    return Axes(p=axis(P_ON, P_OFF), qrs=axis(QRS_ON, QRS_OFF), t=axis(QRS_OFF, T_END))


def _degrees(lead_i: float, lead_avf: float) -> int | None:
    """atan2(2/sqrt(3) * aVF, I): aVF is an augmented lead, shorter than I by that factor."""
    if math.hypot(lead_i, lead_avf) < 1e-6:
        return None
    angle = round(math.degrees(math.atan2(2.0 / math.sqrt(3.0) * lead_avf, lead_i)))
    return 180 if angle == -180 else angle


def amplitudes(row: Signals, marks: Reals, common: Reals, fs: float) -> LeadAmplitudes:
    """Of one lead (width,) with its own marks (8,) and the global marks `common` (8,)."""
    if not math.isfinite(common[QRS_ON]) or not math.isfinite(marks[QRS_ON]):
        return LeadAmplitudes()
    onset, offset = int(common[QRS_ON]), int(common[QRS_OFF])
    level = float(row[max(0, onset - round(LEVEL_S * fs)) : onset + 1].mean())
    waves = _qrs_waves(row[onset : offset + 1] - level, fs)

    def st(ms: int) -> float | None:
        column = offset + round(ms * fs / 1000)
        near = row[max(0, column - 1) : column + 2]
        return round(float(near.mean()) - level, 1) if column < row.size else None

    p, t = (_at_peak(row, mark, level) for mark in (marks[P_PEAK], marks[T_PEAK]))
    return LeadAmplitudes(p, *waves, t, st(0), st(40), st(60), st(80))


def _at_peak(row: Signals, column: float, level: float) -> float | None:
    return round(float(row[int(column)]) - level, 1) if math.isfinite(column) else None


def _qrs_waves(part: Signals, fs: float) -> tuple[float, float, float, float]:
    """Q, R, S, R' of the QRS: Q is the negative wave before the first positive one, R' the positive one after S.

    A QRS that is all negative is a QS, given as Q.
    """
    least = max(1, round(LEAST_WAVE_S * fs))
    edges = np.flatnonzero(np.diff(np.signbit(part))) + 1
    waves = [piece for piece in np.split(part, edges) if piece.size >= least and np.abs(piece).max() >= LEAST_WAVE_UV]
    peaks = [float(piece[np.abs(piece).argmax()]) for piece in waves]
    up = [i for i, peak in enumerate(peaks) if peak > 0]
    if not up:
        return round(min(peaks, default=0.0), 1), 0.0, 0.0, 0.0
    q = min((peak for peak in peaks[: up[0]]), default=0.0)
    rest = peaks[up[0] + 1 :]
    s_at = next((i for i, peak in enumerate(rest) if peak < 0), None)
    if s_at is None:
        return round(q, 1), round(max(peaks[i] for i in up), 1), 0.0, 0.0
    r_prime = max((peak for peak in rest[s_at + 1 :] if peak > 0), default=0.0)
    return round(q, 1), round(peaks[up[0]], 1), round(min(peak for peak in rest if peak < 0), 1), round(r_prime, 1)
