"""EDF and EDF+: scale, leads, gaps, annotations, person, broken headers."""

import numpy as np
import pytest

from ecg.model import EcgRecord, UnreadableEcg
from ecg.readers import read
from tests.ecg_encoders import bundle, twelve_leads
from tests.ecg_encoders.edf import Layout, edf

TRUTH = twelve_leads(seconds=4.0)


def record_of(layout: Layout | None = None) -> EcgRecord:
    return read(bundle(edf(TRUTH, layout)))


@pytest.mark.parametrize("plus", ["", "EDF+C", "EDF+D"])
@pytest.mark.parametrize("seconds", [1, 2, 4])
def test_every_sample_comes_back(plus: str, seconds: int) -> None:
    record = record_of(Layout(seconds=seconds, plus=plus))
    assert record.rhythm is not None
    assert [lead.name for lead in record.rhythm.leads] == list(TRUTH.names)
    assert record.rhythm.sampling_frequency == 500
    for lead, row in zip(record.rhythm.leads, TRUTH.microvolts, strict=True):
        assert np.array_equal(lead.samples, row)
        assert lead.lsb_uv == 5.0
        assert not lead.missing.any()
    assert not record.warnings


def test_the_gaps_of_an_interrupted_recording_are_missing_and_never_closed() -> None:
    record = record_of(Layout(plus="EDF+D", onsets=(10.0, 11.0, 13.5, 20.25)))
    assert record.rhythm is not None
    starts = [0, 500, 1750, 5125]
    for lead, row in zip(record.rhythm.leads, TRUTH.microvolts, strict=True):
        assert lead.samples.size == 5625
        assert np.count_nonzero(~lead.missing) == 2000
        for number, start in enumerate(starts):
            assert np.array_equal(lead.samples[start : start + 500], row[500 * number : 500 * (number + 1)])
        assert np.isnan(lead.samples[1000:1750]).all()


@pytest.mark.parametrize("onsets", [(0.0, 0.5, 2.0, 3.0), (0.0, 2.0, 1.0, 3.0), (0.0, 1.0, 2.0, 9e9)])
def test_interrupted_recordings_that_overlap_run_back_or_never_end_are_refused(onsets: tuple[float, ...]) -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(Layout(plus="EDF+D", onsets=onsets))
    assert refusal.value.code == "bad-header"


def test_annotations_stand_at_their_sample() -> None:
    record = record_of(Layout(plus="EDF+C", note="深呼吸"))
    assert [(mark.sample, mark.text) for mark in record.annotations] == [(250, "深呼吸")]


def test_annotations_of_a_recording_that_starts_late_count_from_its_first_sample() -> None:
    record = record_of(Layout(plus="EDF+D", onsets=(0.25, 1.25, 2.25, 3.25), note="x"))
    assert [mark.sample for mark in record.annotations] == [125]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8 F 23-JAN-1971 Li_Wei", ("8", "Li Wei", "F", "1971-01-23")),
        ("X X X X", (None, None, None, None)),
        ("8 M 2-MAI-1971 Li_Wei", ("8", "Li Wei", "M", None)),
        ("dd-MMM-yyyy", (None, None, None, None)),
        ("Li Wei, 8", ("Li Wei, 8", None, None, None)),
    ],
)
def test_the_person_of_edf_plus_and_of_edf(text: str, expected: tuple[str | None, ...]) -> None:
    found = record_of(Layout(patient=text)).subject
    assert (found.patient_id, found.name, found.sex, found.birth_date) == expected


def test_time_and_filters_are_as_found() -> None:
    record = record_of()
    assert str(record.started_at) == "2023-01-04 08:58:44"
    assert record.device.filters == {"high_pass_hz": 0.05, "low_pass_hz": 150.0, "notch_hz": 50.0}


def test_a_signal_that_is_no_lead_is_no_lead() -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(Layout(label="EEG {}-Ref"))
    assert refusal.value.code == "no-leads"


def test_a_recording_whose_header_was_never_finished_has_the_records_that_are_there() -> None:
    record = record_of(Layout(records=-1))
    assert record.rhythm is not None
    assert record.rhythm.leads[0].samples.size == 2000


def test_data_behind_the_last_record_are_flagged() -> None:
    record = record_of(Layout(records=3))
    assert record.rhythm is not None
    assert record.rhythm.leads[0].samples.size == 1500
    assert [warning.code for warning in record.warnings] == ["trailing-bytes"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"4       1       12  ", b"5       1       12  ", "truncated"),
        (b"4       1       12  ", b"4       0       12  ", "bad-header"),
        (b"4       1       12  ", b"4       1e999999999 "[:20], "bad-header"),
        (b"4       1       12  ", b"4       x       12  ", "bad-header"),
        (b"4       1       12  ", b"four    1       12  ", "bad-header"),
        (b"4       1       12  ", b"4       1       -3  ", "bad-header"),
        (b"4       1       12  ", b"4       1       999 ", "bad-header"),
        (b"-2000   ", b"2000    ", "bad-scale"),
        (b"-10000  ", b"nan     ", "bad-scale"),
        (b"-10000  ", b"10000   ", "bad-scale"),
        (b"500     ", b"0       ", "bad-header"),
        (b"500     ", b"99999999", "bad-header"),
    ],
)
def test_a_broken_header_is_refused_with_its_reason(old: bytes, new: bytes, code: str) -> None:
    data = edf(TRUTH)
    assert old in data
    with pytest.raises(UnreadableEcg) as refusal:
        read(bundle(data.replace(old, new)))
    assert refusal.value.code == code
