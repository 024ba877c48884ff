"""The ledger: read, summed, compared with the audit chain."""

from collections.abc import Iterator
from dataclasses import dataclass

from foundation.access import Actor, demand
from recognition.api.deciding import Deciding
from recognition.api.room import digest
from recognition.errors import BadPeriod
from recognition.model import Row
from recognition.store import ledger
from recognition.store.ledger import Wanted
from recognition.summing import Group, Period, Sums, fold, period


@dataclass(frozen=True, slots=True)
class Soundness:
    """Whether every row is what the audit chain says; `first_bad` is the `seq` of the first that is not.

    `missing` counts rows that the chain knows and the ledger has lost.
    """

    rows: int
    first_bad: int | None
    missing: int

    @property
    def sound(self) -> bool:
        """Nothing was changed, added or lost."""
        return self.first_bad is None and not self.missing


class Bookkeeping(Deciding):
    """What was offered, opened, recognised and repeated."""

    def ledger(self, actor: Actor, wanted: Wanted) -> list[Row]:
        """The newest rows within reach: the own unit's, or the county's. Raises Forbidden."""
        demand(actor, "read", "ledger", actor.unit_id)
        with self._floor.db.read() as conn:
            return ledger.page(conn, actor, wanted)

    def rows_of(self, actor: Actor, name: str) -> Iterator[Row]:
        """Every row of a period within reach, the oldest first. Raises Forbidden, BadPeriod."""
        demand(actor, "read", "ledger", actor.unit_id)
        chosen = period_or_refuse(name)

        def rows() -> Iterator[Row]:
            with self._floor.db.read() as conn:
                yield from ledger.of_months(conn, actor, chosen.months)

        return rows()

    def sums(self, actor: Actor, name: str) -> Sums:
        """A month's or quarter's sums within reach. Raises Forbidden, BadPeriod."""
        demand(actor, "read", "ledger", actor.unit_id)
        chosen = period_or_refuse(name)
        with self._floor.db.read() as conn:
            groups = (
                Group(month, **{**one._mapping, "saved": int(one.saved)})
                for month in chosen.months
                for one in ledger.sums(conn, actor, month)
            )
            sums = fold(chosen, groups)
            for month in chosen.months:
                for unit_id, rows in ledger.results_of(conn, actor, month):
                    sums.results_of[unit_id] += rows
        return sums

    def verify_ledger(self, actor: Actor) -> Soundness:
        """Compare every row with the digest that the audit chain keeps of it. Raises Forbidden."""
        demand(actor, "review", "ledger")
        with self._floor.db.read() as conn:
            known = dict(ledger.chained(conn))
            rows, bad = 0, None
            for one in ledger.every(conn):
                rows += 1
                if known.pop(one.id, None) != digest(one) and bad is None:
                    bad = one.seq
        return Soundness(rows, bad, len(known))


def period_or_refuse(name: str) -> Period:
    """The period. Raises BadPeriod."""
    chosen = period(name)
    if chosen is None:
        raise BadPeriod(period=name[:16])
    return chosen
