"""Writers: what they write reads back bit for bit, or they refuse."""

import dataclasses
import io
from datetime import UTC, datetime
from fractions import Fraction

import numpy as np
import pydicom
import pytest

from ecg.model import Bundle, EcgRecord, Group, Lead, MachineMeasurement, Part
from ecg.readers import assembly, read
from ecg.writers import UnwritableEcg
from ecg.writers.csv import write_csv
from ecg.writers.dicom import AMBULATORY, GENERAL, GENERAL_32_BIT, TWELVE_LEAD, Identity, write_dicom
from ecg.writers.wfdb import write_wfdb
from tests.ecg_encoders import EXAMPLES, Truth, twelve_leads

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TRUTH = twelve_leads(seconds=4.0)


def record_of(truth: Truth, *, missing: bool = False, frequency: Fraction | None = None) -> EcgRecord:
    holes = np.zeros(truth.digits.shape[1], np.bool_)
    holes[7:20] = missing
    leads = [
        assembly.lead_from_integers(name, row, truth.lsb_uv, holes.copy())
        for name, row in zip(truth.names, truth.digits, strict=True)
    ]
    group = Group("rhythm", tuple(leads), frequency or Fraction(truth.frequency))
    return EcgRecord("test", "ab" * 32, (group,))


def same(one: Lead, two: Lead) -> bool:
    return (one.name, one.derived) == (two.name, two.derived) and np.array_equal(
        one.samples, two.samples, equal_nan=True
    )


def all_same(one: EcgRecord, two: EcgRecord) -> bool:
    assert one.rhythm is not None
    assert two.rhythm is not None
    pairs = zip(one.rhythm.leads, two.rhythm.leads, strict=True)
    return one.rhythm.sampling_frequency == two.rhythm.sampling_frequency and all(same(a, b) for a, b in pairs)


def dicom_of(parts: Bundle) -> pydicom.Dataset:
    return pydicom.dcmread(io.BytesIO(parts[0].data))


@pytest.mark.parametrize("name", ["aecg", "cardiosoft", "csv", "dicom", "muse", "sierra"])
def test_every_example_reads_back_bit_for_bit_from_csv_and_dicom(name: str) -> None:
    record = read(EXAMPLES[name]())
    for parts in (write_csv(record), write_dicom(record, NOW)):
        again = read(parts)
        assert all_same(record, again)
        assert not {warning.code for warning in again.warnings} - {warning.code for warning in record.warnings}


@pytest.mark.parametrize("lsb_uv", [0.1, 0.183, 1.25, 2.44, 4.88, 4.8828125, 5.0, 1 / 3])
def test_any_resolution_and_missing_samples_survive_csv_and_dicom(lsb_uv: float) -> None:
    record = record_of(dataclasses.replace(TRUTH, lsb_uv=lsb_uv), missing=True)
    assert all_same(record, read(write_csv(record)))
    written = read(write_dicom(record, NOW)).rhythm
    assert written is not None
    assert record.rhythm is not None
    for one, two in zip(record.rhythm.leads, written.leads, strict=True):
        assert np.array_equal(one.missing, two.missing)
        assert np.allclose(one.samples, two.samples, rtol=1e-6, equal_nan=True)


def test_samples_without_a_resolution_survive_csv_to_the_last_bit() -> None:
    rng = np.random.default_rng(3)
    samples = (rng.normal(0, 500, 400) * 10.0 ** rng.integers(-6, 3, 400)).astype(np.float32)
    lead = assembly.lead_from_microvolts("II", samples)
    record = EcgRecord("test", "00", (Group("rhythm", (lead,), Fraction(1000, 3)),))
    again = read(write_csv(record))
    assert all_same(record, again)
    assert again.rhythm is not None
    assert again.rhythm.leads[0].lsb_uv is None


def test_a_cut_csv_never_reads_as_a_shorter_recording() -> None:
    data = write_csv(record_of(TRUTH.first(100)))[0].data
    for size in range(1, len(data), 97):
        with pytest.raises(Exception, match=r"csv|unknown"):
            read((Part("x", data[:size]),))


@pytest.mark.parametrize(
    ("record", "sop_class"),
    [
        (record_of(TRUTH), TWELVE_LEAD),
        (record_of(twelve_leads(seconds=32.768)), TWELVE_LEAD),
        (record_of(twelve_leads(seconds=32.77)), GENERAL),
        (record_of(TRUTH, frequency=Fraction(128)), AMBULATORY),
        (record_of(TRUTH, frequency=Fraction(2000)), GENERAL_32_BIT),
        (record_of(dataclasses.replace(TRUTH, digits=TRUTH.digits * 4000, lsb_uv=0.00125)), GENERAL_32_BIT),
    ],
)
def test_the_object_is_the_one_whose_limits_hold_it(record: EcgRecord, sop_class: str) -> None:
    parts = write_dicom(record, NOW)
    assert dicom_of(parts).SOPClassUID == sop_class
    assert all_same(record, read(parts))


