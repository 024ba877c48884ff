"""The catalogue of items: what can be ordered on which day, imported from a file."""

from datetime import date

from foundation.access import Actor, demand
from foundation.clock import COUNTY_ZONE
from foundation.database import Connection
from foundation.ids import new_id
from foundation.live import News
from registry.api.desk import Desk
from registry.errors import CatalogueFaulty, ItemNotFound
from registry.items import ImportPlan, Item, plan, read_csv
from registry.sheet import ImportFault
from registry.store import items as store


class Catalogue(Desk):
    """What can be ordered, in versions by effective date."""

    def items(self, on: date | None = None) -> list[Item]:
        """Everything that can be ordered on a day (today when none is given), by modality and code."""
        with self._floor.db.read() as conn:
            return store.items_at(conn, on or self._today())

    def item_at(self, code: str, on: date | None = None) -> Item:
        """The version of an item in force on a day. Raises ItemNotFound."""
        with self._floor.db.read() as conn:
            return self.item_in(conn, code, on)

    def item_in(self, conn: Connection, code: str, on: date | None = None) -> Item:
        """The same inside a write. Raises ItemNotFound."""
        found = store.item_at(conn, code, on or self._today())
        if found is None:
            raise ItemNotFound(item=code[:32])
        return found

    def item_on(self, conn: Connection, code: str, on: date) -> Item | None:
        """The version of an item in force on a day, None when there is none."""
        return store.item_at(conn, code, on)

    def item_version(self, conn: Connection, version_id: str) -> Item:
        """The version that an order or a decision kept. Raises ItemNotFound."""
        found = store.version(conn, version_id)
        if found is None:
            raise ItemNotFound(item=version_id[:36])
        return found

    def equivalents(self, conn: Connection, code: str, on: date) -> list[Item]:
        """The versions in force on a day that answer the same question as `code`, its own first.

        Raises ItemNotFound.
        """
        own = self.item_in(conn, code, on)
        same = [one for one in store.items_at(conn, on) if own.group and one.group == own.group and one.code != code]
        return [own, *same]

    def equivalents_on(self, conn: Connection, code: str, on: date) -> list[Item]:
        """The same, and nothing when no version of the item is in force."""
        return self.equivalents(conn, code, on) if store.item_at(conn, code, on) else []

    def item_versions(self) -> dict[str, tuple[str, str]]:
        """Name and first day of every version of every item, by its id."""
        with self._floor.db.read() as conn:
            return {one.id: (one.name, one.effective_from.isoformat()) for one in store.versions(conn)}

    def item_names(self) -> dict[str, str]:
        """The newest name of every item, by code."""
        with self._floor.db.read() as conn:
            return {one.code: one.name for one in store.versions(conn)}

    def catalogue(self, actor: Actor, code: str = "") -> list[Item]:
        """Every version of one item or of all, for the catalogue's page."""
        demand(actor, "read", "item", actor.unit_id)
        with self._floor.db.read() as conn:
            return store.versions(conn, code)

    def plan_import(self, actor: Actor, data: bytes) -> ImportPlan:
        """What importing a file would do, and every fault in it; nothing is written."""
        demand(actor, "manage", "item")
        rows, faults = read_csv(data)
        with self._floor.db.read() as conn:
            return _planned(conn, rows, faults)

    def import_items(self, actor: Actor, data: bytes) -> ImportPlan:
        """Import a file whole or not at all. Raises CatalogueFaulty."""
        demand(actor, "manage", "item")
        rows, faults = read_csv(data)

        def work(conn: Connection) -> ImportPlan:
            planned = _planned(conn, rows, faults)
            if planned.faults:
                first = planned.faults[0]
                count, column = len(planned.faults), first.column or "–"
                raise CatalogueFaulty(faults=count, row=first.row, column=column, reason=first.reason)
            self._keep(conn, actor, planned)
            return planned

        return self._floor.db.write(work)

    def _keep(self, conn: Connection, actor: Actor, planned: ImportPlan) -> None:
        for item, last_day in planned.ended:
            store.end_item(conn, item.id, last_day)
        store.insert_items(conn, planned.added)
        detail = {"added": [f"{one.code} {one.effective_from}" for one in planned.added]}
        ended = [f"{one.code} {last_day}" for one, last_day in planned.ended]
        if planned.added or planned.ended:
            self._note(conn, actor, "C", "item.import", "catalogue", **detail, ended=ended)
            self._floor.live.announce(conn, News("item", "catalogue"))

    def _today(self) -> date:
        return self._floor.now().astimezone(COUNTY_ZONE).date()


def _planned(conn: Connection, rows: list[tuple[int, Item]], faults: list[ImportFault]) -> ImportPlan:
    planned = plan(rows, store.versions(conn), new_id)
    both = sorted((*faults, *planned.faults), key=lambda fault: fault.row)
    return ImportPlan(planned.added, planned.ended, planned.unchanged, tuple(both))
