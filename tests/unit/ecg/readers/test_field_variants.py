"""What makers' files do within their format, or just beside it: encodings, label styles, absent parts."""

import re

import numpy as np
import pytest

from ecg.model import EcgRecord, UnreadableEcg
from ecg.readers import read
from ecg.readers.leads import lead_by_label
from tests.ecg_encoders import bundle, twelve_leads
from tests.ecg_encoders.contec import contec
from tests.ecg_encoders.dicom import Groove, dicom
from tests.ecg_encoders.edf import Layout, edf
from tests.ecg_encoders.mfer import Wave, mfer, tlv
from tests.ecg_encoders.scp import Recording, _waves, scp
from tests.ecg_encoders.table import declared_csv
from tests.ecg_encoders.truth import Truth
from tests.ecg_encoders.xml import aecg, muse, sierra

TRUTH = twelve_leads(seconds=2.0)


def record_of(data: bytes) -> EcgRecord:
    return read(bundle(data))


def holds(record: EcgRecord, truth: Truth = TRUTH) -> bool:
    assert record.rhythm is not None
    names = tuple(lead.name for lead in record.rhythm.leads)
    return names == truth.names and np.array_equal([lead.samples for lead in record.rhythm.leads], truth.microvolts)


def refusal_of(data: bytes) -> UnreadableEcg:
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(data)
    return refusal.value


@pytest.mark.parametrize(
    ("stated", "written"),
    [
        ("gb2312", "gbk"),
        ("x-gbk", "gbk"),
        ("UTF-8", "gbk"),
        ("utf-16", "utf-8"),
        ("gb2312", "utf-8-sig"),
        ("utf-16", "utf-16-le"),
    ],
)
def test_the_bytes_of_an_xml_go_before_what_it_says_of_them(stated: str, written: str) -> None:
    sentence = "窦性心律，朱镕" if stated != "UTF-8" else "窦性心律，正常"  # 镕 is beyond GB 2312
    text = aecg(TRUTH).decode().replace("UTF-8", stated).replace("窦性心律", sentence)
    record = record_of(text.encode(written))
    assert holds(record)
    assert record.statements[0].text == sentence


def test_an_xml_that_is_neither_utf_8_nor_chinese_stays_refused() -> None:
    data = muse(TRUTH).replace(b"ISO-8859-1", b"UTF-8").replace(b">Li<", ">Müller<".encode("latin-1"))
    assert refusal_of(data).code == "xml-malformed"


@pytest.mark.parametrize("separator", [",", ", ", "\n", "\t"])
def test_the_digits_of_an_aecg_stand_between_any_separators(separator: str) -> None:
    text = aecg(TRUTH).decode()
    data = re.sub(r"<digits>(.*?)<", lambda found: f"<digits>{found[1].replace(' ', separator)}<", text).encode()
    assert holds(record_of(data))


def test_a_muse_file_whose_median_is_empty_keeps_its_rhythm_and_its_spikes() -> None:
    empty = b"<Waveform><WaveformType>Median</WaveformType></Waveform><Waveform>"
    record = record_of(muse(TRUTH, pace="10").replace(b"<Waveform>", empty, 1))
    assert [group.kind for group in record.groups] == ["rhythm"]
    assert [(mark.sample, mark.group) for mark in record.annotations if mark.kind == "pacer-spike"] == [(10, 0)]


@pytest.mark.parametrize("labels", ["I,II,III,aVR,aVL,aVF,V1,V2,V3,V4,V5,V6", "I II III AVR AVL AVF V1 V2 V3 V4 V5 V6"])
def test_the_leads_of_a_sierra_file_may_be_listed_otherwise(labels: str) -> None:
    data = sierra(TRUTH, utf16=False)
    assert holds(record_of(data.replace(" ".join(TRUTH.names).encode(), labels.encode())))


