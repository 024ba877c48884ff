"""A study meets its order: by what its header says, or by a person's word, which can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from foundation.access import PRODUCT, Actor, demand, may
from foundation.audit import Entry, Outcome
from foundation.clock import COUNTY_ZONE
from foundation.database import Connection
from foundation.errors import NotFound
from foundation.floor import Floor
from foundation.ids import uid_of
from foundation.live import News
from foundation.vocabulary import Priority
from pacs_gateway import store
from pacs_gateway.errors import NotLinked, ReasonMissing
from pacs_gateway.events import StudyMatched
from pacs_gateway.model import Match, StudySummary, study_modality
from pacs_gateway.store import Decided, StudyRow, matching, modalities
from registry.api import (
    LATE,
    WAITING,
    Doubt,
    How,
    Meeting,
    Order,
    OrderPlaced,
    Registry,
    Seen,
    agrees,
    is_patient,
    meets_late,
)

_OF_PRODUCT = "lianzhen"
LATE_ORDERS = timedelta(days=31)  # how long a study without an order is looked for


@dataclass(frozen=True, slots=True)
class Choice:
    """An order that a study may answer: whether its search came upon this one, and what agrees in the headers."""

    order: Order
    named: bool
    same_patient: bool
    same_name: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """A study with its header in full, what became of its search, and the orders that a person may choose from."""

    study: StudySummary
    match: Match | None
    orders: tuple[Choice, ...]


class Matching:
    """Which study answers which order."""

    def __init__(self, floor: Floor, registry: Registry) -> None:
        self._floor = floor
        self._registry = registry

    def matches(self, study_instance_uids: Sequence[str]) -> dict[str, Match]:
        """How these studies met their orders, or why not; for rooms that have checked who asks."""
        with self._floor.db.read() as conn:
            return matching.matches_of(conn, study_instance_uids)

    def unmatched(
        self, actor: Actor, *, everything: bool = False, limit: int = 100
    ) -> list[tuple[StudySummary, Match]]:
        """Studies within reach that wait for a person, the newest first; `everything` adds those without any order."""
        demand(actor, "read", "study", actor.unit_id)
        doubts = [doubt.value for doubt in (Doubt if everything else WAITING)]
        with self._floor.db.read() as conn:
            return [(store.summary(row), one) for row, one in matching.waiting(conn, actor, doubts, min(limit, 500))]

    def unmatched_count(self, actor: Actor) -> int:
        """How many wait for a person within reach."""
        with self._floor.db.read() as conn:
            return matching.waiting_count(conn, actor, [doubt.value for doubt in WAITING])

    def met(self, actor: Actor, *, limit: int = 100) -> list[tuple[StudySummary, Match]]:
        """Studies within reach that have met their order, the newest first."""
        demand(actor, "read", "study", actor.unit_id)
        with self._floor.db.read() as conn:
            return [(store.summary(row), one) for row, one in matching.met(conn, actor, min(limit, 500))]

    def choices(self, actor: Actor, study_instance_uid: str) -> Choices:
        """The study's header and the orders that it may answer, the likeliest first: those that its search came upon,
        then the same patient's, then the unit's open ones of these days. All in full, so the trail says who looked.

        Raises NotFound.
        """
        with self._floor.db.read() as conn:
            row = self._within_reach(conn, actor, study_instance_uid)
            match = matching.match_of(conn, study_instance_uid)
            named = self._registry.orders_in(conn, match.candidates if match else ())
        named = [one for one in named if may(actor, "read", "order", one.requesting_unit_id)]
        known = {one.id for one in named}
        others = [one for one in self._registry.candidates(actor, seen(row)) if one.id not in known]
        says = seen(row)
        found = tuple(
            Choice(one, one.id in known, is_patient(says, one), agrees(one.patient.name, row.patient_name))
            for one in (*named, *others)
        )
        detail = {"orders": [one.order.id for one in found]}
        self._floor.audit.note(actor, Entry("dicom", "order-choices", "R", "study", study_instance_uid, detail=detail))
        return Choices(store.summary(row), match, found)

    def link(self, actor: Actor, study_instance_uid: str, order_id: str, reason: str) -> None:
        """A person says which order the study answers. Another patient's order needs a reason.

        Raises NotFound, OrderNotFound, OrderStepRefused, ReasonMissing.
        """

        def work(conn: Connection) -> None:
            row = self._within_reach(conn, actor, study_instance_uid)
            order = self._registry.linkable(conn, actor, order_id, study_instance_uid)
            same = is_patient(seen(row), order)
            if not same and not reason.strip():
                raise ReasonMissing
            if row.order_id and row.order_id != order.id:
                self._registry.released(conn, actor, row.order_id)
            self._registry.received(conn, order.id, study_instance_uid)
            self._join(conn, row, order)
            facts = _facts(Meeting(order, How.PERSON))
            matching.keep_match(conn, row, facts, self._decided(actor))
            detail = {"order": order.id, "reason": reason[:200], "study_says": row.patient_name, "same_patient": same}
            self._tell(conn, actor, row, "link", detail)
            self._publish(conn, row, order)

        self._floor.db.write(work)

    def unlink(self, actor: Actor, study_instance_uid: str, reason: str) -> None:
        """A person takes a link back: study and order stand as before. Raises NotFound, NotLinked, OrderStepRefused."""

        def work(conn: Connection) -> None:
            row = self._within_reach(conn, actor, study_instance_uid)
            demand(actor, "create", "order", row.unit_id, row.requesting_unit_id)
            if not row.order_id:
                raise NotLinked
            self._registry.released(conn, actor, row.order_id)
            matching.part(conn, study_instance_uid, row.unit_id)
            facts: dict[str, object] = {
                "order_id": None,
                "how": None,
                "doubt": Doubt.UNLINKED.value,
                "candidates": [row.order_id],
            }
            matching.keep_match(conn, row, facts, self._decided(actor))
            self._tell(conn, actor, row, "unlink", {"order": row.order_id, "reason": reason[:200]})
            self._publish(conn, row, None)

        self._floor.db.write(work)

    def on_order_placed(self, conn: Connection, event: OrderPlaced) -> None:
        """An order that comes after its film meets it when it fits one study; several wait for a person."""
        (order,) = self._registry.orders_in(conn, (event.order_id,))
        ordered, since = order.requested_at.astimezone(COUNTY_ZONE).date(), self._floor.now() - LATE_ORDERS
        doubts = [doubt.value for doubt in (*LATE, Doubt.SEVERAL_STUDIES)]
        found = []
        for row in matching.without_order(conn, order, uid_of(order.id), doubts, since):
            says = seen(row)
            meeting = self._registry.meet(conn, says, by_patient=True)
            if meets_late(says, meeting, order.id, ordered):
                found.append((row, meeting))
        if len(found) == 1:
            ((row, meeting),) = found
            self._meet(conn, row, meeting)
            self._tell(conn, PRODUCT, row, "met", {"order": order.id, "how": meeting.how.value if meeting.how else ""})
            self._publish(conn, row, order)
        for row, _ in found if len(found) > 1 else []:
            self._doubt(conn, row, Meeting(doubt=Doubt.SEVERAL_STUDIES, candidates=(order.id,)))

    def search_order(self, conn: Connection, study_instance_uid: str, *, complete: bool) -> None:
        """Look for the study's order, unless it has one or a person has decided."""
        row = store.study_row(conn, study_instance_uid)
        if row is None or row.order_id:
            return
        known = matching.match_of(conn, study_instance_uid)
        if known is not None and known.by_person:
            return
        meeting = self._registry.meet(conn, seen(row), by_patient=complete)
        if meeting.order is not None:
            self._meet(conn, row, meeting)
        elif complete and meeting.doubt is not None:
            self._doubt(conn, row, meeting)

    def _meet(self, conn: Connection, row: StudyRow, meeting: Meeting) -> None:
        """The header says which order the study answers."""
        assert meeting.order is not None
        self._registry.received(conn, meeting.order.id, row.study_instance_uid)
        self._join(conn, row, meeting.order)
        matching.keep_match(conn, row, _facts(meeting), self._by_product())

    def _doubt(self, conn: Connection, row: StudyRow, meeting: Meeting) -> None:
        matching.keep_match(conn, row, _facts(meeting), self._by_product())
        if meeting.doubt in WAITING:
            self._tell(conn, PRODUCT, row, "doubt", {"doubt": meeting.doubt.value if meeting.doubt else ""})

    def _by_product(self) -> Decided:
        return Decided(_OF_PRODUCT, PRODUCT.name, self._floor.now())

    def _within_reach(self, conn: Connection, actor: Actor, study_instance_uid: str) -> StudyRow:
        row = store.study_row(conn, study_instance_uid)
        if row is None:
            raise NotFound
        demand(actor, "read", "study", row.unit_id, row.requesting_unit_id)
        return row

    def _join(self, conn: Connection, row: StudyRow, order: Order) -> None:
        uid, unit = row.study_instance_uid, order.requesting_unit_id
        store.link_order(conn, uid, order.id, unit, order.priority.value)

    def _decided(self, actor: Actor) -> Decided:
        return Decided(actor.id, actor.name, self._floor.now(), person=True)

    def _tell(self, conn: Connection, actor: Actor, row: StudyRow, what: str, detail: dict[str, object]) -> None:
        outcome: Outcome = "4" if what == "doubt" else "0"
        entry = Entry("dicom", f"order-{what}", "U", "study", row.study_instance_uid, outcome, detail)
        self._floor.audit.record(conn, actor, entry)
        self._floor.live.announce(conn, News("study", row.study_instance_uid, (row.unit_id, row.requesting_unit_id)))

    def _publish(self, conn: Connection, row: StudyRow, order: Order | None) -> None:
        event = StudyMatched(
            study_instance_uid=row.study_instance_uid,
            unit_id=row.unit_id,
            order_id=order.id if order else "",
            patient_uid=order.patient.id if order else row.patient_uid,
            accession_number=order.accession_number if order else row.accession_number,
            priority=(order.priority if order else Priority.MEDIUM).value,
        )
        self._floor.bus.publish(conn, event)


def seen(row: StudyRow) -> Seen:
    """What the study says of itself."""
    received = row.received_at.astimezone(COUNTY_ZONE).date()
    return Seen(
        unit_id=row.unit_id,
        study_instance_uid=row.study_instance_uid,
        accession_number=row.accession_number.strip(),
        patient_id=row.patient_id.strip(),
        name=row.patient_name,
        modality=study_modality(modalities(row.modalities)),
        day=_day(row.study_date) or received,
        received=received,
    )


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _facts(meeting: Meeting) -> dict[str, object]:
    return {
        "order_id": meeting.order.id if meeting.order else None,
        "how": meeting.how.value if meeting.how else None,
        "doubt": meeting.doubt.value if meeting.doubt else None,
        "candidates": list(meeting.candidates),
    }
