"""Queries on the ledger: rows are added, read and summed, never changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from foundation.access import Actor, visible
from foundation.audit import audit_event
from recognition.model import Act, Row
from recognition.store.tables import ledger

_L = ledger.c
_COLUMNS = [one.name for one in fields(Row) if one.name != "seq"]
GROUPED = (_L.unit_id, _L.item_code, _L.doctor_id, _L.act, _L.reason, _L.told)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: times, acts, one unit, one month and what lies before a row."""

    since: datetime | None = None
    until: datetime | None = None
    act: Act | None = None
    unit_id: str = ""
    before: int | None = None
    limit: int = 100


def _row(found: Any) -> Row:
    return Row(**{**found._mapping, "act": Act(found.act)})


def add(conn: Connection, new: Row) -> None:
    """Add a row; writes go one after the other, so the next number is this one's on either database."""
    last = conn.execute(select(func.max(_L.seq))).scalar() or 0
    values = {name: getattr(new, name) for name in _COLUMNS}
    conn.execute(insert(ledger).values(values | {"act": new.act.value, "seq": last + 1}))


def page(conn: Connection, actor: Actor, wanted: Wanted) -> list[Row]:
    """The newest rows within reach."""
    query = select(ledger).where(visible(actor, "read", "ledger", _L.unit_id)).order_by(_L.seq.desc())
    if wanted.since is not None:
        query = query.where(_L.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(_L.at < wanted.until)
    if wanted.act is not None:
        query = query.where(_L.act == wanted.act.value)
    if wanted.unit_id:
        query = query.where(_L.unit_id == wanted.unit_id)
    if wanted.before is not None:
        query = query.where(_L.seq < wanted.before)
    return [_row(found) for found in conn.execute(query.limit(wanted.limit))]


def of_offer(conn: Connection, offer_id: str) -> list[Row]:
    """What was done about one offer, the oldest first."""
    return [_row(found) for found in conn.execute(select(ledger).where(_L.offer_id == offer_id).order_by(_L.seq))]


def of_months(conn: Connection, actor: Actor, months: Sequence[str]) -> Iterator[Row]:
    """Every row of these months within reach, the oldest first."""
    query = select(ledger).where(visible(actor, "read", "ledger", _L.unit_id), _L.month.in_(months)).order_by(_L.seq)
    for found in conn.execution_options(yield_per=1000).execute(query):
        yield _row(found)


def sums(conn: Connection, actor: Actor, month: str) -> list[Any]:
    """One month's counts and money, by everything that a sum is asked for: read from the index alone."""
    query = select(*GROUPED, func.count().label("rows"), func.sum(_L.saved).label("saved"))
    mine = visible(actor, "read", "ledger", _L.unit_id)
    return list(conn.execute(query.where(_L.month == month, mine).group_by(*GROUPED)))


def results_of(conn: Connection, actor: Actor, month: str) -> list[Any]:
    """Whose results were recognised in one month, and how often: from the same index."""
    mine = visible(actor, "read", "ledger", _L.unit_id)
    query = select(_L.result_unit_id, func.count().label("rows")).where(_L.month == month, mine)
    return list(conn.execute(query.where(_L.act == Act.RECOGNISED.value).group_by(_L.result_unit_id)))


def every(conn: Connection) -> Iterator[Row]:
    """Every row, the oldest first."""
    for found in conn.execution_options(yield_per=1000).execute(select(ledger).order_by(_L.seq)):
        yield _row(found)


def chained(conn: Connection) -> Iterator[tuple[str, str]]:
    """What the audit chain says of the ledger: a row's id and its digest, the oldest first."""
    query = select(audit_event.c.entity_id, audit_event.c.detail).where(audit_event.c.entity_type == "ledger")
    for entity_id, detail in conn.execution_options(yield_per=1000).execute(query.order_by(audit_event.c.seq)):
        yield entity_id, detail["sha256"]
