"""Beats of one shape are kept together, and the median beat is made of the normal ones."""

import numpy as np

from ecg.analysis import analyse
from tests.unit.ecg.analysis.synthetic import Ecg, ecg, regular


def with_ventricular(every: int, seconds: float = 20.0) -> Ecg:
    times = regular(72, seconds=seconds)
    early = list(range(3, len(times) - 1, every))
    for i in early:
        times[i] -= 0.3
    return ecg(times, seconds=seconds, pvc=frozenset(early))


def test_ventricular_beats_are_labelled_and_left_out_of_the_median() -> None:
    recording = with_ventricular(5)
    told = analyse(recording.signals, recording.names, recording.fs)
    assert [beat.label for beat in told.beats] == recording.kinds
    plain = analyse(ecg(regular(72)).signals, recording.names, recording.fs)
    assert told.median_beat is not None
    assert 0 <= recording.kinds.count("normal") - told.median_beat.beats_joined <= 1
    assert told.intervals.qrs_ms is not None and plain.intervals.qrs_ms is not None
    assert abs(told.intervals.qrs_ms - plain.intervals.qrs_ms) <= 8


def test_in_bigeminy_the_narrow_beats_are_the_normal_ones() -> None:
    recording = with_ventricular(2)
    told = analyse(recording.signals, recording.names, recording.fs)
    assert [beat.label for beat in told.beats] == recording.kinds
    assert told.intervals.qrs_ms is not None and told.intervals.qrs_ms < 110


def test_an_early_narrow_beat_is_supraventricular() -> None:
    times = regular(60)
    times[4] -= 0.3
    recording = ecg(times)
    told = analyse(recording.signals, recording.names, recording.fs)
    assert [i for i, beat in enumerate(told.beats) if beat.label == "supraventricular"] == [4]


def test_beats_of_one_shape_carry_one_number() -> None:
    recording = with_ventricular(5)
    told = analyse(recording.signals, recording.names, recording.fs)
    shapes = [beat.shape for beat in told.beats if beat.label == "normal"]
    assert shapes.count(0) >= len(shapes) - 1
    assert len({beat.shape for beat in told.beats if beat.label == "ventricular"}) == 1


def test_the_median_beat_shows_the_beat_and_says_its_noise() -> None:
    recording = ecg(regular(70), noise_uv=10.0)
    told = analyse(recording.signals, recording.names, recording.fs)
    median = told.median_beat
    assert median is not None
    truth = ecg(regular(70), noise_uv=0.0)
    at = recording.beats[4]
    around = slice(at - 40, at + 40)
    shown = median.signals[:, median.r_column - 40 : median.r_column + 40]
    best = min(
        float(np.abs(shown - shown.mean(1, keepdims=True) - (t - t.mean(1, keepdims=True))).max())
        for shift in range(-3, 4)
        for t in [truth.signals[:, around.start + shift : around.stop + shift]]
    )
    assert best < 90  # a twentieth of a millimetre of time at the steepest slope
    assert all(noise is not None and 5 < noise < 20 for noise in median.noise_uv)


def test_a_pacemaker_spike_makes_a_paced_beat() -> None:
    recording = ecg(regular(70), p=False)
    for beat in recording.beats[::2]:
        recording.signals[:, beat - 40] += 2500.0
    told = analyse(recording.signals, recording.names, recording.fs)
    assert [beat.label == "paced" for beat in told.beats] == [i % 2 == 0 for i in range(len(told.beats))]
    assert [beat.spike for beat in told.beats if beat.spike is not None] == [b - 40 for b in recording.beats[::2]]


def test_no_spike_is_claimed_where_the_rate_cannot_show_it() -> None:
    recording = ecg(regular(70), fs=128.0)
    told = analyse(recording.signals, recording.names, recording.fs)
    assert all(beat.spike is None for beat in told.beats)
