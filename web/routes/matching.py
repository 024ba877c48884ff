"""Which order each study met: the list that waits for a person, linking and parting."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from foundation.vocabulary import Priority
from pacs_gateway.api import Match, StudySummary, shown_name
from registry.api import Order, mask_name
from web.deps import SignedIn, TheHouse

router = APIRouter(prefix="/api", tags=["matching"])


class MatchOut(BaseModel):
    """How a study met its order, or the doubt for which it has none."""

    how: str | None
    doubt: str | None
    by_person: bool
    decided_name: str
    decided_at: datetime


class OrderChoice(BaseModel):
    """An order that could be meant, with its patient in full: a person compares both headers, and the trail says so."""

    id: str
    accession_number: str
    patient_id: str
    patient_name: str
    patient_sex: str
    patient_birth_date: str
    item_name: str
    modality: str
    priority: Priority
    requested_at: datetime
    status: str
    issuer: str


class UnmatchedStudy(BaseModel):
    """A study that waits for its order."""

    study_instance_uid: str
    patient: dict[str, str]
    accession_number: str
    modality: str
    description: str
    study_date: str
    received_at: datetime
    match: MatchOut


class Unmatched(BaseModel):
    """The newest first; `waiting` counts those that a person should look at."""

    items: list[UnmatchedStudy]
    waiting: int


class Choices(BaseModel):
    """What the study says of its patient, in full, and the orders it could answer, the likeliest first."""

    study_says: str
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


@router.get("/studies/{uid}/orders")
def choices(uid: str, house: TheHouse, actor: SignedIn) -> Choices:
    """The orders that a person may choose from for this study."""
    says, orders = house.gateway.possible_orders(actor, uid)
    return Choices(study_says=shown_name(says), items=[_choice(one) for one in orders])


@router.post("/studies/{uid}/link", status_code=204)
def link(uid: str, body: LinkIn, house: TheHouse, actor: SignedIn) -> None:
    """The study answers this order; another patient's order needs a reason."""
    house.gateway.link(actor, uid, body.order_id, body.reason)


@router.post("/studies/{uid}/unlink", status_code=204)
def unlink(uid: str, body: UnlinkIn, house: TheHouse, actor: SignedIn) -> None:
    """The study does not answer its order: both stand as before."""
    house.gateway.unlink(actor, uid, body.reason)


def _study(one: StudySummary, match: Match) -> UnmatchedStudy:
    return UnmatchedStudy(
        study_instance_uid=one.study_instance_uid,
        patient={
            "name": mask_name(shown_name(one.patient_name)),
            "sex": one.patient_sex,
            "birth_date": one.patient_birth_date,
            "patient_id": one.patient_id,
        },
        accession_number=one.accession_number,
        modality=one.modality,
        description=one.description,
        study_date=one.study_date,
        received_at=one.received_at,
        match=MatchOut.model_validate(match, from_attributes=True),
    )


def _choice(order: Order) -> OrderChoice:
    return OrderChoice(
        id=order.id,
        accession_number=order.accession_number,
        patient_id=order.patient.patient_id,
        patient_name=order.patient.name,
        patient_sex=order.patient.sex.value if order.patient.sex else "",
        patient_birth_date=order.patient.birth_date.isoformat() if order.patient.birth_date else "",
        item_name=order.item_name,
        modality=order.modality,
        priority=order.priority,
        requested_at=order.requested_at,
        status=order.status.value,
        issuer=order.issuer,
    )
