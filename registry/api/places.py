"""Units and devices."""

import re
from dataclasses import replace

from foundation.access import Actor, demand
from foundation.database import Connection
from foundation.ids import new_id
from foundation.live import News
from registry.api.desk import Desk, unit_or_refuse
from registry.errors import AeTitleTaken, BadAeTitle, BadUnit, DeviceNotFound
from registry.model import AE_LIMIT, Device, DeviceChange, Knock, NewDevice, Unit, UnitKind, given, valid_aet
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
        """Add a member unit; `code` begins its accession numbers. Raises BadUnit, UnitNotFound."""
        demand(actor, "manage", "unit")
        name = name.strip()
        if not 0 < len(name) <= 64 or not _CODE.fullmatch(code):
            raise BadUnit(unit=name, code=code)
        new = Unit(new_id(), name, kind, parent_id, code)
        self._floor.db.write(lambda conn: self._add_unit(conn, actor, new))
        return new

    def _add_unit(self, conn: Connection, actor: Actor, new: Unit) -> None:
        if new.parent_id:
            unit_or_refuse(conn, new.parent_id)
        if not store.insert_unit(conn, new):
            raise BadUnit(unit=new.name, code=new.code)
        self._note(conn, actor, "C", "unit.add", new.id, name=new.name, code=new.code)

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

    def admit_device(self, actor: Actor, new: NewDevice) -> Device:
        """Let a device send for its unit. Raises BadAeTitle, AeTitleTaken, UnitNotFound."""
        demand(actor, "manage", "device", new.unit_id)
        aet = new.aet.strip()
        if not valid_aet(aet):
            raise BadAeTitle(aet=new.aet[:64])
        device = Device(new_id(), aet, new.unit_id, new.name.strip() or aet, new.modality, new.address)

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
            self._note(conn, actor, "U", "device.change", device_id, **given(change))
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
