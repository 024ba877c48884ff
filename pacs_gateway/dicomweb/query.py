"""QIDO-RS parameters (PS3.18 §8.3.4): keyword or eight digits, includefield, limit, offset, fuzzymatching.

Values come decoded, so `%5E`, `%2A` and UTF-8 names are what they were. An attribute that the dictionary does not
know is refused; one that it knows and we do not match on is ignored with a Warning.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pydicom.datadict import tag_for_keyword

from pacs_gateway.errors import BadQuery, BadUid
from pacs_gateway.store import KEYS, Level, Search

_TAG = re.compile(r"[0-9A-Fa-f]{8}")
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_UNSAFE = re.compile(r"[^\x21-\x7e]|[/\\?#%<>\"']")
_OTHERS = frozenset(("fuzzymatching", "emptyvaluematching", "multiplevaluematching", "accept", "charset"))
SERVICE = "299 lianzhen"


@dataclass(frozen=True, slots=True)
class Query:
    """A search and what the client must be told about it."""

    search: Search
    warnings: tuple[str, ...]


def check_uid(uid: str) -> str:
    """A UID of an address. Devices send letters and leading zeros, so only unsafe characters are refused."""
    if not uid or len(uid) > 256 or _UNSAFE.search(uid) or ".." in uid:
        raise BadUid
    return uid


def frame_numbers(text: str) -> list[int]:
    """A frame list of an address, in the order asked. Raises BadQuery."""
    numbers = text.split(",")
    if not all(part.isascii() and part.isdigit() and len(part) <= 9 for part in numbers) or len(numbers) > 10_000:
        raise BadQuery(what=text[:64])
    return [int(part) for part in numbers]


def range_of(header: str | None, size: int) -> tuple[int, int] | None:
    """First and last byte of a single Range (RFC 9110 §14.2); None: the whole."""
    found = _RANGE.fullmatch(header or "")
    if found is None or not size:
        return None
    first, last = found.group(1), found.group(2)
    if not first:
        return (max(0, size - int(last)), size - 1) if last and int(last) else None
    begin, end = int(first), min(int(last), size - 1) if last else size - 1
    return (begin, end) if begin <= end else None


def tag_of(name: str) -> str:
    """Eight hexadecimal digits of a keyword or tag. Raises BadQuery."""
    if _TAG.fullmatch(name):
        return name.upper()
    tag = tag_for_keyword(name)
    if tag is None:
        raise BadQuery(what=name[:64])
    return f"{tag:08X}"


def parse(
    level: Level,
    parameters: Iterable[tuple[str, str]],
    most: int,
    scope: tuple[str | None, str | None] = (None, None),
) -> Query:
    """The search that the parameters ask for. Raises BadQuery."""
    found = _Found()
    for name, value in parameters:
        _take(found, level, name, value.strip())
    limit = min(found.limit if found.limit is not None else most, most)
    if found.limit is not None and found.limit > most:
        found.warnings.append(f'{SERVICE}: "The limit is reduced to {most}"')
    search = Search(
        level, scope[0], scope[1], tuple(found.matches), frozenset(found.include), found.all, limit, found.offset
    )
    return Query(search, tuple(found.warnings))


class _Found:
    def __init__(self) -> None:
        self.matches: list[tuple[str, str]] = []
        self.include: set[str] = set()
        self.all = False
        self.limit: int | None = None
        self.offset = 0
        self.warnings: list[str] = []


def _take(found: _Found, level: Level, name: str, value: str) -> None:
    if name == "limit":
        found.limit = _number(value)
    elif name == "offset":
        found.offset = _number(value)
    elif name == "includefield":
        _include(found, value)
    elif name == "fuzzymatching":
        if value.lower() == "true":
            found.warnings.append(
                f'{SERVICE}: "The fuzzymatching parameter is not supported. Only literal matching has been performed."'
            )
    elif name not in _OTHERS:
        _match(found, level, name, value)


def _match(found: _Found, level: Level, name: str, value: str) -> None:
    tags = [tag_of(part) for part in name.split(".")]
    if len(tags) == 1 and tags[0] in KEYS[level]:
        found.include.add(tags[0])
        if value and value != "*":
            found.matches.append((tags[0], value))
    else:
        found.warnings.append(f'{SERVICE}: "The attribute {name[:64]} is not matched on and was ignored"')


def _include(found: _Found, value: str) -> None:
    for part in value.split(","):
        if part.strip().lower() == "all":
            found.all = True
        elif part.strip():
            found.include.add(tag_of(part.strip().split(".")[0]))


def _number(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise BadQuery(what=value[:64])
    return int(value)
