"""Registration: orderable items, patients and orders. Lists mask names and numbers, single views are audited."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from foundation.vocabulary import Priority, Sex
from registry.api import (
    NewOrder,
    NewPatient,
    Order,
    OrderStatus,
    Patient,
    VisitType,
    mask_id_card,
    mask_name,
    mask_phone,
)
from web.deps import SignedIn, TheHouse

router = APIRouter(prefix="/api", tags=["orders"])


class ItemOut(BaseModel):
    """Something that can be ordered."""

    code: str
    name: str
    name_en: str
    modality: str
    body_part: str


class ItemsOut(BaseModel):
    """Everything that can be ordered."""

    items: list[ItemOut]


class PatientIn(BaseModel):
    """A patient of the asker's unit; without `patient_id` one is issued."""

    name: str = Field(min_length=1, max_length=64)
    patient_id: str = Field("", max_length=64)
    sex: Sex | None = None
    birth_date: date | None = None
    id_card: str | None = Field(None, max_length=18)
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


class PatientsOut(BaseModel):
    """A list of patients."""

    items: list[PatientOut]


class OrderIn(BaseModel):
    """An order of the asker's unit."""

    patient: PatientIn
    item_code: str = Field(max_length=32)
    priority: Priority = Priority.MEDIUM
    history: str = Field("", max_length=2000)
    accession_number: str = Field("", max_length=16)
    visit_type: VisitType = VisitType.OUTPATIENT


class OrderOut(BaseModel):
    """An order with its patient."""

    id: str
    accession_number: str
    issuer: str
    patient: PatientOut
    item_code: str
    item_name: str
    modality: str
    body_part: str
    priority: Priority
    history: str
    requesting_unit_id: str
    requested_at: datetime
    status: OrderStatus
    study_instance_uid: str | None
    visit_type: VisitType
    cancel_reason: str | None
    demo: bool


class OrdersOut(BaseModel):
    """A list of orders, the newest first."""

    items: list[OrderOut]


class ReasonIn(BaseModel):
    """Why."""

    reason: str = Field(max_length=500)


class ListQuery(BaseModel):
    """`q` begins a name or patient id, or is an accession or identification number."""

    q: str = Field("", max_length=64)
    limit: int = Field(50, ge=1, le=200)


class OrdersQuery(ListQuery):
    """Orders may be narrowed to one status."""

    status: OrderStatus | None = None


@router.get("/items")
def items(_actor: SignedIn, house: TheHouse) -> ItemsOut:
    """What can be ordered."""
    return ItemsOut(items=[ItemOut.model_validate(item, from_attributes=True) for item in house.registry.items()])


@router.get("/patients")
def patients(wanted: Annotated[ListQuery, Query()], actor: SignedIn, house: TheHouse) -> PatientsOut:
    """Patients within reach, masked."""
    return PatientsOut(items=[_patient(one, masked=True) for one in house.registry.patients(actor, **dict(wanted))])


@router.post("/patients", status_code=201)
def register_patient(body: PatientIn, actor: SignedIn, house: TheHouse) -> PatientOut:
    """Register a patient of the asker's unit, or find the one known by this id."""
    return _patient(house.registry.register_patient(actor, NewPatient(issuer=actor.unit_id, **dict(body))))


@router.get("/patients/{uid}")
def patient(uid: str, actor: SignedIn, house: TheHouse) -> PatientOut:
    """One patient in full; the audit trail says who looked."""
    return _patient(house.registry.shown_patient(actor, uid))


@router.get("/orders")
def orders(wanted: Annotated[OrdersQuery, Query()], actor: SignedIn, house: TheHouse) -> OrdersOut:
    """Orders within reach, masked."""
    found = house.registry.orders(actor, wanted.q, wanted.status, wanted.limit)
    return OrdersOut(items=[_order(one, masked=True) for one in found])


@router.post("/orders", status_code=201)
def create_order(body: OrderIn, actor: SignedIn, house: TheHouse) -> OrderOut:
    """Register the patient, if new, and order an examination."""
    patient = house.registry.register_patient(actor, NewPatient(issuer=actor.unit_id, **dict(body.patient)))
    new = NewOrder(
        patient.id, body.item_code, body.priority, body.history, body.accession_number, visit_type=body.visit_type
    )
    return _order(house.registry.create_order(actor, new))


@router.get("/orders/{order_id}")
def order(order_id: str, actor: SignedIn, house: TheHouse) -> OrderOut:
    """One order with its patient in full; the audit trail says who looked."""
    found = house.registry.order(actor, order_id)
    house.registry.shown_patient(actor, found.patient.id)
    return _order(found)


@router.post("/orders/{order_id}/cancel", status_code=204)
def cancel_order(order_id: str, body: ReasonIn, actor: SignedIn, house: TheHouse) -> None:
    """Take back an order for which nothing was received."""
    house.registry.cancel_order(actor, order_id, body.reason)


def _patient(one: Patient, *, masked: bool = False) -> PatientOut:
    shown = PatientOut.model_validate(one, from_attributes=True)
    if masked:
        shown.name = mask_name(one.name)
        shown.id_card = mask_id_card(one.id_card) if one.id_card else None
        shown.phone = mask_phone(one.phone) if one.phone else None
    return shown


def _order(one: Order, *, masked: bool = False) -> OrderOut:
    shown = OrderOut.model_validate(one, from_attributes=True)
    shown.patient = _patient(one.patient, masked=masked)
    return shown
