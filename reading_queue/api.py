"""The reading queue's door."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NoReturn

from foundation.access import PRODUCT, Actor, demand, may
from foundation.audit import Entry
from foundation.catalogue import say
from foundation.clock import COUNTY_ZONE, from_iso
from foundation.database import Connection
from foundation.errors import LeaseLost
from foundation.floor import Floor
from foundation.ids import new_uid
from foundation.live import News
from foundation.tasks import NotYet, Payload
from foundation.vocabulary import Priority
from reading_queue.errors import (
    AlreadyClaimed,
    NotHeld,
    NotQualified,
    OwnWriting,
    ReasonMissing,
    WorkitemEnded,
    WorkitemNotFound,
)
from reading_queue.events import (
    WorkitemCanceled,
    WorkitemClaimed,
    WorkitemCompleted,
    WorkitemReplaced,
    WorkitemScheduled,
)
from reading_queue.model import (
    FINAL,
    Claim,
    Kind,
    Matched,
    Prior,
    Ready,
    Reopened,
    Step,
    Workitem,
    WorkitemState,
    WorklistFilter,
    age,
    deadline,
    may_hold,
    review_of,
    rewriting_of,
    route,
    successor,
)
from reading_queue.settings import ReadingQueueSettings
from reading_queue.store import workitems as store
from reading_queue.store import worklist as lists
from registry.api import Registry

__all__ = [
    "Claim",
    "Kind",
    "Prior",
    "ReadingQueue",
    "ReadingQueueSettings",
    "Workitem",
    "WorkitemCanceled",
    "WorkitemClaimed",
    "WorkitemCompleted",
    "WorkitemReplaced",
    "WorkitemScheduled",
    "WorkitemState",
    "WorklistFilter",
]

EXPIRE = "reading_queue.expire-leases"
EXPIRY_BATCH = 200


class ReadingQueue:
    """Workitems: scheduled, claimed, held, given back, taken over, completed.

    Methods whose first parameter is `conn` run inside the caller's write; all others open their own.
    """

    def __init__(self, floor: Floor, registry: Registry, settings: ReadingQueueSettings) -> None:
        self._floor = floor
        self._registry = registry
        self._settings = settings
        floor.tasks.register(EXPIRE, self._expire)

    # scheduling

    def on_examination_ready(self, conn: Connection, event: Ready) -> None:
        """Schedule its reading; the same study again finds the open workitem and tells its readers what is new."""
        known = store.of_study(conn, event.study_instance_uid)
        if any(one.state not in FINAL for one in known):
            self._grow(conn, known, event.instances)
            return
        read = [one for one in known if one.state is WorkitemState.COMPLETED]
        if not read or event.instances > max(one.instances for one in read):
            self.schedule(conn, self._from(conn, event, say("late-images") if read else None))

    def on_study_reopened(self, conn: Connection, event: Reopened) -> None:
        """Late instances: whoever reads or reviews the study is told, and nothing is taken from them."""
        self._grow(conn, store.of_study(conn, event.study_instance_uid), event.instances)

    def on_study_matched(self, conn: Connection, event: Matched) -> None:
        """Its order changed: what is not finished follows in urgency, deadline and header; nobody loses a claim."""
        patient, priority = self._registry.patient_in(conn, event.patient_uid), Priority(event.priority)
        for one in store.of_study(conn, event.study_instance_uid):
            if one.state not in FINAL:
                minutes = self._settings.deadline_minutes
                changed = replace(
                    one,
                    order_id=event.order_id,
                    accession_number=event.accession_number,
                    priority=priority,
                    deadline_at=deadline(minutes, one.modality, priority, one.created_at),
                    patient_uid=patient.id,
                    patient_id=patient.patient_id,
                    patient_name=patient.name,
                    patient_sex=patient.sex,
                    patient_birth_date=patient.birth_date,
                    patient_age=age(patient.birth_date, one.created_at.astimezone(COUNTY_ZONE).date()),
                )
                store.follow_order(conn, changed)
                self._announce(conn, changed)

    def _grow(self, conn: Connection, known: list[Workitem], instances: int) -> None:
        for one in known:
            if one.state not in FINAL:
                store.grow(conn, one.uid, instances)
                self._announce(conn, one)

    def _from(self, conn: Connection, event: Ready, returned_reason: str | None) -> Workitem:
        now, priority = self._floor.now(), Priority(event.priority)
        patient = self._registry.patient_in(conn, event.patient_uid)
        specialty, label = route(event.modality)
        return Workitem(
            uid=new_uid(),
            kind=Kind.READING,
            label=label,
            state=WorkitemState.SCHEDULED,
            priority=priority,
            specialty=specialty,
            study_instance_uid=event.study_instance_uid,
            unit_id=event.unit_id,
            unit_name=self._registry.unit_in(conn, event.unit_id).name,
            patient_uid=event.patient_uid,
            patient_id=patient.patient_id,
            patient_name=patient.name,
            patient_sex=patient.sex,
            patient_birth_date=patient.birth_date,
            patient_age=age(patient.birth_date, now.astimezone(COUNTY_ZONE).date()),
            accession_number=event.accession_number,
            order_id=event.order_id,
            modality=event.modality,
            body_part=event.body_part,
            description=event.description,
            instances=event.instances,
            created_at=now,
            deadline_at=deadline(self._settings.deadline_minutes, event.modality, priority, now),
            returned_reason=returned_reason,
        )

    def schedule(self, conn: Connection, new: Workitem) -> str:
        """Put a workitem on its worklist; its uid. From the first one on, the leases are watched."""
        store.insert_workitem(conn, new)
        detail = {"kind": new.kind.value, "study": new.study_instance_uid}
        self._floor.audit.record(conn, PRODUCT, Entry("workitem", "schedule", "C", "workitem", new.uid, detail=detail))
        self._announce(conn, new)
        self._floor.tasks.owe(conn, EXPIRE, {}, key=EXPIRE, in_seconds=self._settings.expiry_seconds, push=False)
        self._floor.bus.publish(conn, WorkitemScheduled(new.uid, new.kind.value, new.study_instance_uid, new.unit_id))
        return new.uid

    def schedule_review(
        self, conn: Connection, reading: Workitem, report_id: str, writer_id: str, due: datetime | None = None
    ) -> str:
        """Ask for the review of what `writer_id` wrote, by somebody else; the review's uid.

        It is due when the reading was, unless `due` gives it a deadline of its own.
        """
        new = review_of(reading, new_uid(), report_id, writer_id, self._floor.now())
        return self.schedule(conn, replace(new, deadline_at=due) if due else new)

    def schedule_rewriting(self, conn: Connection, review: Workitem, reason: str) -> str:
        """Ask for the report to be written again, for the reviewer's reason; the new reading's uid."""
        return self.schedule(conn, rewriting_of(review, new_uid(), reason, self._floor.now()))

    def schedule_revision(self, conn: Connection, study_instance_uid: str, reason: str) -> Workitem | None:
        """Ask for an issued report to be written again; the new reading, None while a task on the study is open."""
        known = store.of_study(conn, study_instance_uid)
        if not known or any(one.state not in FINAL for one in known):
            return None
        now, last = self._floor.now(), known[-1]
        due = deadline(self._settings.deadline_minutes, last.modality, last.priority, now)
        new = replace(rewriting_of(last, new_uid(), reason, now), deadline_at=due)
        self.schedule(conn, new)
        return new

    def cancel_reading(self, conn: Connection, actor: Actor, study_instance_uid: str, reason: str) -> None:
        """The study's open reading is not to be done any more, whoever holds it."""
        for one in store.of_study(conn, study_instance_uid):
            if one.kind is Kind.READING and one.state not in FINAL:
                self.cancel(conn, actor, one.uid, reason)

    # claims

    def claim(self, actor: Actor, uid: str) -> Claim:
        """Take a workitem: one UPDATE whose WHERE is the lock, so of any number of claims one wins.

        Raises WorkitemNotFound, AlreadyClaimed (naming who holds it), WorkitemEnded, NotQualified, OwnWriting.
        """
        return self._floor.db.write(lambda conn: self._claim(conn, actor, uid))

    def _claim(self, conn: Connection, actor: Actor, uid: str) -> Claim:
        transaction_uid = new_uid()
        taken = store.claim(conn, actor, uid, transaction_uid, self._settings.lease_seconds)
        if taken is None:
            self._refuse(conn, actor, uid)
        attempt, lease_until, study_instance_uid, unit_id = taken
        entry = Entry("workitem", "claim", "U", "workitem", uid, detail={"attempt": attempt})
        self._floor.audit.record(conn, actor, entry)
        self._floor.live.announce(conn, News("worklist", uid, (unit_id,)))
        self._floor.bus.publish(conn, WorkitemClaimed(uid, study_instance_uid, unit_id, actor.id, attempt))
        return Claim(uid, transaction_uid, attempt, from_iso(lease_until), self._settings.lease_seconds)

    def _refuse(self, conn: Connection, actor: Actor, uid: str) -> NoReturn:
        """Say why a claim found no row to take."""
        one = _within_reach(conn, actor, uid)
        if one.state in FINAL:
            raise WorkitemEnded(state=one.state.value)
        if one.state is WorkitemState.IN_PROGRESS:
            raise AlreadyClaimed(name=one.claimed_name or "")
        _demand_fit(one, actor)
        raise NotQualified

    def heartbeat(self, actor: Actor, uid: str, transaction_uid: str) -> datetime:
        """Go on holding; when the lease ends now. Raises LeaseLost."""
        one = self._floor.db.write(lambda conn: self.hold(conn, actor, uid, transaction_uid))
        assert one.lease_until is not None
        return one.lease_until

    def hold(self, conn: Connection, actor: Actor, uid: str, transaction_uid: str) -> Workitem:
        """The workitem, if this person still holds it, with a new lease. Raises LeaseLost.

        A lease that is over but that nobody has ended yet revives: nothing was lost in between, and the one writer
        decides which came first.
        """
        one = store.extend(conn, actor, uid, transaction_uid, self._settings.lease_seconds)
        if one is None:
            raise LeaseLost
        return one

    # ends

    def give_back(self, actor: Actor, uid: str, transaction_uid: str, reason: str = "") -> str:
        """Cancel this attempt and schedule a successor that replaces it; its uid. Raises LeaseLost."""

        def work(conn: Connection) -> str:
            one = self.hold(conn, actor, uid, transaction_uid)
            return self._replace(conn, actor, one, "give-back", reason)

        return self._floor.db.write(work)

    def take_over(self, actor: Actor, uid: str, reason: str = "") -> Claim:
        """Take a workitem out of somebody's hands: a claim on the successor.

        The holder may do so without a word (after a crash of the browser, the lock is gone with it), and so may
        anybody qualified once the lease is over; while it runs, a reason is needed. Raises WorkitemNotFound, NotHeld,
        WorkitemEnded, NotQualified, OwnWriting, ReasonMissing.
        """

        def work(conn: Connection) -> Claim:
            one = _within_reach(conn, actor, uid)
            if one.state in FINAL:
                raise WorkitemEnded(state=one.state.value)
            if one.state is WorkitemState.SCHEDULED:
                raise NotHeld
            _demand_fit(one, actor)
            if one.claimed_by != actor.id and not reason.strip() and not store.lease_is_over(conn, uid):
                raise ReasonMissing(name=one.claimed_name or "")
            return self._claim(conn, actor, self._replace(conn, actor, one, "take-over", reason))

        return self._floor.db.write(work)

    def expire_leases(self) -> int:
        """Free every workitem whose lease is over by the database's clock; how many. May run twice."""

        def work(conn: Connection) -> int:
            over = store.expired(conn, EXPIRY_BATCH)
            for one in over:
                self._replace(conn, PRODUCT, one, "expire", say("lease-ended"))
            return len(over)

        total = count = self._floor.db.write(work)
        while count == EXPIRY_BATCH:
            count = self._floor.db.write(work)
            total += count
        return total

    def _expire(self, _payload: Payload) -> None:
        """Free workitems whose lease has ended, again and again."""
        self.expire_leases()
        raise NotYet(self._settings.expiry_seconds)

    def complete(self, conn: Connection, actor: Actor, uid: str, transaction_uid: str) -> Workitem:
        """The holder has done it. Raises LeaseLost."""
        one = self.hold(conn, actor, uid, transaction_uid)
        self._end(conn, actor, one, Step.COMPLETE, None)
        self._floor.bus.publish(conn, WorkitemCompleted(uid, one.kind.value, one.study_instance_uid, one.unit_id))
        return one

    def cancel(self, conn: Connection, actor: Actor, uid: str, reason: str) -> None:
        """It is not to be done any more. Raises WorkitemNotFound, WorkitemEnded."""
        one = _within_reach(conn, actor, uid)
        self._end(conn, actor, one, Step.CANCEL, reason)
        self._floor.bus.publish(conn, WorkitemCanceled(uid, one.kind.value, one.study_instance_uid, one.unit_id))

    def _replace(self, conn: Connection, actor: Actor, one: Workitem, how: str, reason: str) -> str:
        """Cancel and schedule a successor that replaces it: Replaced Procedure Step Sequence (0074,1224)."""
        new = successor(one, new_uid(), self._floor.now())
        self._end(conn, actor, one, Step.CANCEL, reason, how)
        store.insert_workitem(conn, new)
        store.name_successor(conn, one.uid, new.uid)
        self._announce(conn, new)
        self._floor.bus.publish(conn, WorkitemReplaced(one.uid, new.uid))
        return new.uid

    def _end(
        self, conn: Connection, actor: Actor, one: Workitem, step: Step, reason: str | None, how: str = ""
    ) -> None:
        if not store.end(conn, one, step, self._floor.now(), reason):
            raise WorkitemEnded(state=one.state.value)
        detail = {"attempt": one.attempt, "holder": one.claimed_by, "reason": reason}
        entry = Entry("workitem", how or step.value, "U", "workitem", one.uid, detail=detail)
        self._floor.audit.record(conn, actor, entry)
        self._announce(conn, one)

    # lists

    def worklist(self, actor: Actor, wanted: WorklistFilter) -> bytes:
        """`{"items": [WorkitemRow …], "counts": {…}, "next_cursor": …}` as JSON. Raises BadCursor."""
        demand(actor, "read", "workitem", actor.unit_id)
        with self._floor.db.read() as conn:
            return lists.worklist(conn, actor, wanted)

    def row(self, actor: Actor, uid: str) -> str:
        """One WorkitemRow as JSON. Raises WorkitemNotFound."""
        with self._floor.db.read() as conn:
            row = lists.row(conn, actor, uid)
        if row is None:
            raise WorkitemNotFound
        return row

    def workitem(self, actor: Actor, uid: str) -> Workitem:
        """One workitem. Raises WorkitemNotFound."""
        with self._floor.db.read() as conn:
            return _within_reach(conn, actor, uid)

    def history(self, actor: Actor, study_instance_uid: str) -> list[Workitem]:
        """Every attempt at every task of a study within reach, in the order they began."""
        with self._floor.db.read() as conn:
            return [
                one for one in store.of_study(conn, study_instance_uid) if may(actor, "read", "workitem", one.unit_id)
            ]

    def priors(self, one: Workitem) -> list[Prior]:
        """The patient's other examinations that were read here, the newest first, at most 20."""
        with self._floor.db.read() as conn:
            return store.priors(conn, one, 20)

    def reading_states(self, study_instance_uids: Sequence[str]) -> dict[str, dict[str, str | None]]:
        """State, priority and holder's name of each study's newest workitem, for other rooms' lists; unguarded."""
        with self._floor.db.read() as conn:
            newest = {one.study_instance_uid: one for one in store.of_studies(conn, study_instance_uids)}
        return {
            study: {"uid": one.uid, "kind": one.kind.value, "state": one.state.value, "priority": one.priority.value,
                    "claimed_name": one.claimed_name}
            for study, one in newest.items()
        }  # fmt: skip

    def _announce(self, conn: Connection, one: Workitem) -> None:
        self._floor.live.announce(conn, News("worklist", one.uid, (one.unit_id,)))


def _within_reach(conn: Connection, actor: Actor, uid: str) -> Workitem:
    one = store.by_uid(conn, uid)
    if one is None or not may(actor, "read", "workitem", one.unit_id):
        raise WorkitemNotFound
    return one


def _demand_fit(one: Workitem, actor: Actor) -> None:
    if one.excluded_person_id == actor.id:
        raise OwnWriting
    if not may_hold(one, actor):
        raise NotQualified
