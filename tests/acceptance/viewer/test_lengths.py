"""Lengths, angles and regions against geometry, with the meaning of a millimetre said (PS3.3 §10.7.1.3)."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from tests.acceptance.viewer.conftest import Desk
from tests.acceptance.viewer.films import film, steps

START, END = (100.0, 200.0), (300.0, 200.0)
SPACINGS: dict[str, tuple[dict[str, Any], float, str]] = {
    "only Imager Pixel Spacing": ({}, 40.0, "mm 探测器平面"),
    "a stated magnification": ({"EstimatedRadiographicMagnificationFactor": 1.25}, 32.0, "mm 已校正放大"),
    "source distances": ({"DistanceSourceToDetector": 1800, "DistanceSourceToPatient": 1440}, 32.0, "mm 已校正放大"),
    "a calibrated Pixel Spacing": (
        {"PixelSpacing": [0.16, 0.16], "PixelSpacingCalibrationType": "FIDUCIAL"},
        32.0,
        "mm 已校正放大",
    ),
    "a Pixel Spacing that only repeats the detector's": ({"PixelSpacing": [0.2, 0.2]}, 40.0, "mm 探测器平面"),
    "no spacing": ({"ImagerPixelSpacing": None}, 200.0, "像素"),
    "a spacing of zero": ({"ImagerPixelSpacing": None, "PixelSpacing": [0, 0]}, 200.0, "像素"),
    "a cross-section": ({"Modality": "CT", "PixelSpacing": [0.5, 0.5], "ImagerPixelSpacing": None}, 100.0, "mm"),
}


def value_of(line: str) -> float:
    found = re.search(r"-?\d+(\.\d+)?", line)
    assert found, line
    return float(found.group())


@pytest.mark.parametrize("case", SPACINGS)
def test_a_length_is_right_and_says_where_it_was_measured(desk: Desk, case: str) -> None:
    attributes, expected, unit = SPACINGS[case]
    desk.open(film(**attributes))
    desk.key("l")
    desk.drag(START, END)
    (line,) = desk.lines()
    assert value_of(line) == pytest.approx(expected, rel=0.005)
    assert line.endswith(f" {unit}")
    assert desk.sentences() == [f"长度约{line}"]
    assert ("noSpacing" in desk.state()["warnings"]) == (unit == "像素")


def test_rows_and_columns_may_be_spaced_differently(desk: Desk) -> None:
    desk.open(film(ImagerPixelSpacing=[0.4, 0.2]))
    desk.key("l")
    desk.drag((200, 100), (200, 300))
    assert value_of(desk.lines()[0]) == pytest.approx(80.0, rel=0.005)


def test_an_angle_is_drawn_with_three_points(desk: Desk) -> None:
    desk.open(film())
    desk.key("a")
    desk.drag((100, 300), (200, 300))
    desk.drag((200, 200))
    assert value_of(desk.lines()[0]) == pytest.approx(90.0, abs=1.0)


def test_cobbs_angle_does_not_depend_on_which_way_a_line_was_drawn(desk: Desk) -> None:
    desk.open(film())
    desk.key("c")
    desk.drag((100, 100), (300, 100))
    desk.drag((300, 365), (100, 250))
    assert value_of(desk.lines()[0]) == pytest.approx(np.degrees(np.arctan(115 / 200)), abs=1.0)


def test_a_region_gives_area_and_the_statistics_of_its_pixels(desk: Desk) -> None:
    desk.open(film(RescaleSlope=2, RescaleIntercept=-1000))
    desk.key("r")
    desk.drag((97, 97), (190, 158))
    lines = desk.lines()
    inside = 2.0 * steps()[97:159, 97:191] - 1000
    assert value_of(lines[0]) == pytest.approx(93 * 61 * 0.04, rel=0.03)
    assert lines[0].endswith("mm² 探测器平面")
    assert value_of(lines[1]) == pytest.approx(inside.mean(), rel=0.02)
    assert "标准差" in lines[1] and lines[2].startswith("范围 ")


def test_an_ellipse_leaves_out_the_corners_of_its_box(desk: Desk) -> None:
    pixels = np.full((512, 512), 1000, dtype=np.uint16)
    pixels[:, 256:] = 2000
    desk.open(film(pixels))
    desk.key("e")
    desk.drag((150, 256), (230, 336))
    lines = desk.lines()
    assert value_of(lines[1]) == pytest.approx(1000, abs=1)
    assert value_of(lines[0]) == pytest.approx(np.pi * 80 * 80 * 0.04, rel=0.03)


def test_measurements_can_be_changed_and_removed(desk: Desk) -> None:
    desk.open(film())
    desk.key("l")
    desk.drag(START, END)
    desk.drag((100, 300), (200, 300))
    assert len(desk.sentences()) == 2
    desk.drag((200, 300), (250, 300))  # by its handle
    assert [round(value_of(each)) for each in desk.sentences()] == [40, 30]
    desk.key("Delete")
    assert len(desk.sentences()) == 1
    desk.key("Shift+Delete")
    assert desk.sentences() == [] and desk.lines() == []


def test_a_turned_and_mirrored_view_measures_the_same(desk: Desk) -> None:
    desk.open(film(ImagerPixelSpacing=[0.4, 0.2]))
    desk.key(".")
    desk.key("h")
    desk.key("l")
    desk.drag((200, 100), (200, 300))
    assert value_of(desk.lines()[0]) == pytest.approx(80.0, rel=0.005)


def test_english_is_spoken_on_request(desk: Desk) -> None:
    desk.open(film(), language="en")
    desk.key("l")
    desk.drag(START, END)
    assert desk.lines()[0].endswith("mm detector plane")
    assert desk.sentences()[0].startswith("Length ")
