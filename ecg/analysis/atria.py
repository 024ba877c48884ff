"""What the atria do apart from the ventricles: the beats are taken away, and the rest is asked for its own period.

Whatever keeps its distance to the QRS (the QRS, T and conducted P waves) is in the median of all RR intervals and goes
away with it. Dissociated P waves and flutter waves stay and repeat after a time of their own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.ndimage import uniform_filter1d

from ecg.analysis.fibrillation import block_means
from ecg.analysis.filters import Mask, Signals, bridge, gaussian
from ecg.analysis.model import Analysis

RATE_HZ = 125.0
SMOOTH_HZ = 16.0  # mains and muscle repeat too, and much faster than any atrium
QRS_S = (0.06, 0.12)  # left out around every R: what the subtraction leaves of a QRS is no atrial wave
BEFORE_S = 0.25
LONGEST_S = 60.0  # of a long recording the first minute
FLUTTER_S = (0.17, 0.32)  # 190 to 350 a minute
FIRST_SHARE = 0.75
SINUS_S = (0.38, 1.5)  # 40 to 160 a minute
TREMOR_S = (0.06, 0.38)  # what repeats as strongly after this is tremor or flutter, and its multiples are no P waves


@dataclass(frozen=True, slots=True)
class Period:
    """A period of the atria in seconds and its strength: the correlation of the rest with itself, 0 to 1."""

    seconds: float
    strength: float


@dataclass(frozen=True, slots=True)
class Atria:
    """Periods that are not the ventricles': in the range of P waves and in that of flutter; None where none stands."""

    waves: Period | None
    flutter: Period | None


def atria(signals: NDArray[np.floating], missing: Mask, analysis: Analysis) -> Atria:
    """`signals` (n_leads, n) in microvolts at the analysis' frequency. Fewer than four beats say nothing."""
    fs = analysis.sampling_frequency
    factor = max(1, round(fs / RATE_HZ))
    rate = fs / factor
    count = int(min(signals.shape[1], LONGEST_S * fs)) // factor
    beats = [beat for beat in analysis.beats if beat.r_sample < count * factor]
    if len(beats) < 4 or count < 4 * rate:
        return Atria(None, None)
    whole = bridge(signals[:, : count * factor], missing[:, : count * factor])
    low = gaussian(block_means(whole, factor), rate, SMOOTH_HZ)
    low -= uniform_filter1d(low, int(0.4 * rate) | 1, axis=1, mode="nearest")
    places = np.array([beat.r_sample // factor for beat in beats])
    common = np.bincount([beat.shape + 1 for beat in beats]).argmax() - 1
    rest, kept = _rest(low, places, np.array([beat.shape == common for beat in beats]), rate)
    likeness = _likeness(rest, kept, rate)
    waves, faster = _peak(likeness, SINUS_S, rate), _peak(likeness, TREMOR_S, rate)
    if waves and faster and faster.strength >= FIRST_SHARE * waves.strength:
        waves = None
    return Atria(waves, _peak(likeness, FLUTTER_S, rate))


def _rest(low: Signals, places: NDArray[np.int64], usual: Mask, rate: float) -> tuple[Signals, Mask]:
    """The leads without their beats, zero where nothing is left to see, and where something is left."""
    n = low.shape[1]
    before, length = int(BEFORE_S * rate), int(np.median(np.diff(places)))
    inside = places[usual & (places >= before) & (places - before + length <= n)]
    rest = low.copy()
    if inside.size < 3:
        return rest, np.zeros(n, dtype=bool)
    shape = np.median(low[:, inside[:, None] - before + np.arange(length)], axis=1)
    kept = np.ones(n, dtype=bool)
    for number, place in enumerate(places):
        first, end = max(0, place - before), min(n, place - before + length)
        if number + 1 < places.size:
            end = min(end, max(first, places[number + 1] - before))
        if usual[number]:
            rest[:, first:end] -= shape[:, first - place + before : end - place + before]
            kept[max(0, place - int(QRS_S[0] * rate)) : place + int(QRS_S[1] * rate)] = False
        else:
            kept[max(0, place - int(0.15 * rate)) : place + int(0.5 * rate)] = False
    kept[: max(0, places[0] - before)] = False
    rest[:, ~kept] = 0.0
    return rest, kept


def _likeness(rest: Signals, kept: Mask, rate: float) -> NDArray[np.float64]:
    """The correlation of the rest with itself after 0, 1, 2, … samples, all leads together, up to 1.6 s."""
    n = rest.shape[1]
    size = fft.next_fast_len(n + int(1.6 * rate) + 1, real=True)
    lags = min(n - 1, int(1.6 * rate))
    spectrum = fft.rfft(rest, size, axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).sum(axis=0)
    together = fft.irfft(power, size)[: lags + 1]
    pairs = fft.irfft(np.abs(fft.rfft(kept.astype(float), size)) ** 2, size)[: lags + 1]
    level = together / np.maximum(pairs, 0.1 * pairs[0] + 1.0)
    return level / level[0] if level[0] > 0 else np.zeros_like(level)


def _peak(likeness: NDArray[np.float64], seconds: tuple[float, float], rate: float) -> Period | None:
    first, end = int(seconds[0] * rate), min(int(seconds[1] * rate) + 1, likeness.size - 1)
    if end - first < 3:
        return None
    inner = likeness[first:end]
    tops = (inner >= likeness[first - 1 : end - 1]) & (inner > likeness[first + 1 : end + 1]) & (inner > 0)
    if not tops.any():
        return None
    heights = np.where(tops, inner, -1.0)
    best = int(np.flatnonzero(heights >= FIRST_SHARE * heights.max())[0])  # twice a period fits as well
    return Period((first + best) / rate, round(float(inner[best]), 3))
