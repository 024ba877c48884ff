"""DICOM waveform objects: scales, codes, padding, groups, annotations, and what is refused."""

import dataclasses
import struct
import time

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from ecg.model import EcgRecord, Group, UnreadableEcg
from ecg.readers import read
from tests.ecg_encoders import bundle, twelve_leads
from tests.ecg_encoders.dicom import Groove, coded, dicom
from tests.ecg_encoders.truth import Truth

TRUTH = twelve_leads(seconds=4.0)


def record_of(*grooves: Groove, syntax: UID = ExplicitVRLittleEndian, preamble: bool = True) -> EcgRecord:
    return read(bundle(dicom(*grooves, syntax=syntax, preamble=preamble)))


def rhythm_of(record: EcgRecord) -> Group:
    assert record.rhythm is not None
    return record.rhythm


def holds(group: Group, truth: Truth) -> bool:
    """Whether the group's samples are the truth's, bit for bit and in order."""
    samples = np.stack([lead.samples for lead in group.leads])
    return tuple(lead.name for lead in group.leads) == truth.names and np.array_equal(samples, truth.microvolts)


@pytest.mark.parametrize(
    "syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
)
@pytest.mark.parametrize("scheme", ["MDC", "SCPECG"])
def test_every_transfer_syntax_and_lead_code_gives_the_same_samples(syntax: UID, scheme: str) -> None:
    record = record_of(Groove(TRUTH, scheme=scheme), syntax=syntax)
    assert holds(rhythm_of(record), TRUTH)
    assert not record.warnings


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_a_file_without_preamble_is_read(syntax: UID) -> None:
    assert holds(rhythm_of(record_of(Groove(TRUTH), syntax=syntax, preamble=False)), TRUTH)


@pytest.mark.parametrize(
    ("unit", "sensitivity"),
    [(("uV", "microvolt"), "5"), (("mV", "millivolt"), "0.005"), (("nV", "nanovolt"), "5000"), (("V", "volt"), "5e-6")],
)
def test_the_sensitivity_is_taken_in_its_own_unit(unit: tuple[str, str], sensitivity: str) -> None:
    group = rhythm_of(record_of(Groove(TRUTH, unit=unit, sensitivity=sensitivity)))
    assert np.allclose([lead.samples for lead in group.leads], TRUTH.microvolts, rtol=1e-6)
    assert group.leads[0].lsb_uv == pytest.approx(5.0)


def test_correction_factor_and_baseline_follow_the_standard() -> None:
    group = rhythm_of(record_of(Groove(TRUTH, correction="1.5", baseline="100")))
    expected = (TRUTH.digits * 7.5 + 100).astype(np.float32)
    assert np.array_equal([lead.samples for lead in group.leads], expected)
    assert group.leads[0].lsb_uv == 7.5


def test_an_absent_correction_factor_is_one() -> None:
    assert holds(rhythm_of(record_of(Groove(TRUTH, correction=None))), TRUTH)


def test_32_bit_samples_beyond_16_bits_are_read() -> None:
    large = dataclasses.replace(TRUTH, digits=TRUTH.digits * 4000, lsb_uv=0.00125)
    assert holds(rhythm_of(record_of(Groove(large, bits=32, interpretation="SL"))), large)


