"""Where the beats are: candidates from all leads together, then the most plausible sequence of them.

A candidate is a maximum of the band-passed energy of all leads, each lead weighed by its contrast. It is judged by
its size against the neighbours, by the resemblance to other beats nearby, and by whether it merely accompanies a
larger one at a fixed distance (a P or T wave). `sequence` then weighs these against the intervals they would make.
The recording is filtered in blocks, so memory does not grow with filters; what is kept runs at about 125 Hz.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal
from scipy.ndimage import median_filter, percentile_filter, uniform_filter1d

from ecg.analysis.filters import DETECTION_HZ, Mask, Signals, bridge, butterworth, decimate
from ecg.analysis.gaps import hidden_beats
from ecg.analysis.sequence import best_sequence

Samples = NDArray[np.int64]
Reals = NDArray[np.float64]

BAND_HZ = (6.0, 35.0)  # QRS energy; T waves lie below, muscle above
ENERGY_WINDOW_S = 0.12  # about one QRS
BLOCK_S = 60.0
MARGIN_S = 2.0
LEVEL_WINDOW_S = 2.0  # holds at least one beat down to 30/min
LEVEL_WINDOWS = 7  # and their median outlives an artefact or a pause of 6 s
FLOOR_UV = 8.0  # no QRS of an adult surface ECG has less energy than this (root mean square in the band)
FLOOR_SHARE = 0.15  # of the whole recording's level: a pause does not turn noise into beats
MIN_CONTRAST = 3.0  # of a QRS against the median energy around it
NEIGHBOURS = 6  # large candidates on either side that a candidate is compared with
COMPANION_SHARE = 0.9  # of the usual interval: a P or T wave is nearer to its QRS than beats are to each other
NOISE_WINDOW_S = 2.4  # holds the quiet times between several beats
NOISE_STEP_S = 0.08
QUIET, LOUD = 0.1, 0.2  # energy of the quietest quarter of the time against a QRS: no noise, and as much as it gets
NOISE_LIKENESS = 0.65  # "beats" with less contrast that resemble each other no more than this are noise …
BURST_LIKENESS = 0.6  # … and where most beats of the recording are certain, no more than this


@dataclass(frozen=True, slots=True)
class Evidence:
    """The band-passed leads `band` (n_leads, m) and the energy of all leads together (m,), both at `fs` hertz, where
    1.0 is a typical QRS of that time. What changes slowly is kept at `centres` (w,), columns of the band."""

    band: Signals
    energy: NDArray[np.float32]
    centres: Reals
    weights: Reals  # (n_leads, w): what each lead contributes per microvolt
    contrasts: Reals  # (w,): of the best lead, the QRS level over the median energy around it
    fs: float
    factor: int  # columns of the band are this many samples of the recording apart

    def weight_at(self, columns: Samples) -> Signals:
        """What each lead contributes per microvolt at those columns, (n_leads, n)."""
        return np.stack([np.interp(columns, self.centres, row) for row in self.weights]).astype(np.float32)

    def contrast_at(self, columns: Samples) -> Reals:
        """The contrast of the best lead at those columns, (n,)."""
        return np.interp(columns, self.centres, self.contrasts)


def find_beats(signals: NDArray[np.floating], missing: Mask, fs: float) -> tuple[Samples, Evidence]:
    """Sample numbers of the beats (at the energy's centre, about the R peak), and the evidence for later use."""
    evidence = gather(signals, missing, fs)
    rate = evidence.fs
    edge = int(0.04 * rate)
    peaks, _ = signal.find_peaks(evidence.energy, distance=max(1, int(0.12 * rate)), height=0.08)
    peaks = peaks[(peaks >= edge) & (peaks < evidence.energy.size - edge)].astype(np.int64)
    if peaks.size == 0:
        return peaks, evidence
    size = _relative_size(evidence.energy[peaks].astype(np.float64), peaks)
    strong = size > 0.6
    likeness = _likeness(evidence, peaks, strong)
    belief = 1.4 * np.clip(np.log2(np.maximum(size, 1e-3) / 0.4), -4, 1.7) + 3.0 * np.clip(likeness - 0.68, -0.6, 0.4)
    belief -= 3.0 * _accompanies(peaks / rate, size, strong)
    chosen = best_sequence(peaks / rate, belief, size, _noise(evidence, peaks))
    typical = median_filter(likeness[chosen], size=min(9, chosen.size), mode="nearest")
    sure = (typical >= NOISE_LIKENESS) | (evidence.contrast_at(peaks[chosen]) >= MIN_CONTRAST)
    if 2 * np.count_nonzero(sure) > sure.size:
        sure |= typical >= BURST_LIKENESS
    columns = peaks[chosen[sure]]
    columns = np.sort(np.concatenate([columns, hidden_beats(evidence.band, rate, columns)]))
    return columns * evidence.factor, evidence


def gather(signals: NDArray[np.floating], missing: Mask, fs: float) -> Evidence:
    """Band-passed leads and the energy of all leads together, at the detection rate; shapes in `Evidence`."""
    factor = max(1, round(fs / DETECTION_HZ))
    rate = fs / factor
    n = -(-signals.shape[1] // factor)
    band = np.empty((signals.shape[0], n), dtype=np.float32)
    block, margin = int(BLOCK_S * rate) * factor, int(MARGIN_S * rate) * factor
    for at in range(0, signals.shape[1], block):
        low, high = max(0, at - margin), min(signals.shape[1], at + block + margin)
        part = _band_pass(decimate(bridge(signals[:, low:high], missing[:, low:high]), factor), rate)
        skip, room = (at - low) // factor, min(block // factor, n - at // factor)
        band[:, at // factor : at // factor + room] = part[:, skip : skip + room]
        band[:, at // factor : at // factor + room][missing[:, at : at + room * factor : factor]] = 0.0
    energy = band * band
    for row in energy:  # in place: this is the largest thing held
        np.sqrt(np.maximum(uniform_filter1d(row, int(ENERGY_WINDOW_S * rate) | 1), 0.0), out=row)
    centres, weights, contrasts = _weights(energy, rate)
    together = np.zeros(n, dtype=np.float32)
    for row, weight in zip(energy, weights, strict=True):
        together += row * np.interp(np.arange(n), centres, weight)
    return Evidence(band, together, centres, weights, contrasts, rate, factor)


def _band_pass(signals: Signals, rate: float) -> Signals:
    high = min(BAND_HZ[1], 0.45 * rate)
    pad = min(signals.shape[1] - 1, int(rate))
    return signal.sosfiltfilt(butterworth((BAND_HZ[0], high), rate), signals, axis=-1, padlen=pad).astype(np.float32)


def _weights(energy: Signals, rate: float) -> tuple[Reals, Reals, Reals]:
    """From the energy of each lead (n_leads, m): columns of the window centres (w,), what each lead contributes per
    microvolt there (n_leads, w) and the contrast of the best lead (w,).

    A lead's energy is measured against its own QRS level (no lower than noise allows) and weighed by its contrast
    squared; a flat lead has no say.
    """
    window = int(LEVEL_WINDOW_S * rate)
    count = max(1, energy.shape[1] // window)
    pieces = energy[:, : count * window].reshape(energy.shape[0], count, -1)
    size = (1, min(LEVEL_WINDOWS, count))
    level = median_filter(pieces.max(axis=2), size=size, mode="nearest").astype(np.float64)
    noise = median_filter(np.stack([np.median(row, axis=1) for row in pieces]), size=size, mode="nearest")
    bare = np.clip(level / np.maximum(noise, 1e-3), 1.0, 30.0)
    alive = np.minimum(1.0, level / FLOOR_UV)
    floor = np.maximum(FLOOR_UV, FLOOR_SHARE * np.median(level, axis=1, keepdims=True))
    level = np.maximum(level, np.maximum(floor, MIN_CONTRAST * noise))
    share = (np.clip(level / np.maximum(noise, 1e-3), 1.0, 30.0) * alive) ** 2 + 1e-9
    return (np.arange(count) + 0.5) * window, share / share.sum(axis=0) / level, bare.max(axis=0)


def _relative_size(energy: Reals, peaks: Samples) -> Reals:
    """Energy of each candidate over the running median of the large ones (nine beats)."""
    size = energy
    for _ in range(2):
        large = np.flatnonzero(size > 0.6)
        if large.size < 3:
            return size
        running = median_filter(size[large], size=9, mode="nearest")
        size = size / np.interp(peaks, peaks[large], running)
    return size


def _likeness(evidence: Evidence, peaks: Samples, strong: Mask) -> Reals:
    """Third best correlation of each candidate with its 12 nearest large neighbours, all leads together."""
    rate, band = evidence.fs, evidence.band
    half, slack = int(0.1 * rate), max(1, round(0.03 * rate))
    others = np.flatnonzero(strong)
    if others.size < 4:
        return np.full(peaks.size, 0.6)
    spread = np.arange(-half - slack, half + slack + 1)
    cuts = np.clip(peaks[:, None] + spread, 0, band.shape[1] - 1)
    windows = (band[:, cuts] * evidence.weight_at(peaks)[:, :, None]).transpose(1, 0, 2)
    core = windows[:, :, slack:-slack].reshape(peaks.size, -1)
    core = core / np.maximum(np.linalg.norm(core, axis=1, keepdims=True), 1e-9)
    views = np.lib.stride_tricks.sliding_window_view(windows, 2 * half + 1, axis=2).transpose(0, 2, 1, 3)
    place = np.searchsorted(others, np.arange(peaks.size))
    out = np.empty(peaks.size)
    for low in range(0, peaks.size, 64):  # in blocks: near candidates share their neighbours
        rows = np.arange(low, min(low + 64, peaks.size))
        index = np.arange(max(0, place[low] - NEIGHBOURS), min(others.size, place[rows[-1]] + NEIGHBOURS + 1))
        lags = views[rows].reshape(rows.size, 2 * slack + 1, -1)
        norm = np.maximum(np.linalg.norm(lags, axis=2, keepdims=True), 1e-9)
        match = ((lags @ core[others[index]].T) / norm).max(axis=1)
        far = np.abs(index - place[rows][:, None]) > NEIGHBOURS
        match[far | (others[index] == rows[:, None])] = -1.0
        out[rows] = np.sort(match, axis=1)[:, -3]
    return out


def _noise(evidence: Evidence, peaks: Samples) -> Reals:
    """How much noise fills the time between the beats around each candidate, 0 to 1."""
    step = max(1, round(NOISE_STEP_S * evidence.fs))
    between = percentile_filter(evidence.energy[::step], 25, size=round(NOISE_WINDOW_S * evidence.fs / step))
    return np.clip((between[peaks // step].astype(np.float64) - QUIET) / (LOUD - QUIET), 0.0, 1.0)


def _accompanies(times: Reals, size: Reals, strong: Mask) -> Mask:
    """Which candidates stand at a fixed distance before (P) or after (T) a larger one, beat after beat."""
    out = np.zeros(times.size, dtype=bool)
    for nearest, farthest, side, share in ((0.08, 0.30, 1, 1.0), (0.16, 0.40, -1, 0.8)):
        master = _master(times, size, side, (nearest, farthest), share)
        master[~_near(times, strong, master)] = -1
        mine = np.flatnonzero(master >= 0)
        if mine.size:
            out[mine] |= _repeats(times, size, strong, mine, master[mine])
    return out


def _master(times: Reals, size: Reals, side: int, reach: tuple[float, float], share: float) -> Samples:
    """Index of the largest neighbour on that side, within reach and large enough; -1 where there is none."""
    n = times.size
    master, largest = np.full(n, -1, dtype=np.int64), np.zeros(n)
    for step in range(1, 4):
        index = np.arange(n) + side * step
        other = np.clip(index, 0, n - 1)
        gap = (times[other] - times) * side
        take = (index == other) & (gap >= reach[0]) & (gap <= reach[1])
        take &= (size <= share * size[other]) & (size[other] > largest)
        master[take], largest[take] = other[take], size[other][take]
    return master


def _near(times: Reals, strong: Mask, master: Samples) -> Mask:
    """Whether the master is much nearer than large candidates usually are to each other (mean of 11 intervals)."""
    anchors = times[strong]
    if anchors.size < 3:
        return np.ones(times.size, dtype=bool)
    usual = uniform_filter1d(np.minimum(np.diff(anchors), 2.0), min(11, anchors.size - 1), mode="nearest")
    near: Mask = np.abs(times[master] - times) <= COMPANION_SHARE * np.interp(times, anchors[1:], usual)
    return near


def _repeats(times: Reals, size: Reals, strong: Mask, mine: Samples, master: Samples) -> Mask:
    """Whether a third of the 16 large neighbours of the master have such a companion at the same distance."""
    anchors = times[strong]
    if anchors.size == 0:
        return np.zeros(mine.size, dtype=bool)
    place = np.searchsorted(anchors, times[master])
    distance = times[master] - times[mine]
    hits, total = np.zeros(mine.size), np.zeros(mine.size)
    for step in (*range(-8, 0), *range(1, 9)):
        index = place + step
        usable = (index >= 0) & (index < anchors.size)
        wanted = anchors[np.clip(index, 0, anchors.size - 1)] - distance
        near = np.clip(np.searchsorted(times, wanted), 1, times.size - 1)
        near = np.where(np.abs(times[near] - wanted) < np.abs(times[near - 1] - wanted), near, near - 1)
        hits += usable & (np.abs(times[near] - wanted) < 0.04) & (size[near] > 0.3 * size[mine])
        total += usable
    enough: Mask = (hits >= total / 3) & (total >= 4)
    return enough
