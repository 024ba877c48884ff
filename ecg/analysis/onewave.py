"""The QRS as one event: where it begins and ends for all leads together, on a median beat.

The velocity of the heart's vector is what every lead sees a part of. Each lead's slope is measured against its own
steepest, and the root of the mean square over the leads is one curve; it rises above the slope of the PR segment where
the QRS begins and falls to that of the ST segment where it ends. A single lead whose wave begins late, or is hidden in
noise, moves it little: against the values of eleven carts its scatter is a third less than that of quantiles of leads.
"""

import numpy as np

from ecg.analysis.filters import Signals, gaussian

CUT_HZ = 20.0
ONSET_SHARE, OFFSET_SHARE = 0.08, 0.1  # of the highest velocity, above that of the segment beside
CERTAIN = 0.3  # of the highest: certainly QRS
CORE_S = (0.08, 0.09)  # before and after R, where the QRS is certain
REACH_S = (0.18, 0.22)  # no QRS begins earlier before R, or ends later
BEFORE_S, AFTER_S = (0.02, 0.06), (0.06, 0.14)  # the PR and the ST segment, from the certain part
RESTLESS = 0.25  # a lead that moves this much between the waves, against its QRS, has no say


def qrs_together(leads: Signals, zero: int, fs: float) -> tuple[float, float] | None:
    """First and last column (fractions of one) of the QRS of `leads` (n, width) around column `zero`.

    None when nothing there is a QRS.
    """
    speed, rest = _speeds(leads, zero, fs)
    if speed.size == 0:
        return None
    calm = rest <= max(RESTLESS, float(np.median(rest)))
    velocity = np.sqrt((speed[calm] ** 2).mean(axis=0))
    low, high = zero - round(CORE_S[0] * fs), zero + round(CORE_S[1] * fs)
    top = float(velocity[low:high].max())
    certain = low + np.flatnonzero(velocity[low:high] > CERTAIN * top)
    first, last = int(certain[0]), int(certain[-1])
    before = velocity[max(0, first - round(BEFORE_S[1] * fs)) : max(1, first - round(BEFORE_S[0] * fs))]
    after = velocity[last + round(AFTER_S[0] * fs) : last + round(AFTER_S[1] * fs)]
    if before.size == 0 or after.size == 0:
        return None
    onset = _fades(velocity[: first + 1][::-1], float(np.median(before)) + ONSET_SHARE * top)
    offset = _fades(velocity[last:], float(np.median(after)) + OFFSET_SHARE * top)
    return max(first - onset, zero - REACH_S[0] * fs), min(last + offset, zero + REACH_S[1] * fs)


def _speeds(leads: Signals, zero: int, fs: float) -> tuple[Signals, Signals]:
    """The speed of each lead against its highest in the QRS, (n, width), and what it is between the waves, (n,)."""
    slope = np.abs(gaussian(leads, fs, CUT_HZ, order=1))
    core = slope[:, zero - round(CORE_S[0] * fs) : zero + round(CORE_S[1] * fs)]
    top = core.max(axis=1, keepdims=True)
    moving = top[:, 0] > 0
    speed = slope[moving] / top[moving]
    rest = np.median(speed[:, : max(2, zero - round(0.1 * fs))], axis=1)
    return speed, rest


def _fades(line: Signals, limit: float) -> float:
    """Steps until the line has fallen to the limit, between two of them by a straight line; all when it never does."""
    below = np.flatnonzero(line <= limit)
    if below.size == 0:
        return float(line.size - 1)
    step = int(below[0])
    if step == 0:
        return 0.0
    drop = float(line[step - 1] - line[step])
    return step - 1 + (float(line[step - 1]) - limit) / drop if drop > 0 else float(step)
