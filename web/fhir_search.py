"""FHIR R4 search parameters of DiagnosticReport, read into a search (R4 §3.1.1); what cannot be read is refused."""

import base64
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from foundation.clock import COUNTY_ZONE, iso
from foundation.errors import Invalid, NotAcceptable
from reports.api import ReportSearch

PAGE, PAGE_LIMIT = 20, 100
STATUSES = frozenset({"preliminary", "final", "amended", "corrected", "appended", "entered-in-error"})
SORTS = {"-_lastUpdated": False, "_lastUpdated": True, "-issued": False, "issued": True}
_IGNORED = frozenset({"_format", "_include", "_summary", "_pretty", "_total"})
_DATE = re.compile(r"(eq|ge|gt|le|lt)?(\d{4}(?:-\d{2}(?:-\d{2}(?:T.+)?)?)?)")
_FIRST, _LAST = "0000", "9999"
Pairs = list[tuple[str, str]]


class BadSearch(Invalid):
    """A search parameter that cannot be read, or that is not known to a strict client."""

    code = "bad-search"


def found_search(given: Iterable[tuple[str, str]], *, strict: bool) -> tuple[ReportSearch, Pairs]:
    """The search, and the parameters that were used. Raises BadSearch, NotAcceptable."""
    parts: dict[str, Any] = {"study_between": (), "issued_between": ()}
    used: Pairs = []
    for name, value in given:
        reader = READERS.get(name)
        if name == "_format" and "xml" in value:
            raise NotAcceptable(what="application/fhir+json")
        if reader is not None:
            try:
                reader(parts, value)
            except (ValueError, OverflowError) as fault:  # binascii.Error is one, too
                raise BadSearch(name=name) from fault
        elif name not in _IGNORED:
            if strict:
                raise BadSearch(name=name[:64])
            continue
        used.append((name, value))
    return ReportSearch(**parts), used


def cursor(after: tuple[datetime, str]) -> str:
    """Where the next page begins, as a parameter."""
    return base64.urlsafe_b64encode(f"{iso(after[0])} {after[1]}".encode()).decode()


def _cursor(parts: dict[str, Any], value: str) -> None:
    moment, _, report_id = base64.urlsafe_b64decode(value.encode()).decode().partition(" ")
    parts["after"] = (datetime.fromisoformat(moment), report_id)
    iso(parts["after"][0])


def _list(member: str) -> Callable[[dict[str, Any], str], None]:
    """Comma means or; the same parameter again means and."""

    def read(parts: dict[str, Any], value: str) -> None:
        ids = tuple(one.rpartition("/" if member != "identifiers" else "|")[2] for one in value.split(",") if one)
        known = parts.get(member)
        parts[member] = ids if known is None else tuple(one for one in known if one in ids)

    return read


def _status(parts: dict[str, Any], value: str) -> None:
    wanted = tuple(one.rpartition("|")[2] for one in value.split(","))
    if not set(wanted) <= STATUSES | {"registered", "partial", "cancelled", "unknown"}:
        raise ValueError(value)
    _list("statuses")(parts, ",".join(wanted))


def _count(parts: dict[str, Any], value: str) -> None:
    if not value.isdecimal() or len(value) > 6 or int(value) < 1:
        raise ValueError(value)
    parts["limit"] = min(int(value), PAGE_LIMIT)


def _sort(parts: dict[str, Any], value: str) -> None:
    if value not in SORTS:
        raise ValueError(value)
    parts["oldest_first"] = SORTS[value]


def _span(text: str) -> tuple[str, datetime, datetime]:
    """The prefix, and the half-open interval that a date of any precision names, county time unless it says.

    Raises ValueError.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    prefix, value = match.group(1) or "eq", match.group(2)
    if "T" in value:
        low = datetime.fromisoformat(value.replace(" ", "+"))
        low = low if low.tzinfo else low.replace(tzinfo=COUNTY_ZONE)
        return prefix, low, low + (timedelta(minutes=1) if value.count(":") == 1 else timedelta(seconds=1))
    year, month, day = (int(part) for part in (*value.split("-"), "1", "1")[:3])
    first = date(year, month, day)
    following = first + timedelta(days={4: 366, 7: 31, 10: 1}[len(value)])
    if len(value) < 10:  # the first day of the year or month that follows
        following = following.replace(day=1, month=1 if len(value) == 4 else following.month)
    low, high = (datetime(one.year, one.month, one.day, tzinfo=COUNTY_ZONE) for one in (first, following))
    return prefix, low, high


def _interval(prefix: str, low: Any, high: Any, ends: tuple[Any, Any]) -> tuple[Any, Any]:
    first, last = ends
    return {
        "eq": (low, high), "ge": (low, last), "gt": (high, last), "le": (first, high), "lt": (first, low),
    }[prefix]  # fmt: skip


def _study(parts: dict[str, Any], value: str) -> None:
    prefix, low, high = _span(value)
    texts = (one.astimezone(COUNTY_ZONE).strftime("%Y-%m-%dT%H:%M") for one in (low, high))
    low_text, high_text = (text.removesuffix("T00:00") for text in texts)
    parts["study_between"] += (_interval(prefix, low_text, high_text, (_FIRST, _LAST)),)


def _issued(parts: dict[str, Any], value: str) -> None:
    prefix, low, high = _span(value)
    ends = (datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))
    parts["issued_between"] += (_interval(prefix, low, high, ends),)


READERS: dict[str, Callable[[dict[str, Any], str], None]] = {
    "_id": _list("ids"),
    "patient": _list("patient_uids"),
    "subject": _list("patient_uids"),
    "identifier": _list("identifiers"),
    "status": _status,
    "date": _study,
    "issued": _issued,
    "_lastUpdated": _issued,
    "_count": _count,
    "_sort": _sort,
    "_cursor": _cursor,
}
