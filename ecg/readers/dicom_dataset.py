"""A DICOM data set as ranges of bytes: PS3.5 §7 explicit and implicit VR, both byte orders, deflated, no preamble.

A waveform object holds 1,500 small elements of which a reader wants a few hundred, and may arrive cut or flipped
at any byte. So elements stay ranges, sequences of stated length are opened when asked for, and every range is
checked against its parent: four times faster than a general toolkit, and only `UnreadableEcg` can come out.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from ecg.model import UnreadableEcg
from ecg.readers.words import undeclared_text
from ecg.readers.xml_safe import number_of

_LONG_VRS = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"})
_SHORT_VRS = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split())
_VRS = _LONG_VRS | _SHORT_VRS
_UNDEFINED = 0xFFFFFFFF
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_DEEPEST = 16
_ESCAPE = re.compile(r"\x1b[$()\-][()\-]?[A-Z0-9@]")  # pydicom leaves that of ISO 2022 IR 58 standing
_MAX_INFLATED = 128 * 1024 * 1024
_MAX_ELEMENTS = 100_000

IMPLICIT, BIG_ENDIAN, DEFLATED = "1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"
_SPECIFIC_CHARACTER_SET = 0x00080005


def _truncated(what: str) -> UnreadableEcg:
    return UnreadableEcg("truncated", f"the DICOM data set is cut off or damaged: {what}", "dicom")


@dataclass(slots=True)
class _Whole:
    """What an object and all its items share."""

    data: bytes
    little: bool
    character_set: str = ""  # as declared in (0008,0005)
    budget: int = _MAX_ELEMENTS

    def spend(self, elements: int) -> None:
        self.budget -= elements
        if self.budget < 0:
            raise UnreadableEcg("too-large", f"more than {_MAX_ELEMENTS:,} elements: no ECG holds as many", "dicom")


class DataSet:
    """One data set or sequence item. Tags are numbers, (0008,0016) is 0x00080016."""

    __slots__ = ("_depth", "_elements", "_explicit", "_opened", "_whole", "little")

    def __init__(self, whole: _Whole, explicit: bool, depth: int = 0) -> None:
        if depth > _DEEPEST:
            raise _truncated("sequences nested deeper than any ECG")
        whole.spend(1)
        self.little = whole.little
        self._whole = whole
        self._explicit = explicit
        self._depth = depth
        self._elements: dict[int, tuple[int, int]] = {}
        self._opened: dict[int, list[DataSet]] = {}

    def fill(self, start: int, end: int) -> int:
        """Read elements from `start` until `end` or an item delimiter; return where reading stopped."""
        position = start
        elements, data, explicit = self._elements, self._whole.data, self._explicit
        while position < end:
            self._whole.spend(1)
            unknown = explicit and data[position + 4 : position + 6] == b"UN"
            tag, length, position = self._header(position, end)
            if tag == _ITEM_END:
                return position
            if length == _UNDEFINED:
                self._opened[tag], position = self._items_until_delimiter(position, end, explicit and not unknown)
                continue
            if length > end - position:
                raise _truncated(f"element ({tag >> 16:04X},{tag & 0xFFFF:04X}) runs past the end")
            elements[tag] = (position, length)
            position += length
        return position

    def _header(self, position: int, end: int) -> tuple[int, int, int]:
        if end - position < 8:
            raise _truncated("an element's header is incomplete")
        data = self._whole.data
        order = "<" if self.little else ">"
        if not self._explicit or data[position : position + 2] in (b"\xfe\xff", b"\xff\xfe"):
            group, element, length = struct.unpack_from(order + "HHL", data, position)
            return group << 16 | element, length, position + 8
        group, element, vr, length = struct.unpack_from(order + "HH2sH", data, position)
        if vr not in _LONG_VRS:
            if vr not in _VRS:
                raise _truncated(f"({group:04X},{element:04X}) has no value representation")
            return group << 16 | element, length, position + 8
        if end - position < 12:
            raise _truncated("an element's header is incomplete")
        return group << 16 | element, struct.unpack_from(order + "L", data, position + 8)[0], position + 12

    def _items_until_delimiter(self, position: int, end: int, explicit: bool) -> "tuple[list[DataSet], int]":
        """The items of a sequence of undefined length; one of VR UN is implicit (PS3.5 §6.2.2)."""
        items: list[DataSet] = []
        while True:
            tag, length, position = self._header(position, end)
            if tag == _SEQUENCE_END:
                return items, position
            if tag != _ITEM:
                raise _truncated("a sequence does not begin with an item")
            item = DataSet(self._whole, explicit, self._depth + 1)
            position = item.fill(position, end if length == _UNDEFINED else self._within(position, length, end))
            items.append(item)

    def _within(self, position: int, length: int, end: int) -> int:
        if length > end - position:
            raise _truncated("an item runs past its sequence")
        return position + length

    def items(self, tag: int) -> "list[DataSet]":
        """The items of a sequence, an empty list when it is absent."""
        opened = self._opened.get(tag)
        if opened is None:
            opened = self._opened[tag] = list(self._open(tag))
        return opened

    def _open(self, tag: int) -> "Iterator[DataSet]":
        position, length = self._elements.get(tag, (0, 0))
        end = position + length
        while position < end:
            item_tag, item_length, position = self._header(position, end)
            if item_tag == _SEQUENCE_END:
                return
            if item_tag != _ITEM:
                raise _truncated("a sequence does not begin with an item")
            item = DataSet(self._whole, self._explicit, self._depth + 1)
            position = item.fill(
                position, end if item_length == _UNDEFINED else self._within(position, item_length, end)
            )
            yield item

    def __contains__(self, tag: int) -> bool:
        return tag in self._elements or tag in self._opened

    def raw(self, tag: int) -> bytes:
        """The value's bytes, empty when the element is absent."""
        position, length = self._elements.get(tag, (0, 0))
        return self._whole.data[position : position + length]

    def text(self, tag: int) -> str | None:
        """The value as text in the declared character set (PS3.5 §6.1), None when absent or blank."""
        value = self.raw(tag)
        if not value:
            return None
        decoded = (
            value.decode("ascii")
            if value.isascii() and b"\x1b" not in value
            else _decoded(value, self._whole.character_set)
        )
        return decoded.strip(" \0\r\n\t") or None

    def number(self, tag: int) -> float | None:
        """The first value of a decimal or integer string, None when absent or not finite."""
        text = self.text(tag)
        return number_of(text.partition("\\")[0].strip()) if text else None

    def integers(self, tag: int, size: int) -> tuple[int, ...]:
        """Binary unsigned values of `size` bytes each (2 for US, 4 for UL)."""
        value = self.raw(tag)
        count = len(value) // size
        order = "<" if self.little else ">"
        numbers: tuple[int, ...] = struct.unpack_from(f"{order}{count}{'HL'[size // 4]}", value[: count * size])
        return numbers


