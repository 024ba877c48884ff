"""Philips Sierra XML: XLI, the calibration tail, both versions."""

import dataclasses

import numpy as np
import pytest

from ecg.model import EcgRecord, UnreadableEcg
from ecg.readers import read
from tests.ecg_encoders import bundle, twelve_leads
from tests.ecg_encoders.truth import Truth
from tests.ecg_encoders.xml import sierra

TRUTH = twelve_leads(seconds=10.0)


def record_of(data: bytes) -> EcgRecord:
    return read(bundle(data))


def holds(record: EcgRecord, truth: Truth) -> bool:
    assert record.rhythm is not None
    names = tuple(lead.name for lead in record.rhythm.leads)
    return names == truth.names and np.array_equal([lead.samples for lead in record.rhythm.leads], truth.microvolts)


@pytest.mark.parametrize("version", ["1.03", "1.04"])
@pytest.mark.parametrize("utf16", [True, False])
@pytest.mark.parametrize("calibration", [True, False])
def test_xli_is_undone_bit_for_bit_in_both_versions(version: str, utf16: bool, calibration: bool) -> None:
    assert holds(record_of(sierra(TRUTH, version=version, utf16=utf16, calibration=calibration)), TRUTH)


def test_xli_survives_extreme_swings_of_16_bits() -> None:
    rng = np.random.default_rng(5)
    wild = rng.integers(-32768, 32768, size=(8, 500))
    truth = Truth(("V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8"), wild, 0.1, 500)
    assert holds(record_of(sierra(truth, calibration=False)), truth)


def test_plain_samples_are_read() -> None:
    assert holds(record_of(sierra(TRUTH, plain=True)), TRUTH)


@pytest.mark.parametrize("lsb_uv", [5.0, 2.5, 4.88])
def test_the_calibration_tail_is_cut_out_and_logged(lsb_uv: float) -> None:
    truth = dataclasses.replace(TRUTH, lsb_uv=lsb_uv)
    record = record_of(sierra(truth))
    assert holds(record, truth)
    texts = {warning.code: warning.text for warning in record.warnings}
    assert "5350 to 5449" in texts["calibration-pulse-removed"]
    assert "5000 to 5499" in texts["zero-tail-removed"]


def test_a_strip_without_the_pulse_keeps_every_sample_though_it_ends_flat() -> None:
    digits = TRUTH.digits.copy()
    digits[:, 4500:] = 0
    flat = dataclasses.replace(TRUTH, digits=digits)
    record = record_of(sierra(flat, calibration=False))
    assert holds(record, flat)
    assert "calibration-pulse-removed" not in {warning.code for warning in record.warnings}


def test_a_lead_that_drifts_off_the_others_pulse_is_damaged_and_refused() -> None:
    digits = np.concatenate([TRUTH.digits, np.zeros((12, 500), np.int64)], axis=1)
    digits[:, 5350:5450] = 200
    digits[7, 5350:5450] = 260
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(sierra(dataclasses.replace(TRUTH, digits=digits), calibration=False))
    assert refusal.value.code == "corrupt"


@pytest.mark.parametrize("version", ["1.03", "1.04"])
def test_measurements_statements_and_marks_are_as_found(version: str) -> None:
    record = record_of(sierra(TRUTH, version=version))
    assert {(m.name, m.value) for m in record.measurements} == {("HR", 75.0), ("PR", 150.0)}
    assert [(s.text, s.code) for s in record.statements] == [
        ("SINUS BRADYCARDIA, V-rate 60", "SB"),
        ("OTHERWISE NORMAL ECG", "ON"),
    ]
    assert [(a.kind, a.sample, a.lead) for a in record.annotations] == [("pacer-spike", 200, None)]
    assert (record.subject.sex, record.subject.age_years) == ("F", 50.0)
    assert str(record.started_at) == "2008-12-23 19:44:46"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('durationperchannel="11000"', 'durationperchannel="12000"', "truncated"),
        ('durationperchannel="11000"', 'durationperchannel="9000"', "corrupt"),
        ('durationperchannel="11000"', 'durationperchannel="1e14"', "no-samples"),
        ('durationperchannel="11000"', "", "no-samples"),
        ('compression="XLI"', 'compression="ZIP"', "unsupported-encoding"),
        ('leadlabels="I II', 'leadlabels="CM5 I II', "truncated"),
        ("<resolution>5<", "<resolution>---<", "bad-scale"),
        ("<samplingrate>500<", "<samplingrate>0<", "bad-sampling-frequency"),
        ("<parsedwaveforms", "<otherwaveforms", "xml-malformed"),
    ],
)
def test_what_cannot_be_read_truthfully_is_refused_with_its_reason(old: str, new: str, code: str) -> None:
    text = sierra(TRUTH, utf16=False).decode().replace("<numberchannelsvalid>12<", "<numberchannelsvalid>20<")
    assert old in text
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(text.replace(old, new).encode())
    assert refusal.value.code == code
