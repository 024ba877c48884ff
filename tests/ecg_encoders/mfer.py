"""An encoder of MFER (ISO 22077-1), written from the description of its tags."""

import struct
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tests.ecg_encoders.truth import Truth

LEADS = {"I": 1, "II": 2, "III": 61, "aVR": 62, "aVL": 63, "aVF": 64, **{f"V{n}": n + 2 for n in range(1, 7)}}


def tlv(tag: int, content: bytes, *, indefinite: bool = False) -> bytes:
    """One tag in the shortest form, or of indefinite length."""
    if indefinite:
        return bytes([tag, 0x80]) + content + b"\0\0"
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    return bytes([tag, 0x84]) + struct.pack(">I", len(content)) + content


@dataclass(slots=True)
class Wave:
    """One frame and how it is told."""

    truth: Truth
    block: int | None = None  # by default one block holds everything
    form: int = 1
    kind: str = "i2"
    missing: NDArray[np.bool_] | None = None  # (leads, samples): written as the null value 8000h
    offset: int = 0
    seconds: bool = True  # the interval in seconds, else in hertz
    own_scale: dict[str, int] = field(default_factory=dict)  # nanovolts of one lead
    sequences: bool = True  # say how many
    indefinite: bool = False
    extra: bytes = b""


TYPES = {"i2": 0, "u2": 1, "i4": 2, "u1": 3, "i1": 5, "u4": 6, "f4": 7, "f8": 8}


def frame(wave: Wave, little: bool) -> bytes:
    """The definitions of a frame and its waveform."""
    order: str = "<" if little else ">"
    truth, (count, samples) = wave.truth, wave.truth.digits.shape
    block = wave.block or samples
    kind = np.dtype(order + wave.kind)
    digits = truth.digits + wave.offset
    if wave.missing is not None:
        digits = np.where(wave.missing, -0x8000, digits)
    out = tlv(8, struct.pack(order + "H", wave.form)) + tlv(5, struct.pack(order + "I", count))
    if wave.seconds:
        out += tlv(11, bytes([1, 256 - 6]) + struct.pack(order + "I", 1_000_000 // truth.frequency))
    else:
        out += tlv(11, bytes([0, 0]) + struct.pack(order + "H", truth.frequency))
    out += tlv(12, bytes([0, 256 - 9]) + struct.pack(order + "I", round(truth.lsb_uv * 1000)))
    out += tlv(10, bytes([TYPES[wave.kind]])) + tlv(4, struct.pack(order + "I", block))
    out += tlv(6, struct.pack(order + "I", samples // block)) if wave.sequences else b""
    if wave.offset:
        out += tlv(13, np.array(wave.offset, kind).tobytes())
    if wave.missing is not None:
        out += tlv(18, np.array(-0x8000, kind).tobytes())
    for number, name in enumerate(truth.names):
        own = tlv(9, struct.pack(order + "H", LEADS[name]))
        if name in wave.own_scale:
            own += tlv(12, bytes([0, 256 - 9]) + struct.pack(order + "I", wave.own_scale[name]))
        out += b"\x3f" + tlv(number, own, indefinite=wave.indefinite)
    blocks = digits.reshape(count, samples // block, block).transpose(1, 0, 2)
    return out + wave.extra + tlv(0x1E, blocks.astype(kind).tobytes())


def mfer(
    *waves: Wave, little: bool = True, preamble: bool = True, end: bool = True, about: bytes | None = None
) -> bytes:
    """A file with these frames; the person's tags go before them."""
    order = "<" if little else ">"
    if about is None:
        about = tlv(0x17, b"Nihon Kohden^ECG-1350^01-02^00008") + tlv(0x03, b"UTF-8")
        about += tlv(0x81, "张智宏".encode()) + tlv(0x82, b"8") + tlv(0x84, b"\x02")
        about += tlv(0x83, struct.pack(order + "BHHBB", 52, 100, 1971, 1, 23))
        about += tlv(0x85, struct.pack(order + "HBBBBBHH", 2023, 1, 4, 8, 58, 44, 250, 0))
        about += tlv(0x11, b"HPF=0.05^LPF=150") + tlv(0x16, b"resting")
        about += tlv(0x41, struct.pack(order + "HII", 0x8001, 20, 0) + b"key pressed")
        about += tlv(0x42, struct.pack(order + "HI", 0x1234, 0) + b"75^/min")
    head = tlv(0x40, b"MFR Standard 12 leads ECG".ljust(32)) if preamble else b""
    body = b"".join(frame(wave, little) for wave in waves)
    return head + tlv(1, b"\x01" if little else b"\x00") + about + body + (tlv(0x80, b"") if end else b"")
