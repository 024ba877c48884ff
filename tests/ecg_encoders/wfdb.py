"""An encoder of WFDB records (header(5), signal(5), annot(5)), written by hand."""

import struct
from collections.abc import Callable

import numpy as np

from ecg.model import Bundle, Part
from tests.ecg_encoders.truth import Truth


def _format_16(digits: np.ndarray) -> bytes:
    return bytes(digits.T.astype("<i2").tobytes())


def _format_212(digits: np.ndarray) -> bytes:
    """Two samples of 12 bits in three bytes."""
    flat = digits.T.reshape(-1) & 0xFFF
    flat = np.append(flat, 0) if flat.size % 2 else flat
    one, two = flat[0::2], flat[1::2]
    return np.stack([one & 0xFF, one >> 8 | two >> 8 << 4, two & 0xFF], axis=1).astype(np.uint8).tobytes()


def _format_24(digits: np.ndarray) -> bytes:
    return np.ascontiguousarray(digits.T.astype("<i4")).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def _tens(digits: np.ndarray) -> np.ndarray:
    """Ten-bit samples by three, shape (n, 3)."""
    flat = digits.T.reshape(-1) & 0x3FF
    return np.append(flat, np.zeros(-flat.size % 3, np.int64)).reshape(-1, 3)


def _format_310(digits: np.ndarray) -> bytes:
    """Two samples in bits 1 to 10 of two words, the third in the upper five bits of both."""
    one, two, three = _tens(digits).T
    words = np.stack([one << 1 | (three & 0x1F) << 11, two << 1 | three >> 5 << 11], axis=1)
    return words.astype("<u2").tobytes()


def _format_311(digits: np.ndarray) -> bytes:
    """Three samples in the lower thirty bits of a word."""
    one, two, three = _tens(digits).T
    return bytes((one | two << 10 | three << 20).astype("<u4").tobytes())


BODIES: dict[int, Callable[[np.ndarray], bytes]] = {
    16: _format_16,
    24: _format_24,
    32: lambda digits: digits.T.astype("<i4").tobytes(),
    61: lambda digits: digits.T.astype(">i2").tobytes(),
    80: lambda digits: (digits.T + 128).astype(np.uint8).tobytes(),
    160: lambda digits: (digits.T + 32768).astype("<u2").tobytes(),
    212: _format_212,
    310: _format_310,
    311: _format_311,
}


def segmented(name: str, segments: list[tuple[str, int, Bundle]], frequency: int, leads: int) -> Bundle:
    """A record of segments: (name, samples, parts); `~` is a gap and has no parts."""
    total = sum(length for _, length, _ in segments)
    head = f"{name}/{len(segments)} {leads} {frequency} {total} 08:00:00 05/01/2023\n"
    head += "".join(f"{segment} {length}\n" for segment, length, _ in segments)
    return (Part(f"{name}.hea", head.encode()), *(part for _, _, parts in segments for part in parts))


def wfdb(truth: Truth, *, form: int = 16, baseline: int = 0, beats: tuple[int, ...] = (), name: str = "100") -> Bundle:
    """Header, signal file and, with `beats`, an annotation file of normal beats."""
    count, samples = truth.digits.shape
    stored = truth.digits + baseline
    head = f"{name} {count} {truth.frequency} {samples} 08:58:44 04/01/2023\n"
    for lead, row in zip(truth.names, stored, strict=True):
        total = (int(row.sum()) + 32768) % 65536 - 32768
        head += f"{name}.dat {form} {1000 / truth.lsb_uv:g}({baseline})/mV 12 0 {row[0]} {total} 0 {lead}\n"
    head += "# Age: 52  Sex: F\n"
    body = BODIES[form](stored)
    parts = [Part(f"{name}.hea", head.encode()), Part(f"{name}.dat", body)]
    if beats:
        parts.append(Part(f"{name}.atr", _annotations(beats)))
    return tuple(parts)


def _annotations(beats: tuple[int, ...]) -> bytes:
    """Code 1 (normal beat) and the time since the last, ten bits; longer steps by a skip (code 59)."""
    out, last = b"", 0
    for beat in beats:
        step, last = beat - last, beat
        if step > 1023:
            out += struct.pack("<HHH", 59 << 10, step >> 16, step & 0xFFFF)
            step = 0
        out += struct.pack("<H", 1 << 10 | step)
    return out + b"\0\0"
