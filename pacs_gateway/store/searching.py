"""QIDO-RS over the index (PS3.18 §8.3.4, §10.6; matching as PS3.4 §C.2.2.2)."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, and_, func, or_, select, true

from foundation.access import Actor
from pacs_gateway.dicom.json import Json
from pacs_gateway.errors import BadQuery
from pacs_gateway.model import name_key
from pacs_gateway.store.attributes import (
    INSTANCE_ALWAYS,
    SERIES_ALWAYS,
    SERIES_TAGS,
    STUDY_ALWAYS,
    STUDY_TAGS,
    complete,
    pick,
)
from pacs_gateway.store.reading import modalities, reach, unpacked
from pacs_gateway.store.tables import instance, series, study

Level = Literal["studies", "series", "instances"]
Kind = Literal["uid", "text", "name", "range", "number", "modalities"]

_HIGH = "~"  # sorts after every digit: the end of a prefix

_STUDY_KEYS: dict[str, tuple[Kind, Any]] = {
    "0020000D": ("uid", study.c.study_instance_uid),
    "00100010": ("name", study.c.name_key),
    "00100020": ("text", study.c.patient_id),
    "00100030": ("range", study.c.patient_birth_date),
    "00100040": ("text", study.c.patient_sex),
    "00080050": ("text", study.c.accession_number),
    "00200010": ("text", study.c.study_id),
    "00081030": ("text", study.c.description),
    "00080020": ("range", study.c.study_date),
    "00080030": ("range", study.c.study_time),
    "00080061": ("modalities", study.c.modalities),
    "00080090": ("name", study.c.referring_key),
}
_SERIES_KEYS: dict[str, tuple[Kind, Any]] = {
    "0020000E": ("uid", series.c.series_instance_uid),
    "00080060": ("text", series.c.modality),
    "00200011": ("number", series.c.number),
    "0008103E": ("text", series.c.description),
    "00180015": ("text", series.c.body_part),
    "00400244": ("range", series.c.performed_date),
    "00400245": ("range", series.c.performed_time),
}
_INSTANCE_KEYS: dict[str, tuple[Kind, Any]] = {
    "00080018": ("uid", instance.c.sop_instance_uid),
    "00080016": ("uid", instance.c.sop_class_uid),
    "00200013": ("number", instance.c.number),
    "00280008": ("number", instance.c.frames),
    "00280010": ("number", instance.c.rows),
    "00280011": ("number", instance.c.columns),
}
KEYS: dict[Level, dict[str, tuple[Kind, Any]]] = {
    "studies": _STUDY_KEYS | {"00080060": ("modalities", study.c.modalities)},
    "series": _STUDY_KEYS | _SERIES_KEYS,
    "instances": _STUDY_KEYS | _SERIES_KEYS | _INSTANCE_KEYS,
}
"""What each level matches on; other attributes are ignored with a warning."""


@dataclass(frozen=True, slots=True)
class Search:
    """One query. `matches` are (tag, value) pairs; `include` are tags, all of them when `include_all`."""

    level: Level
    study_instance_uid: str | None = None
    series_instance_uid: str | None = None
    matches: tuple[tuple[str, str], ...] = ()
    include: frozenset[str] = field(default_factory=frozenset)
    include_all: bool = False
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """The answer: DICOM JSON objects, and how many more there are."""

    rows: list[Json]
    remaining: int


def search(conn: Connection, actor: Actor, wanted: Search, base: str) -> Found:
    """Matches within the actor's reach, newest study first. `base` begins every Retrieve URL. Raises BadQuery."""
    query = _from(wanted.level).where(reach(actor), *_conditions(wanted))
    page = _ordered(query, wanted.level).limit(wanted.limit + 1).offset(wanted.offset)
    rows = list(conn.execute(page))
    remaining = 0
    if len(rows) > wanted.limit:
        total = conn.execute(query.with_only_columns(func.count())).scalar_one()
        remaining = total - wanted.offset - wanted.limit
    make = {"studies": _study_json, "series": _series_json, "instances": _instance_json}[wanted.level]
    return Found([make(conn, row, wanted, base) for row in rows[: wanted.limit]], remaining)


def _from(level: Level) -> Select[Any]:
    if level == "studies":
        return select(*_labelled(study))
    joined = series.join(study, study.c.study_instance_uid == series.c.study_instance_uid)
    if level == "series":
        return select(*_labelled(study), *_labelled(series)).select_from(joined)
    joined = instance.join(joined, series.c.series_instance_uid == instance.c.series_instance_uid)
    return select(*_labelled(study), *_labelled(series), *_labelled(instance)).select_from(joined)


def _labelled(table: Table) -> list[Any]:
    prefix = table.name.removeprefix("pacs_gateway_")
    return [column.label(f"{prefix}_{column.name}") for column in table.c]


def _ordered(query: Select[Any], level: Level) -> Select[Any]:
    query = query.order_by(study.c.received_at.desc(), study.c.study_instance_uid)
    if level == "studies":
        return query
    query = query.order_by(series.c.number, series.c.series_instance_uid)
    return query if level == "series" else query.order_by(instance.c.number, instance.c.sop_instance_uid)


def _conditions(wanted: Search) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.study_instance_uid:
        conditions.append(study.c.study_instance_uid == wanted.study_instance_uid)
    if wanted.series_instance_uid:
        conditions.append(series.c.series_instance_uid == wanted.series_instance_uid)
    for tag, value in wanted.matches:
        kind, column = KEYS[wanted.level][tag]
        conditions.append(_MATCH[kind](column, value))
    return conditions


def _uid(column: Any, value: str) -> Any:
    return column.in_([part for part in value.replace("\\", ",").split(",") if part])


