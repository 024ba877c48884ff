"""Telling: a recognised result was corrected or withdrawn, and everybody who relied on it hears and answers."""

from dataclasses import replace

from foundation.access import PRODUCT, Actor, demand
from foundation.database import Connection
from foundation.ids import new_id
from recognition.api.bookkeeping import Bookkeeping
from recognition.api.room import offer_row, row
from recognition.errors import NoticeAcknowledged, NoticeNotFound
from recognition.model import Act, Notice, Offer
from recognition.store import offers, results
from registry.api import Order
from reports.api import ReportRevised

NOTE_LIMIT = 500


class Telling(Bookkeeping):
    """Notices with acknowledgement."""

    def on_report_revised(self, conn: Connection, news: ReportRevised) -> None:
        """Tell every doctor and unit that recognised the report, in the write that revises it."""
        relying = offers.relying_on(conn, news.report_id)
        if not relying:
            return
        _, version = self._reports.version_in(conn, news.report_id, news.number)
        for offer in relying:
            order = self._registry.order_in(conn, offer.order_id)
            for doctor in (offer.decided_by, ""):
                told = Notice(
                    id=new_id(),
                    report_id=news.report_id,
                    number=news.number,
                    relied_on=offer.report_number,
                    status=news.status,
                    why=version.says.reason,
                    order_id=offer.order_id,
                    unit_id=offer.unit_id,
                    doctor_id=doctor,
                    patient_uid=offer.patient_uid,
                    made_at=self._now(),
                )
                self._tell(conn, told, offer, order)
            self._announce(conn, offer.id, offer.unit_id)

    def _tell(self, conn: Connection, told: Notice, offer: Offer, order: Order) -> None:
        if not offers.insert_notice(conn, told):
            return
        name = offer.decided_name if told.doctor_id else ""
        about = offer_row(
            offer, order.accession_number, doctor_id=told.doctor_id, doctor_name=name, report_id=told.report_id,
            report_number=told.number,
        )  # fmt: skip
        self._write_row(conn, PRODUCT, Act.TOLD_UNIT, about)

    def notices(
        self, actor: Actor, *, open_only: bool = False, limit: int = 50
    ) -> tuple[list[tuple[Notice, Order]], int]:
        """The newest notices to the actor and the actor's unit with their orders, and how many wait."""
        demand(actor, "update", "recognition", actor.unit_id)
        with self._floor.db.read() as conn:
            found = offers.notices(conn, actor, open_only=open_only, limit=max(1, min(limit, 200)))
            pairs = [(one, self._registry.order_in(conn, one.order_id)) for one in found]
            return pairs, offers.open_notices(conn, actor)

    def study_of(self, report_id: str) -> str:
        """The study of a result; empty when it is none."""
        with self._floor.db.read() as conn:
            found = results.by_report(conn, report_id)
        return found.study_instance_uid if found else ""

    def acknowledge(self, actor: Actor, notice_id: str, note: str = "") -> tuple[Notice, Order]:
        """Say that it was read: a doctor's by that doctor, a unit's by any doctor of it.

        Raises Forbidden, NoticeNotFound, NoticeAcknowledged.
        """
        demand(actor, "update", "recognition", actor.unit_id)

        def work(conn: Connection) -> tuple[Notice, Order]:
            known = offers.notice_by_id(conn, notice_id)
            if known is None or known.doctor_id not in {"", actor.id}:
                raise NoticeNotFound
            if not known.doctor_id and known.unit_id != actor.unit_id:
                raise NoticeNotFound
            done = replace(
                known, acknowledged_at=self._now(), acknowledged_by=actor.id, acknowledged_name=actor.name,
                note=" ".join(note.split())[:NOTE_LIMIT],
            )  # fmt: skip
            if not offers.acknowledge(conn, done):
                raise NoticeAcknowledged(by=known.acknowledged_name)
            order = self._registry.order_in(conn, known.order_id)
            about = row(
                known.unit_id, order_id=known.order_id, accession_number=order.accession_number,
                item_code=order.item_code, doctor_id=actor.id, doctor_name=actor.name, report_id=known.report_id,
                report_number=known.number, note=done.note,
            )  # fmt: skip
            self._write_row(conn, actor, Act.ACKNOWLEDGED, about)
            self._announce(conn, notice_id, known.unit_id)
            return done, order

        return self._floor.db.write(work)
