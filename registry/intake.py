"""What hospital systems send: orders under numbers of their own, and the record of every message. Plain Python."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv6Address, ip_address

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

    `code` is the acknowledgement (AA, AE, AR) or HTTP status. `body` is what arrived, kept only of what was refused and
    until it is taken or settled; `settled_name` is who said that nothing more is to be done, `note` why.
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
    body: bytes | None = None
    settled_at: datetime | None = None
    settled_name: str | None = None
    note: str | None = None

    @property
    def waiting(self) -> bool:
        """Whether it was refused and nobody has settled it."""
        return bool(self.error) and self.settled_at is None


@dataclass(frozen=True, slots=True)
class Sender:
    """A system that may send HL7 messages for a unit, by the address that it calls from."""

    address: str
    unit_id: str
    admitted_name: str
    admitted_at: datetime


def plain_address(address: str) -> str | None:
    """An IP address as it is compared, an IPv4 one inside IPv6 as IPv4; None for what is none."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)
