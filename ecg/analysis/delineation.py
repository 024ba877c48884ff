"""Fiducials of a class of beats: found on its median beat, then carried to every beat.

The median beat has little noise, so it decides what waves there are and their shape; each beat decides where they
lie: the QRS by its own slopes near the median's boundaries, P and T by the shift at which they match best.
"""

from dataclasses import dataclass

import numpy as np

from ecg.analysis.boundaries import qrs_bounds, t_bounds
from ecg.analysis.detection import Reals, Samples
from ecg.analysis.filters import Signals, Strip, gaussian
from ecg.analysis.onewave import qrs_together
from ecg.analysis.pwaves import EARLIEST_S, PWave, find_p, flutters, present
from ecg.analysis.pwaves import SLACK_S as P_SLACK_S
from ecg.analysis.templates import Cuts, align, cut, join, unbroken

COLUMNS = ("p_on", "p_peak", "p_off", "qrs_on", "r_peak", "qrs_off", "t_peak", "t_end")
P_ON, P_PEAK, P_OFF, QRS_ON, R_PEAK, QRS_OFF, T_PEAK, T_END = range(8)

OWN_SHARE = 0.6  # of a beat's own QRS boundary against the median's
OWN_LIMIT_S = 0.03  # how far a beat's boundary may lie from the median's
T_SLACK_S = 0.06
FEW_LEADS = 4
TOGETHER_SHARE = 0.4
MATCHES = 0.7  # correlation from which a shift is believed


