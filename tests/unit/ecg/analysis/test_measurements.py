"""Intervals, amplitudes, ST and axes against the truth that the synthetic ECG was built from."""

import numpy as np
import pytest

from ecg.analysis import Analysis, analyse
from tests.unit.ecg.analysis.synthetic import LEADS, NORMAL, NORMAL_QRS, Ecg, P, T, ecg, lead_gains, regular


def told(recording: Ecg) -> Analysis:
    return analyse(recording.signals, recording.names, recording.fs)


def qrs_axis() -> float:
    """The direction of the net area of the QRS waves, degrees."""
    areas = [wave.uv * wave.length * np.exp(1j * np.radians(wave.axis)) for wave in NORMAL]
    return float(np.degrees(np.angle(sum(areas))))


@pytest.mark.parametrize("rate", [45, 60, 75, 95, 120])
def test_intervals_are_those_of_the_built_waves(rate: int) -> None:
    values = told(ecg(regular(rate))).intervals
    scale = np.sqrt(min(1.0, 60 / rate))
    assert values.pr_ms == pytest.approx((NORMAL_QRS[0] - P.start) * 1000, abs=10)
    assert values.p_ms == pytest.approx(P.length * 1000, abs=10)
    assert values.qrs_ms == pytest.approx((NORMAL_QRS[1] - NORMAL_QRS[0]) * 1000, abs=15)
    assert values.qt_ms == pytest.approx(((T.start + T.length) * scale - NORMAL_QRS[0]) * 1000, abs=25)
    assert values.heart_rate == pytest.approx(rate, abs=0.6)


def test_qtc_follows_the_four_formulas() -> None:
    values = told(ecg(regular(75))).intervals
    assert values.qt_ms is not None and values.rr_ms is not None and values.heart_rate is not None
    rr = values.rr_ms / 1000
    assert values.qtc_bazett_ms == pytest.approx(values.qt_ms / rr**0.5, abs=0.2)
    assert values.qtc_fridericia_ms == pytest.approx(values.qt_ms / rr ** (1 / 3), abs=0.2)
    assert values.qtc_framingham_ms == pytest.approx(values.qt_ms + 154 * (1 - rr), abs=0.2)
    assert values.qtc_hodges_ms == pytest.approx(values.qt_ms + 1.75 * (60000 / values.rr_ms - 60), abs=0.2)


def test_axes_are_the_directions_of_the_waves() -> None:
    axes = told(ecg(regular(70))).axes
    assert axes.p == pytest.approx(P.axis, abs=5)
    assert axes.qrs == pytest.approx(qrs_axis(), abs=8)
    assert axes.t == pytest.approx(T.axis, abs=5)


def test_axes_come_from_i_and_ii_when_avf_is_not_recorded_and_are_unknown_without_them() -> None:
    assert told(ecg(regular(70)).only("I", "II")).axes.qrs == pytest.approx(qrs_axis(), abs=8)
    assert told(ecg(regular(70)).only("V1", "V5")).axes.qrs is None
    recording = ecg(regular(70))
    recording.signals[LEADS.index("aVF")] = 0.0
    assert told(recording).axes.qrs == pytest.approx(qrs_axis(), abs=8)


def test_amplitudes_are_within_the_limits_of_iec_60601_2_25() -> None:
    recording = ecg(regular(70), noise_uv=0.5)
    amplitudes = told(recording).amplitudes
    q, r, s, p, t = (lead_gains(wave) * wave.uv for wave in (*NORMAL, P, T))
    for lead in ("I", "II", "V5", "V6"):
        i, got = LEADS.index(lead), amplitudes[lead]
        # the waves overlap a little, so the truth is the extreme of their sum
        beat = recording.signals[i, recording.beats[3] - 25 : recording.beats[3] + 28]
        assert got.r == pytest.approx(beat.max(), abs=max(25, 0.05 * r[i]))
        assert got.s == pytest.approx(beat[25:].min(), abs=25)
        assert got.q == pytest.approx(min(0, beat[:20].min()), abs=25)
        assert got.p == pytest.approx(p[i], abs=25)
        assert got.t == pytest.approx(t[i], abs=25)
    assert q[1] < 0 and s[1] < 0


