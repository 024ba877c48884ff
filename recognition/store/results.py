"""Queries on results and on device quality control."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, insert, select, update

from foundation.dialect import upsert
from recognition.model import Quality, QualityKind, Result
from recognition.store.tables import quality, result


def _result(row: Any) -> Result:
    return Result(**{**row._mapping, "devices": tuple(row.devices)})


def keep(conn: Connection, new: Result) -> None:
    """Keep what the newest issued version says; an older one never takes the place of a newer."""
    row = {column.name: getattr(new, column.name) for column in result.c} | {"devices": list(new.devices)}
    statement = upsert(conn, result).values(row)
    changed = {name: value for name, value in statement.excluded.items() if name != "report_id"}
    newer = result.c.number <= statement.excluded.number
    conn.execute(statement.on_conflict_do_update(index_elements=["report_id"], set_=changed, where=newer))


def by_report(conn: Connection, report_id: str) -> Result | None:
    """The result of a report."""
    row = conn.execute(select(result).where(result.c.report_id == report_id)).first()
    return _result(row) if row else None


def of_persons(conn: Connection, patient_uids: Collection[str], limit: int) -> list[Result]:
    """The newest results of these registrations."""
    query = select(result).where(result.c.patient_uid.in_(sorted(patient_uids)))
    query = query.order_by(result.c.examined_on.desc(), result.c.report_id.desc()).limit(limit)
    return [_result(row) for row in conn.execute(query)]


def of_devices(conn: Connection, device_ids: Collection[str]) -> list[Quality]:
    """Every quality control of these devices."""
    if not device_ids:
        return []
    return [_quality(row) for row in conn.execute(select(quality).where(quality.c.device_id.in_(sorted(device_ids))))]


def qualities(conn: Connection, device_id: str = "") -> list[Quality]:
    """Quality controls, of one device or of all, the newest first."""
    query = select(quality).order_by(quality.c.valid_from.desc(), quality.c.id.desc())
    return [
        _quality(row) for row in conn.execute(query.where(quality.c.device_id == device_id) if device_id else query)
    ]


def quality_by_id(conn: Connection, quality_id: str) -> Quality | None:
    """One quality control."""
    row = conn.execute(select(quality).where(quality.c.id == quality_id)).first()
    return _quality(row) if row else None


def insert_quality(conn: Connection, new: Quality) -> None:
    """Keep a quality control."""
    row = {column.name: getattr(new, column.name) for column in quality.c}
    conn.execute(insert(quality).values(row | {"kind": new.kind.value}))


def end_quality(conn: Connection, ended: Quality) -> bool:
    """Cut it short; False when that was done before."""
    open_ = (quality.c.id == ended.id, quality.c.ended_on.is_(None))
    values = {"ended_on": ended.ended_on, "end_reason": ended.end_reason}
    return conn.execute(update(quality).where(*open_).values(values)).rowcount == 1


def _quality(row: Any) -> Quality:
    return Quality(**{**row._mapping, "kind": QualityKind(row.kind)})
