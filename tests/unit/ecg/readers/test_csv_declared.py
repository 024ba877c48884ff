"""Declared CSV: what must be declared, and what a table may hold."""

from fractions import Fraction

import numpy as np
import pytest

from ecg.model import EcgRecord, UnreadableEcg
from ecg.readers import read
from tests.ecg_encoders import bundle, twelve_leads
from tests.ecg_encoders.table import declared_csv

TRUTH = twelve_leads(seconds=2.0, frequency=250)


def record_of(data: bytes) -> EcgRecord:
    return read(bundle(data))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_a_declared_table_is_read_exactly(end: str, bom: bytes) -> None:
    record = record_of(bom + declared_csv(TRUTH, end=end))
    assert record.rhythm is not None
    assert np.array_equal([lead.samples for lead in record.rhythm.leads], TRUTH.microvolts)
    assert [lead.name for lead in record.rhythm.leads] == list(TRUTH.names)


def test_empty_cells_are_missing_and_nothing_takes_their_place() -> None:
    table = b"#ecg-csv 1; sampling-frequency=1000/3; unit=mV; lsb=0.001; samples=4; derived=II\nI,II\n1,2\n,3\n4,\n,\n"
    group = record_of(table).rhythm
    assert group is not None
    assert group.sampling_frequency == Fraction(1000, 3)
    assert [lead.missing.tolist() for lead in group.leads] == [[False, True, False, True], [False, False, True, True]]
    assert group.leads[0].samples[2] == np.float32(4.0)
    assert [lead.derived for lead in group.leads] == [False, True]


def test_values_without_a_resolution_are_taken_in_the_unit() -> None:
    group = record_of(b"#ecg-csv 1; sampling-frequency=250; unit=mV; lsb=none; samples=2\nII\n0.25\n-1.5\n").rhythm
    assert group is not None
    assert group.leads[0].samples.tolist() == [250.0, -1500.0]
    assert group.leads[0].lsb_uv is None


def test_every_lead_may_have_its_own_resolution() -> None:
    group = record_of(b"#ecg-csv 1; sampling-frequency=250; unit=uV; lsb=5 2.5; samples=1\nI,aVR\n2,2\n").rhythm
    assert group is not None
    assert [lead.samples[0] for lead in group.leads] == [10.0, 5.0]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"#ecg-csv 1; sampling-frequency=250; ", b"#ecg-csv 1; ", "undeclared"),
        (b"unit=uV; ", b"", "undeclared"),
        (b"lsb=5; ", b"", "undeclared"),
        (b"samples=500", b"sample=500", "undeclared"),
        (b"unit=uV", b"unit=mmHg", "contradictory-units"),
        (b"lsb=5", b"lsb=0", "bad-scale"),
        (b"lsb=5", b"lsb=inf", "bad-scale"),
        (b"lsb=5", b"lsb=5 5", "bad-scale"),
        (b"sampling-frequency=250", b"sampling-frequency=1/0", "bad-sampling-frequency"),
        (b"samples=500", b"samples=501", "truncated"),
        (b"samples=500", b"samples=499", "corrupt"),
        (b"samples=500", b"samples=1e14", "too-long"),
        (b"samples=500", b"samples=-4", "no-samples"),
        (b"I,II,III", b"I,,III", "no-leads"),
        (b"\n", b",7\n", "corrupt"),
    ],
)
def test_what_is_undeclared_or_contradictory_is_refused(old: bytes, new: bytes, code: str) -> None:
    data = declared_csv(TRUTH, crc=False)
    assert old in data
    changed = data.replace(old, new) if old != b"\n" else data[:-1] + new
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(changed)
    assert refusal.value.code == code


def test_a_changed_digit_breaks_the_check_sum() -> None:
    data = bytearray(declared_csv(TRUTH))
    place = data.rindex(b"\n", 0, -1) + 1
    data[place] = ord("9") if data[place] != ord("9") else ord("8")
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(bytes(data))
    assert refusal.value.code == "checksum"


@pytest.mark.parametrize("cell", [b"x", b"-", b"1.5", b"nan", b"--1", b"1 2", "１".encode(), b"0x10"])
def test_a_cell_that_is_no_whole_number_is_refused(cell: bytes) -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(b"#ecg-csv 1; sampling-frequency=250; unit=uV; lsb=5; samples=2\nI,II\n1,2\n1," + cell + b"\n")
    assert refusal.value.code == "bad-samples"


def test_a_bare_table_of_numbers_is_refused_with_what_to_declare() -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        record_of(b"time,I,II\n0.000,1.5,-2\n0.002,1.6,-3\n0.004,1.7,-4\n0.006,1,1\n")
    assert refusal.value.code == "undeclared"
    assert "sampling-frequency" in refusal.value.text
