"""Where the bytes of one frame lie in a stored object (PS3.5 §A.4, §8.2). Nothing is decoded here."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pacs_gateway.dicom import json
from pacs_gateway.dicom.elements import PIXEL_DATA, Buffer, Element, Limits, Walk, find
from pacs_gateway.dicom.inspection import frame_length_bits, frames
from pacs_gateway.dicom.part10 import (
    DEFLATED,
    UNCOMPRESSED,
    encoding_of,
    inflate,
    open_bytes,
    read_meta,
)
from pacs_gateway.errors import CannotRender, Incomplete, NoSuchFrame

_STARTS = (b"\xff\xd8", b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP  ", b"\xff\x0a", b"\x00\x00\x00\x0cJXL ")
_EXTENDED_OFFSETS = 0x7FE00001


class Pixels:
    """The frames of one open object. Frame numbers begin at 1."""

    def __init__(self, body: Buffer, elements: list[Element], transfer_syntax_uid: str) -> None:
        self._body = body
        self.transfer_syntax_uid = transfer_syntax_uid
        self.elements = elements
        encoding = encoding_of(transfer_syntax_uid)
        found = find(elements, PIXEL_DATA)
        if found is None:
            raise CannotRender
        self._pixels = found
        self.header = json.Writer(body, encoding).dataset([e for e in elements if 0x00280000 <= e.tag <= 0x0028FFFF])
        self.count = frames(self.header)
        self.compressed = found.fragments is not None
        self._little = encoding.little
        self._groups = self._frame_fragments() if self.compressed else []

    def frame(self, number: int) -> bytes:
        """The bytes of a frame: as stored when compressed, else in little endian order. Raises NoSuchFrame."""
        if not 1 <= number <= self.count:
            raise NoSuchFrame(frame=number)
        if self.compressed:
            group = self._groups[number - 1] if number <= len(self._groups) else []
            if not group:
                raise Incomplete
            return b"".join(bytes(self._body[at : at + length]) for at, length in group)
        return self._native(number)

    def _native(self, number: int) -> bytes:
        bits = frame_length_bits(self.header)
        first, last = (number - 1) * bits, number * bits
        at = self._pixels.offset
        raw = bytes(self._body[at + first // 8 : at + (last + 7) // 8])
        if first % 8:  # one bit a pixel, and the frame begins inside a byte
            whole = int.from_bytes(raw, "little") >> first % 8
            raw = (whole & ((1 << bits) - 1)).to_bytes((bits + 7) // 8, "little")
        if self._little or (json.number(self.header, "00280100") < 16 and self._pixels.vr == "OB"):
            return raw
        return _swapped(raw, max(2, json.number(self.header, "00280100") // 8))

    def _frame_fragments(self) -> list[list[tuple[int, int]]]:
        """The fragments of each frame, by offset table, by number, or by the marks that codestreams begin with."""
        table, *fragments = self._pixels.fragments or [(0, 0)]
        if self.count == 1:
            return [fragments]
        offsets = self._offsets(table)
        if len(offsets) == self.count:
            return _by_offsets(fragments, offsets)
        if len(fragments) == self.count:
            return [[fragment] for fragment in fragments]
        groups: list[list[tuple[int, int]]] = []
        for fragment in fragments:
            begins = bytes(self._body[fragment[0] : fragment[0] + 8]).startswith(_STARTS)
            if begins or not groups:
                groups.append([])
            groups[-1].append(fragment)
        return groups

    def _offsets(self, table: tuple[int, int]) -> list[int]:
        extended = find(self.elements, _EXTENDED_OFFSETS)
        if extended is not None and extended.length:
            return list(struct.unpack_from(f"<{extended.length // 8}Q", self._body, extended.offset))
        return list(struct.unpack_from(f"<{table[1] // 4}I", self._body, table[0]))


def _by_offsets(fragments: list[tuple[int, int]], offsets: list[int]) -> list[list[tuple[int, int]]]:
    """Offsets count from the first byte of the first fragment's item tag."""
    base = fragments[0][0] - 8 if fragments else 0
    starts = set(offsets)
    groups: list[list[tuple[int, int]]] = []
    for at, length in fragments:
        if at - 8 - base in starts or not groups:
            groups.append([])
        groups[-1].append((at, length))
    return groups


def _swapped(raw: bytes, size: int) -> bytes:
    swapped = bytearray(len(raw))
    for index in range(size):
        swapped[index::size] = raw[size - 1 - index :: size]
    return bytes(swapped)


def is_native(transfer_syntax_uid: str) -> bool:
    """Whether a stored frame is plain little endian values already."""
    return transfer_syntax_uid in UNCOMPRESSED


@contextmanager
def opened(path: Path, limits: Limits, inflated: int, folder: Path | None = None) -> Iterator[Pixels]:
    """The pixels of a stored object. Raises CannotRender when it has none."""
    with path.open("rb") as file:
        buffer = open_bytes(file)
        meta = read_meta(buffer)
        body, start = buffer, meta.dataset_at
        if meta.transfer_syntax_uid == DEFLATED:
            body, start = inflate(buffer, start, inflated, folder), 0
        walk = Walk(body, encoding_of(meta.transfer_syntax_uid), limits)
        yield Pixels(body, walk.dataset(start, len(body)), meta.transfer_syntax_uid)


def locate(elements: list[Element], path: str) -> Element | None:
    """The element that a bulk data path names: `7FE00010`, or `54000100/1/54001010` inside a sequence."""
    names = path.split("/")
    try:
        tags, positions = [int(name, 16) for name in names[::2]], [int(name) for name in names[1::2]]
    except ValueError:
        return None
    found = find(elements, tags[0])
    for position, tag in zip(positions, tags[1:], strict=False):
        if found is None or not found.items or not 1 <= position <= len(found.items):
            return None
        found = find(found.items[position - 1], tag)
    return found if len(tags) == len(positions) + 1 else None