@dataclass(frozen=True, slots=True)
class Delineated:
    """One class of beats of one strip. Its median beat (n_leads, width) with `leads_median` (n_leads, 8) and, for all
    leads together, `common_median` (8,) in columns of it; its beats with `leads` (n_beats, n_leads, 8) and `common`
    (n_beats, 8) in samples of the recording. NaN where nothing was found."""

    median: Signals
    zero: int  # the column of R
    fs: float
    leads_median: Reals
    common_median: Reals
    noise: Reals  # (n_leads,): root mean square of the beats against the median around the QRS; NaN of one beat
    at: Samples  # (n_beats,)
    leads: Reals
    common: Reals
    has_p: Reals  # (n_beats,): agreement of its P wave, 0 without one, NaN when it could not be judged


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What delineation must know of the stretch: the usual RR, whether RR changes from beat to beat, the usual interval
    before the beats in question, and where T ends in the most frequent beats, after R (NaN when unknown). Seconds."""

    rr_s: float = 0.8
    irregular: bool = False
    before_s: float = 0.8
    t_end_s: float = np.nan


def delineate(strip: Strip, at: Samples, rhythm: Rhythm) -> Delineated:
    """Delineate the beats at `at` (samples of the strip, about the R peaks) that share one shape."""
    at, match = align(strip, at)
    cuts = cut(strip, at)
    median = join(cuts, match)
    marks, wave, judged = _on_median(cuts, median, rhythm)
    leads = np.repeat((marks - cuts.zero)[None], at.size, axis=0)
    if at.size > 1:  # a single beat is its own median
        leads[:, :, QRS_ON], leads[:, :, QRS_OFF] = _own_qrs(cuts, marks)
        leads[:, :, T_PEAK : T_END + 1] += _shift_of_t(cuts, median, marks)[:, None, None]
    has_p = np.full(at.size, 0.0 if judged else np.nan)
    if wave is not None:
        has_p = np.where(present(wave.agreement), wave.agreement, 0.0)
        leads[:, :, P_ON : P_OFF + 1] += _shift_of_p(cuts, median, wave)[:, None, None]
        leads[has_p == 0.0, :, P_ON : P_OFF + 1] = np.nan
    leads += at[:, None, None]
    whole = np.arange(-cuts.zero, round(0.5 * cuts.fs))
    leads[~unbroken(strip, np.clip(at[:, None] + whole, 0, strip.missing.shape[1] - 1))] = np.nan
    common, common_median = global_marks(leads), global_marks(marks)
    change = _as_one_wave(median, marks, cuts) - common_median[[QRS_ON, QRS_OFF]]
    common_median[[QRS_ON, QRS_OFF]] += change
    common[:, [QRS_ON, QRS_OFF]] += change
    _together(leads)
    back = strip.to_recording
    return Delineated(
        median, cuts.zero, cuts.fs, marks, common_median, _noise(cuts, median), back(at), back(leads), back(common),
        has_p,
    )  # fmt: skip


def _as_one_wave(median: Signals, marks: Reals, cuts: Cuts) -> Reals:
    """QRS onset and offset (2,) of the median beat for all leads together, measured on them where there are enough."""
    alive = np.isfinite(marks[:, QRS_ON]) & np.isfinite(median).all(axis=1)
    found = qrs_together(median[alive], cuts.zero, cuts.fs) if alive.sum() >= FEW_LEADS else None
    return global_marks(marks)[[QRS_ON, QRS_OFF]] if found is None else np.array(found)


def _together(leads: Reals) -> None:
    """Draw the QRS boundaries of each lead towards the middle of all leads, in place: the QRS is one event.

    With fewer than four leads the middle is no better than the lead itself.
    """
    if leads.shape[1] < FEW_LEADS:
        return
    for column in (QRS_ON, QRS_OFF):
        middle = _nan_quantile(leads[:, :, column], 0.5)[:, None]
        leads[:, :, column] += TOGETHER_SHARE * (middle - leads[:, :, column])


def _noise(cuts: Cuts, median: Signals) -> Reals:
    if cuts.at.size < 2:
        return np.full(median.shape[0], np.nan)
    near = slice(cuts.zero - round(0.2 * cuts.fs), cuts.zero + round(0.2 * cuts.fs))
    rest = cuts.windows[:, :, near] - median[:, near]
    level: Reals = np.sqrt(((rest - rest.mean(axis=2, keepdims=True)) ** 2).mean(axis=(0, 2)))
    return level


def _on_median(cuts: Cuts, median: Signals, rhythm: Rhythm) -> tuple[Reals, PWave | None, bool]:
    """The marks on the median beat, its P wave, and whether a P wave could be looked for at all."""
    fs, zero = cuts.fs, cuts.zero
    known = np.nan_to_num(median)
    marks = np.full((median.shape[0], len(COLUMNS)), np.nan)
    marks[:, QRS_ON], marks[:, QRS_OFF] = qrs_bounds(known, zero, fs)
    alive = np.isfinite(marks[:, QRS_ON])
    marks[alive, R_PEAK] = zero
    marks[:, T_PEAK], marks[:, T_END] = t_bounds(known, zero, fs, marks[:, QRS_OFF], rhythm.rr_s)
    if not alive.any():
        return marks, None, False
    last = int(np.quantile(marks[alive, QRS_ON], 0.25) - 0.006 * fs)
    first = max(round(0.02 * fs), last - round(EARLIEST_S * fs))
    earlier = float(np.nanmedian(marks[:, QRS_OFF])) + 0.2 * fs  # where the T wave of the beat before ends
    if np.isfinite(rhythm.t_end_s):
        earlier = zero + (rhythm.t_end_s + 0.03) * fs
    elif np.isfinite(marks[:, T_END]).any():
        earlier = float(np.nanmedian(marks[:, T_END])) + 0.03 * fs
    first = min(max(first, int(earlier - rhythm.before_s * fs)), last - round(0.08 * fs))
    windows = cuts.windows if cuts.usable.all() else np.where(cuts.usable[:, :, None], cuts.windows, known[None])
    wave = find_p(windows[:, alive], known[alive], fs, (first, last), rhythm.irregular)
    if wave is not None:
        t_peak = _nan_quantile(marks[:, T_PEAK], 0.5)
        ends = (float(np.nanmedian(marks[:, QRS_ON])), float(np.nanmedian(marks[:, QRS_OFF])), float(t_peak))
        if flutters(known[alive], wave, fs, rhythm.rr_s, ends):
            wave = None
    if wave is not None:
        marks[alive, P_ON], marks[alive, P_PEAK], marks[alive, P_OFF] = wave.on, wave.peak, wave.off
    return marks, wave, cuts.at.size >= 3


def _own_qrs(cuts: Cuts, marks: Reals) -> tuple[Reals, Reals]:
    """QRS onset and offset of every beat and lead, as offsets from R; both (n_beats, n_leads)."""
    limit = OWN_LIMIT_S * cuts.fs
    out = []
    for own, median in zip(
        qrs_bounds(cuts.windows, cuts.zero, cuts.fs), (marks[:, QRS_ON], marks[:, QRS_OFF]), strict=True
    ):
        change = np.nan_to_num(np.clip(own - median, -limit, limit))
        out.append(median + OWN_SHARE * change - cuts.zero)
    return out[0], out[1]


def _shift_of_t(cuts: Cuts, median: Signals, marks: Reals) -> Reals:
    known = np.isfinite(marks[:, T_END])
    if not known.any():
        return np.zeros(cuts.at.size)
    low = int(np.median(marks[known, T_PEAK]) - 0.1 * cuts.fs)
    high = int(marks[known, T_END].max() + 0.04 * cuts.fs)
    return _best_shift(cuts, median, low, high, T_SLACK_S)


def _shift_of_p(cuts: Cuts, median: Signals, wave: PWave) -> Reals:
    reach = round(0.08 * cuts.fs)
    low, high = wave.peak_column - reach, min(wave.last_column, wave.peak_column + reach)
    return _best_shift(cuts, median, low, high, P_SLACK_S)


def _best_shift(cuts: Cuts, median: Signals, low: int, high: int, slack_s: float) -> Reals:
    """By how many columns each beat's segment comes later than the median's, all leads together (n_beats,)."""
    step = max(1, round(cuts.fs / 250))
    slack = round(slack_s * cuts.fs) // step
    low, high = max(low, slack * step), min(high, median.shape[1] - slack * step)
    if high - low < 4 * step:
        return np.zeros(cuts.at.size)
    rate = cuts.fs / step
    pattern = gaussian(np.nan_to_num(median[:, low:high:step]), rate, 12.0)
    pattern = pattern - pattern.mean(axis=1, keepdims=True)
    segment = gaussian(cuts.windows[:, :, low - slack * step : high + slack * step : step], rate, 12.0)
    view = np.lib.stride_tricks.sliding_window_view(segment, pattern.shape[1], axis=2)[:, :, : 2 * slack + 1]
    score = np.einsum("nlkt,lt->nk", view, pattern)
    power = np.einsum("nlkt,nlkt->nk", view, view) - (view.mean(axis=3) ** 2).sum(axis=1) * pattern.shape[1]
    score = score / (np.sqrt(np.maximum(power, 0)) * np.linalg.norm(pattern) + 1e-9)
    best = score.argmax(axis=1)
    return np.where(score.max(axis=1) >= MATCHES, (best - slack) * float(step), 0.0)


def global_marks(leads: Reals) -> Reals:
    """Fiducials for all leads together from those of the leads: (..., n_leads, 8) to (..., 8).

    The earliest onset and the latest end, as IEC 60601-2-25 wants them, but not of a single straying lead: with
    four or more leads the quantiles below; peaks are medians. The QRS of a median beat is measured better by
    `onewave.qrs_together`.
    """
    few = leads.shape[-2] < FEW_LEADS
    return _nan_quantile(np.swapaxes(leads, -1, -2), np.array(EARLIEST_OF_FEW if few else QUANTILES))


QUANTILES = (0.35, 0.5, 0.65, 0.2, 0.5, 0.8, 0.5, 0.75)
EARLIEST_OF_FEW = (0.0, 0.5, 1.0, 0.0, 0.5, 1.0, 0.5, 1.0)


def _nan_quantile(values: Reals, quantile: float | Reals) -> Reals:
    """Quantile over the last axis without NaN (one for each row, or one for all); NaN where all are."""
    ordered = np.sort(values, axis=-1)  # NaN last
    last = np.maximum(np.isfinite(ordered).sum(axis=-1) - 1, 0)
    place = last * quantile
    low = place.astype(np.int64)
    first = np.take_along_axis(ordered, low[..., None], -1)[..., 0]
    second = np.take_along_axis(ordered, np.minimum(low + 1, last)[..., None], -1)[..., 0]
    out: Reals = first + (second - first) * (place - low)
    return out
