"""The page inside a hospital system: the system asks for a ticket, the doctor decides in a frame without signing in."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from foundation.access import Actor
from foundation.clock import iso
from recognition.api import Repeat
from registry.api import Order
from web import recognition as shape
from web.deps import TheHouse, address_of
from web.fhir import System
from web.house import House
from web.routes.recognition import OpenIn, RecogniseIn, RepeatIn
from web.routes.shares import picture

router = APIRouter(prefix="/api", tags=["recognition"])

Json = dict[str, Any]
Ticket = Annotated[str, Path(max_length=64)]


class TicketIn(BaseModel):
    """Which order, by its id or accession number, and which doctor decides."""

    order_id: str = Field("", max_length=36)
    accession_number: str = Field("", max_length=16)
    account: str = Field(max_length=64)


@router.post("/recognition/embeds", status_code=201)
def create(body: TicketIn, actor: System, house: TheHouse) -> Json:
    """A page for one order and one doctor of the system's unit, for some minutes."""
    order_id = body.order_id or house.recognition.order_numbered(actor, body.accession_number)
    secret, until = house.recognition.ticket(actor, order_id, body.account)
    return {"path": f"/embed/recognition/{secret}", "until": iso(until)}


@router.get("/embed/{ticket}")
def laid(ticket: Ticket, request: Request, house: TheHouse) -> Json:
    """What counts for the ticket's order."""
    doctor, order = _holder(house, ticket, request)
    return shape.laid(house, house.recognition.laid(doctor, order.id))


@router.get("/embed/{ticket}/reasons")
def reasons(ticket: Ticket, request: Request, house: TheHouse) -> Json:
    """`{items}`: the cases in which an examination may be repeated here."""
    _holder(house, ticket, request)
    return {"items": [shape.reason(one) for one in house.recognition.reasons()]}


@router.post("/embed/{ticket}/open")
def open_result(ticket: Ticket, body: OpenIn, request: Request, house: TheHouse) -> Json:
    """Open a result to the ticket's doctor."""
    doctor, order = _holder(house, ticket, request)
    return shape.seen(house.recognition.open_result(doctor, house.recognition.offer_of(order.id), body.report_id))


@router.post("/embed/{ticket}/recognise")
def recognise(ticket: Ticket, body: RecogniseIn, request: Request, house: TheHouse) -> Json:
    """The result counts."""
    doctor, order = _holder(house, ticket, request)
    offer = house.recognition.offer_of(order.id)
    return shape.laid(house, house.recognition.recognise(doctor, offer, body.report_id, body.number))


@router.post("/embed/{ticket}/repeat")
def repeat(ticket: Ticket, body: RepeatIn, request: Request, house: TheHouse) -> Json:
    """The examination is made again."""
    doctor, order = _holder(house, ticket, request)
    offer = house.recognition.offer_of(order.id)
    return shape.laid(house, house.recognition.repeat(doctor, offer, Repeat(body.reason, body.note, body.told)))


@router.post("/embed/{ticket}/images/{report_id}/{place}", response_class=Response)
def image(ticket: Ticket, report_id: str, place: int, request: Request, house: TheHouse) -> Response:
    """The n-th picture of a result that the doctor has opened, with its mark above it."""
    doctor, order = _holder(house, ticket, request)
    return picture(*house.recognition.opened_picture(doctor, order.id, report_id, place))


def _holder(house: House, ticket: str, request: Request) -> tuple[Actor, Order]:
    return house.recognition.holder(ticket, address_of(request))
