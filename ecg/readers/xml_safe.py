"""XML that cannot harm: sized before parsing, counted while parsing, no entity declared, nothing fetched.

One pass of expat builds the tree and stops at the first entity declaration and at too many elements. A
DOCTYPE that merely names a DTD (GE MUSE writes one) is harmless: nothing external is ever opened. Text is
collected by expat itself, which makes this three times faster than ElementTree's own parser on long sample lists.
"""

import base64
import binascii
import re
import sys
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray

from ecg.model import UnreadableEcg
from ecg.readers.words import is_gb2312

MAX_BYTES = 16 * 1024 * 1024  # 12 leads at 500 Hz for 11 minutes
MAX_MARKUP = 400_000  # elements and attributes together; the largest real file has 12,000
_USUAL = 4 * 1024 * 1024
_PROLOG = 64 * 1024
_CHUNK = 4096
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
# Multi-byte: unknown to expat. Carts that declare GB 2312 or GBK write names beyond it; GB 18030 holds them all.
_LEGACY = dict.fromkeys(("gb2312", "gbk", "gb18030", "cp936", "ms936", "windows-936", "x-gbk"), "gb18030")
_LEGACY |= {"big5": "big5", "shift_jis": "shift_jis", "euc-kr": "euc-kr"}
_WIDE = ("utf-16", "utf16", "unicode", "ucs-2")
_BOM = b"\xef\xbb\xbf"
Numbers = NDArray[np.int64] | NDArray[np.float64]
XSI_TYPE = "http://www.w3.org/2001/XMLSchema-instance}type"


# What may stand in a list of numbers, by class: digits and points "0", signs "-", separators " ", the rest "x".
_CLASSES = bytes(
    ord("0")
    if chr(c) in "0123456789."
    else ord("-")
    if chr(c) in "+-"
    else ord(" ")
    if chr(c) in ", \t\r\n"
    else ord("x")
    for c in range(256)
)


class _Seen(Exception):
    """The prolog has told enough."""


class _Prolog:
    """Expat's handlers for the prolog: the root's name, and whether an entity is declared."""

    def __init__(self, data: bytes) -> None:
        self.root: str | None = None
        self.declares_entities = False
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        try:
            for offset in range(0, min(len(data), _PROLOG), _CHUNK):
                parser.Parse(data[offset : offset + _CHUNK], False)
        except _Seen:
            return
        except (expat.ExpatError, ValueError, LookupError):
            self.root = None

    def _start(self, name: str, _attributes: object) -> None:
        self.root = name.rpartition(":")[2]
        raise _Seen

    def _doctype(self, name: str, *_identifiers: object) -> None:
        self.root = name.rpartition(":")[2]

    def _entity(self, *_declaration: object) -> None:
        self.declares_entities = True
        raise _Seen


def _readable(data: bytes) -> bytes:
    """The text without leading white space, in an encoding that expat knows.

    The bytes go before the declaration: a byte order mark is UTF-8, a declaration of UTF-16 that is written in single
    bytes is UTF-8 too (what .NET makes of a string), and what cannot be UTF-8 but is Chinese throughout is GB 18030.
    """
    text = data.lstrip(b" \t\r\n") if data[:1] in b" \t\r\n" else data
    marked = text.startswith(_BOM)
    text = text.removeprefix(_BOM).lstrip(b" \t\r\n") if marked else text
    declared = _DECLARED.match(text[:300])
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if declared and (marked or name.startswith(_WIDE)):
        return text.replace(declared[1], b"utf-8", 1)
    if name in _LEGACY:
        text = text.decode(_LEGACY[name]).encode()
        return text.replace(declared[1], b"utf-8", 1) if declared else text
    if name in ("utf-8", "utf8") and not text.isascii() and is_gb2312(text):
        return text.decode("gb18030").encode()
    return text


def root_name(data: bytes) -> str | None:
    """The local name of the root element, None when the bytes do not begin as XML."""
    head = data[:_PROLOG].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    if not head.startswith(b"<"):
        return None
    try:
        return _Prolog(_readable(data[: _PROLOG - 1] if len(data) > _PROLOG else data)).root
    except (UnicodeError, LookupError):
        return _Prolog(_DECLARED.sub(b"", data[:_PROLOG])).root


