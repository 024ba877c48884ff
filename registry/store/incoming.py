"""Queries on what hospital systems sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, select, update

from foundation.dialect import upsert
from registry.intake import Known, Message
from registry.store.tables import incoming, message


def known(conn: Connection, unit_id: str, system: str, number: str) -> Known | None:
    """What was taken under this number."""
    query = select(incoming).where(
        incoming.c.unit_id == unit_id, incoming.c.system == system, incoming.c.number == number
    )
    row = conn.execute(query).first()
    return Known(**row._mapping) if row else None


def known_by_number(conn: Connection, unit_id: str, number: str) -> list[Known]:
    """The same whatever its system."""
    query = select(incoming).where(incoming.c.unit_id == unit_id, incoming.c.number == number)
    return [Known(**row._mapping) for row in conn.execute(query)]


def known_of_order(conn: Connection, order_id: str) -> Known | None:
    """Under which number an order came."""
    row = conn.execute(select(incoming).where(incoming.c.order_id == order_id)).first()
    return Known(**row._mapping) if row else None


def insert_known(conn: Connection, new: Known) -> bool:
    """False when the number is known already."""
    row = {column.name: getattr(new, column.name) for column in incoming.c}
    return conn.execute(upsert(conn, incoming).values(row).on_conflict_do_nothing()).rowcount == 1


def update_known(conn: Connection, one: Known, digest: str, now: datetime) -> None:
    """New content under a known number."""
    changed = (
        update(incoming)
        .where(incoming.c.unit_id == one.unit_id, incoming.c.system == one.system, incoming.c.number == one.number)
        .values(digest=digest, version=one.version + 1, updated_at=now)
    )
    conn.execute(changed)


_OUTCOME = (
    "last_at", "unit_id", "code", "error", "field", "zh", "en", "answer", "address", "body",
    "settled_at", "settled_name", "note",
)  # fmt: skip


def accepted(conn: Connection, channel: str, sender: str, control_id: str, digest: str) -> bytes | None:
    """The answer that this very message was taken with before."""
    query = select(message.c.answer).where(
        message.c.channel == channel,
        message.c.sender == sender,
        message.c.control_id == control_id,
        message.c.digest == digest,
        message.c.error == "",
    )
    return conn.execute(query).scalar()


def keep_message(conn: Connection, new: Message, kept: int) -> None:
    """Write a message down, or count it again; beyond `kept` the oldest go, first those that wait for nobody."""
    row = {column.name: getattr(new, column.name) for column in message.c}
    statement = upsert(conn, message).values(row)
    changed: dict[str, Any] = {name: statement.excluded[name] for name in _OUTCOME}
    changed["times"] = message.c.times + 1
    keys = ["channel", "sender", "control_id", "digest"]
    conn.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))
    surplus = int(conn.execute(select(func.count()).select_from(message)).scalar_one()) - kept
    if surplus > 0:
        waits = case((and_(message.c.error != "", message.c.settled_at.is_(None)), 1), else_=0)
        oldest = select(message.c.id).order_by(waits, message.c.last_at).limit(surplus).scalar_subquery()
        conn.execute(delete(message).where(message.c.id.in_(oldest)))


def count_message(conn: Connection, sender: str, control_id: str, digest: str, now: datetime) -> None:
    """A message that was taken came again."""
    same = (message.c.sender == sender, message.c.control_id == control_id, message.c.digest == digest)
    conn.execute(update(message).where(*same).values(times=message.c.times + 1, last_at=now))


_HEAD = [column for column in message.c if column.name not in ("body", "answer")]


def messages(conn: Connection, *, refused: bool, limit: int) -> list[Message]:
    """The newest messages without their content: those that wait for a person, or all."""
    query = select(*_HEAD).order_by(message.c.last_at.desc(), message.c.id).limit(limit)
    if refused:
        query = query.where(message.c.error != "", message.c.settled_at.is_(None))
    return [Message(**row._mapping) for row in conn.execute(query)]


def message_by_id(conn: Connection, message_id: str) -> Message | None:
    """One message with its content."""
    row = conn.execute(select(message).where(message.c.id == message_id)).first()
    return Message(**row._mapping) if row else None


def refused_with(conn: Connection, channel: str, sender: str, digest: str) -> bool:
    """Whether this content stands as refused."""
    return conn.execute(select(message.c.id).where(*_refused(channel, sender, digest)).limit(1)).first() is not None


def mark_taken(conn: Connection, channel: str, sender: str, digest: str, now: datetime) -> None:
    """It was taken after all."""
    values = {"error": "", "code": "200", "field": "", "zh": "", "en": "", "body": None, "last_at": now}
    conn.execute(update(message).where(*_refused(channel, sender, digest)).values(values))


def _refused(channel: str, sender: str, digest: str) -> tuple[ColumnElement[bool], ...]:
    same = (message.c.channel == channel, message.c.sender == sender, message.c.digest == digest)
    return (*same, message.c.error != "")


def settle_message(conn: Connection, message_id: str, now: datetime, name: str, note: str) -> None:
    """Nothing more is to be done about it, and its content is forgotten."""
    values = {"settled_at": now, "settled_name": name, "note": note, "body": None}
    conn.execute(update(message).where(message.c.id == message_id).values(values))
