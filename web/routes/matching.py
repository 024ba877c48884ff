"""Which order each study met: the list that waits for a person, linking and parting."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from foundation.vocabulary import Priority
from pacs_gateway.api import Choice, Match, StudySummary, shown_name
from registry.api import OrderStatus, mask_name, mask_patient_id
from web.deps import SignedIn, TheHouse
from web.routes.patients import PatientOut
from web.routes.patients import shown as shown_patient

router = APIRouter(prefix="/api", tags=["matching"])


class MatchOut(BaseModel):
    """How a study met its order, or the doubt for which it has none."""

    how: str | None
    doubt: str | None
    by_person: bool
    decided_name: str
    decided_at: datetime


class OrderChoice(BaseModel):
    """An order that could be meant, with its patient in full: a person compares both headers, and the trail says so.

    `named`: the study's search came upon this one. `same_patient` and `same_name`: what agrees with the study's header.
    """

    id: str
    accession_number: str
    patient: PatientOut
    issuer_name: str
    item_name: str
    modality: str
    priority: Priority
    requested_at: datetime
    status: OrderStatus
    named: bool
    same_patient: bool
    same_name: bool


class UnmatchedStudy(BaseModel):
    """A study and what became of its search for an order; null while it is still arriving."""

    study_instance_uid: str
    patient: dict[str, str]
    order_id: str | None
    accession_number: str
    modality: str
    description: str
    study_date: str
    received_at: datetime
    match: MatchOut | None


class Unmatched(BaseModel):
    """The newest first; `waiting` counts those that a person should look at."""

    items: list[UnmatchedStudy]
    waiting: int


class Choices(BaseModel):
    """The study with its patient in full, and the orders it could answer, the likeliest first."""

    study: UnmatchedStudy
    unit_name: str
    items: list[OrderChoice]


class LinkIn(BaseModel):
    """The order that the study answers."""

    order_id: str = Field(max_length=36)
    reason: str = Field("", max_length=200)


class UnlinkIn(BaseModel):
    """Why the study does not answer its order."""

    reason: str = Field(min_length=1, max_length=200)


def shown_match(one: Match | None) -> dict[str, Any] | None:
    """How a study met its order, for lists of studies."""
    return MatchOut.model_validate(one, from_attributes=True).model_dump(mode="json") if one else None


@router.get("/unmatched")
def unmatched(
    house: TheHouse,
    actor: SignedIn,
    everything: Annotated[bool, Query()] = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Unmatched:
    """Studies that have not met their order; `everything` adds those for which nothing was ordered."""
    found = house.gateway.unmatched(actor, everything=everything, limit=limit)
    return Unmatched(items=[_study(*pair) for pair in found], waiting=house.gateway.unmatched_count(actor))


@router.get("/matched")
def matched(
    house: TheHouse, actor: SignedIn, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> dict[str, list[UnmatchedStudy]]:
    """Studies that have met their order and how, the newest first."""
    return {"items": [_study(*pair) for pair in house.gateway.met(actor, limit=limit)]}


@router.get("/studies/{uid}/orders")
def choices(uid: str, house: TheHouse, actor: SignedIn) -> Choices:
    """The orders that a person may choose from for this study."""
    found = house.gateway.choices(actor, uid)
    names = {unit.id: unit.name for unit in house.registry.units()}
    shown = _study(found.study, found.match, masked=False)
    items = [_choice(one, names.get(one.order.issuer, "")) for one in found.orders]
    return Choices(study=shown, unit_name=names.get(found.study.unit_id, ""), items=items)


@router.post("/studies/{uid}/link", status_code=204)
def link(uid: str, body: LinkIn, house: TheHouse, actor: SignedIn) -> None:
    """The study answers this order; another patient's order needs a reason."""
    house.gateway.link(actor, uid, body.order_id, body.reason)


@router.post("/studies/{uid}/unlink", status_code=204)
def unlink(uid: str, body: UnlinkIn, house: TheHouse, actor: SignedIn) -> None:
    """The study does not answer its order: both stand as before."""
    house.gateway.unlink(actor, uid, body.reason)


def _study(one: StudySummary, match: Match | None, *, masked: bool = True) -> UnmatchedStudy:
    name = shown_name(one.patient_name)
    return UnmatchedStudy(
        study_instance_uid=one.study_instance_uid,
        patient={
            "name": mask_name(name) if masked else name,
            "sex": one.patient_sex,
            "birth_date": one.patient_birth_date,
            "patient_id": mask_patient_id(one.patient_id) if masked else one.patient_id,
        },
        order_id=one.order_id,
        accession_number=one.accession_number,
        modality=one.modality,
        description=one.description,
        study_date=one.study_date,
        received_at=one.received_at,
        match=MatchOut.model_validate(match, from_attributes=True) if match else None,
    )


def _choice(one: Choice, issuer_name: str) -> OrderChoice:
    order = one.order
    return OrderChoice(
        id=order.id,
        accession_number=order.accession_number,
        patient=shown_patient(order.patient),
        issuer_name=issuer_name,
        item_name=order.item_name,
        modality=order.modality,
        priority=order.priority,
        requested_at=order.requested_at,
        status=order.status,
        named=one.named,
        same_patient=one.same_patient,
        same_name=one.same_name,
    )
