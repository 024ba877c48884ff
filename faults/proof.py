"""What became of what was acknowledged: the database and the disk are asked, past the product's doors."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from faults.outcome import Outcome
from faults.traffic import Ledger
from foundation.database import engine_for
from lianzhen.settings import Settings
from lianzhen.wiring import open_house

ENDLESS = "reading_queue.expire-leases"  # the one task that is always owed
OWED = f"SELECT count(*) FROM foundation_task WHERE state IN ('due', 'running') AND kind != '{ENDLESS}'"
PENDING = "SELECT count(*) FROM reports_delivery WHERE state != 'delivered'"
DELIVERING = "SELECT count(*) FROM foundation_task WHERE state IN ('due', 'running') AND kind = 'reports.deliver'"
TWICE = {
    "claimed twice": "SELECT entity_id FROM foundation_audit_event WHERE type = 'workitem' AND subtype = 'claim'"
    " GROUP BY entity_id HAVING count(*) > 1",
    "issued twice": "SELECT entity_id FROM foundation_audit_event WHERE type = 'report' AND subtype = 'approve'"
    " GROUP BY entity_id HAVING count(*) > 1",
    "read twice": "SELECT study_instance_uid FROM reading_queue_workitem WHERE state = 'COMPLETED'"
    " GROUP BY study_instance_uid, kind HAVING count(*) > 1",
    "asked for twice": "SELECT study_instance_uid FROM reading_queue_workitem WHERE state IN ('SCHEDULED',"
    " 'IN PROGRESS') GROUP BY study_instance_uid, kind HAVING count(*) > 1",
    "delivered twice": "SELECT report_id FROM reports_delivery GROUP BY report_id, number, unit_id HAVING count(*) > 1",
    "rendered twice": "SELECT report_id FROM reports_rendition GROUP BY report_id, number, profile HAVING count(*) > 1",
}
"""Effects that must be there once."""


class Books:
    """The database of a house under test."""

    def __init__(self, database: str) -> None:
        self._engine: Engine = engine_for(database)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with self._engine.connect() as conn:
            return [tuple(row) for row in conn.exec_driver_sql(query)]

    def column(self, query: str) -> list[Any]:
        """Its first column."""
        return [row[0] for row in self.rows(query)]

    def owed(self) -> int:
        """Tasks and deliveries that are still to be done."""
        return int(self.column(OWED)[0]) + int(self.column(PENDING)[0])

    def delivered(self) -> int:
        """Versions that are with their unit."""
        return int(self.column("SELECT count(*) FROM reports_delivery WHERE state = 'delivered'")[0])

    def delivering(self) -> int:
        """Deliveries that are on their way."""
        return int(self.column(DELIVERING)[0])

    def close(self) -> None:
        """Let go."""
        self._engine.dispose()


def prove(outcome: Outcome, ledger: Ledger, data: Path, database: str) -> None:
    """Fill in what was lost, doubled or corrupt; nobody may be at work any more."""
    books = Books(database)
    try:
        outcome.acknowledged = ledger.total()
        outcome.counts = ledger.counts()
        _lost(outcome, ledger, books)
        _doubled(outcome, ledger, books)
        _corrupt(outcome, books, data, database)
    finally:
        books.close()


def _lost(outcome: Outcome, ledger: Ledger, books: Books) -> None:
    ready = set(books.column("SELECT study_instance_uid FROM pacs_gateway_study WHERE state = 'ready'"))
    scheduled = set(books.column("SELECT study_instance_uid FROM reading_queue_workitem"))
    delivered = set(books.rows("SELECT report_id, number FROM reports_delivery WHERE state = 'delivered'"))
    claims = "SELECT entity_id FROM foundation_audit_event WHERE type = 'workitem' AND subtype = 'claim'"
    signed = "SELECT report_id FROM reports_signature WHERE role = '{}'"
    missing: dict[str, Iterable[object]] = {
        "order": set(ledger.orders) - set(books.column("SELECT id FROM registry_order")),
        "object": {one for one, _ in ledger.objects}
        - set(books.column("SELECT sop_instance_uid FROM pacs_gateway_instance")),
        "study not ready": ledger.studies - ready,
        "study not on the worklist": ledger.studies - scheduled,
        "claim": {uid for uid, _ in ledger.claims} - set(books.column(claims)),
        "writer's signature": set(ledger.submitted) - set(books.column(signed.format("writer"))),
        "reviewer's signature": {one for one, _ in ledger.approved} - set(books.column(signed.format("reviewer"))),
        "delivery": set(ledger.approved) - delivered,
    }
    for what, which in missing.items():
        found = sorted(map(str, which))
        outcome.lost += len(found)
        outcome.wrong += [f"lost: {what} {one}" for one in found[:3]]
    if owed := books.owed():
        outcome.wrong.append(f"{owed} tasks or deliveries are still owed")


def _doubled(outcome: Outcome, ledger: Ledger, books: Books) -> None:
    uids = [uid for uid, _ in ledger.claims]
    twice = {"claim acknowledged twice": [uid for uid in set(uids) if uids.count(uid) > 1]}
    twice |= {what: books.column(query) for what, query in TWICE.items()}
    for what, which in twice.items():
        outcome.doubled += len(which)
        outcome.wrong += [f"doubled: {what} {one}" for one in which[:3]]


def _corrupt(outcome: Outcome, books: Books, data: Path, database: str) -> None:
    """Objects by their digest, signed pages by theirs, the audit chain link by link."""
    opened = open_house(Settings.model_validate({"data": data, "database": database}), demo=True)
    try:
        bad = [f"object {digest}" for digest in opened.house.gateway.damaged()]
        if (broken := opened.floor.audit.verify()) is not None:
            bad.append(f"audit chain at {broken}")
    finally:
        opened.floor.close()
    for sha256 in books.column("SELECT sha256 FROM reports_rendition"):
        path = data / "reports" / sha256[:2] / f"{sha256}.pdf"
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            bad.append(f"signed page {sha256}")
    outcome.corrupt += len(bad)
    outcome.wrong += [f"corrupt: {one}" for one in bad[:3]]
