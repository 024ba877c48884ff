"""What every part of the door stands on, and the ledger that every act is written into."""

import hashlib
from dataclasses import asdict, replace
from datetime import UTC, date, datetime

import rfc8785

from foundation import clock
from foundation.access import Actor
from foundation.audit import Entry
from foundation.clock import COUNTY_ZONE
from foundation.database import Connection
from foundation.floor import Floor
from foundation.ids import new_id
from foundation.live import News
from pacs_gateway.api import Gateway
from recognition.model import Act, Offer, Row
from recognition.reasons import Reason, listed
from recognition.settings import RecognitionSettings
from recognition.store import ledger
from registry.api import Registry
from reports.api import Reports

_UNWRITTEN = datetime(1970, 1, 1, tzinfo=UTC)


class Room:
    """The room's tools and neighbours."""

    def __init__(
        self, floor: Floor, registry: Registry, gateway: Gateway, reports: Reports, settings: RecognitionSettings
    ) -> None:
        self._floor = floor
        self._registry = registry
        self._gateway = gateway
        self._reports = reports
        self._settings = settings

    def reasons(self) -> list[Reason]:
        """The cases in which an examination may be repeated here."""
        return listed(self._settings.reasons, self._settings.reasons_file)

    def today(self) -> date:
        """The county's day."""
        return self._floor.now().astimezone(COUNTY_ZONE).date()

    def _now(self) -> datetime:
        """The present moment as it is stored: to the millisecond."""
        return clock.from_iso(clock.iso(self._floor.now()))

    def _write_row(self, conn: Connection, actor: Actor, act: Act, about: Row) -> None:
        """Add a row to the ledger, and its digest to the audit chain, in the write that does the act."""
        now = self._now()
        new = replace(about, id=new_id(), at=now, month=f"{now.astimezone(COUNTY_ZONE):%Y-%m}", act=act)
        ledger.add(conn, new)
        detail = {"sha256": digest(new), "order": new.order_id, "report": new.report_id}
        self._floor.audit.record(conn, actor, Entry("recognition", act.value, "C", "ledger", new.id, detail=detail))

    def _announce(self, conn: Connection, id_: str, *unit_ids: str) -> None:
        self._floor.live.announce(conn, News("recognition", id_, unit_ids))


def row(unit_id: str, **facts: object) -> Row:
    """A row of the ledger but for what is known when it is written: its id, time and act."""
    return Row("", _UNWRITTEN, "", Act.OFFERED, unit_id, **facts)  # type: ignore[arg-type]


def offer_row(offer: Offer, accession_number: str, **facts: object) -> Row:
    """The same about an offer."""
    known = {"order_id": offer.order_id, "offer_id": offer.id, "item_code": offer.item_code,
             "item_version": offer.item_version, "accession_number": accession_number}  # fmt: skip
    return row(offer.unit_id, **(known | facts))


def digest(one: Row) -> str:
    """SHA-256 over everything that a row says, RFC 8785; its place in the table aside."""
    facts = asdict(one) | {"at": clock.iso(one.at), "act": one.act.value}
    del facts["seq"]
    return hashlib.sha256(rfc8785.dumps(facts)).hexdigest()
