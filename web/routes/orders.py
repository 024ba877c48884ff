"""Registration: orders, their barcode and slip. Lists mask names and numbers, single views are audited."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from foundation.vocabulary import Priority
from registry.api import NewOrder, NewPatient, Order, OrderChange, OrderStatus, VisitType, barcode_svg
from web.deps import SignedIn, TheHouse
from web.routes.patients import PatientIn, PatientOut
from web.routes.patients import shown as shown_patient

router = APIRouter(prefix="/api", tags=["orders"])


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
    awaits_decision: bool
    met: str | None = None  # how the study was found that answers it, in the list


class OrdersOut(BaseModel):
    """A list of orders, the newest first."""

    items: list[OrderOut]


class ReasonIn(BaseModel):
    """Why."""

    reason: str = Field(max_length=500)


class OrderCorrectionIn(ReasonIn):
    """What shall be different in an order."""

    item_code: str | None = Field(None, max_length=32)
    priority: Priority | None = None
    history: str | None = Field(None, max_length=2000)
    visit_type: VisitType | None = None


class ListQuery(BaseModel):
    """`q` finds a patient as on the patients' page, or is an accession number."""

    q: str = Field("", max_length=64)
    limit: int = Field(50, ge=1, le=200)


class OrdersQuery(ListQuery):
    """Orders may be narrowed to one status."""

    status: OrderStatus | None = None


@router.get("/orders")
def orders(wanted: Annotated[OrdersQuery, Query()], actor: SignedIn, house: TheHouse) -> OrdersOut:
    """Orders within reach, masked."""
    found = house.registry.orders(actor, wanted.q, wanted.status, wanted.limit)
    met = house.gateway.matches([one.study_instance_uid for one in found if one.study_instance_uid])
    items = [_order(one, masked=True) for one in found]
    for one in items:
        match = met.get(one.study_instance_uid or "")
        one.met = match.how if match else None
    return OrdersOut(items=items)


@router.post("/orders", status_code=201)
def create_order(body: OrderIn, actor: SignedIn, house: TheHouse) -> OrderOut:
    """Register the patient, if new, and order an examination; it may be held at once for a decision on recognition."""
    patient = house.registry.register_patient(actor, NewPatient(issuer=actor.unit_id, **dict(body.patient)))
    new = NewOrder(
        patient.id, body.item_code, body.priority, body.history, body.accession_number, visit_type=body.visit_type
    )
    made = house.registry.create_order(actor, new)
    return _order(house.registry.order(actor, made.id))


@router.get("/orders/{order_id}")
def order(order_id: str, actor: SignedIn, house: TheHouse) -> OrderOut:
    """One order with its patient in full; the audit trail says who looked."""
    found = house.registry.order(actor, order_id)
    house.registry.shown_patient(actor, found.patient.id)
    return _order(found)


@router.patch("/orders/{order_id}")
def correct_order(order_id: str, body: OrderCorrectionIn, actor: SignedIn, house: TheHouse) -> OrderOut:
    """Correct an order for which nothing was received."""
    change = OrderChange(body.item_code, body.priority, body.history, body.visit_type)
    return _order(house.registry.correct_order(actor, order_id, change, body.reason), masked=True)


@router.get("/orders/{order_id}/barcode.svg")
def barcode(order_id: str, actor: SignedIn, house: TheHouse) -> Response:
    """The accession number as Code 128, for the slip."""
    found = house.registry.order(actor, order_id)
    return Response(barcode_svg(found.accession_number), media_type="image/svg+xml")


@router.post("/orders/{order_id}/cancel", status_code=204)
def cancel_order(order_id: str, body: ReasonIn, actor: SignedIn, house: TheHouse) -> None:
    """Take back an order for which nothing was received."""
    house.registry.cancel_order(actor, order_id, body.reason)


def _order(one: Order, *, masked: bool = False) -> OrderOut:
    shown = OrderOut.model_validate(one, from_attributes=True)
    shown.patient = shown_patient(one.patient, masked=masked)
    return shown
