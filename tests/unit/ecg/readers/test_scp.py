"""SCP-ECG: tables, differences, the subtracted beat, wrong pointers, big sections, checksums, words and numbers."""

import dataclasses
import struct

import numpy as np
import pytest

from ecg.model import EcgRecord, UnreadableEcg
from ecg.readers import read
from ecg.readers.scp_huffman import BrokenCode, default_decoder
from ecg.readers.scp_sections import crc
from tests.ecg_encoders import Truth, bundle, twelve_leads
from tests.ecg_encoders.scp import (
    DEFAULT_SECTION,
    Coder,
    Recording,
    custom_section,
    default_huffman,
    measured,
    packed,
    report,
    scp,
    table_entry,
)

TRUTH = twelve_leads(seconds=4.0)

# Table 1: 0 is "0", 1 is "10", -1 is "110", "1110" means ten bits follow, "11110" goes to table 2 (and back there).
ONE = (
    table_entry("0", 1, 1, 0),
    table_entry("10", 2, 1, 1),
    table_entry("110", 3, 1, -1),
    table_entry("1110", 20, 1, 0),
    table_entry("11110", 5, 0, 2),
)
TWO = (table_entry("0", 17, 1, 0), table_entry("1", 1, 0, 1))


def _one(value: int) -> str:
    return {0: "0", 1: "10", -1: "110"}.get(value) or f"1110{value & 0xFFFF:016b}"


def single_table(values: list[int]) -> bytes:
    return packed("".join(_one(value) for value in values))


