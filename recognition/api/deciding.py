"""Deciding: an earlier result counts, or the examination is made again for a reason. One decision, once."""

from dataclasses import dataclass, replace

from foundation.access import Actor
from foundation.catalogue import say
from foundation.database import Connection
from recognition.api.offering import Found, Laid, Offering, decision_row
from recognition.errors import (
    AlreadyExamined,
    NoteNeeded,
    NotOpened,
    OfferDecided,
    PatientNotTold,
    ReasonUnknown,
    ResultChanged,
    ResultNotOffered,
    ResultNotRecognisable,
)
from recognition.model import Act, Offer, OfferState, Result, Why
from recognition.store import offers
from registry.api import Order, OrderStatus

NOTE_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Repeat:
    """Why the examination is made again, and whether the patient was told."""

    reason: str
    note: str
    told: bool


class Deciding(Offering):
    """The two clicks."""

    def recognise(self, actor: Actor, offer_id: str, report_id: str, number: int) -> Laid:
        """Let a result that the doctor has opened count: the order is closed without an examination.

        Everything is judged again inside the write. Raises Forbidden, OfferNotFound, OfferDecided, ResultNotOffered,
        ResultNotRecognisable, ResultChanged, NotOpened, AlreadyExamined.
        """

        def work(conn: Connection) -> Laid:
            offer, order = self._open_offer(conn, actor, offer_id)
            found = self._look(conn, order)
            result = _counting(found, report_id, number)
            if report_id not in self._opened_by(conn, actor, offer):
                raise NotOpened
            if order.status is not OrderStatus.REQUESTED:
                raise AlreadyExamined
            decided = replace(
                self._by(actor, offer, OfferState.RECOGNISED),
                report_id=report_id,
                report_number=number,
                item_version=found.item_version,
                saved=found.price or 0,
            )
            _settle(conn, decided)
            self._registry.recognised(conn, actor, order.id, report_id)
            self._write_row(
                conn, actor, Act.RECOGNISED, decision_row(decided, order, actor, result, saved=decided.saved)
            )
            self._announce(conn, offer.id, offer.unit_id)
            return self._laid(conn, actor, self._registry.order_in(conn, order.id))

        return self._floor.db.write(work)

    def repeat(self, actor: Actor, offer_id: str, wanted: Repeat) -> Laid:
        """Examine again: the order goes to the device.

        Raises Forbidden, OfferNotFound, OfferDecided, ReasonUnknown, NoteNeeded, PatientNotTold.
        """
        note = self._checked(wanted)

        def work(conn: Connection) -> Laid:
            offer, order = self._open_offer(conn, actor, offer_id)
            decided = replace(
                self._by(actor, offer, OfferState.REPEATED),
                item_version=self._look(conn, order).item_version,
                reason=wanted.reason,
                note=note,
                told=wanted.told,
            )
            _settle(conn, decided)
            self._registry.await_decision(conn, order.id, awaits=False)
            about = decision_row(decided, order, actor, None, reason=wanted.reason, note=note, told=wanted.told)
            self._write_row(conn, actor, Act.REPEATED, about)
            self._announce(conn, offer.id, offer.unit_id)
            return self._laid(conn, actor, self._registry.order_in(conn, order.id))

        return self._floor.db.write(work)

    def _checked(self, wanted: Repeat) -> str:
        """The note as it is kept. Raises ReasonUnknown, NoteNeeded, PatientNotTold."""
        reason = next((one for one in self.reasons() if one.code == wanted.reason), None)
        if reason is None:
            raise ReasonUnknown(reason=wanted.reason[:32])
        note = " ".join(wanted.note.split())[:NOTE_LIMIT]
        if reason.note and not note:
            raise NoteNeeded
        if reason.told and not wanted.told:
            raise PatientNotTold
        return note

    def _open_offer(self, conn: Connection, actor: Actor, offer_id: str) -> tuple[Offer, Order]:
        """An offer that waits for a decision. Raises Forbidden, OfferNotFound, OfferDecided."""
        offer, order = self._own_offer(conn, actor, offer_id)
        if offer.state is not OfferState.OPEN:
            raise OfferDecided(by=offer.decided_name, act=offer.state.value)
        return offer, order

    def _by(self, actor: Actor, offer: Offer, state: OfferState) -> Offer:
        return replace(offer, state=state, decided_at=self._now(), decided_by=actor.id, decided_name=actor.name)


def _counting(found: Found, report_id: str, number: int) -> Result:
    """The result, when it counts as it was seen. Raises ResultNotOffered, ResultNotRecognisable, ResultChanged."""
    pair = next(((one, why) for one, why in found.judged if one.report_id == report_id), None)
    if pair is None:
        raise ResultNotOffered
    result, why = pair
    if why:
        zh, en = "、".join(words(one) for one in why), "; ".join(words(one, "en") for one in why)
        raise ResultNotRecognisable(codes=",".join(why), reasons_zh=zh, reasons=en)
    if result.number != number:
        raise ResultChanged(number=result.number)
    return result


def _settle(conn: Connection, decided: Offer) -> None:
    if not offers.decide(conn, decided):
        now = offers.by_id(conn, decided.id)
        raise OfferDecided(by=now.decided_name if now else "", act=now.state.value if now else "")


def words(why: Why, language: str = "zh") -> str:
    """A reason in words."""
    return say(f"why-{why.value}", "en" if language == "en" else "zh")
