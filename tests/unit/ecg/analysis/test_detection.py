"""Beats are found where they are, in any number of leads, at any rate, and nowhere else."""

import numpy as np
import pytest
from scipy import signal

from ecg.analysis import analyse
from ecg.analysis.detection import find_beats
from tests.unit.ecg.analysis.synthetic import Ecg, T, bell, ecg, lead_gains, regular


def found(recording: Ecg) -> list[int]:
    return [int(s) for s in find_beats(recording.signals, np.isnan(recording.signals), recording.fs)[0]]


def assert_same(found_at: list[int], truth: list[int], fs: float, within_s: float = 0.06) -> None:
    assert len(found_at) == len(truth), (found_at, truth)
    assert max(abs(a - b) for a, b in zip(sorted(found_at), truth, strict=True)) <= within_s * fs


@pytest.mark.parametrize("rate", [30, 45, 60, 100, 150, 180, 210])
def test_every_beat_is_found_from_bradycardia_to_tachycardia(rate: int) -> None:
    recording = ecg(regular(rate), p=rate < 120)
    assert_same(found(recording), recording.beats, recording.fs)


@pytest.mark.parametrize("fs", [100.0, 128.0, 200.0, 250.0, 360.0, 500.0, 600.0, 800.0, 1000.0])
def test_the_sampling_frequency_does_not_matter(fs: float) -> None:
    recording = ecg(regular(72), fs=fs)
    told = analyse(recording.signals, recording.names, fs)
    assert_same(list(told.r_samples), recording.beats, fs, 0.02)
    assert told.intervals.heart_rate == pytest.approx(72, abs=0.5)


@pytest.mark.parametrize("leads", [("II",), ("I", "II"), ("I", "II", "V2"), ("I", "II", "III", "V1", "V5")])
def test_one_lead_is_enough_and_more_are_used(leads: tuple[str, ...]) -> None:
    recording = ecg(regular(65)).only(*leads)
    assert_same(found(recording), recording.beats, recording.fs)


def test_a_lead_full_of_noise_does_not_spoil_the_others() -> None:
    recording = ecg(regular(65)).only("I", "II", "V1")
    recording.signals[0] += np.random.default_rng(2).normal(0, 400, recording.signals.shape[1])
    assert_same(found(recording), recording.beats, recording.fs)


def test_flat_leads_have_no_say() -> None:
    recording = ecg(regular(65))
    recording.signals[3:9] = 0.0
    assert_same(found(recording), recording.beats, recording.fs)


def test_a_pause_of_six_seconds_stays_empty() -> None:
    recording = ecg([0.8, 1.6, 2.4, 8.6, 9.4, 10.2], seconds=12.0, noise_uv=10.0)
    assert_same(found(recording), recording.beats, recording.fs)


@pytest.mark.parametrize("leads", [1, 12])
@pytest.mark.parametrize("noise_uv", [2.0, 20.0, 100.0])
def test_noise_without_a_heart_has_no_beats(leads: int, noise_uv: float) -> None:
    signals = np.random.default_rng(3).normal(0, noise_uv, (leads, 10000))
    told = analyse(signals, [f"lead {i}" for i in range(leads)], 500.0)
    assert told.beats == ()
    assert told.intervals.heart_rate is None
    assert told.not_assessed["beats"] == "no-beats-found"


def test_p_waves_without_ventricular_beats_are_not_beats() -> None:
    recording = ecg([0.8, 1.6, 2.4, 3.2, 8.0, 8.8], p=True)
    lonely = ecg([4.2, 5.0, 5.8, 6.6], p=True, noise_uv=0.0)
    only_p = ecg([4.2, 5.0, 5.8, 6.6], p=False, noise_uv=0.0)
    recording.signals += lonely.signals - only_p.signals
    assert_same(found(recording), recording.beats, recording.fs)


def test_ventricular_beats_are_found_among_normal_ones() -> None:
    times = [0.6, 1.4, 2.2, 2.7, 3.8, 4.6, 5.1, 6.2, 7.0, 7.8, 8.6]
    recording = ecg(times, pvc=frozenset({3, 6}))
    assert_same(found(recording), recording.beats, recording.fs, 0.08)


def test_a_tall_t_wave_is_not_counted_as_a_beat() -> None:
    recording = ecg(regular(60))
    at = np.arange(recording.signals.shape[1]) / recording.fs
    for beat in recording.beats:  # as tall as R, three times as wide
        shape = bell((at - beat / recording.fs - T.start) / T.length)
        recording.signals += 1200.0 * lead_gains(T)[:, None] * shape
    assert_same(found(recording), recording.beats, recording.fs)


def test_blocks_neither_lose_nor_double_beats_at_their_borders() -> None:
    recording = ecg(regular(75, seconds=200.0), seconds=200.0, fs=250.0).only("I", "II")
    assert_same(found(recording), recording.beats, recording.fs)
    told = analyse(recording.signals, recording.names, recording.fs)
    assert_same(list(told.r_samples), recording.beats, recording.fs, 0.02)


def test_no_beat_is_invented_in_a_gap() -> None:
    recording = ecg(regular(60, seconds=20.0), seconds=20.0)
    recording.signals[:, 4000:7000] = np.nan
    told = analyse(recording.signals, recording.names, recording.fs)
    assert not [r for r in told.r_samples if 4000 <= r < 7000]
    outside = [b for b in recording.beats if b < 3900 or b > 7100]
    assert all(min(abs(b - r) for r in told.r_samples) <= 5 for b in outside)
    assert told.intervals.heart_rate == pytest.approx(60, abs=1)  # the gap is no long RR


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_between_regular_beats_neither_adds_nor_hides_beats(seed: int) -> None:
    recording = ecg(regular(70, seconds=60.0), seconds=60.0, fs=250.0).only("II")
    noise = np.random.default_rng(seed).standard_normal((recording.signals.shape[1],))
    muscle = signal.sosfilt(signal.butter(2, (5, 30), "band", fs=250.0, output="sos"), noise)
    muscle *= 180.0 / muscle.std()
    recording.signals[:, 5000:10000] += muscle[5000:10000]
    assert_same(found(recording), recording.beats, recording.fs, 0.1)
