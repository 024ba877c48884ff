"""`ecg draw`: from a cart's file to a page, with what limits it said in the banner."""

import argparse
import dataclasses
import json
from fractions import Fraction
from pathlib import Path

import pydicom.data
import pytest

from ecg.model import Device, EcgRecord, Part, UnreadableEcg
from ecg.readers import read
from lianzhen.commands import ecg as command

MORTARA = Path(str(pydicom.data.get_testdata_file("waveform_ecg.dcm", download=False)))


def given(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return parser.parse_args(["draw", *words])


@pytest.fixture(scope="module")
def record() -> EcgRecord:
    return read((Part("upload", MORTARA.read_bytes()),))


@pytest.mark.parametrize(("form", "begins"), [("svg", b"<svg "), ("pdf", b"%PDF-"), ("png", b"\x89PNG")])
def test_a_file_becomes_a_page(tmp_path: Path, form: str, begins: bytes) -> None:
    target = tmp_path / f"page.{form}"
    assert command.main(given(str(MORTARA), "--to", form, "--out", str(target))) == 0
    assert target.read_bytes().startswith(begins)


def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.txt").write_text("Dear colleague")
    assert command.main(given(str(tmp_path / "letter.txt"), "--to", "svg")) == 1
    assert json.loads(capsys.readouterr().err)["error"]["code"]
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(("low_pass", "warned"), [(40.0, True), (35.0, True), (100.0, False), (150.0, False)])
def test_a_low_pass_filter_of_40_hz_is_told_in_the_banner(record: EcgRecord, low_pass: float, warned: bool) -> None:
    filtered = dataclasses.replace(record, device=Device(filters={"low_pass_hz": low_pass}))
    caption = command.sheet_of(filtered, given("x", "--to", "svg")).caption
    assert (f"{low_pass:g} Hz 低通" in caption.banner) is warned
    assert f"{low_pass:g} Hz" in caption.foot


def test_a_sampling_rate_below_200_hz_is_told_in_the_banner(record: EcgRecord) -> None:
    assert record.rhythm is not None
    slow = dataclasses.replace(record, groups=(dataclasses.replace(record.rhythm, sampling_frequency=Fraction(125)),))
    assert "125 Hz" in command.sheet_of(slow, given("x", "--to", "svg")).caption.banner
    assert command.sheet_of(record, given("x", "--to", "svg")).caption.banner == ""


def test_a_record_without_a_rhythm_strip_is_refused(record: EcgRecord) -> None:
    beats = tuple(dataclasses.replace(group, kind="median-beat") for group in record.groups)
    with pytest.raises(UnreadableEcg, match="no rhythm strip"):
        command.sheet_of(dataclasses.replace(record, groups=beats), given("x", "--to", "svg"))


@pytest.mark.parametrize("named", ["心电 图.hea", "心电 图.dat"])
def test_a_recording_of_several_files_is_found_by_whichever_is_named(tmp_path: Path, named: str) -> None:
    (tmp_path / "心电 图.hea").write_text("ecg 1 500 1500\necg.dat 16 200(0)/mV 16 0\n")
    (tmp_path / "心电 图.dat").write_bytes(bytes(3000))
    assert command.bundle_of(tmp_path / named)[0].name == "心电 图.hea"
    assert len(command.bundle_of(tmp_path / named)) == 2
