"""CSV that declares itself: rate, unit, resolution and length in its first line, lead names in its second.

    #ecg-csv 1; sampling-frequency=500; unit=uV; lsb=4.88; samples=5000; crc32=1c291ca3
    I,II,V1
    -2,4,
    -1,5,-12

A cell is a whole number of `lsb` units, or with `lsb=none` a value in `unit`. An empty cell was not measured.
docs/ecg-formats.md has every key. A table of bare numbers is refused: its scale would be a guess.
"""

import re
import zlib
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from ecg.model import Bundle, EcgRecord, Group, Lead, Mask, UnreadableEcg
from ecg.readers.assembly import (
    finished,
    lead_from_integers,
    lead_from_microvolts,
    microvolts_per,
    resolution,
    sampling_frequency,
)
from ecg.readers.bundles import digest
from ecg.readers.words import undeclared_text
from ecg.readers.xml_safe import number_of, numbers

MAGIC = "#ecg-csv 1"
_NO_LEAD = re.compile(r"^(time|t|sample|index|no|n|ms|s|sec|seconds?|时间|序号)(_?m?s|\s*[(\[].*)?$", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"
_REQUIRED = ("sampling-frequency", "unit", "lsb", "samples")
_MAX_LEADS = 64
_MAX_BYTES = 40_000_000
_MAX_CELLS = 4_000_000  # 12 leads at 500 Hz for 11 minutes


class CsvReader:
    """Reads `csv`."""

    format = "csv"

    def recognises(self, bundle: Bundle) -> bool:
        """One part that begins with the declaration, or that is a table of numbers without one."""
        data = bundle[0].data if len(bundle) == 1 else b""
        return data.removeprefix(_BOM).startswith(MAGIC.encode()) or _is_table(data)

    def read(self, bundle: Bundle) -> EcgRecord:
        """One rhythm group. Raises UnreadableEcg: `undeclared`, `truncated`, `checksum`, `bad-samples`, `bad-scale`,
        `contradictory-units`, and what every reader demands."""
        if len(bundle[0].data) > _MAX_BYTES:
            raise UnreadableEcg("too-large", f"more than {_MAX_BYTES:,} bytes of CSV", self.format)
        data = bundle[0].data.removeprefix(_BOM)
        head, _, rest = data.partition(b"\n")
        declared = _declaration(head)
        _check_sum(declared, rest)
        if "crc32" in declared and not rest.endswith(b"\n"):
            rest += b"\n"  # the checksum has shown that nothing is cut off
        names_line, _, body = _with_commas(rest.replace(b"\r\n", b"\n")).partition(b"\n")
        names = _names(names_line)
        samples = number_of(declared["samples"])
        if samples is None or samples != int(samples) or samples <= 0:
            raise UnreadableEcg("no-samples", f"samples={declared['samples']}", self.format)
        if samples * len(names) > _MAX_CELLS:
            raise UnreadableEcg("too-long", f"more than {_MAX_CELLS:,} cells", self.format)
        cells, missing = _cells(body, int(samples), len(names))
        derived = set(declared.get("derived", "").split())
        leads = [
            _lead(name, cells[:, column], missing[:, column] if missing is not None else None, scale)
            for column, (name, scale) in enumerate(zip(names, _scales(declared, len(names)), strict=True))
        ]
        frequency = sampling_frequency(declared["sampling-frequency"].removesuffix("Hz").strip(), self.format)
        group = Group("rhythm", tuple(_flagged(lead, lead.name in derived) for lead in leads), frequency)
        return finished(
            EcgRecord(self.format, digest(bundle), (group,), started_at=_started(declared.get("start", "")))
        )


def _is_table(data: bytes) -> bool:
    """Whether the first lines are numbers between commas, semicolons or tabs."""
    lines = data[:4096].split(b"\n")[1:4]
    if len(lines) < 3 or b"\0" in data[:4096]:
        return False
    for line in lines[:2]:
        separator = next((mark for mark in (b";", b"\t", b",") if mark in line), None)
        cells = line.strip().split(separator) if separator else []
        if not cells or not all(number_of(cell.decode("latin-1").strip(' "')) is not None for cell in cells if cell):
            return False
        if not any(cells):
            return False
    return True


def _declaration(line: bytes) -> dict[str, str]:
    text = undeclared_text(line).strip()
    declared = {}
    for item in text.removeprefix(MAGIC).split(";") if text.startswith(MAGIC) else ():
        key, equals, value = item.partition("=")
        if equals:
            declared[key.strip().lower()] = value.strip()
    absent = [key for key in _REQUIRED if not declared.get(key)]
    if absent:
        missing = ", ".join(absent)
        text = f'the first line must be "{MAGIC}; key=value; ..."; it does not declare {missing}'
        raise UnreadableEcg("undeclared", text, "csv")
    return declared


def _check_sum(declared: dict[str, str], rest: bytes) -> None:
    stated = declared.get("crc32")
    if stated is not None and stated.lower() != f"{zlib.crc32(rest):08x}":
        raise UnreadableEcg("checksum", "the file does not match its crc32: it was cut or changed", "csv")


def _with_commas(table: bytes) -> bytes:
    """The table with commas between its cells, where it has semicolons or tabs and no comma at all."""
    mark = next((mark for mark in (b";", b"\t") if mark in table.partition(b"\n")[0]), None)
    return table.replace(mark, b",") if mark and b"," not in table else table


def _names(line: bytes) -> list[str]:
    names = [name.strip(' \t"') for name in undeclared_text(line).split(",")]
    for name in names:
        if _NO_LEAD.match(name):
            raise UnreadableEcg("no-leads", f"the column {name} is no lead: leave it out", "csv")
    if not all(names) or len(names) > _MAX_LEADS:
        raise UnreadableEcg("no-leads", f"the second line must name 1 to {_MAX_LEADS} leads", "csv")
    return names


def _scales(declared: dict[str, str], leads: int) -> Sequence[tuple[float, float | None]]:
    """Per lead: microvolts per unit, and microvolts per digit or None."""
    factor = microvolts_per(declared["unit"])
    if factor is None:
        raise UnreadableEcg("contradictory-units", f"unit={declared['unit']} is no voltage", "csv")
    stated = declared["lsb"].split()
    if len(stated) not in (1, leads):
        raise UnreadableEcg("bad-scale", f"{len(stated)} resolutions for {leads} leads", "csv")
    scales: list[tuple[float, float | None]] = []
    for text in stated * (leads if len(stated) == 1 else 1):
        value = number_of(text)
        lsb = None if text == "none" else resolution(value * factor if value is not None else None, "csv")
        scales.append((factor, lsb))
    return scales


def _cells(body: bytes, samples: int, leads: int) -> tuple[NDArray[np.int64] | NDArray[np.float64], Mask | None]:
    """The table, shape (samples, leads), and its empty cells."""
    raw = np.frombuffer(body, np.uint8)
    ends = np.flatnonzero(raw == ord("\n"))
    if ends.size < samples or body[-1:] != b"\n":
        raise UnreadableEcg("truncated", f"{samples} samples are declared and {ends.size} lines complete", "csv")
    commas = np.diff(np.searchsorted(np.flatnonzero(raw == ord(",")), ends), prepend=0)
    if ends.size > samples or not (commas == leads - 1).all():
        raise UnreadableEcg("corrupt", f"not every line of the {ends.size} has {leads} cells", "csv")
    try:
        text = body.decode("ascii").strip("\n").replace("\n", ",")
    except UnicodeDecodeError as error:
        raise UnreadableEcg("bad-samples", "among the samples stands what is no number", "csv") from error
    if ",," not in text and not text.startswith(",") and not text.endswith(","):
        values = numbers(text, ",", "csv")
        if values.size == samples * leads:
            return values.reshape(samples, leads), None
    entries = [entry.strip() for entry in body.decode("ascii").replace("\n", ",").split(",")[:-1]]
    absent = np.array([not entry for entry in entries]).reshape(samples, leads)
    values = numbers(",".join(entry or "0" for entry in entries), ",", "csv")
    return values.reshape(samples, leads), absent


def _lead(
    name: str, cells: NDArray[np.int64] | NDArray[np.float64], missing: Mask | None, scale: tuple[float, float | None]
) -> Lead:
    factor, lsb = scale
    if lsb is None:
        return lead_from_microvolts(name, (cells * np.float64(factor)).astype(np.float32), missing)
    if cells.dtype != np.int64:
        raise UnreadableEcg("bad-samples", f"{name}: with an lsb every cell is a whole number", "csv")
    return lead_from_integers(name, cells.astype(np.int64), lsb, missing)


def _flagged(lead: Lead, derived: bool) -> Lead:
    return Lead(lead.name, lead.samples, lead.missing, lead.lsb_uv, derived, lead.mdc_code)


def _started(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
