"""Patients: lists and pages mask; the full value is one explicit request that the audit trail keeps."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from foundation.access import Actor, may
from foundation.vocabulary import Sex
from registry.api import (
    Basis,
    Link,
    NewPatient,
    Order,
    OrderStatus,
    Patient,
    PatientChange,
    mask_id_card,
    mask_name,
    mask_patient_id,
    mask_phone,
)
from web.deps import SignedIn, TheHouse
from web.house import House

router = APIRouter(prefix="/api", tags=["patients"])


class PatientIn(BaseModel):
    """A patient of the asker's unit; without `patient_id` one is found or issued."""

    name: str = Field(min_length=1, max_length=64)
    patient_id: str = Field("", max_length=64)
    sex: Sex | None = None
    birth_date: date | None = None
    id_card: str | None = Field(None, max_length=32)
    phone: str | None = Field(None, max_length=32)


class CorrectionIn(BaseModel):
    """What shall be different in a registration, and why."""

    reason: str = Field(max_length=500)
    name: str | None = Field(None, max_length=64)
    sex: Sex | None = None
    birth_date: date | None = None
    id_card: str | None = Field(None, max_length=32)
    phone: str | None = Field(None, max_length=32)


class PatientOut(BaseModel):
    """A patient; in a list the name and the numbers are masked."""

    id: str
    issuer: str
    patient_id: str
    name: str
    sex: Sex | None
    birth_date: date | None
    id_card: str | None
    phone: str | None


class HeaderOut(PatientOut):
    """A registration with its issuer's name, masked; `own` where the asker may correct it."""

    issuer_name: str
    own: bool


class PatientsOut(BaseModel):
    """A list of patients."""

    items: list[HeaderOut]


class LinkOut(BaseModel):
    """Why two registrations are one person."""

    id: str
    one: str
    other: str
    basis: Basis
    made_name: str
    made_at: datetime
    note: str


class PatientOrder(BaseModel):
    """An order of the person, in any of its registrations."""

    id: str
    patient_uid: str
    accession_number: str
    item_name: str
    status: OrderStatus
    requested_at: datetime


class PatientStudy(BaseModel):
    """A study of the person, in any of its registrations."""

    study_instance_uid: str
    patient_uid: str
    accession_number: str
    modality: str
    description: str
    instances: int
    received_at: datetime


class PersonOut(BaseModel):
    """The person behind a registration, as far as the asker's reach goes; the asked registration is the first."""

    headers: list[HeaderOut]
    links: list[LinkOut]
    orders: list[PatientOrder]
    studies: list[PatientStudy]
    may_link: bool


class LinkIn(BaseModel):
    """Two registrations that somebody holds for one person."""

    one: str = Field(max_length=64)
    other: str = Field(max_length=64)
    note: str = Field(max_length=500)


class NoteIn(BaseModel):
    """Why."""

    note: str = Field(max_length=500)


class PatientsQuery(BaseModel):
    """`q` begins a name (hanzi, pinyin, initials) or id, or ends a telephone or identification number."""

    q: str = Field("", max_length=64)
    limit: int = Field(50, ge=1, le=200)


@router.get("/patients")
def patients(wanted: Annotated[PatientsQuery, Query()], actor: SignedIn, house: TheHouse) -> PatientsOut:
    """Patients within reach, masked."""
    units = _units(house)
    found = house.registry.patients(actor, **dict(wanted))
    return PatientsOut(items=[_header(actor, one, units) for one in found])


@router.post("/patients", status_code=201)
def register_patient(body: PatientIn, actor: SignedIn, house: TheHouse) -> PatientOut:
    """Register a patient of the asker's unit, or find the one known by this id."""
    return shown(house.registry.register_patient(actor, NewPatient(issuer=actor.unit_id, **dict(body))))


@router.get("/patients/{uid}")
def patient(uid: str, actor: SignedIn, house: TheHouse) -> PatientOut:
    """One patient in full; the audit trail says who looked."""
    return shown(house.registry.shown_patient(actor, uid))


@router.patch("/patients/{uid}")
def correct_patient(uid: str, body: CorrectionIn, actor: SignedIn, house: TheHouse) -> PatientOut:
    """Correct a registration of the asker's unit."""
    change = PatientChange(body.name, body.sex, body.birth_date, body.id_card, body.phone)
    return shown(house.registry.correct_patient(actor, uid, change, body.reason), masked=True)


@router.get("/patients/{uid}/person")
def person(uid: str, actor: SignedIn, house: TheHouse) -> PersonOut:
    """The person, masked: linked registrations with their issuers, and the orders and studies of all of them."""
    identity = house.registry.identity(actor, uid)
    uids = [one.id for one in identity.patients]
    units = _units(house)
    orders = house.registry.orders_of(actor, uids) if may(actor, "read", "order", actor.unit_id) else []
    return PersonOut(
        headers=[_header(actor, one, units) for one in identity.patients],
        links=[_link(one) for one in identity.links],
        orders=[_order(one) for one in orders],
        studies=_studies(house, actor, uids),
        may_link=all(may(actor, "manage", "patient", one.issuer) for one in identity.patients),
    )


@router.post("/patient-links", status_code=201)
def link_patients(body: LinkIn, actor: SignedIn, house: TheHouse) -> LinkOut:
    """Hold two registrations for one person; both headers were seen."""
    return _link(house.registry.link_patients(actor, body.one, body.other, body.note))


@router.post("/patient-links/{link_id}/undo")
def unlink_patients(link_id: str, body: NoteIn, actor: SignedIn, house: TheHouse) -> LinkOut:
    """Part them again; nothing was moved, so nothing has to find its way back."""
    return _link(house.registry.unlink_patients(actor, link_id, body.note))


def shown(one: Patient, *, masked: bool = False) -> PatientOut:
    """A patient as an answer."""
    out = PatientOut.model_validate(one, from_attributes=True)
    if masked:
        out.name = mask_name(one.name)
        out.patient_id = mask_patient_id(one.patient_id)
        out.id_card = mask_id_card(one.id_card) if one.id_card else None
        out.phone = mask_phone(one.phone) if one.phone else None
    return out


def _units(house: House) -> dict[str, str]:
    """Unit id to name."""
    return {unit.id: unit.name for unit in house.registry.units()}


def _header(actor: Actor, one: Patient, units: dict[str, str]) -> HeaderOut:
    own = may(actor, "update", "patient", one.issuer)
    return HeaderOut(**shown(one, masked=True).model_dump(), issuer_name=units.get(one.issuer, ""), own=own)


def _link(one: Link) -> LinkOut:
    return LinkOut.model_validate(one, from_attributes=True)


def _order(one: Order) -> PatientOrder:
    return PatientOrder(
        id=one.id,
        patient_uid=one.patient.id,
        accession_number=one.accession_number,
        item_name=one.item_name,
        status=one.status,
        requested_at=one.requested_at,
    )


def _studies(house: House, actor: Actor, uids: list[str]) -> list[PatientStudy]:
    if not may(actor, "read", "study", actor.unit_id):
        return []
    return [
        PatientStudy(
            study_instance_uid=one.study_instance_uid,
            patient_uid=one.patient_uid,
            accession_number=one.accession_number,
            modality=one.modality,
            description=one.description,
            instances=one.instance_count,
            received_at=one.received_at,
        )
        for one in house.gateway.studies_of(actor, uids)
    ]
