"""Sign-in, sign-out and the person's own password."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from registry.api import Person
from web.deps import COOKIE, SECURE_COOKIE, Arriving, TheHouse, address_of, check_origin, cookie_of
from web.house import House
from web.store import SessionRow

router = APIRouter(prefix="/api/session", tags=["session"])


class Credentials(BaseModel):
    """What a person types to sign in."""

    account: str = Field(max_length=64)
    password: str = Field(max_length=256)
    code: str = Field("", max_length=32)


class NewPassword(BaseModel):
    """What a person types to change the password."""

    old: str = Field(max_length=256)
    new: str = Field(max_length=256)


class UnitOut(BaseModel):
    """The unit a person works for."""

    id: str
    name: str
    kind: str


class PersonOut(BaseModel):
    """The signed-in person."""

    id: str
    account: str
    name: str
    title: str
    roles: list[str]
    unit: UnitOut
    must_change_password: bool
    second_factor: bool
    second_factor_needed: bool


class SessionOut(BaseModel):
    """A session; `csrf` goes back as the header X-CSRF-Token with every unsafe request."""

    person: PersonOut
    csrf: str


def _shown(house: House, person: Person, row: SessionRow) -> SessionOut:
    unit = house.registry.unit(person.unit_id)
    return SessionOut(
        csrf=row.csrf,
        person=PersonOut(
            id=person.id,
            account=person.account,
            name=person.name,
            title=person.title,
            roles=sorted(role.value for role in person.roles),
            unit=UnitOut(id=unit.id, name=unit.name, kind=unit.kind),
            must_change_password=row.must_change,
            second_factor=row.enrolled,
            second_factor_needed=not row.enrolled and house.auth.factors.required(person.roles),
        ),
    )


def _set_cookie(request: Request, response: Response, secret: str) -> None:
    secure = request.url.scheme == "https"
    name = SECURE_COOKIE if secure else COOKIE
    response.set_cookie(name, secret, httponly=True, secure=secure, samesite="lax", path="/")


@router.post("")
def sign_in(body: Credentials, request: Request, response: Response, house: TheHouse) -> SessionOut:
    """Sign in; the cookie is new each time."""
    check_origin(request)
    begun = house.auth.sign_in(body.account, body.password, address_of(request), body.code)
    _set_cookie(request, response, begun.secret)
    return _shown(house, begun.person, begun.session)


@router.get("")
def who_am_i(request: Request, house: TheHouse) -> SessionOut:
    """The session of this cookie; 401 when there is none."""
    actor, row = house.auth.session(cookie_of(request), address_of(request))
    person = house.registry.person(actor.id)
    return _shown(house, person, row)


@router.delete("", status_code=204)
def sign_out(actor: Arriving, house: TheHouse, response: Response) -> None:
    """End the session."""
    house.auth.sign_out(actor)
    for name in (COOKIE, SECURE_COOKIE):
        response.delete_cookie(name, path="/", secure=name == SECURE_COOKIE)


@router.post("/password")
def change_password(
    body: NewPassword, actor: Arriving, request: Request, response: Response, house: TheHouse
) -> SessionOut:
    """Change the own password; the signing key goes along. Every session of the person ends and a new one begins."""
    wrapped = house.reports.rewrapped(actor, body.old, body.new)
    begun = house.auth.change_password(
        actor, body.old, body.new, also=lambda conn: house.reports.keep_rewrapped(conn, wrapped)
    )
    _set_cookie(request, response, begun.secret)
    return _shown(house, begun.person, begun.session)
