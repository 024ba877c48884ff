"""Who is signed in where: one's own sessions, and everybody's for the administrator."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from foundation.access import Actor, demand
from foundation.errors import Unauthenticated
from web.deps import SignedIn, TheHouse
from web.house import House

router = APIRouter(prefix="/api", tags=["sessions"])


class SessionRow(BaseModel):
    """A signed-in browser. The id is a digest: it opens nothing."""

    id: str
    person_id: str
    person: str
    account: str
    created_at: datetime
    seen_at: datetime
    address: str | None
    current: bool


class Sessions(BaseModel):
    """The last used first."""

    items: list[SessionRow]


@router.get("/sessions")
def own_sessions(actor: SignedIn, house: TheHouse) -> Sessions:
    """The asker's own sessions."""
    return _shown(house, actor, house.auth.sessions(_person(actor)))


@router.delete("/sessions/{session_id}", status_code=204)
def end_own_session(session_id: str, actor: SignedIn, house: TheHouse) -> None:
    """End one of the asker's own sessions; its cookie is dead at once."""
    house.auth.revoke_session(actor, session_id, _person(actor))


@router.get("/admin/sessions")
def every_session(actor: SignedIn, house: TheHouse) -> Sessions:
    """Everybody's sessions."""
    demand(actor, "manage", "person")
    return _shown(house, actor, house.auth.sessions())


@router.delete("/admin/sessions/{session_id}", status_code=204)
def end_session(session_id: str, actor: SignedIn, house: TheHouse) -> None:
    """End somebody's session."""
    demand(actor, "manage", "person")
    house.auth.revoke_session(actor, session_id)


def _person(actor: Actor) -> str:
    if actor.session_id is None:
        raise Unauthenticated
    return actor.id


def _shown(house: House, actor: Actor, rows: list[Any]) -> Sessions:
    people = {one: house.registry.person(one) for one in {row.person_id for row in rows}}
    return Sessions(
        items=[
            SessionRow(
                id=row.id,
                person_id=row.person_id,
                person=people[row.person_id].name,
                account=people[row.person_id].account,
                created_at=row.created_at,
                seen_at=row.seen_at,
                address=row.address,
                current=row.id == actor.session_id,
            )
            for row in rows
        ]
    )
