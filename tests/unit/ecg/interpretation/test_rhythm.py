"""Rhythms whose truth is known because they were made."""

import numpy as np
import pytest

from tests.unit.ecg.analysis.synthetic import LEADS, P, bell, ecg, lead_gains, regular
from tests.unit.ecg.interpretation.generator import codes, complete_block, fibrillating, fibrillating_atria, told


def test_a_sinus_rhythm_is_regular_conducted_and_raises_no_suspicion() -> None:
    found = told(ecg(regular(70)))
    rhythm = found.rhythm
    assert (rhythm.regularity, rhythm.atrial, rhythm.av_block) == ("regular", "sinus-or-atrial", "none-seen")
    assert rhythm.heart_rate == pytest.approx(70, abs=0.3)
    assert (rhythm.bradycardia, rhythm.tachycardia, rhythm.paced, rhythm.pauses) == (False, "none", False, ())
    assert codes(found) == set()


@pytest.mark.parametrize(("atrial", "ventricular"), [(75, 38), (90, 42), (70, 30), (82, 35), (65, 45), (110, 40)])
def test_atria_and_ventricles_that_go_their_own_way_are_third_degree_block(atrial: float, ventricular: float) -> None:
    found = told(complete_block(atrial, ventricular))
    assert "third-degree-av-block" in codes(found)
    assert found.rhythm.atrial == "dissociated"
    assert found.rhythm.atrial_rate == pytest.approx(atrial, rel=0.03)
    assert found.rhythm.heart_rate == pytest.approx(ventricular, rel=0.01)


@pytest.mark.parametrize("rate", [38, 45, 60, 90])
def test_conducted_beats_however_slow_are_no_third_degree_block(rate: float) -> None:
    assert "third-degree-av-block" not in codes(told(ecg(regular(rate))))


@pytest.mark.parametrize("hertz", [3.5, 5.0, 7.0])
@pytest.mark.parametrize("uv", [150.0, 400.0, 1500.0])
@pytest.mark.parametrize("fs", [250.0, 500.0, 1000.0])
def test_ventricular_fibrillation_is_found_whatever_its_size_and_rate(hertz: float, uv: float, fs: float) -> None:
    found = told(fibrillating(fs=fs, hertz=hertz, uv=uv))
    assert "ventricular-fibrillation" in codes(found)
    assert found.rhythm.fibrillation is not None
    first, end = found.rhythm.fibrillation[0][0], found.rhythm.fibrillation[-1][1]
    assert [first / fs, end / fs] == pytest.approx([0, 10], abs=1)
    assert found.st == "not-assessed"


def test_the_onset_of_fibrillation_is_placed_within_two_seconds() -> None:
    storm, calm = fibrillating(seconds=10), ecg(regular(75))
    calm.signals = np.concatenate([calm.signals, storm.signals], axis=1)
    found = told(calm)
    assert found.rhythm.fibrillation is not None
    ((first, end),) = found.rhythm.fibrillation
    assert first / 500 == pytest.approx(10, abs=2)
    assert end / 500 == pytest.approx(20, abs=1)


def test_fibrillation_in_one_loose_lead_alone_is_not_believed() -> None:
    recording = ecg(regular(75))
    recording.signals[LEADS.index("V3")] = fibrillating().signals[8]
    assert "ventricular-fibrillation" not in codes(told(recording))


def test_a_rhythm_that_stops_is_asystole_from_its_last_beat_to_the_end() -> None:
    recording = ecg([0.6, 1.4, 2.2, 3.0])
    found = told(recording)
    assert "asystole" in codes(found)
    assert found.rhythm.standstill is not None
    ((first, end),) = found.rhythm.standstill
    assert first == pytest.approx(recording.beats[-1], abs=15)
    assert end == 5000


@pytest.mark.parametrize("noise_uv", [0.0, 3.0, 10.0])
def test_a_recording_without_any_beat_is_asystole_and_has_no_heart_rate(noise_uv: float) -> None:
    found = told(ecg([], noise_uv=noise_uv))
    assert "asystole" in codes(found)
    assert found.rhythm.heart_rate is None
    assert "rates" in found.critical.not_assessed


def test_a_gap_of_the_recording_is_neither_pause_nor_asystole() -> None:
    recording = ecg(regular(70))
    missing = np.zeros(recording.signals.shape, dtype=bool)
    missing[:, 1000:3500] = True
    found = told(recording, missing=missing)
    assert found.rhythm.pauses == ()
    assert codes(found) == set()


def test_an_rr_of_three_seconds_is_a_critical_pause_and_two_and_a_half_is_a_pause_only() -> None:
    long = told(ecg([0.6, 1.4, 2.2, 5.3, 6.1, 6.9, 7.7, 8.5]))
    assert "long-rr" in codes(long)
    (pause,) = long.rhythm.pauses
    assert [pause[0] / 500, pause[1] / 500] == pytest.approx([2.2, 5.3], abs=0.02)
    short = told(ecg([0.6, 1.4, 2.2, 4.7, 5.5, 6.3, 7.1, 7.9, 8.7]))
    assert len(short.rhythm.pauses) == 1
    assert "long-rr" not in codes(short)