def test_limb_leads_of_a_sierra_file_in_an_order_whose_residuals_are_unknown_are_refused() -> None:
    cabrera = b"aVL I aVR II aVF III V1"
    refusal = refusal_of(sierra(TRUTH, utf16=False).replace(b"I II III aVR aVL aVF V1", cabrera))
    assert refusal.code == "unsupported-encoding"
    assert "aVL I aVR" in refusal.text


def test_a_subtracted_beat_that_is_not_in_the_file_is_refused() -> None:
    assert refusal_of(scp(Recording(TRUTH, subtract=True))).code == "bad-structure"


def test_a_reference_beat_that_nothing_measures_is_left_out_where_the_rhythm_does_not_need_it() -> None:
    told = Recording(TRUTH)
    told.sections[5] = _waves(told, TRUTH.first(300).digits)
    record = record_of(scp(told))
    assert holds(record)
    assert [warning.code for warning in record.warnings] == ["part-left-out"]
    assert len(record.groups) == 1


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("ECG_aVR", "aVR"),
        ("EKG-V1", "V1"),
        ("ECG Lead V2", "V2"),
        ("Lead I (Einthoven)", "I"),
        ("aVR, augmented voltage, right", "aVR"),
        ("Ⅱ", "II"),
        ("II导联", "II"),
        ("Lead -aVR", "-aVR"),
        ("I (inverted)", "I (inverted)"),
    ],
)
def test_a_lead_is_known_by_its_words_and_its_sign_is_kept(label: str, name: str) -> None:
    assert lead_by_label(label) == name


@pytest.mark.parametrize("label", ["{}", "ECG_{}", "EKG {}", "Lead {}", "ECG Lead {}"])
def test_the_labels_of_an_edf_come_in_many_styles(label: str) -> None:
    assert holds(record_of(edf(TRUTH, Layout(label=label))))


@pytest.mark.parametrize("label", ["MLII", "ECG1", "ECG", "CM5", "ECG MLII"])
def test_a_monitoring_lead_of_an_edf_is_a_lead_and_keeps_its_name(label: str) -> None:
    group = record_of(edf(TRUTH.only("II"), Layout(label=label))).rhythm
    assert group is not None
    assert [lead.name for lead in group.leads] == [label.removeprefix("ECG ")]


@pytest.mark.parametrize("label", ["EEG C3-A2", "A1", "ECOG 1"])
def test_an_electrode_of_the_brain_is_no_lead(label: str) -> None:
    assert refusal_of(edf(TRUTH.only("II"), Layout(label=label))).code == "no-leads"


@pytest.mark.parametrize("unit", ["µV".encode("latin-1"), "µV".encode(), "μV".encode("gbk"), b"UV"])
def test_microvolts_of_an_edf_are_known_in_every_encoding(unit: bytes) -> None:
    assert holds(record_of(edf(TRUTH).replace(b"uV      ", unit.ljust(8))))


@pytest.mark.parametrize("unit", [b"", b"mmHg"])
def test_leads_of_an_edf_that_are_no_voltage_are_named_in_the_refusal(unit: bytes) -> None:
    refusal = refusal_of(edf(TRUTH).replace(b"uV      ", unit.ljust(8)))
    assert refusal.code == "no-unit"
    assert "ECG I" in refusal.text


def test_a_chinese_name_in_an_edf_is_read() -> None:
    name = "8 F 23-JAN-1971 李伟".encode("gbk")
    data = edf(TRUTH)
    record = record_of(data[:8] + name.ljust(80) + data[88:])
    assert holds(record)
    assert record.subject.name == "李伟"


def test_a_chinese_name_in_a_dicom_file_that_declares_no_character_set_is_read() -> None:
    declared = dicom(Groove(TRUTH))
    field = b"\x08\x00\x05\x00CS\x08\x00GB18030 "
    assert field in declared
    assert record_of(declared.replace(field, b"")).subject.name == "张智宏"


