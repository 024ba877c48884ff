"""A mistake of asn1crypto 1.5.1 mended, on which pyHanko stands (its issue 249): imported before anything is signed.

Writing an element, it takes a length whose last byte happens to be 0x80 for "indefinite" (X.690 §8.1.3.6) and encodes
everything inside anew, again and again at each level: one signature in thirty took six seconds of CPU, whose time stamp
token had such a length. An indefinite length is the single byte 0x80 after the tag and nothing else.
"""

from collections.abc import Callable
from typing import Any

from asn1crypto import core


def indefinite(header: bytes) -> bool:
    """Whether a header, tag and length, has the indefinite form."""
    at = 1
    if header[0] & 0x1F == 0x1F:  # a tag of several bytes (§8.1.2.4)
        while header[at] & 0x80:
            at += 1
        at += 1
    return header[at:] == b"\x80"


def _mended(dump: Callable[..., bytes]) -> Callable[..., bytes]:
    def mended(self: Any, force: bool = False) -> bytes:
        header = self._header
        if not force and header is not None and header[-1:] == b"\x80" and not indefinite(header):
            contents: bytes = self.contents
            if self._header is header:  # nothing inside has changed
                whole: bytes = header + contents + self._trailer
                return whole
        return dump(self, force)

    return mended


for _kind in (core.Asn1Value, core.Primitive, core.Sequence, core.SequenceOf):
    _kind.dump = _mended(_kind.dump)
