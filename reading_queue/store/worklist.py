"""The worklist as JSON made by the database: no row becomes a Python object on its way to the browser."""

import base64
from collections.abc import Sequence

import orjson
from sqlalchemy import ColumnElement, Connection, String, and_, case, func, or_, select, tuple_, type_coerce

from foundation.access import Actor, visible
from foundation.dialect import JsonObject, JsonValue, database_now, json_bool
from foundation.vocabulary import Role
from reading_queue.errors import BadCursor
from reading_queue.model import Kind, WorkitemState, WorklistFilter, specialties_of
from reading_queue.store.tables import OPEN, workitem

_C = workitem.c
_HELD = _C.state == WorkitemState.IN_PROGRESS.value
_PLAIN = (
    "uid", "kind", "label", "state", "priority", "modality", "body_part", "description", "accession_number",
    "study_instance_uid", "instances", "created_at", "deadline_at", "lease_until", "ended_at", "attempt", "replaces",
    "replaced_by", "report_id", "order_id", "returned_reason",
)  # fmt: skip

# Moments stay text here: they sort, compare and travel as they are stored.
_OPEN_ORDER = [_C.urgency, type_coerce(_C.deadline_at, String), _C.uid]
_DONE_ORDER = [type_coerce(_C.ended_at, String), _C.uid]


def row_json(actor: Actor) -> ColumnElement[str]:
    """A WorkitemRow as the workstation reads it."""
    patient = JsonObject(
        "name", _C.patient_name, "sex", func.coalesce(_C.patient_sex, ""), "age", _C.patient_age,
        "patient_id", _C.patient_id, "birth_date", _C.patient_birth_date,
    )  # fmt: skip
    holder = case((_C.claimed_by.is_not(None), JsonObject("id", _C.claimed_by, "name", _C.claimed_name)))
    pairs: list[object] = [part for name in _PLAIN for part in (name, _C[name])]
    pairs += ["patient", patient, "unit", JsonObject("id", _C.unit_id, "name", _C.unit_name)]
    pairs += ["claimed_by", JsonValue(holder), "mine", json_bool(and_(_HELD, _C.claimed_by == actor.id))]
    pairs += ["claimable", json_bool(and_(_C.state == WorkitemState.SCHEDULED.value, fits(actor)))]
    return JsonObject(*pairs)


def fits(actor: Actor) -> ColumnElement[bool]:
    """The rule of `model.may_hold` over the columns."""
    mine = [one.value for one in specialties_of(actor.roles)]
    reading = and_(_C.kind == Kind.READING.value, _C.specialty.in_(mine))
    if Role.REVIEWER not in actor.roles:
        return reading
    others = or_(_C.excluded_person_id.is_(None), _C.excluded_person_id != actor.id)
    return or_(reading, and_(_C.kind == Kind.REVIEW.value, others))


def worklist(conn: Connection, actor: Actor, wanted: WorklistFilter) -> bytes:
    """`{"items": […], "counts": {…}, "next_cursor": …}`. Raises BadCursor."""
    keys = _DONE_ORDER if wanted.state == "done" else _OPEN_ORDER
    query = select(row_json(actor), *keys).where(_wanted(actor, wanted))
    if wanted.cursor:
        here, there = tuple_(*keys), tuple_(*_decoded(wanted.cursor, len(keys)))
        query = query.where(here < there if wanted.state == "done" else here > there)
    order = [key.desc() for key in keys] if wanted.state == "done" else keys
    rows = conn.execute(query.order_by(*order).limit(wanted.limit)).all()
    cursor = _encoded(rows[-1][1:]) if len(rows) == wanted.limit else "null"
    items = ",".join(row[0] for row in rows)
    return f'{{"items":[{items}],"counts":{_counts(conn, actor)},"next_cursor":{cursor}}}'.encode()


def row(conn: Connection, actor: Actor, uid: str) -> str | None:
    """One WorkitemRow as JSON; None when there is none within reach."""
    reachable = visible(actor, "read", "workitem", _C.unit_id)
    return conn.execute(select(row_json(actor)).where(_C.uid == uid, reachable)).scalar()


def _wanted(actor: Actor, wanted: WorklistFilter) -> ColumnElement[bool]:
    parts = [visible(actor, "read", "workitem", _C.unit_id), _state(actor, wanted.state)]
    if wanted.kind:
        parts.append(_C.kind == wanted.kind.value)
    if wanted.label:
        parts.append(_C.label == wanted.label)
    if wanted.modality:
        parts.append(_C.modality == wanted.modality)
    if wanted.q:
        parts.append(
            or_(
                _C.patient_name.contains(wanted.q, autoescape=True),
                _C.patient_id == wanted.q,
                _C.accession_number == wanted.q,
            )
        )
    return and_(*parts)


def _state(actor: Actor, state: str) -> ColumnElement[bool]:
    if state == "mine":
        return and_(_HELD, _C.claimed_by == actor.id)
    if state == "done":
        return and_(_C.state == WorkitemState.COMPLETED.value, _C.claimed_by == actor.id)
    return OPEN


def _counts(conn: Connection, actor: Actor) -> str:
    """What is open within reach: to read, to review, in the actor's hands, over the deadline."""

    def count(name: str, condition: ColumnElement[bool]) -> tuple[object, object]:
        return name, func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    counts = JsonObject(
        *count("reading", _C.kind == Kind.READING.value),
        *count("review", _C.kind == Kind.REVIEW.value),
        *count("mine", and_(_HELD, _C.claimed_by == actor.id)),
        *count("overdue", _C.deadline_at < database_now()),
    )
    return conn.execute(select(counts).where(OPEN, visible(actor, "read", "workitem", _C.unit_id))).scalar_one()


def _encoded(keys: Sequence[object]) -> str:
    return orjson.dumps(base64.urlsafe_b64encode(orjson.dumps(list(keys))).decode()).decode()


def _decoded(cursor: str, count: int) -> list[object]:
    try:
        keys = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
    except ValueError as fault:
        raise BadCursor from fault
    if not isinstance(keys, list) or len(keys) != count or not all(isinstance(key, int | str) for key in keys):
        raise BadCursor
    return keys
