"""A real 12-lead recording that pydicom carries (Mortara el250, sinus rhythm), against the values its cart stored."""

import warnings
from fractions import Fraction

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file

from ecg.analysis import Analysis, analyse
from tests.unit.ecg.analysis.synthetic import LEADS


@pytest.fixture(scope="module")
def told() -> Analysis:
    path = get_testdata_file("waveform_ecg.dcm")
    assert isinstance(path, str)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(path)
        signals = dataset.waveform_array(0).T
    group = dataset.WaveformSequence[0]
    micro = {"uV": 1.0, "mV": 1000.0}
    unit = group.ChannelDefinitionSequence[0].ChannelSensitivityUnitsSequence[0].CodeValue
    return analyse(np.asarray(signals) * micro[unit], LEADS, float(Fraction(str(group.SamplingFrequency))))


def test_the_intervals_agree_with_the_cart_within_the_limits_of_the_standard(told: Analysis) -> None:
    assert told.intervals.rr_ms == pytest.approx(982, abs=15)
    assert told.intervals.pr_ms == pytest.approx(161, abs=15)
    assert told.intervals.qrs_ms == pytest.approx(75, abs=15)
    assert told.intervals.qt_ms == pytest.approx(368, abs=25)


def test_the_axes_agree_with_the_cart(told: Analysis) -> None:
    assert told.axes.p == pytest.approx(74, abs=15)
    assert told.axes.qrs == pytest.approx(52, abs=10)
    assert told.axes.t == pytest.approx(57, abs=10)


def test_it_is_a_sinus_rhythm_of_normal_beats(told: Analysis) -> None:
    assert {beat.label for beat in told.beats} == {"normal"}
    assert all(beat.p_present for beat in told.beats)


def test_every_lead_of_every_whole_beat_is_delineated(told: Analysis) -> None:
    for beat in told.beats[1:-1]:
        assert all(lead.qrs_on is not None and lead.qrs_off is not None for lead in beat.leads)
        assert sum(lead.t_end is not None for lead in beat.leads) >= 9
