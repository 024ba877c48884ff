"""Queries on offers and on the notices to those who relied on a result."""

from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update

from foundation.access import Actor, visible
from foundation.dialect import upsert
from recognition.model import Notice, Offer, OfferState
from recognition.store.tables import OPEN, notice, offer

_DECISION = ("state", "decided_at", "decided_by", "decided_name", "report_id", "report_number", "item_version",
             "reason", "note", "told", "saved")  # fmt: skip


def _offer(row: Any) -> Offer:
    return Offer(**{**row._mapping, "candidates": tuple(row.candidates), "state": OfferState(row.state)})


def insert_offer(conn: Connection, new: Offer) -> None:
    """Keep an offer."""
    row = {one.name: getattr(new, one.name) for one in fields(new)}
    conn.execute(insert(offer).values(row | {"candidates": list(new.candidates), "state": new.state.value}))


def by_id(conn: Connection, offer_id: str) -> Offer | None:
    """One offer."""
    row = conn.execute(select(offer).where(offer.c.id == offer_id)).first()
    return _offer(row) if row else None


def of_order(conn: Connection, order_id: str) -> Offer | None:
    """The newest offer for an order."""
    query = select(offer).where(offer.c.order_id == order_id).order_by(offer.c.offered_at.desc(), offer.c.id.desc())
    row = conn.execute(query.limit(1)).first()
    return _offer(row) if row else None


def decide(conn: Connection, decided: Offer) -> bool:
    """Keep what became of an open offer; False when somebody was faster."""
    values = {name: getattr(decided, name) for name in _DECISION} | {"state": decided.state.value}
    still = (offer.c.id == decided.id, OPEN)
    return conn.execute(update(offer).where(*still).values(values)).rowcount == 1


def page(conn: Connection, actor: Actor, states: tuple[OfferState, ...], limit: int) -> list[Offer]:
    """The newest offers within reach."""
    query = select(offer).where(_reach(actor), offer.c.state.in_([one.value for one in states]))
    return [_offer(row) for row in conn.execute(query.order_by(offer.c.offered_at.desc()).limit(limit))]


def waiting(conn: Connection, actor: Actor) -> int:
    """How many offers within reach wait for a decision."""
    query = select(func.count()).select_from(offer).where(_reach(actor), OPEN)
    return conn.execute(query).scalar_one()


def relying_on(conn: Connection, report_id: str) -> list[Offer]:
    """The decisions that recognised a result."""
    query = select(offer).where(offer.c.report_id == report_id, offer.c.state == OfferState.RECOGNISED.value)
    return [_offer(row) for row in conn.execute(query.order_by(offer.c.id))]


def _reach(actor: Actor) -> ColumnElement[bool]:
    return visible(actor, "read", "recognition", offer.c.unit_id)


# notices


def _notice(row: Any) -> Notice:
    return Notice(**row._mapping)


def insert_notice(conn: Connection, new: Notice) -> bool:
    """False when this doctor or unit was told of this version before."""
    row = {one.name: getattr(new, one.name) for one in fields(new)}
    return conn.execute(upsert(conn, notice).values(row).on_conflict_do_nothing()).rowcount == 1


def notices(conn: Connection, actor: Actor, *, open_only: bool, limit: int) -> list[Notice]:
    """The newest notices of the actor's unit and of the actor."""
    query = select(notice).where(_mine(actor)).order_by(notice.c.made_at.desc(), notice.c.id.desc()).limit(limit)
    if open_only:
        query = query.where(notice.c.acknowledged_at.is_(None))
    return [_notice(row) for row in conn.execute(query)]


def open_notices(conn: Connection, actor: Actor) -> int:
    """How many notices the actor should acknowledge."""
    query = select(func.count()).select_from(notice).where(_mine(actor), notice.c.acknowledged_at.is_(None))
    return conn.execute(query).scalar_one()


def notice_by_id(conn: Connection, notice_id: str) -> Notice | None:
    """One notice."""
    row = conn.execute(select(notice).where(notice.c.id == notice_id)).first()
    return _notice(row) if row else None


def acknowledge(conn: Connection, done: Notice) -> bool:
    """Keep who has acknowledged it; False when somebody did before."""
    names = ("acknowledged_at", "acknowledged_by", "acknowledged_name", "note")
    still = (notice.c.id == done.id, notice.c.acknowledged_at.is_(None))
    return (
        conn.execute(update(notice).where(*still).values({name: getattr(done, name) for name in names})).rowcount == 1
    )


def _mine(actor: Actor) -> ColumnElement[bool]:
    units = and_(notice.c.unit_id == actor.unit_id, notice.c.doctor_id == "")
    return or_(units, notice.c.doctor_id == actor.id)
