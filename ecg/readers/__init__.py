"""The family of readers: bytes of a cart's file in, an `EcgRecord` in microvolts out.

A member is one module and one line in `READERS`. A file is known by its content, never by its name; exactly one
member must recognise it. docs/ecg-formats.md says what each reads and lists the codes.
"""

import dataclasses
from typing import Protocol

from ecg.model import Bundle, EcgRecord, UnreadableEcg
from ecg.readers.aecg import AecgReader
from ecg.readers.bundles import digest, unpacked
from ecg.readers.cardiosoft import CardioSoftReader
from ecg.readers.contec import ContecReader
from ecg.readers.csv_declared import CsvReader
from ecg.readers.dicom import DicomReader
from ecg.readers.edf import EdfReader
from ecg.readers.mfer import MferReader
from ecg.readers.muse import MuseReader
from ecg.readers.scp import ScpReader
from ecg.readers.sierra import SierraReader
from ecg.readers.wfdb_format import WfdbReader


class Reader(Protocol):
    """One format. Stateless: `recognises` looks only at the first bytes, `read` decodes all of them."""

    @property
    def format(self) -> str:
        """The name that stands in `EcgRecord.source_format`."""

    def recognises(self, bundle: Bundle) -> bool:
        """Whether these parts are of this format, whole or damaged. Never raises."""

    def read(self, bundle: Bundle) -> EcgRecord:
        """The recording. Raises UnreadableEcg when it cannot be read truthfully, and nothing else."""


READERS: dict[str, Reader] = {
    reader.format: reader
    for reader in (
        AecgReader(),
        CardioSoftReader(),
        ContecReader(),
        CsvReader(),
        DicomReader(),
        EdfReader(),
        MferReader(),
        MuseReader(),
        ScpReader(),
        SierraReader(),
        WfdbReader(),
    )
}


def read(bundle: Bundle) -> EcgRecord:
    """The recording that the parts are, whatever cart wrote them; a ZIP is unpacked first.

    Raises UnreadableEcg: `unknown-format` when no reader recognises the content, `ambiguous-format` when several
    do, and what the reader itself refuses.
    """
    parts = unpacked(bundle)
    matches = [reader for reader in READERS.values() if reader.recognises(parts)]
    if not matches:
        known = ", ".join(sorted(READERS))
        what = f"{len(parts)} files are" if len(parts) > 1 else "the file is"
        raise UnreadableEcg("unknown-format", f"{what} of no format read here ({known})", "unknown")
    if len(matches) > 1:
        names = ", ".join(reader.format for reader in matches)
        raise UnreadableEcg("ambiguous-format", f"the content looks like several formats: {names}", "unknown")
    record = matches[0].read(parts)
    return record if parts is bundle else dataclasses.replace(record, sha256=digest(bundle))
