"""Which order a stored study answers: decided by what both say, never guessed. Plain Python.

The order of trust: the order's Study Instance UID, which only its worklist entry carried; the accession number with
its issuer; the patient, day and kind of machine when exactly one open order fits. Whatever contradicts the patient, or
leaves a choice, waits for a person with its reason and its candidates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from registry.model import Order, OrderStatus, alike
from registry.spelling import agrees


class How(StrEnum):
    """How a study met its order."""

    STUDY_UID = "study-uid"
    ACCESSION = "accession"
    IDENTITY = "identity"
    PERSON = "person"


class Doubt(StrEnum):
    """Why a study has not met an order."""

    NO_ORDER = "no-order"  # nothing was ordered for this patient, day and kind
    UNKNOWN_ACCESSION = "unknown-accession"  # the number is of no order
    PATIENT_DIFFERS = "patient-differs"  # the order is somebody else's
    SEVERAL = "several-orders"  # more than one fits
    CANCELLED = "order-cancelled"  # it was taken back
    ANSWERED = "order-answered"  # another study has met it
    CLOCK = "clock-differs"  # one fits the day it arrived, not the day that the device says
    UNLINKED = "unlinked"  # a person parted them
    SEVERAL_STUDIES = "several-studies"  # an order came after more than one study that it fits


LATE = (Doubt.NO_ORDER, Doubt.UNKNOWN_ACCESSION, Doubt.CLOCK)
"""Doubts that an order which comes after its film may end."""

WAITING = frozenset(Doubt) - {Doubt.NO_ORDER}
"""Doubts that a person should look at; a study without any order is nothing unusual."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a stored study says of itself. `name` is Patient's Name with all its groups."""

    unit_id: str
    study_instance_uid: str
    accession_number: str
    patient_id: str
    name: str
    modality: str
    day: date
    received: date


@dataclass(frozen=True, slots=True)
class Meeting:
    """An order that was met and how, or why none was and which ones it could have been."""

    order: Order | None = None
    how: How | None = None
    doubt: Doubt | None = None
    candidates: tuple[str, ...] = ()


def decide(
    seen: Seen,
    by_uid: Order | None,
    by_number: Sequence[Order],
    by_patient: Sequence[Order],
    by_arrival: Sequence[Order] = (),
) -> Meeting:
    """The one order that the study answers, or the doubt.

    `by_patient` are open orders of the patient's ids for the study's day, `by_arrival` for the day that it came.
    """
    if by_uid is not None:
        return _named(seen, [by_uid], How.STUDY_UID)
    if by_number:
        return _named(seen, by_number, How.ACCESSION)
    fitting = [order for order in by_patient if seen.modality in alike(order.modality)]
    late = tuple(order.id for order in by_arrival if seen.modality in alike(order.modality))
    if late and not fitting:
        return Meeting(doubt=Doubt.CLOCK, candidates=late)
    return _fitting(seen, fitting)


def _named(seen: Seen, named: Sequence[Order], how: How) -> Meeting:
    """The header names an order: it must be open and the same patient's."""
    ids = tuple(order.id for order in named)
    same = [order for order in named if is_patient(seen, order)]
    if not same:
        return Meeting(doubt=Doubt.PATIENT_DIFFERS, candidates=ids)
    fresh = [order for order in same if _answers(seen, order) is None]
    if len(fresh) == 1:
        return Meeting(fresh[0], how)
    return Meeting(doubt=Doubt.SEVERAL if fresh else _answers(seen, same[0]), candidates=ids)


def _answers(seen: Seen, order: Order) -> Doubt | None:
    if order.status is OrderStatus.CANCELLED:
        return Doubt.CANCELLED
    if order.status is not OrderStatus.REQUESTED and order.study_instance_uid != seen.study_instance_uid:
        return Doubt.ANSWERED
    return None


def _fitting(seen: Seen, fitting: Sequence[Order]) -> Meeting:
    ids = tuple(order.id for order in fitting)
    if not fitting:
        return Meeting(doubt=Doubt.UNKNOWN_ACCESSION if seen.accession_number else Doubt.NO_ORDER)
    if len(fitting) > 1:
        return Meeting(doubt=Doubt.SEVERAL, candidates=ids)
    if not is_patient(seen, fitting[0]):
        return Meeting(doubt=Doubt.PATIENT_DIFFERS, candidates=ids)
    return Meeting(fitting[0], How.IDENTITY)


def is_patient(seen: Seen, order: Order) -> bool:
    """Whether the header's patient is the order's: an id of theirs and no other name, or the name without any id."""
    patient = order.patient
    named = agrees(patient.name, seen.name)
    if not seen.patient_id:
        return named
    known = {patient.patient_id, patient.id_card}
    return seen.patient_id in known and (named or not seen.name.strip("^= "))


def meets_late(seen: Seen, meeting: Meeting, order_id: str, ordered: date) -> bool:
    """Whether a study that was here first has met this order, which was made on the day `ordered`.

    By patient alone only on the same day: yesterday's film without an order is not today's examination.
    """
    if meeting.order is None or meeting.order.id != order_id:
        return False
    return meeting.how is not How.IDENTITY or seen.day == ordered


def window(day: date, tolerance: int) -> tuple[date, date]:
    """The days on which an order may have been made that a study of `day` answers."""
    spread = timedelta(days=tolerance)
    return day - spread, day + spread
