"""What hospital systems send: orders under numbers of their own, and the record of every message. Plain Python."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from foundation.vocabulary import Priority
from registry.model import NewPatient, Order, VisitType


class Act(StrEnum):
    """What a system wants of an order."""

    PLACE = "place"  # known under its number it is a change
    CHANGE = "change"
    CANCEL = "cancel"


class Outcome(StrEnum):
    """What became of it."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Incoming:
    """An order as a system says it: (unit, `system`, `number`) is its key, `digest` that of its content."""

    act: Act
    system: str
    number: str
    patient: NewPatient
    item_code: str
    digest: str
    priority: Priority = Priority.MEDIUM
    history: str = ""
    accession_number: str = ""
    visit_type: VisitType = VisitType.OUTPATIENT


@dataclass(frozen=True, slots=True)
class Taken:
    """The order that an incoming one is here; `version` counts its contents from 1."""

    order: Order
    outcome: Outcome
    version: int


@dataclass(frozen=True, slots=True)
class Known:
    """What was taken under a system's number."""

    unit_id: str
    system: str
    number: str
    order_id: str
    digest: str
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a hospital system: who sent it, what became of it, and the sentence that it was answered with.

    `code` is the acknowledgement (AA, AE, AR) or HTTP status; nothing of the message's content is kept but its digest.
    """

    id: str
    at: datetime
    last_at: datetime
    times: int
    channel: str  # hl7, fhir
    unit_id: str
    sender: str
    address: str
    kind: str
    control_id: str
    digest: str
    code: str
    error: str
    field: str
    zh: str
    en: str
    answer: bytes = b""

    @property
    def accepted(self) -> bool:
        """Whether it was taken."""
        return not self.error
