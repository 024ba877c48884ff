"""Who may do what: the table decides a row and renders the same rule as SQL."""

from itertools import product
from typing import get_args

import pytest
from sqlalchemy import Column, MetaData, String, Table, create_engine, insert, select

from foundation.access import (
    PRODUCT,
    RULES,
    Action,
    Actor,
    Basis,
    Reach,
    Thing,
    demand,
    may,
    reach,
    reachable,
    scope,
    visible,
)
from foundation.errors import Forbidden, NotFound
from foundation.vocabulary import Role

ROWS = [(unit, to, patient) for unit, to in (("west", "west"), ("west", "east"), ("east", "east"), ("lead", "west"),
                                             ("north", "north")) for patient in ("wang", "li")]  # fmt: skip


def person(unit: str, *roles: Role, serves: frozenset[str] | None = frozenset()) -> Actor:
    return Actor("p", "某人", unit, frozenset(roles), serves=serves)


def test_a_technician_sees_the_own_units_studies_only() -> None:
    technician = person("west", Role.TECHNICIAN)
    assert may(technician, "read", "study", "west")
    assert not may(technician, "read", "study", "east")


def test_another_units_row_answers_like_one_that_does_not_exist() -> None:
    with pytest.raises(NotFound):
        demand(person("west", Role.CLINICIAN), "read", "report", "east")


def test_an_action_that_no_role_gives_is_forbidden() -> None:
    with pytest.raises(Forbidden):
        demand(person("lead", Role.CLINICIAN), "claim", "workitem", "lead")


def test_the_centres_readers_reach_the_county_and_a_townships_only_those_who_send_to_it() -> None:
    assert reach(person("lead", Role.RADIOLOGIST, serves=None), "read", "study") is Reach.COUNTY
    township = person("west", Role.RADIOLOGIST, serves=frozenset({"village"}))
    assert may(township, "claim", "workitem", "village")
    assert not may(township, "claim", "workitem", "east")


def test_two_roles_reach_as_far_as_the_farther_one() -> None:
    both = person("west", Role.TECHNICIAN, Role.QUALITY_OFFICER)
    assert reach(both, "read", "study") is Reach.COUNTY


def test_nobody_without_a_role_may_do_anything() -> None:
    nobody = person("west")
    assert not any(may(nobody, action, thing, "west") for action, thing in product(get_args(Action), get_args(Thing)))


def test_only_administrators_manage_the_county() -> None:
    county = ("unit", "device", "person", "system", "roster")
    managers = {role for (role, thing, action) in RULES if action == "manage" and thing in county}
    assert managers == {Role.ADMINISTRATOR}


@pytest.mark.parametrize(("basis", "role", "opens"), [
    (Basis.BREAK_GLASS, Role.CLINICIAN, True),
    (Basis.RECOGNITION, Role.CLINICIAN, True),
    (Basis.RECOGNITION, Role.TECHNICIAN, True),
    (Basis.BREAK_GLASS, Role.TECHNICIAN, False),
])  # fmt: skip
def test_a_grant_opens_one_patient_to_roles_that_may_use_its_basis(basis: Basis, role: Role, opens: bool) -> None:
    granted = Actor("p", "某人", "west", frozenset({role}), serves=frozenset(), granted=frozenset({(basis, "wang")}))
    assert may(granted, "read", "report", "east", patient="wang") is opens
    assert not may(granted, "read", "report", "east", patient="li")
    assert not may(granted, "read", "report", "east")
    assert not may(granted, "update", "delivery", "east", patient="wang")


def actors() -> list[Actor]:
    """Every role in a township without senders, in one with a sender, and at the centre; and with grants."""
    granted = frozenset({(Basis.BREAK_GLASS, "wang"), (Basis.RECOGNITION, "li")})
    reaches = (frozenset[str](), frozenset({"east"}), None)
    found = [person("west", role, serves=serves) for role, serves in product(Role, reaches)]
    return [
        *found,
        PRODUCT,
        Actor("p", "某人", "west", frozenset({Role.CLINICIAN}), serves=frozenset(), granted=granted),
    ]


def test_the_sql_of_every_rule_agrees_with_the_decision_for_every_row() -> None:
    engine = create_engine("sqlite://")
    table = Table("t", MetaData(), *(Column(name, String) for name in ("unit_id", "to", "patient")))
    table.create(engine)
    hot = select(table).where(reachable(table.c.unit_id, table.c.to))
    with engine.begin() as conn:
        conn.execute(insert(table), [{"unit_id": unit, "to": to, "patient": patient} for unit, to, patient in ROWS])
        for actor, action, thing in product(actors(), get_args(Action), get_args(Thing)):
            where = visible(actor, action, thing, table.c.unit_id, table.c.to, patient=table.c.patient)
            seen = {tuple(row) for row in conn.execute(select(table).where(where))}
            assert seen == {row for row in ROWS if may(actor, action, thing, *row[:2], patient=row[2])}
            quick = {tuple(row) for row in conn.execute(hot, scope(actor, action, thing))}
            assert quick == {row for row in ROWS if may(actor, action, thing, *row[:2])}
