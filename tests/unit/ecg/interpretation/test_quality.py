"""Faults of the recording that were put into one lead, and electrodes that were exchanged."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from ecg.analysis.quality import LeadQuality
from tests.unit.ecg.analysis.synthetic import LEADS, Ecg, ecg, regular
from tests.unit.ecg.interpretation.generator import electrodes, exchanged, limbs_from, told

AT = np.arange(5000) / 500.0
V2 = LEADS.index("V2")


def spoilt(lead: NDArray[np.float64]) -> tuple[LeadQuality, ...]:
    recording = ecg(regular(70))
    recording.signals[V2] = lead
    return told(recording).quality


def clean() -> NDArray[np.float64]:
    return np.array(ecg(regular(70)).signals[V2])


@pytest.mark.parametrize(
    ("fault", "lead"),
    [
        ("off", np.full(5000, 12.0)),
        ("flat", np.where(AT > 6, 0.0, clean())),
        ("clipped", np.clip(clean() * 8, -1500, 1500)),
        ("baseline", clean() + 1500 * np.sin(2 * np.pi * 0.1 * AT)),
        ("mains", clean() + 150 * np.sin(2 * np.pi * 50 * AT)),
        ("mains", clean() + 150 * np.sin(2 * np.pi * 60 * AT)),
        ("noise", clean() + np.random.default_rng(2).normal(0, 120, 5000)),
    ],
)
def test_a_fault_is_named_in_its_lead_and_in_no_other(fault: str, lead: NDArray[np.float64]) -> None:
    quality = spoilt(lead)
    assert fault in quality[V2].faults
    assert quality[V2].grade != "good"
    assert all(one.grade == "good" and not one.faults for i, one in enumerate(quality) if i != V2)


def test_the_sizes_of_hum_noise_and_drift_are_the_true_ones() -> None:
    assert spoilt(clean() + 150 * np.sin(2 * np.pi * 50 * AT))[V2].mains_uv == pytest.approx(150, rel=0.15)
    noise = spoilt(clean() + np.random.default_rng(2).normal(0, 120, 5000))[V2].noise_uv
    assert noise == pytest.approx(120, rel=0.25)
    drift = spoilt(clean() + 1500 * np.sin(2 * np.pi * 0.1 * AT))[V2].baseline_uv
    assert drift == pytest.approx(3000, rel=0.1)


def test_a_lead_that_was_not_recorded_has_no_grade() -> None:
    recording = ecg(regular(70))
    missing = np.zeros(recording.signals.shape, dtype=bool)
    missing[V2] = True
    lead = told(recording, missing=missing).quality[V2]
    assert lead.grade is None
    assert lead.noise_uv is None
    assert "off" in lead.faults


def limb_exchange(which: str) -> Ecg:
    recording = ecg(regular(70))
    right, left, foot = electrodes(recording)
    legs = foot * 0.99  # the other leg has nearly the same potential
    placed = {
        "arms": (left, right, foot),
        "right-arm-left-leg": (foot, left, right),
        "right-arm-right-leg": (legs, left, foot),
        "left-arm-right-leg": (right, legs, foot),
        "arms-legs": (legs, foot, left),
    }
    return limbs_from(recording, *placed[which])


@pytest.mark.parametrize(
    "which", ["arms", "right-arm-left-leg", "right-arm-right-leg", "left-arm-right-leg", "arms-legs"]
)
def test_exchanged_limb_electrodes_are_suspected_by_name(which: str) -> None:
    found = told(limb_exchange(which)).reversals
    assert found is not None
    assert [one.code for one in found] == [which]


@pytest.mark.parametrize("pair", [p for p in combinations(LEADS[6:], 2) if p not in {("V1", "V2"), ("V5", "V6")}])
def test_exchanged_chest_electrodes_are_suspected_by_name(pair: tuple[str, str]) -> None:
    found = told(exchanged(ecg(regular(70)), *pair)).reversals
    assert found is not None
    assert [one.leads for one in found if one.code == "precordial"] == [pair]


def test_electrodes_in_their_places_are_not_suspected() -> None:
    assert told(ecg(regular(70))).reversals == ()


def test_too_few_leads_leave_the_electrodes_not_assessed() -> None:
    assert told(ecg(regular(70)).only("II", "V5")).reversals is None