@pytest.mark.parametrize("seed", range(6))
def test_irregular_beats_without_p_waves_are_atrial_fibrillation_or_flutter(seed: int) -> None:
    found = told(fibrillating_atria(seed))
    assert found.rhythm.atrial in ("atrial-fibrillation", "atrial-flutter")
    assert found.rhythm.p_waves is False
    assert found.rhythm.av_block is None


def test_tachycardia_is_narrow_or_wide_by_its_qrs() -> None:
    narrow = told(ecg(regular(130), p=False))
    assert (narrow.rhythm.tachycardia, narrow.rhythm.wide_qrs) == ("narrow", False)
    assert codes(narrow) == set()
    wide = told(ecg(regular(125), pvc=frozenset(range(40))))
    assert wide.rhythm.tachycardia == "wide"


def test_a_regular_rate_of_210_is_critical_under_the_lists_that_say_so() -> None:
    assert "supraventricular-tachycardia" in codes(told(ecg(regular(210), p=False)))


def test_too_short_a_recording_is_not_assessed_and_not_normal() -> None:
    found = told(ecg([0.5], seconds=1.5))
    assert found.rhythm.regularity is None
    assert found.rhythm.fibrillation is None
    assert found.critical.suspicions == ()
    assert {"ventricular-fibrillation", "asystole", "rates", "st-elevation"} <= set(found.critical.not_assessed)


def test_a_rate_too_low_to_look_for_beats_is_no_standstill() -> None:
    found = told(ecg(regular(70), fs=80.0))
    assert found.rhythm.standstill is None
    assert codes(found) == set()
    assert found.critical.not_assessed["asystole"] == "sampling-frequency-too-low"


@pytest.mark.parametrize("noise_uv", [150.0, 600.0])
def test_noise_that_hides_every_beat_is_no_standstill(noise_uv: float) -> None:
    found = told(ecg([], noise_uv=noise_uv))
    assert all("noise" in lead.faults for lead in found.quality)
    assert "asystole" not in codes(found)
    assert found.critical.not_assessed["asystole"] == "leads-unusable"


def test_a_standstill_under_the_hum_of_good_electrodes_is_one() -> None:
    recording = ecg([], noise_uv=5.0)
    recording.signals += 80.0 * np.sin(2 * np.pi * 50.0 * np.arange(5000) / 500.0)
    assert "asystole" in codes(told(recording))


def test_hum_of_loose_electrodes_is_no_standstill() -> None:
    recording = ecg([])
    recording.signals += 300.0 * np.sin(2 * np.pi * 50.0 * np.arange(5000) / 500.0)
    found = told(recording)
    assert codes(found) == set()
    assert found.critical.not_assessed["asystole"] == "leads-unusable"


def test_a_standstill_in_which_no_lead_moves_says_that_electrodes_may_be_off() -> None:
    assert told(ecg([], noise_uv=0.0)).rhythm.flat_line is True
    assert told(ecg([], noise_uv=10.0)).rhythm.flat_line is False
    assert told(ecg(regular(70))).rhythm.flat_line is None


@pytest.mark.parametrize("hertz", [4.0, 5.0, 6.0])
def test_tremor_over_conducted_beats_is_no_atrial_rhythm_of_its_own(hertz: float) -> None:
    recording = ecg(regular(62))
    draw = np.random.default_rng(2)
    at = np.arange(recording.signals.shape[1]) / recording.fs
    phase = 2 * np.pi * hertz * at + 0.3 * np.cumsum(draw.normal(0, 1, at.size)) / np.sqrt(recording.fs)
    recording.signals[:6] += np.array([120, 150, 60, 130, 80, 110])[:, None] * np.sin(phase)
    assert "third-degree-av-block" not in codes(told(recording))


def test_a_sustained_run_of_ventricular_beats_is_critical_and_a_short_one_is_only_told() -> None:
    short = told(ecg(regular(120), pvc=frozenset({6, 7, 8, 9})))
    assert len(short.rhythm.ventricular_runs) == 1
    assert codes(short) == set()


def test_p_waves_without_any_qrs_are_a_standstill_of_the_ventricles_and_no_heart_rate() -> None:
    recording = ecg([])
    at = np.arange(5000) / 500.0
    for start in np.arange(0.2, 10, 0.8):
        recording.signals += lead_gains(P)[:, None] * bell((at - start) / P.length) * P.uv
    found = told(recording)
    assert "asystole" in codes(found)
    assert found.rhythm.heart_rate is None
    assert found.rhythm.not_assessed["rhythm"] == "no-qrs-seen"


@pytest.mark.parametrize("hum", [(50.0, 60.0), (60.0, 60.0), (0.0, 0.0)])
def test_mains_and_muscle_make_no_flutter_and_hide_no_block(hum: tuple[float, float]) -> None:
    recording = complete_block(84, 36)
    at = np.arange(recording.signals.shape[1]) / recording.fs
    noise = np.random.default_rng(4).normal(0, 25, recording.signals.shape)
    recording.signals += hum[1] * np.sin(2 * np.pi * hum[0] * at) + noise
    found = told(recording)
    assert found.rhythm.atrial == "dissociated"
    assert "third-degree-av-block" in codes(found)
