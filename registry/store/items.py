"""Queries on the catalogue of items."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from registry.items import Item, MarkLevel
from registry.store.tables import item

_C = item.c


def _item(row: Any) -> Item:
    return Item(**{**row._mapping, "mark_level": MarkLevel(row.mark_level) if row.mark_level else None})


def versions(conn: Connection, code: str = "") -> list[Item]:
    """Every version, of one code or of all, by code and first day."""
    query = select(item).order_by(_C.code, _C.effective_from)
    return [_item(row) for row in conn.execute(query.where(_C.code == code) if code else query)]


def items_at(conn: Connection, on: date) -> list[Item]:
    """The versions in force on a day, by modality and code."""
    query = select(item).where(_C.effective_from <= on, or_(_C.effective_until.is_(None), _C.effective_until >= on))
    return [_item(row) for row in conn.execute(query.order_by(_C.modality, _C.code))]


def item_at(conn: Connection, code: str, on: date) -> Item | None:
    """The version of a code in force on a day."""
    until = or_(_C.effective_until.is_(None), _C.effective_until >= on)
    row = conn.execute(select(item).where(_C.code == code, _C.effective_from <= on, until)).first()
    return _item(row) if row else None


def version(conn: Connection, version_id: str) -> Item | None:
    """The version with this id."""
    row = conn.execute(select(item).where(_C.id == version_id)).first()
    return _item(row) if row else None


def insert_items(conn: Connection, new: tuple[Item, ...]) -> None:
    """Keep new versions."""
    if new:
        conn.execute(insert(item), [_row(one) for one in new])


def end_item(conn: Connection, version_id: str, last_day: date) -> None:
    """Give an open version its last day."""
    conn.execute(update(item).where(_C.id == version_id, _C.effective_until.is_(None)).values(effective_until=last_day))


def _row(one: Item) -> dict[str, Any]:
    row = {column.name: getattr(one, column.name) for column in item.c}
    return row | {"mark_level": one.mark_level.value if one.mark_level else None}
