"""GE MUSE XML: stored and derived leads, units, checksums, measurements, statements."""

import numpy as np
import pytest

from ecg.model import EcgRecord, UnreadableEcg
from ecg.readers import read
from tests.ecg_encoders import bundle, twelve_leads
from tests.ecg_encoders.xml import muse

TRUTH = twelve_leads(seconds=4.0, lsb_uv=4.88)
STORED = {"I", "II", "V1", "V2", "V3", "V4", "V5", "V6"}


def record_of(data: bytes) -> EcgRecord:
    return read(bundle(data))


def test_stored_leads_are_the_digits_times_the_resolution() -> None:
    record = record_of(muse(TRUTH))
    assert record.rhythm is not None
    assert [lead.name for lead in record.rhythm.leads] == list(TRUTH.names)
    for lead, row in zip(record.rhythm.leads, TRUTH.microvolts, strict=True):
        assert lead.derived == (lead.name not in STORED)
        if not lead.derived:
            assert np.array_equal(lead.samples, row)
            assert lead.lsb_uv == 4.88


def test_the_four_other_limb_leads_follow_einthoven_and_goldberger_exactly() -> None:
    record = record_of(muse(TRUTH))
    assert record.rhythm is not None
    leads = {lead.name: lead for lead in record.rhythm.leads}
    one, two = TRUTH.digits[0], TRUTH.digits[1]
    expected = {"III": 2 * (two - one), "aVR": -(one + two), "aVL": 2 * one - two, "aVF": 2 * two - one}
    for name, halves in expected.items():
        assert np.array_equal(leads[name].samples, (halves * 2.44).astype(np.float32))
    assert leads["III"].lsb_uv == 4.88
    assert leads["aVF"].lsb_uv == 2.44


def test_median_comes_with_its_marks_in_samples() -> None:
    record = record_of(muse(TRUTH, median=TRUTH.first(600)))
    assert [group.kind for group in record.groups] == ["median-beat", "rhythm"]
    marks = {(mark.kind, mark.sample, mark.group) for mark in record.annotations}
    assert marks == {("QRS-on", 216, 0), ("QRS-off", 264, 0), ("beat", 160, 1)}


def test_pacer_spikes_are_marked_in_the_rhythm() -> None:
    spikes = [mark for mark in record_of(muse(TRUTH, pace="10 510 99999")).annotations if mark.kind == "pacer-spike"]
    assert [(mark.sample, mark.group) for mark in spikes] == [(10, 0), (510, 0)]


def test_the_carts_own_values_stand_beside_the_edited_ones_where_they_differ() -> None:
    found = [(m.name, m.value, m.source.rpartition(" ")[2]) for m in record_of(muse(TRUTH)).measurements]
    assert ("PR", 150.0, "RestingECGMeasurements") in found
    assert ("PR", 148.0, "OriginalRestingECGMeasurements") in found
    assert sum(name == "HR" for name, _, _ in found) == 1


def test_pieces_of_a_statement_are_one_sentence() -> None:
    assert [s.text for s in record_of(muse(TRUTH)).statements] == ["Anterior infarct , age undetermined"]


def test_person_time_and_filters_are_as_found() -> None:
    record = record_of(muse(TRUTH))
    assert str(record.started_at) == "2023-10-30 22:41:16"
    assert record.started_at is not None
    assert record.started_at.tzinfo is None
    assert (record.subject.sex, record.subject.birth_date, record.subject.age_years) == ("F", "2023-04-29", 0.5)
    assert record.device.filters == {"high_pass_hz": 0.05, "low_pass_hz": 150.0, "notch_hz": 50.0}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"<LeadSampleCountTotal>2000<", b"<LeadSampleCountTotal>2001<", "truncated"),
        (b"<LeadByteCountTotal>4000<", b"<LeadByteCountTotal>3998<", "corrupt"),
        (b"MICROVOLTS", b"MILLISECONDS", "contradictory-units"),
        (b"<LeadAmplitudeUnitsPerBit>4.88<", b"<LeadAmplitudeUnitsPerBit>NaN<", "bad-scale"),
        (b"<LeadAmplitudeUnitsPerBit>4.88<", b"<LeadAmplitudeUnitsPerBit><", "bad-scale"),
        (b"<SampleBase>500<", b"<SampleBase>0<", "bad-sampling-frequency"),
        (b"<SampleBase>500<", b"<SampleBase>nan<", "bad-sampling-frequency"),
        (b"<SampleExponent>0<", b"<SampleExponent>99<", "bad-sampling-frequency"),
        (b"<LeadSampleSize>2<", b"<LeadSampleSize>4<", "unsupported-encoding"),
        (b"<LeadDataCRC32>", b"<LeadDataCRC32>1", "checksum"),
        (b"<WaveFormData>", b"<WaveFormData>?", "bad-samples"),
        (b"</RestingECG>", b"", "xml-malformed"),
        (b"LeadData>", b"NoData>", "no-leads"),
    ],
)
def test_what_cannot_be_read_truthfully_is_refused_with_its_reason(old: bytes, new: bytes, code: str) -> None:
    data = muse(TRUTH)
    assert old in data
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(data.replace(old, new))
    assert refusal.value.code == code


def test_millivolts_are_a_thousand_microvolts() -> None:
    data = muse(TRUTH, crc=False).replace(b"MICROVOLTS", b"MILLIVOLTS").replace(b"Bit>4.88<", b"Bit>0.00488<")
    record = record_of(data)
    assert record.rhythm is not None
    assert np.allclose(record.rhythm.leads[0].samples, TRUTH.microvolts[0], rtol=1e-6)


def test_a_lead_that_the_cart_marked_as_off_is_flagged() -> None:
    data = muse(TRUTH).replace(b"<LeadOff>FALSE<", b"<LeadOff>TRUE<", 1)
    assert ("lead-off", "I") in {(warning.code, warning.lead) for warning in record_of(data).warnings}
