"""Workitems: the DICOM UPS states as a table, routing, deadlines, and who may take what. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from foundation.access import Actor
from foundation.vocabulary import Priority, Role, Sex, Specialty


class WorkitemState(StrEnum):
    """Procedure Step State (0074,1000), PS3.4 §CC.1.1."""

    SCHEDULED = "SCHEDULED"
    IN_PROGRESS = "IN PROGRESS"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"


class Step(StrEnum):
    """What can happen to a workitem."""

    CLAIM = "claim"
    COMPLETE = "complete"
    CANCEL = "cancel"


NEXT: Mapping[tuple[WorkitemState, Step], WorkitemState] = {
    (WorkitemState.SCHEDULED, Step.CLAIM): WorkitemState.IN_PROGRESS,
    (WorkitemState.SCHEDULED, Step.CANCEL): WorkitemState.CANCELED,
    (WorkitemState.IN_PROGRESS, Step.COMPLETE): WorkitemState.COMPLETED,
    (WorkitemState.IN_PROGRESS, Step.CANCEL): WorkitemState.CANCELED,
}
"""PS3.4 Table CC.1.1-2. There is no way back to SCHEDULED: giving back cancels and schedules a successor."""

FINAL = frozenset({WorkitemState.COMPLETED, WorkitemState.CANCELED})


def after(state: WorkitemState, step: Step) -> WorkitemState | None:
    """The state after a step; None where the table has no square."""
    return NEXT.get((state, step))


def before(step: Step) -> tuple[WorkitemState, ...]:
    """The states in which a step is allowed: the WHERE clause of every UPDATE is made of these."""
    return tuple(state for (state, allowed) in NEXT if allowed is step)


class Kind(StrEnum):
    """Writing a report and reviewing it are two workitems on two worklists (IHE RRR-WF)."""

    READING = "reading"
    REVIEW = "review"


REVIEW_LABEL = "二级审核"

ROUTES: Mapping[str, tuple[Specialty, str]] = {
    "DX": (Specialty.RADIOLOGY, "DR阅片"),
    "CR": (Specialty.RADIOLOGY, "DR阅片"),
    "MG": (Specialty.RADIOLOGY, "钼靶阅片"),
    "CT": (Specialty.RADIOLOGY, "CT阅片"),
    "MR": (Specialty.RADIOLOGY, "MR阅片"),
    "US": (Specialty.RADIOLOGY, "超声"),
    "ECG": (Specialty.CARDIOLOGY, "心电"),
    "LAB": (Specialty.LABORATORY, "检验审核"),
}
"""Modality (0008,0060) to the readers it needs and their Worklist Label (0074,1202)."""

QUALIFIED: Mapping[Role, frozenset[Specialty]] = {
    Role.RADIOLOGIST: frozenset({Specialty.RADIOLOGY}),
    Role.CARDIOLOGIST: frozenset({Specialty.CARDIOLOGY}),
    Role.LABORATORY_PHYSICIAN: frozenset({Specialty.LABORATORY}),
    Role.REVIEWER: frozenset(Specialty),
}
"""What each role may write reports on. Reviewing needs the role of a reviewer and other eyes than the writer's."""

_URGENCY = {Priority.HIGH: 0, Priority.MEDIUM: 1, Priority.LOW: 2}


def route(modality: str) -> tuple[Specialty, str]:
    """Who reads this modality, and on which worklist; an unlisted one is imaging."""
    return ROUTES.get(modality, (Specialty.RADIOLOGY, "影像阅片"))


def specialties_of(roles: frozenset[Role]) -> frozenset[Specialty]:
    """What somebody with these roles may write reports on."""
    return frozenset(one for role in roles for one in QUALIFIED.get(role, ()))


def urgency(priority: Priority) -> int:
    """A number that sorts the most urgent first."""
    return _URGENCY[priority]


def deadline(minutes: Mapping[str, int], modality: str, priority: Priority, now: datetime) -> datetime:
    """When the report is due: the rule of modality and priority, else that of the priority alone."""
    return now + timedelta(minutes=minutes.get(f"{modality} {priority}", minutes[priority.value]))


def age(born: date | None, on: date) -> str | None:
    """An age as Chinese records write it: days to one month, months to three years, then years."""
    if born is None or born > on:
        return None
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    if months < 1:
        return f"{(on - born).days}天"
    return f"{months}月" if months < 36 else f"{months // 12}岁"


class Reopened(Protocol):
    """What is said when more objects of an examination arrive."""

    @property
    def study_instance_uid(self) -> str:
        """Study Instance UID (0020,000D)."""

    @property
    def instances(self) -> int:
        """How many objects there are now."""


