"""Which result counts on which day, and which report bears a mark: every rule alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from recognition.model import Quality, QualityKind, Result, Why
from recognition.reasons import every_reason, listed
from recognition.rules import LEVELS, Asked, accepts, covered, no_mark, reasons, valid_until

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
RESULT = Result(
    "report-1", 2, "final", "patient-1", "2.25.1", "unit-1", "DR-CHEST-PA", "胸部正位", "DX", TODAY - timedelta(days=9),
    ("device-1",), "云溪HR", "county", "", NOW,
)  # fmt: skip
QUALITY = Quality(
    "quality-1", "device-1", QualityKind.INTERNAL, "2026-1", date(2026, 1, 1), date(2026, 12, 31), "p", "吴芳", NOW
)
ASKED = Asked({"DR-CHEST-PA": 30, "CR-CHEST-PA": 14}, TODAY, frozenset({"patient-1", "patient-2"}), "township")


def why(
    result: Result = RESULT, asked: Asked = ASKED, quality: Quality = QUALITY, level: str = "township"
) -> list[Why]:
    return list(reasons(result, asked, [quality], level))


def test_a_result_that_keeps_every_rule_counts_for_the_same_and_for_an_equivalent_item() -> None:
    assert why() == []
    assert why(replace(RESULT, item_code="CR-CHEST-PA")) == []
    assert why(replace(RESULT, patient_uid="patient-2", status="corrected")) == []


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"patient_uid": "namesake"}, [Why.OTHER_PERSON]),
        ({"status": "entered-in-error"}, [Why.WITHDRAWN]),
        ({"item_code": "DR-KNEE-AP-LAT"}, [Why.NO_EQUIVALENT]),
        ({"item_code": ""}, [Why.NO_EQUIVALENT]),
        ({"examined_on": TODAY + timedelta(days=1)}, [Why.FUTURE]),
        ({"examined_on": date.max}, [Why.FUTURE, Why.QUALITY]),
        ({"examined_on": TODAY - timedelta(days=31)}, [Why.EXPIRED]),
        ({"item_code": "CR-CHEST-PA", "examined_on": TODAY - timedelta(days=15)}, [Why.EXPIRED]),
        ({"mark": "", "mark_missing": "quality"}, [Why.QUALITY]),
        ({"mark": "", "mark_missing": ""}, [Why.NOT_MARKED]),  # signed before marks were decided
        ({"mark_level": "province"}, [Why.QUALITY]),  # the county's own control carries no province's mark
        ({"devices": ("device-1", "device-2")}, [Why.QUALITY]),
        ({"devices": ()}, [Why.QUALITY]),
    ],
)
def test_each_rule_that_is_broken_is_named(changes: dict[str, object], wanted: list[Why]) -> None:
    assert why(replace(RESULT, **changes)) == wanted  # type: ignore[arg-type]


def test_several_are_all_named() -> None:
    broken = replace(RESULT, patient_uid="x", status="entered-in-error", item_code="y")
    assert why(broken) == [Why.OTHER_PERSON, Why.WITHDRAWN, Why.NO_EQUIVALENT]


def test_the_last_day_still_counts_and_an_item_without_days_never_does() -> None:
    assert why(replace(RESULT, examined_on=TODAY - timedelta(days=30))) == []
    assert valid_until(RESULT, ASKED) == TODAY + timedelta(days=21)
    assert why(asked=replace(ASKED, validity={"DR-CHEST-PA": None})) == [Why.NO_VALIDITY]


def test_quality_control_that_was_cut_short_no_longer_stands_for_a_later_day() -> None:
    ended = replace(QUALITY, ended_on=RESULT.examined_on - timedelta(days=1))
    assert why(quality=ended) == [Why.QUALITY]
    assert why(quality=replace(QUALITY, ended_on=RESULT.examined_on)) == []
    assert why(quality=replace(QUALITY, ended_on=date(2027, 3, 1))) == []


@pytest.mark.parametrize("asking", LEVELS)
@pytest.mark.parametrize("examining", LEVELS)
def test_same_level_is_mutual_lower_accepts_higher_and_the_rest_is_the_countys_choice(
    asking: str, examining: str
) -> None:
    higher_or_same = LEVELS.index(examining) >= LEVELS.index(asking)
    assert accepts(asking, examining, higher_accepts_lower=False) is higher_or_same
    assert accepts(asking, examining, higher_accepts_lower=True)
    strict = replace(ASKED, level=asking, higher_accepts_lower=False)
    assert why(asked=strict, level=examining) == ([] if higher_or_same else [Why.LEVEL])


def test_a_mark_needs_a_level_a_day_a_device_and_its_quality_control() -> None:
    days = (TODAY, TODAY)
    assert no_mark("county", days, ("device-1",), [QUALITY]) is None
    assert no_mark(None, days, ("device-1",), [QUALITY]) is Why.NOT_MARKED
    assert no_mark("county", (TODAY + timedelta(days=1), TODAY), ("device-1",), [QUALITY]) is Why.FUTURE
    assert no_mark("county", days, (), [QUALITY]) is Why.DEVICE_UNKNOWN
    assert no_mark("county", days, ("device-2",), [QUALITY]) is Why.QUALITY
    assert no_mark("county", (date(2025, 12, 31), TODAY), ("device-1",), [QUALITY]) is Why.QUALITY


@pytest.mark.parametrize(
    ("kind", "carried"),
    [
        (QualityKind.INTERNAL, {"county"}),
        (QualityKind.CITY, {"county", "city"}),
        (QualityKind.PROVINCE, {"county", "city", "province"}),
        (QualityKind.NATIONAL, {"county", "city", "province", "nation"}),
    ],
)
def test_quality_control_carries_marks_up_to_its_level(kind: QualityKind, carried: set[str]) -> None:
    known = [replace(QUALITY, kind=kind)]
    levels = ("county", "city", "province", "nation")
    assert {one for one in levels if covered(("device-1",), known, one, TODAY)} == carried


def test_six_cases_are_national_ten_are_a_provinces_and_each_has_a_source() -> None:
    assert len(listed("national")) == 6
    assert len(listed("ten")) == 10
    assert all(one.zh and one.en and one.source for one in every_reason().values())
    assert [one.code for one in every_reason().values() if not one.told] == ["emergency"]
