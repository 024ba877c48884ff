"""Measuring an ECG: `analyse` takes microvolts of any number of leads and says what they show.

Own code on NumPy and SciPy. Beats are found from all leads together (`detection`, `sequence`), grouped by shape
(`classes`), joined to a median beat (`templates`), delineated (`boundaries`, `pwaves`, `delineation`) and measured
(`measures`). What cannot be measured is None with a code in `Analysis.not_assessed`.
"""

from ecg.analysis.model import (
    Analysis,
    Axes,
    Beat,
    BeatLabel,
    Fiducials,
    Intervals,
    LeadAmplitudes,
    MedianBeat,
)
from ecg.analysis.pipeline import analyse

__all__ = [
    "Analysis",
    "Axes",
    "Beat",
    "BeatLabel",
    "Fiducials",
    "Intervals",
    "LeadAmplitudes",
    "MedianBeat",
    "analyse",
]
