"""MFER: frames, byte orders, types, null values, own definitions of channels, words; what is refused."""

import time

import numpy as np
import pytest

from ecg.model import EcgRecord, UnreadableEcg
from ecg.readers import READERS, read
from tests.ecg_encoders import bundle, twelve_leads
from tests.ecg_encoders.mfer import Wave, mfer, tlv

TRUTH = twelve_leads(seconds=4.0, lsb_uv=1.25)
STORED = ("I", "II", "V1", "V2", "V3", "V4", "V5", "V6")


def record_of(*waves: Wave, little: bool = True, **other: bool | bytes) -> EcgRecord:
    return read(bundle(mfer(*waves, little=little, **other)))  # type: ignore[arg-type]


def demand_truth(record: EcgRecord) -> None:
    assert record.rhythm is not None
    assert [lead.name for lead in record.rhythm.leads] == list(TRUTH.names)
    assert record.rhythm.sampling_frequency == 500
    for lead, row in zip(record.rhythm.leads, TRUTH.microvolts, strict=True):
        assert np.array_equal(lead.samples, row)
        assert not lead.missing.any()


@pytest.mark.parametrize("little", [True, False])
@pytest.mark.parametrize("block", [1, 8, 500, 2000])
def test_blocks_and_sequences_in_both_byte_orders_give_back_every_sample(little: bool, block: int) -> None:
    record = record_of(Wave(TRUTH, block=block), little=little)
    demand_truth(record)
    assert not record.warnings


@pytest.mark.parametrize("kind", ["i2", "i4", "f4", "f8"])
def test_every_signed_type_gives_back_every_sample(kind: str) -> None:
    record = record_of(Wave(TRUTH, kind=kind))
    demand_truth(record)
    assert record.rhythm is not None
    assert record.rhythm.leads[0].lsb_uv == (None if kind.startswith("f") else 1.25)


@pytest.mark.parametrize(("kind", "offset"), [("u2", 32768), ("u4", 1 << 20), ("i2", -5)])
def test_the_offset_is_the_digit_of_zero_volts(kind: str, offset: int) -> None:
    demand_truth(record_of(Wave(TRUTH, kind=kind, offset=offset)))


@pytest.mark.parametrize("little", [True, False])
def test_null_values_are_missing_and_nothing_else_is(little: bool) -> None:
    missing = np.zeros(TRUTH.digits.shape, np.bool_)
    missing[3, 100:250] = missing[7, 0] = True
    record = record_of(Wave(TRUTH, missing=missing), little=little)
    assert record.rhythm is not None
    for lead, gone, row in zip(record.rhythm.leads, missing, TRUTH.microvolts, strict=True):
        assert np.array_equal(lead.missing, gone)
        assert np.isnan(lead.samples[gone]).all()
        assert np.array_equal(lead.samples[~gone], row[~gone])


def test_the_interval_may_be_stated_in_hertz_and_sequences_may_be_left_to_the_length() -> None:
    demand_truth(record_of(Wave(TRUTH, seconds=False, sequences=False, block=500)))


def test_a_channels_own_resolution_goes_before_the_frames() -> None:
    record = record_of(Wave(TRUTH, own_scale={"V2": 5000}))
    assert record.rhythm is not None
    leads = {lead.name: lead for lead in record.rhythm.leads}
    assert leads["V2"].lsb_uv == 5.0
    assert leads["V1"].lsb_uv == 1.25
    assert np.array_equal(leads["V2"].samples, (TRUTH.digits[7] * 5.0).astype(np.float32))


def test_a_dominant_beat_in_the_second_frame_is_the_median_beat() -> None:
    record = record_of(Wave(TRUTH), Wave(TRUTH.first(400), form=9))
    demand_truth(record)
    assert [(group.kind, group.leads[0].samples.size) for group in record.groups] == [
        ("rhythm", 2000),
        ("median-beat", 400),
    ]


def test_eight_stored_leads_become_twelve_and_the_others_are_flagged() -> None:
    record = record_of(Wave(TRUTH.only(*STORED)))
    assert record.rhythm is not None
    assert [lead.name for lead in record.rhythm.leads if lead.derived] == ["III", "aVR", "aVL", "aVF"]


