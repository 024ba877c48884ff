"""Encoders used by tests alone: they make files of every format whose samples are known beforehand.

`EXAMPLES` has one small, whole recording for each member of `ecg.readers.READERS`; the contract test demands it.
"""

from collections.abc import Callable

from ecg.model import Bundle, Part
from tests.ecg_encoders.contec import contec
from tests.ecg_encoders.dicom import Groove, dicom
from tests.ecg_encoders.edf import Layout, edf
from tests.ecg_encoders.mfer import Wave, mfer
from tests.ecg_encoders.scp import DEFAULT_SECTION, Recording, default_huffman, measured, report, scp
from tests.ecg_encoders.table import declared_csv
from tests.ecg_encoders.truth import Truth, twelve_leads
from tests.ecg_encoders.wfdb import wfdb
from tests.ecg_encoders.xml import aecg, cardiosoft, muse, sierra

__all__ = ["EXAMPLES", "Truth", "bundle", "twelve_leads"]


def bundle(data: bytes, name: str = "upload") -> Bundle:
    """One file as it arrives, under a name that tells nothing."""
    return (Part(name, data),)


def _short() -> Truth:
    return twelve_leads(seconds=2.0, frequency=250)


def _scp() -> bytes:
    sections = {7: measured(), 8: report("Sinus rhythm")}
    told = Recording(_short(), 2, DEFAULT_SECTION, default_huffman, _short().first(150), 100, sections=sections)
    return scp(told)


EXAMPLES: dict[str, Callable[[], Bundle]] = {
    "aecg": lambda: bundle(aecg(_short(), median=_short().first(150))),
    "cardiosoft": lambda: bundle(cardiosoft(_short(), median=_short().first(150), disclosure=_short())),
    "contec": lambda: bundle(contec(twelve_leads(seconds=1.0, frequency=800))),
    "csv": lambda: bundle(declared_csv(_short())),
    "dicom": lambda: bundle(dicom(Groove(_short(), label="RHYTHM"), Groove(_short().first(150), label="MEDIAN BEAT"))),
    "edf": lambda: bundle(edf(_short(), Layout(plus="EDF+C", note="Valsalva"))),
    "mfer": lambda: bundle(mfer(Wave(_short()), Wave(_short().first(150), form=9))),
    "muse": lambda: bundle(muse(_short(), median=_short().first(150))),
    "scp": lambda: bundle(_scp()),
    "sierra": lambda: bundle(sierra(twelve_leads(seconds=2.0))),
    "wfdb": lambda: wfdb(_short(), beats=(80, 280, 480)),
}
