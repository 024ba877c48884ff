"""Where QRS and T begin and end, lead by lead, on a median beat or on single beats.

QRS: from the steep part outwards until the slope stays small. The slope is that of a Gaussian-smoothed signal; small
is a share of the steepest slope, and at the end above the slope of the ST segment that follows: ST is rarely level, and
its own slope is no QRS. The shares were set by the manual marks of the QT Database and LUDB samples.
T: the highest deflection above the chord of the ST-T segment; its end is where the falling slope has faded.
All times are columns (float, NaN where nothing was found); arrays are (..., width) with the beat at column `zero`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.analysis.detection import Reals
from ecg.analysis.filters import Signals, gaussian

BIG_SLOPE = 0.3  # of the steepest: certainly QRS
BIG_GAP_S = 0.05  # two such parts this close are one QRS
LEAST_QRS_UV = 30.0  # peak to peak in a lead, below which its QRS has no boundaries
REACH_QRS_S = (0.18, 0.22)  # no QRS begins earlier before R, or ends later
CORE_S = 0.08
NOISE_FACTOR = 1.5
REST_MOST = 0.5  # of the steepest: what slopes more beside a QRS is no segment at rest
T_CUT_HZ = 10.0
T_END_SLOPE = 0.4  # of the steepest fall of the T wave, in the signal smoothed at T_CUT_HZ
T_SEARCH_S = 0.2
T_AFTER_J_S = 0.06
T_LATEST_S = 0.7
LEAST_T_UV = 25.0


@dataclass(frozen=True, slots=True)
class Side:
    """How one end of the QRS is found."""

    way: int  # -1 towards the onset, 1 towards the offset
    cut_hz: float
    slope: float  # of the steepest: below it the QRS is over
    gap_s: float  # … when it stays so for this long
    reach_s: float  # a slurred end longer than this is another wave: the threshold is doubled
    rest: float  # how many times the slope of the segment beyond the threshold stands above
    rest_s: tuple[float, float] = (0.06, 0.14)  # where that segment lies, from the steep part


ONSET = Side(-1, 18.0, 0.04, 0.02, 0.04, 0.0)
OFFSET = Side(1, 22.0, 0.06, 0.03, 0.06, 1.2)


def qrs_bounds(windows: Signals, zero: int, fs: float) -> tuple[Reals, Reals]:
    """QRS onset and offset, each of shape windows.shape[:-1]."""
    low = max(0, zero - round(REACH_QRS_S[0] * fs))
    high = zero + round(REACH_QRS_S[1] * fs)
    part = windows[..., low : high + 1]
    onset, offset = (_qrs_side(part, zero - low, fs, side) for side in (ONSET, OFFSET))
    core = part[..., zero - low - round(CORE_S * fs) : zero - low + round(CORE_S * fs) + 1]
    dead = ~(np.ptp(core, axis=-1) >= LEAST_QRS_UV)
    onset[dead] = offset[dead] = np.nan
    return onset + low, offset + low


def _qrs_side(part: Signals, zero: int, fs: float, side: Side) -> Reals:
    slope = np.abs(gaussian(part, fs, side.cut_hz, order=1))
    half = round(CORE_S * fs)
    core = slope[..., zero - half : zero + half + 1]
    steepest = core.max(axis=-1, keepdims=True)
    before = np.sort(slope[..., : max(2, zero - round(0.1 * fs))], axis=-1)
    noise = before[..., before.shape[-1] // 2, None]  # the median
    first = 0 if side.way < 0 else zero - half  # only that side of the QRS is searched
    slope = slope[..., : zero + half + 1] if side.way < 0 else slope[..., first:]
    start = core.argmax(axis=-1) + zero - half - first
    start = _edge(slope > np.maximum(BIG_SLOPE * steepest, 2 * noise), start, BIG_GAP_S * fs, side.way)
    rest = np.minimum(_rest(slope, start, fs, side), REST_MOST * steepest)
    limit = np.maximum(side.slope * steepest + rest, NOISE_FACTOR * noise)
    found = _edge(slope > limit, start, side.gap_s * fs, side.way)
    for factor in (2, 4):
        slurred = np.abs(found - start) > side.reach_s * fs
        if not slurred.any():
            break
        limit = np.maximum(factor * side.slope * steepest + rest, NOISE_FACTOR * noise)[slurred]
        found[slurred] = _edge(slope[slurred] > limit, start[slurred], side.gap_s * fs, side.way)
    return found.astype(np.float64) + first


def _rest(slope: Signals, start: NDArray[np.int64], fs: float, side: Side) -> Signals:
    """The slope of the segment beyond the QRS, its median, times `side.rest`; shape of `start` and one more."""
    if not side.rest:
        return np.zeros((*start.shape, 1), dtype=np.float32)
    near, far = (round(seconds * fs) for seconds in side.rest_s)
    columns = np.clip(start[..., None] + side.way * np.arange(near, far), 0, slope.shape[-1] - 1)
    beyond = np.take_along_axis(slope, columns, -1)
    middle = beyond.shape[-1] // 2
    found: Signals = np.float32(side.rest) * np.partition(beyond, middle, axis=-1)[..., middle, None]
    return found


def _edge(active: NDArray[np.bool_], start: NDArray[np.int64], gap: float, way: int) -> NDArray[np.int64]:
    """The first column from `start` on, going `way`, after which `gap` columns are quiet; shape of `start`."""
    width = active.shape[-1]
    line = active if way > 0 else active[..., ::-1]
    first = start if way > 0 else width - 1 - start
    ahead = int(gap)
    counts = np.zeros((*line.shape[:-1], width + 1 + ahead), dtype=np.int16)
    np.cumsum(line, axis=-1, out=counts[..., 1 : width + 1])
    counts[..., width + 1 :] = counts[..., width : width + 1]
    quiet = counts[..., ahead + 1 :] == counts[..., 1 : width + 1]
    quiet &= np.arange(width) >= first[..., None]
    found: NDArray[np.int64] = quiet.argmax(axis=-1)
    return found if way > 0 else width - 1 - found


def t_bounds(template: Signals, zero: int, fs: float, offset: Reals, rr_s: float) -> tuple[Reals, Reals]:
    """T peak and T end of each lead of a median beat (n_leads, width). `offset` (n_leads,), `rr_s` the usual RR."""
    leads, width = template.shape
    peak, end = np.full(leads, np.nan), np.full(leads, np.nan)
    common = np.nanmedian(offset) if np.isfinite(offset).any() else np.nan
    if not np.isfinite(common):
        return peak, end
    last = min(width - 2, zero + round(min(T_LATEST_S, max(rr_s - 0.2, 0.7 * rr_s)) * fs))
    smooth = gaussian(np.nan_to_num(template), fs, T_CUT_HZ)
    fall = np.gradient(smooth, axis=-1)
    firsts = np.fmax(offset, common - 0.02 * fs) + T_AFTER_J_S * fs
    arched = [
        _arch(smooth[lead, int(firsts[lead]) : last]) if np.isfinite(offset[lead]) else None for lead in range(leads)
    ]
    for lead, arch in enumerate(arched):
        if arch is None or arch.size < 0.1 * fs:
            continue
        found = _t_of_lead(arch, fall[lead, int(firsts[lead]) : last], fs)
        if found is not None:
            peak[lead], end[lead] = found[0] + int(firsts[lead]), found[1] + int(firsts[lead])
    return peak, end


def _arch(segment: Signals) -> Signals:
    """The segment above the chord from its first to its last sample."""
    return (
        segment - np.linspace(segment[0], segment[-1], segment.size, dtype=np.float32) if segment.size > 2 else segment
    )


def _t_of_lead(arch: Signals, fall: Signals, fs: float) -> tuple[int, int] | None:
    """Peak and end of the T wave as indices of the arch; None when there is no wave to speak of."""
    top = int(np.abs(arch).argmax())
    if abs(float(arch[top])) < LEAST_T_UV:
        return None
    sign = np.sign(arch[top])
    down = -sign * fall[top : top + round(T_SEARCH_S * fs)]
    if down.size < 3:
        return None
    steep = int(down.argmax())
    after = -sign * fall[top + steep :]
    faded = np.flatnonzero(after < T_END_SLOPE * down[steep])
    if faded.size == 0:
        return None
    return top, top + steep + int(faded[0])
