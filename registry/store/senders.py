"""Queries on the hospital systems that may send."""

from sqlalchemy import Connection, delete, select

from foundation.dialect import upsert
from registry.intake import Sender
from registry.store.tables import sender


def senders(conn: Connection) -> list[Sender]:
    """Every admitted system, by address."""
    return [Sender(**row._mapping) for row in conn.execute(select(sender).order_by(sender.c.address, sender.c.unit_id))]


def units_of(conn: Connection, address: str) -> list[str]:
    """The units for which the system at this address may send."""
    return list(conn.execute(select(sender.c.unit_id).where(sender.c.address == address)).scalars())


def insert_sender(conn: Connection, new: Sender) -> bool:
    """False when it is admitted already."""
    row = {column.name: getattr(new, column.name) for column in sender.c}
    return conn.execute(upsert(conn, sender).values(row).on_conflict_do_nothing()).rowcount == 1


def delete_sender(conn: Connection, address: str, unit_id: str) -> bool:
    """False when it was not admitted."""
    gone = delete(sender).where(sender.c.address == address, sender.c.unit_id == unit_id)
    return conn.execute(gone).rowcount == 1
