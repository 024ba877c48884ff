"""The frame of an SCP-ECG record (EN 1064 §5.2): sections with id, length and CRC, and the pointers to them."""

import binascii
import struct
from dataclasses import dataclass, field

from ecg.model import UnreadableEcg, Warning_

NAME = "scp"
HEADER = 16
_NEEDED = range(2, 7)  # without these the samples cannot be known
_LONGEST, _MOST = 16 + 10 * 1024, 1024  # bytes of section 0, sections of a record
_U16, _U32 = struct.Struct("<H"), struct.Struct("<I")


def refuse(code: str, text: str) -> UnreadableEcg:
    """A refusal of this format."""
    return UnreadableEcg(code, text, NAME)


def u16(data: bytes, place: int) -> int:
    """An unsigned 16-bit number. Raises UnreadableEcg `truncated` beyond the end."""
    if place + 2 > len(data):
        raise refuse("truncated", "the file ends inside a section")
    return int(_U16.unpack_from(data, place)[0])


def u32(data: bytes, place: int) -> int:
    """An unsigned 32-bit number. Raises UnreadableEcg `truncated` beyond the end."""
    if place + 4 > len(data):
        raise refuse("truncated", "the file ends inside a section")
    return int(_U32.unpack_from(data, place)[0])


@dataclass(frozen=True, slots=True)
class Sections:
    """Section bodies by id, without their headers, and what was noticed; `damaged` do not meet their checksum."""

    bodies: dict[int, bytes]
    damaged: set[int] = field(default_factory=set)
    warnings: list[Warning_] = field(default_factory=list)


def crc(data: bytes) -> int:
    """CRC-CCITT, preset 0xFFFF (EN 1064 §5.2.3)."""
    return binascii.crc_hqx(data, 0xFFFF)


def sections_of(data: bytes) -> Sections:
    """Every section that the pointers of section 0 name.

    A pointer may count from 0 or from 1, or be wrong: a section is taken where its own header carries its id and
    length, else where the sections before it end. Raises UnreadableEcg `truncated` or `bad-structure`.
    """
    size = u32(data, 2)
    if size > len(data):
        raise refuse("truncated", f"{size} bytes are declared and {len(data)} are there")
    found = Sections({})
    if crc(data[2:size]) != u16(data, 0):
        found.warnings.append(Warning_("checksum", "the checksum of the record is wrong: the file may be damaged"))
    if len(data) > size:
        found.warnings.append(Warning_("trailing-bytes", f"{len(data) - size} bytes follow the record"))
    pointers = data[6 + HEADER : 6 + max(HEADER, min(u32(data, 10), _LONGEST))]
    chain = _chain(data)
    for place in range(0, len(pointers) - 9, 10):
        number, length, index = u16(pointers, place), u32(pointers, place + 2), u32(pointers, place + 6)
        if length > HEADER and number != 0:
            _take(data, number, length, (index - 1, index, chain.get(number, -1)), found)
    return found


def _chain(data: bytes) -> dict[int, int]:
    """Where sections begin when each follows the one before it; the first of an id counts."""
    found: dict[int, int] = {}
    place = 6 + u32(data, 10)
    while place + HEADER <= len(data) and len(found) < _MOST:
        length = u32(data, place + 4)
        if length < HEADER:
            break
        found.setdefault(u16(data, place + 2), place)
        place += length
    return found


def _take(data: bytes, number: int, length: int, places: tuple[int, ...], found: Sections) -> None:
    for start in places:
        if start < 0 or start + HEADER > len(data) or u16(data, start + 2) != number:
            continue
        stated = u32(data, start + 4)
        if abs(stated - length) <= 1 or (
            stated >= HEADER and crc(data[start + 2 : start + stated]) == u16(data, start)
        ):
            if start != places[0]:
                found.warnings.append(Warning_("pointer-origin", f"section {number} is not where its pointer says"))
            _check(data, number, start, stated, found)
            return
    if number in _NEEDED:
        raise refuse("bad-structure", f"section {number} is not where its pointer says")
    found.warnings.append(Warning_("part-left-out", f"section {number} is not where its pointer says: left out"))


def _check(data: bytes, number: int, start: int, length: int, found: Sections) -> None:
    end = start + length
    if end > len(data):
        raise refuse("truncated", f"section {number} reaches beyond the end of the file")
    if crc(data[start + 2 : end]) != u16(data, start):
        found.damaged.add(number)
        found.warnings.append(Warning_("checksum", f"the checksum of section {number} is wrong"))
    if number in found.bodies:
        raise refuse("bad-structure", f"section {number} stands twice")
    found.bodies[number] = data[start + HEADER : end]
