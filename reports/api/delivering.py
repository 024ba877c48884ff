"""Delivering: what is owed to whom, the inbox, the receipt. Apart from the report's own status."""

from typing import Any

from foundation import clock
from foundation.access import Actor, demand, may
from foundation.audit import Entry
from foundation.database import Connection
from foundation.floor import Floor
from foundation.ids import new_id
from foundation.live import News
from foundation.tasks import Payload
from pacs_gateway.api import Gateway
from reading_queue.api import ReadingQueue
from registry.api import Registry
from reports.api.room import Room
from reports.errors import ReportNotFound
from reports.events import ReportDelivered, ReportRead
from reports.model import Delivery, DeliveryState, Report
from reports.settings import ReportsSettings
from reports.store import deliveries, reports

DELIVER = "reports.deliver"
INBOX = "inbox"
PAGE_LIMIT = 100


class Delivering(Room):
    """The clinic's side."""

    def __init__(
        self, floor: Floor, registry: Registry, gateway: Gateway, queue: ReadingQueue, settings: ReportsSettings
    ) -> None:
        super().__init__(floor, registry, gateway, queue, settings)
        floor.tasks.register(DELIVER, self._deliver)

    def _owe(self, conn: Connection, report_id: str, number: int, unit_id: str) -> None:
        """Owe a unit a version, in the write that issues it."""
        new = Delivery(new_id(), report_id, number, unit_id, INBOX, DeliveryState.PENDING)
        deliveries.owe(conn, new, self._now())
        self._floor.tasks.owe(conn, DELIVER, {"delivery_id": new.id}, key=f"{DELIVER}:{new.id}")

    def _deliver(self, payload: Payload) -> None:
        """Bring a signed version to the unit that it is owed to."""

        def work(conn: Connection) -> None:
            one = deliveries.by_id(conn, payload["delivery_id"])
            if one is None or not deliveries.delivered(conn, one.id, self._now()):
                return
            self._floor.bus.publish(conn, ReportDelivered(one.report_id, one.number, one.unit_id))
            self._floor.live.announce(conn, News("inbox", one.report_id, (one.unit_id,)))

        self._floor.db.write(work)

    def inbox(
        self, actor: Actor, *, unread_only: bool = False, q: str = "", patient_uids: tuple[str, ...] = (),
        limit: int = 50, cursor: str = "",
    ) -> dict[str, Any]:  # fmt: skip
        """`{"items", "unread", "next_cursor"}` of the actor's unit, the newest first. Raises Forbidden.

        `q` stands in the name or a number; what belongs to `patient_uids` is found as well.
        """
        demand(actor, "read", "delivery", actor.unit_id)
        limit = max(1, min(limit, PAGE_LIMIT))
        with self._floor.db.read() as conn:
            rows = deliveries.inbox(conn, actor, (unread_only, q.strip(), limit + 1, cursor), patient_uids)
            unread = deliveries.unread(conn, actor)
            before = deliveries.opened_before(conn, actor.unit_id, [row["report_id"] for row in rows])
        items = [_inbox_item(row, before.get(row["report_id"])) for row in rows[:limit]]
        return {"items": items, "unread": unread, "next_cursor": rows[limit - 1]["id"] if len(rows) > limit else None}

    def receipt(self, actor: Actor, report_id: str) -> None:
        """The first opening by the actor's unit: who and when. Later ones change nothing. Raises ReportNotFound."""
        demand(actor, "update", "delivery", actor.unit_id)
        with self._floor.db.read() as conn:
            report = reports.by_id(conn, report_id)
        if report is None or report.issued_number is None or actor.unit_id not in report.unit_ids:
            raise ReportNotFound
        self._opened(actor, report, report.issued_number)

    def _opened(self, actor: Actor, report: Report, number: int) -> None:
        """Record the receipt if this actor's opening is one. A system that fetches has not read."""
        if actor.id.startswith("token:") or not may(actor, "update", "delivery", *report.unit_ids):
            return

        def work(conn: Connection) -> None:
            if not deliveries.read_by(conn, actor, report.id, number, self._now()):
                return
            detail = {"number": number}
            self._floor.audit.record(conn, actor, Entry("report", "receipt", "U", "report", report.id, detail=detail))
            self._floor.bus.publish(conn, ReportRead(report.id, number, actor.unit_id, actor.id))
            self._floor.live.announce(conn, News("inbox", report.id, (actor.unit_id,)))

        self._floor.db.write(work)


def _inbox_item(row: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    """`replaces` is the notice: which version the unit had, whether somebody had opened it, why there is another."""
    names = ("report_id", "number", "status", "patient", "modality", "accession_number", "impression", "positive",
             "study_instance_uid", "reviewer")  # fmt: skip
    read_at = row["read_at"]
    return {
        **{name: row[name] for name in names},
        "description": row["title"],
        "reader": row["writer"],
        "issued_at": clock.iso(row["issued_at"]),
        "delivered_at": clock.iso(row["delivered_at"]),
        "unread": read_at is None,
        "read_at": clock.iso(read_at) if read_at else None,
        "read_by": row["read_by_name"],
        "replaces": before
        and {
            "number": before["number"],
            "read_at": clock.iso(before["read_at"]) if before["read_at"] else None,
            "read_by": before["read_by_name"],
            "reason": row["issued_reason"] or "",
        },
    }
