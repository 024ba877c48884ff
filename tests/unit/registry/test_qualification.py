"""Who may write and review which report: every rule by itself, and together."""

from dataclasses import replace
from datetime import date

import pytest

from foundation.catalogue import say
from foundation.vocabulary import Role, Specialty
from registry.model import Person
from registry.qualification import Act, Agreement, Case, Fault, covered, faults

DAY = date(2026, 11, 25)
DOCTOR = Person(
    "p", "li", "李文博", "主治医师", "110", "lead", frozenset({Role.RADIOLOGIST}), active=True,
    licence_until=DAY, practising_since=date(2023, 11, 25),
)  # fmt: skip


def case(act: Act = "write", *, remote: bool = True, specialty: Specialty | None = Specialty.RADIOLOGY) -> Case:
    return Case(act, DAY, remote, specialty, 3)


@pytest.mark.parametrize("act", ["write", "review"])
def test_a_physician_with_three_years_on_the_day_is_qualified(act: Act) -> None:
    assert faults(DOCTOR, case(act), agreed=True) == ()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"licence_number": " "}, Fault.NO_LICENCE),
        ({"licence_until": date(2026, 11, 24)}, Fault.LICENCE_EXPIRED),
        ({"title": "院长"}, Fault.NO_TITLE),
        ({"title": "主管技师"}, Fault.NO_TITLE),
        ({"title": "住院医师"}, Fault.TITLE_TOO_LOW),
        ({"practising_since": None}, Fault.TOO_FEW_YEARS),
        ({"practising_since": date(2023, 11, 26)}, Fault.TOO_FEW_YEARS),
        ({"active": False}, Fault.ACCOUNT_CLOSED),
    ],
)
def test_each_lack_is_named_by_itself(change: dict[str, object], fault: Fault) -> None:
    assert faults(replace(DOCTOR, **change), case("review"), agreed=True) == (fault,)  # type: ignore[arg-type]


def test_a_report_for_the_own_unit_needs_neither_years_nor_agreement() -> None:
    young = replace(DOCTOR, practising_since=None)
    assert faults(young, case(remote=False), agreed=False) == ()


def test_a_resident_writes_and_does_not_review() -> None:
    resident = replace(DOCTOR, title="住院医师")
    assert faults(resident, case("write"), agreed=True) == ()


def test_everything_that_is_lacking_is_said_at_once() -> None:
    nobody = replace(DOCTOR, licence_number="", title="", practising_since=None)
    wanted = (Fault.NO_LICENCE, Fault.NO_TITLE, Fault.TOO_FEW_YEARS, Fault.NO_AGREEMENT)
    assert faults(nobody, case(), agreed=False) == wanted


def test_laboratory_reports_are_a_technicians_too_and_reviewed_from_a_senior_one_on() -> None:
    technician = replace(DOCTOR, title="技师", roles=frozenset({Role.LABORATORY_PHYSICIAN}))
    laboratory = Specialty.LABORATORY
    assert faults(technician, case(specialty=laboratory), agreed=True) == ()
    assert faults(technician, case("review", specialty=laboratory), agreed=True) == (Fault.TITLE_TOO_LOW,)
    assert faults(replace(technician, title="主管技师"), case("review", specialty=None), agreed=True) == ()
    assert faults(technician, case(specialty=Specialty.RADIOLOGY), agreed=True) == (Fault.NO_TITLE,)


def test_a_29th_of_february_has_its_anniversary_on_the_first_of_march() -> None:
    leap = replace(DOCTOR, practising_since=date(2024, 2, 29), licence_until=None)
    last, first = (Case("write", day, True, None, 3) for day in (date(2027, 2, 28), date(2027, 3, 1)))
    assert faults(leap, last, agreed=True) == (Fault.TOO_FEW_YEARS,)
    assert faults(leap, first, agreed=True) == ()


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "holds"),
    [(DAY, DAY, True), (date(2026, 1, 1), None, True), (date(2026, 11, 26), None, False),
     (date(2026, 1, 1), date(2026, 11, 24), False)],
)  # fmt: skip
def test_an_agreement_holds_from_its_first_to_its_last_day(
    valid_from: date, valid_until: date | None, holds: bool
) -> None:
    one = Agreement("a", "unit", "1", valid_from, valid_until, frozenset({Specialty.RADIOLOGY}))
    assert covered([one], DAY, Specialty.RADIOLOGY) is holds
    assert not covered([one], DAY, Specialty.CARDIOLOGY)


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_words(fault: Fault) -> None:
    assert say(fault, "zh") != say(fault, "en")
