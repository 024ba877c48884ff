"""Who may see and do what: one pure table, decided for a row and rendered as SQL from the same rule.

A rule gives a role a *reach* for an action on a kind of thing: its own unit, units that it serves, or the county.
Every query of a list passes through `visible`, every single thing through `demand`; there is no third way.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal

from sqlalchemy import ColumnElement, bindparam, false, or_, true

from foundation.errors import Forbidden, NotFound
from foundation.vocabulary import Role

Thing = Literal[
    "patient", "order", "study", "upload", "workitem", "draft", "report", "delivery", "unit", "device", "person",
    "audit", "template", "system", "item",
]  # fmt: skip
Action = Literal["read", "create", "update", "claim", "review", "issue", "manage"]


class Reach(IntEnum):
    """How far a rule goes; a larger reach includes the smaller."""

    NOTHING = 0
    OWN_UNIT = 1  # the row belongs to the actor's unit, or is addressed to it
    COUNTY = 2


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person, a system with a token, or the product itself."""

    id: str
    name: str
    unit_id: str
    roles: frozenset[Role] = field(default_factory=frozenset)
    session_id: str | None = None
    address: str | None = None


PRODUCT = Actor(id="lianzhen", name="联诊", unit_id="", roles=frozenset({Role.SYSTEM}))
"""The product acting for itself: background work, events from the gateway."""

_READERS = (Role.RADIOLOGIST, Role.REVIEWER, Role.CARDIOLOGIST, Role.LABORATORY_PHYSICIAN)


def _rules() -> dict[tuple[Role, Thing, Action], Reach]:
    own, county = Reach.OWN_UNIT, Reach.COUNTY
    rules: dict[tuple[Role, Thing, Action], Reach] = {}

    def allow(role: Role, reach: Reach, *pairs: tuple[Thing, Action]) -> None:
        for thing, action in pairs:
            rules[role, thing, action] = reach

    allow(
        Role.TECHNICIAN, own, ("patient", "read"), ("patient", "create"), ("patient", "update"), ("patient", "manage"),
        ("order", "read"), ("order", "create"), ("order", "update"),
        ("study", "read"), ("study", "create"), ("upload", "create"), ("upload", "read"), ("report", "read"),
        ("delivery", "read"), ("workitem", "read"),
    )  # fmt: skip
    for reader in _READERS:
        allow(
            reader, county, ("patient", "read"), ("patient", "manage"), ("order", "read"), ("study", "read"),
            ("workitem", "read"), ("report", "read"), ("template", "read"), ("draft", "read"),
        )  # fmt: skip
    for reader in (Role.RADIOLOGIST, Role.CARDIOLOGIST, Role.LABORATORY_PHYSICIAN):
        allow(reader, county, ("workitem", "claim"), ("draft", "update"))
    allow(
        Role.REVIEWER,
        county,
        ("workitem", "claim"),
        ("workitem", "review"),
        ("report", "issue"),
        ("draft", "update"),
    )
    allow(
        Role.CLINICIAN, own, ("report", "read"), ("study", "read"), ("patient", "read"), ("order", "read"),
        ("delivery", "read"), ("delivery", "update"),
    )  # fmt: skip
    allow(
        Role.QUALITY_OFFICER,
        county,
        ("study", "read"),
        ("report", "read"),
        ("workitem", "read"),
        ("audit", "read"),
        ("item", "manage"),
        ("item", "read"),
    )
    allow(
        Role.ADMINISTRATOR, county, ("unit", "read"), ("unit", "manage"), ("device", "read"), ("device", "manage"),
        ("person", "read"), ("person", "manage"), ("audit", "read"), ("workitem", "read"), ("system", "read"),
        ("system", "manage"), ("item", "manage"), ("item", "read"),
    )  # fmt: skip
    return rules


RULES = _rules()


def reach(actor: Actor, action: Action, thing: Thing) -> Reach:
    """The farthest reach that any of the actor's roles gives. A system's token carries roles like a person's."""
    if actor is PRODUCT:
        return Reach.COUNTY
    return max((RULES.get((role, thing, action), Reach.NOTHING) for role in actor.roles), default=Reach.NOTHING)


def may(actor: Actor, action: Action, thing: Thing, *unit_ids: str) -> bool:
    """Whether the actor may do this to a row that belongs or is addressed to `unit_ids`."""
    far = reach(actor, action, thing)
    return far is Reach.COUNTY or (far is Reach.OWN_UNIT and actor.unit_id in unit_ids)


def demand(actor: Actor, action: Action, thing: Thing, *unit_ids: str) -> None:
    """Raise Forbidden when no role gives this at all, NotFound when it is only out of reach.

    Another unit's address answers like one that does not exist, so nothing can be learnt by trying.
    """
    if may(actor, action, thing, *unit_ids):
        return
    if reach(actor, action, thing) is Reach.NOTHING:
        raise Forbidden
    raise NotFound


def visible(actor: Actor, action: Action, thing: Thing, *unit_columns: ColumnElement[str]) -> ColumnElement[bool]:
    """The same rule as a WHERE clause over the columns that name a row's units."""
    far = reach(actor, action, thing)
    if far is Reach.COUNTY:
        return true()
    if far is Reach.NOTHING:
        return false()
    return or_(*(column == actor.unit_id for column in unit_columns))


def reachable(*unit_columns: ColumnElement[str]) -> ColumnElement[bool]:
    """`visible` for a hot statement that is compiled once: its parameters are those of `scope`."""
    own = (column == bindparam("scope_unit") for column in unit_columns)
    return or_(bindparam("scope_county"), *own)


def scope(actor: Actor, action: Action, thing: Thing) -> dict[str, Any]:
    """The parameters of `reachable` for this actor."""
    far = reach(actor, action, thing)
    return {"scope_county": far is Reach.COUNTY, "scope_unit": actor.unit_id if far is Reach.OWN_UNIT else None}
