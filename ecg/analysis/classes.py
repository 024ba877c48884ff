"""Which beats look alike. Good enough for a median beat: one normal shape, and what differs from it.

Shapes are compared over all leads in the detection band, each lead by its contrast, with a little freedom of time.
"""

import numpy as np

from ecg.analysis.detection import Evidence, Reals, Samples
from ecg.analysis.filters import Signals

SAME_SHAPE = 0.85  # correlation over all leads
HALF_WINDOW_S = 0.12
SLACK_S = 0.04
MOST_CLASSES = 8


def shape_classes(evidence: Evidence, beats: Samples) -> Samples:
    """A class number for each beat (n,): 0 the most frequent shape, rising; -1 a shape that resembles none.

    `beats` are sample numbers of the recording.
    """
    out = np.full(beats.size, -1, dtype=np.int64)
    if beats.size == 0:
        return out
    windows, slack = _windows(evidence, beats)
    left = np.arange(beats.size)
    found = 0
    while left.size and found < MOST_CLASSES:
        members = left[_resembling(windows[left], slack)]
        if members.size == 0:
            break
        out[members] = found
        found += 1
        left = np.flatnonzero(out == -1)
    return _by_frequency(out)


def _windows(evidence: Evidence, beats: Samples) -> tuple[Signals, int]:
    half, slack = int(HALF_WINDOW_S * evidence.fs), max(1, round(SLACK_S * evidence.fs))
    at = beats // evidence.factor
    cuts = np.clip(at[:, None] + np.arange(-half - slack, half + slack + 1), 0, evidence.band.shape[1] - 1)
    return (evidence.band[:, cuts] * evidence.weight_at(at)[:, :, None]).transpose(1, 0, 2), slack


def _resembling(windows: Signals, slack: int) -> Samples:
    """Indices of the windows (n, leads, width) that resemble the most typical of them."""
    core = windows[:, :, slack:-slack]
    norm = np.linalg.norm(core, axis=(1, 2), keepdims=True)
    unit = (core / np.maximum(norm, 1e-9)).reshape(len(core), -1)
    some = unit[:: max(1, len(unit) // 200)]
    pattern = unit[int(np.argmax((unit @ some.T > SAME_SHAPE).sum(axis=1)))].reshape(core.shape[1:])
    members = np.arange(0)
    for _ in range(3):
        match, lag = _best_match(windows, pattern)
        members = np.flatnonzero(match >= SAME_SHAPE)
        if members.size == 0:
            break
        width = core.shape[2]
        aligned = np.stack([windows[m, :, lag[m] : lag[m] + width] for m in members[:400]])
        pattern = aligned.mean(axis=0)
        pattern /= max(float(np.linalg.norm(pattern)), 1e-9)
    return members


def _best_match(windows: Signals, pattern: Signals) -> tuple[Reals, Samples]:
    """Highest correlation with the pattern over the lags, and the lag; both (n,)."""
    shifted = np.lib.stride_tricks.sliding_window_view(windows, pattern.shape[1], axis=2)
    norm = np.sqrt(np.einsum("nlkt,nlkt->nk", shifted, shifted))
    match = np.einsum("nlkt,lt->nk", shifted, pattern) / np.maximum(norm, 1e-9)
    lag = match.argmax(axis=1)
    return match[np.arange(len(match)), lag], lag


def _by_frequency(classes: Samples) -> Samples:
    """The same classes numbered by falling frequency; a class of one stays a class."""
    names, counts = np.unique(classes[classes >= 0], return_counts=True)
    order = names[np.argsort(-counts, kind="stable")]
    out = np.full(classes.size, -1, dtype=np.int64)
    for number, name in enumerate(order):
        out[classes == name] = number
    return out
