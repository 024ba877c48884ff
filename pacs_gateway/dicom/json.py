"""Scanned elements as the DICOM JSON model (PS3.18 Annex F): text in UTF-8, bulk data by reference.

A BulkDataURI is written as `@bulk/<path>`; the answer's address is put in its place when metadata are served.
"""

import base64
import math
import re
import struct
from typing import Any

from pacs_gateway.dicom.elements import Buffer, Element, Encoding, find, vr_of
from pacs_gateway.dicom.text import Decode, decoder

Json = dict[str, Any]

BULK = "@bulk/"
INLINE_LIMIT = 1024  # bytes of a binary value that still stand inside the JSON
TEXT_LIMIT = 65536  # characters of one text value in the index

_TEXT = frozenset(("AE", "AS", "CS", "DA", "DT", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"))
_CHARSET_DEPENDENT = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UT"))
_SINGLE = frozenset(("LT", "ST", "UR", "UT"))
_NUMBERS = {"FL": "f", "FD": "d", "SL": "i", "SS": "h", "UL": "I", "US": "H", "SV": "q", "UV": "Q"}
_BINARY = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "UN"))
_PIXELS = frozenset((0x7FE00010, 0x7FE00008, 0x7FE00009))
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_INTEGER = re.compile(r"[+-]?\d{1,19}")
_TRAILING_PADDING = 0xFFFCFFFC
_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")


class Writer:
    """Turns elements of one buffer into JSON."""

    def __init__(self, buffer: Buffer, encoding: Encoding) -> None:
        self._buffer = buffer
        self._order = "<" if encoding.little else ">"
        self._signed = False

    def dataset(self, elements: list[Element], path: str = "", decode: Decode | None = None) -> Json:
        """The dataset's attributes. Group lengths and padding are left out; the text is UTF-8 and says so."""
        decode = self._decoder(elements) or decode or decoder([])
        representation = find(elements, 0x00280103)
        if representation and representation.length == 2:
            self._signed = self._unpack("H", representation)[0] == 1
        values: Json = {}
        for element in elements:
            if element.tag & 0xFFFF and element.tag != _TRAILING_PADDING:
                name = f"{element.tag:08X}"
                values[name] = self._value(element, f"{path}{name}", decode)
        if not path:
            values["00080005"] = {"vr": "CS", "Value": ["ISO_IR 192"]}
        return values

    def _decoder(self, elements: list[Element]) -> Decode | None:
        charset = find(elements, 0x00080005)
        if charset is None or charset.items is not None:
            return None
        terms = [term.strip() for term in self._raw(charset).decode("latin-1").strip("\0 ").split("\\")]
        return decoder(terms)

    def _raw(self, element: Element) -> bytes:
        return bytes(self._buffer[element.offset : element.offset + element.length])

    def _unpack(self, code: str, element: Element) -> tuple[Any, ...]:
        count = element.length // struct.calcsize(code)
        return struct.unpack_from(f"{self._order}{count}{code}", self._buffer, element.offset)

    def _value(self, element: Element, path: str, decode: Decode) -> Json:
        vr = self._vr(element)
        if element.items is not None:
            items = [self.dataset(item, f"{path}/{number}/", decode) for number, item in enumerate(element.items, 1)]
            return {"vr": "SQ", "Value": items} if items else {"vr": "SQ"}
        if element.tag in _PIXELS or element.fragments is not None:
            return {"vr": vr, "BulkDataURI": BULK + path}
        if element.length == 0:
            return {"vr": vr}
        if vr in _BINARY:
            return self._binary(element, vr, path)
        if vr in _TEXT:
            return self._text(element, vr, path, decode)
        values = self._numbers(element, vr)
        if len(values) > INLINE_LIMIT:
            return {"vr": vr, "BulkDataURI": BULK + path}
        return {"vr": vr, "Value": values} if values else {"vr": vr}

    def _vr(self, element: Element) -> str:
        """The VR to write; the dictionary's where the file says UN, and one of an ambiguous pair."""
        vr = vr_of(element.tag) if element.vr == "UN" and not element.tag >> 16 & 1 else element.vr
        if "SS" in vr and "US" in vr and len(vr) > 2:
            return "SS" if self._signed else "US"
        return "OW" if len(vr) > 2 else vr

    def _binary(self, element: Element, vr: str, path: str) -> Json:
        if element.length > INLINE_LIMIT:
            return {"vr": vr, "BulkDataURI": BULK + path}
        raw = self._raw(element) if self._order == "<" else little(self._raw(element), vr)
        return {"vr": vr, "InlineBinary": base64.b64encode(raw).decode()}

    def _text(self, element: Element, vr: str, path: str, decode: Decode) -> Json:
        if element.length > TEXT_LIMIT * 4:
            return {"vr": vr, "BulkDataURI": BULK + path}
        raw = self._raw(element)
        text = decode(raw) if vr in _CHARSET_DEPENDENT else raw.decode("latin-1")
        if vr in _SINGLE:
            text = text.rstrip("\0 ")
            return {"vr": vr, "Value": [text]} if text else {"vr": vr}
        values = [_one(vr, part.strip("\0 ")) for part in text.split("\\")]
        return {"vr": vr, "Value": values} if any(value is not None for value in values) else {"vr": vr}

    def _numbers(self, element: Element, vr: str) -> list[Any]:
        if vr in ("DS", "IS"):
            parts = self._raw(element).decode("latin-1").split("\\")
            return [_number_of_text(vr, part.strip("\0 ")) for part in parts]
        if vr == "AT":
            pairs = iter(self._unpack("H", element))
            return [f"{group:04X}{number:04X}" for group, number in zip(pairs, pairs, strict=False)]
        return [_finite(value) for value in self._unpack(_NUMBERS.get(vr, "B"), element)]


