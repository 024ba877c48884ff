"""Signing keys: the signing window, and what everybody may have to verify with."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from foundation.access import Actor
from web.deps import SignedIn, TheHouse, cookie_of
from web.house import House

router = APIRouter(prefix="/api/keys", tags=["keys"])


class WindowOut(BaseModel):
    """Until when this session signs without the password; null when it asks."""

    until: datetime | None


def unlock(house: House, actor: Actor, password: str | None, request: Request) -> None:
    """Before an act of signing: the password, or the session's open window. Raises SigningPassword and what
    `Reports.unlock` raises."""
    if password is not None:
        house.auth.confirm(actor, password)
    house.reports.unlock(actor, password, cookie_of(request) or "")


@router.get("/window")
def window(actor: SignedIn, house: TheHouse) -> WindowOut:
    """Whether the password is asked for at the next signature."""
    return WindowOut(until=house.reports.signing_until(actor))


@router.delete("/window", status_code=204)
def close_window(actor: SignedIn, house: TheHouse) -> None:
    """Put the key down."""
    house.reports.lock(actor)


@router.get("/crl", response_class=Response)
def revocations(house: TheHouse) -> Response:
    """The county authority's revocation list, DER; nobody need sign in."""
    return Response(house.reports.revocation_list(), media_type="application/pkix-crl")
