"""Recognition at ordering: what was offered, opened, decided; the notices when a recognised result was revised."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from recognition.api import Repeat
from web import recognition as shape
from web.deps import SignedIn, TheHouse
from web.house import House

router = APIRouter(prefix="/api/recognition", tags=["recognition"])

Json = dict[str, Any]


class OffersQuery(BaseModel):
    """Which offers the list shows."""

    state: Literal["open", "decided", "all"] = "open"
    limit: int = Field(50, ge=1, le=200)


class OpenIn(BaseModel):
    """Which result."""

    report_id: str = Field(max_length=36)


class RecogniseIn(OpenIn):
    """Which result, in the version that was looked at."""

    number: int = Field(ge=1)


class RepeatIn(BaseModel):
    """Why the examination is made again."""

    reason: str = Field(max_length=32)
    note: str = Field("", max_length=500)
    told: bool = False


class NoteIn(BaseModel):
    """Words of one's own."""

    note: str = Field("", max_length=500)


@router.get("/offers")
def offers(wanted: Annotated[OffersQuery, Query()], actor: SignedIn, house: TheHouse) -> Json:
    """`{items, open}`: the own unit's offers, the newest first, and how many wait for a decision."""
    found, waiting = house.recognition.offers(actor, wanted.state, wanted.limit)
    return {"items": [shape.offer(*pair) for pair in found], "open": waiting}


@router.get("/orders/{order_id}")
def order(order_id: str, actor: SignedIn, house: TheHouse) -> Json:
    """What counts for an order at this moment, and what does not and why."""
    return shape.laid(house, house.recognition.laid(actor, order_id))


@router.post("/offers/{offer_id}/open")
def open_result(offer_id: str, body: OpenIn, actor: SignedIn, house: TheHouse) -> Json:
    """Open a result to this doctor by the recognition basis; audited, and written into the ledger."""
    return shape.seen(house.recognition.open_result(actor, offer_id, body.report_id))


@router.post("/offers/{offer_id}/recognise")
def recognise(offer_id: str, body: RecogniseIn, actor: SignedIn, house: TheHouse) -> Json:
    """The result counts: the order is closed without an examination."""
    return shape.laid(house, house.recognition.recognise(actor, offer_id, body.report_id, body.number))


@router.post("/offers/{offer_id}/repeat")
def repeat(offer_id: str, body: RepeatIn, actor: SignedIn, house: TheHouse) -> Json:
    """The examination is made again: the order goes to the device."""
    return shape.laid(house, house.recognition.repeat(actor, offer_id, Repeat(body.reason, body.note, body.told)))


@router.get("/reasons")
def reasons(_actor: SignedIn, house: TheHouse) -> Json:
    """`{items}`: the cases in which an examination may be repeated here."""
    return {"items": [shape.reason(one) for one in house.recognition.reasons()]}


@router.get("/marks/{report_id}")
def marks(report_id: str, actor: SignedIn, house: TheHouse) -> Json:
    """The mark of a report's newest issued version, for whoever shows its film."""
    number, mark = house.recognition.marks_of(actor, report_id)
    return {"number": number, "text": mark.text, "level": mark.level, "missing": shape.missing(mark)}


@router.get("/notices")
def notices(actor: SignedIn, house: TheHouse, open: bool = False) -> Json:  # noqa: A002 - the parameter's name outside
    """`{items, open}`: recognised results that were revised, to this doctor and the own unit."""
    found, waiting = house.recognition.notices(actor, open_only=open)
    return {"items": [_notice(house, *pair) for pair in found], "open": waiting}


@router.post("/notices/{notice_id}/acknowledge")
def acknowledge(notice_id: str, body: NoteIn, actor: SignedIn, house: TheHouse) -> Json:
    """The notice was read."""
    return _notice(house, *house.recognition.acknowledge(actor, notice_id, body.note))


def _notice(house: House, one: Any, order: Any) -> Json:
    return shape.notice(one, order, house.recognition.study_of(one.report_id))
