"""The Mortara ELI 250 12-lead that pydicom ships (MIT licence): a real cart's object, value by value."""

from pathlib import Path

import numpy as np
import pydicom.data
import pytest
from pydicom import dcmread

from ecg.model import STANDARD_LEADS, EcgRecord, Part
from ecg.readers import read


@pytest.fixture(scope="module")
def data() -> bytes:
    path = pydicom.data.get_testdata_file("waveform_ecg.dcm", download=False)
    return Path(str(path)).read_bytes()


@pytest.fixture(scope="module")
def record(data: bytes) -> EcgRecord:
    return read((Part("upload", data),))


def test_both_groups_are_what_pydicom_decodes(record: EcgRecord) -> None:
    path = pydicom.data.get_testdata_file("waveform_ecg.dcm", download=False)
    data_set = dcmread(str(path))
    assert [group.kind for group in record.groups] == ["rhythm", "median-beat"]
    for number, group in enumerate(record.groups):
        expected = data_set.waveform_array(number).T.astype(np.float32)
        assert tuple(lead.name for lead in group.leads) == STANDARD_LEADS
        assert np.array_equal([lead.samples for lead in group.leads], expected)
        assert {lead.lsb_uv for lead in group.leads} == {1.25}
        assert group.sampling_frequency == 1000


def test_the_machines_values_and_sentences_are_found(record: EcgRecord) -> None:
    values = {m.name: m.value for m in record.measurements}
    expected = {"RR": 982, "PR": 161, "QRS": 75, "QT": 368, "QTc": 370, "P_AXIS": 74, "QRS_AXIS": 52, "T_AXIS": 57}
    assert values == expected | {"PP": 0}
    assert [statement.text for statement in record.statements] == ["RITMO SINUSALE", "ECG NORMALE"]


def test_ten_beats_are_marked_in_the_rhythm_and_one_in_the_median(record: EcgRecord) -> None:
    onsets = [(mark.group, mark.sample) for mark in record.annotations if mark.kind == "QRS-on"]
    assert [sample for group, sample in onsets if group == 1] == [459]
    assert [sample for group, sample in onsets if group == 0][:2] == [485, 1484]
    assert sum(group == 0 for group, _ in onsets) == 10


def test_device_filters_and_person_are_as_found(record: EcgRecord) -> None:
    assert record.device.model == "el250"
    assert record.device.filters == {"high_pass_hz": 0.05, "low_pass_hz": 300.0}
    assert (record.subject.sex, record.subject.birth_date, record.subject.age_years) == ("F", "1971-01-23", 42)
    assert str(record.started_at) == "2013-01-25 10:59:19"