def _one(vr: str, text: str) -> Any:
    if not text:
        return None
    return person_name(text) if vr == "PN" else text


def person_name(text: str) -> dict[str, str]:
    """Alphabetic, ideographic and phonetic groups (PS3.5 §6.2.1); a Chinese name alone is still the first group."""
    return {name: group.strip() for name, group in zip(_GROUPS, text.split("="), strict=False) if group.strip()}


def _number_of_text(vr: str, text: str) -> Any:
    """A number when JSON can carry it, the original text otherwise (PS3.18 §F.2.3)."""
    if not text:
        return None
    if vr == "IS":
        return int(text) if _INTEGER.fullmatch(text) else text
    return _finite_or(text) if _DECIMAL.fullmatch(text) else text


def _finite_or(text: str) -> Any:
    value = float(text)
    return value if math.isfinite(value) else text


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    return value


def little(raw: bytes, vr: str) -> bytes:
    """Big endian words in little endian order, which inline values and bulk data have (PS3.18 §F.2.7)."""
    size = {"OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}.get(vr, 1)
    if size == 1 or len(raw) % size:
        return raw
    return b"".join(raw[at : at + size][::-1] for at in range(0, len(raw), size))


def values(header: Json, tag: str) -> list[Any]:
    """The values of an attribute that are there."""
    found = header.get(tag, {}).get("Value", [])
    return [value for value in found if value is not None]


def text(header: Json, tag: str) -> str:
    """The first value as text; a name as PS3.5 writes it, its groups joined by `=`; empty when there is none."""
    found = values(header, tag)
    if not found:
        return ""
    if isinstance(found[0], dict):
        return _joined(found[0]) if found[0].keys() <= set(_GROUPS) else ""
    return str(found[0])


def _joined(name: dict[str, str]) -> str:
    return "=".join(name.get(group, "") for group in _GROUPS).rstrip("=")


def number(header: Json, tag: str, otherwise: int = 0) -> int:
    """The first value as a whole number."""
    found = values(header, tag)
    try:
        return int(found[0]) if found else otherwise
    except (TypeError, ValueError, OverflowError):
        return otherwise
