"""Queries on units, devices and knocks."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from foundation.access import Actor, visible
from foundation.dialect import upsert
from registry.model import CharacterSet, Device, DeviceLimits, Knock, Unit, UnitKind, UnitLevel
from registry.store.tables import device, knock, unit


def _unit(row: Any) -> Unit:
    return Unit(**{**row._mapping, "kind": UnitKind(row.kind), "level": UnitLevel(row.level)})


def _unit_row(one: Unit) -> dict[str, Any]:
    row = {column.name: getattr(one, column.name) for column in unit.c}
    return {**row, "kind": one.kind.value, "level": one.level.value}


def _device(row: Any) -> Device:
    return Device(
        **{**row._mapping, "character_set": CharacterSet(row.character_set), "limits": DeviceLimits(**row.limits)}
    )


def _device_row(one: Device) -> dict[str, Any]:
    row = {column.name: getattr(one, column.name) for column in device.c}
    limits = {name: value for name, value in asdict(one.limits).items() if value is not None}
    return {**row, "character_set": one.character_set.value, "limits": limits}


def units(conn: Connection) -> list[Unit]:
    """Every unit, the lead hospital first."""
    query = select(unit).order_by(unit.c.kind != UnitKind.LEAD.value, unit.c.parent_id.is_not(None), unit.c.code)
    return [_unit(row) for row in conn.execute(query)]


def unit_by_id(conn: Connection, unit_id: str) -> Unit | None:
    """The unit, if there is one."""
    row = conn.execute(select(unit).where(unit.c.id == unit_id)).first()
    return _unit(row) if row else None


def insert_unit(conn: Connection, new: Unit) -> bool:
    """False when the code or the credit code is taken."""
    return conn.execute(upsert(conn, unit).values(_unit_row(new)).on_conflict_do_nothing()).rowcount == 1


def update_unit(conn: Connection, changed: Unit) -> None:
    """Keep a changed unit."""
    conn.execute(update(unit).where(unit.c.id == changed.id).values(_unit_row(changed)))


def unit_by_credit_code(conn: Connection, credit_code: str) -> Unit | None:
    """The unit with this unified social credit code."""
    row = conn.execute(select(unit).where(unit.c.credit_code == credit_code)).first()
    return _unit(row) if row else None


def devices(conn: Connection, actor: Actor) -> list[Device]:
    """Every device within the actor's reach, by AE title."""
    query = select(device).where(visible(actor, "read", "device", device.c.unit_id)).order_by(device.c.aet)
    return [_device(row) for row in conn.execute(query)]


def device_by_aet(conn: Connection, aet: str) -> Device | None:
    """The device with this AE title, active or not."""
    row = conn.execute(select(device).where(device.c.aet == aet)).first()
    return _device(row) if row else None


def device_by_id(conn: Connection, device_id: str) -> Device | None:
    """The device, if there is one."""
    row = conn.execute(select(device).where(device.c.id == device_id)).first()
    return _device(row) if row else None


def insert_device(conn: Connection, new: Device) -> bool:
    """False when the AE title is taken."""
    return conn.execute(upsert(conn, device).values(_device_row(new)).on_conflict_do_nothing()).rowcount == 1


def update_device(conn: Connection, changed: Device) -> None:
    """Keep a changed device; its AE title stays."""
    row = {name: value for name, value in _device_row(changed).items() if name not in ("id", "aet")}
    conn.execute(update(device).where(device.c.id == changed.id).values(row))


def remember_knock(conn: Connection, aet: str, address: str, now: datetime, kept: int) -> None:
    """Count a knock and forget the oldest beyond `kept`, so that inventing titles fills no disk."""
    new = upsert(conn, knock).values(aet=aet, address=address, first_at=now, last_at=now, times=1)
    conn.execute(
        new.on_conflict_do_update(
            index_elements=["aet", "address"], set_={"last_at": new.excluded.last_at, "times": knock.c.times + 1}
        )
    )
    surplus = conn.execute(select(func.count()).select_from(knock)).scalar_one() - kept
    if surplus > 0:
        oldest = select(knock.c.aet, knock.c.address).order_by(knock.c.last_at).limit(surplus)
        for row in conn.execute(oldest).all():
            conn.execute(delete(knock).where(knock.c.aet == row.aet, knock.c.address == row.address))


def knocks(conn: Connection) -> list[Knock]:
    """The unknown AE titles, the latest first."""
    known = select(device.c.aet)
    query = select(knock).where(knock.c.aet.not_in(known)).order_by(knock.c.last_at.desc())
    return [Knock(**row._mapping) for row in conn.execute(query)]
