"""Who is owed a version, who has it, who has opened it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from foundation.access import Actor, visible
from reports.model import Delivery, DeliveryState
from reports.store.tables import delivery, report

_D, _R = delivery.c, report.c
_HERE = _D.state == DeliveryState.DELIVERED.value


def owe(conn: Connection, new: Delivery, owed_at: datetime) -> None:
    """A unit is owed a version."""
    conn.execute(
        insert(delivery).values(
            id=new.id, report_id=new.report_id, number=new.number, unit_id=new.unit_id, target=new.target,
            state=new.state.value, owed_at=owed_at,
        )
    )  # fmt: skip


def by_id(conn: Connection, delivery_id: str) -> Delivery | None:
    """One delivery."""
    row = conn.execute(select(delivery).where(_D.id == delivery_id)).first()
    return _delivery(row) if row else None


def of_report(conn: Connection, report_id: str) -> list[Delivery]:
    """Every delivery of a report, in the order in which they were owed."""
    return [_delivery(row) for row in conn.execute(select(delivery).where(_D.report_id == report_id).order_by(_D.id))]


def delivered(conn: Connection, delivery_id: str, at: datetime) -> bool:
    """The unit has it; False when it had it before."""
    open_states = [DeliveryState.PENDING.value, DeliveryState.UNDELIVERED.value]
    wanted = (_D.id == delivery_id, _D.state.in_(open_states))
    values = {"state": DeliveryState.DELIVERED.value, "delivered_at": at}
    return conn.execute(update(delivery).where(*wanted).values(**values)).rowcount == 1


def read_by(conn: Connection, actor: Actor, report_id: str, number: int, at: datetime) -> bool:
    """The first opening by this actor's unit; False when it was opened before or is not addressed to the unit."""
    wanted = (
        _D.report_id == report_id,
        _D.number == number,
        _D.unit_id == actor.unit_id,
        _HERE,
        _D.read_at.is_(None),
    )
    values = {"read_at": at, "read_by": actor.id, "read_by_name": actor.name}
    return conn.execute(update(delivery).where(*wanted).values(**values)).rowcount == 1


def inbox(
    conn: Connection, actor: Actor, wanted: tuple[bool, str, int, str], patient_uids: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    """The newest deliveries of the actor's unit; `wanted` is (unread only, search, limit, before this id).

    The search finds its words, and everything of these patients.
    """
    unread_only, q, limit, before = wanted
    query = (
        select(
            _D.id, _D.report_id, _D.number, _D.delivered_at, _D.read_at, _D.read_by, _D.read_by_name, _R.status,
            _R.issued_number, _R.patient, _R.title, _R.modality, _R.accession_number, _R.impression, _R.positive,
            _R.issued_at, _R.writer, _R.reviewer, _R.study_instance_uid, _R.issued_reason,
        )
        .join(report, _R.id == _D.report_id)
        .where(visible(actor, "read", "delivery", _D.unit_id), _HERE, _D.number == _R.issued_number)
        .order_by(_D.id.desc())
        .limit(limit)
    )  # fmt: skip
    if unread_only:
        query = query.where(_D.read_at.is_(None))
    if q:
        query = query.where(or_(_R.search.contains(q.casefold(), autoescape=True), _R.patient_uid.in_(patient_uids)))
    if before:
        query = query.where(_D.id < before)
    return [dict(row) for row in conn.execute(query).mappings()]


def opened_before(conn: Connection, unit_id: str, report_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The last older version of each of these reports that the unit had: number, read_at, read_by_name."""
    query = (
        select(_D.report_id, _D.number, _D.read_at, _D.read_by_name)
        .join(report, _R.id == _D.report_id)
        .where(_D.unit_id == unit_id, _D.report_id.in_(report_ids), _D.number < _R.issued_number)
        .order_by(_D.number)
    )
    return {row["report_id"]: dict(row) for row in conn.execute(query).mappings()}


def unread(conn: Connection, actor: Actor) -> int:
    """How many deliveries nobody of the unit has opened."""
    newest = and_(_R.id == _D.report_id, _R.issued_number == _D.number)
    mine = visible(actor, "read", "delivery", _D.unit_id)
    query = select(func.count()).select_from(delivery).join(report, newest)
    return conn.execute(query.where(mine, _HERE, _D.read_at.is_(None))).scalar_one()


def _delivery(row: Any) -> Delivery:
    return Delivery(
        id=row.id, report_id=row.report_id, number=row.number, unit_id=row.unit_id, target=row.target,
        state=DeliveryState(row.state), delivered_at=row.delivered_at, read_at=row.read_at, read_by=row.read_by or "",
        read_by_name=row.read_by_name or "",
    )  # fmt: skip
