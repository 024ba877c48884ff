"""WFDB: headers and signal files, whatever they are called; formats, baselines, beats; hostile headers."""

import numpy as np
import pytest

from ecg.model import Bundle, EcgRecord, Part, UnreadableEcg
from ecg.readers import read
from tests.ecg_encoders import Truth, twelve_leads
from tests.ecg_encoders.wfdb import wfdb

TRUTH = twelve_leads(seconds=4.0)


def demand_truth(record: EcgRecord, truth: Truth = TRUTH) -> None:
    assert record.rhythm is not None
    assert [lead.name for lead in record.rhythm.leads] == list(truth.names)
    assert record.rhythm.sampling_frequency == 500
    for lead, row in zip(record.rhythm.leads, truth.microvolts, strict=True):
        assert np.array_equal(lead.samples, row)
        assert lead.lsb_uv == 5.0


@pytest.mark.parametrize("form", [16, 212])
@pytest.mark.parametrize("baseline", [0, 1024, -7])
def test_every_sample_comes_back_whatever_the_format_and_the_baseline(form: int, baseline: int) -> None:
    record = read(wfdb(TRUTH, form=form, baseline=baseline))
    demand_truth(record)
    assert not record.warnings


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
        (b"100 12 500 2000", b"100/3 12 500 2000", "multi-segment"),
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
