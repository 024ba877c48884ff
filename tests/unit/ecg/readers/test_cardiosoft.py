"""GE CardioSoft XML: strip, median, full disclosure, measurements."""

import numpy as np
import pytest

from ecg.model import EcgRecord, UnreadableEcg
from ecg.readers import read
from tests.ecg_encoders import bundle, twelve_leads
from tests.ecg_encoders.xml import cardiosoft

TRUTH = twelve_leads(seconds=4.0)


def whole() -> bytes:
    return cardiosoft(TRUTH, median=TRUTH.first(600), disclosure=TRUTH.first(1500))


def record_of(data: bytes) -> EcgRecord:
    return read(bundle(data))


def test_strip_median_and_full_disclosure_are_exact() -> None:
    record = record_of(whole())
    assert [group.kind for group in record.groups] == ["rhythm", "median-beat", "other"]
    for group, truth in zip(record.groups, (TRUTH, TRUTH.first(600), TRUTH.first(1500)), strict=True):
        assert tuple(lead.name for lead in group.leads) == truth.names
        assert np.array_equal([lead.samples for lead in group.leads], truth.microvolts)


def test_a_full_disclosure_alone_is_the_rhythm() -> None:
    data = whole().replace(b"<StripData>", b"<NoStrip>").replace(b"</StripData>", b"</NoStrip>")
    record = record_of(data)
    assert record.rhythm is not None
    assert record.rhythm.label == "FullDisclosure"


def test_a_full_disclosure_with_a_line_lost_is_left_out_and_said_so() -> None:
    data = whole()
    start = data.index(b"<FullDisclosureData>") + 22
    end = data.index(b"\n", start) + 1
    record = record_of(data[:start] + data[end:])
    assert [group.kind for group in record.groups] == ["rhythm", "median-beat"]
    assert [warning.code for warning in record.warnings] == ["part-left-out"]


def test_samples_outside_the_valid_range_are_missing() -> None:
    data = whole().replace(b"<Resolution", b"<FirstValid>5</FirstValid><LastValid>590</LastValid><Resolution", 1)
    record = record_of(data)
    lead = record.groups[1].leads[0]
    assert lead.missing[:5].all()
    assert lead.missing[591:].all()
    assert not lead.missing[5:591].any()


def test_measurements_statements_and_marks_are_as_found() -> None:
    record = record_of(whole())
    found = {(m.name, m.value, m.unit, m.lead) for m in record.measurements}
    assert found == {("HR", 75.0, "/min", None), ("PR", 150.0, "ms", None), ("PAmplitude", 58.0, "uV", "I")}
    assert [statement.text for statement in record.statements] == ["Sinus rhythm"]
    assert {(a.kind, a.sample, a.group) for a in record.annotations} == {("beat", 160, 0), ("QRS-on", 216, 1)}
    assert str(record.started_at) == "2018-07-09 14:09:39"
    assert record.subject.name == "Wang^Fang"
    assert record.device.filters == {"high_pass_hz": 0.05, "low_pass_hz": 100.0, "notch_hz": 50.0}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"uVperLsb", b"bananas", "contradictory-units"),
        (b'<Resolution units="uVperLsb">5<', b'<Resolution units="uVperLsb">0<', "bad-scale"),
        (b"<ChannelSampleCountTotal>2000<", b"<ChannelSampleCountTotal>2001<", "truncated"),
        (b"<ChannelSampleCountTotal>2000<", b"<ChannelSampleCountTotal>1999<", "corrupt"),
        (b"<NumberOfLeads>12<", b"<NumberOfLeads>15<", "truncated"),
        (b'<SampleRate units="Hz">500<', b'<SampleRate units="Hz">-500<', "bad-sampling-frequency"),
        (b'lead="V3">', b'lead="V3">-,', "bad-samples"),
        (b'lead="V3">', b'lead="V3">,', "bad-samples"),
        (b'lead="V3">', b'lead="V3">1.5,', "bad-samples"),
        (b'lead="V3">', b'lead="V3">99999999999999999999,', "bad-samples"),
    ],
)
def test_what_cannot_be_read_truthfully_is_refused_with_its_reason(old: bytes, new: bytes, code: str) -> None:
    data = whole()
    assert old in data
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(data.replace(old, new))
    assert refusal.value.code == code
