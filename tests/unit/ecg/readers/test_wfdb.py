"""WFDB: headers and signal files, whatever they are called; formats, baselines, beats; hostile headers."""

import numpy as np
import pytest

from ecg.model import Bundle, EcgRecord, Part, UnreadableEcg
from ecg.readers import read
from tests.ecg_encoders import Truth, twelve_leads
from tests.ecg_encoders.wfdb import segmented, wfdb

TRUTH = twelve_leads(seconds=4.0)


COARSE = twelve_leads(seconds=4.0, lsb_uv=20.0)


def demand_truth(record: EcgRecord, truth: Truth = TRUTH) -> None:
    assert record.rhythm is not None
    assert [lead.name for lead in record.rhythm.leads] == list(truth.names)
    assert record.rhythm.sampling_frequency == 500
    for lead, row in zip(record.rhythm.leads, truth.microvolts, strict=True):
        assert np.array_equal(lead.samples, row)
        assert lead.lsb_uv == truth.lsb_uv
        assert not lead.missing.any()


@pytest.mark.parametrize("form", [16, 212])
@pytest.mark.parametrize("baseline", [0, 1024, -7])
def test_every_sample_comes_back_whatever_the_format_and_the_baseline(form: int, baseline: int) -> None:
    record = read(wfdb(TRUTH, form=form, baseline=baseline))
    demand_truth(record)
    assert not record.warnings


@pytest.mark.parametrize("form", [24, 32, 61, 80, 160, 310, 311])
def test_every_sample_comes_back_from_the_rarer_formats(form: int) -> None:
    record = read(wfdb(COARSE, form=form))
    demand_truth(record, COARSE)
    assert {warning.code for warning in record.warnings} <= {"coarse-resolution"}


def test_segments_stand_on_one_time_axis_and_what_lies_between_them_is_missing() -> None:
    two = TRUTH.only("I", "II")
    one, other = wfdb(two.first(700), name="s_1"), wfdb(TRUTH.only("II").first(400), name="s_2", form=212)
    parts = segmented("s", [("s_1", 700, one), ("~", 300, ()), ("s_2", 400, other)], 500, 2)
    record = read((*parts[1:], parts[0]))
    assert record.rhythm is not None
    first, second = record.rhythm.leads
    assert (first.name, second.name, first.samples.size) == ("I", "II", 1400)
    assert np.array_equal(second.samples[:700], two.microvolts[1, :700])
    assert np.array_equal(second.samples[1000:], TRUTH.only("II").microvolts[0, :400])
    assert np.flatnonzero(second.missing).tolist() == list(range(700, 1000))
    assert np.flatnonzero(first.missing).tolist() == list(range(700, 1400))
    assert str(record.started_at) == "2023-01-05 08:00:00"


def test_a_layout_before_the_segments_holds_no_sample() -> None:
    layout = (Part("v_0.hea", b"v_0 1 500 0\n~ 0 200(0)/mV 0 0 0 0 0 II\n"),)
    one = wfdb(TRUTH.only("II"), name="v_1")
    record = read(segmented("v", [("v_0", 0, layout), ("v_1", 2000, one)], 500, 1))
    demand_truth(record, TRUTH.only("II"))


@pytest.mark.parametrize(
    ("length", "kept", "code"), [(2000, 1, "missing-part"), (1999, 3, "bad-header"), (40_000_000, 3, "too-long")]
)
def test_segments_that_are_absent_or_contradict_the_whole_are_refused(length: int, kept: int, code: str) -> None:
    parts = segmented("s", [("s_1", length, wfdb(TRUTH.only("II"), name="s_1"))], 500, 1)
    with pytest.raises(UnreadableEcg) as refusal:
        read(parts[:kept])
    assert refusal.value.code == code


def test_a_damaged_header_among_segments_is_refused() -> None:
    parts = segmented("s", [("s_1", 2000, wfdb(TRUTH.only("II"), name="s_1"))], 500, 1)
    whole, header, body = parts
    changed = (
        (whole, Part("s_1.hea", b"?" + header.data), body),
        (whole, Part("s_1.hea", header.data.replace(b" II", b" III")), body),
        (Part("s.hea", whole.data.replace(b" 2000 08", b" 2010 08")), header, body),
    )
    for bundle, code in zip(changed, ("bad-header", None, "bad-header"), strict=True):
        try:
            read(bundle)
            found = None
        except UnreadableEcg as refusal:
            found = refusal.code
        assert found == code


