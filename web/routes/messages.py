"""Administration of hospital systems: refused messages kept whole, taken again or settled; who may send HL7."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from foundation.access import Actor
from foundation.errors import LianzhenError
from foundation.vocabulary import Role
from registry.api import Message
from web.deps import SignedIn, TheHouse
from web.fhir_orders import Sending
from web.house import House

router = APIRouter(prefix="/api/admin", tags=["messages"])


class MessageOut(BaseModel):
    """What came and what became of it; `waiting` for a person when it was refused and nobody has settled it."""

    id: str
    at: datetime
    last_at: datetime
    times: int
    channel: str
    unit_id: str
    sender: str
    address: str
    kind: str
    control_id: str
    code: str
    error: str
    field: str
    zh: str
    en: str
    waiting: bool
    settled_name: str | None
    note: str | None


class MessageWhole(MessageOut):
    """The same with its content; null when nothing was kept."""

    text: str | None


class MessagesOut(BaseModel):
    """The newest first."""

    items: list[MessageOut]


class SettleIn(BaseModel):
    """Why nothing more is to be done."""

    note: str = Field(max_length=500)


class SenderIn(BaseModel):
    """A system that may send HL7 for a unit."""

    address: str = Field(max_length=64)
    unit_id: str = Field(max_length=36)


class SenderOut(SenderIn):
    """The same, and who admitted it."""

    admitted_name: str
    admitted_at: datetime


class SendersOut(BaseModel):
    """By address."""

    items: list[SenderOut]


@router.get("/messages")
def messages(
    actor: SignedIn,
    house: TheHouse,
    everything: Annotated[bool, Query()] = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> MessagesOut:
    """Refused messages that wait for a person, or the newest of all; without their content."""
    found = house.registry.messages(actor, refused=not everything, limit=limit)
    return MessagesOut(items=[MessageOut.model_validate(one, from_attributes=True) for one in found])


@router.get("/messages/{message_id}")
def whole(message_id: str, actor: SignedIn, house: TheHouse) -> MessageWhole:
    """One message as it came; patients are named in it, so the audit trail says who looked."""
    return _whole(house.registry.message(actor, message_id))


@router.post("/messages/{message_id}/replay")
def replay(message_id: str, actor: SignedIn, house: TheHouse) -> MessageOut:
    """Take a refused message again as it came, after what was wrong has been mended; the answer says how it went."""
    found = house.registry.refused_message(actor, message_id)
    if found.channel == "hl7":
        house.registry.replay_hl7(found)
    else:
        _replay_fhir(house, found)
    return MessageOut.model_validate(house.registry.message(actor, message_id), from_attributes=True)


@router.post("/messages/{message_id}/settle", status_code=204)
def settle(message_id: str, body: SettleIn, actor: SignedIn, house: TheHouse) -> None:
    """Nothing more is to be done about a refused message; its content is forgotten."""
    house.registry.settle_message(actor, message_id, body.note)


@router.get("/senders")
def senders(actor: SignedIn, house: TheHouse) -> SendersOut:
    """Every hospital system that may send HL7."""
    found = house.registry.senders(actor)
    return SendersOut(items=[SenderOut.model_validate(one, from_attributes=True) for one in found])


@router.post("/senders", status_code=201)
def admit_sender(body: SenderIn, actor: SignedIn, house: TheHouse) -> SenderOut:
    """Let the system at an address send for a unit."""
    admitted = house.registry.admit_sender(actor, body.address, body.unit_id)
    return SenderOut.model_validate(admitted, from_attributes=True)


@router.delete("/senders/{address}/{unit_id}", status_code=204)
def remove_sender(address: str, unit_id: str, actor: SignedIn, house: TheHouse) -> None:
    """Take no more messages from an address for a unit."""
    house.registry.remove_sender(actor, address, unit_id)


def _replay_fhir(house: House, found: Message) -> None:
    """As the system that sent it, which may have lost its token since."""
    roles = frozenset({Role.TECHNICIAN})
    system = Actor(f"token:{found.sender}", found.sender, found.unit_id, roles, address=found.address)
    try:
        Sending(house, system, "/fhir").take(found.body or b"")
    except LianzhenError:
        return  # it was refused again, and the record says why


def _whole(found: Message) -> MessageWhole:
    shown = MessageOut.model_validate(found, from_attributes=True).model_dump()
    return MessageWhole(**shown, text=_text(found.body) if found.body is not None else None)


def _text(body: bytes) -> str:
    """As people read it: UTF-8, else GB18030; a line for each segment."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("gb18030", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
