"""The duty roster: who is called when, and what is no roster."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from foundation.access import PRODUCT
from foundation.clock import COUNTY_ZONE
from foundation.errors import Forbidden
from foundation.vocabulary import Role, Specialty
from registry.api import NewDuty, NewPerson, PersonChange
from registry.errors import BadDuty, BadPerson, DutyNotFound, DutyOverlaps, DutyPerson
from tests.integration.registry.desk import Desk, open_desk

EVENING = datetime(2026, 11, 23, 17, 30, tzinfo=COUNTY_ZONE)
HOUR = timedelta(hours=1)
HEAD = "日期,专业,开始,结束,一线,二线,三线\n"


@pytest.fixture
def desk(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("roster")) as opened:
        for account, role in (("one", Role.RADIOLOGIST), ("two", Role.REVIEWER), ("heart", Role.CARDIOLOGIST)):
            new = NewPerson(
                account, f"医{account}", opened.lead.id, frozenset({role}), "主治医师", phone="138 0013 8000"
            )
            opened.registry.add_person(PRODUCT, new)
        yield opened


def person(desk: Desk, account: str) -> str:
    found = desk.registry.person_by_account(account)
    assert found is not None
    return found.id


def duty(desk: Desk, *accounts: str, begins: datetime = EVENING, hours: float = 14.5) -> NewDuty:
    people = tuple(person(desk, one) for one in accounts or ("one", "two"))
    return NewDuty(Specialty.RADIOLOGY, begins, begins + hours * HOUR, people)


def called(desk: Desk, at: datetime, specialty: Specialty = Specialty.RADIOLOGY) -> list[str]:
    return [one.name for one in desk.registry.on_duty(specialty, at)]


def test_at_every_hour_the_ones_to_call_in_their_order(desk: Desk) -> None:
    desk.registry.add_duties(PRODUCT, [duty(desk), duty(desk, "two", begins=EVENING + 14.5 * HOUR, hours=9.5)])
    assert called(desk, EVENING) == ["医one", "医two"]
    assert called(desk, EVENING.astimezone(UTC) + 14 * HOUR) == ["医one", "医two"]
    assert called(desk, EVENING + 14.5 * HOUR) == ["医two"]
    assert called(desk, EVENING - timedelta(seconds=1)) == []
    assert called(desk, EVENING + 24 * HOUR) == []
    assert called(desk, EVENING, Specialty.CARDIOLOGY) == []


def test_somebody_whose_account_is_closed_is_not_called(desk: Desk) -> None:
    desk.registry.add_duties(PRODUCT, [duty(desk)])
    desk.registry.change_person(PRODUCT, person(desk, "one"), PersonChange(active=False))
    assert called(desk, EVENING) == ["医two"]
    with pytest.raises(DutyPerson):
        desk.registry.add_duties(PRODUCT, [duty(desk, "one", begins=EVENING + 48 * HOUR)])


def test_a_duty_that_cannot_be_leaves_nothing_of_its_list(desk: Desk) -> None:
    good = duty(desk)
    later = EVENING + 72 * HOUR
    for bad, refusal in (
        (duty(desk, begins=EVENING + HOUR), DutyOverlaps),
        (duty(desk, "heart", begins=later), DutyPerson),
        (duty(desk, "one", "one", begins=later), BadDuty),
        (duty(desk, begins=later, hours=49), BadDuty),
        (duty(desk, begins=later, hours=-1), BadDuty),
        (replace(duty(desk, begins=later), contacts=()), BadDuty),
        (replace(duty(desk, begins=later), contacts=("nobody",)), DutyPerson),
    ):
        with pytest.raises(refusal):
            desk.registry.add_duties(PRODUCT, [good, bad])
        assert called(desk, EVENING) == []


def test_a_duty_is_changed_and_removed_and_its_numbers_are_shown_with_a_trace(desk: Desk) -> None:
    (made,) = desk.registry.add_duties(PRODUCT, [duty(desk)])
    desk.registry.change_duty(PRODUCT, made.id, duty(desk, "two", hours=12))
    assert called(desk, EVENING) == ["医two"]
    assert called(desk, EVENING + 13 * HOUR) == []
    caller = desk.actor(Role.TECHNICIAN)
    assert [one.phone for one in desk.registry.duty_phones(caller, made.id).contacts] == ["138 0013 8000"]
    assert desk.floor.audit.entries(limit=1)[0]["subtype"] == "shown"
    with pytest.raises(Forbidden):
        desk.registry.remove_duty(caller, made.id)
    desk.registry.remove_duty(PRODUCT, made.id)
    assert called(desk, EVENING) == []
    with pytest.raises(DutyNotFound):
        desk.registry.remove_duty(PRODUCT, made.id)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_is_entered_whole(desk: Desk, encoding: str) -> None:
    text = (
        HEAD
        + "2026-11-23,影像,17:30,08:00,one,two,\n2026/11/24,影像,8:00,17：30,two,,\n2026-11-23,心电,08:00,08:00,heart\n"
    )
    assert desk.registry.import_duties(PRODUCT, text.encode(encoding)) == (3, [])
    assert called(desk, EVENING) == ["医one", "医two"]
    assert called(desk, EVENING + 15 * HOUR) == ["医two"]
    assert called(desk, EVENING, Specialty.CARDIOLOGY) == ["医heart"]


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ("2026-11-23,影像,17:30,08:00,nobody\n2026-13-23,影像,17:30,08:00,one\n", [(2, "account"), (3, "value")]),
        ("2026-11-23,影像,17:30,08:00,one\n2026-11-23,影像,20:00,21:00,two\n", [(3, "duty-overlaps")]),
        ("2026-11-23,影像,25:30,08:00,one\n2026-11-23,牙科,17:30,08:00,one\n", [(2, "value"), (3, "value")]),
        ("2026-11-23,影像,17:30,08:00,heart\n2026-11-23\n", [(2, "duty-person"), (3, "needed")]),
        ("", [(0, "empty-file")]),
    ],
)
def test_a_file_with_any_fault_enters_nothing_and_names_each(
    desk: Desk, body: str, faults: list[tuple[int, str]]
) -> None:
    added, found = desk.registry.import_duties(PRODUCT, (HEAD + body).encode())
    assert (added, [(one.row, one.reason) for one in found]) == (0, faults)
    assert called(desk, EVENING) == []


def test_a_file_without_the_columns_says_which(desk: Desk) -> None:
    _, found = desk.registry.import_duties(PRODUCT, "日期,科室\n2026-11-23,影像\n".encode())
    assert {(one.reason, one.column) for one in found} >= {("unknown-column", "科室"), ("missing-column", "一线")}


def test_a_telephone_number_is_one(desk: Desk) -> None:
    with pytest.raises(BadPerson):
        desk.registry.change_person(PRODUCT, person(desk, "one"), PersonChange(phone="call me"))
    with pytest.raises(BadPerson):
        new = NewPerson("three", "医", desk.lead.id, frozenset({Role.RADIOLOGIST}), phone="12")
        desk.registry.add_person(PRODUCT, new)