def test_8_bit_ambulatory_samples_are_read() -> None:
    coarse = Truth(TRUTH.names, np.clip(TRUTH.digits // 4, -128, 127), 20.0, 200)
    record = record_of(Groove(coarse.first(401), bits=8, interpretation="SB"))
    assert holds(rhythm_of(record), coarse.first(401))
    assert {warning.code for warning in record.warnings} == {"coarse-resolution"}


def test_12_bits_without_their_sign_are_sign_extended_and_flagged() -> None:
    record = record_of(Groove(TRUTH, stored=12, unsigned_mask=0x0FFF))
    assert holds(rhythm_of(record), TRUTH)
    assert [warning.code for warning in record.warnings] == ["sign-extended"]


def test_12_bits_with_their_sign_stay_as_they_are() -> None:
    record = record_of(Groove(TRUTH, stored=12))
    assert holds(rhythm_of(record), TRUTH)
    assert not record.warnings


def test_stated_bits_that_the_samples_exceed_cut_nothing() -> None:
    large = dataclasses.replace(TRUTH, digits=TRUTH.digits * 20, lsb_uv=0.25)
    record = record_of(Groove(large, stored=12))
    assert holds(rhythm_of(record), large)
    assert "bits-stored-contradicted" in {warning.code for warning in record.warnings}


def test_padding_is_missing_and_never_a_value() -> None:
    missing = np.zeros(TRUTH.digits.shape, np.bool_)
    missing[3, 100:200] = True
    group = rhythm_of(record_of(Groove(TRUTH, padding=-32768, missing=missing)))
    assert np.array_equal([lead.missing for lead in group.leads], missing)
    assert np.isnan(group.leads[3].samples[100:200]).all()
    assert np.array_equal(group.leads[3].samples[200:], TRUTH.microvolts[3, 200:])


def test_all_multiplex_groups_are_kept_with_their_kind_and_offset() -> None:
    limbs, chest = TRUTH.only("I", "II", "III"), TRUTH.only("V1", "V2", "V3")
    record = record_of(
        Groove(limbs, label="RHYTHM"),
        Groove(chest, label="RHYTHM", offset_ms=2500.0),
        Groove(TRUTH.first(600), originality="DERIVED"),
    )
    assert [group.kind for group in record.groups] == ["rhythm", "rhythm", "median-beat"]
    assert [group.start_offset_s for group in record.groups][:2] == [0.0, 2.5]
    assert holds(record.groups[1], chest)
    assert holds(record.groups[2], TRUTH.first(600))


def test_twelve_short_leads_after_the_rhythm_are_its_median_beat_though_nothing_says_so() -> None:
    assert [group.kind for group in record_of(Groove(TRUTH), Groove(TRUTH.first(600))).groups] == [
        "rhythm",
        "median-beat",
    ]


def test_a_channel_that_is_no_voltage_is_left_out_and_named() -> None:
    record = record_of(Groove(TRUTH), Groove(TRUTH.only("II"), unit=("mm[Hg]", "millimeter of mercury")))
    assert len(record.groups) == 1
    assert [warning.code for warning in record.warnings] == ["channel-not-voltage"]


def note(**values: object) -> Dataset:
    item = Dataset()
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return item


def test_annotations_become_measurements_statements_and_marks() -> None:
    notes = (
        note(ReferencedWaveformChannels=[1, 0], UnformattedTextValue="窦性心律\nNormal ECG"),
        note(
            ReferencedWaveformChannels=[1, 0],
            ConceptNameCodeSequence=[coded("2:16160", "MDC", "QT duration, global")],
            MeasurementUnitsCodeSequence=[coded("ms", "UCUM", "ms")],
            NumericValue="402",
        ),
        note(
            ReferencedWaveformChannels=[1, 2],
            ConceptNameCodeSequence=[coded("5.10.3-3", "SCPECG", "QRS Onset")],
            TemporalRangeType="POINT",
            ReferencedSamplePositions=150,
        ),
    )
    record = read(bundle(dicom(Groove(TRUTH), notes=notes)))
    assert [statement.text for statement in record.statements] == ["窦性心律", "Normal ECG"]
    assert [(m.name, m.value, m.unit) for m in record.measurements] == [("QT", 402.0, "ms")]
    assert [(a.kind, a.sample, a.lead, a.group) for a in record.annotations] == [("QRS-on", 149, "II", 0)]


def test_marks_of_the_median_beat_that_refer_to_the_rhythm_are_brought_home() -> None:
    marks = (("5.7.1-3", "Fiducial Point", 251), ("5.10.3-1", "P Onset", 130))
    notes = tuple(
        note(
            ReferencedWaveformChannels=[1, 0],
            AnnotationGroupNumber=2,
            ConceptNameCodeSequence=[coded(code, "SCPECG", meaning)],
            TemporalRangeType="POINT",
            ReferencedSamplePositions=position,
        )
        for code, meaning, position in marks
    )
    beat = Groove(TRUTH.first(600), label="MEDIAN BEAT", trigger=251)
    record = read(bundle(dicom(Groove(TRUTH, label="RHYTHM"), beat, notes=notes)))
    assert {(mark.kind, mark.sample, mark.group) for mark in record.annotations} == {
        ("fiducial", 250, 1),
        ("P-on", 129, 1),
    }
    assert [warning.code for warning in record.warnings] == ["annotations-rehomed"]


def test_person_time_and_device_are_as_found() -> None:
    record = record_of(Groove(TRUTH))
    assert record.subject.name == "张智宏"
    assert record.subject.birth_date == "1971-01-23"
    assert record.subject.age_years == pytest.approx(21 / 365.25, abs=0.001)
    assert record.started_at is not None
    assert record.started_at.isoformat() == "2023-01-04T08:58:44.250000+08:00"
    assert record.device.manufacturer == "Mindray"


@pytest.mark.parametrize(
    ("groove", "code"),
    [
        (Groove(TRUTH, unit=("uV", "millivolt")), "contradictory-units"),
        (Groove(TRUTH, sensitivity="0"), "bad-scale"),
        (Groove(TRUTH, sensitivity="", extra={"SamplingFrequency": "0"}), "bad-sampling-frequency"),
        (Groove(TRUTH, extra={"NumberOfWaveformSamples": 0}), "no-samples"),
        (Groove(TRUTH, extra={"NumberOfWaveformSamples": 4001}), "truncated"),
        (Groove(TRUTH, extra={"NumberOfWaveformSamples": 1999}), "corrupt"),
        (Groove(TRUTH, extra={"NumberOfWaveformChannels": 11}), "corrupt"),
        (Groove(TRUTH, extra={"WaveformSampleInterpretation": "MB"}), "unsupported-encoding"),
        (Groove(TRUTH, extra={"ChannelDefinitionSequence": []}), "corrupt"),
        (Groove(TRUTH, unit=("mm[Hg]", "pressure")), "no-leads"),
    ],
)
def test_what_cannot_be_read_truthfully_is_refused_with_its_reason(groove: Groove, code: str) -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(groove)
    assert refusal.value.code == code
    assert refusal.value.source_format == "dicom"


def test_a_dicom_image_is_refused_as_no_ecg() -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        read(bundle(dicom()))
    assert refusal.value.code == "not-an-ecg"


def test_sequences_nested_beyond_reason_are_refused() -> None:
    inner = note(CodeValue="1")
    for _ in range(200):
        inner = note(ConceptNameCodeSequence=[inner])
    data = dicom(Groove(TRUTH), notes=(inner,))
    try:
        record = read(bundle(data))
    except UnreadableEcg as refusal:
        assert refusal.code == "truncated"
    else:
        assert holds(rhythm_of(record), TRUTH)


PREAMBLE = b"\0" * 128 + b"DICM" + struct.pack("<HH2sH", 2, 0x10, b"UI", 20) + b"1.2.840.10008.1.2.1\0"
SEQUENCE = struct.pack("<HH2sHI", 0x0040, 0xB020, b"SQ", 0, 0xFFFFFFFF)
OPEN_ITEM, CLOSE_ITEM = struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF), struct.pack("<HHI", 0xFFFE, 0xE00D, 0)
MANY = 3_000_000


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (struct.pack("<HH2sH", 9, 16, b"LO", 0) * MANY, "too-large"),
        (SEQUENCE + (OPEN_ITEM + CLOSE_ITEM) * MANY, "too-large"),
        (
            struct.pack("<HH2sHI", 0x5400, 0x0100, b"SQ", 0, 8 * MANY) + struct.pack("<HHI", 0xFFFE, 0xE000, 0) * MANY,
            "too-large",
        ),
        ((SEQUENCE + OPEN_ITEM) * MANY, "truncated"),
    ],
    ids=["elements", "items", "empty items", "nesting"],
)
def test_a_crafted_object_is_refused_within_a_second(body: bytes, code: str) -> None:
    started = time.thread_time()
    with pytest.raises(UnreadableEcg) as refusal:
        read(bundle(PREAMBLE + body))
    assert refusal.value.code == code
    assert time.thread_time() - started < 3.0


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        (b"GB18030", "张智宏".encode("gb18030")),
        (b"ISO_IR 192", "张智宏".encode()),
        (b"GBK", "张智宏".encode("gbk")),
        (b"\\ISO 2022 IR 58", b"\x1b$)A\xd5\xc5\xd6\xc7\xba\xea"),
    ],
)
def test_a_name_is_read_in_its_declared_character_set(declared: bytes, name: bytes) -> None:
    padded = [value + b" " * (len(value) % 2) for value in (declared, name)]
    elements = [(0x0008, 0x0005, b"CS", padded[0]), (0x0010, 0x0010, b"PN", padded[1])]
    head = [struct.pack("<HH2sH", g, e, vr, len(value)) + value for g, e, vr, value in elements]
    whole = dicom(Groove(TRUTH), preamble=False)
    start = whole.index(struct.pack("<HH2sH", 0x5400, 0x0100, b"SQ", 0))
    record = read(bundle(b"\0" * 128 + b"DICM" + PREAMBLE[132:] + head[0] + head[1] + whole[start:]))
    assert record.subject.name == "张智宏"
