"""The structure of a dataset, read within bounds: PS3.5 §7, Annex A.

The walk looks at tags, VRs and lengths only, so a file of gigabytes costs its header. It refuses depth and number
beyond the limits and lengths beyond the bytes, and it never recurses deeper than the depth limit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap
from struct import Struct

from pydicom.datadict import dictionary_VR, private_dictionary_VR

from pacs_gateway.errors import Incomplete, Malformed, TooDeep, TooManyElements

Buffer = bytes | mmap

UNDEFINED = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
PIXEL_DATA = 0x7FE00010
_LONG_FORM = frozenset((b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"))
_SHORT_FORM = frozenset(
    (b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO", b"LT", b"PN", b"SH", b"SL", b"SS",
     b"ST", b"TM", b"UI", b"UL", b"US")
)  # fmt: skip


@dataclass(slots=True)
class Element:
    """Where an element's value lies; `items` of a sequence, `fragments` (offset, length) of encapsulated pixels."""

    tag: int
    vr: str
    offset: int
    length: int
    items: "list[list[Element]] | None" = None
    fragments: list[tuple[int, int]] | None = None


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a dataset is written."""

    little: bool = True
    explicit: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a walk."""

    depth: int = 64
    elements: int = 300_000


def vr_of(tag: int, creator: str | None = None) -> str:
    """The dictionary's VR; UN when it has none. An ambiguous one ("US or SS") comes back as the dictionary says."""
    if tag & 0xFFFF == 0:
        return "UL"
    if (tag >> 16) & 1:
        if 0x10 <= tag & 0xFFFF <= 0xFF:
            return "LO"
        try:
            return private_dictionary_VR(tag, creator) if creator else "UN"
        except KeyError:
            return "UN"
    try:
        return dictionary_VR(tag)
    except KeyError:
        return "UN"


class Walk:
    """One walk through one dataset."""

    def __init__(self, buffer: Buffer, encoding: Encoding, limits: Limits | None = None) -> None:
        self._buffer = buffer
        self._limits = limits or Limits()
        self._count = 0
        self.trailing = 0  # bytes after the pixel data that are no elements
        self.elements: list[Element] = []  # of the top level, as far as the walk came

        order = "<" if encoding.little else ">"
        self._tag = Struct(order + "HH").unpack_from
        self._short = Struct(order + "H").unpack_from
        self._long = Struct(order + "I").unpack_from
        self._explicit = encoding.explicit

    def dataset(self, start: int, end: int) -> list[Element]:
        """The elements between two offsets. Raises Incomplete, Malformed, TooDeep, TooManyElements."""
        elements = self.elements = []
        try:
            for element in self._elements(start, end, 0, self._explicit):
                elements.append(element)  # noqa: PERF402 - what was read before a fault is needed
        except (Incomplete, Malformed):
            last = elements[-1] if elements else None
            if last is None or last.tag < PIXEL_DATA:
                raise
        self.trailing = end - (_end_of(elements[-1]) if elements else start)
        if self.trailing and (not elements or elements[-1].tag < PIXEL_DATA):
            raise Malformed(where=f"@{end - self.trailing}")
        return elements

    def _elements(self, at: int, end: int, depth: int, explicit: bool) -> Iterator[Element]:
        while at < end:
            if end - at < 8:
                raise Incomplete
            element, at = self._element(at, end, depth, explicit)
            if element is None:
                return
            yield element

    def _element(self, at: int, end: int, depth: int, explicit: bool) -> tuple[Element | None, int]:
        self._count += 1
        if self._count > self._limits.elements:
            raise TooManyElements(limit=self._limits.elements)
        group, number = self._tag(self._buffer, at)
        tag = group << 16 | number
        if tag in (ITEM_END, SEQUENCE_END):
            return None, at + 8
        vr, length, at = self._head(tag, at + 4, end, explicit)
        if vr == "SQ" or (vr == "UN" and length == UNDEFINED):
            return self._sequence(Element(tag, "SQ", at, length), end, depth, explicit and vr == "SQ")
        if length == UNDEFINED:
            if group != 0x7FE0:
                return self._sequence(Element(tag, "SQ", at, length), end, depth, explicit)
            return self._encapsulated(Element(tag, "OB", at, length), end)
        if length > end - at:
            raise Incomplete
        return Element(tag, vr, at, length), at + length

    def _head(self, tag: int, at: int, end: int, explicit: bool) -> tuple[str, int, int]:
        """VR, length and offset of the value (PS3.5 §7.1.2 and §7.1.3)."""
        code = bytes(self._buffer[at : at + 2])
        if not explicit or not (code in _LONG_FORM or code in _SHORT_FORM):
            return vr_of(tag), self._long(self._buffer, at)[0], at + 4
        if code in _SHORT_FORM:
            return code.decode(), self._short(self._buffer, at + 2)[0], at + 4
        if end - at < 8:
            raise Incomplete
        return code.decode(), self._long(self._buffer, at + 4)[0], at + 8

    def _sequence(self, element: Element, end: int, depth: int, explicit: bool) -> tuple[Element, int]:
        """The items of a sequence; one of VR UN and undefined length is implicit VR (PS3.5 §6.2.2 note 2)."""
        if depth >= self._limits.depth:
            raise TooDeep(limit=self._limits.depth)
        bounded = element.length != UNDEFINED
        if bounded and element.length > end - element.offset:
            raise Incomplete
        stop = element.offset + element.length if bounded else end
        at, items = element.offset, []
        while at < stop:
            tag, length, body = self._item_head(at, stop)
            if tag == SEQUENCE_END:
                at = body
                break
            if tag != ITEM:
                raise Malformed(where=f"{element.tag:08X}")
            item, at = self._item(body, length, stop, depth + 1, explicit)
            items.append(item)
        else:
            if not bounded:
                raise Incomplete
        element.items = items
        element.length = at - element.offset
        return element, stop if bounded else at

    def _item_head(self, at: int, end: int) -> tuple[int, int, int]:
        if end - at < 8:
            raise Incomplete
        group, number = self._tag(self._buffer, at)
        return group << 16 | number, self._long(self._buffer, at + 4)[0], at + 8

    def _item(self, at: int, length: int, stop: int, depth: int, explicit: bool) -> tuple[list[Element], int]:
        if length != UNDEFINED:
            if length > stop - at:
                raise Incomplete
            return list(self._elements(at, at + length, depth, explicit)), at + length
        item: list[Element] = []
        while True:
            if stop - at < 8:
                raise Incomplete
            element, at = self._element(at, stop, depth, explicit)
            if element is None:
                return item, at
            item.append(element)

    def _encapsulated(self, element: Element, end: int) -> tuple[Element, int]:
        """The fragments, the Basic Offset Table first (PS3.5 §A.4)."""
        at, fragments = element.offset, []
        while True:
            tag, length, body = self._item_head(at, end)
            if tag == SEQUENCE_END:
                break
            if tag != ITEM:
                raise Malformed(where=f"{element.tag:08X}")
            if length > end - body:
                raise Incomplete
            self._count += 1
            if self._count > self._limits.elements:
                raise TooManyElements(limit=self._limits.elements)
            fragments.append((body, length))
            at = body + length
        element.fragments = fragments
        element.length = body - element.offset
        return element, body


def _end_of(element: Element) -> int:
    return element.offset + element.length


def find(elements: list[Element], tag: int) -> Element | None:
    """The element with this tag."""
    return next((element for element in elements if element.tag == tag), None)
