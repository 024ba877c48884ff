"""Encoders used by tests alone: they make files of every format whose samples are known beforehand.

`EXAMPLES` has one small, whole recording for each member of `ecg.readers.READERS`; the contract test demands it.
"""

from collections.abc import Callable

from ecg.model import Bundle, Part
from tests.ecg_encoders.dicom import Groove, dicom
from tests.ecg_encoders.table import declared_csv
from tests.ecg_encoders.truth import Truth, twelve_leads
from tests.ecg_encoders.xml import aecg, cardiosoft, muse, sierra

__all__ = ["EXAMPLES", "Truth", "bundle", "twelve_leads"]


def bundle(data: bytes, name: str = "upload") -> Bundle:
    """One file as it arrives, under a name that tells nothing."""
    return (Part(name, data),)


def _short() -> Truth:
    return twelve_leads(seconds=2.0, frequency=250)


EXAMPLES: dict[str, Callable[[], Bundle]] = {
    "aecg": lambda: bundle(aecg(_short(), median=_short().first(150))),
    "cardiosoft": lambda: bundle(cardiosoft(_short(), median=_short().first(150), disclosure=_short())),
    "csv": lambda: bundle(declared_csv(_short())),
    "dicom": lambda: bundle(dicom(Groove(_short(), label="RHYTHM"), Groove(_short().first(150), label="MEDIAN BEAT"))),
    "muse": lambda: bundle(muse(_short(), median=_short().first(150))),
    "sierra": lambda: bundle(sierra(twelve_leads(seconds=2.0))),
}
