"""The monthly export: made from the ledger alone, the same whenever it is made again."""

from typing import Literal

from foundation.access import Actor, demand
from foundation.audit import Entry
from recognition.api.bookkeeping import period_or_refuse
from recognition.api.embedding import Embedding
from recognition.errors import BadPeriod, MonthNotOver
from recognition.profile import Names, as_csv, as_json, lines
from recognition.store import ledger
from registry.api import UnitKind


class Exporting(Embedding):
    """What a regional platform is handed."""

    def export_month(self, actor: Actor, month: str, form: Literal["csv", "json"]) -> bytes:
        """The month's decisions by the documented profile. Raises Forbidden, BadPeriod, MonthNotOver."""
        demand(actor, "review", "ledger")
        chosen = period_or_refuse(month)
        if len(chosen.months) != 1:
            raise BadPeriod(period=month)
        if chosen.last >= self.today():
            raise MonthNotOver(month=month)
        units = self._registry.units()
        county = next((one.code for one in units if one.kind is UnitKind.LEAD), "")
        with self._floor.db.read() as conn:
            names = Names({one.id: one.code for one in units}, self._registry.item_versions())
            found = lines(ledger.of_months(conn, actor, chosen.months), names)
        facts = {"month": month, "format": form, "rows": len(found)}
        self._floor.audit.note(actor, Entry("recognition", "export", "R", "ledger-file", month, detail=facts))
        return as_json(month, county, found) if form == "json" else as_csv(found)
