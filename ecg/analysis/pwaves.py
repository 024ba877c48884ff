"""P waves: whether there are any, and where they begin and end.

A P wave belongs to its QRS: it comes at the same distance with the same shape, beat after beat. Fibrillation waves do
not, and fade in the median beat. So the P wave of a class of beats is judged by how well each beat's segment agrees
with the mean of the others (which knows nothing of that beat), over all leads together.
"""

from dataclasses import dataclass

import numpy as np

from ecg.analysis.detection import Reals
from ecg.analysis.filters import Mask, Signals, gaussian

CUT_HZ = 18.0
HALF_S = 0.06  # half a P wave
EARLIEST_S = 0.34  # before the QRS onset; first-degree block reaches beyond only rarely
LATEST_S = 0.02
LEAST_UV = 25.0  # height above the chord, in the best lead
AGREE_MEDIAN = 0.7
AGREE_QUARTER = 0.35
SLACK_S = 0.03  # beat-to-beat change of the PR interval
BEAT_AGREES = 0.5
IRREGULAR_LEAST_UV = 70.0  # the same when the ventricles are irregular, as in fibrillation
IRREGULAR_F = 10.0  # and the common part must exceed the beats' scatter by this (F statistic)
ONSET_SLOPE, OFFSET_SLOPE, BOUND_CUT_HZ, BOUND_HALF_S = 0.42, 0.5, 14.0, 0.085
STRONG_SHARE = 0.35  # of the highest lead's P: such leads say where the P wave lies
CONSENSUS_S = 0.025  # no lead strays further from them
FLUTTER_PERIODS = (2, 3, 4, 5)
FLUTTER_CYCLE_S = (0.17, 0.30)  # 200 to 350 per minute
FLUTTER_LEAST_UV = 60.0
T_HALF_S = 0.1
FLUTTER_LEADS = 6  # fewer leads cannot tell an F wave from a T wave
FLUTTER_LIKENESS = 0.8  # cosine of the spatial patterns
FLUTTER_SHARE = 0.25  # of the size of the wave; sinus rhythms have less than nothing somewhere …
FLUTTER_MOST, FLUTTER_SURE = 1.4, 0.5  # … and more than this where their T wave stands; then the rest must be as large
TALL_UV, TALL_LIKENESS, TALL_SHARE = 250.0, 0.65, 0.2  # hardly any P wave is so tall: less speaks for flutter then


@dataclass(frozen=True, slots=True)
class PWave:
    """The P wave of a class: columns (n_leads,) of its boundaries, and how each beat agrees (n_beats,)."""

    peak_column: int
    last_column: int  # the P wave is over here: the QRS begins
    on: Reals
    peak: Reals
    off: Reals
    agreement: Reals


def height(smooth: Signals, last: int, half: int) -> Signals:
    """How far each column stands above the chord from `half` columns before to `half` after, or to `last`."""
    column = np.arange(smooth.shape[-1])
    left = np.maximum(column - half, 0)
    right = np.minimum(np.maximum(np.minimum(column + half, last), column + 1), column[-1])
    share = ((right - column) / np.maximum(right - left, 1)).astype(np.float32)
    above: Signals = smooth - (smooth[..., left] * share + smooth[..., right] * (1 - share))
    return above


def find_p(windows: Signals, template: Signals, fs: float, span: tuple[int, int], irregular: bool) -> PWave | None:
    """The P wave between two columns (the last is the QRS onset) of beats (n, leads, width); None without one."""
    first, last = span
    half = round(HALF_S * fs)
    low, high = first, last - round(LATEST_S * fs)
    if high - low < half or windows.shape[0] < 2:
        return None
    smooth = gaussian(template[:, : last + half], fs, CUT_HZ)
    bump = height(smooth, last, half)
    strength = np.sqrt((bump[:, low:high] ** 2).mean(axis=0))
    peak = low + int(strength.argmax())
    if peak <= low + 1 or float(np.abs(bump[:, peak]).max()) < (IRREGULAR_LEAST_UV if irregular else LEAST_UV):
        return None
    agreement, ratio = _agreement(windows, fs, max(peak - half, 0), min(last, peak + half))
    if np.median(agreement) < AGREE_MEDIAN or np.quantile(agreement, 0.25) < AGREE_QUARTER:
        return None
    if irregular and ratio < IRREGULAR_F:
        return None
    on, top, off = _bounds(template[:, : last + half], bump, fs, peak, last)
    return PWave(peak, last, on, top, off, agreement)


