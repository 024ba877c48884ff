"""Units and devices."""

import re
from collections.abc import Collection
from dataclasses import asdict, replace

from foundation.access import PRODUCT, Actor, demand
from foundation.database import Connection
from foundation.ids import new_id
from foundation.live import News
from registry import credit_code
from registry.api.desk import Desk, unit_or_refuse
from registry.errors import AeTitleTaken, BadAeTitle, BadCreditCode, BadUnit, CreditCodeTaken, DeviceNotFound
from registry.model import (
    AE_LIMIT,
    Device,
    DeviceChange,
    Knock,
    NewDevice,
    NewUnit,
    Unit,
    UnitChange,
    UnitKind,
    UnitLevel,
    given,
    valid_aet,
)
from registry.store import places as store

_CODE = re.compile(r"[A-Z0-9]{1,6}")


class Places(Desk):
    """Member units, their devices, and who knocked."""

    def units(self) -> list[Unit]:
        """Every unit, the lead hospital first."""
        with self._floor.db.read() as conn:
            return store.units(conn)

    def unit(self, unit_id: str) -> Unit:
        """One unit. Raises UnitNotFound."""
        with self._floor.db.read() as conn:
            return unit_or_refuse(conn, unit_id)

    def unit_in(self, conn: Connection, unit_id: str) -> Unit:
        """The same inside a write. Raises UnitNotFound."""
        return unit_or_refuse(conn, unit_id)

    def add_unit(self, actor: Actor, name: str, kind: UnitKind, code: str, parent_id: str | None = None) -> Unit:
        """`register_unit` for a unit without more facts."""
        return self.register_unit(actor, NewUnit(name, kind, code, parent_id))

    def register_unit(self, actor: Actor, new: NewUnit) -> Unit:
        """Add a member unit; `code` begins its accession numbers.

        Raises BadUnit, UnitNotFound, BadCreditCode, CreditCodeTaken.
        """
        demand(actor, "manage", "unit")
        name = new.name.strip()
        if not 0 < len(name) <= 64 or not _CODE.fullmatch(new.code):
            raise BadUnit(unit=name, code=new.code)
        level = new.level or _level_of(new.kind)
        made = Unit(new_id(), name, new.kind, new.parent_id, new.code, level, _credit_code(new.credit_code))

        def work(conn: Connection) -> None:
            _check_unit(conn, made)
            if not store.insert_unit(conn, made):
                raise BadUnit(unit=made.name, code=made.code)
            facts = {"name": name, "code": made.code, "level": level, "credit_code": made.credit_code}
            self._note(conn, actor, "C", "unit.add", made.id, **facts)

        self._floor.db.write(work)
        return made

    def change_unit(self, actor: Actor, unit_id: str, change: UnitChange) -> Unit:
        """Rename a unit, or change its level, parent or credit code.

        Raises BadUnit, UnitNotFound, BadCreditCode, CreditCodeTaken.
        """
        demand(actor, "manage", "unit")
        wanted = given(change)
        if change.credit_code is not None:
            wanted["credit_code"] = _credit_code(change.credit_code)
        if change.name is not None:
            wanted["name"] = change.name.strip()

        def work(conn: Connection) -> Unit:
            known = unit_or_refuse(conn, unit_id)
            different = {**wanted, "level": _level_of(known.kind)} if "level" in change.cleared else wanted
            changed = replace(known, **different)
            if not 0 < len(changed.name) <= 64:
                raise BadUnit(unit=changed.name, code=changed.code)
            _check_unit(conn, changed)
            store.update_unit(conn, changed)
            self._note(conn, actor, "U", "unit.change", unit_id, **different)
            return changed

        return self._floor.db.write(work)

    def devices(self, actor: Actor) -> list[Device]:
        """Every device within the actor's reach, by AE title."""
        demand(actor, "read", "device", actor.unit_id)
        with self._floor.db.read() as conn:
            return store.devices(conn, actor)

    def device_of(self, aet: str) -> Device | None:
        """The active device that calls itself so."""
        with self._floor.db.read() as conn:
            device = store.device_by_aet(conn, aet.strip())
        return device if device and device.active else None

    def devices_in(self, conn: Connection, aets: Collection[str]) -> list[Device]:
        """The devices that call themselves so, closed ones too, for other rooms."""
        found = (store.device_by_aet(conn, aet) for aet in sorted(aets))
        return [one for one in found if one is not None]

    def device_in(self, conn: Connection, device_id: str) -> Device:
        """One device, for other rooms. Raises DeviceNotFound."""
        found = store.device_by_id(conn, device_id)
        if found is None:
            raise DeviceNotFound(device=device_id[:36])
        return found

    def every_device(self, conn: Connection) -> list[Device]:
        """All devices, for other rooms, which check who asks."""
        return store.devices(conn, PRODUCT)

    def admit_device(self, actor: Actor, new: NewDevice) -> Device:
        """Let a device send for its unit. Raises BadAeTitle, AeTitleTaken, UnitNotFound."""
        demand(actor, "manage", "device", new.unit_id)
        aet = new.aet.strip()
        if not valid_aet(aet):
            raise BadAeTitle(aet=new.aet[:64])
        device = Device(
            new_id(), aet, new.unit_id, new.name.strip() or aet, new.modality, new.address,
            character_set=new.character_set, limits=new.limits,
        )  # fmt: skip

        def work(conn: Connection) -> None:
            unit_or_refuse(conn, device.unit_id)
            if not store.insert_device(conn, device):
                raise AeTitleTaken(aet=aet)
            self._note(conn, actor, "C", "device.admit", device.id, aet=aet, unit=device.unit_id)
            self._floor.live.announce(conn, News("device", device.id))

        self._floor.db.write(work)
        return device

    def change_device(self, actor: Actor, device_id: str, change: DeviceChange) -> Device:
        """Rename, move or close a device. Raises DeviceNotFound, UnitNotFound."""

        def work(conn: Connection) -> Device:
            device = store.device_by_id(conn, device_id)
            if device is None:
                raise DeviceNotFound(device=device_id)
            demand(actor, "manage", "device", device.unit_id)
            changed = replace(device, **given(change))
            unit_or_refuse(conn, changed.unit_id)
            store.update_device(conn, changed)
            facts = {**given(change), **({"limits": asdict(changed.limits)} if change.limits else {})}
            self._note(conn, actor, "U", "device.change", device_id, **facts)
            self._floor.live.announce(conn, News("device", device_id))
            return changed

        return self._floor.db.write(work)

    def knocked(self, aet: str, address: str) -> None:
        """Remember an unknown AE title, so that the administrator can admit it."""
        clean = "".join(letter for letter in aet.strip() if letter.isprintable())[:AE_LIMIT] or "?"

        def work(conn: Connection) -> None:
            store.remember_knock(conn, clean, address[:64], self._floor.now(), self._settings.knocks_kept)
            self._floor.live.announce(conn, News("device", clean))

        self._floor.db.write(work)

    def knocks(self, actor: Actor) -> list[Knock]:
        """Unknown AE titles, the latest first."""
        demand(actor, "manage", "device", actor.unit_id)
        with self._floor.db.read() as conn:
            return store.knocks(conn)


def _level_of(kind: UnitKind) -> UnitLevel:
    return UnitLevel.COUNTY if kind is UnitKind.LEAD else UnitLevel.TOWNSHIP


def _credit_code(typed: str | None) -> str | None:
    """The code as it is kept; nothing typed is none. Raises BadCreditCode."""
    if not typed or not typed.strip():
        return None
    number = credit_code.read(typed)
    if number is None:
        raise BadCreditCode(credit_code=typed.strip()[:32])
    return number


def _check_unit(conn: Connection, unit: Unit) -> None:
    """Raises UnitNotFound for a parent that is none, BadUnit for one below the unit itself, CreditCodeTaken."""
    above, seen = unit.parent_id, {unit.id}
    while above is not None:
        if above in seen:
            raise BadUnit(unit=unit.name, code=unit.code)
        seen.add(above)
        above = unit_or_refuse(conn, above).parent_id
    holder = store.unit_by_credit_code(conn, unit.credit_code) if unit.credit_code else None
    if holder and holder.id != unit.id:
        raise CreditCodeTaken(credit_code=unit.credit_code or "", unit=holder.name)
