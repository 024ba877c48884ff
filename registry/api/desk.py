"""What the desks of the registry share."""

from foundation.access import Actor
from foundation.audit import Action, Entry
from foundation.database import Connection
from foundation.floor import Floor
from registry.errors import ReasonNeeded, UnitNotFound
from registry.model import Unit
from registry.settings import RegistrySettings
from registry.store import places


class Desk:
    """One part of the registry's door."""

    def __init__(self, floor: Floor, settings: RegistrySettings) -> None:
        self._floor = floor
        self._settings = settings

    def _note(self, conn: Connection, actor: Actor, action: Action, what: str, id_: str, **detail: object) -> None:
        kind, _, subtype = what.partition(".")
        self._floor.audit.record(conn, actor, Entry("registry", subtype, action, kind, id_, detail=detail))


def unit_or_refuse(conn: Connection, unit_id: str) -> Unit:
    """The unit. Raises UnitNotFound."""
    unit = places.unit_by_id(conn, unit_id)
    if unit is None:
        raise UnitNotFound(unit=unit_id)
    return unit


def reason_or_refuse(reason: str) -> str:
    """Why somebody corrects, cancels, links or parts. Raises ReasonNeeded."""
    reason = reason.strip()
    if not 0 < len(reason) <= 200:
        raise ReasonNeeded
    return reason
