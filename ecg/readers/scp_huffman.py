"""Huffman codes of SCP-ECG (EN 1064 §5.5 and annex C): the default table, custom tables, table switches.

A table is a list of codes; `Decoder` turns windows of 16 bits into all the values they hold at once and remembers
them, so a recording of 60,000 samples takes a few milliseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

WINDOW = 16
_PIECE = 16_384  # bytes looked at together: what is held in memory stays small


@dataclass(frozen=True, slots=True)
class Code:
    """One code structure. `bits` is the code as it is read, most significant bit first, `prefix` bits long.

    With `total` > `prefix` the remaining bits are the value itself, two's complement. `switch_to` names the table
    that decodes what follows; such a code has no value.
    """

    prefix: int
    total: int
    bits: int
    value: int
    switch_to: int | None = None


def _default() -> list[Code]:
    codes = [Code(1, 1, 0, 0)]
    for magnitude in range(1, 9):
        ones = ((1 << (magnitude + 1)) - 1) & ~1  # 10, 110, 1110, …
        prefix = magnitude + 2
        codes.append(Code(prefix, prefix, ones << 1 & ((1 << prefix) - 1), magnitude))
        codes.append(Code(prefix, prefix, (ones << 1 | 1) & ((1 << prefix) - 1), -magnitude))
    return [*codes, Code(10, 18, 0b1111111110, 0), Code(10, 26, 0b1111111111, 0)]


DEFAULT: tuple[Code, ...] = tuple(_default())


class BrokenCode(ValueError):
    """The bits are no code of the table, or end inside one."""


def _plain_codes(table: Sequence[Code]) -> list[tuple[int, int]]:
    """Length and value of the code that begins each window of 16 bits; length 0 where it is not a plain one."""
    found = [(0, 0)] * (1 << WINDOW)
    for code in table:
        if code.prefix <= WINDOW and code.total == code.prefix and code.switch_to is None:
            width = 1 << (WINDOW - code.prefix)
            found[code.bits * width : (code.bits + 1) * width] = [(code.prefix, code.value)] * width
    return found


def _by_prefix(table: Sequence[Code]) -> list[tuple[int, dict[int, Code]]]:
    """The codes by their length and bits, the shortest first; of equal ones the first."""
    found: dict[int, dict[int, Code]] = {}
    for code in sorted(table, key=lambda code: code.prefix):
        found.setdefault(code.prefix, {}).setdefault(code.bits, code)
    return list(found.items())


def _words(data: bytes, first: int) -> list[int]:
    """The 24 bits that begin at each byte of a piece of the data."""
    stored = np.frombuffer(data, np.uint8)[first : first + _PIECE + 2].astype(np.int64)
    words: list[int] = (stored[:-2] << 16 | stored[1:-1] << 8 | stored[2:]).tolist()
    return words


class Decoder:
    """Decodes leads with a set of tables; the first is in force at the start of each lead."""

    def __init__(self, tables: Sequence[Sequence[Code]]) -> None:
        self._tables = [_by_prefix(table) for table in tables]
        self._first = [_plain_codes(table) for table in tables]
        self._seen: list[dict[int, tuple[tuple[int, ...], int]]] = [{} for _ in tables]

    def decode(self, data: bytes, count: int) -> tuple[list[int], int]:
        """The first `count` values, and how many bytes hold them at least. Raises BrokenCode."""
        bits, position, table = len(data) * 8, 0, 0
        padded = data + b"\x00" * 8
        values: list[int] = []
        seen = self._seen[0]
        while len(values) < count:
            first = position >> 3
            words, stop = _words(padded, first), min(bits - WINDOW, (first + _PIECE) * 8)
            while position < stop and len(values) < count:
                window = words[(position >> 3) - first] >> (8 - (position & 7)) & 0xFFFF
                found = seen.get(window)
                if found is None:
                    found = seen[window] = self._expand(table, window)
                if found[1]:
                    values += found[0]
                    position += found[1]
                    continue
                value, used, table = self._single(table, padded, position)
                seen = self._seen[table]
                position += used
                if value is not None:
                    values.append(value)
            if position >= bits - WINDOW:
                last, position = self._last(table, data, position, count - len(values))
                values += last
        del values[count:]
        return values, max(0, position - WINDOW) // 8  # the last window may reach beyond the last value

    def _last(self, table: int, data: bytes, position: int, count: int) -> tuple[list[int], int]:
        """The values of the last bits, one by one, so that no bit behind the data is taken for one of theirs."""
        values: list[int] = []
        while len(values) < count:
            value, used, table = self._single(table, data, position)
            position += used
            if position > len(data) * 8:
                raise BrokenCode("the data end before the last sample")
            if value is not None:
                values.append(value)
        return values, position

    def _expand(self, table: int, window: int) -> tuple[tuple[int, ...], int]:
        """Every plain value that lies whole in these 16 bits, and how many bits they take (0: look singly)."""
        first = self._first[table]
        values: list[int] = []
        used = 0
        while used < WINDOW:
            prefix, value = first[window << used & 0xFFFF]
            if not 0 < prefix <= WINDOW - used:
                break
            values.append(value)
            used += prefix
        return tuple(values), used

    def _single(self, table: int, data: bytes, position: int) -> tuple[int | None, int, int]:
        """One code of any kind: its value, its length, the table in force afterwards."""
        index = position >> 3
        word = int.from_bytes(data[index : index + 8].ljust(8, b"\x00"), "big")
        shifted = word << (position & 7) & ((1 << 64) - 1)
        for prefix, codes in self._tables[table]:
            code = codes.get(shifted >> (64 - prefix))
            if code is None:
                continue
            if code.switch_to is not None:
                if not 0 <= code.switch_to < len(self._tables) or code.total == 0:
                    raise BrokenCode("a switch to a table that is not there")
                return None, code.total, code.switch_to
            extra = code.total - code.prefix
            raw = shifted >> (64 - code.total) & ((1 << extra) - 1)
            value = raw - (1 << extra) if extra and raw >> (extra - 1) else raw
            return (value if extra else code.value), code.total, table
        raise BrokenCode("bits that are no code of the table")


@cache
def default_decoder() -> Decoder:
    """The decoder of the default table, which nearly every cart uses."""
    return Decoder([DEFAULT])
