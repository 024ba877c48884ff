"""Which hospital system may speak HL7 for which unit: admitted by an administrator, or named in the settings."""

from foundation.access import Actor, demand
from foundation.database import Connection
from registry.api.desk import Desk, unit_or_refuse
from registry.errors import BadAddress, SenderNotAdmitted, SenderNotFound, SenderUnknown
from registry.intake import Sender, plain_address
from registry.store import places
from registry.store import senders as store


class Senders(Desk):
    """A message is taken only from an address that was admitted for the unit that it names."""

    def senders(self, actor: Actor) -> list[Sender]:
        """Every admitted system."""
        demand(actor, "read", "system")
        with self._floor.db.read() as conn:
            return store.senders(conn)

    def admit_sender(self, actor: Actor, address: str, unit_id: str) -> Sender:
        """Let the system at an address send for a unit; once admitted it stays so. Raises BadAddress, UnitNotFound."""
        demand(actor, "manage", "system")
        plain = plain_address(address)
        if plain is None:
            raise BadAddress(address=address[:64])
        new = Sender(plain, unit_id, actor.name, self._floor.now())

        def work(conn: Connection) -> Sender:
            unit = unit_or_refuse(conn, unit_id)
            if store.insert_sender(conn, new):
                self._note(conn, actor, "C", "sender.admit", plain, unit=unit.code)
            return new

        return self._floor.db.write(work)

    def remove_sender(self, actor: Actor, address: str, unit_id: str) -> None:
        """Take no more messages from an address for a unit. Raises SenderNotFound."""
        demand(actor, "manage", "system")

        def work(conn: Connection) -> None:
            if not store.delete_sender(conn, address, unit_id):
                raise SenderNotFound
            self._note(conn, actor, "D", "sender.remove", address, unit=unit_id)

        self._floor.db.write(work)

    def sending_unit(self, conn: Connection, facility: str, address: str) -> str:
        """The unit for which `address` sends, named by its code in MSH-4 or the only one that it may send for.

        Raises SenderUnknown, SenderNotAdmitted.
        """
        plain = plain_address(address) or address
        codes = {unit.code: unit.id for unit in places.units(conn)}
        admitted = set(store.units_of(conn, plain)) | {codes.get(self._settings.mllp_senders.get(plain, "").upper())}
        admitted.discard(None)
        named = codes.get(facility.upper()) if facility else next(iter(admitted), None) if len(admitted) == 1 else None
        if named is None:
            raise SenderUnknown(sender=facility[:32] or "MSH-4")
        if named not in admitted:
            raise SenderNotAdmitted(sender=facility[:32], address=plain[:64])
        return named
