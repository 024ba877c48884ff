"""The 1 mV calibration pulse that Philips carts append to the ECG: found, so that it can be cut out and logged.

A PageWriter strip of 5,500 samples ends in about 0.7 s of zeros, 0.2 s of exactly 1 mV in all leads together,
and zeros again. Taken for ECG, detectors count it as a beat.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.model import Warning_

_SHORTEST_S, _LONGEST_S = 0.05, 0.5


@dataclass(frozen=True, slots=True)
class Tail:
    """Where the ECG ends and the pulse lies, in samples: [ecg_end, n) is no ECG, [start, end) the pulse."""

    ecg_end: int
    start: int
    end: int
    length: int

    def warnings(self) -> tuple[Warning_, ...]:
        """What the record says of the cut."""
        pulse = f"a 1 mV calibration pulse at samples {self.start} to {self.end - 1} was cut out"
        zeros = f"samples {self.ecg_end} to {self.length - 1} hold the pulse and zeros, no ECG, and were cut off"
        return (Warning_("calibration-pulse-removed", pulse), Warning_("zero-tail-removed", zeros))


def calibration_tail(millivolts: NDArray[np.float64], frequency: float, noise: float = 0.0) -> Tail | None:
    """The calibration tail of a strip, shape (leads, samples) in millivolts; None when it has none.

    Demanded: zeros (to within `noise` millivolts) in all leads to the very end, before them 1 mV within 5 % in
    all leads for 0.05 to 0.5 s, and before that zeros in all leads.
    """
    length = millivolts.shape[1]
    lowest, highest = millivolts.min(axis=0), millivolts.max(axis=0)
    zero = (lowest >= -noise) & (highest <= noise)
    end = _run_start(zero, length)
    start = _run_start((lowest >= 0.95) & (highest <= 1.05), end)
    ecg_end = _run_start(zero, start)
    if not _SHORTEST_S <= (end - start) / frequency <= _LONGEST_S or ecg_end in (0, start):
        return None
    return Tail(ecg_end, start, end, length)


def _run_start(holds: NDArray[np.bool_], end: int) -> int:
    """Where the run of samples for which `holds` is true, up to `end`, begins."""
    broken = np.flatnonzero(~holds[:end])
    return int(broken[-1]) + 1 if broken.size else 0
