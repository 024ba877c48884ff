"""Which order each study met: one row a study."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from foundation.access import Actor
from foundation.database import Row
from foundation.dialect import upsert
from pacs_gateway.model import Match
from pacs_gateway.store.reading import StudyRow, reach
from pacs_gateway.store.tables import match, study
from registry.api import Order

_COLUMNS = [column for column in match.c if column.name != "unit_id"]


@dataclass(frozen=True, slots=True)
class Decided:
    """Who decided, and when."""

    by: str
    name: str
    at: datetime
    person: bool = False


def match_of(conn: Connection, study_instance_uid: str) -> Match | None:
    """What is known of this study's order."""
    row = conn.execute(select(*_COLUMNS).where(match.c.study_instance_uid == study_instance_uid)).first()
    return _match(row) if row else None


def matches_of(conn: Connection, study_instance_uids: Sequence[str]) -> dict[str, Match]:
    """The same for many studies."""
    query = select(*_COLUMNS).where(match.c.study_instance_uid.in_(study_instance_uids))
    return {row.study_instance_uid: _match(row) for row in conn.execute(query)}


def keep_match(conn: Connection, row: StudyRow, met: Row, decided: Decided) -> None:
    """Write down what became of the study's search for its order."""
    values = {
        "study_instance_uid": row.study_instance_uid,
        "unit_id": row.unit_id,
        **met,
        "by_person": decided.person,
        "decided_by": decided.by,
        "decided_name": decided.name,
        "decided_at": decided.at,
    }
    statement = upsert(conn, match).values(values)
    changed = {name: statement.excluded[name] for name in values if name != "study_instance_uid"}
    conn.execute(statement.on_conflict_do_update(index_elements=["study_instance_uid"], set_=changed))


def waiting(conn: Connection, actor: Actor, doubts: Sequence[str], limit: int) -> list[tuple[StudyRow, Match]]:
    """Studies within reach that have not met an order for one of these doubts, the newest first."""
    return _both(conn, and_(reach(actor), match.c.doubt.in_(doubts)), limit)


def met(conn: Connection, actor: Actor, limit: int) -> list[tuple[StudyRow, Match]]:
    """Studies within reach that have met their order, the newest first."""
    return _both(conn, and_(reach(actor), match.c.order_id.is_not(None)), limit)


def without_order(
    conn: Connection, order: Order, study_uid: str, doubts: Sequence[str], since: datetime, limit: int = 50
) -> list[StudyRow]:
    """Complete studies in one of these doubts, undecided by a person, whose header names this order or its patient."""
    ids = [one for one in (order.patient.patient_id, order.patient.id_card) if one]
    named = or_(
        study.c.patient_id.in_(ids),
        study.c.accession_number == order.accession_number,
        study.c.study_instance_uid == study_uid,
    )
    query = (
        select(study)
        .join(match, study.c.study_instance_uid == match.c.study_instance_uid)
        .where(named, match.c.doubt.in_(doubts), match.c.by_person.is_(False), study.c.received_at >= since)
        .order_by(study.c.received_at)
        .limit(limit)
    )
    return list(conn.execute(query).all())


def waiting_count(conn: Connection, actor: Actor, doubts: Sequence[str]) -> int:
    """How many wait for a person."""
    joined = match.join(study, study.c.study_instance_uid == match.c.study_instance_uid)
    query = select(func.count()).select_from(joined).where(reach(actor), match.c.doubt.in_(doubts))
    return int(conn.execute(query).scalar_one())


def part(conn: Connection, study_instance_uid: str, unit_id: str) -> None:
    """The study has no order: it is its own unit's again, of ordinary urgency."""
    values = {"order_id": None, "requesting_unit_id": unit_id, "priority": "MEDIUM"}
    conn.execute(update(study).where(study.c.study_instance_uid == study_instance_uid).values(values))


def _both(conn: Connection, where: ColumnElement[bool], limit: int) -> list[tuple[StudyRow, Match]]:
    query = select(study).join(match, study.c.study_instance_uid == match.c.study_instance_uid).where(where)
    rows = conn.execute(query.order_by(match.c.decided_at.desc(), study.c.study_instance_uid).limit(limit)).all()
    known = matches_of(conn, [row.study_instance_uid for row in rows])
    return [(row, known[row.study_instance_uid]) for row in rows]


def _match(row: Any) -> Match:
    return Match(**{**row._mapping, "candidates": tuple(row.candidates)})
