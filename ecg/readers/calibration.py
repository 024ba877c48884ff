"""The 1 mV calibration pulse that Philips carts append to the ECG: found, so that it can be cut out and logged.

A PageWriter strip of 5,500 samples ends in about 0.7 s of zeros, 0.2 s of exactly 1 mV in all leads together,
and zeros again. Taken for ECG, detectors count it as a beat.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.model import UnreadableEcg, Warning_

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


def calibration_tail(
    millivolts: NDArray[np.float64], frequency: float, source_format: str, noise: float = 0.0
) -> Tail | None:
    """The calibration tail of a strip, shape (leads, samples) in millivolts; None when it has none.

    Demanded of the median of the leads: zeros (to within `noise` millivolts) to the very end, before them 1 mV
    within 5 % for 0.05 to 0.5 s, and before that zeros. As the leads are stored as differences, a lead that does
    not end like the others was damaged somewhere before: UnreadableEcg `corrupt`.
    """
    length = millivolts.shape[1]
    middle: NDArray[np.float64] = np.asarray(np.median(millivolts, axis=0))
    zero: NDArray[np.bool_] = np.abs(middle) <= noise
    end = _run_start(zero, length)
    start = _run_start(np.abs(middle - 1.0) <= 0.05, end)
    if not _SHORTEST_S <= (end - start) / frequency <= _LONGEST_S or _run_start(zero, start) in (0, start):
        return None
    pulse, rest = millivolts[:, start:end], millivolts[:, end:]
    if (
        np.abs(pulse - 1.0).max() > 0.05
        or np.abs(rest).max(initial=0.0) > noise
        or np.abs(millivolts[:, start - 1]).max() > noise
    ):
        text = "one lead does not end in the calibration pulse of the others: its samples are damaged"
        raise UnreadableEcg("corrupt", text, source_format)
    flat: NDArray[np.bool_] = np.abs(millivolts[:, :start]).max(axis=0) <= noise
    return Tail(_run_start(flat, start), start, end, length)


def _run_start(holds: NDArray[np.bool_], end: int) -> int:
    """Where the run of samples for which `holds` is true, up to `end`, begins."""
    broken = np.flatnonzero(~holds[:end])
    return int(broken[-1]) + 1 if broken.size else 0
