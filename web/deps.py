"""What an endpoint asks for: the house, and who is asking."""

from typing import Annotated, cast

from fastapi import Depends, Request

from foundation.access import Actor
from web.auth import CsrfMissing
from web.house import House
from web.store import SessionRow

COOKIE = "lianzhen_session"
SECURE_COOKIE = "__Host-lianzhen_session"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def the_house(request: Request) -> House:
    """The house this app serves."""
    return cast("House", request.app.state.house)


TheHouse = Annotated[House, Depends(the_house)]


def address_of(request: Request) -> str | None:
    """The peer's address."""
    return request.client.host if request.client else None


def cookie_of(request: Request) -> str | None:
    """The session's secret, under the name that fits the scheme."""
    return request.cookies.get(SECURE_COOKIE if request.url.scheme == "https" else COOKIE)


def check_origin(request: Request) -> None:
    """Raises CsrfMissing when a browser says that another site sent this."""
    origin = request.headers.get("origin")
    if origin is not None and origin != f"{request.url.scheme}://{request.headers.get('host')}":
        raise CsrfMissing


def _session(request: Request, house: House) -> tuple[Actor, SessionRow]:
    actor, row = house.auth.session(cookie_of(request), address_of(request))
    if request.method not in SAFE:
        check_origin(request)
        house.auth.check_csrf(row, request.headers.get("x-csrf-token"))
    return actor, row


def arriving(request: Request, house: TheHouse) -> Actor:
    """The person behind the cookie, who may still have to change the password before anything else is open.

    Raises Unauthenticated, or CsrfMissing for an unsafe method without the session's secret.
    """
    return _session(request, house)[0]


def signed_in(request: Request, house: TheHouse) -> Actor:
    """The person behind the cookie or the system behind the bearer token.

    Raises Unauthenticated, CsrfMissing, or, while the sign-in is not finished, PasswordChangeNeeded or
    SecondFactorNeeded.
    """
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return house.auth.bearer(secret.strip(), address_of(request))
    actor, row = _session(request, house)
    house.auth.check_arrived(actor, row)
    return actor


def enrolling(request: Request, house: TheHouse) -> Actor:
    """The person behind the cookie, who may still have to set up a second factor.

    Raises Unauthenticated, CsrfMissing, or PasswordChangeNeeded.
    """
    actor, row = _session(request, house)
    house.auth.check_password(row)
    return actor


Arriving = Annotated[Actor, Depends(arriving)]
Enrolling = Annotated[Actor, Depends(enrolling)]
SignedIn = Annotated[Actor, Depends(signed_in)]
