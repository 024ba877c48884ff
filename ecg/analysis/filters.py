"""Zero-phase conditioning. Nothing here moves a wave in time, and a gap stays a gap: it is bridged for the filters
only and never measured.

Every filter runs forwards and backwards or is a symmetric kernel. The low cut stays at 0.5 Hz, below the 0.67 Hz
that the AHA/ACC/HRS recommendation (2007, part I) allows a filter without phase distortion before ST suffers.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import signal
from scipy.ndimage import convolve1d, uniform_filter1d

Signals = NDArray[np.float32]
Mask = NDArray[np.bool_]
Numbers = TypeVar("Numbers", NDArray[np.int64], NDArray[np.float64])

BASELINE_HZ = 0.5
WORKING_HZ = 500.0  # delineation runs at the recording's own rate, halved (…) when that is 750 Hz or more
DETECTION_HZ = 125.0  # beats are found at about this rate


@dataclass(frozen=True, slots=True)
class Strip:
    """Conditioned leads, shape (n_leads, n), in microvolts at `fs` hertz, `factor` times below the recording's rate.

    Sample i of the strip is sample `start + i * factor` of the recording. `missing` has the same shape.
    """

    signals: Signals
    missing: Mask
    fs: float
    factor: int = 1
    start: int = 0

    def to_recording(self, samples: Numbers) -> Numbers:
        """Sample numbers of the strip (of any shape, NaN allowed) as sample numbers of the recording."""
        return samples * self.factor + self.start


def bridge(signals: NDArray[np.floating], missing: Mask) -> Signals:
    """The signals with gaps bridged by straight lines, so that filters meet no step; shape (n_leads, n)."""
    out = np.array(signals, dtype=np.float32)
    for row, gap in zip(out, missing, strict=True):
        if not gap.any():
            continue
        present = np.flatnonzero(~gap)
        row[gap] = np.interp(np.flatnonzero(gap), present, row[present]) if present.size else 0.0
    return out


def decimate(signals: Signals, factor: int) -> Signals:
    """Every `factor`-th sample after a symmetric triangular kernel (zeros at multiples of the new rate)."""
    if factor == 1:
        return signals
    kernel = np.convolve(np.ones(factor), np.ones(factor)).astype(np.float32)
    smooth = convolve1d(signals, kernel / kernel.sum(), axis=-1, mode="nearest")
    return np.ascontiguousarray(smooth[:, ::factor])


def working_factor(fs: float) -> int:
    """How many samples of the recording make one sample of the strip that is delineated."""
    return max(1, round(fs / WORKING_HZ))


def remove_baseline(signals: Signals, fs: float) -> Signals:
    """Without what is slower than 0.5 Hz (zero phase, 12 dB per octave each way), shape kept.

    The baseline is found at about 25 Hz, where it is cheap, and drawn back by straight lines.
    """
    step = max(1, int(fs / 25))
    rows, n = signals.shape
    low = uniform_filter1d(signals, 2 * step + 1, axis=-1, mode="nearest")[:, ::step]
    pad = min(low.shape[1] - 1, int(3 * fs / step))
    slow = signal.sosfiltfilt(butterworth(BASELINE_HZ, fs / step), low, axis=-1, padlen=pad) if pad > 0 else low
    knots = np.concatenate([slow, slow[:, -1:]], axis=1).astype(np.float32)
    share = np.arange(step, dtype=np.float32) / np.float32(step)
    lines = knots[:, :-1, None] + (knots[:, 1:] - knots[:, :-1])[:, :, None] * share
    flat: Signals = signals - lines.reshape(rows, -1)[:, :n]
    return flat


@lru_cache(maxsize=64)
def butterworth(band: float | tuple[float, float], fs: float) -> NDArray[np.float64]:
    """Second-order sections of a Butterworth filter of order 2: low-pass for one frequency, band-pass for two."""
    if isinstance(band, float):
        return signal.butter(2, band, "low", fs=fs, output="sos")
    return signal.butter(2, band, "band", fs=fs, output="sos")


def gaussian(signals: NDArray[np.floating], fs: float, cutoff_hz: float, order: int = 0) -> Signals:
    """Smoothed by a Gaussian whose response falls to one half (-6 dB) at `cutoff_hz`; `order` 1 gives the slope.

    The slope comes in units per second. A Gaussian neither rings nor overshoots, so it makes no wave of its own.
    """
    plain = signals.astype(np.float32, copy=False)
    smooth: Signals = convolve1d(plain, _kernel(fs, cutoff_hz, order), axis=-1, mode="nearest")
    return smooth


@lru_cache(maxsize=128)
def _kernel(fs: float, cutoff_hz: float, order: int) -> NDArray[np.float64]:
    sigma = np.sqrt(2 * np.log(2)) / (2 * np.pi * cutoff_hz) * fs
    half = max(1, int(np.ceil(3.5 * sigma)))
    t = np.arange(-half, half + 1)
    kernel: NDArray[np.float64] = np.exp(-0.5 * (t / sigma) ** 2)
    if order == 0:
        kernel /= float(kernel.sum())
        return kernel
    slope: NDArray[np.float64] = (kernel * t)[::-1]
    slope *= -fs / float((slope * t).sum())
    return slope


def mains_hz(signals: Signals, fs: float) -> float | None:
    """50 or 60 when the quiet stretches carry more than 10 uV of it in some lead, else None.

    Quiet stretches decide (the lower quartile of 0.2 s pieces), because a QRS has such frequencies itself.
    """
    if fs < 200:
        return None
    piece = round(0.2 * fs)
    count = signals.shape[1] // piece
    if count < 4:
        return None
    pieces = np.diff(signals[:, : count * piece].reshape(-1, count, piece), axis=-1)
    t = np.arange(piece - 1) / fs
    for hz in (50.0, 60.0):
        wave = np.exp(-2j * np.pi * hz * t).astype(np.complex64) * np.float32(2 / (piece - 1))
        gain = 2 * np.sin(np.pi * hz / fs)  # of the difference, which keeps the slow waves out
        amplitude = np.abs(pieces @ wave) / gain
        if float(np.quantile(amplitude, 0.25, axis=1).max()) > 10.0:
            return hz
    return None


def remove_mains(signals: Signals, fs: float) -> Signals:
    """Without mains hum where there is any (a notch 2 Hz wide, both ways); untouched where there is none."""
    hz = mains_hz(signals, fs)
    if hz is None:
        return signals
    b, a = signal.iirnotch(hz, hz / 2.0, fs=fs)
    return signal.filtfilt(b, a, signals, axis=-1).astype(np.float32)


def condition(signals: NDArray[np.floating], missing: Mask, fs: float, start: int = 0) -> Strip:
    """Bridge, remove mains and baseline, bring to the working rate. `signals` in microvolts, (n_leads, n)."""
    factor = working_factor(fs)
    whole = remove_mains(bridge(signals, missing), fs)
    rate = fs / factor
    clean = remove_baseline(decimate(whole, factor), rate)
    return Strip(clean, missing[:, ::factor], rate, factor, start)
