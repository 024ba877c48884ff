"""Media types of requests and answers: PS3.18 §8.7, as lenient as the clients in the field need.

Quoted or not, blanks or not, `*/*`, `multipart/*`, `type="*/*"`, several ranges with q, and a `type` that wrongly
carries the transfer syntax inside its quotes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

ANY = "*"
HTJ2K_RPCL = "1.2.840.10008.1.2.4.202"
EXPLICIT_LE = "1.2.840.10008.1.2.1"

_PART = re.compile(r'\s*;\s*([!#$%&\'*+.^_`|~\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;,\s]*))')

# PS3.18 table 8.7.3-5: the media type of each compressed syntax
_MEDIA: dict[str, str] = {
    "1.2.840.10008.1.2.4.50": "image/jpeg", "1.2.840.10008.1.2.4.51": "image/jpeg",
    "1.2.840.10008.1.2.4.57": "image/jpeg", "1.2.840.10008.1.2.4.70": "image/jpeg",
    "1.2.840.10008.1.2.5": "image/dicom-rle", "1.2.840.10008.1.2.4.80": "image/jls",
    "1.2.840.10008.1.2.4.81": "image/jls", "1.2.840.10008.1.2.4.90": "image/jp2",
    "1.2.840.10008.1.2.4.91": "image/jp2", "1.2.840.10008.1.2.4.92": "image/jpx",
    "1.2.840.10008.1.2.4.93": "image/jpx", "1.2.840.10008.1.2.4.201": "image/jphc",
    "1.2.840.10008.1.2.4.202": "image/jphc", "1.2.840.10008.1.2.4.203": "image/jphc",
    "1.2.840.10008.1.2.4.110": "image/jxl", "1.2.840.10008.1.2.4.111": "image/jxl",
    "1.2.840.10008.1.2.4.112": "image/jxl", "1.2.840.10008.1.2.4.100": "video/mpeg2",
    "1.2.840.10008.1.2.4.101": "video/mpeg2", "1.2.840.10008.1.2.4.102": "video/mp4",
    "1.2.840.10008.1.2.4.103": "video/mp4", "1.2.840.10008.1.2.4.104": "video/mp4",
    "1.2.840.10008.1.2.4.105": "video/mp4", "1.2.840.10008.1.2.4.106": "video/mp4",
    "1.2.840.10008.1.2.4.107": "video/H265", "1.2.840.10008.1.2.4.108": "video/H265",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Range:
    """One acceptable representation. `syntax` is None when the client did not name one, `*` for any."""

    type: str
    syntax: str | None
    quality: float
    multipart: bool


_UNREAD = ("image/jpx", "video/mpeg2", "video/mp4", "video/H265")
DECODABLE = {syntax for syntax, media in _MEDIA.items() if media not in _UNREAD} | {
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.2",
}
"""Syntaxes whose frames we can turn into plain values."""


def media_type_of(syntax: str) -> str:
    """The media type of one frame in this transfer syntax."""
    return _MEDIA.get(syntax, "application/octet-stream")


def parse(header: str) -> list[Range]:
    """The ranges of an Accept header, the most wanted first; an empty header accepts anything."""
    ranges = [found for text in _split(header) if (found := _range(text)) is not None]
    return sorted(ranges, key=lambda found: -found.quality) or [Range("*/*", None, 1.0, multipart=False)]


def _split(header: str) -> Iterator[str]:
    """Parts at commas outside quotes."""
    at, quoted = 0, False
    for index, letter in enumerate(header):
        if letter == '"':
            quoted = not quoted
        elif letter == "," and not quoted:
            yield header[at:index]
            at = index + 1
    yield header[at:]


def _range(text: str) -> Range | None:
    main, _, _ = text.partition(";")
    media = main.strip().lower()
    if not media:
        return None
    parameters = {name.lower(): quoted or plain for name, quoted, plain in _PART.findall(text[len(main) :])}
    multipart = media in ("multipart/related", "multipart/*")
    kind = parameters.pop("type", "*/*") if multipart else media
    kind, _, inner = kind.partition(";")  # type="image/jpeg; transfer-syntax=..."
    if inner:
        parameters |= {name.lower(): quoted or plain for name, quoted, plain in _PART.findall(";" + inner)}
    try:
        quality = float(parameters.pop("q", "1"))
    except ValueError:
        quality = 0.0
    if quality <= 0:
        return None
    syntax = parameters.pop("transfer-syntax", None)
    return Range(kind.strip().lower(), syntax, quality, multipart)


@dataclass(frozen=True, slots=True)
class Choice:
    """What to send: the stored bytes, or the object's pixels in another syntax."""

    media_type: str
    syntax: str
    stored: bool
    multipart: bool = True


def choose_frame(ranges: list[Range], stored: str, native: bool, decodable: bool) -> Choice | None:
    """The best representation of a frame, or None. `native`: the stored frame is uncompressed little endian."""
    for wanted in ranges:
        choice = _frame(wanted, stored, native, decodable)
        if choice:
            return choice
    return None


def _frame(wanted: Range, stored: str, native: bool, decodable: bool) -> Choice | None:
    kept = EXPLICIT_LE if native else stored
    media = "application/octet-stream" if native else media_type_of(stored)
    group = wanted.type.endswith("/*") and media.startswith(wanted.type[:-1])
    if wanted.type in ("*/*", "application/octet-stream", "application/*"):
        if wanted.syntax in (ANY, kept):
            return Choice("application/octet-stream" if wanted.type != "*/*" else media, kept, stored=True)
        if wanted.syntax in (None, EXPLICIT_LE):
            plain = native or decodable
            return Choice("application/octet-stream", EXPLICIT_LE, stored=native) if plain else None
    if (wanted.type == media or group) and wanted.syntax in (None, ANY, kept):
        return Choice(media, kept, stored=True)
    if wanted.type in ("image/jphc", "image/jp2", "image/*", "*/*", "application/octet-stream"):
        display = wanted.syntax == HTJ2K_RPCL or (wanted.type == "image/jphc" and wanted.syntax in (None, ANY))
        return Choice("image/jphc", HTJ2K_RPCL, stored=False) if display and decodable else None
    return None


def choose_object(ranges: list[Range], stored: str, *, transcodable: bool) -> Choice | None:
    """What an object is sent as: the stored bytes, or Explicit VR Little Endian, the default (PS3.18 §8.7.3.5.2)."""
    for wanted in ranges:
        if wanted.type not in ("application/dicom", "*/*", "application/*"):
            continue
        if wanted.syntax in (ANY, stored) or (wanted.syntax is None and wanted.type == "*/*"):
            return Choice("application/dicom", stored, stored=True, multipart=wanted.multipart)
        if wanted.syntax in (None, EXPLICIT_LE) and (transcodable or stored == EXPLICIT_LE):
            same = stored == EXPLICIT_LE
            return Choice("application/dicom", EXPLICIT_LE, stored=same, multipart=wanted.multipart)
    return None


def choose_plain(ranges: list[Range], offered: tuple[str, ...]) -> str | None:
    """The first offered media type that a range accepts."""
    for wanted in ranges:
        for media in offered:
            if wanted.type in (media, "*/*") or wanted.type == media.partition("/")[0] + "/*":
                return media
    return None
