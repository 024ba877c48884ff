"""Queries on patients' share links and hospital systems' tickets."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from recognition.model import Share, Ticket
from recognition.store.tables import share, ticket


def _share(row: Any) -> Share:
    return Share(**row._mapping)


def insert_share(conn: Connection, new: Share) -> None:
    """Keep a link."""
    conn.execute(insert(share).values({one.name: getattr(new, one.name) for one in fields(new)}))


def by_token(conn: Connection, token_digest: str) -> Share | None:
    """The link with this secret."""
    row = conn.execute(select(share).where(share.c.token_digest == token_digest)).first()
    return _share(row) if row else None


def by_id(conn: Connection, share_id: str) -> Share | None:
    """One link."""
    row = conn.execute(select(share).where(share.c.id == share_id)).first()
    return _share(row) if row else None


def of_report(conn: Connection, report_id: str, unit_id: str) -> list[Share]:
    """A unit's links to a report, the newest first."""
    query = select(share).where(share.c.report_id == report_id, share.c.unit_id == unit_id)
    return [_share(row) for row in conn.execute(query.order_by(share.c.made_at.desc(), share.c.id.desc()))]


def count_wrong(conn: Connection, share_id: str) -> None:
    """One wrong code more."""
    conn.execute(update(share).where(share.c.id == share_id).values(wrong=share.c.wrong + 1))


def count_opened(conn: Connection, share_id: str) -> None:
    """Opened once more."""
    conn.execute(update(share).where(share.c.id == share_id).values(opened=share.c.opened + 1))


def end_share(conn: Connection, share_id: str, at: datetime) -> None:
    """It opens no more."""
    conn.execute(update(share).where(share.c.id == share_id, share.c.ended_at.is_(None)).values(ended_at=at))


def insert_ticket(conn: Connection, new: Ticket, now: datetime) -> None:
    """Keep a ticket, and forget those whose time is long over."""
    conn.execute(delete(ticket).where(ticket.c.until < now))
    conn.execute(insert(ticket).values({one.name: getattr(new, one.name) for one in fields(new)}))


def ticket_by(conn: Connection, digest: str) -> Ticket | None:
    """The ticket with this secret."""
    row = conn.execute(select(ticket).where(ticket.c.digest == digest)).first()
    return Ticket(**row._mapping) if row else None