def two_tables(values: list[int]) -> bytes:
    """Every second hundred of values by table 2."""
    bits, second = "", False
    for number, value in enumerate(values):
        if (number // 100 % 2 == 1) != second:
            second = not second
            bits += "11110" if second else "1"
        bits += f"0{value & 0xFFFF:016b}" if second else _one(value)
    return packed(bits)


CODERS: dict[str, tuple[bytes | None, Coder | None]] = {
    "raw": (None, None),
    "default table": (DEFAULT_SECTION, default_huffman),
    "own table": (custom_section(ONE), single_table),
    "two tables": (custom_section(ONE, TWO), two_tables),
}


def record_of(told: Recording) -> EcgRecord:
    return read(bundle(scp(told)))


def demand_truth(record: EcgRecord, truth: Truth) -> None:
    """Every sample of the rhythm is the truth, bit for bit."""
    assert record.rhythm is not None
    assert [lead.name for lead in record.rhythm.leads] == list(truth.names)
    assert record.rhythm.sampling_frequency == truth.frequency
    for lead, row in zip(record.rhythm.leads, truth.microvolts, strict=True):
        assert np.array_equal(lead.samples, row)
        assert not lead.missing.any()
        assert lead.lsb_uv == truth.lsb_uv


@pytest.mark.parametrize("difference", [0, 1, 2])
@pytest.mark.parametrize("how", CODERS)
def test_every_way_of_storing_gives_back_every_sample(how: str, difference: int) -> None:
    table, coder = CODERS[how]
    record = record_of(Recording(TRUTH, difference, table, coder))
    demand_truth(record, TRUTH)
    assert not record.warnings


def test_samples_at_the_ends_of_the_sixteen_bits_survive_the_default_table() -> None:
    row = np.array([32767, -32768, 0, -129, 128, 127, -128, 8, -8, 9, -9] * 30, np.int64)
    truth = Truth(("V1",), row[None, :], 2.5, 500)
    demand_truth(record_of(Recording(truth, 0, DEFAULT_SECTION, default_huffman)), truth)


@pytest.mark.parametrize("difference", [0, 2])
def test_a_subtracted_reference_beat_is_added_back_where_it_was_taken_away(difference: int) -> None:
    beat = TRUTH.first(200)
    beats = ((0, 51, 130, 220), (1, 451, 530, 620), (0, 851, 930, 1020))
    told = Recording(TRUTH, difference, DEFAULT_SECTION, default_huffman, beat, 100, beats, subtract=True)
    record = record_of(told)
    demand_truth(record, TRUTH)
    median = record.groups[1]
    assert median.kind == "median-beat"
    assert all(np.array_equal(lead.samples, row) for lead, row in zip(median.leads, beat.microvolts, strict=True))


@pytest.mark.parametrize("origin", [0, 1, 7, -6])
def test_pointers_that_count_from_elsewhere_are_followed_and_flagged(origin: int) -> None:
    record = record_of(Recording(TRUTH, 2, DEFAULT_SECTION, default_huffman, origin=origin))
    demand_truth(record, TRUTH)
    assert any(warning.code == "pointer-origin" for warning in record.warnings) == (origin != 1)


def test_a_section_beyond_64_kib_is_read_whole() -> None:
    truth = twelve_leads(seconds=20.0)
    data = scp(Recording(truth))
    assert len(data) > 3 * 65_536
    demand_truth(read(bundle(data)), truth)


@pytest.mark.parametrize("seconds", [66.0, 140.0])
def test_a_lead_beyond_64_kib_is_read_whole_although_its_length_has_sixteen_bits(seconds: float) -> None:
    truth = twelve_leads(seconds=seconds).only("I", "II", "V1")
    record = record_of(Recording(truth))
    assert record.rhythm is not None
    stored = [lead for lead in record.rhythm.leads if not lead.derived]
    assert all(np.array_equal(lead.samples, row) for lead, row in zip(stored, truth.microvolts, strict=True))


@pytest.mark.parametrize("difference", [0, 1, 2])
def test_coded_leads_beyond_64_kib_are_read_whole_also_where_only_some_of_them_are(difference: int) -> None:
    quiet, loud = twelve_leads(seconds=130.0).only("V1", "V5"), twelve_leads(seconds=130.0, lsb_uv=0.5).only("V1", "V5")
    truth = dataclasses.replace(quiet, digits=np.stack([quiet.digits[0], loud.digits[0], quiet.digits[1]]))
    truth = dataclasses.replace(truth, names=("V1", "V2", "V5"))
    lengths = [len(default_huffman(row.tolist())) > 65_536 for row in truth.digits]
    assert lengths == [False, True, True]
    demand_truth(record_of(Recording(truth, difference, DEFAULT_SECTION, default_huffman)), truth)


def test_the_section_0_of_a_cart_that_leaves_out_its_word_is_recognised() -> None:
    demand_truth(record_of(Recording(TRUTH, word=bytes(6))), TRUTH)


def test_samples_counted_from_another_first_number_are_the_same_samples() -> None:
    demand_truth(record_of(Recording(TRUTH, first=501)), TRUTH)


def test_a_whole_number_of_microseconds_means_the_rate_that_a_cart_has() -> None:
    truth = dataclasses.replace(TRUTH, frequency=600)
    record = record_of(Recording(truth, interval_us=1667))
    demand_truth(record, truth)
    assert [warning.code for warning in record.warnings] == ["rounded-sampling-interval"]


def test_a_damaged_sample_is_found_out_by_the_checksums() -> None:
    data = bytearray(scp(Recording(TRUTH)))
    data[-100] ^= 1
    record = read(bundle(bytes(data)))
    assert {warning.code for warning in record.warnings} == {"checksum"}
    assert len(record.warnings) == 2  # of the record and of section 6


def test_eight_stored_leads_become_twelve_and_the_others_are_flagged() -> None:
    truth = TRUTH.only("I", "II", "V1", "V2", "V3", "V4", "V5", "V6")
    record = record_of(Recording(truth))
    assert record.rhythm is not None
    derived = [lead.name for lead in record.rhythm.leads if lead.derived]
    assert derived == ["III", "aVR", "aVL", "aVF"]
    one, two = truth.digits[0], truth.digits[1]
    assert np.array_equal(record.rhythm.leads[2].samples, ((two - one) * 5.0).astype(np.float32))


def test_person_time_filters_measurements_and_sentences_are_as_found() -> None:
    record = record_of(Recording(TRUTH, sections={7: measured(), 8: report("Sinus rhythm", "正常心电图")}))
    assert (record.subject.name, record.subject.patient_id, record.subject.sex) == ("Wei Li", "8", "F")
    assert (record.subject.birth_date, record.subject.age_years) == ("1971-01-23", 52.0)
    assert str(record.started_at) == "2023-01-04 08:58:44"
    assert record.device.filters == {"high_pass_hz": 0.05, "low_pass_hz": 150.0, "notch_hz": 50.0}
    found = {m.name: m.value for m in record.measurements}
    assert found["RR"] == 800
    assert (found["PR"], found["QRS"], found["QT"], found["P_DURATION"]) == (150, 90, 390, 100)
    assert (found["P_AXIS"], found["QRS_AXIS"], found["T_AXIS"]) == (45, 30, 60)
    assert [s.text for s in record.statements] == ["Sinus rhythm", "正常心电图"]
    assert [(mark.kind, mark.sample) for mark in record.annotations] == [("pacer-spike", 20), ("pacer-spike", 420)]


def refusal_of(data: bytes) -> str:
    with pytest.raises(UnreadableEcg) as refusal:
        read(bundle(data))
    return refusal.value.code


def test_what_cannot_be_read_truthfully_is_refused_with_its_reason() -> None:
    whole = scp(Recording(TRUTH))
    assert refusal_of(whole[:-2]) == "truncated"
    broken = Recording(TRUTH, 0, custom_section((table_entry("0", 1, 1, 0),)), lambda values: b"\xff" * len(values))
    assert refusal_of(scp(broken)) == "bad-code"
    short = Recording(TRUTH, 0, DEFAULT_SECTION, lambda values: default_huffman(values[:-9]))
    assert refusal_of(scp(short)) == "bad-code"
    assert refusal_of(scp(Recording(TRUTH, 3))) == "bad-scale"


def test_a_pointer_that_means_nothing_is_mended_where_each_section_follows_the_one_before_it() -> None:
    data = bytearray(scp(Recording(TRUTH, 1, DEFAULT_SECTION, default_huffman)))
    row = 22 + 10 * 6
    data[row + 6 : row + 10] = (123_456).to_bytes(4, "little")
    record = read(bundle(bytes(data)))
    demand_truth(record, TRUTH)
    assert {"pointer-origin", "checksum"} == {warning.code for warning in record.warnings}


def later(data: bytes, *, mended: bool) -> bytes:
    """The file with its second lead 500 samples later, its checksums put right or not."""
    changed = bytearray(data)
    at = data.index(TRUTH.digits.shape[1].to_bytes(4, "little")) - 6  # section 3, behind its header
    changed[at + 11 : at + 19] = (501).to_bytes(4, "little") + (2500).to_bytes(4, "little")
    if mended:
        start, size = at - 16, int.from_bytes(data[at - 12 : at - 8], "little")
        changed[start : start + 2] = struct.pack("<H", crc(bytes(changed[start + 2 : start + size])))
        changed[:2] = struct.pack("<H", crc(bytes(changed[2:])))
    return bytes(changed)


def test_leads_recorded_after_one_another_stand_at_their_own_time_and_the_rest_is_missing() -> None:
    record = read(bundle(later(scp(Recording(TRUTH)), mended=True)))
    assert record.rhythm is not None
    one, two = record.rhythm.leads[:2]
    assert one.samples.size == two.samples.size == 2500
    assert np.array_equal(one.samples[:2000], TRUTH.microvolts[0])
    assert one.missing[2000:].all()
    assert np.array_equal(two.samples[500:], TRUTH.microvolts[1])
    assert two.missing[:500].all()
    assert {"leads-not-simultaneous"} == {warning.code for warning in record.warnings} - {"limb-leads-disagree"}


def test_leads_at_different_times_are_not_believed_where_the_checksum_is_wrong() -> None:
    assert refusal_of(later(scp(Recording(TRUTH)), mended=False)) == "checksum"


def test_the_rate_and_qtc_behind_the_spikes_and_the_universal_statements_are_read() -> None:
    seven = measured()[:-12] + bytes(12) + struct.pack("<H3s", 3, bytes(3)) + struct.pack("<HHHBH", 75, 75, 436, 1, 0)
    coded = [b"\x01NSR\0", b"\x02slow\0"]
    eleven = struct.pack("<BHBBBBBB", 1, 2023, 1, 4, 8, 58, 44, 2)
    eleven += b"".join(struct.pack("<BH", n, len(text)) + text for n, text in enumerate(coded, 1))
    record = record_of(Recording(TRUTH, sections={7: seven, 11: eleven}))
    found = {m.name: m.value for m in record.measurements}
    assert (found["HR"], found["QTc"]) == (75, 436)
    assert [(s.text, s.code) for s in record.statements] == [("NSR", "NSR"), ("slow", None)]


def test_a_huge_declared_count_is_refused_at_once() -> None:
    data = bytearray(scp(Recording(TRUTH, 0, DEFAULT_SECTION, default_huffman)))
    at = data.index(TRUTH.digits.shape[1].to_bytes(4, "little"))
    data[at : at + 4] = b"\xff\xff\xff\x7f"
    assert refusal_of(bytes(data)) == "too-long"


@pytest.mark.parametrize("lost", range(1, 40))
def test_no_bit_behind_the_data_of_a_lead_becomes_a_sample(lost: int) -> None:
    values = [int(value) for value in TRUTH.digits[0]]
    whole = default_huffman(values)
    assert default_decoder().decode(whole, len(values))[0] == values
    with pytest.raises(BrokenCode):
        default_decoder().decode(whole[:-lost], len(values))


@pytest.mark.parametrize(
    ("stored", "name"),
    [("李伟".encode(), "李伟"), ("李伟".encode("gb18030"), "李伟"), (b"S\xf6derstr\xf6m", "Söderström"), (b"Li", "Li")],
)
def test_names_are_read_in_the_sets_that_carts_write(stored: bytes, name: str) -> None:
    body = struct.pack("<BH", 0, len(stored) + 1) + stored + b"\0\xff\0\0"
    assert record_of(Recording(TRUTH, sections={1: body})).subject.name == name
