"""Where the ventricles fibrillate or flutter: windows whose leads swing all the time at one rate and never rest.

Between beats a lead rests near its baseline and a QRS is much sharper than anything else; in ventricular fibrillation
and flutter neither holds. Each window of 3 s is therefore judged by four measures of each lead: how long it stays
away from its baseline (threshold crossing sample count, Arafat et al. 2011), how much of its power lies around one
frequency, where that frequency lies, and how large it is. The windows advance by 1 s; three in a row must agree.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from ecg.analysis.filters import Mask, Signals, bridge

RATE_HZ = 62.5
WINDOW_S, STEP_S = 3.0, 1.0
BAND_HZ = (1.5, 25.0)


def block_means(signals: Signals, factor: int) -> Signals:
    """Every `factor` samples as their mean; shape (n_leads, n // factor). `n` must be a multiple of `factor`."""
    share = np.full(factor, 1.0 / factor, dtype=np.float32)
    means: Signals = signals.reshape(signals.shape[0], -1, factor) @ share
    return means


@dataclass(frozen=True, slots=True)
class Swing:
    """Measures of each lead and window, shape (n_leads, n_windows); `starts` in samples of the recording."""

    starts: NDArray[np.int64]
    length: int
    away: NDArray[np.float64]  # share of the window spent beyond a fifth of its largest swing
    tuned: NDArray[np.float64]  # share of the power within 1 Hz of the strongest frequency or its half
    hertz: NDArray[np.float64]
    rms_uv: NDArray[np.float64]


def swings(signals: NDArray[np.floating], missing: Mask, fs: float) -> Swing:
    """The measures of every window. `signals` (n_leads, n) in microvolts; windows with gaps give NaN."""
    factor = max(1, round(fs / RATE_HZ))
    count = signals.shape[1] // factor
    rate = fs / factor
    length, step = round(WINDOW_S * rate), round(STEP_S * rate)
    if count < length:
        empty = np.zeros((signals.shape[0], 0))
        return Swing(np.zeros(0, dtype=np.int64), length * factor, empty, empty, empty, empty)
    whole = bridge(signals[:, : count * factor], missing[:, : count * factor])
    low = block_means(whole, factor)
    gone = missing[:, : count * factor : factor]
    cut = np.lib.stride_tricks.sliding_window_view(low, length, axis=1)[:, ::step]
    gaps = np.lib.stride_tricks.sliding_window_view(gone, length, axis=1)[:, ::step].any(axis=2)
    size = fft.next_fast_len(length, real=True)
    spectrum = fft.rfft(cut - cut.mean(axis=2, keepdims=True), size, axis=2)
    hertz = np.fft.rfftfreq(size, 1 / rate)
    spectrum[:, :, (hertz < BAND_HZ[0]) | (hertz > BAND_HZ[1])] = 0
    power = spectrum.real**2 + spectrum.imag**2
    total = power.sum(axis=2) + 1e-9
    strongest = hertz[np.argmax(power, axis=2)]
    near = np.abs(hertz - strongest[:, :, None]) <= 1.0
    tuned = (power * near).sum(axis=2) / total
    wave = np.abs(fft.irfft(spectrum, size, axis=2)[:, :, :length])
    away = (wave > 0.2 * wave.max(axis=2, keepdims=True)).mean(axis=2)
    rms = np.sqrt((wave**2).mean(axis=2))
    for values in (away, tuned, strongest, rms):
        values[gaps] = np.nan
    starts = np.arange(cut.shape[1], dtype=np.int64) * step * factor
    return Swing(starts, length * factor, away, tuned, strongest, rms)


AWAY_LEAST = 0.45  # VF of the CU database: 5th to 25th percentile; windows of sinus and AF records: above the 99th
TUNED_LEAST = 0.3
TOGETHER_LEAST = 0.9  # the less it rests, the less it needs to keep one rate: coarse fibrillation is disordered
HERTZ = (2.5, 9.0)  # 150 to 540 a minute
RMS_LEAST_UV = 50.0  # finer swings are told from noise by nobody on a surface lead
RUN = 3  # windows in a row: 5 s


def fibrillation(signals: NDArray[np.floating], missing: Mask, fs: float) -> tuple[tuple[int, int], ...] | None:
    """Spans (first, end) in samples where the ventricles fibrillate or flutter; None when no window could be judged.

    The median of the leads decides in each window, so that one loose electrode neither makes nor hides it.
    """
    found = swings(signals, missing, fs)
    live = np.isfinite(found.away) & (found.rms_uv > 5.0)  # a flat lead has no say
    judged = np.isfinite(found.away).any(axis=0)
    if not judged.any():
        return None
    middle = [_median(values, live) for values in (found.away, found.tuned, found.hertz, found.rms_uv)]
    away, tuned, hertz, rms = middle
    with np.errstate(invalid="ignore"):
        swinging = (
            (away >= AWAY_LEAST) & (tuned >= TUNED_LEAST) & (away + tuned >= TOGETHER_LEAST) & (rms >= RMS_LEAST_UV)
        )
        swinging &= (hertz >= HERTZ[0]) & (hertz <= HERTZ[1])
    edges = np.flatnonzero(np.diff(np.concatenate([[0], swinging.astype(np.int8), [0]])))
    runs = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= min(RUN, swinging.size)]
    return tuple((int(found.starts[a]), int(found.starts[b - 1]) + found.length) for a, b in runs)


def _median(values: NDArray[np.float64], live: Mask) -> NDArray[np.float64]:
    """Of the live leads of each window; NaN where there is none."""
    ordered = np.sort(np.where(live, values, np.inf), axis=0)
    count = live.sum(axis=0)
    middle = ordered[np.maximum(count - 1, 0) // 2, np.arange(values.shape[1])]
    return np.where(count > 0, middle, np.nan)
