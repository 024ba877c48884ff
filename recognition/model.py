"""Results, offers, decisions, device quality, the ledger's rows and what follows from them. Plain Python."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Why(StrEnum):
    """Why a result is not recognised here, or carries no mark."""

    NO_EQUIVALENT = "no-equivalent"  # another question was answered
    NO_VALIDITY = "no-validity"  # the catalogue gives the item no days
    ITEM_ENDED = "item-ended"  # no version of the item was in force on that day
    EXPIRED = "expired"
    FUTURE = "future"
    NOT_MARKED = "not-marked"
    LEVEL = "level"
    QUALITY = "quality"  # no quality control of the device held on the examination's day
    DEVICE_UNKNOWN = "device-unknown"
    WITHDRAWN = "withdrawn"
    OTHER_PERSON = "other-person"
    NAME_ONLY = "name-only"  # name and birth date agree, nothing links the two


class QualityKind(StrEnum):
    """Who has examined the device's quality control; it carries marks up to this level."""

    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    INTERNAL = "internal"  # by the county itself


class OfferState(StrEnum):
    """What became of an offer."""

    OPEN = "open"
    RECOGNISED = "recognised"
    REPEATED = "repeated"
    VOID = "void"  # the order was taken back or changed


class Act(StrEnum):
    """What a row of the ledger says was done."""

    OFFERED = "offered"
    OPENED = "opened"
    RECOGNISED = "recognised"
    REPEATED = "repeated"
    VOID = "void"
    TOLD_UNIT = "told-unit"  # a notice that a recognised result was revised
    ACKNOWLEDGED = "acknowledged"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Result:
    """One issued report as recognition knows it; the newest issued version alone.

    `devices` are the ids of the devices that made it, empty when one of them is not known.
    """

    report_id: str
    number: int
    status: str
    patient_uid: str
    study_instance_uid: str
    unit_id: str
    item_code: str
    item_name: str
    modality: str
    examined_on: date
    devices: tuple[str, ...]
    mark: str
    mark_level: str
    mark_missing: str
    updated_at: datetime

    @property
    def withdrawn(self) -> bool:
        """Declared entered in error."""
        return self.status == "entered-in-error"

    @property
    def recognised_is(self) -> str:
        """What is recognised of it: never the conclusion."""
        return {"ECG": "tracing", "LAB": "data"}.get(self.modality, "image")


@dataclass(frozen=True, slots=True)
class Quality:
    """Device quality control that holds from a day to a day; `ended_on` cuts it short."""

    id: str
    device_id: str
    kind: QualityKind
    certificate: str
    valid_from: date
    valid_until: date
    entered_by: str
    entered_name: str
    entered_at: datetime
    ended_on: date | None = None
    end_reason: str = ""

    @property
    def last_day(self) -> date:
        """The last day on which it holds."""
        return min(self.valid_until, self.ended_on) if self.ended_on else self.valid_until

    def holds(self, on: date) -> bool:
        """Whether it holds on a day."""
        return self.valid_from <= on <= self.last_day


@dataclass(frozen=True, slots=True)
class Offer:
    """What was laid before the doctors of a unit for one order, and what they decided."""

    id: str
    order_id: str
    unit_id: str
    patient_uid: str
    item_code: str
    item_version: str  # in force when it was offered; after the decision, the version that it used
    candidates: tuple[str, ...]  # ids of the reports
    emergency: bool
    offered_at: datetime
    state: OfferState = OfferState.OPEN
    decided_at: datetime | None = None
    decided_by: str = ""
    decided_name: str = ""
    report_id: str = ""
    report_number: int = 0
    reason: str = ""
    note: str = ""
    told: bool = False
    saved: int = 0  # fen


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the ledger. `month` is the county's, YYYY-MM; `saved` in fen."""

    id: str
    at: datetime
    month: str
    act: Act
    unit_id: str
    order_id: str = ""
    accession_number: str = ""
    offer_id: str = ""
    result_unit_id: str = ""
    item_code: str = ""
    item_version: str = ""
    doctor_id: str = ""
    doctor_name: str = ""
    report_id: str = ""
    report_number: int = 0
    reason: str = ""
    note: str = ""
    told: bool = False
    saved: int = 0
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """A recognised result was revised: who relied on it must hear. Without a doctor it is the unit's."""

    id: str
    report_id: str
    number: int
    relied_on: int
    status: str
    why: str
    order_id: str
    unit_id: str
    doctor_id: str
    patient_uid: str
    made_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A link for the patient; what opens it is not kept, only digests."""

    id: str
    token_digest: str
    code_digest: str
    report_id: str
    unit_id: str
    made_by: str
    made_name: str
    made_at: datetime
    until: datetime
    wrong: int = 0
    opened: int = 0
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A hospital system's page for one order and one doctor, for some minutes."""

    digest: str
    order_id: str
    person_id: str
    system: str
    until: datetime
