"""HL7 aECG: time sequences, scales and units, annotations at any depth."""

import numpy as np
import pytest

from ecg.model import EcgRecord, UnreadableEcg
from ecg.readers import read
from tests.ecg_encoders import bundle, twelve_leads
from tests.ecg_encoders.xml import aecg

TRUTH = twelve_leads(seconds=4.0, lsb_uv=2.5)


def record_of(data: bytes) -> EcgRecord:
    return read(bundle(data))


def samples_of(record: EcgRecord) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    assert record.rhythm is not None
    return np.stack([lead.samples for lead in record.rhythm.leads])


@pytest.mark.parametrize("prefix", ["", "hl7"])
def test_rhythm_and_representative_beat_are_exact_with_any_namespace_prefix(prefix: str) -> None:
    record = record_of(aecg(TRUTH, median=TRUTH.first(600), prefix=prefix))
    assert [group.kind for group in record.groups] == ["rhythm", "median-beat"]
    assert np.array_equal(samples_of(record), TRUTH.microvolts)
    assert np.array_equal([lead.samples for lead in record.groups[1].leads], TRUTH.first(600).microvolts)
    assert record.groups[1].sampling_frequency == 500


@pytest.mark.parametrize(
    ("value", "unit", "frequency"),
    [("0.001", "s", 1000), ("4", "ms", 250), ("1250", "us", 800), ("0.0078125", "s", 128)],
)
def test_the_sampling_frequency_is_exact_in_every_unit_of_time(value: str, unit: str, frequency: int) -> None:
    time = f'<value xsi:type="GLIST_PQ"><head value="0.5" unit="s"/><increment value="{value}" unit="{unit}"/></value>'
    record = record_of(aecg(TRUTH, time=time))
    assert record.rhythm is not None
    assert record.rhythm.sampling_frequency == frequency
    assert record.rhythm.start_offset_s == 0.5


def test_origin_and_scale_count_each_in_its_own_unit() -> None:
    record = record_of(aecg(TRUTH, scale='<origin value="0.1" unit="mV"/><scale value="2.5" unit="uV"/>'))
    assert np.array_equal(samples_of(record), (TRUTH.digits * 2.5 + 100).astype(np.float32))


def test_integer_lists_with_a_unit_are_read() -> None:
    assert np.array_equal(samples_of(record_of(aecg(TRUTH).replace(b"SLIST_PQ", b"SLIST_INT"))), TRUTH.microvolts)


def test_numbers_statements_and_marks_are_found_at_any_depth() -> None:
    record = record_of(aecg(TRUTH, median=TRUTH.first(600)))
    assert [(m.name, m.value, m.unit) for m in record.measurements] == [("HR", 75.0, "/min")]
    assert [statement.text for statement in record.statements] == ["窦性心律"]
    marks = [(mark.kind, mark.sample, mark.group, mark.lead) for mark in record.annotations]
    assert marks == [("R-peak", 160, 0, "I"), ("P-on", 50, 1, None), ("P-off", 100, 1, None)]
    assert (record.subject.patient_id, record.subject.name, record.subject.birth_date) == (
        "SBJ-1",
        "Zhao",
        "1953-05-08",
    )


@pytest.mark.parametrize(
    ("scale", "code"),
    [
        ('<origin value="0" unit="uV"/><scale value="2.5" unit="ms"/>', "contradictory-units"),
        ('<origin value="7" unit="ms"/><scale value="2.5" unit="uV"/>', "contradictory-units"),
        ('<origin value="0" unit="uV"/><scale value="2.5"/>', "no-unit"),
        ('<origin value="0" unit="uV"/><scale value="nan" unit="uV"/>', "bad-scale"),
        ('<origin value="0" unit="uV"/><scale value="0" unit="uV"/>', "bad-scale"),
        ('<origin value="x" unit="uV"/><scale value="2.5" unit="uV"/>', "bad-scale"),
        ('<origin value="0" unit="uV"/>', "bad-scale"),
    ],
)
def test_scales_that_contradict_or_are_absent_are_refused(scale: str, code: str) -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(aecg(TRUTH, scale=scale))
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "increment",
    ['value="0" unit="s"', 'value="0.002" unit="mV"', 'value="0.002"', 'value="-1" unit="s"', 'value="x" unit="s"'],
)
def test_a_time_sequence_without_a_rate_is_refused(increment: str) -> None:
    time = f'<value xsi:type="GLIST_TS"><head value="20230429224116"/><increment {increment}/></value>'
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(aecg(TRUTH, time=time))
    assert refusal.value.code == "bad-sampling-frequency"


@pytest.mark.parametrize("digits", ["1 2 x", "1 2 -", "1 2 nan", "1 2 1e5", "１ 2 3"])
def test_digits_that_are_no_numbers_are_refused(digits: str) -> None:
    data = aecg(TRUTH.only("I")).decode()
    start, end = data.index("<digits>") + 8, data.index("</digits>")
    with pytest.raises(UnreadableEcg) as refusal:
        record_of((data[:start] + digits + data[end:]).encode())
    assert refusal.value.code == "bad-samples"


def test_a_rhythm_shorter_than_half_of_its_stated_time_is_refused_as_cut() -> None:
    data = aecg(TRUTH).replace(
        b'<low value="20230429224116"/>', b'<low value="20230429224116"/><high value="20230429224126"/>'
    )
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(data)
    assert refusal.value.code == "truncated"


def test_a_file_without_series_has_no_leads() -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(b'<AnnotatedECG xmlns="urn:hl7-org:v3"/>')
    assert refusal.value.code == "no-leads"


def test_leads_of_different_length_are_refused() -> None:
    data = aecg(TRUTH.only("I", "II")).replace(b"<digits>", b"<digits>1 ", 1)
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(data)
    assert refusal.value.code == "unequal-leads"


def test_a_series_without_a_known_code_is_the_rhythm_and_a_derived_one_is_not() -> None:
    data = aecg(TRUTH, median=TRUTH.first(600)).replace(b'code="RHYTHM"', b'code="X"')
    record = record_of(data.replace(b'code="REPRESENTATIVE_BEAT"', b'code="Y"'))
    assert [group.kind for group in record.groups] == ["rhythm", "other"]
