"""Whether somebody may: the policy of `foundation/policy.py`, decided for a row and rendered as SQL from one rule.

Every query of a list passes through `visible`, every single thing through `demand`; there is no third way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, false, or_, true

from foundation.errors import Forbidden, NotFound
from foundation.policy import RULES, Action, Basis, Reach, Rule, Thing
from foundation.vocabulary import Role

__all__ = [
    "PRODUCT", "RULES", "Action", "Actor", "Basis", "Reach", "Thing", "demand", "may", "reach", "reachable", "scope",
    "usable", "visible",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person, a system with a token, or the product itself.

    `serves` names the units that send their work to the actor's unit; None is the centre, which serves the county.
    `granted` names the patients that are open beyond the reach, each with its basis.
    """

    id: str
    name: str
    unit_id: str
    roles: frozenset[Role] = field(default_factory=frozenset)
    session_id: str | None = None
    address: str | None = None
    serves: frozenset[str] | None = None
    granted: frozenset[tuple[Basis, str]] = frozenset()


PRODUCT = Actor(id="lianzhen", name="联诊", unit_id="", roles=frozenset({Role.SYSTEM}))
"""The product acting for itself: background work, events from the gateway."""

_EVERYTHING, _NOTHING = Rule(Reach.COUNTY), Rule()


@lru_cache(maxsize=256)
def _rules_of(roles: frozenset[Role]) -> Mapping[tuple[Thing, Action], Rule]:
    """What several roles give together. A system's token carries roles like a person's."""
    found: dict[tuple[Thing, Action], Rule] = {}
    for (role, thing, action), rule in RULES.items():
        if role in roles:
            found[thing, action] = found.get((thing, action), _NOTHING) | rule
    return found


def _rule(actor: Actor, action: Action, thing: Thing) -> Rule:
    return _EVERYTHING if actor is PRODUCT else _rules_of(actor.roles).get((thing, action), _NOTHING)


def _far(actor: Actor, rule: Rule) -> Reach:
    return Reach.COUNTY if rule.reach is Reach.SENDERS and actor.serves is None else rule.reach


def reach(actor: Actor, action: Action, thing: Thing) -> Reach:
    """The farthest reach that any of the actor's roles gives; the centre's readers reach the county."""
    return _far(actor, _rule(actor, action, thing))


def may(actor: Actor, action: Action, thing: Thing, *unit_ids: str, patient: str = "") -> bool:
    """Whether the actor may do this to a row of this patient that belongs or is addressed to `unit_ids`."""
    rule = _rule(actor, action, thing)
    far = _far(actor, rule)
    if far is Reach.COUNTY:
        return True
    if far is Reach.NOTHING:
        return False
    if actor.unit_id in unit_ids:
        return True
    if far is Reach.SENDERS and actor.serves is not None and not actor.serves.isdisjoint(unit_ids):
        return True
    return bool(patient and actor.granted) and patient in _opened(actor, rule)


def demand(actor: Actor, action: Action, thing: Thing, *unit_ids: str, patient: str = "") -> None:
    """Raise Forbidden when no role gives this at all, NotFound when it is only out of reach.

    Another unit's address answers like one that does not exist, so nothing can be learnt by trying.
    """
    if may(actor, action, thing, *unit_ids, patient=patient):
        return
    if reach(actor, action, thing) is Reach.NOTHING:
        raise Forbidden
    raise NotFound


def visible(
    actor: Actor, action: Action, thing: Thing, *unit_columns: ColumnElement[str],
    patient: ColumnElement[str] | None = None,
) -> ColumnElement[bool]:  # fmt: skip
    """The same rule as a WHERE clause over the columns that name a row's units and its patient."""
    rule = _rule(actor, action, thing)
    far = _far(actor, rule)
    if far is Reach.COUNTY:
        return true()
    if far is Reach.NOTHING:
        return false()
    clauses: list[ColumnElement[bool]] = [column == actor.unit_id for column in unit_columns]
    if far is Reach.SENDERS and actor.serves:
        clauses += [column.in_(sorted(actor.serves)) for column in unit_columns]
    if patient is not None and (opened := _opened(actor, rule)):
        clauses.append(patient.in_(sorted(opened)))
    return or_(*clauses)


def usable(actor: Actor, basis: Basis) -> bool:
    """Whether a grant on this basis would open anything to the actor."""
    return any(basis in rule.bases for rule in _rules_of(actor.roles).values())


def reachable(*unit_columns: ColumnElement[str]) -> ColumnElement[bool]:
    """`visible` for a hot statement that is compiled once: its parameters are those of `scope`. No grants."""
    own = (column == bindparam("scope_unit") for column in unit_columns)
    senders = (bindparam("scope_senders", type_=String()).contains(column) for column in unit_columns)
    return or_(bindparam("scope_county"), *own, *senders)


def scope(actor: Actor, action: Action, thing: Thing) -> dict[str, Any]:
    """The parameters of `reachable` for this actor."""
    far = reach(actor, action, thing)
    serves = actor.serves if far is Reach.SENDERS else None
    return {
        "scope_county": far is Reach.COUNTY,
        "scope_unit": actor.unit_id if far in (Reach.OWN_UNIT, Reach.SENDERS) else None,
        "scope_senders": " ".join(sorted(serves or ())),  # ids are of one length and hold no blank
    }


def _opened(actor: Actor, rule: Rule) -> set[str]:
    return {patient for basis, patient in actor.granted if basis in rule.bases}
