"""An encoder of Contec's `.ECG`."""

import numpy as np
from numpy.typing import NDArray

from tests.ecg_encoders.truth import Truth

STORED = ("II", "III", "V1", "V2", "V3", "V4", "V5", "V6")
LEAD_OFF = 0x6800


def contec(truth: Truth, off: NDArray[np.bool_] | None = None, name: bytes = b"Li Wei") -> bytes:
    """Header, the eight stored leads as words around 2048, footer; `off`, shape (8, samples), marks lead-off."""
    words = truth.only(*STORED).digits + 2048
    if off is not None:
        words = np.where(off, LEAD_OFF, words)
    head = b"0000050".ljust(10, b"\0") + b"2020-11-15 12:59:50\0\0\0" + name.ljust(8, b"\0") + b"\0\0\0"
    assert len(head) == 43
    footer = bytes([0x32, 0x01]) + bytes(35)
    return head + words.T.astype("<u2").tobytes() + footer
