"""The tags of MFER (ISO 22077-1 §5): tag, length, value; what is in force when a waveform stands there.

Tags are one byte; 3Fh is followed by a channel's number and holds definitions of that channel. Lengths are those of
ASN.1 BER, most significant byte first whatever the byte order of the values (tag 01h).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ecg.model import UnreadableEcg

NAME = "mfer"
END_OF_CONTENTS, BLE, SEQ, CHN, WAV, ATT, PRE, END = 0, 1, 6, 5, 0x1E, 0x3F, 0x40, 0x80
_KNOWN = {*range(19), 20, 21, 22, 23, WAV, ATT, *range(PRE, 0x47), 0x67, 0x68, 0x69, *range(END, 0x89)}
_MAX_TAGS, _MAX_FRAMES, _LONGEST_ATT = 100_000, 1_000, 1 << 16


def refuse(code: str, text: str) -> UnreadableEcg:
    """A refusal of this format."""
    return UnreadableEcg(code, text, NAME)


@dataclass(frozen=True, slots=True)
class Value:
    """The bytes of a tag and the byte order in force where they stood."""

    data: bytes
    little: bool

    def number(self, start: int, stop: int, *, signed: bool = False) -> int:
        """The integer in bytes `start` to `stop`; 0 where there is no byte."""
        return int.from_bytes(self.data[start:stop], "little" if self.little else "big", signed=signed)


@dataclass(frozen=True, slots=True)
class Frame:
    """One waveform and the definitions in force: `root` for all channels, `own` for one."""

    wave: Value
    root: dict[int, Value]
    own: dict[int, dict[int, Value]]

    def value(self, tag: int, channel: int) -> Value | None:
        """A definition of a channel, else of the frame."""
        return self.own.get(channel, {}).get(tag) or self.root.get(tag)

    def number(self, tag: int, channel: int, *, default: int) -> int:
        """A definition that is one unsigned integer."""
        value = self.value(tag, channel)
        return value.number(0, 8) if value is not None and value.data else default


@dataclass(slots=True)
class Found:
    """All of a file: its frames, its other tags in order, and whether it ends with the end mark."""

    frames: list[Frame] = field(default_factory=list)
    tags: list[tuple[int, Value]] = field(default_factory=list)
    ended: bool = False

    def first(self, tag: int) -> Value | None:
        """The first value of a tag that describes the recording."""
        return next((value for number, value in self.tags if number == tag), None)


def looks_like(data: bytes) -> bool:
    """Whether a file begins as MFER does: the preamble, or a byte order and known tags up to a channel or waveform."""
    if data[:1] == bytes([PRE]):
        return data[2:5] == b"MFR"
    if data[:3] not in (b"\x01\x01\x00", b"\x01\x01\x01"):
        return False
    try:
        for number, (tag, _, _) in enumerate(_walk(data[:4096])):
            if tag not in _KNOWN or number > 64:
                return False
            if tag in {CHN, ATT, WAV}:
                return True
    except UnreadableEcg:
        return False
    return False


def frames(data: bytes) -> Found:
    """The frames of a file. Raises UnreadableEcg `truncated`, `corrupt`, `too-long`."""
    found, little = Found(), False
    root: dict[int, Value] = {}
    own: dict[int, dict[int, Value]] = {}
    count = 0
    for tag, channel, content in _walk(data):
        value = Value(content, little)
        if tag == BLE:
            little = content[:1] == b"\x01"
        elif tag == ATT:
            if len(content) > _LONGEST_ATT:
                raise refuse("corrupt", f"{len(content)} bytes of definitions for one channel")
            inside = [(inner, Value(part, little)) for inner, _, part in _walk(content)]
            own.setdefault(channel, {}).update(inside)
            count += len(inside)
        elif tag == WAV:
            found.frames.append(Frame(value, dict(root), {number: dict(tags) for number, tags in own.items()}))
        elif tag == END:
            found.ended = True
            return found
        else:
            if tag == CHN:
                own = {}
            root[tag] = value
            found.tags.append((tag, value))
        count += 1
        if count > _MAX_TAGS or len(found.frames) > _MAX_FRAMES:
            raise refuse("too-long", f"more than {_MAX_TAGS:,} definitions or {_MAX_FRAMES:,} waveforms")
    return found


def _walk(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Tag, channel (of 3Fh) and content, one after the other."""
    place, channel = 0, 0
    while place < len(data):
        tag, place = data[place], place + 1
        if tag == ATT:
            channel, place = _channel(data, place)
        start, length = _length(data, place)
        if length < 0:
            content, place = _indefinite(data, start, tag)
        else:
            content, place = data[start : start + length], start + length
        if place > len(data):
            raise refuse("truncated", f"the file ends inside tag {tag:02X}h")
        if tag != END_OF_CONTENTS:
            yield tag, channel, content


def _channel(data: bytes, place: int) -> tuple[int, int]:
    """A channel's number: seven bits a byte, the last byte below 80h."""
    number = 0
    for index in range(place, min(place + 4, len(data))):
        number = number << 7 | data[index] & 0x7F
        if data[index] < 0x80:
            return number, index + 1
    raise refuse("truncated", "the file ends inside a channel's number")


def _length(data: bytes, place: int) -> tuple[int, int]:
    """Where the content begins, and its length; -1 for one that ends with an end-of-contents tag."""
    if place >= len(data):
        raise refuse("truncated", "the file ends behind a tag")
    first = data[place]
    if first < 0x80:
        return place + 1, first
    if first == 0x80:
        return place + 1, -1
    start = place + 1 + (first & 0x7F)
    if first & 0x7F > 8:
        raise refuse("corrupt", "a length of more than 8 bytes")
    if start > len(data):
        raise refuse("truncated", "the file ends inside a length")
    return start, int.from_bytes(data[place + 1 : start], "big")


def _indefinite(data: bytes, start: int, tag: int) -> tuple[bytes, int]:
    """A content of indefinite length and the place behind its end-of-contents tag (00 00)."""
    if tag == WAV:
        raise refuse("unsupported-encoding", "a waveform of indefinite length has no certain end")
    place = start
    if tag == ATT:
        while data[place : place + 2] != b"\x00\x00":
            inside, length = _length(data, place + 1)
            place = inside + length
            if length < 0 or place >= len(data):
                raise refuse("truncated", "the file ends inside a channel's definitions")
    else:
        place = data.find(b"\x00\x00", start)
        if place < 0:
            raise refuse("truncated", f"tag {tag:02X}h does not end")
    return data[start:place], place + 2
