"""Units, devices, people, patients and orders, and the rules of their form. Plain Python."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from foundation.vocabulary import Priority, Role, Sex
from registry.names import flat

AE_LIMIT = 16  # PS3.5 §6.2, VR AE

_RADIOGRAPHY = frozenset(("CR", "DX", "DR"))
_AET = re.compile(r"[\x21-\x5b\x5d-\x7e](?:[\x20-\x5b\x5d-\x7e]{0,14}[\x21-\x5b\x5d-\x7e])?")
_CARD = re.compile(r"\d{17}[\dXx]")
_SHORT = re.compile(r"[^\x00-\x1f\x7f\\]{1,16}")
_LONG = re.compile(r"[^\x00-\x1f\x7f\\]{1,64}")


class UnitKind(StrEnum):
    """What a member unit is in the county."""

    LEAD = "lead"  # 县级牵头医院
    TOWNSHIP = "township"  # 乡镇卫生院
    COMMUNITY = "community"  # 社区卫生服务中心


class UnitLevel(StrEnum):
    """The administrative level of a unit, as recognition rules compare it."""

    PROVINCE = "province"  # 省级
    PREFECTURE = "prefecture"  # 市级
    COUNTY = "county"  # 县级
    TOWNSHIP = "township"  # 乡镇级
    VILLAGE = "village"  # 村级


class CharacterSet(StrEnum):
    """What a device can read in a worklist: the Specific Character Set (0008,0005), or pinyin in ASCII."""

    GB18030 = "GB18030"
    UTF_8 = "ISO_IR 192"
    PINYIN = "pinyin"


class OrderStatus(StrEnum):
    """Where an order stands."""

    REQUESTED = "requested"
    RECEIVED = "received"
    REPORTED = "reported"
    CANCELLED = "cancelled"
    RECOGNISED = "recognised"  # closed without an examination: an earlier result counts


class VisitType(StrEnum):
    """Why the patient is in the house."""

    OUTPATIENT = "outpatient"  # 门诊
    EMERGENCY = "emergency"  # 急诊
    INPATIENT = "inpatient"  # 住院
    CHECK_UP = "check-up"  # 体检


class OrderStep(StrEnum):
    """What can happen to an order."""

    RECEIVE = "receive"
    REPORT = "report"
    CANCEL = "cancel"
    RECOGNISE = "recognise"


NEXT: Mapping[tuple[OrderStatus, OrderStep], OrderStatus] = {
    (OrderStatus.REQUESTED, OrderStep.RECEIVE): OrderStatus.RECEIVED,
    (OrderStatus.REQUESTED, OrderStep.CANCEL): OrderStatus.CANCELLED,
    (OrderStatus.REQUESTED, OrderStep.RECOGNISE): OrderStatus.RECOGNISED,
    (OrderStatus.RECEIVED, OrderStep.RECEIVE): OrderStatus.RECEIVED,  # late instances of the same study
    (OrderStatus.RECEIVED, OrderStep.REPORT): OrderStatus.REPORTED,
    (OrderStatus.REPORTED, OrderStep.RECEIVE): OrderStatus.REPORTED,
    (OrderStatus.REPORTED, OrderStep.REPORT): OrderStatus.REPORTED,  # an amended report
}
"""An order's life. A square that is missing is refused: nothing revives a cancelled order."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A member unit; `code` (≤ 6 letters and digits) begins the accession numbers that it issues."""

    id: str
    name: str
    kind: UnitKind
    parent_id: str | None
    code: str
    level: UnitLevel = UnitLevel.TOWNSHIP
    credit_code: str | None = None


@dataclass(frozen=True, slots=True)
class NewUnit:
    """What an administrator enters for a unit; without a level it is that of its kind."""

    name: str
    kind: UnitKind
    code: str
    parent_id: str | None = None
    level: UnitLevel | None = None
    credit_code: str | None = None  # unified social credit code, GB 32100


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What shall be different; None leaves it. Kind and code stay: accession numbers began with them.

    `cleared` names what shall be empty from now on: `parent_id`, `credit_code`, or `level`, which is then its kind's.
    """

    name: str | None = None
    parent_id: str | None = None
    level: UnitLevel | None = None
    credit_code: str | None = None
    cleared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DeviceLimits:
    """What one device may ask of the house; None is the house's own limit."""

    object_mib: int | None = None  # largest object it may send
    associations: int | None = None  # at a time


