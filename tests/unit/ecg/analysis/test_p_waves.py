"""A P wave is reported when there is one, and not in fibrillation, flutter or a junctional rhythm."""

import numpy as np
import pytest

from ecg.analysis import analyse
from tests.unit.ecg.analysis.synthetic import LEADS, Ecg, P, ecg, lead_gains, regular


def fibrillation(seed: int, seconds: float = 20.0) -> Ecg:
    """Irregular ventricular beats without P over f waves of 5 to 8 Hz whose phase and size wander."""
    random = np.random.default_rng(seed)
    times = list(np.cumsum(np.clip(random.normal(0.75, 0.18, int(seconds / 0.75)), 0.4, 1.4)))
    recording = ecg([float(t) for t in times if t < seconds - 0.6], seconds=seconds, p=False, seed=seed)
    n = recording.signals.shape[1]
    pace = np.cumsum(np.interp(np.arange(n), np.arange(0, n, 100), random.uniform(5, 8, -(-n // 100)))) / recording.fs
    size = np.interp(np.arange(n), np.arange(0, n, 250), random.uniform(30, 90, -(-n // 250)))
    recording.signals += lead_gains(P)[:, None] * size * np.sin(2 * np.pi * pace)
    return recording


def test_sinus_rhythm_has_p_waves_of_high_confidence() -> None:
    recording = ecg(regular(70))
    told = analyse(recording.signals, recording.names, recording.fs)
    assert all(beat.p_present for beat in told.beats)
    assert all(beat.p_confidence > 0.9 for beat in told.beats)


def test_small_p_waves_are_seen_in_noise() -> None:
    recording = ecg(regular(70), p=False, noise_uv=15.0)
    with_p, without = (ecg(regular(70), p=p, noise_uv=0.0) for p in (True, False))
    recording.signals += 0.5 * (with_p.signals - without.signals)
    told = analyse(recording.signals, recording.names, recording.fs)
    assert told.intervals.pr_ms == pytest.approx(145, abs=15)


def test_a_rhythm_without_p_waves_has_no_pr_interval() -> None:
    recording = ecg(regular(50), p=False)
    told = analyse(recording.signals, recording.names, recording.fs)
    assert [beat.p_present for beat in told.beats] == [False] * len(told.beats)
    assert told.intervals.pr_ms is None
    assert told.not_assessed["pr_ms"] == "no-p-wave"
    assert told.axes.p is None
    assert told.amplitudes["II"].p is None


def test_fibrillation_waves_are_not_called_p_waves() -> None:
    beats = [
        beat
        for seed in range(12)
        for recording in [fibrillation(seed)]
        for beat in analyse(recording.signals, recording.names, recording.fs).beats
    ]
    assert len(beats) > 200
    assert sum(beat.p_present is True for beat in beats) <= 0.05 * len(beats)


def test_flutter_with_a_fixed_ratio_is_not_called_sinus_rhythm() -> None:
    recording = ecg(regular(75), p=False)
    at = np.arange(recording.signals.shape[1]) / recording.fs - recording.beats[0] / recording.fs
    wave = np.mod(at + 0.14, 0.2) / 0.2
    recording.signals += 220 * lead_gains(P)[:, None] * (0.5 - 0.5 * np.cos(2 * np.pi * wave))
    told = analyse(recording.signals, recording.names, recording.fs)
    assert not any(beat.p_present for beat in told.beats)


def test_a_single_beat_cannot_be_judged() -> None:
    recording = ecg([1.5], seconds=3.0)
    told = analyse(recording.signals, recording.names, recording.fs)
    assert len(told.beats) == 1
    assert told.beats[0].p_present is None


def test_the_p_wave_has_its_size_in_every_lead() -> None:
    recording = ecg(regular(60), noise_uv=1.0)
    told = analyse(recording.signals, recording.names, recording.fs)
    for i, lead in enumerate(LEADS):
        assert told.amplitudes[lead].p == pytest.approx(lead_gains(P)[i] * P.uv, abs=25)