def _agreement(windows: Signals, fs: float, low: int, high: int) -> tuple[Reals, float]:
    """How each beat's segment, above its chord, agrees with the mean of the others, all leads together: correlation
    (n,); and the F statistic, the power of the common part over that of the scatter."""
    margin = round(0.04 * fs)
    start = max(0, low - margin)
    smooth = gaussian(windows[:, :, start : high + margin], fs, CUT_HZ)[:, :, low - start : high - start]
    x = np.linspace(0, 1, smooth.shape[-1], dtype=np.float32)
    segment = smooth - (smooth[:, :, :1] * (1 - x) + smooth[:, :, -1:] * x)
    total, count = segment.sum(axis=0), len(segment)
    others = (total[None] - segment) / (count - 1)
    product = np.einsum("nlt,nlt->n", segment, others)
    own = np.einsum("nlt,nlt->n", segment, segment)
    size = own * np.einsum("nlt,nlt->n", others, others)
    common = float(np.einsum("lt,lt->", total, total)) / count
    scatter = max((float(own.sum()) - common) / (count - 1), 1e-9)
    return (product / (np.sqrt(size) + 1e-9)).astype(np.float64), common / scatter


def _bounds(template: Signals, bump: Signals, fs: float, peak: int, last: int) -> tuple[Reals, Reals, Reals]:
    """P onset, peak and offset of each lead, from the fading of the slopes on both sides of its peak."""
    slope = gaussian(template, fs, BOUND_CUT_HZ, order=1)
    leads = template.shape[0]
    near, reach = round(0.03 * fs), round(BOUND_HALF_S * fs)
    on, top, off = (np.full(leads, np.nan) for _ in range(3))
    for lead in range(leads):
        low = max(0, peak - near)
        here = low + int(np.abs(bump[lead, low : min(last, peak + near + 1)]).argmax())
        sign = np.sign(bump[lead, here])
        start = max(0, here - reach)
        top[lead] = here
        on[lead] = here - _fading(sign * slope[lead, start : here + 1][::-1], ONSET_SLOPE)
        off[lead] = here + _fading(-sign * slope[lead, here : min(last, here + reach) + 1], OFFSET_SLOPE)
    size = np.abs(bump[:, peak])
    strong = size >= STRONG_SHARE * size.max()
    for bound in (on, off):
        middle = float(np.median(bound[strong]))
        np.clip(bound, middle - CONSENSUS_S * fs, middle + CONSENSUS_S * fs, out=bound)
    return on, top, off


def flutters(median: Signals, wave: PWave, fs: float, rr_s: float, ends: tuple[float, float, float]) -> bool:
    """Whether the "P wave" is one of several like waves at equal distances in a cycle, as in fixed-ratio flutter.

    `ends` are the columns of QRS onset, QRS offset and T peak (NaN without one). The spatial pattern of the wave must
    show at every RR/k from it that the QRS does not hide, and in at least one place that is not the T wave: a T wave
    may look like a P wave by itself.
    """
    half, slack = round(HALF_S * fs), round(0.03 * fs)
    bump = height(gaussian(median, fs, CUT_HZ), median.shape[1] - 1, half)
    pattern = bump[:, wave.peak_column]
    if median.shape[0] < FLUTTER_LEADS or float(np.abs(pattern).max()) < FLUTTER_LEAST_UV:
        return False
    power = float(pattern @ pattern)
    tall = float(np.abs(pattern).max()) >= TALL_UV
    share = pattern @ bump / power
    alike = TALL_LIKENESS if tall else FLUTTER_LIKENESS
    share[pattern @ bump < alike * np.linalg.norm(bump, axis=0) * np.sqrt(power)] = 0.0
    onset, offset, t_peak = ends
    for k in FLUTTER_PERIODS:
        cycle = rr_s / k * fs
        if not FLUTTER_CYCLE_S[0] <= cycle / fs <= FLUTTER_CYCLE_S[1]:
            continue
        places = [wave.peak_column + j * cycle for j in range(1, k)]
        seen = [at for at in places if at + slack > offset + 0.3 * slack or at < onset]
        near = [(at, at < offset + half) for at in seen if slack <= at < bump.shape[1] - slack]
        found = [
            float(share[max(int(at - slack), min(int(offset), int(at)) if close else 0) : int(at + slack) + 1].max())
            for at, close in near
        ]
        on_t = [abs(at - t_peak) < T_HALF_S * fs for at, _ in near]
        large = any(size > FLUTTER_MOST for size, here in zip(found, on_t, strict=True) if here)
        least = FLUTTER_SURE if large else TALL_SHARE if tall else FLUTTER_SHARE
        if found and not all(on_t) and min(found) >= least:
            return True
    return False


def _fading(slope: Signals, share: float) -> int:
    """Steps from the peak until the slope has fallen below a share of its steepest; the whole way if it never does."""
    steepest = int(slope.argmax())
    quiet = np.flatnonzero(slope[steepest:] <= share * slope[steepest])
    return steepest + int(quiet[0]) if quiet.size else slope.size - 1


def present(agreement: Reals) -> Mask:
    """Which beats have the P wave of their class."""
    has: Mask = agreement >= BEAT_AGREES
    return has
