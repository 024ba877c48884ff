"""The states of a workitem, routing, deadlines and successors, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from foundation.access import Actor
from foundation.vocabulary import Priority, Role, Sex, Specialty
from reading_queue.model import (
    FINAL,
    Kind,
    Step,
    Workitem,
    WorkitemState,
    after,
    age,
    before,
    deadline,
    may_hold,
    review_of,
    rewriting_of,
    route,
    successor,
    urgency,
)
from reading_queue.settings import ReadingQueueSettings

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ITEM = Workitem(
    uid="2.25.1", kind=Kind.READING, label="DR阅片", state=WorkitemState.IN_PROGRESS, priority=Priority.MEDIUM,
    specialty=Specialty.RADIOLOGY, study_instance_uid="1.2.3", unit_id="u1", unit_name="镇卫生院", patient_uid="p",
    patient_id="P1", patient_name="王小芬", patient_sex=Sex.FEMALE, patient_birth_date=date(1980, 1, 2),
    patient_age="46岁", accession_number="A1", order_id="", modality="DX", body_part="CHEST", description="胸部正位",
    instances=2, created_at=NOW, deadline_at=NOW + timedelta(hours=2), claimed_by="r1", claimed_name="李",
    claimed_at=NOW, lease_until=NOW, attempt=3, returned_reason=None,
)  # fmt: skip


def person(*roles: Role, id_: str = "r1") -> Actor:
    return Actor(id_, "李", "lead", frozenset(roles))


@pytest.mark.parametrize(("state", "step"), list(product(WorkitemState, Step)))
def test_every_square_of_the_ups_table_is_either_allowed_or_refused(state: WorkitemState, step: Step) -> None:
    # PS3.4 Table CC.1.1-2, row by row
    table = {
        ("SCHEDULED", "claim"): "IN PROGRESS",
        ("SCHEDULED", "cancel"): "CANCELED",
        ("IN PROGRESS", "complete"): "COMPLETED",
        ("IN PROGRESS", "cancel"): "CANCELED",
    }
    assert after(state, step) == table.get((state.value, step.value))
    assert (state in before(step)) == ((state.value, step.value) in table)


def test_nothing_leads_back_to_scheduled_and_nothing_out_of_an_end() -> None:
    reached = {after(state, step) for state, step in product(WorkitemState, Step)}
    assert WorkitemState.SCHEDULED not in reached
    assert all(after(state, step) is None for state, step in product(FINAL, Step))


@pytest.mark.parametrize(
    ("modality", "specialty", "label"),
    [
        ("DX", Specialty.RADIOLOGY, "DR阅片"),
        ("CR", Specialty.RADIOLOGY, "DR阅片"),
        ("CT", Specialty.RADIOLOGY, "CT阅片"),
        ("ECG", Specialty.CARDIOLOGY, "心电"),
        ("LAB", Specialty.LABORATORY, "检验审核"),
        ("XA", Specialty.RADIOLOGY, "影像阅片"),
        ("", Specialty.RADIOLOGY, "影像阅片"),
    ],
)
def test_the_modality_decides_who_reads_and_on_which_worklist(modality: str, specialty: Specialty, label: str) -> None:
    assert route(modality) == (specialty, label)


def test_an_emergency_is_due_in_half_an_hour_and_a_routine_film_in_two() -> None:
    minutes = ReadingQueueSettings().deadline_minutes
    assert deadline(minutes, "DX", Priority.HIGH, NOW) == NOW + timedelta(minutes=30)
    assert deadline(minutes, "DX", Priority.MEDIUM, NOW) == NOW + timedelta(hours=2)


def test_a_modality_may_have_its_own_deadline() -> None:
    minutes = ReadingQueueSettings(deadline_minutes={"HIGH": 30, "MEDIUM": 120, "LOW": 1440, "ECG HIGH": 10})
    assert deadline(minutes.deadline_minutes, "ECG", Priority.HIGH, NOW) == NOW + timedelta(minutes=10)
    assert deadline(minutes.deadline_minutes, "ECG", Priority.LOW, NOW) == NOW + timedelta(minutes=1440)


@pytest.mark.parametrize(
    "minutes",
    [
        {"HIGH": 30, "MEDIUM": 120},
        {"HIGH": 30, "MEDIUM": 120, "LOW": 0},
        {"HIGH": 30, "MEDIUM": 120, "LOW": 120, "URGENT": 5},
        {"HIGH": 30, "MEDIUM": 120, "LOW": 120, "ECG  HIGH": 5},
    ],
)
def test_a_setting_that_leaves_a_priority_without_a_deadline_is_refused(minutes: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        ReadingQueueSettings(deadline_minutes=minutes)


def test_emergencies_stand_first() -> None:
    assert sorted(Priority, key=urgency) == [Priority.HIGH, Priority.MEDIUM, Priority.LOW]


@pytest.mark.parametrize(
    ("born", "on", "written"),
    [
        (date(1980, 1, 2), date(2026, 1, 1), "45岁"),
        (date(1980, 1, 2), date(2026, 1, 2), "46岁"),
        (date(2026, 1, 31), date(2026, 2, 28), "28天"),
        (date(2026, 1, 1), date(2026, 1, 1), "0天"),
        (date(2025, 1, 1), date(2026, 3, 1), "14月"),
        (date(2023, 3, 1), date(2026, 2, 28), "35月"),
        (date(2023, 3, 1), date(2026, 3, 1), "3岁"),
        (None, date(2026, 1, 1), None),
        (date(2027, 1, 1), date(2026, 1, 1), None),
    ],
)
def test_an_age_is_written_as_chinese_records_write_it(born: date | None, on: date, written: str | None) -> None:
    assert age(born, on) == written


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 40000))
def test_every_age_fits_its_column(born: date, days: int) -> None:
    written = age(born, born + timedelta(days=days))
    assert written is not None
    assert len(written) <= 5


def test_a_successor_is_free_names_what_it_replaces_and_keeps_the_deadline_and_counts_on() -> None:
    later = NOW + timedelta(minutes=7)
    new = successor(ITEM, "2.25.2", later)
    assert (new.state, new.replaces, new.claimed_by, new.lease_until) == (WorkitemState.SCHEDULED, "2.25.1", None, None)
    assert (new.attempt, new.deadline_at, new.created_at) == (ITEM.attempt + 1, ITEM.deadline_at, later)


def test_a_review_is_another_kind_on_another_worklist_and_not_for_the_writer() -> None:
    review = review_of(ITEM, "2.25.2", "report", "r1", NOW)
    assert (review.kind, review.label, review.excluded_person_id) == (Kind.REVIEW, "二级审核", "r1")
    assert (review.attempt, review.replaces, review.report_id) == (1, None, "report")


def test_a_report_sent_back_becomes_a_reading_again_with_the_reviewers_reason() -> None:
    review = review_of(ITEM, "2.25.2", "report", "r1", NOW)
    again = rewriting_of(review, "2.25.3", "漏诊", NOW)
    assert (again.kind, again.label, again.returned_reason) == (Kind.READING, "DR阅片", "漏诊")
    assert again.excluded_person_id is None
    assert again.report_id == "report"


@pytest.mark.parametrize(
    ("roles", "specialty", "fits"),
    [
        ({Role.RADIOLOGIST}, Specialty.RADIOLOGY, True),
        ({Role.RADIOLOGIST}, Specialty.CARDIOLOGY, False),
        ({Role.CARDIOLOGIST}, Specialty.CARDIOLOGY, True),
        ({Role.LABORATORY_PHYSICIAN}, Specialty.LABORATORY, True),
        ({Role.REVIEWER}, Specialty.CARDIOLOGY, True),
        ({Role.TECHNICIAN, Role.CLINICIAN, Role.ADMINISTRATOR}, Specialty.RADIOLOGY, False),
    ],
)
def test_a_reading_is_for_readers_of_its_specialty(roles: set[Role], specialty: Specialty, fits: bool) -> None:
    assert may_hold(replace(ITEM, specialty=specialty), person(*roles)) is fits


def test_a_review_is_for_reviewers_other_than_the_writer() -> None:
    review = review_of(ITEM, "2.25.2", "report", "r1", NOW)
    assert not may_hold(review, person(Role.REVIEWER, id_="r1"))
    assert may_hold(review, person(Role.REVIEWER, id_="r2"))
    assert not may_hold(review, person(Role.RADIOLOGIST, id_="r2"))
