"""Queries on units' agreements."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update

from foundation.vocabulary import Specialty
from registry.qualification import Agreement
from registry.store.tables import agreement


def _agreement(row: Any) -> Agreement:
    return Agreement(**{**row._mapping, "specialties": frozenset(Specialty(one) for one in row.specialties)})


def agreements(conn: Connection, unit_id: str | None = None) -> list[Agreement]:
    """Every agreement, or one unit's, the latest first."""
    query = select(agreement).order_by(agreement.c.valid_from.desc(), agreement.c.id)
    if unit_id is not None:
        query = query.where(agreement.c.unit_id == unit_id)
    return [_agreement(row) for row in conn.execute(query)]


def agreement_by_id(conn: Connection, agreement_id: str) -> Agreement | None:
    """The agreement, if there is one."""
    row = conn.execute(select(agreement).where(agreement.c.id == agreement_id)).first()
    return _agreement(row) if row else None


def insert_agreement(conn: Connection, new: Agreement) -> None:
    """Keep a new agreement."""
    row = {column.name: getattr(new, column.name) for column in agreement.c}
    conn.execute(insert(agreement).values({**row, "specialties": sorted(one.value for one in new.specialties)}))


def end_agreement(conn: Connection, agreement_id: str, last: date) -> None:
    """It holds until this day."""
    conn.execute(update(agreement).where(agreement.c.id == agreement_id).values(valid_until=last))
