"""The DICOM JSON model, PS3.18 Annex F, against pydicom's own and against the standard's rules."""

import struct
from pathlib import Path
from typing import Any

import pytest

from pacs_gateway.dicom import json
from pacs_gateway.dicom.elements import Encoding, Walk
from pacs_gateway.dicom.inspection import Bounds, inspect
from tests.unit.pacs_gateway.objects import element, encoded, film, packaged, read

SAME = ("CT_small.dcm", "MR_small_implicit.dcm", "MR_small_bigendian.dcm", "rtplan.dcm", "reportsi.dcm",
        "waveform_ecg.dcm", "examples_palette.dcm", "JPEG2000.dcm", "image_dfl.dcm", "rtdose.dcm")  # fmt: skip


def written(data: bytes, encoding: Encoding | None = None) -> json.Json:
    encoding = encoding or Encoding()
    return json.Writer(data, encoding).dataset(Walk(data, encoding).dataset(0, len(data)))


def plain(value: Any) -> Any:
    """Values in one form: numbers as floats, bulk data and binary left out."""
    if isinstance(value, dict):
        kept = {key: plain(part) for key, part in value.items() if key not in ("BulkDataURI", "InlineBinary")}
        return {key: part for key, part in kept.items() if part not in ([], [None])}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return float(value) if isinstance(value, int | float) else value


@pytest.mark.parametrize("name", SAME)
def test_the_header_agrees_with_pydicom_s_json(name: str) -> None:
    path = packaged(name)
    ours = inspect(path, Bounds()).header
    dataset = read(path.read_bytes())
    if "PixelData" in dataset:
        del dataset.PixelData
    theirs = dataset.to_json_dict(1 << 30, suppress_invalid_tags=True)
    for tag, value in theirs.items():
        if tag[4:] == "0000" or tag in ("00080005", "FFFCFFFC") or ours[tag]["vr"] != value["vr"]:
            continue
        assert plain(ours[tag]) == plain(value), tag


def test_pixels_and_large_values_are_given_by_reference_and_small_ones_inline() -> None:
    large = element(0x00420011, b"OB", b"x" * 5000)
    small = element(0x00420010, b"ST", b"Report") + element(0x00281201, b"OW", b"\1\0")
    header = written(small[:14] + element(0x00281201, b"OW", b"\1\0") + large)
    assert header["00281201"] == {"vr": "OW", "InlineBinary": "AQA="}
    assert header["00420011"] == {"vr": "OB", "BulkDataURI": "@bulk/00420011"}
    assert inspect(packaged("CT_small.dcm"), Bounds()).header["7FE00010"]["BulkDataURI"] == "@bulk/7FE00010"


def test_a_reference_inside_a_sequence_names_its_way() -> None:
    inner = element(0x00420011, b"OB", b"x" * 5000)
    item = struct.pack("<HHI", 0xFFFE, 0xE000, len(inner)) + inner
    header = written(element(0x00081140, b"SQ", item * 2))
    assert header["00081140"]["Value"][1]["00420011"]["BulkDataURI"] == "@bulk/00081140/2/00420011"


def test_numbers_are_numbers_and_what_json_cannot_carry_stays_text() -> None:
    header = written(
        element(0x00281050, b"DS", b"1.50\\abc\\1e999 ")
        + element(0x00200013, b"IS", b"12\\x ")
        + element(0x00189087, b"FD", struct.pack("<3d", 1.5, float("nan"), float("-inf")))
    )
    assert header["00281050"]["Value"] == [1.5, "abc", "1e999"]
    assert header["00200013"]["Value"] == [12, "x"]
    assert header["00189087"]["Value"] == [1.5, "NaN", "-Infinity"]


def test_a_person_name_is_split_by_its_groups_and_a_lone_chinese_one_is_alphabetic() -> None:
    assert json.person_name("ZHANG^ZHIHONG=张智宏") == {"Alphabetic": "ZHANG^ZHIHONG", "Ideographic": "张智宏"}
    assert json.person_name("张智宏") == {"Alphabetic": "张智宏"}
    header = {"00100010": {"vr": "PN", "Value": [json.person_name("A^B==c")]}}
    assert json.text(header, "00100010") == "A^B==c"


def test_script_and_sql_in_values_are_data_like_any_other() -> None:
    hostile = "<script>alert(1)</script>'; DROP TABLE study;--"
    header = inspect_bytes(encoded(film(PatientName=hostile, PatientID=hostile[:64])))
    assert json.text(header, "00100010") == hostile
    assert json.text(header, "00100020") == hostile[:64]


def inspect_bytes(data: bytes) -> json.Json:
    import tempfile

    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return inspect(Path(file.name), Bounds()).header


def test_us_or_ss_is_decided_by_the_pixel_representation() -> None:
    implicit = Encoding(explicit=False)
    smallest = struct.pack("<HHIH", 0x0028, 0x0106, 2, 0xFFFF)
    for representation, vr, value in ((0, "US", 65535), (1, "SS", -1)):
        data = struct.pack("<HHIH", 0x0028, 0x0103, 2, representation) + smallest
        assert written(data, implicit)["00280106"] == {"vr": vr, "Value": [value]}


def test_big_endian_words_are_inline_in_little_endian_order() -> None:
    data = struct.pack(">HH2sHI", 0x0028, 0x3006, b"OW", 0, 4) + b"\x01\x02\x03\x04"
    assert written(data, Encoding(little=False))["00283006"]["InlineBinary"] == "AgEEAw=="
