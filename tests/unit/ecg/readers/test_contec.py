"""Contec `.ECG`: stored and derived leads, lead-off, cut and damaged files."""

import numpy as np
import pytest

from ecg.model import Lead, UnreadableEcg
from ecg.readers import read
from tests.ecg_encoders import bundle, twelve_leads
from tests.ecg_encoders.contec import STORED, contec

TRUTH = twelve_leads(seconds=2.0, frequency=800)


def leads_of(data: bytes) -> dict[str, Lead]:
    record = read(bundle(data))
    assert record.rhythm is not None
    assert record.rhythm.sampling_frequency == 800
    return {lead.name: lead for lead in record.rhythm.leads}


def test_the_eight_stored_leads_are_the_words_times_five_microvolts() -> None:
    leads = leads_of(contec(TRUTH))
    for name in STORED:
        assert np.array_equal(leads[name].samples, TRUTH.only(name).microvolts[0])
        assert (leads[name].derived, leads[name].lsb_uv) == (False, 5.0)


def test_the_other_four_follow_einthoven_and_goldberger_and_are_flagged() -> None:
    leads = leads_of(contec(TRUTH))
    two, three = TRUTH.only("II").digits[0], TRUTH.only("III").digits[0]
    one = two - three
    halves = {"I": 2 * one, "aVR": -(one + two), "aVL": 2 * one - two, "aVF": 2 * two - one}
    assert list(leads) == list(TRUTH.names)
    for name, digits in halves.items():
        assert np.array_equal(leads[name].samples, (digits * 2.5).astype(np.float32))
        assert leads[name].derived


def test_an_electrode_that_was_off_is_missing_there_and_in_what_follows_from_it() -> None:
    off = np.zeros((8, TRUTH.digits.shape[1]), np.bool_)
    off[0, 300:500] = off[4, :] = True
    leads = leads_of(contec(TRUTH, off))
    for name in ("I", "II", "aVR", "aVL", "aVF"):
        assert np.array_equal(leads[name].missing, off[0])
        assert np.isnan(leads[name].samples[300:500]).all()
    assert not leads["III"].missing.any()
    assert leads["V3"].missing.all()
    assert {(w.code, w.lead) for w in read(bundle(contec(TRUTH, off))).warnings} == {("lead-not-recorded", "V3")}


def test_person_number_and_time_are_as_found() -> None:
    record = read(bundle(contec(TRUTH, name="李伟".encode("gb18030"))))
    assert (record.subject.patient_id, record.subject.name) == ("0000050", "李伟")
    assert str(record.started_at) == "2020-11-15 12:59:50"
    assert record.device.manufacturer == "Contec"


@pytest.mark.parametrize("lost", [1, 2, 15, 16, 17, 32, 37, 160, 1600])
def test_a_cut_file_is_refused_also_where_a_whole_sample_is_lost(lost: int) -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        read(bundle(contec(TRUTH)[:-lost]))
    assert refusal.value.code == "truncated"


def test_a_word_beyond_the_converter_is_refused() -> None:
    data = bytearray(contec(TRUTH))
    data[44] = 0x7F
    with pytest.raises(UnreadableEcg) as refusal:
        read(bundle(bytes(data)))
    assert refusal.value.code == "bad-samples"


def test_a_header_without_samples_is_refused() -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        read(bundle(contec(TRUTH.first(0))))
    assert refusal.value.code == "no-samples"