def test_the_order_and_the_names_of_two_parts_decide_nothing() -> None:
    head, body = wfdb(TRUTH)
    demand_truth(read((Part("b", body.data), Part("a", head.data))))


def test_a_sample_that_the_format_calls_invalid_is_missing() -> None:
    digits = TRUTH.digits.copy()
    digits[2, 40:60] = -32768
    record = read(wfdb(Truth(TRUTH.names, digits, 5.0, 500)))
    assert record.rhythm is not None
    lead = record.rhythm.leads[2]
    assert np.flatnonzero(lead.missing).tolist() == list(range(40, 60))
    assert np.isnan(lead.samples[40:60]).all()


def test_beats_of_an_annotation_file_stand_at_their_samples() -> None:
    record = read(wfdb(TRUTH, beats=(80, 480, 1880)))
    assert [(mark.sample, mark.kind) for mark in record.annotations] == [(80, "atr:N"), (480, "atr:N"), (1880, "atr:N")]


def test_person_and_time_are_as_found() -> None:
    record = read(wfdb(TRUTH))
    assert (record.subject.age_years, record.subject.sex) == (52.0, "F")
    assert str(record.started_at) == "2023-01-04 08:58:44"


def test_samples_that_are_not_those_of_the_checksum_are_flagged() -> None:
    head, body = wfdb(TRUTH)
    data = bytearray(body.data)
    data[100] ^= 4
    record = read((head, Part(body.name, bytes(data))))
    assert [warning.code for warning in record.warnings] == ["checksum"]


def refusal_of(parts: Bundle) -> str:
    with pytest.raises(UnreadableEcg) as refusal:
        read(parts)
    return refusal.value.code


def test_a_header_alone_and_a_cut_signal_are_refused() -> None:
    head, body = wfdb(TRUTH)
    assert refusal_of((head,)) == "missing-part"
    assert refusal_of((head, Part(body.name, body.data[:-2]))) == "truncated"
    assert refusal_of((head, Part(body.name, b""))) == "truncated"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"100 12 500 2000", b"100 12 500 999999999999", "too-long"),
        (b"100 12 500 2000", b"100 12 500 2000000", "truncated"),
        (b"100 12 500 2000", b"100 12 500 200000", "truncated"),
        (b"100 12 500 2000", b"100 99999999 500 2000", "bad-header"),
        (b"100 12 500 2000", b"100 0 500 2000", "bad-header"),
        (b"100 12 500 2000", b"100/3 12 500 2000", "bad-header"),
        (b"100 12 500 2000", b"100 12 0 2000", "bad-sampling-frequency"),
        (b"100.dat 16 ", b"100.dat 16x999999999 ", "too-long"),
        (b"100.dat 16 ", b"100.dat 16:99999999 ", "too-long"),
        (b"100.dat 16 ", b"100.dat 999 ", "bad-header"),
    ],
)
def test_a_hostile_header_is_refused_before_room_is_made_for_it(old: bytes, new: bytes, code: str) -> None:
    head, body = wfdb(TRUTH)
    assert old in head.data
    assert refusal_of((Part(head.name, head.data.replace(old, new)), body)) == code


def test_a_header_cannot_name_a_file_outside_its_recording() -> None:
    head, body = wfdb(TRUTH)
    first, _, last = head.data.rpartition(b"100.dat")
    assert refusal_of((Part(head.name, first + b"../../100.dat" + last), body)) == "bad-header"


@pytest.mark.parametrize("lost", [4, 9, 12, 18, 22])
def test_a_header_that_ends_within_its_last_signal_is_refused(lost: int) -> None:
    head, body = wfdb(TRUTH)
    lines = head.data.partition(b"# Age")[0]
    assert refusal_of((Part(head.name, lines[:-lost]), body)) == "truncated"


def test_a_short_header_without_a_last_line_end_is_flagged() -> None:
    body = wfdb(TRUTH.only("II"))[1]
    record = read((Part("100.hea", b"100 1 500 2000\n100.dat 16 200/mV"), body))
    assert "no-end-mark" in {warning.code for warning in record.warnings}
