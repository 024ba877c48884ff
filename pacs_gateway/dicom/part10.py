"""The DICOM file format (PS3.10 §7): find the dataset behind preamble and file meta, write our own file meta.

What is stored is our file meta, a function of three UIDs alone, and the dataset's bytes exactly as they arrived; so
the same dataset has the same digest whichever way it came.
"""

import mmap
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from pacs_gateway.dicom.elements import Buffer, Encoding
from pacs_gateway.errors import EmptyObject, Incomplete, InflatesTooMuch, Malformed, NotDicom

IMPLICIT_LE = "1.2.840.10008.1.2"
EXPLICIT_LE = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
EXPLICIT_BE = "1.2.840.10008.1.2.2"
UNCOMPRESSED = frozenset((IMPLICIT_LE, EXPLICIT_LE, DEFLATED, EXPLICIT_BE))

IMPLEMENTATION_CLASS_UID = "2.25.238790174932105983748823011476203948133"
IMPLEMENTATION_VERSION = "LIANZHEN_1"

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileMeta:
    """What the file says of itself; empty where it says nothing."""

    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str
    dataset_at: int


def encoding_of(transfer_syntax_uid: str) -> Encoding:
    """How a dataset of this syntax is written; every compressed syntax is explicit little endian (PS3.5 §A.4)."""
    return Encoding(
        little=transfer_syntax_uid != EXPLICIT_BE,
        explicit=transfer_syntax_uid != IMPLICIT_LE,
    )


def open_bytes(file: BinaryIO) -> Buffer:
    """The file's bytes without reading them. Raises EmptyObject."""
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError:
        raise EmptyObject from None


def read_meta(buffer: Buffer) -> FileMeta:
    """Preamble and file meta, or a guess for a bare dataset. Raises NotDicom, Malformed, Incomplete."""
    size = len(buffer)
    for at in (132, 4, 0):
        prefixed = at == 0 or buffer[at - 4 : at] == b"DICM"
        if size > at and prefixed and buffer[at : at + 2] == b"\x02\x00":
            return _meta_at(buffer, at)
    start = 132 if buffer[128:132] == b"DICM" and not _plausible(buffer, 0) else 0
    return FileMeta("", "", _guess(buffer, start), start)


def _meta_at(buffer: Buffer, start: int) -> FileMeta:
    """Group 0002, always explicit little endian (PS3.10 §7.1); its own length is not trusted."""
    at, values = start, {0x00020002: "", 0x00020003: "", 0x00020010: ""}
    while len(buffer) - at >= 8 and buffer[at : at + 2] == b"\x02\x00":
        number, vr = struct.unpack_from("<2xH2s", buffer, at)
        long_form = vr in (b"OB", b"UN", b"OW", b"UT", b"UR", b"UC")
        if long_form and len(buffer) - at < 12:
            raise Incomplete
        length, head = (struct.unpack_from("<8xI", buffer, at)[0], 12) if long_form else (
            struct.unpack_from("<6xH", buffer, at)[0], 8)  # fmt: skip
        if length > len(buffer) - at - head:
            raise Incomplete
        if 0x00020000 | number in values:
            values[0x00020000 | number] = clean_uid(bytes(buffer[at + head : at + head + length]))
        at += head + length
    syntax = values[0x00020010]
    if syntax != DEFLATED and (not syntax or _lies(buffer, at, syntax)):
        syntax = _guess(buffer, at) if len(buffer) > at else syntax
    return FileMeta(values[0x00020002], values[0x00020003], syntax, at)


def clean_uid(value: bytes) -> str:
    """A UID without its padding, any byte kept as a character."""
    return value.decode("latin-1").strip("\0 ")


def _lies(buffer: Buffer, at: int, syntax: str) -> bool:
    """Whether an uncompressed syntax cannot be true of the first element."""
    if syntax not in UNCOMPRESSED or len(buffer) - at < 8:
        return False
    try:
        return _guess(buffer, at) != syntax
    except NotDicom:
        return False


def _plausible(buffer: Buffer, at: int) -> bool:
    try:
        return bool(_guess(buffer, at))
    except NotDicom:
        return False


def _guess(buffer: Buffer, at: int) -> str:
    """The syntax of a dataset that begins at `at`, by its first element's group and VR."""
    head = bytes(buffer[at : at + 8])
    if len(head) < 8:
        raise NotDicom
    little_group, big_group = struct.unpack("<H", head[:2])[0], struct.unpack(">H", head[:2])[0]
    is_vr = head[4:6].isalpha() and head[4:6].isupper()
    if 0x0002 < little_group <= 0x0040:
        if is_vr:
            return EXPLICIT_LE
        if struct.unpack("<I", head[4:8])[0] <= len(buffer) - at - 8 or head[4:8] == b"\xff\xff\xff\xff":
            return IMPLICIT_LE
    if 0x0002 < big_group <= 0x0040 and is_vr:
        return EXPLICIT_BE
    raise NotDicom


def inflate(buffer: Buffer, start: int, limit: int, folder: Path | None = None) -> Buffer:
    """The inflated dataset (PS3.5 §A.5) in an unnamed file. Raises InflatesTooMuch, Malformed, Incomplete."""
    stream, total = zlib.decompressobj(-zlib.MAX_WBITS), 0
    with TemporaryFile(dir=folder) as file:
        try:
            for at in range(start, len(buffer), _CHUNK):
                data: bytes = bytes(buffer[at : at + _CHUNK])
                while data and not stream.eof:
                    piece = stream.decompress(data, _CHUNK)
                    total += len(piece)
                    if total > limit:
                        raise InflatesTooMuch(limit=limit >> 20)
                    file.write(piece)
                    data = stream.unconsumed_tail
        except zlib.error:
            raise Malformed(where="deflate") from None
        if not stream.eof:
            raise Incomplete
        file.flush()
        return open_bytes(file)


def file_head(sop_class_uid: str, sop_instance_uid: str, transfer_syntax_uid: str) -> bytes:
    """Preamble, prefix and file meta (PS3.10 §7.1) of a stored object."""
    elements = b"".join(
        (
            struct.pack("<HH2s2xI2s", 2, 1, b"OB", 2, b"\x00\x01"),
            _text(2, b"UI", sop_class_uid),
            _text(3, b"UI", sop_instance_uid),
            _text(0x10, b"UI", transfer_syntax_uid),
            _text(0x12, b"UI", IMPLEMENTATION_CLASS_UID),
            _text(0x13, b"SH", IMPLEMENTATION_VERSION),
        )
    )
    return b"\0" * 128 + b"DICM" + struct.pack("<HH2sHI", 2, 0, b"UL", 4, len(elements)) + elements


def _text(number: int, vr: bytes, text: str) -> bytes:
    value = text.encode("latin-1", "replace")
    if len(value) % 2:
        value += b"\0" if vr == b"UI" else b" "
    return struct.pack("<HH2sH", 2, number, vr, len(value)) + value
