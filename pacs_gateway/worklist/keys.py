"""What a device asks: matching keys with their values, return keys without, in any character set.

Matching is PS3.4 §C.2.2.2: single value, list, wildcard (§C.2.2.2.4), range of dates and times (§C.2.2.2.5), sequence.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from pydicom.datadict import dictionary_keyword, dictionary_VR
from pydicom.dataset import Dataset

from pacs_gateway.dicom.text import Decode, decoder
from pacs_gateway.errors import BadWorklistKey

STEP = "ScheduledProcedureStepSequence"
_CHARSET = 0x00080005
_RANGES = frozenset(("DA", "TM", "DT"))
_LONGEST = 1024  # characters of one key: a worklist asks for a name, not for a book


@dataclass(frozen=True, slots=True)
class Question:
    """Every key by its keyword, zero-length when only its value is wanted; `items` are those of sequences."""

    keys: Mapping[str, str]
    items: Mapping[str, "Question"]
    tags: Mapping[int, str]  # what was asked, with its VR, for the answer's shape

    def step(self) -> "Question":
        """The keys of the scheduled procedure step."""
        return self.items.get(STEP, NOTHING)


NOTHING = Question({}, {}, {})


def question(identifier: Dataset, depth: int = 0) -> Question:
    """Read an identifier. Raises BadWorklistKey."""
    decode = decoder([*_terms(identifier)])
    return _read(identifier, decode, depth)


def _terms(identifier: Dataset) -> Iterator[str]:
    if _CHARSET in identifier:
        yield from _text(identifier.get_item(_CHARSET), decoder([])).split("\\")


def _read(dataset: Dataset, decode: Decode, depth: int) -> Question:
    keys: dict[str, str] = {}
    items: dict[str, Question] = {}
    tags: dict[int, str] = {}
    for tag in list(dataset.keys()):
        element = dataset.get_item(tag)
        if tag.is_private or tag.element == 0:
            continue
        vr, keyword = _vr(element), _keyword(tag)
        tags[int(tag)] = vr
        if vr != "SQ":
            keys[keyword] = _text(element, decode)
            continue
        value = dataset[tag].value
        if len(value) > 1 or depth > 4:
            raise BadWorklistKey(key=keyword, value=f"{len(value)} items")
        items[keyword] = _read(value[0], decode, depth + 1) if len(value) else NOTHING
    return Question(keys, items, tags)


def _vr(element: Any) -> str:
    if element.VR and element.VR != "UN":
        return str(element.VR)
    try:
        return dictionary_VR(element.tag)[:2]
    except KeyError:
        return "UN"


def _keyword(tag: Any) -> str:
    try:
        return dictionary_keyword(tag)
    except KeyError:
        return f"{int(tag):08X}"


def _text(element: Any, decode: Decode) -> str:
    value = element.value
    if isinstance(value, bytes):
        text = decode(value)
    elif value is None:
        text = ""
    else:
        text = str(value) if isinstance(value, str) or not isinstance(value, Iterable) else "\\".join(map(str, value))
    if len(text) > _LONGEST:
        raise BadWorklistKey(key=f"{int(element.tag):08X}", value=f"{len(text)} characters")
    return text.strip(" \x00")


def matches(vr: str, wanted: str, forms: Sequence[str]) -> bool:
    """Whether one of an attribute's `forms` is what is wanted. An empty key matches everything."""
    if not wanted or wanted == "*":
        return True
    values = wanted.split("\\")
    if vr in _RANGES:
        return any(_in_range(value, form) for value in values for form in forms)
    if vr == "PN":
        forms, values = [_plain(form) for form in forms], [_plain(value) for value in values]
    return any(_pattern(value).fullmatch(form) for value in values for form in forms)


def _plain(name: str) -> str:
    """Names match whatever their case and their delimiters (PS3.4 §C.2.2.2.1 leaves both to us)."""
    return "".join(letter for letter in name.casefold() if letter not in "^ =")


@lru_cache(maxsize=256)
def _pattern(value: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in value), re.DOTALL)


def _in_range(wanted: str, form: str) -> bool:
    first, dash, last = wanted.partition("-")
    if not dash:
        return form.startswith(first.strip()) if len(first.strip()) < len(form) else form == first.strip()
    first, last = first.strip(), last.strip()
    return (not first or form >= first) and (not last or form[: len(last)] <= last)


def days(wanted: str, key: str) -> tuple[date | None, date | None]:
    """The first and the last day of a date key; None is open. Raises BadWorklistKey."""
    if not wanted or wanted == "*":
        return None, None
    listed = wanted.split("\\")
    if len(listed) > 1:
        found = sorted(_day(one, wanted, key) for one in listed)
        return found[0], found[-1]
    first, dash, last = wanted.partition("-")
    since = _day(first, wanted, key) if first.strip() else None
    return since, (_day(last, wanted, key) if last.strip() else None) if dash else since


def _day(text: str, wanted: str, key: str) -> date:
    try:
        return datetime.strptime(text.strip().replace(".", ""), "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise BadWorklistKey(key=key, value=wanted[:32]) from None
