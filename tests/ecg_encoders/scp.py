"""An encoder of SCP-ECG (EN 1064), with the freedoms and the faults of real carts."""

import binascii
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tests.ecg_encoders.truth import Digits, Truth

LEADS = {"I": 1, "II": 2, "III": 61, "aVR": 62, "aVL": 63, "aVF": 64, **{f"V{n}": n + 2 for n in range(1, 7)}}
Coder = Callable[[list[int]], bytes]


@dataclass(slots=True)
class Recording:
    """The truth and how it is told."""

    truth: Truth
    difference: int = 0
    table: bytes | None = None  # section 2
    coder: Coder | None = None  # values of one lead to bytes; None stores words
    beat: Truth | None = None  # reference beat (section 5)
    fiducial: int = 0  # of the reference beat, from 1
    beats: tuple[tuple[int, int, int, int], ...] = ()  # kind, first, fiducial, last; from 1
    subtract: bool = False
    origin: int = 1  # what the pointers of section 0 count from
    word: bytes = b"SCPECG"
    first: int = 1  # the first sample's number
    interval_us: int | None = None
    sections: dict[int, bytes] = field(default_factory=dict)  # further section bodies


def scp(told: Recording) -> bytes:
    """The record."""
    bodies = {1: person()} | told.sections
    if told.table is not None:
        bodies[2] = told.table
    bodies[3] = _leads(told)
    digits = told.truth.digits.copy()
    if told.beat is not None:
        bodies[4] = _beats(told)
        bodies[5] = _waves(told, told.beat.digits)
        if told.subtract:
            _subtract(told, digits)
    bodies[6] = _waves(told, digits)
    return _frame(bodies, told)


def person() -> bytes:
    """Section 1: names, id, sex, birth date, time, filters, end."""
    tags = {0: b"Li\0", 1: b"Wei\0", 2: b"8\0", 4: struct.pack("<HB", 52, 1), 5: struct.pack("<HBB", 1971, 1, 23),
            8: b"\x02", 25: struct.pack("<HBB", 2023, 1, 4), 26: bytes([8, 58, 44]), 27: struct.pack("<H", 5),
            28: struct.pack("<H", 150), 29: b"\x02"}  # fmt: skip
    return b"".join(struct.pack("<BH", tag, len(data)) + data for tag, data in tags.items()) + b"\xff\0\0"


def measured() -> bytes:
    """Section 7: RR and PP, one beat's intervals and axes, two pacer spikes."""
    body = struct.pack("<BBHH", 1, 2, 800, 800) + struct.pack("<5H3h", 100, 200, 250, 340, 640, 45, 30, 60)
    return body + struct.pack("<HhHh", 40, 5000, 840, 5000) + bytes(12)


def report(*lines: str) -> bytes:
    """Section 8: the report's sentences."""
    body = struct.pack("<BHBBBBBB", 1, 2023, 1, 4, 8, 58, 44, len(lines))
    for number, line in enumerate(lines, 1):
        text = line.encode() + b"\0"
        body += struct.pack("<BH", number, len(text)) + text
    return body


def default_huffman(values: list[int]) -> bytes:
    """The default table of EN 1064 annex C, as `DEFAULT_SECTION` announces it."""
    return packed("".join(_default_code(value) for value in values))


DEFAULT_SECTION = struct.pack("<H", 19999)


def _default_code(value: int) -> str:
    if value == 0:
        return "0"
    if abs(value) <= 8:
        return "1" * abs(value) + "0" + ("1" if value < 0 else "0") if abs(value) < 9 else ""
    if -128 <= value <= 127:
        return "1" * 9 + "0" + f"{value & 0xFF:08b}"
    return "1" * 10 + f"{value & 0xFFFF:016b}"


def packed(bits: str) -> bytes:
    """Bits, most significant first, filled with zeros to whole bytes."""
    whole = bits.ljust(-(-len(bits) // 8) * 8, "0")
    return int(whole or "0", 2).to_bytes(len(whole) // 8, "big")


def table_entry(code: str, total: int, mode: int, value: int) -> bytes:
    """One code structure of a custom table; the code is stored with its first bit least significant."""
    return struct.pack("<BBBhI", len(code), total, mode, value, int(code[::-1], 2))


def custom_section(*tables: tuple[bytes, ...]) -> bytes:
    """Section 2 with own tables."""
    return struct.pack("<H", len(tables)) + b"".join(
        struct.pack("<H", len(table)) + b"".join(table) for table in tables
    )


def _differences(row: NDArray[np.int64], order: int) -> list[int]:
    """Differences of EN 1064: the first `order` samples as they are."""
    if order == 0:
        return [int(value) for value in row]
    if order == 1:
        return [int(row[0]), *(int(value) for value in np.diff(row))]
    return [int(row[0]), int(row[1]), *(int(value) for value in np.diff(row, 2))]


def _waves(told: Recording, digits: Digits) -> bytes:
    interval = told.interval_us or 1_000_000 // told.truth.frequency
    head = struct.pack("<HHBB", round(told.truth.lsb_uv * 1000), interval, told.difference, 0)
    coded = []
    for row in digits:
        values = _differences(row, told.difference)
        coded.append(told.coder(values) if told.coder else struct.pack(f"<{len(values)}h", *values))
        coded[-1] += b"\0" * (len(coded[-1]) % 2)
    return head + b"".join(struct.pack("<H", len(lead) & 0xFFFF) for lead in coded) + b"".join(coded)


def _leads(told: Recording) -> bytes:
    count, samples = told.truth.digits.shape
    body = struct.pack("<BB", count, 4 | count << 3 & 0xF8 | int(told.subtract))
    for name in told.truth.names:
        body += struct.pack("<IIB", told.first, told.first + samples - 1, LEADS[name])
    return body


def _beats(told: Recording) -> bytes:
    assert told.beat is not None
    milliseconds = told.beat.digits.shape[1] * 1000 // told.truth.frequency
    body = struct.pack("<HHH", milliseconds, told.fiducial, len(told.beats))
    for row in told.beats:
        body += struct.pack("<HIII", *row)
    return body + b"".join(struct.pack("<II", row[1], row[3]) for row in told.beats)


def _subtract(told: Recording, digits: Digits) -> None:
    """Take the reference beat away wherever a beat of type 0 stands."""
    assert told.beat is not None
    for kind, first, fiducial, last in told.beats:
        for sample in range(first, last + 1) if kind == 0 else ():
            digits[:, sample - told.first] -= told.beat.digits[:, told.fiducial + sample - fiducial - 1]


def _section(number: int, body: bytes, reserved: bytes = bytes(6)) -> bytes:
    rest = struct.pack("<HIBB", number, 16 + len(body), 20, 20) + reserved + body
    return struct.pack("<H", binascii.crc_hqx(rest, 0xFFFF)) + rest


def _frame(bodies: dict[int, bytes], told: Recording) -> bytes:
    even = {number: body + b"\0" * (len(body) % 2) for number, body in sorted(bodies.items())}
    rows = {number: even.get(number, b"") for number in range(12)}
    size_0 = 16 + 10 * len(rows)
    place, pointers = 6 + size_0, struct.pack("<HII", 0, size_0, 6 + told.origin)
    for number, body in list(rows.items())[1:]:
        length = 16 + len(body) if number in even else 0
        pointers += struct.pack("<HII", number, length, place + told.origin if length else 0)
        place += length
    data = _section(0, pointers, told.word) + b"".join(_section(number, body) for number, body in even.items())
    rest = struct.pack("<I", 6 + len(data)) + data
    return struct.pack("<H", binascii.crc_hqx(rest, 0xFFFF)) + rest
