"""Who may do what: the table decides a row and renders the same rule as SQL."""

from itertools import product
from typing import get_args

import pytest
from sqlalchemy import Column, MetaData, String, Table, create_engine, insert, select

from foundation.access import RULES, Action, Actor, Reach, Thing, demand, may, reach, visible
from foundation.errors import Forbidden, NotFound
from foundation.vocabulary import Role


def person(unit: str, *roles: Role) -> Actor:
    return Actor("p", "某人", unit, frozenset(roles))


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


def test_two_roles_reach_as_far_as_the_farther_one() -> None:
    both = person("west", Role.TECHNICIAN, Role.RADIOLOGIST)
    assert reach(both, "read", "study") is Reach.COUNTY


def test_nobody_without_a_role_may_do_anything() -> None:
    nobody = person("west")
    assert not any(may(nobody, action, thing, "west") for action, thing in product(get_args(Action), get_args(Thing)))


def test_only_administrators_manage() -> None:
    managers = {role for (role, _, action) in RULES if action == "manage"}
    assert managers == {Role.ADMINISTRATOR}


def test_the_sql_of_every_rule_agrees_with_the_decision_for_every_row() -> None:
    engine, table = create_engine("sqlite://"), Table("t", MetaData(), Column("unit_id", String), Column("to", String))
    table.create(engine)
    rows = [("west", "west"), ("west", "east"), ("east", "east"), ("lead", "west")]
    with engine.begin() as conn:
        conn.execute(insert(table), [{"unit_id": unit, "to": to} for unit, to in rows])
        for role, action, thing in product(Role, get_args(Action), get_args(Thing)):
            actor = person("west", role)
            seen = conn.execute(select(table).where(visible(actor, action, thing, table.c.unit_id, table.c.to))).all()
            assert {tuple(row) for row in seen} == {row for row in rows if may(actor, action, thing, *row)}
