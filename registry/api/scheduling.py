"""Orders that wait for a device: what its worklist lists."""

from datetime import date, datetime, time, timedelta

from foundation.access import Actor
from foundation.audit import Entry, Outcome
from foundation.clock import COUNTY_ZONE
from registry.api.desk import Desk
from registry.model import Device, Order, alike
from registry.store import scheduled as store

_DAY = timedelta(days=1)


class Scheduling(Desk):
    """What is to be examined, where and on which day."""

    def scheduled(self, device: Device, since: date, until: date, modality: str = "", limit: int = 1000) -> list[Order]:
        """The open orders of the device's unit and kind for these days of the county, urgent first.

        `modality` narrows it to one that the device asks for; kinds of the same machine count as one.
        """
        kinds = alike(modality) if modality else frozenset[str]()
        if device.modality:
            kinds = kinds & alike(device.modality) if kinds else alike(device.modality)
            if not kinds:
                return []
        with self._floor.db.read() as conn:
            return store.waiting(conn, device.unit_id, kinds, midnight(since), midnight(until) + _DAY, limit)

    def asked_for_worklist(self, actor: Actor, aet: str, listed: int, code: str = "") -> None:
        """The trail of a worklist query: patients' names left the house, or the query was refused for `code`."""
        detail = {"aet": aet, "listed": listed, **({"code": code} if code else {})}
        outcome: Outcome = "4" if code else "0"
        self._floor.audit.note(actor, Entry("dicom", "worklist", "E", "device", actor.id, outcome, detail))

    def today(self) -> date:
        """The county's day."""
        return self._floor.now().astimezone(COUNTY_ZONE).date()


def midnight(day: date) -> datetime:
    """When the county's day begins."""
    return datetime.combine(day, time(), COUNTY_ZONE)
