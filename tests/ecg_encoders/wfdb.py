"""An encoder of WFDB records (header(5), signal(5), annot(5)), written by hand."""

import struct

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


def wfdb(truth: Truth, *, form: int = 16, baseline: int = 0, beats: tuple[int, ...] = (), name: str = "100") -> Bundle:
    """Header, signal file and, with `beats`, an annotation file of normal beats."""
    count, samples = truth.digits.shape
    stored = truth.digits + baseline
    head = f"{name} {count} {truth.frequency} {samples} 08:58:44 04/01/2023\n"
    for lead, row in zip(truth.names, stored, strict=True):
        total = (int(row.sum()) + 32768) % 65536 - 32768
        head += f"{name}.dat {form} {1000 / truth.lsb_uv:g}({baseline})/mV 12 0 {row[0]} {total} 0 {lead}\n"
    head += "# Age: 52  Sex: F\n"
    body = _format_212(stored) if form == 212 else _format_16(stored)
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