def _text(column: Any, value: str) -> Any:
    if "*" in value or "?" in value:
        return column.like(_pattern(value), escape="\\")
    return column == value


def _pattern(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%").replace("?", "_")


def _name(column: Any, value: str) -> Any:
    """Any group of a person name, without regard to case (PS3.4 §C.2.2.2.1)."""
    return column.like(f"%{_pattern(name_key(value.rstrip('^')))}%", escape="\\")


def _range(column: Any, value: str) -> Any:
    """A date or time, or a range of them (PS3.4 §C.2.2.2.5); a shorter value covers what begins with it."""
    value = value.replace(":", "")
    first, dash, last = value.partition("-")
    if not (first + last).replace(".", "").isdigit():
        raise BadQuery(what=value[:64])
    if not dash:
        last = first
    conditions = [column >= first] if first else [column != ""]
    return and_(*conditions, column <= last + _HIGH) if last else and_(*conditions)


def _number(column: Any, value: str) -> Any:
    try:
        return column.in_([int(part) for part in value.replace("\\", ",").split(",")])
    except ValueError:
        raise BadQuery(what=value[:64]) from None


def _modalities(column: Any, value: str) -> Any:
    parts = [part for part in value.replace("\\", ",").split(",") if part]
    return or_(*(column.like(f"%\\\\{_pattern(part)}\\\\%", escape="\\") for part in parts)) if parts else true()


_MATCH = {"uid": _uid, "text": _text, "name": _name, "range": _range, "number": _number, "modalities": _modalities}


def _any_header(conn: Connection, column: Any, uid: str) -> Json:
    """The header of one object of a study or series, for attributes that the index has no column for."""
    row = conn.execute(select(instance.c.header).where(column == uid).limit(1)).first()
    return unpacked(row.header) if row else {}


def _included(header: Json, wanted: Search, tags: tuple[str, ...]) -> Json:
    return header if wanted.include_all else pick(header, (*tags, *wanted.include))


def _study_json(conn: Connection, row: Row[Any], wanted: Search, base: str) -> Json:
    header = row.study_header
    if wanted.include - set(header):
        header = _any_header(conn, instance.c.study_instance_uid, row.study_study_instance_uid) | header
    return complete(_included(header, wanted, STUDY_TAGS) | _study_counts(row, base), STUDY_ALWAYS)


def _study_counts(row: Row[Any], base: str) -> Json:
    found = modalities(row.study_modalities)
    return {
        "00080056": {"vr": "CS", "Value": ["ONLINE"]},
        "00080061": {"vr": "CS", "Value": found} if found else {"vr": "CS"},
        "00081190": _url(base, row),
        "00201206": {"vr": "IS", "Value": [row.study_series_count]},
        "00201208": {"vr": "IS", "Value": [row.study_instance_count]},
    }


def _url(base: str, row: Row[Any], *levels: str) -> Json:
    parts = [base, "studies", row.study_study_instance_uid]
    if "series" in levels:
        parts += ["series", row.series_series_instance_uid]
    if "instances" in levels:
        parts += ["instances", row.instance_sop_instance_uid]
    return {"vr": "UR", "Value": ["/".join(parts)]}


def _series_json(conn: Connection, row: Row[Any], wanted: Search, base: str) -> Json:
    header = row.series_header
    if wanted.include - set(header):
        header = _any_header(conn, instance.c.series_instance_uid, row.series_series_instance_uid) | header
    attributes = _included(header, wanted, SERIES_TAGS) | {
        "00080056": {"vr": "CS", "Value": ["ONLINE"]},
        "00081190": _url(base, row, "series"),
        "00201209": {"vr": "IS", "Value": [row.series_instance_count]},
    }
    if wanted.study_instance_uid is None:
        attributes = complete(row.study_header, STUDY_ALWAYS) | _study_counts(row, base) | attributes
    return complete(attributes, (*SERIES_ALWAYS, "0020000D")) | {
        "0020000D": {"vr": "UI", "Value": [row.study_study_instance_uid]}
    }


def _instance_json(_conn: Connection, row: Row[Any], wanted: Search, base: str) -> Json:
    header = unpacked(row.instance_header)
    attributes = _included(header, wanted, INSTANCE_ALWAYS) | {
        "00080056": {"vr": "CS", "Value": ["ONLINE"]},
        "00081190": _url(base, row, "series", "instances"),
        "0020000D": {"vr": "UI", "Value": [row.study_study_instance_uid]},
        "0020000E": {"vr": "UI", "Value": [row.series_series_instance_uid]},
    }
    if wanted.series_instance_uid is None:
        attributes = pick(row.series_header, SERIES_TAGS) | attributes
    if wanted.study_instance_uid is None:
        attributes = pick(row.study_header, STUDY_TAGS) | _study_counts(row, base) | attributes
    return complete(attributes, (*INSTANCE_ALWAYS, "0020000D", "0020000E"))


def metadata_of(conn: Connection, uids: tuple[str, str | None, str | None]) -> Iterator[tuple[str, str, bytes]]:
    """(series uid, SOP uid, JSON text) of every object of a study, series or instance, in a stable order."""
    query = (
        select(instance.c.series_instance_uid, instance.c.sop_instance_uid, instance.c.header)
        .where(instance.c.study_instance_uid == uids[0])
        .order_by(instance.c.series_instance_uid, instance.c.number, instance.c.sop_instance_uid)
    )
    if uids[1]:
        query = query.where(instance.c.series_instance_uid == uids[1])
    if uids[2]:
        query = query.where(instance.c.sop_instance_uid == uids[2])
    for row in conn.execute(query):
        yield row.series_instance_uid, row.sop_instance_uid, zlib.decompress(row.header)
