"""Pacemaker spikes: steps far steeper than any QRS, at the beginning of beats; and rates that only a machine keeps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.analysis.filters import Mask, bridge
from ecg.analysis.model import Analysis

LEAST_HZ = 200.0
SPIKE_UV = 80.0  # of the second difference over 4 ms, in the lead where it is largest
STEEPER = 3.0  # than the steepest part of the rest of the same beat
BEFORE_S, AFTER_S = 0.12, 0.06  # of R: where a spike that made the beat may stand
SHARE = 0.6  # of the beats
CLOCK_S = 0.003  # scatter of RR that no sinus node keeps
WIDE_MS = 130.0


@dataclass(frozen=True, slots=True)
class Pacing:
    """`paced` when a pacemaker drives most ventricular beats; `spikes` are sample numbers, `reason` what spoke."""

    paced: bool
    spikes: tuple[int, ...]
    reason: str  # "spikes", "clockwork-rate" or ""


def pacing(signals: NDArray[np.floating], missing: Mask, analysis: Analysis) -> Pacing | None:
    """None below 200 Hz, where no spike can be seen. `signals` (n_leads, n) in microvolts."""
    fs = analysis.sampling_frequency
    if fs < LEAST_HZ or len(analysis.beats) < 3:
        return None
    step = max(1, round(0.002 * fs))
    before, after = round(BEFORE_S * fs), round(AFTER_S * fs)
    places = np.array(analysis.r_samples, dtype=np.int64)
    places = places[(places >= before + step) & (places + after + step < signals.shape[1])][:200]
    found = []
    for place in places:
        first = int(place) - before - step
        cut = bridge(signals[:, first : place + after + step], missing[:, first : place + after + step])
        bend = np.abs(2 * cut[:, step:-step] - cut[:, : -2 * step] - cut[:, 2 * step :])
        spike = _spike(bend, round(0.008 * fs))
        if spike is not None:
            found.append(first + step + spike)
    if places.size >= 3 and len(found) >= SHARE * places.size:
        return Pacing(True, tuple(found), "spikes")
    if _clockwork(places, fs, analysis.intervals.qrs_ms):
        return Pacing(True, tuple(found), "clockwork-rate")
    return Pacing(False, (), "")


def _spike(bend: NDArray[np.float32], near: int) -> int | None:
    """Where one bend of one lead stands alone: steeper than all that is farther than 8 ms from it."""
    lead = int(np.argmax(bend.max(axis=1)))
    row = bend[lead]
    at = int(np.argmax(row))
    rest = np.concatenate([row[: max(0, at - near)], row[at + near + 1 :]])
    return at if row[at] >= SPIKE_UV and row[at] >= STEEPER * float(rest.max(initial=0.0)) else None


def _clockwork(places: NDArray[np.int64], fs: float, qrs_ms: float | None) -> bool:
    rr = np.diff(places) / fs
    return rr.size >= 5 and qrs_ms is not None and qrs_ms >= WIDE_MS and float(rr.std()) <= max(CLOCK_S, 0.6 / fs)
