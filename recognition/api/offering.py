"""Offering: the results that could stand for an order, found in the write that places it and shown afresh each time."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from foundation.access import PRODUCT, Actor, Basis, demand, may, reach
from foundation.audit import Entry
from foundation.database import Connection
from foundation.errors import Forbidden
from foundation.ids import new_id
from foundation.policy import Action, Reach
from recognition import rules
from recognition.api.marking import Marking
from recognition.api.room import offer_row
from recognition.errors import OfferNotFound, ResultNotOffered
from recognition.model import Act, Offer, OfferState, Quality, Result, Row, Why
from recognition.rules import Asked
from recognition.store import ledger, offers, results
from registry.api import (
    Order,
    OrderCancelled,
    OrderNotFound,
    OrderPlaced,
    OrderStatus,
    PatientsLinked,
    PatientsParted,
    Unit,
)
from reports.api import Version

LOOKED_AT = 50  # newest results of a person that one question looks at


@dataclass(frozen=True, slots=True)
class Seen:
    """One result as it is laid before a doctor. `version` (the conclusion) is there once the doctor has opened it."""

    result: Result
    reasons: tuple[Why, ...]
    same_item: bool
    unit: Unit
    age_days: int
    validity_days: int | None
    valid_until: date | None
    quality: Quality | None
    devices: tuple[str, ...]
    opened_at: datetime | None = None
    version: Version | None = None


@dataclass(frozen=True, slots=True)
class Laid:
    """An order with everything that is known for its decision; without an offer, nothing counted when it was placed."""

    order: Order
    offer: Offer | None
    item_version: str
    price: int | None
    seen: tuple[Seen, ...]
    name_only: int

    @property
    def candidates(self) -> list[Seen]:
        """What counts at this moment."""
        return [one for one in self.seen if not one.reasons]

    @property
    def refused(self) -> list[Seen]:
        """What was found and does not count, with the reasons."""
        return [one for one in self.seen if one.reasons]


@dataclass(frozen=True, slots=True)
class Found:
    """What one look at the person's results gives."""

    asked: Asked
    item_version: str
    price: int | None
    judged: tuple[tuple[Result, tuple[Why, ...]], ...]
    units: dict[str, Unit]  # that made the results
    qualities: tuple[Quality, ...]  # of the devices that made them

    @property
    def counting(self) -> list[Result]:
        """The results that count."""
        return [one for one, why in self.judged if not why]


