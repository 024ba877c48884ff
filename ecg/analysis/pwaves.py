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
ONSET_SLOPE, OFFSET_SLOPE, BOUND_CUT_HZ, BOUND_HALF_S = 0.35, 0.5, 14.0, 0.085


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
    return smooth - (smooth[..., left] * share + smooth[..., right] * (1 - share))


def find_p(windows: Signals, template: Signals, fs: float, first: int, last: int) -> PWave | None:
    """The P wave between columns `first` and `last` (the QRS onset) of beats (n, leads, width); None without one."""
    half = round(HALF_S * fs)
    low, high = first, last - round(LATEST_S * fs)
    if high - low < half or windows.shape[0] < 2:
        return None
    smooth = gaussian(template[:, : last + half], fs, CUT_HZ)
    bump = height(smooth, last, half)
    strength = np.sqrt((bump[:, low:high] ** 2).mean(axis=0))
    peak = low + int(strength.argmax())
    if peak <= low + 1 or float(np.abs(bump[:, peak]).max()) < LEAST_UV:
        return None
    agreement = _agreement(windows, fs, max(peak - half, 0), min(last, peak + half))
    if np.median(agreement) < AGREE_MEDIAN or np.quantile(agreement, 0.25) < AGREE_QUARTER:
        return None
    on, top, off = _bounds(template[:, : last + half], bump, fs, peak, last)
    return PWave(peak, last, on, top, off, agreement)


def _agreement(windows: Signals, fs: float, low: int, high: int) -> Reals:
    """Correlation of each beat's segment, above its chord, with the mean of the others; all leads together (n,)."""
    margin = round(0.04 * fs)
    start = max(0, low - margin)
    smooth = gaussian(windows[:, :, start : high + margin], fs, CUT_HZ)[:, :, low - start : high - start]
    x = np.linspace(0, 1, smooth.shape[-1], dtype=np.float32)
    segment = smooth - (smooth[:, :, :1] * (1 - x) + smooth[:, :, -1:] * x)
    others = (segment.sum(axis=0)[None] - segment) / (len(segment) - 1)
    product = np.einsum("nlt,nlt->n", segment, others)
    size = np.einsum("nlt,nlt->n", segment, segment) * np.einsum("nlt,nlt->n", others, others)
    return (product / (np.sqrt(size) + 1e-9)).astype(np.float64)


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
    return on, top, off


def _fading(slope: Signals, share: float) -> int:
    """Steps from the peak until the slope has fallen below a share of its steepest; the whole way if it never does."""
    steepest = int(slope.argmax())
    quiet = np.flatnonzero(slope[steepest:] <= share * slope[steepest])
    return steepest + int(quiet[0]) if quiet.size else slope.size - 1


def present(agreement: Reals) -> Mask:
    """Which beats have the P wave of their class."""
    has: Mask = agreement >= BEAT_AGREES
    return has
