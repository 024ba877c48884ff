"""ST elevation of known height, and the lists of critical values."""

import numpy as np
import pytest

from ecg.analysis.critical import DEFAULT, PRESETS
from ecg.analysis.st import StElevation
from tests.unit.ecg.analysis.synthetic import LEADS, bell, ecg, plateau, regular
from tests.unit.ecg.interpretation.generator import codes, lifted, told


@pytest.mark.parametrize(
    ("lifts", "wall"),
    [
        ({"II": 200.0, "III": 220.0, "aVF": 210.0}, "inferior"),
        ({"V2": 300.0, "V3": 350.0, "V4": 200.0}, "anterior"),
        ({"I": 130.0, "aVL": 150.0}, "lateral"),
    ],
)
def test_raised_neighbours_are_critical_and_their_levels_are_the_true_ones(lifts: dict[str, float], wall: str) -> None:
    found = told(lifted(lifts))
    assert "st-elevation" in codes(found)
    assert isinstance(found.st, StElevation)
    assert wall in found.st.walls
    assert found.st.pattern == "elevation"
    assert dict(found.st.levels_uv) == pytest.approx(lifts, abs=25)


@pytest.mark.parametrize("lifts", [{"V2": 150.0, "V3": 150.0}, {"II": 60.0, "III": 60.0, "aVF": 60.0}, {"V5": 200.0}])
def test_what_is_below_the_threshold_or_in_one_lead_alone_is_not_marked(lifts: dict[str, float]) -> None:
    found = told(lifted(lifts))
    assert found.st is None
    assert codes(found) == set()


def test_the_lists_of_the_provinces_ask_for_more_than_three_millimetres_in_v1_to_v3() -> None:
    two = lifted({"V2": 250.0, "V3": 250.0})
    assert "st-elevation" in codes(told(two, DEFAULT))
    for rules in PRESETS.values():
        assert "st-elevation" not in codes(told(two, rules))
        assert "st-elevation" in codes(told(lifted({"V2": 380.0, "V3": 380.0}), rules))


def test_leads_that_cannot_be_used_leave_st_not_assessed() -> None:
    recording = ecg(regular(70)).only("I", "V1")
    assert told(recording).st == "not-assessed"


def test_the_lists_disagree_on_fast_rhythms_as_their_texts_do() -> None:
    limits = {name: (one.supraventricular, one.fibrillation) for name, one in PRESETS.items()}
    assert limits == {"zhejiang-trial": (230, 180), "provincial-revised": (200, 200), "shanxi-2017": (180, 180)}
    recording = ecg(regular(210), p=False)
    named = {name for name, one in PRESETS.items() if "supraventricular-tachycardia" in codes(told(recording, one))}
    assert named == {"provincial-revised", "shanxi-2017"}


def test_a_slow_rate_is_critical_with_its_value_and_the_source_of_its_limit() -> None:
    found = told(ecg(regular(33)))
    (one,) = [one for one in found.critical.suspicions if one.code == "bradycardia"]
    assert one.values["rate"] == pytest.approx(33, abs=0.3)
    assert one.values["limit"] == 35
    assert one.source == DEFAULT.source


@pytest.mark.parametrize(("t_uv", "pattern"), [(80.0, "domed"), (300.0, None)])
def test_raised_st_that_runs_into_t_over_a_shrunken_r_is_marked_and_under_a_tall_t_is_not(
    t_uv: float, pattern: str | None
) -> None:
    recording = ecg(regular(70))
    since = np.arange(recording.signals.shape[1]) / recording.fs
    for lead in ("V1", "V2", "V3"):
        row = recording.signals[LEADS.index(lead)]
        row *= 0.02
        for r in recording.beats:
            row[r - 20 : r] += 220.0 * bell(np.arange(20) / 20)
            row[r : r + 25] -= 700.0 * bell(np.arange(25) / 25)
            at = since - r / recording.fs
            row += 90.0 * plateau(at, 0.05, 0.29) + t_uv * bell((at - 0.17) / 0.2)
    found = told(recording).st
    assert (found.pattern if isinstance(found, StElevation) else found) == pattern


def test_a_scale_that_makes_hearts_of_giants_leaves_st_not_assessed() -> None:
    recording = lifted({"V2": 300.0, "V3": 350.0})
    recording.signals *= 5.0
    found = told(recording)
    assert found.st == "not-assessed"
    assert "st-elevation" not in codes(found)
    assert found.critical.not_assessed["st-elevation"] == "st-not-measured"