@pytest.mark.parametrize("level", [-150.0, 120.0, 300.0])
def test_st_levels_are_measured_at_the_j_point_and_after(level: float) -> None:
    recording = ecg(regular(70), st_uv=level, noise_uv=2.0)
    plain = told(ecg(regular(70), noise_uv=2.0)).amplitudes["V5"]
    lifted = told(recording).amplitudes["V5"]
    for name in ("st_j40", "st_j60", "st_j80"):
        rise = getattr(lifted, name) - getattr(plain, name)
        assert rise == pytest.approx(level, abs=max(25, 0.1 * abs(level)))


def test_a_wandering_baseline_does_not_move_the_st_segment() -> None:
    recording = ecg(regular(70, seconds=20.0), seconds=20.0)
    at = np.arange(recording.signals.shape[1]) / recording.fs
    recording.signals += 700 * np.sin(2 * np.pi * 0.25 * at)
    lead = told(recording).amplitudes["II"]
    assert lead.st_j60 == pytest.approx(
        told(ecg(regular(70, seconds=20.0), seconds=20.0)).amplitudes["II"].st_j60, abs=30
    )


def test_mains_hum_changes_the_intervals_by_less_than_the_noise_limits() -> None:
    recording = ecg(regular(70))
    clean = told(recording).intervals
    at = np.arange(recording.signals.shape[1]) / recording.fs
    recording.signals += 50 * np.sin(2 * np.pi * 50 * at)
    hum = told(recording).intervals
    for name in ("pr_ms", "qrs_ms", "qt_ms"):
        assert getattr(hum, name) == pytest.approx(getattr(clean, name), abs=10)


def test_muscle_noise_changes_the_intervals_little() -> None:
    clean, noisy = told(ecg(regular(70))).intervals, told(ecg(regular(70), noise_uv=30.0)).intervals
    for name, limit in (("pr_ms", 15), ("qrs_ms", 12), ("qt_ms", 25)):
        assert getattr(noisy, name) == pytest.approx(getattr(clean, name), abs=limit)


def test_fiducials_of_every_beat_and_lead_stand_in_order() -> None:
    recording = ecg(regular(70))
    for beat in told(recording).beats[1:-1]:
        assert len(beat.leads) == 12
        for marks in (beat.fiducials, *beat.leads):
            known = [value for value in marks if value is not None]
            assert known == sorted(known)
        assert None not in beat.fiducials


def test_a_beat_with_a_longer_pr_has_its_own_p_wave_marked() -> None:
    recording = ecg(regular(70), noise_uv=2.0)
    beats = told(recording).beats
    onsets = [beat.r_sample - beat.fiducials.p_on for beat in beats[1:-1] if beat.fiducials.p_on is not None]
    assert len(onsets) == len(beats) - 2
    assert np.ptp(onsets) <= 4


@pytest.mark.parametrize("slope_uv", [-250.0, 250.0, 500.0])
def test_a_sloping_st_segment_does_not_move_the_end_of_the_qrs(slope_uv: float) -> None:
    level, sloping = ecg(regular(60)), ecg(regular(60))
    at = np.arange(sloping.signals.shape[1]) / sloping.fs
    for r in sloping.beats:  # up or down by so much within 250 ms after J, and back
        since = at - r / sloping.fs - NORMAL_QRS[1]
        sloping.signals += slope_uv * np.clip(np.minimum(since / 0.25, (0.4 - since) / 0.15), 0, 1)
    ends = [np.array([beat.fiducials.qrs_off for beat in told(one).beats]) for one in (level, sloping)]
    assert np.abs(ends[0] - ends[1]).max() <= 0.008 * 500


def test_a_lead_drowned_in_noise_does_not_move_the_qrs_of_all_leads() -> None:
    clean, noisy = ecg(regular(70)), ecg(regular(70))
    for lead in ("V2", "aVL"):
        noisy.signals[LEADS.index(lead)] += np.random.default_rng(4).normal(0, 150, noisy.signals.shape[1])
    widths = [told(one).intervals.qrs_ms for one in (clean, noisy)]
    assert widths[0] == pytest.approx(widths[1], abs=6)