class Matched(Protocol):
    """What is said when a person links an examination with its order, or parts them."""

    @property
    def study_instance_uid(self) -> str:
        """Study Instance UID (0020,000D)."""

    @property
    def order_id(self) -> str:
        """The order, empty when there is none."""

    @property
    def patient_uid(self) -> str:
        """The registry's patient whose examination it is."""

    @property
    def accession_number(self) -> str:
        """The order's number, else the header's."""

    @property
    def priority(self) -> str:
        """The order's urgency."""


class Ready(Reopened, Protocol):
    """What imaging, ECG and laboratory say alike of an examination that can be read."""

    @property
    def unit_id(self) -> str:
        """The unit that examined."""

    @property
    def patient_uid(self) -> str:
        """The registry's patient."""

    @property
    def accession_number(self) -> str:
        """As the header says, or empty."""

    @property
    def order_id(self) -> str:
        """The matched order, or empty."""

    @property
    def modality(self) -> str:
        """Modality (0008,0060)."""

    @property
    def body_part(self) -> str:
        """Body Part Examined (0018,0015), or empty."""

    @property
    def description(self) -> str:
        """What was examined, in words."""

    @property
    def priority(self) -> str:
        """HIGH, MEDIUM or LOW."""


@dataclass(frozen=True, slots=True)
class Workitem:
    """A Unified Procedure Step of ours, with the header facts of its examination at the time it was scheduled.

    The Transaction UID is never part of it: who holds it has it already (PS3.4 §CC.2.1.3).
    """

    uid: str
    kind: Kind
    label: str
    state: WorkitemState
    priority: Priority
    specialty: Specialty
    study_instance_uid: str
    unit_id: str
    unit_name: str
    patient_uid: str
    patient_id: str
    patient_name: str
    patient_sex: Sex | None
    patient_birth_date: date | None
    patient_age: str | None
    accession_number: str
    order_id: str
    modality: str
    body_part: str
    description: str
    instances: int
    created_at: datetime
    deadline_at: datetime
    claimed_by: str | None = None
    claimed_name: str | None = None
    claimed_at: datetime | None = None
    lease_until: datetime | None = None
    attempt: int = 1
    ended_at: datetime | None = None
    reason: str | None = None
    replaces: str | None = None
    replaced_by: str | None = None
    report_id: str | None = None
    excluded_person_id: str | None = None
    returned_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A workitem in somebody's hands. `transaction_uid` (0008,1195) is the lock, `attempt` the fencing token."""

    workitem_uid: str
    transaction_uid: str
    attempt: int
    lease_until: datetime
    lease_seconds: float


@dataclass(frozen=True, slots=True)
class WorklistFilter:
    """Which workitems a list shows. `state` is one of open, mine, done."""

    state: str = "open"
    kind: Kind | None = None
    label: str = ""
    modality: str = ""
    q: str = ""
    limit: int = 50
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Prior:
    """An earlier examination of the same patient that was read here; `arrived_at` is when it came."""

    study_instance_uid: str
    arrived_at: datetime
    description: str
    report_id: str | None


def successor(workitem: Workitem, uid: str, now: datetime) -> Workitem:
    """The workitem that replaces a given-back, taken-over or expired one: same task, same deadline, free again.

    Each workitem is claimed at most once, so `attempt` counts them: a later holder has a larger fencing token.
    """
    return replace(
        workitem,
        uid=uid,
        state=WorkitemState.SCHEDULED,
        attempt=workitem.attempt + 1,
        created_at=now,
        claimed_by=None,
        claimed_name=None,
        claimed_at=None,
        lease_until=None,
        ended_at=None,
        reason=None,
        replaces=workitem.uid,
        replaced_by=None,
    )


def review_of(reading: Workitem, uid: str, report_id: str, writer_id: str, now: datetime) -> Workitem:
    """The review of what was written: another kind, another worklist, the same deadline, not for the writer."""
    return replace(
        successor(reading, uid, now),
        kind=Kind.REVIEW,
        label=REVIEW_LABEL,
        attempt=1,
        replaces=None,
        report_id=report_id,
        excluded_person_id=writer_id,
        returned_reason=None,
    )


def rewriting_of(review: Workitem, uid: str, reason: str, now: datetime) -> Workitem:
    """The reading that follows when a reviewer sends a report back."""
    specialty, label = route(review.modality)
    return replace(
        successor(review, uid, now),
        kind=Kind.READING,
        label=label,
        specialty=specialty,
        attempt=1,
        replaces=None,
        excluded_person_id=None,
        returned_reason=reason,
    )


def may_hold(workitem: Workitem, actor: Actor) -> bool:
    """Whether this person is qualified for the workitem and not kept from it; the claim's WHERE says the same."""
    if workitem.kind is Kind.REVIEW:
        return Role.REVIEWER in actor.roles and workitem.excluded_person_id != actor.id
    return workitem.specialty in specialties_of(actor.roles)
