"""Another unit's patient: searched exactly, opened for a time with a reason, and the review of it."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from foundation.access import Basis
from pacs_gateway.api import shown_name
from registry.api import Grant, Patient, Sought, mask_id_card, mask_name
from web.deps import SignedIn, TheHouse
from web.house import House

router = APIRouter(prefix="/api/access", tags=["access"])


class SoughtIn(BaseModel):
    """The identification number, or name and birth date."""

    id_card: str = Field("", max_length=18)
    name: str = Field("", max_length=64)
    birth_date: date | None = None


class FoundPatient(BaseModel):
    """A patient of another unit, masked."""

    id: str
    name: str
    sex: str | None
    birth_date: date | None
    id_card: str | None
    patient_id: str
    unit: str


class OpenIn(BaseModel):
    """Whom to open, on which basis, and why."""

    patient_uid: str = Field(max_length=36)
    basis: Basis
    reason: str = Field("", max_length=500)


class GrantOut(BaseModel):
    """One opening."""

    id: str
    person: str
    unit: str
    basis: Basis
    patient_uid: str
    patient: str
    issuer: str
    reason: str
    opened_at: datetime
    until: datetime
    reviewed_at: datetime | None
    reviewed_by: str | None
    justified: bool | None
    note: str | None


class Grants(BaseModel):
    """The newest first; `waiting` counts what nobody has reviewed."""

    items: list[GrantOut]
    waiting: int = 0


class ReviewIn(BaseModel):
    """The verdict."""

    justified: bool
    note: str = Field("", max_length=500)


class RecordOut(BaseModel):
    """A study of the opened patient; `report_id` when a report is issued."""

    study_instance_uid: str
    patient: str
    description: str
    modality: str
    received_at: datetime
    report_id: str | None


@router.post("/search")
def search(body: SoughtIn, actor: SignedIn, house: TheHouse) -> dict[str, list[FoundPatient]]:
    """`{items}`: other units' patients who are exactly the one sought, masked."""
    units = {unit.id: unit.name for unit in house.registry.units()}
    found = house.registry.patients_elsewhere(actor, Sought(body.id_card, body.name, body.birth_date))
    return {"items": [_patient(one, units) for one in found]}


@router.post("", status_code=201)
def open_patient(body: OpenIn, actor: SignedIn, house: TheHouse) -> GrantOut:
    """Open one patient for a time; it is recorded and reviewed."""
    return _grants(house, [house.registry.open_patient(actor, body.patient_uid, body.basis, body.reason)])[0]


@router.get("")
def own(actor: SignedIn, house: TheHouse) -> Grants:
    """What the asker has opened."""
    return Grants(items=_grants(house, house.registry.own_grants(actor)))


@router.get("/patients/{uid}/records")
def records(uid: str, actor: SignedIn, house: TheHouse) -> dict[str, list[RecordOut]]:
    """`{items}`: the opened patient's studies and reports."""
    patient = house.registry.shown_patient(actor, uid)
    found = [one for one in house.gateway.studies(actor, patient.patient_id, 0, 500) if one.patient_uid == uid]
    states = house.reports.states([one.study_instance_uid for one in found])
    return {"items": [_record(one, states.get(one.study_instance_uid)) for one in found]}


@router.get("/review")
def every(actor: SignedIn, house: TheHouse, waiting: Annotated[bool, Query()] = False) -> Grants:
    """Everybody's openings, for the review."""
    found, count = house.registry.grants(actor, waiting=waiting)
    return Grants(items=_grants(house, found), waiting=count)


@router.post("/{grant_id}/review")
def review(grant_id: str, body: ReviewIn, actor: SignedIn, house: TheHouse) -> GrantOut:
    """Whether the glass was broken for good reason."""
    reviewed = house.registry.review_grant(actor, grant_id, justified=body.justified, note=body.note)
    return _grants(house, [reviewed])[0]


def _patient(one: Patient, units: dict[str, str]) -> FoundPatient:
    return FoundPatient(
        id=one.id,
        name=mask_name(one.name),
        sex=one.sex,
        birth_date=one.birth_date,
        id_card=mask_id_card(one.id_card) if one.id_card else None,
        patient_id=one.patient_id,
        unit=units.get(one.issuer, ""),
    )


def _grants(house: House, found: list[Grant]) -> list[GrantOut]:
    units = {unit.id: unit.name for unit in house.registry.units()}
    return [
        GrantOut(
            id=one.id,
            person=one.person_name,
            unit=units.get(one.unit_id, ""),
            basis=one.basis,
            patient_uid=one.patient_uid,
            patient=mask_name(house.registry.patient(one.patient_uid).name),
            issuer=units.get(one.issuer, ""),
            reason=one.reason,
            opened_at=one.opened_at,
            until=one.until,
            reviewed_at=one.reviewed_at,
            reviewed_by=one.reviewed_by,
            justified=one.justified,
            note=one.note,
        )
        for one in found
    ]


def _record(one: Any, state: dict[str, Any] | None) -> RecordOut:
    return RecordOut(
        study_instance_uid=one.study_instance_uid,
        patient=shown_name(one.patient_name),
        description=one.description,
        modality=one.modality,
        received_at=one.received_at,
        report_id=state["id"] if state and state["issued_number"] else None,
    )
