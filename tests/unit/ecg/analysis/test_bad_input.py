"""What cannot be measured is None with a reason; what makes no sense is refused."""

import numpy as np
import pytest

from ecg.analysis import analyse
from tests.unit.ecg.analysis.synthetic import LEADS, ecg, regular


def test_shapes_and_frequencies_that_make_no_sense_are_refused() -> None:
    recording = ecg(regular(60))
    with pytest.raises(ValueError, match="do not fit 3 lead names"):
        analyse(recording.signals, LEADS[:3], 500.0)
    with pytest.raises(ValueError, match="n_leads, n_samples"):
        analyse(recording.signals[0], ["I"], 500.0)
    with pytest.raises(ValueError, match="positive"):
        analyse(recording.signals, LEADS, 0.0)


@pytest.mark.parametrize(
    ("signals", "fs", "reason"),
    [
        (np.zeros((2, 0)), 500.0, "too-short"),
        (np.zeros((2, 900)), 500.0, "too-short"),
        (np.full((2, 5000), np.nan), 500.0, "nothing-recorded"),
        (np.zeros((2, 5000)), 500.0, "no-beats-found"),
        (np.zeros((2, 5000)), 50.0, "sampling-frequency-too-low"),
    ],
)
def test_what_holds_no_rhythm_is_not_assessed(signals: np.ndarray, fs: float, reason: str) -> None:
    told = analyse(signals, ["I", "II"], fs)
    assert told.beats == ()
    assert told.median_beat is None
    assert told.intervals.qt_ms is None
    assert told.not_assessed == {"beats": reason}


def test_a_lead_that_fell_off_is_not_assessed_and_the_others_are() -> None:
    recording = ecg(regular(60))
    recording.signals[LEADS.index("V3")] = np.nan
    recording.signals[LEADS.index("V4")] = 12.0
    told = analyse(recording.signals, LEADS, recording.fs)
    for lead in ("V3", "V4"):
        assert told.amplitudes[lead].r is None
        assert told.amplitudes[lead].st_j60 is None
        assert all(beat.leads[LEADS.index(lead)].qrs_on is None for beat in told.beats)
    assert told.amplitudes["V5"].r is not None
    assert told.intervals.pr_ms == pytest.approx(145, abs=12)


def test_beats_inside_a_gap_of_one_lead_have_no_fiducials_there() -> None:
    recording = ecg(regular(60))
    recording.signals[1, 2000:3500] = np.nan
    told = analyse(recording.signals, LEADS, recording.fs)
    inside = [beat for beat in told.beats if 2050 < beat.r_sample < 3450]
    assert inside
    assert all(beat.leads[1].qrs_on is None and beat.leads[0].qrs_on is not None for beat in inside)


def test_a_mask_counts_like_nan() -> None:
    recording = ecg(regular(60))
    missing = np.zeros(recording.signals.shape, dtype=bool)
    missing[:, 2000:3500] = True
    masked = analyse(recording.signals, LEADS, recording.fs, missing)
    recording.signals[:, 2000:3500] = np.nan
    assert masked.r_samples == analyse(recording.signals, LEADS, recording.fs).r_samples


def test_the_input_is_never_changed() -> None:
    recording = ecg(regular(60))
    before = recording.signals.copy()
    analyse(recording.signals, LEADS, recording.fs)
    assert np.array_equal(before, recording.signals)


def test_wild_numbers_do_not_crash() -> None:
    random = np.random.default_rng(5)
    for _ in range(20):
        signals = random.normal(
            0, 10 ** random.uniform(-3, 6), (int(random.integers(1, 5)), int(random.integers(1000, 6000)))
        )
        signals[random.random(signals.shape) < random.choice([0.0, 0.01, 0.5])] = np.nan
        told = analyse(signals, [str(i) for i in range(len(signals))], float(random.choice([100, 333.3, 1000])))
        assert all(0 <= r < signals.shape[1] for r in told.r_samples)