def _tree(data: bytes, source_format: str) -> Element:
    builder = TreeBuilder()
    open_element = builder.start
    markup = 0
    local: dict[str, str] = {}  # of the names with their namespaces; one string for all elements of a name

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal markup
        markup += 1 + len(attributes)
        if markup > MAX_MARKUP:
            raise UnreadableEcg("xml-too-complex", f"more than {MAX_MARKUP:,} elements and attributes", source_format)
        tag = local.get(name)
        if tag is None:
            tag = local[name] = sys.intern(name.rpartition("}")[2])
        open_element(tag, attributes)

    def entity(*_declaration: object) -> None:
        raise UnreadableEcg("xml-entities", "the XML declares entities; no cart writes any", source_format)

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartElementHandler = start
    parser.EndElementHandler = builder.end  # takes no notice of the name
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = entity
    parser.Parse(data, True)
    return builder.close()


def parse(data: bytes, source_format: str) -> Element:
    """The tree, its tags without namespaces; attributes of a namespace are "uri}name".

    Raises UnreadableEcg: `xml-too-large`, `xml-too-complex`, `xml-entities`, `xml-malformed`.
    """
    if len(data) > MAX_BYTES:
        text = f"{len(data):,} bytes of XML; at most {MAX_BYTES:,} are read"
        raise UnreadableEcg("xml-too-large", text, source_format)
    if len(data) > _USUAL and data.count(b"=") > MAX_MARKUP:  # before expat gathers them all for one tag
        raise UnreadableEcg("xml-too-complex", f"more than {MAX_MARKUP:,} attributes", source_format)
    try:
        return _tree(_readable(data), source_format)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableEcg("xml-malformed", f"the XML is broken or cut off ({error})", source_format) from error


def text_of(element: Element | None, path: str) -> str | None:
    """The stripped text at the path, None when it is absent or blank."""
    found = element.findtext(path) if element is not None else None
    return found.strip() or None if found is not None else None


def number_of(text: str | None) -> float | None:
    """The finite number that the text spells, None for anything else ("", "---", "Failed", "nan")."""
    try:
        number = float(text) if text is not None and "_" not in text and text.isascii() else None
    except ValueError:
        return None
    return number if number is not None and abs(number) < 1e15 else None


def numbers(text: str, separator: str, source_format: str) -> Numbers:
    """The numbers of a list, shape (n,): integers, or floats when a decimal point stands among them.

    Raises UnreadableEcg `bad-samples` when something else does, or when a number is missing: NumPy's parser
    would read a lone "-" and what follows a trailing comma as 0, a sample that was never measured.
    """
    text = text.strip().removesuffix(separator.strip() or " ").rstrip()
    if not text:
        return np.empty(0, np.int64)
    if not _well_formed(text) or text.endswith(","):
        raise UnreadableEcg("bad-samples", "among the samples stands what is no number", source_format)
    try:
        if "." in text:
            return np.fromstring(text, dtype=np.float64, sep=separator)
        values = np.fromstring(text, dtype=np.int64, sep=separator)
    except ValueError as error:
        raise UnreadableEcg("bad-samples", f"a sample is not a number ({error})", source_format) from error
    if values.size and max(int(values.max()), -int(values.min())) > 2**31:
        raise UnreadableEcg("bad-samples", "a sample is larger than any converter delivers", source_format)
    return values


def _well_formed(text: str) -> bool:
    """Whether only digits, signs, points and separators stand there, and a digit follows every sign."""
    classes = text.encode("ascii", "replace").translate(_CLASSES)
    if b"x" in classes or classes.endswith(b"-"):
        return False
    raw = np.frombuffer(classes, np.uint8)
    return not ((raw[:-1] == ord("-")) & (raw[1:] != ord("0"))).any()


def base64_bytes(text: str, source_format: str) -> bytes:
    """The bytes of a base64 text, white space ignored.

    Raises UnreadableEcg `bad-samples` when a character is not base64 or the end is missing.
    """
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableEcg("bad-samples", f"the samples are not base64 ({error})", source_format) from error
