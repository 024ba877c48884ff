"""The page inside a hospital system: a ticket for one order and one doctor, for some minutes."""

import hashlib
import secrets
from datetime import datetime, timedelta

from foundation.access import Actor, demand, may
from foundation.audit import Entry
from foundation.database import Connection
from recognition.api.sharing import Sharing
from recognition.errors import NotOpened, NotTheDoctor, OfferNotFound, TicketExpired
from recognition.model import Ticket
from recognition.store import offers, shares
from registry.api import Order


class Embedding(Sharing):
    """What a hospital system shows in a frame of its own."""

    def ticket(self, actor: Actor, order_id: str, account: str) -> tuple[str, datetime]:
        """A ticket to the order for a doctor of the system's unit, and its end; the system asks, the doctor decides.

        Raises Forbidden, OfferNotFound, NotTheDoctor.
        """
        demand(actor, "read", "recognition", actor.unit_id)
        doctor = self._doctor(actor, account)
        with self._floor.db.read() as conn:
            order = self._own_order(conn, actor, "read", order_id)
        secret, now = secrets.token_urlsafe(32), self._now()
        new = Ticket(
            _digest(secret), order.id, doctor.id, actor.name, now + timedelta(minutes=self._settings.ticket_minutes)
        )

        def work(conn: Connection) -> None:
            shares.insert_ticket(conn, new, now)
            entry = Entry("recognition", "ticket", "C", "order", order.id, detail={"doctor": doctor.id})
            self._floor.audit.record(conn, actor, entry)

        self._floor.db.write(work)
        return secret, new.until

    def order_numbered(self, actor: Actor, accession_number: str) -> str:
        """The id of the own unit's order with this number. Raises OfferNotFound."""
        pairs = self._registry.orders(actor, accession_number)
        found = [one for one in pairs if one.accession_number == accession_number]
        if len(found) != 1:
            raise OfferNotFound
        return found[0].id

    def holder(self, secret: str, address: str | None) -> tuple[Actor, Order]:
        """The doctor behind a ticket, as they may act now, and the ticket's order. Raises TicketExpired."""
        with self._floor.db.read() as conn:
            known = shares.ticket_by(conn, _digest(secret))
            if known is None or known.until <= self._floor.now():
                raise TicketExpired
            order = self._registry.order_in(conn, known.order_id)
        person = self._registry.person(known.person_id)
        actor = self._registry.actor_of(person, address=f"{known.system} {address or ''}".strip()[:64])
        if not may(actor, "update", "recognition", order.requesting_unit_id):
            raise TicketExpired
        return actor, order

    def offer_of(self, order_id: str) -> str:
        """The id of an order's newest offer. Raises OfferNotFound."""
        with self._floor.db.read() as conn:
            found = offers.of_order(conn, order_id)
        if found is None:
            raise OfferNotFound
        return found.id

    def opened_picture(self, actor: Actor, order_id: str, report_id: str, place: int) -> tuple[bytes, str]:
        """The n-th picture of a result that the doctor has opened for this order. Raises NotOpened, NotFound."""
        with self._floor.db.read() as conn:
            offer = offers.of_order(conn, order_id)
            if report_id not in self._opened_by(conn, actor, offer):
                raise NotOpened
        opened = self._reports.report(actor, report_id)
        version = next(one for one in opened.versions if one.says.number == opened.report.issued_number)
        return self.picture(version, place)

    def _doctor(self, actor: Actor, account: str) -> Actor:
        """Raises NotTheDoctor."""
        person = self._registry.person_by_account(account)
        if person is None or not person.active or person.unit_id != actor.unit_id:
            raise NotTheDoctor(account=account[:64])
        doctor = self._registry.actor_of(person)
        if not may(doctor, "update", "recognition", actor.unit_id):
            raise NotTheDoctor(account=account[:64])
        return doctor


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
