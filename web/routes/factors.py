"""The second factor: set up by its person, reset by an administrator."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from foundation.access import demand
from web.deps import Arriving, Enrolling, SignedIn, TheHouse

router = APIRouter(prefix="/api", tags=["session"])


class FactorOut(BaseModel):
    """The own second factor."""

    enrolled_at: datetime | None
    recovery_left: int
    required: bool


class Begin(BaseModel):
    """The password, and a code of the present authenticator when there is one."""

    password: str = Field(max_length=256)
    code: str = Field("", max_length=32)


class Begun(BaseModel):
    """What the authenticator is told, once: as text, as an address, and as the address of a QR code."""

    secret: str
    address: str
    qr: str


class FirstCode(BaseModel):
    """The first code of the new authenticator."""

    code: str = Field(max_length=32)


class Recovery(BaseModel):
    """Codes that open once each when the telephone is lost; shown this one time."""

    codes: list[str]


@router.get("/session/factor")
def own_factor(actor: Arriving, house: TheHouse) -> FactorOut:
    """Whether the asker has a second factor, and needs one."""
    since, left = house.auth.factors.since(actor.id)
    return FactorOut(enrolled_at=since, recovery_left=left, required=house.auth.factors.required(actor.roles))


@router.post("/session/factor")
def begin(body: Begin, actor: Enrolling, house: TheHouse) -> Begun:
    """Set up an authenticator; the present one counts until the new one's first code."""
    import segno

    begun = house.auth.begin_factor(actor, body.password, body.code)
    qr = segno.make(begun.address, error="m", micro=False).svg_data_uri(scale=5, light="#fff")
    return Begun(secret=begun.secret, address=begun.address, qr=qr)


@router.post("/session/factor/confirm")
def confirm(body: FirstCode, actor: Enrolling, house: TheHouse) -> Recovery:
    """Its first code: from now on every sign-in asks for one, and the asker's other sessions are over."""
    return Recovery(codes=house.auth.factors.confirm(actor, body.code))


@router.delete("/admin/people/{person_id}/factor", status_code=204)
def reset(person_id: str, actor: SignedIn, house: TheHouse) -> None:
    """A lost telephone: forget the authenticator and the recovery codes, and end the person's sessions."""
    demand(actor, "manage", "person")
    house.auth.factors.reset(actor, house.registry.person(person_id).id)
