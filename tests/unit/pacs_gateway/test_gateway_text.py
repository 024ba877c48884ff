"""Text of any origin: declared right, declared wrong, not declared at all."""

from pathlib import Path

import pytest

from pacs_gateway.dicom import json
from pacs_gateway.dicom.inspection import Bounds, inspect
from pacs_gateway.dicom.text import decoder
from tests.unit.pacs_gateway.objects import packaged, read, samples

GBK = "张智宏".encode("gb18030")
NAME = "张智宏"


@pytest.mark.parametrize(
    ("charsets", "raw"),
    [
        (["GB18030"], GBK),
        (["GBK"], GBK),
        (["ISO_IR 192"], NAME.encode()),
        ([], GBK),  # not declared
        ([""], GBK),
        (["ISO_IR 100"], GBK),  # a Latin label over GB bytes
        (["ISO_IR 192"], GBK),  # a UTF-8 label over GB bytes
        (["ISO_IR 100"], NAME.encode()),
        (["GB2312"], GBK),  # no defined term, but devices write it
        (["", "ISO 2022 IR 58"], b"\x1b$)A" + GBK),  # PS3.5 §K.2
        (["ISO 2022 IR 58"], b"\x1b$)A" + GBK),
    ],
)
def test_a_chinese_name_comes_out_right_however_it_was_labelled(charsets: list[str], raw: bytes) -> None:
    assert decoder(charsets)(raw) == NAME


@pytest.mark.parametrize("name", ["Müller^Jörg", "Frédéric", "Åse^Øre", "Señor"])
def test_a_latin_name_stays_latin(name: str) -> None:
    assert decoder(["ISO_IR 100"])(name.encode("latin-1")) == name


def test_a_delimiter_byte_inside_a_gbk_character_does_not_split_it() -> None:
    raw = "昞".encode("gb18030")
    assert raw[1] == 0x5C
    assert decoder(["GB18030"])(raw + b"\\B") == "昞\\B"


def test_a_character_cut_in_half_becomes_one_replacement_and_the_rest_is_kept() -> None:
    assert decoder(["GB18030"])("吴卫生".encode("gb18030")[:-1]) == "吴卫\ufffd"


@pytest.mark.parametrize("name", ["chrH31.dcm", "chrH32.dcm", "chrI2.dcm", "chrX1.dcm", "chrX2.dcm", "chrFren.dcm",
                                  "chrGerm.dcm", "chrGreek.dcm", "chrRuss.dcm", "chrArab.dcm", "chrHbrw.dcm",
                                  "chrJapMulti.dcm", "chrKoreanMulti.dcm"])  # fmt: skip
def test_the_names_of_the_standard_s_examples_agree_with_pydicom(name: str) -> None:
    from pydicom.data import get_charset_files

    path = Path(get_charset_files(name)[0])
    theirs = read(path.read_bytes())
    assert json.text(inspect(path, Bounds()).header, "00100010") == str(theirs.PatientName)


def test_the_chinese_samples_of_the_field_show_their_names_and_no_escapes() -> None:
    truth = {
        "cn_dx_gbk_declared.dcm": "张智宏",
        "cn_dx_gbk_bytes_no_charset.dcm": "张智宏",
        "cn_dx_gbk_bytes_iso_ir_100.dcm": "张智宏",
        "cn_dx_gbk_bytes_iso_ir_192.dcm": "张智宏",
    }
    for path in sorted((samples() / "charset").glob("cn_*.dcm")):
        header = inspect(path, Bounds()).header
        name = json.text(header, "00100010")
        assert "\x1b" not in name
        assert any("\u4e00" <= letter <= "\u9fff" or ord(letter) > 0x3400 for letter in name), path.name
        assert json.values(header, "00080005") == ["ISO_IR 192"]
        if path.name in truth:
            assert read(path.read_bytes()).PatientID in json.text(header, "00100020")


def test_the_header_is_utf8_whatever_the_file_was() -> None:
    header = inspect(packaged("CT_small.dcm"), Bounds()).header
    assert header["00080005"] == {"vr": "CS", "Value": ["ISO_IR 192"]}
