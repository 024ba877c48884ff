"""What an analysis says. Plain values; None means "not assessed", never "normal".

Times are sample numbers of the recording (0 is its first sample) unless a name ends in `_ms`; voltages are microvolts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

BeatLabel = Literal["normal", "supraventricular", "ventricular", "aberrant", "paced", "unclassified"]


class Fiducials(NamedTuple):
    """Where the waves of one beat lie: sample numbers, None where the wave or its boundary was not found."""

    p_on: int | None = None
    p_peak: int | None = None
    p_off: int | None = None
    qrs_on: int | None = None
    r_peak: int | None = None
    qrs_off: int | None = None
    t_peak: int | None = None
    t_end: int | None = None


@dataclass(frozen=True, slots=True)
class Beat:
    """One beat. `fiducials` holds for all leads together, `leads` one for each lead in the recording's order.

    `p_present` is None when the P wave could not be judged; `p_confidence` (0 to 1) is the likeness of this beat's
    P wave to that of its fellows, 0 where there is none.
    """

    r_sample: int
    label: BeatLabel
    shape: int  # class number: beats of one number look alike, 0 is the most frequent shape, -1 resembles none
    fiducials: Fiducials
    leads: tuple[Fiducials, ...]
    p_present: bool | None
    p_confidence: float
    spike: int | None = None  # the pacemaker spike before it; not looked for below 250 Hz


@dataclass(frozen=True, slots=True)
class MedianBeat:
    """The beats of the predominant rhythm joined: `signals` (n_leads, n), float32, NaN in leads without a beat.

    `sampling_frequency` is its own (half the recording's at 1000 Hz). `fiducials` and `leads` count its columns.
    """

    signals: NDArray[np.float32]
    sampling_frequency: float
    r_column: int
    beats_joined: int
    noise_uv: tuple[float | None, ...]  # per lead: standard deviation of a beat against the median, root mean square
    fiducials: Fiducials
    leads: tuple[Fiducials, ...]
    p_present: bool | None
    p_confidence: float


@dataclass(frozen=True, slots=True)
class Intervals:
    """Global intervals in milliseconds, the heart rate in beats per minute.

    QTc: Bazett QT/sqrt(RR), Fridericia QT/RR^(1/3), Framingham QT+154(1-RR), Hodges QT+1.75(HR-60); RR in seconds.
    """

    heart_rate: float | None = None
    rr_ms: float | None = None
    p_ms: float | None = None
    pr_ms: float | None = None
    qrs_ms: float | None = None
    qt_ms: float | None = None
    qtc_bazett_ms: float | None = None
    qtc_fridericia_ms: float | None = None
    qtc_framingham_ms: float | None = None
    qtc_hodges_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Axes:
    """Frontal axes in degrees, -179 to 180, from the net areas of I and aVF."""

    p: int | None = None
    qrs: int | None = None
    t: int | None = None


@dataclass(frozen=True, slots=True)
class LeadAmplitudes:
    """Amplitudes of one lead of the median beat against the level just before the QRS, microvolts, signed.

    A wave that the lead does not have is 0.0; None is "not assessed". `st_jNN` is the level NN ms after the J point.
    """

    p: float | None = None
    q: float | None = None
    r: float | None = None
    s: float | None = None
    r_prime: float | None = None
    t: float | None = None
    st_j: float | None = None
    st_j40: float | None = None
    st_j60: float | None = None
    st_j80: float | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything measured in one group of leads. `not_assessed` gives a code for each thing that could not be."""

    lead_names: tuple[str, ...]
    sampling_frequency: float
    samples: int
    beats: tuple[Beat, ...]
    median_beat: MedianBeat | None
    intervals: Intervals
    axes: Axes
    amplitudes: Mapping[str, LeadAmplitudes]
    not_assessed: Mapping[str, str] = field(default_factory=dict)

    @property
    def r_samples(self) -> tuple[int, ...]:
        """The R peaks, sample numbers of the recording."""
        return tuple(beat.r_sample for beat in self.beats)
