"""Orders of hospital systems: taken once under the system's own number, changed or taken back under it."""

from collections.abc import Sequence
from dataclasses import replace

from foundation.access import Actor, demand
from foundation.database import Connection
from registry.api.orders import Orders
from registry.api.patients import Patients
from registry.errors import BadAccessionNumber, IncomingConflict, IncomingUnknown, OrderNotFound, PatientNotFound
from registry.intake import Act, Incoming, Known, Outcome, Taken
from registry.model import NewOrder, NewPatient, Order, OrderChange, OrderStatus, Patient, valid_short
from registry.store import incoming as store
from registry.store import orders, patients

_CHANGED = "医院系统更改 changed by the hospital system"
_CANCELLED = "医院系统撤销 cancelled by the hospital system"


class Intake(Orders, Patients):
    """What comes from other systems."""

    def take(self, actor: Actor, wanted: Sequence[Incoming]) -> list[Taken]:
        """Take every order of a message, or none: one write. The same content again changes nothing.

        Raises what registering and ordering raise, IncomingUnknown, IncomingConflict, OrderStepRefused.
        """
        prepared = self.prepared(actor, wanted)
        return self._floor.db.write(lambda conn: self.take_in(conn, actor, prepared))

    def take_all(
        self, actor: Actor, wanted: Sequence[Incoming], alone: Sequence[NewPatient]
    ) -> tuple[list[Taken], list[Patient]]:
        """The same with patients who come without an order: all of it, or nothing."""
        prepared, checked = self.prepared(actor, wanted), [self.checked(actor, one) for one in alone]

        def work(conn: Connection) -> tuple[list[Taken], list[Patient]]:
            registered = [self.register_in(conn, actor, one) for one in checked]
            return self.take_in(conn, actor, prepared), registered

        return self._floor.db.write(work)

    def prepared(self, actor: Actor, wanted: Sequence[Incoming]) -> list[tuple[Incoming, Patient]]:
        """The rules of form, checked outside the write. Raises BadAccessionNumber and what `checked` raises."""
        for one in wanted:
            if one.accession_number and not valid_short(one.accession_number):
                raise BadAccessionNumber(accession_number=one.accession_number[:64])
        return [(one, self.checked(actor, one.patient)) for one in wanted]

    def take_in(self, conn: Connection, actor: Actor, wanted: Sequence[tuple[Incoming, Patient]]) -> list[Taken]:
        """The same inside a write."""
        return [self._take(conn, actor, one, patient) for one, patient in wanted]

    def _take(self, conn: Connection, actor: Actor, one: Incoming, patient: Patient) -> Taken:
        known = store.known(conn, actor.unit_id, one.system, one.number)
        if known is None:
            if one.act is not Act.PLACE:
                raise IncomingUnknown(number=one.number)
            return self._place(conn, actor, one, patient)
        order = orders.order_by_id(conn, known.order_id)
        assert order is not None
        if one.act is Act.CANCEL:
            if patient.patient_id != order.patient.patient_id:
                raise IncomingConflict(number=one.number)
            return self._cancel(conn, actor, order, known)
        if known.digest == one.digest:
            return Taken(order, Outcome.UNCHANGED, known.version)
        return self._change(conn, actor, one, patient, (order, known))

    def _place(self, conn: Connection, actor: Actor, one: Incoming, patient: Patient) -> Taken:
        registered = self.register_in(conn, actor, patient)
        new = NewOrder(registered.id, one.item_code, one.priority, one.history, one.accession_number, one.visit_type)
        order = self.create_order_in(conn, actor, new)
        known = Known(actor.unit_id, one.system, one.number, order.id, one.digest, 1, self._floor.now())
        if not store.insert_known(conn, known):  # another process was first
            raise IncomingConflict(number=one.number)
        return Taken(order, Outcome.CREATED, 1)

    def _change(
        self, conn: Connection, actor: Actor, one: Incoming, patient: Patient, before: tuple[Order, Known]
    ) -> Taken:
        order, known = before
        other_number = one.accession_number and one.accession_number != order.accession_number
        if patient.patient_id != order.patient.patient_id or other_number:
            raise IncomingConflict(number=one.number)
        self.register_in(conn, actor, patient)
        wanted = OrderChange(one.item_code, one.priority, one.history, one.visit_type)
        changed = self.correct_order_in(conn, actor, order.id, wanted, _CHANGED)
        store.update_known(conn, known, one.digest, self._floor.now())
        return Taken(changed, Outcome.CHANGED, known.version + 1)

    def _cancel(self, conn: Connection, actor: Actor, order: Order, known: Known) -> Taken:
        if order.status is OrderStatus.CANCELLED:
            return Taken(order, Outcome.UNCHANGED, known.version)
        self.cancel_order_in(conn, actor, order.id, _CANCELLED)
        store.update_known(conn, known, known.digest, self._floor.now())
        return Taken(replace(order, status=OrderStatus.CANCELLED), Outcome.CANCELLED, known.version + 1)

    # what systems ask

    def known_order(self, actor: Actor, order_id: str) -> tuple[Order, Known | None]:
        """An order of the system's unit with the number it came under. Raises OrderNotFound."""
        with self._floor.db.read() as conn:
            order = orders.order_by_id(conn, order_id)
            if order is None:
                raise OrderNotFound(order=order_id[:36])
            demand(actor, "read", "order", order.requesting_unit_id)
            return order, store.known_of_order(conn, order.id)

    def orders_by_number(self, actor: Actor, system: str | None, number: str) -> list[tuple[Order, Known | None]]:
        """The unit's orders under a system's number; `system` None is any. Accession numbers count as well."""
        demand(actor, "read", "order", actor.unit_id)
        with self._floor.db.read() as conn:
            if system is not None:
                one = store.known(conn, actor.unit_id, system, number)
                found = [one] if one else []
            else:
                found = store.known_by_number(conn, actor.unit_id, number)
            pairs = [(orders.order_by_id(conn, one.order_id), one) for one in found]
        return [(order, one) for order, one in pairs if order is not None]

    def patient_by_number(self, actor: Actor, patient_id: str) -> Patient | None:
        """The unit's patient with this id."""
        demand(actor, "read", "patient", actor.unit_id)
        with self._floor.db.read() as conn:
            return patients.patient_by_key(conn, actor.unit_id, patient_id)

    def unit_patient(self, actor: Actor, patient_id: str) -> Patient:
        """The same. Raises PatientNotFound."""
        found = self.patient_by_number(actor, patient_id)
        if found is None:
            raise PatientNotFound(patient=patient_id[:64])
        return found
