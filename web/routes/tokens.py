"""Systems with a bearer token: admitted, listed and ended by the administrator."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from foundation.access import demand
from foundation.vocabulary import Role
from web.deps import SignedIn, TheHouse

router = APIRouter(prefix="/api/admin/tokens", tags=["administration"])


class TokenIn(BaseModel):
    """A system, the unit that it acts for, and what it may do."""

    name: str = Field(min_length=1, max_length=64, pattern=r"^[^\s].*$")
    unit_id: str = Field(max_length=36)
    roles: frozenset[Role] = Field(min_length=1)


class TokenOut(BaseModel):
    """A system's access. The id is a digest: it opens nothing."""

    id: str
    name: str
    unit_id: str
    roles: list[str]
    created_at: datetime
    revoked_at: datetime | None


class Tokens(BaseModel):
    """The newest first."""

    items: list[TokenOut]


class Secret(BaseModel):
    """The token, this one time."""

    token: str


@router.get("")
def tokens(actor: SignedIn, house: TheHouse) -> Tokens:
    """Every system that was admitted."""
    demand(actor, "read", "system")
    return Tokens(items=[TokenOut.model_validate(one, from_attributes=True) for one in house.auth.tokens()])


@router.post("", status_code=201)
def add_token(body: TokenIn, actor: SignedIn, house: TheHouse) -> Secret:
    """Admit a system; the token is shown once and only its hash is kept."""
    demand(actor, "manage", "system")
    unit = house.registry.unit(body.unit_id)
    return Secret(token=house.auth.add_token(body.name.strip(), unit.id, body.roles, actor))


@router.delete("/{token_id}", status_code=204)
def end_token(token_id: str, actor: SignedIn, house: TheHouse) -> None:
    """It opens nothing any more."""
    demand(actor, "manage", "system")
    house.auth.end_token(actor, token_id)