@dataclass(frozen=True, slots=True)
class Device:
    """A modality or cart that may send. Its AE title is unique in the installation."""

    id: str
    aet: str
    unit_id: str
    name: str
    modality: str
    address: str | None = None
    active: bool = True
    character_set: CharacterSet = CharacterSet.GB18030
    limits: DeviceLimits = DeviceLimits()


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What an administrator enters for a device."""

    aet: str
    unit_id: str
    name: str = ""
    modality: str = ""
    address: str | None = None
    character_set: CharacterSet = CharacterSet.GB18030
    limits: DeviceLimits = DeviceLimits()


@dataclass(frozen=True, slots=True)
class DeviceChange:
    """What shall be different; None leaves it."""

    unit_id: str | None = None
    name: str | None = None
    modality: str | None = None
    address: str | None = None
    active: bool | None = None
    character_set: CharacterSet | None = None
    limits: DeviceLimits | None = None


@dataclass(frozen=True, slots=True)
class Knock:
    """An unknown AE title that asked for an association."""

    aet: str
    address: str
    first_at: datetime
    last_at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What an administrator enters for a person."""

    account: str
    name: str
    unit_id: str
    roles: frozenset[Role]
    title: str = ""
    licence_number: str = ""
    licence_until: date | None = None
    practising_since: date | None = None  # independent practice
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in."""

    id: str
    account: str
    name: str
    title: str
    licence_number: str
    unit_id: str
    roles: frozenset[Role]
    active: bool
    licence_until: date | None = None
    practising_since: date | None = None  # independent practice
    phone: str = ""


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What shall be different; None leaves it. `cleared`: of the two dates, those that are no longer known."""

    name: str | None = None
    title: str | None = None
    licence_number: str | None = None
    licence_until: date | None = None
    practising_since: date | None = None
    phone: str | None = None
    unit_id: str | None = None
    roles: frozenset[Role] | None = None
    active: bool | None = None
    cleared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NewPatient:
    """A patient as typed or read; without a `patient_id` the registry issues one."""

    issuer: str
    name: str
    patient_id: str = ""
    sex: Sex | None = None
    birth_date: date | None = None
    id_card: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient as one issuer (a unit's id) knows them: (issuer, patient_id) is the key."""

    id: str
    issuer: str
    patient_id: str
    name: str
    sex: Sex | None
    birth_date: date | None
    id_card: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What a unit orders, for a patient that it has registered. An `accession_number` given by a HIS is kept."""

    patient_uid: str
    item_code: str
    priority: Priority = Priority.MEDIUM
    history: str = ""
    accession_number: str = ""
    visit_type: VisitType = VisitType.OUTPATIENT
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """An order with its patient; (issuer, accession_number) is unique."""

    id: str
    accession_number: str
    issuer: str
    patient: Patient
    item_code: str
    item_name: str
    modality: str
    body_part: str
    priority: Priority
    history: str
    requesting_unit_id: str
    requested_by: str
    requested_at: datetime
    status: OrderStatus
    study_instance_uid: str | None
    visit_type: VisitType = VisitType.OUTPATIENT
    item_version: str | None = None  # the id of the catalogue's version that was in force when it was ordered
    cancel_reason: str | None = None
    demo: bool = False
    awaits_decision: bool = False  # on no device's list until somebody decides whether an earlier result counts

    @property
    def urgent(self) -> bool:
        """An emergency is examined first and asked afterwards."""
        return self.priority is Priority.HIGH or self.visit_type is VisitType.EMERGENCY


@dataclass(frozen=True, slots=True)
class PatientChange:
    """What shall be different in a registration; None leaves it."""

    name: str | None = None
    sex: Sex | None = None
    birth_date: date | None = None
    id_card: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class OrderChange:
    """What shall be different in an order; None leaves it. The item changes only while nothing was received."""

    item_code: str | None = None
    priority: Priority | None = None
    history: str | None = None
    visit_type: VisitType | None = None


def given(change: DeviceChange | PersonChange | PatientChange | OrderChange | UnitChange) -> dict[str, Any]:
    """The fields of a change that shall be different; None for one that is cleared."""
    pairs = {one.name: getattr(change, one.name) for one in fields(change)}
    cleared = pairs.pop("cleared", ())
    return {name: value for name, value in pairs.items() if value is not None or name in cleared}


def after(status: OrderStatus, step: OrderStep) -> OrderStatus | None:
    """The status after a step, None where the table has no square."""
    return NEXT.get((status, step))


def valid_aet(aet: str) -> bool:
    """At most 16 characters of the default repertoire, no backslash, no blank at an end (PS3.5 §6.2, VR AE)."""
    return _AET.fullmatch(aet) is not None


def valid_short(text: str) -> bool:
    """Fits VR SH: 1 to 16 characters, no control character, no backslash (PS3.5 §6.2)."""
    return _SHORT.fullmatch(text) is not None


def valid_long(text: str) -> bool:
    """Fits VR LO: 1 to 64 characters, no control character, no backslash (PS3.5 §6.2)."""
    return _LONG.fullmatch(text) is not None


def possible_name(name: str) -> bool:
    """What may be typed as a person's name: 1 to 64 characters with a letter, and only what names are written with."""
    allowed = all(letter.isalnum() or letter in " ·•._-'’^=（）()" for letter in name)
    return valid_long(name) and allowed and any(map(str.isalpha, name))


def alike(modality: str) -> frozenset[str]:
    """The modalities that are one kind of machine: a digital X-ray calls itself DX, CR or (not by the standard) DR."""
    return _RADIOGRAPHY if modality in _RADIOGRAPHY else frozenset((modality,))


def same_name(one: str, other: str) -> bool:
    """Whether two names are one name written with other blanks, carets, dots, capitals or width."""
    return flat(one) == flat(other)


def mask_name(name: str) -> str:
    """The name for a list: 王小芬 → 王*芬, 王芬 → 王*, 欧阳小芬 → 欧**芬."""
    name = name.strip()
    if len(name) < 2:
        return "*" * len(name)
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_id_card(number: str) -> str:
    """The citizen identification number for a list: the first six and the last four characters."""
    return number[:6] + "*" * (len(number) - 10) + number[-4:] if len(number) > 10 else "*" * len(number)


def mask_patient_id(number: str) -> str:
    """A patient id for a list: shown, unless a unit uses identification numbers as its patient ids."""
    return mask_id_card(number) if _CARD.fullmatch(number.strip()) else number


def mask_phone(number: str) -> str:
    """The telephone number for a list: the first three and the last four digits."""
    return number[:3] + "*" * (len(number) - 7) + number[-4:] if len(number) > 7 else "*" * len(number)