def test_units_of_a_dicom_file_that_are_no_voltage_are_named_in_the_refusal() -> None:
    refusal = refusal_of(dicom(Groove(TRUTH, unit=("mm[Hg]", "millimetre of mercury"))))
    assert refusal.code == "no-leads"
    assert "I is no voltage" in refusal.text
    assert holds(record_of(dicom(Groove(TRUTH, unit=("266419", "MDC_DIM_MICRO_VOLT")))))


@pytest.mark.parametrize("mark", [b";", b"\t"])
def test_a_declared_table_may_have_semicolons_or_tabs(mark: bytes) -> None:
    head, _, table = declared_csv(TRUTH, crc=False).partition(b"\n")
    assert holds(record_of(head + b"\n" + table.replace(b",", mark)))


@pytest.mark.parametrize("unit", ["µV".encode("latin-1"), "μV".encode("gbk"), "µV".encode()])
def test_the_unit_of_a_declared_table_is_known_in_every_encoding(unit: bytes) -> None:
    data = declared_csv(TRUTH).replace(b"unit=uV", b"Unit=" + unit)
    assert holds(record_of(data))


@pytest.mark.parametrize("name", [b"time", b"Time (s)", b"time_ms", b"sample", "时间".encode("gbk")])
def test_a_column_of_times_is_never_taken_for_a_lead(name: bytes) -> None:
    data = b"#ecg-csv 1; sampling-frequency=250; unit=uV; lsb=1; samples=2\n" + name + b",II\n0,5\n1,6\n"
    refusal = refusal_of(data)
    assert refusal.code == "no-leads"
    assert "is no lead" in refusal.text


@pytest.mark.parametrize("name", ["s-ECG", "T-lead", "sample lead"])
def test_a_lead_whose_name_begins_like_a_time_stays_a_lead(name: str) -> None:
    group = record_of(f"#ecg-csv 1; sampling-frequency=250; unit=uV; lsb=1; samples=1\n{name}\n5\n".encode()).rhythm
    assert group is not None
    assert group.leads[0].name == name


@pytest.mark.parametrize("number", [b"1234567890", "张三".encode("gbk"), b""])
def test_the_number_of_a_contec_file_may_fill_its_field_or_be_chinese(number: bytes) -> None:
    whole = contec(twelve_leads(seconds=1.0, frequency=800))
    record = record_of(number.ljust(10, b"\0") + whole[10:])
    assert record.source_format == "contec"
    assert record.subject.patient_id == (number.decode("gbk") or None)


def test_leads_that_lie_outside_the_first_group_are_named() -> None:
    columns = [("I", "II", "III"), ("aVR", "aVL", "aVF"), ("V1", "V2", "V3"), ("V4", "V5", "V6")]
    grooves = [Groove(TRUTH.only(*names), offset_ms=2500.0 * number) for number, names in enumerate(columns)]
    record = record_of(dicom(*grooves, Groove(TRUTH.only("II"), label="RHYTHM")))
    assert len(record.groups) == 5
    texts = [warning.text for warning in record.warnings if warning.code == "leads-in-several-groups"]
    assert len(texts) == 1
    assert texts[0].startswith("aVR, aVL, aVF, V1, V2, V3, V4, V5, V6 lie")


@pytest.mark.parametrize(("stated", "written"), [("UTF-16", "utf-16-le"), ("UNICODE", "utf-16"), ("GB2312", "gbk")])
def test_the_text_of_an_mfer_file_is_read_in_its_stated_character_set(stated: str, written: str) -> None:
    about = tlv(3, stated.encode()) + tlv(0x81, "Li 张智宏".encode(written))
    assert record_of(mfer(Wave(TRUTH), about=about)).subject.name == "Li 张智宏"


def test_the_increment_of_an_aecg_may_be_in_microseconds_by_their_sign() -> None:
    time = '<value xsi:type="GLIST_PQ"><head value="0" unit="s"/><increment value="2000" unit="µs"/></value>'
    assert holds(record_of(aecg(TRUTH, time=time)))
