"""Text of any origin as Unicode: PS3.5 §6.1, with the repair that Chinese devices need.

The order: what is declared, when it decodes strictly and is not a Latin label over GB bytes; then UTF-8; then
GB18030; then Latin-1, which always succeeds. The stored bytes stay as they are; only the index is repaired.
"""

import re
from collections.abc import Callable, Sequence

Decode = Callable[[bytes], str]

# PS3.3 §C.12.1.1.2, defined terms without and with code extensions
_CODECS = {
    "": "ascii", "ISO_IR 6": "ascii", "ISO 2022 IR 6": "ascii", "ISO_IR 100": "latin-1", "ISO 2022 IR 100": "latin-1",
    "ISO_IR 101": "iso8859-2", "ISO 2022 IR 101": "iso8859-2", "ISO_IR 109": "iso8859-3", "ISO 2022 IR 109":
    "iso8859-3", "ISO_IR 110": "iso8859-4", "ISO 2022 IR 110": "iso8859-4", "ISO_IR 144": "iso8859-5",
    "ISO 2022 IR 144": "iso8859-5", "ISO_IR 127": "iso8859-6", "ISO 2022 IR 127": "iso8859-6", "ISO_IR 126":
    "iso8859-7", "ISO 2022 IR 126": "iso8859-7", "ISO_IR 138": "iso8859-8", "ISO 2022 IR 138": "iso8859-8",
    "ISO_IR 148": "iso8859-9", "ISO 2022 IR 148": "iso8859-9", "ISO_IR 203": "iso8859-15", "ISO 2022 IR 203":
    "iso8859-15", "ISO_IR 13": "shift_jis", "ISO 2022 IR 13": "shift_jis", "ISO_IR 166": "iso8859-11",
    "ISO 2022 IR 166": "iso8859-11", "ISO 2022 IR 87": "iso2022_jp", "ISO 2022 IR 159": "iso2022_jp_2",
    "ISO 2022 IR 149": "euc_kr", "ISO 2022 IR 58": "gb18030", "ISO_IR 58": "gb18030", "GB2312": "gb18030",
    "GBK": "gb18030", "GB18030": "gb18030", "ISO_IR 192": "utf-8",
}  # fmt: skip

# PS3.3 tables C.12-3 and C.12-4: what an escape sequence switches to
_ESCAPES: dict[bytes, tuple[str, bytes]] = {
    b"(B": ("ascii", b""), b"-A": ("latin-1", b""), b"-B": ("iso8859-2", b""), b"-C": ("iso8859-3", b""),
    b"-D": ("iso8859-4", b""), b"-L": ("iso8859-5", b""), b"-G": ("iso8859-6", b""), b"-F": ("iso8859-7", b""),
    b"-H": ("iso8859-8", b""), b"-M": ("iso8859-9", b""), b"-b": ("iso8859-15", b""), b"-T": ("iso8859-11", b""),
    b")I": ("shift_jis", b""), b"(J": ("shift_jis", b""), b"$B": ("iso2022_jp", b"\x1b$B"),
    b"$(D": ("iso2022_jp_2", b"\x1b$(D"), b"$)C": ("euc_kr", b""), b"$)A": ("gb18030", b""),
}  # fmt: skip

_LABELS = frozenset(("ascii", "latin-1"))
_GB_PAIRS = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xa9\xb0-\xf7][\xa1-\xfe])+")
_TERM = re.compile(r"[\s_-]+")


def decoder(charsets: Sequence[str]) -> Decode:
    """The function that decodes text of a dataset with this Specific Character Set (0008,0005)."""
    codecs = [_CODECS.get(_normal(term), "ascii") for term in charsets] or ["ascii"]
    first = next((codec for codec in codecs if codec != "ascii"), "ascii") if len(codecs) == 1 else codecs[0]

    def decode(value: bytes) -> str:
        if value.isascii() and b"\x1b" not in value:
            return value.decode("ascii")
        if b"\x1b" in value:
            return "".join(_piece(part, first) for part in _pieces(value))
        return _repaired(value, first if first != "ascii" else next((c for c in codecs if c != "ascii"), "ascii"))

    return decode


def _normal(term: str) -> str:
    term = term.strip().upper()
    if term in _CODECS:
        return term
    spaced = _TERM.sub(" ", term)
    return spaced.replace("ISO IR", "ISO_IR") if spaced.startswith("ISO IR") else spaced


def _pieces(value: bytes) -> list[tuple[bytes, bytes]]:
    """(escape, bytes) pairs; the escapes themselves never reach the text."""
    head, *rest = value.split(b"\x1b")
    pieces = [(b"", head)] if head else []
    for part in rest:
        size = 3 if part[:2] in (b"$(", b"$)") else 2
        pieces.append((part[:size], part[size:]))
    return pieces


def _piece(piece: tuple[bytes, bytes], first: str) -> str:
    escape, value = piece
    codec, prefix = _ESCAPES.get(escape, (first, b""))
    if codec == "ascii" and not value.isascii():
        codec = first
    if prefix:
        return (prefix + value).decode(codec, "replace")
    return _repaired(value, codec)


def _repaired(value: bytes, declared: str) -> str:
    candidates = [declared, "utf-8", "gb18030"]
    if declared in _LABELS:
        gb_like = declared == "ascii" or _GB_PAIRS.fullmatch(value)
        candidates = ["utf-8", *(["gb18030"] if gb_like else []), "latin-1"]
    for codec in candidates:
        try:
            return value.decode(codec)
        except UnicodeDecodeError:
            continue
    return value.decode(declared if declared == "gb18030" else "latin-1", "replace")