def _decoded(value: bytes, declared: str) -> str:
    """Text of a declared character set (PS3.5 §6.1); pydicom, asked only for what is not ASCII, knows them all.

    Where none is declared only ASCII is legal, and carts write their own set all the same.
    """
    from pydicom.charset import decode_bytes, python_encoding

    encodings = [python_encoding.get(term.strip(), "latin-1") for term in declared.split("\\")]
    try:
        if not declared and b"\x1b" not in value:
            return undeclared_text(value)
        if b"\x1b" not in value:
            return value.decode(encodings[0], "replace")
        return _ESCAPE.sub("", decode_bytes(value, encodings, {0x5C, 0x5E, 0x3D}))
    except (ValueError, LookupError, TypeError):
        return value.decode("latin-1")


def looks_like_dicom(data: bytes) -> bool:
    """Whether the bytes begin as a DICOM file (PS3.10 §7.1), or as a bare data set of group 0008."""
    if data[128:132] == b"DICM":
        return True
    if len(data) < 16 or data[0] != 8 or data[1] or data[3] or data[2] not in (0, 1, 5, 8, 0x12, 0x13, 0x16, 0x18):
        return False
    if data[4:6] in _VRS:
        return True
    length = int.from_bytes(data[4:8], "little")
    return length < 256 and data[8 + length : 10 + length] == b"\x08\x00"


def open_dataset(data: bytes) -> DataSet:
    """The main data set of a file. Raises UnreadableEcg `truncated` or `too-large`."""
    start, syntax = 0, ""
    if data[128:132] == b"DICM":
        meta = DataSet(_Whole(data, little=True), explicit=True)
        end = 132
        while data[end : end + 2] == b"\x02\x00":
            _, length, value = meta._header(end, len(data))
            end = meta._within(value, length, len(data))
        meta.fill(132, end)
        start, syntax = end, meta.text(0x00020010) or ""
    if syntax == DEFLATED:
        data, start = _inflated(data[start:]), 0
    explicit = syntax != IMPLICIT if syntax else data[start + 4 : start + 6] in _VRS
    whole = _Whole(data, little=syntax != BIG_ENDIAN)
    data_set = DataSet(whole, explicit)
    data_set.fill(start, len(data))
    whole.character_set = data_set.raw(_SPECIFIC_CHARACTER_SET).decode("latin-1").strip(" \0")
    return data_set


def _inflated(data: bytes) -> bytes:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        out = inflate.decompress(data, _MAX_INFLATED)
    except zlib.error as error:
        raise _truncated(f"the deflated data set is broken ({error})") from error
    if inflate.unconsumed_tail:
        raise UnreadableEcg("too-large", "the deflated data set swells beyond any recording", "dicom")
    if not inflate.eof:
        raise _truncated("the deflated data set ends early")
    return out
