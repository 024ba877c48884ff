"""Which of the candidates are the beats: the sequence with the highest belief after the price of its intervals.

Dynamic programming over the candidates (Viterbi). An interval costs when it is shorter than the rhythm and the heart
allow, when a small candidate follows or precedes a large one closely (T and P waves do), and a little when it is long
enough to hold a missed beat. The price of a long interval is bounded, so a real pause stays a pause.

Where noise fills the time between the beats, shapes say less and the rhythm says more: a candidate is believed less
there, and if the rhythm around is regular, an interval costs that is no multiple of the usual one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

Reals = NDArray[np.float64]

REFRACTORY_S = 0.2  # no two ventricular beats are closer
SHORT_PRICE = 3.0
LONG_PRICE = 1.2
CLOSE_S = 0.4  # within this distance a much smaller candidate is suspected to be a P or T wave
LOOK_BACK = 40  # candidates
NOISE_PRICE = 0.7  # of a candidate in full noise
ODD_PRICE = 1.5  # of an interval off the beat of a regular rhythm, in full noise
ODD_FREE, ODD_FULL = 0.06, 0.26  # how far off, in usual intervals: nothing up to the first, all from the second
USUAL_INTERVALS = 61  # over which a rhythm is called regular, and its interval the usual one


@dataclass(frozen=True, slots=True)
class _Rhythm:
    """What the rhythm says at each candidate, all (n,): the running RR, the shortest interval that costs nothing, the
    RR of the minute around (seconds), and the price of an interval that fits neither RR."""

    interval: Reals
    shortest: Reals
    usual: Reals
    odd: Reals


def best_sequence(times: Reals, belief: Reals, size: Reals, noise: Reals) -> NDArray[np.int64]:
    """Indices of the chosen candidates. `times` in seconds, rising; `noise` from 0 (quiet) to 1; all shapes (n,)."""
    belief = belief - NOISE_PRICE * noise
    nothing = np.zeros(times.size)
    interval = _local_interval(times, times[size > 0.7])
    first = _Rhythm(interval, _shortest(times, np.empty(0), interval), interval, nothing)
    beats = times[_viterbi(times, belief, size, first)]
    interval = _local_interval(times, beats)
    usual, regular = _usual(times, beats)
    return _viterbi(
        times, belief, size, _Rhythm(interval, _shortest(times, beats, interval), usual, ODD_PRICE * noise * regular)
    )


def _usual(times: Reals, beats: Reals) -> tuple[Reals, Reals]:
    """The RR of the minute around each candidate, seconds, and how regular it is there, 0 to 1."""
    rr = np.diff(beats)
    if rr.size < 5:
        return np.full(times.size, 0.8), np.zeros(times.size)
    width = min(USUAL_INTERVALS, rr.size)
    median = median_filter(rr, size=width, mode="nearest")
    scatter = median_filter(np.abs(rr - median) / median, size=width, mode="nearest")
    middle = (beats[1:] + beats[:-1]) / 2
    regular = np.clip((0.12 - scatter) / 0.07, 0.0, 1.0)
    return np.interp(times, middle, median), np.interp(times, middle, regular)


def _local_interval(times: Reals, beats: Reals) -> Reals:
    """Running median RR (11 intervals) at each candidate, seconds; 0.8 when there are too few beats."""
    rr = np.diff(beats)
    if rr.size < 2:
        return np.full(times.size, 0.8)
    median = median_filter(rr, size=min(11, rr.size), mode="nearest")
    return np.clip(np.interp(times, (beats[1:] + beats[:-1]) / 2, median), 0.25, 2.0)


def _shortest(times: Reals, beats: Reals, interval: Reals) -> Reals:
    """The shortest interval that costs nothing: 45 % of the local RR, 65 % where the rhythm is regular."""
    rr = np.diff(beats)
    share: float | Reals = 0.45
    if rr.size >= 3:
        width = min(41, rr.size)
        median = median_filter(rr, size=width, mode="nearest")
        scatter = median_filter(np.abs(rr - median) / median, size=width, mode="nearest")
        regular = np.clip(0.65 - (scatter - 0.03) / 0.07 * 0.2, 0.45, 0.65)
        share = np.interp(times, (beats[1:] + beats[:-1]) / 2, regular)
    return np.clip(share * interval, 0.26, 0.45)


def _viterbi(times: Reals, belief: Reals, size: Reals, rhythm: _Rhythm) -> NDArray[np.int64]:
    t, gain, big, rr, least = (a.tolist() for a in (times, belief, size, rhythm.interval, rhythm.shortest))
    usual, odd = rhythm.usual.tolist(), rhythm.odd.tolist()
    best: list[float] = []
    back: list[int] = []
    for j, now in enumerate(t):
        top, source = -_long((now - t[0]) / rr[j] + 0.5), -1
        for i in range(j - 1, max(-1, j - 1 - LOOK_BACK), -1):
            gap = now - t[i]
            if gap < REFRACTORY_S:
                continue
            value = best[i] - _price(gap, rr[j], least[j], min(big[i], big[j]) / max(big[i], big[j]))
            if odd[j] and value > top:
                value -= odd[j] * min(_off(gap / rr[j]), _off(gap / usual[j]))
            if value > top:
                top, source = value, i
            if j - i > 12 and gap > 3 * max(rr[j], 0.6):
                break
        best.append(top + gain[j])
        back.append(source)
    j = int(np.argmax([value - _long((t[-1] - at) / period) for value, at, period in zip(best, t, rr, strict=True)]))
    chosen = []
    while j >= 0:
        chosen.append(j)
        j = back[j]
    return np.array(chosen[::-1], dtype=np.int64)


def _price(gap: float, rr: float, least: float, ratio: float) -> float:
    price = _long(gap / rr)
    if gap < least:
        price += min(SHORT_PRICE, SHORT_PRICE * (least - gap) / (0.3 * least))
    if gap < CLOSE_S and ratio < 0.6:
        price += SHORT_PRICE * min(1.0, (0.6 - ratio) / 0.3)
    return price


def _long(ratio: float) -> float:
    return min(LONG_PRICE, max(0.0, LONG_PRICE * (ratio - 1.5) / 0.5))


def _off(ratio: float) -> float:
    """How far an interval is from one or more whole ones, 0 to 1."""
    return min(1.0, max(0.0, abs(ratio - max(1, round(ratio))) - ODD_FREE) / (ODD_FULL - ODD_FREE))
