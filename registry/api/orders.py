"""Orders: what was asked for, corrected, taken back, and which study answered."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from foundation.access import PRODUCT, Actor, demand
from foundation.database import Connection
from foundation.ids import new_accession_number, new_id
from foundation.live import News
from registry.api.catalogue import Catalogue
from registry.api.desk import reason_or_refuse, unit_or_refuse
from registry.errors import (
    AccessionNumberTaken,
    BadAccessionNumber,
    OrderNotFound,
    OrderStepRefused,
    PatientNotFound,
)
from registry.events import OrderCancelled, OrderPlaced
from registry.items import Item
from registry.model import NewOrder, Order, OrderChange, OrderStatus, OrderStep, after, given, valid_short
from registry.store import orders as store
from registry.store import patients

_ATTEMPTS = 3  # of ten random characters: a second collision does not happen


class Orders(Catalogue):
    """What was ordered, under which accession number, and which study answered it."""

    def create_order(self, actor: Actor, new: NewOrder) -> Order:
        """Order an examination for a registered patient, in the name of the unit that issued the patient's id.

        Raises PatientNotFound, ItemNotFound, BadAccessionNumber, AccessionNumberTaken.
        """
        if new.accession_number and not (valid_short(new.accession_number) and new.accession_number.isascii()):
            raise BadAccessionNumber(accession_number=new.accession_number[:64])
        return self._floor.db.write(lambda conn: self.create_order_in(conn, actor, new))

    def create_order_in(self, conn: Connection, actor: Actor, new: NewOrder) -> Order:
        """The same inside a write, for an accession number whose form was checked."""
        item = self.item_in(conn, new.item_code)
        patient = patients.patient_by_id(conn, new.patient_uid)
        if patient is None:
            raise PatientNotFound(patient=new.patient_uid)
        demand(actor, "create", "order", patient.issuer)
        code = unit_or_refuse(conn, patient.issuer).code
        given = new.accession_number
        for number in [given] if given else [new_accession_number(code) for _ in range(_ATTEMPTS)]:
            order = Order(
                id=new_id(),
                accession_number=number,
                issuer=patient.issuer,
                patient=patient,
                **_ordered(item),
                priority=new.priority,
                history=new.history,
                requesting_unit_id=patient.issuer,
                requested_by=actor.id,
                requested_at=self._floor.now(),
                status=OrderStatus.REQUESTED,
                study_instance_uid=None,
                visit_type=new.visit_type,
                demo=new.demo,
            )
            if store.insert_order(conn, order):
                self._note(conn, actor, "C", "order.create", order.id, accession_number=number, item=item.code)
                self._announce(conn, order)
                self._floor.bus.publish(conn, OrderPlaced(order.id))
                return _order(conn, order.id)
        raise AccessionNumberTaken(accession_number=given)

    def orders(self, actor: Actor, q: str = "", status: OrderStatus | None = None, limit: int = 50) -> list[Order]:
        """The newest orders within reach; `q` begins a name or patient id, or is an accession number."""
        demand(actor, "read", "order", actor.unit_id)
        with self._floor.db.read() as conn:
            return store.orders(conn, actor, q.strip(), status, min(limit, 200))

    def order(self, actor: Actor, order_id: str) -> Order:
        """One order within reach. Raises OrderNotFound."""
        with self._floor.db.read() as conn:
            order = _order(conn, order_id)
        demand(actor, "read", "order", order.requesting_unit_id, patient=order.patient.id)
        return order

    def orders_of(self, actor: Actor, patient_uids: Collection[str], limit: int = 100) -> list[Order]:
        """The newest orders of these patients within reach."""
        demand(actor, "read", "order", actor.unit_id)
        with self._floor.db.read() as conn:
            return store.orders_of(conn, actor, patient_uids, min(limit, 500))

    def correct_order(self, actor: Actor, order_id: str, change: OrderChange, reason: str) -> Order:
        """Correct an order for which nothing was received; the audit trail keeps what it was.

        Raises ReasonNeeded, OrderNotFound, ItemNotFound, OrderStepRefused.
        """
        why = reason_or_refuse(reason)
        return self._floor.db.write(lambda conn: self.correct_order_in(conn, actor, order_id, change, why))

    def correct_order_in(self, conn: Connection, actor: Actor, order_id: str, change: OrderChange, why: str) -> Order:
        """The same inside a write, for a reason that was checked."""
        order = _order(conn, order_id)
        demand(actor, "update", "order", order.requesting_unit_id)
        if order.status is not OrderStatus.REQUESTED:
            raise OrderStepRefused(accession_number=order.accession_number, status=order.status.value)
        wanted = given(change)
        item = self.item_in(conn, wanted["item_code"]) if "item_code" in wanted else None
        changed = replace(order, **(wanted | (_ordered(item) if item else {})))
        store.update_order(conn, changed)
        before = {name: getattr(order, name) for name in wanted}
        self._note(conn, actor, "U", "order.correct", order_id, reason=why, before=before, after=wanted)
        self._announce(conn, changed)
        self._floor.bus.publish(conn, OrderPlaced(order_id))
        return _order(conn, order_id)

    def cancel_order(self, actor: Actor, order_id: str, reason: str) -> None:
        """Take back an order for which nothing was received. Raises ReasonNeeded, OrderNotFound, OrderStepRefused."""
        why = reason_or_refuse(reason)
        self._floor.db.write(lambda conn: self.cancel_order_in(conn, actor, order_id, why))

    def cancel_order_in(self, conn: Connection, actor: Actor, order_id: str, why: str) -> None:
        """The same inside a write, for a reason that was checked."""
        order = _order(conn, order_id)
        demand(actor, "update", "order", order.requesting_unit_id)
        self._step(conn, actor, order, OrderStep.CANCEL, cancel_reason=why)
        self._floor.bus.publish(conn, OrderCancelled(order_id))

    def order_in(self, conn: Connection, order_id: str) -> Order:
        """One order for other rooms, which check who asks. Raises OrderNotFound."""
        return _order(conn, order_id)

    def every_order_of(self, conn: Connection, patient_uids: Collection[str]) -> list[Order]:
        """Every order of these patients, the oldest first, for other rooms, which check who asks."""
        return store.every_order_of(conn, patient_uids)

    def await_decision(self, conn: Connection, order_id: str, *, awaits: bool) -> None:
        """Keep an order from the devices until somebody has decided, or let it go to them. Raises OrderNotFound."""
        order = _order(conn, order_id)
        if order.awaits_decision is not awaits:
            store.set_awaiting(conn, order_id, awaits=awaits)
            self._announce(conn, order)

    def recognised(self, conn: Connection, actor: Actor, order_id: str, report_id: str) -> None:
        """An earlier result counts: the order is closed without an examination. Raises OrderStepRefused."""
        self.await_decision(conn, order_id, awaits=False)
        self._step(conn, actor, _order(conn, order_id), OrderStep.RECOGNISE)
        self._note(conn, actor, "U", "order.closed-by", order_id, report=report_id)

    def received(self, conn: Connection, order_id: str, study_instance_uid: str) -> None:
        """A study answered this order. Raises OrderNotFound, OrderStepRefused."""
        self._step(conn, PRODUCT, _order(conn, order_id), OrderStep.RECEIVE, study_instance_uid=study_instance_uid)

    def reported(self, conn: Connection, order_id: str) -> None:
        """The order's report is signed. Raises OrderNotFound, OrderStepRefused."""
        self._step(conn, PRODUCT, _order(conn, order_id), OrderStep.REPORT)

    def _step(self, conn: Connection, actor: Actor, order: Order, step: OrderStep, **facts: str) -> None:
        status = after(order.status, step)
        if status is None:
            raise OrderStepRefused(accession_number=order.accession_number, status=order.status.value)
        study = facts.get("study_instance_uid", order.study_instance_uid)
        if (status, study) == (order.status, order.study_instance_uid):
            return
        store.set_status(conn, order.id, order.status, status, **facts)
        self._note(conn, actor, "U", f"order.{step.value}", order.id, **facts)
        self._announce(conn, order)

    def _announce(self, conn: Connection, order: Order) -> None:
        self._floor.live.announce(conn, News("order", order.id, (order.requesting_unit_id,)))


def _order(conn: Connection, order_id: str) -> Order:
    order = store.order_by_id(conn, order_id)
    if order is None:
        raise OrderNotFound(order=order_id)
    return order


def _ordered(item: Item) -> dict[str, Any]:
    """What an order keeps of the version it used."""
    return {
        "item_code": item.code,
        "item_name": item.name,
        "modality": item.modality,
        "body_part": item.body_part,
        "item_version": item.id,
    }