class Offering(Marking):
    """What could count instead of an examination."""

    # inside other rooms' writes

    def on_order_placed(self, conn: Connection, news: OrderPlaced) -> None:
        """Look for results that count; with one, lay an offer, and hold the order unless it is an emergency."""
        order = self._registry.order_in(conn, news.order_id)
        known = offers.of_order(conn, order.id)
        if known is not None and known.state is not OfferState.VOID:
            if known.item_code == order.item_code:
                waits = known.state is OfferState.OPEN and not order.urgent
                self._registry.await_decision(conn, order.id, awaits=waits)
                return
            self._void(conn, order, known)
        self._lay(conn, order)

    def _lay(self, conn: Connection, order: Order) -> None:
        """The offer for an order that has none, when something counts."""
        found = self._look(conn, order)
        if not found.counting:
            self._registry.await_decision(conn, order.id, awaits=False)
            return
        new = Offer(
            id=new_id(),
            order_id=order.id,
            unit_id=order.requesting_unit_id,
            patient_uid=order.patient.id,
            item_code=order.item_code,
            item_version=found.item_version,
            candidates=tuple(one.report_id for one in found.counting),
            emergency=order.urgent,
            offered_at=self._now(),
        )
        offers.insert_offer(conn, new)
        first = found.counting[0]
        about = offer_row(new, order.accession_number, result_unit_id=first.unit_id, report_id=first.report_id,
                          report_number=first.number)  # fmt: skip
        self._write_row(conn, PRODUCT, Act.OFFERED, about)
        self._registry.await_decision(conn, order.id, awaits=not order.urgent)
        self._announce(conn, new.id, new.unit_id)

    def on_order_cancelled(self, conn: Connection, news: OrderCancelled) -> None:
        """An order that was taken back needs no decision."""
        known = offers.of_order(conn, news.order_id)
        if known is not None:
            self._void(conn, self._registry.order_in(conn, news.order_id), known)
            self._registry.await_decision(conn, news.order_id, awaits=False)

    def on_patients_linked(self, conn: Connection, news: PatientsLinked) -> None:
        """What one registration brought may count for what was ordered for the other before the two were linked."""
        for order in self._orders_of(conn, news.one, news.other):
            known = offers.of_order(conn, order.id)
            if order.status is OrderStatus.REQUESTED and (known is None or known.state is OfferState.VOID):
                self._lay(conn, order)

    def on_patients_parted(self, conn: Connection, news: PatientsParted) -> None:
        """An open offer that stood on the link alone is void, and its order may go to the device.

        A decision that was made stands: it is in the ledger, with the doctor who made it.
        """
        for order in self._orders_of(conn, news.one, news.other):
            known = offers.of_order(conn, order.id)
            if known is None or known.state is not OfferState.OPEN:
                continue
            found = self._look(conn, order)
            strange = set(known.candidates) - {one.report_id for one, _ in found.judged}
            if strange and not found.counting:
                self._void(conn, order, known)
                self._registry.await_decision(conn, order.id, awaits=False)

    def _orders_of(self, conn: Connection, *patient_uids: str) -> list[Order]:
        """Every order of these persons."""
        uids = {one.id for uid in patient_uids for one in self._registry.person_of(conn, uid)}
        return self._registry.every_order_of(conn, uids)

    def _void(self, conn: Connection, order: Order, known: Offer) -> None:
        if offers.decide(conn, replace(known, state=OfferState.VOID, decided_at=self._now())):
            self._write_row(conn, PRODUCT, Act.VOID, offer_row(known, order.accession_number))
            self._announce(conn, known.id, known.unit_id)

    # looking

    def _look(self, conn: Connection, order: Order) -> Found:
        """Judge the newest results of the order's person by the rules of today."""
        today = self.today()
        equal = self._registry.equivalents_on(conn, order.item_code, today)
        unit = self._registry.unit_in(conn, order.requesting_unit_id)
        persons = frozenset(one.id for one in self._registry.person_of(conn, order.patient.id))
        asked = Asked(
            {one.code: one.validity_days for one in equal},
            today,
            persons,
            unit.level.value,
            self._settings.higher_accepts_lower,
        )
        known = [
            one
            for one in results.of_persons(conn, persons, LOOKED_AT)
            if one.study_instance_uid != order.study_instance_uid
        ]
        own = equal[0] if equal else None
        qualities = tuple(results.of_devices(conn, {device for one in known for device in one.devices}))
        units = {one: self._registry.unit_in(conn, one) for one in {one.unit_id for one in known}}
        judged = tuple((one, rules.reasons(one, asked, qualities, units[one.unit_id].level.value)) for one in known)
        version = own.id if own else order.item_version or ""
        return Found(asked, version, own.price if own else None, judged, units, qualities)

    # asked for

    def offers(self, actor: Actor, state: str, limit: int = 50) -> tuple[list[tuple[Offer, Order]], int]:
        """The newest offers of the actor's unit with their orders, and how many wait. Raises Forbidden."""
        demand(actor, "read", "recognition", actor.unit_id)
        states = {"open": (OfferState.OPEN,), "decided": (OfferState.RECOGNISED, OfferState.REPEATED)}
        with self._floor.db.read() as conn:
            found = offers.page(conn, actor, states.get(state, tuple(OfferState)), max(1, min(limit, 200)))
            pairs = [(one, self._registry.order_in(conn, one.order_id)) for one in found]
            return pairs, offers.waiting(conn, actor)

    def laid(self, actor: Actor, order_id: str) -> Laid:
        """What counts for an order at this moment, and what does not and why. Raises OfferNotFound, Forbidden."""
        with self._floor.db.read() as conn:
            laid = self._laid(conn, actor, self._own_order(conn, actor, "read", order_id))
        entry = Entry("recognition", "show", "R", "order", order_id, detail={"results": len(laid.seen)})
        self._floor.audit.note(actor, entry)
        return laid

    def _own_order(self, conn: Connection, actor: Actor, action: Action, order_id: str) -> Order:
        try:
            order = self._registry.order_in(conn, order_id)
        except OrderNotFound:
            raise OfferNotFound from None
        self._own(actor, action, order.requesting_unit_id)
        return order

    def _own(self, actor: Actor, action: Action, unit_id: str) -> None:
        """Raises Forbidden for a role that never may, OfferNotFound for another unit's."""
        if may(actor, action, "recognition", unit_id):
            return
        if reach(actor, action, "recognition") is Reach.NOTHING:
            raise Forbidden
        raise OfferNotFound

    def _laid(self, conn: Connection, actor: Actor, order: Order) -> Laid:
        offer = offers.of_order(conn, order.id)
        found = self._look(conn, order)
        opened = self._opened_by(conn, actor, offer)
        devices = {one.id: one.name for one in self._registry.every_device(conn)} if found.judged else {}
        seen = tuple(
            self._seen(conn, found, (one, why), (opened.get(one.report_id), devices)) for one, why in found.judged
        )
        name_only = results.of_persons(conn, self._registry.namesakes(conn, order.patient.id), LOOKED_AT)
        return Laid(order, offer, found.item_version, found.price, seen, len(name_only))

    def _opened_by(self, conn: Connection, actor: Actor, offer: Offer | None) -> dict[str, datetime]:
        """When this actor opened which result for this offer."""
        if offer is None:
            return {}
        rows = ledger.of_offer(conn, offer.id)
        return {one.report_id: one.at for one in rows if one.act is Act.OPENED and one.doctor_id == actor.id}

    def _seen(
        self,
        conn: Connection,
        found: Found,
        judged: tuple[Result, tuple[Why, ...]],
        shown: tuple[datetime | None, dict[str, str]],
    ) -> Seen:
        asked, (one, why), (opened_at, devices) = found.asked, judged, shown
        mine = (known for known in found.qualities if known.device_id in one.devices)
        holding = sorted((known for known in mine if known.holds(one.examined_on)), key=lambda known: known.last_day)
        version = self._reports.version_in(conn, one.report_id, one.number)[1] if opened_at else None
        known = Why.FUTURE not in why
        return Seen(
            result=one,
            reasons=why,
            same_item=one.item_code == next(iter(asked.validity), ""),
            unit=found.units[one.unit_id],
            age_days=(asked.today - one.examined_on).days,
            validity_days=asked.validity.get(one.item_code),
            valid_until=rules.valid_until(one, asked) if known else None,
            quality=holding[-1] if holding else None,
            devices=tuple(devices.get(device, device) for device in one.devices),
            opened_at=opened_at,
            version=version,
        )

    # opening

    def open_result(self, actor: Actor, offer_id: str, report_id: str) -> Seen:
        """Open a result of the order's person to this doctor, on the recognition basis; the ledger says so.

        Raises Forbidden, OfferNotFound, ResultNotOffered, NotExaminedHere.
        """

        def work(conn: Connection) -> Seen:
            offer, order = self._own_offer(conn, actor, offer_id)
            found = self._look(conn, order)
            pair = next(((one, why) for one, why in found.judged if one.report_id == report_id), None)
            if pair is None:
                raise ResultNotOffered
            result, why = pair
            self._open_patient(conn, actor, result)
            at = self._opened_by(conn, actor, offer).get(report_id)
            if at is None:
                at = self._now()
                self._write_row(conn, actor, Act.OPENED, decision_row(offer, order, actor, result))
            devices = {one.id: one.name for one in self._registry.every_device(conn)}
            return self._seen(conn, found, (result, why), (at, devices))

        return self._floor.db.write(work)

    def _open_patient(self, conn: Connection, actor: Actor, result: Result) -> None:
        """Open the patient unless this person can see it already."""
        granted = (Basis.RECOGNITION, result.patient_uid) in actor.granted
        if result.unit_id != actor.unit_id and not granted:
            self._registry.open_patient_in(conn, actor, result.patient_uid, Basis.RECOGNITION)

    def _own_offer(self, conn: Connection, actor: Actor, offer_id: str) -> tuple[Offer, Order]:
        """An offer of the actor's unit that the actor may decide. Raises Forbidden, OfferNotFound."""
        offer = offers.by_id(conn, offer_id)
        if offer is None:
            self._own(actor, "update", actor.unit_id)
            raise OfferNotFound
        self._own(actor, "update", offer.unit_id)
        return offer, self._registry.order_in(conn, offer.order_id)


def decision_row(offer: Offer, order: Order, actor: Actor, result: Result | None, **facts: object) -> Row:
    """A row about what a doctor did with an offer."""
    known: dict[str, object] = {"doctor_id": actor.id, "doctor_name": actor.name}
    if result is not None:
        known |= {"result_unit_id": result.unit_id, "report_id": result.report_id, "report_number": result.number}
    return offer_row(offer, order.accession_number, **(known | facts))