def test_indefinite_lengths_and_a_missing_preamble_are_read() -> None:
    data = mfer(Wave(TRUTH, indefinite=True), preamble=False)
    assert READERS["mfer"].recognises(bundle(data))
    demand_truth(read(bundle(data)))


def test_person_time_device_filters_events_and_values_are_as_found() -> None:
    for little in (True, False):
        record = record_of(Wave(TRUTH), little=little)
        assert (record.subject.name, record.subject.patient_id, record.subject.sex) == ("张智宏", "8", "F")
        assert (record.subject.birth_date, record.subject.age_years) == ("1971-01-23", 52.274)
        assert str(record.started_at) == "2023-01-04 08:58:44.250000"
        assert (record.device.manufacturer, record.device.model) == ("Nihon Kohden", "ECG-1350")
        assert record.device.filters == {"high_pass_hz": 0.05, "low_pass_hz": 150.0}
        assert [(m.sample, m.kind, m.text) for m in record.annotations] == [
            (0, "comment", "resting"),
            (20, "MFER event 8001h", "key pressed"),
        ]
        assert [(m.name, m.value, m.unit) for m in record.measurements] == [("MFER 1234h", 75.0, "/min")]


def test_what_the_standard_supposes_is_flagged() -> None:
    data = mfer(Wave(TRUTH)).replace(bytes([12, 6, 0, 247]), bytes([22, 6, 0, 247]))  # the resolution becomes a note
    codes = {warning.code for warning in read(bundle(data)).warnings}
    assert "uncalibrated" in codes


def test_a_channel_that_is_no_voltage_is_left_out_by_name() -> None:
    pressure = b"\x3f" + tlv(0, tlv(12, bytes([1, 0, 1])))
    record = record_of(Wave(TRUTH, extra=pressure))
    assert record.rhythm is not None
    assert "I" not in [lead.name for lead in record.rhythm.leads]
    assert ("not-an-ecg-lead", "I") in {(warning.code, warning.lead) for warning in record.warnings}


def test_a_file_without_its_end_mark_is_flagged() -> None:
    assert "no-end-mark" in {warning.code for warning in record_of(Wave(TRUTH), end=False).warnings}


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        (tlv(6, b"\x02\0\0\0"), "truncated"),
        (tlv(5, b"\x0b\0\0\0"), "corrupt"),
        (b"\x3f" + tlv(12, tlv(9, b"\1\0")), "corrupt"),
        (tlv(5, b"\xff\xff\xff\xff"), "corrupt"),
        (tlv(4, b"\xff\xff\xff\x7f"), "corrupt"),
        (tlv(4, b"\xff\xff\xff\x00"), "truncated"),
        (tlv(10, b"\x09"), "unsupported-encoding"),
        (tlv(14, b"\x01\0"), "unsupported-encoding"),
        (tlv(12, bytes([0, 0, 0])), "bad-scale"),
        (tlv(11, bytes([1, 0, 0])), "bad-sampling-frequency"),
        (tlv(18, b"\0"), "corrupt"),
    ],
)
def test_what_cannot_be_read_truthfully_is_refused_with_its_reason(extra: bytes, code: str) -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(Wave(TRUTH, extra=extra))
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "body",
    [
        b"\x16\0" * 3_000_000,
        b"\x1e\2\0\0" * 1_000_000,
        tlv(0x3F, b"")[:1] + b"\0\x84\0\x80\0\0" + b"\x09\0" * (1 << 22),
    ],
)
def test_millions_of_definitions_are_refused_at_once(body: bytes) -> None:
    started = time.thread_time()
    with pytest.raises(UnreadableEcg) as refusal:
        read(bundle(b"\x40\x03MFR" + body))
    assert refusal.value.code in ("too-long", "corrupt")
    assert time.thread_time() - started < 3.0


def test_a_file_that_states_neither_scale_nor_rate_is_not_supposed_to_have_any() -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        read(bundle(b"\x40\x03MFR" + tlv(5, b"\0\1") + tlv(0x1E, bytes(4000)) + b"\x80\0"))
    assert refusal.value.code == "bad-scale"