def test_fourteen_leads_are_a_general_ecg_and_twenty_five_none() -> None:
    group = record_of(TRUTH).groups[0]
    more = [assembly.lead_from_integers(f"extra {n}", TRUTH.digits[0], 5.0) for n in range(13)]
    fourteen = dataclasses.replace(
        record_of(TRUTH), groups=(dataclasses.replace(group, leads=(*group.leads, *more[:2])),)
    )
    assert dicom_of(write_dicom(fourteen, NOW)).SOPClassUID == GENERAL
    assert [lead.name for lead in read(write_dicom(fourteen, NOW)).groups[0].leads][12:] == ["extra 0", "extra 1"]
    many = dataclasses.replace(fourteen, groups=(dataclasses.replace(group, leads=(*group.leads, *more)),))
    with pytest.raises(UnwritableEcg) as refusal:
        write_dicom(many, NOW)
    assert refusal.value.code == "too-many-leads"


def test_a_recording_without_a_time_says_so_in_its_dicom_object() -> None:
    parts = write_dicom(record_of(TRUTH), NOW)
    assert dicom_of(parts).AcquisitionDateTime == "20260102030405"
    assert any("does not say when" in statement.text for statement in read(parts).statements)


def test_converting_twice_makes_the_same_object() -> None:
    record = read(EXAMPLES["muse"]())
    assert write_dicom(record, NOW) == write_dicom(record, NOW)


def test_the_house_knows_the_patient_better_than_the_cart() -> None:
    known = Identity("2.25.7", "2.25.8", "A1", "P1", "张^三", "1990-02-03", "M")
    data_set = dicom_of(write_dicom(read(EXAMPLES["muse"]()), NOW, known))
    assert (data_set.StudyInstanceUID, data_set.SeriesInstanceUID, data_set.AccessionNumber) == (
        "2.25.7",
        "2.25.8",
        "A1",
    )
    assert (data_set.PatientID, str(data_set.PatientName), data_set.PatientBirthDate) == ("P1", "张^三", "19900203")


def test_measurements_statements_and_marks_survive_dicom() -> None:
    record = read(EXAMPLES["aecg"]())
    again = read(write_dicom(record, NOW))
    assert [(m.name, m.value, m.unit) for m in again.measurements] == [
        (m.name, m.value, m.unit) for m in record.measurements
    ]
    assert [statement.text for statement in again.statements] == [statement.text for statement in record.statements]
    marks = [{(a.kind, a.sample, a.group, a.lead) for a in one.annotations} for one in (record, again)]
    assert marks[0] == marks[1]


def test_a_measurement_of_no_common_name_keeps_its_own() -> None:
    record = dataclasses.replace(
        record_of(TRUTH), measurements=(MachineMeasurement("PAmplitude", 58.0, "uV", "x", "V1"),)
    )
    (found,) = read(write_dicom(record, NOW)).measurements
    assert (found.name, found.value, found.unit, found.lead) == ("PAmplitude", 58.0, "uV", "V1")


def test_the_wfdb_header_gives_gain_checksum_and_first_sample() -> None:
    record = record_of(TRUTH.only("I", "II"), missing=True)
    header, signal = write_wfdb(record, "strip")
    lines = header.data.decode().splitlines()
    assert lines[0] == "strip 2 500 2000"
    digits = np.frombuffer(signal.data, "<i2").reshape(-1, 2)
    assert (digits[7:20] == -32768).all()
    total = int(digits[:, 0].astype(np.int64).sum()) & 0xFFFF
    signed = total - 65536 if total >= 32768 else total
    assert lines[1] == f"strip.dat 16 200.0(0)/mV 16 0 {digits[0, 0]} {signed} 0 I"


def test_wfdb_takes_32_bits_where_16_do_not_hold_the_samples() -> None:
    record = record_of(dataclasses.replace(TRUTH, digits=TRUTH.digits * 4000, lsb_uv=0.00125))
    header, signal = write_wfdb(record)
    assert " 32 800000.0(0)/mV" in header.data.decode()
    assert np.array_equal(np.frombuffer(signal.data, "<i4").reshape(-1, 12).T, TRUTH.digits * 4000)


@pytest.mark.parametrize("write", [write_csv, write_wfdb, lambda record: write_dicom(record, NOW)])
def test_a_recording_without_samples_is_not_written(write) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UnwritableEcg) as refusal:
        write(EcgRecord("test", "00", ()))
    assert refusal.value.code == "no-rhythm"
