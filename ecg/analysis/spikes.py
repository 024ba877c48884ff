"""Pacemaker spikes: a jump of a sample or two before the QRS, far sharper than anything the heart makes."""

import numpy as np
from numpy.typing import NDArray

from ecg.analysis.detection import Samples
from ecg.analysis.filters import Mask

EARLIEST_S = 0.2  # before R
LATEST_S = 0.012
QRS_S = 0.08  # the QRS that it is compared with, after R
SHARPER = 3.0  # than the sharpest corner of the QRS; unpaced beats of the LUDB samples stay below 1
LEAST_HZ = 250.0  # below this rate a spike of 0.5 to 2 ms is not seen for certain
CHUNK = 256


def spikes_before(signals: NDArray[np.floating], missing: Mask, fs: float, beats: Samples) -> Samples:
    """For each beat (n,) the sample of the spike before it, -1 where there is none or the rate is too low.

    `signals` (n_leads, n_samples) in microvolts as recorded: filters would hide the spikes.
    """
    out = np.full(beats.size, -1, dtype=np.int64)
    if fs < LEAST_HZ:
        return out
    before, after, gap = round(EARLIEST_S * fs), round(QRS_S * fs), round(LATEST_S * fs)
    reach = np.arange(-before - 1, after + 2)
    for low in range(0, beats.size, CHUNK):
        some = beats[low : low + CHUNK]
        columns = np.clip(some[:, None] + reach, 0, signals.shape[1] - 1)
        windows = np.where(missing[:, columns], 0.0, signals[:, columns])
        corner = np.sqrt((np.diff(windows, n=2, axis=2) ** 2).sum(axis=0))
        first, rest = corner[:, : before - gap], corner[:, before - gap :]
        sharp = first.max(axis=1) > SHARPER * np.maximum(rest.max(axis=1), 1.0)
        whole = ~missing[:, columns].any(axis=(0, 2))
        out[low : low + CHUNK] = np.where(sharp & whole, some - before + first.argmax(axis=1), -1)
    if (out >= 0).sum() == 1:  # one alone is a disturbance, not a pacemaker
        out[:] = -1
    return out
