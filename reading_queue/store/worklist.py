"""The worklist as JSON made by the database; on its way to the browser only patients are masked (`web/masking.py`).

Each shape of the question (which filters are given) is compiled once; what is asked for are its parameters.
"""

import base64
from functools import cache
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    type_coerce,
)

from foundation.access import Actor, reachable, scope
from foundation.dialect import JsonObject, JsonValue, Prepared, database_now, json_bool
from reading_queue.errors import BadCursor
from reading_queue.model import Kind, WorkitemState, WorklistFilter
from reading_queue.store.fitting import FITS, fitness
from reading_queue.store.tables import DONE, HELD, OPEN, is_in, workitem

_C = workitem.c
_MINE = and_(HELD, _C.claimed_by == bindparam("me"))
_REACHABLE = reachable(_C.unit_id)
_PLAIN = (
    "uid", "kind", "label", "state", "priority", "modality", "body_part", "description", "accession_number",
    "study_instance_uid", "instances", "created_at", "deadline_at", "lease_until", "ended_at", "attempt", "replaces",
    "replaced_by", "report_id", "order_id", "returned_reason",
)  # fmt: skip
# Moments stay text here: they sort, compare and travel as they are stored.
_OPEN_ORDER = [_C.urgency, type_coerce(_C.deadline_at, String), _C.uid]
_DONE_ORDER = [type_coerce(_C.ended_at, String), _C.uid]
_STATES = {"open": OPEN, "mine": _MINE, "done": and_(DONE, _C.claimed_by == bindparam("me"))}
_FILTERS = {
    "kind": _C.kind == bindparam("kind"),
    "label": _C.label == bindparam("label"),
    "modality": _C.modality == bindparam("modality"),
    "q": or_(
        _C.patient_name.like(bindparam("pattern"), escape="/"),
        _C.patient_id == bindparam("q"),
        _C.accession_number == bindparam("q"),
    ),
}


def _object(**members: Any) -> JsonObject:
    pairs: list[Any] = []
    for name, value in members.items():
        pairs += [literal_column(f"'{name}'"), value]
    return JsonObject(*pairs)


_ROW = _object(
    **{name: _C[name] for name in _PLAIN},
    patient=_object(
        name=_C.patient_name,
        sex=func.coalesce(_C.patient_sex, literal_column("''")),
        age=_C.patient_age,
        patient_id=_C.patient_id,
        birth_date=_C.patient_birth_date,
    ),
    unit=_object(id=_C.unit_id, name=_C.unit_name),
    claimed_by=JsonValue(case((_C.claimed_by.is_not(None), _object(id=_C.claimed_by, name=_C.claimed_name)))),
    mine=json_bool(_MINE),
    claimable=json_bool(and_(is_in(WorkitemState.SCHEDULED), FITS)),
)
"""A WorkitemRow as the workstation reads it."""


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_ONE = Prepared(select(_ROW).where(_C.uid == bindparam("item"), _REACHABLE))
_COUNTS = Prepared(
    select(
        _object(
            reading=_count(_C.kind == literal_column(f"'{Kind.READING.value}'")),
            review=_count(_C.kind == literal_column(f"'{Kind.REVIEW.value}'")),
            mine=_count(_MINE),
            overdue=_count(_C.deadline_at < database_now()),
        )
    ).where(OPEN, _REACHABLE)
)
"""What is open within reach: to read, to review, in the actor's hands, over the deadline."""


@cache
def _page(state: str, given: tuple[str, ...], *, follows: bool) -> Prepared:
    """The statement of one shape: a state of the list, the filters that are given, and whether a page came before."""
    keys = _DONE_ORDER if state == "done" else _OPEN_ORDER
    query = select(_ROW, *keys).where(_STATES[state], _REACHABLE, *(_FILTERS[name] for name in given))
    if follows:
        here, there = tuple_(*keys), tuple_(*(bindparam(f"key{place}") for place in range(len(keys))))
        query = query.where(here < there if state == "done" else here > there)
    return Prepared(query.order_by(*(key.desc() if state == "done" else key for key in keys)).limit(bindparam("limit")))


def worklist(conn: Connection, actor: Actor, wanted: WorklistFilter) -> bytes:
    """`{"items": […], "counts": {…}, "next_cursor": …}`. Raises BadCursor."""
    who = fitness(actor) | scope(actor, "read", "workitem")
    what = {name: value for name in _FILTERS if (value := getattr(wanted, name))}
    pattern = wanted.q.replace("/", "//").replace("%", "/%").replace("_", "/_")
    facts = who | what | _decoded(wanted) | {"pattern": f"%{pattern}%", "limit": wanted.limit}
    rows = _page(wanted.state, tuple(what), follows=bool(wanted.cursor)).all(conn, facts)
    cursor = _encoded(rows[-1][1:]) if len(rows) == wanted.limit else "null"
    items = ",".join(row[0] for row in rows)
    counts = _COUNTS.all(conn, who)[0][0]
    return f'{{"items":[{items}],"counts":{counts},"next_cursor":{cursor}}}'.encode()


def row(conn: Connection, actor: Actor, uid: str) -> str | None:
    """One WorkitemRow as JSON; None when there is none within reach."""
    found = _ONE.first(conn, {"item": uid} | fitness(actor) | scope(actor, "read", "workitem"))
    return found[0] if found else None


def _encoded(keys: tuple[Any, ...]) -> str:
    return orjson.dumps(base64.urlsafe_b64encode(orjson.dumps(keys)).decode()).decode()


def _decoded(wanted: WorklistFilter) -> dict[str, int | str]:
    """Where the page before ended, as parameters."""
    if not wanted.cursor:
        return {}
    try:
        keys = orjson.loads(base64.urlsafe_b64decode(wanted.cursor.encode()))
    except ValueError as fault:
        raise BadCursor from fault
    count = len(_DONE_ORDER if wanted.state == "done" else _OPEN_ORDER)
    if not isinstance(keys, list) or len(keys) != count or not all(isinstance(key, int | str) for key in keys):
        raise BadCursor
    return {f"key{place}": key for place, key in enumerate(keys)}
