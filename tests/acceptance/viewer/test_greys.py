"""Greys on the screen against the formulas of PS3.3 §C.11, with WebGL and without."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.acceptance.viewer.conftest import Desk
from tests.acceptance.viewer.films import BLOCK, SIDE, Film, film, real_chest, steps, table

Floats = NDArray[np.float64]
CENTRES = [
    (column * BLOCK + BLOCK / 2 - 0.5, row * BLOCK + BLOCK / 2 - 0.5) for row, column in product(range(16), repeat=2)
]
S_CURVE = np.round(4095 * np.sin(np.linspace(0, np.pi / 2, 4096)) ** 2).astype(np.uint16)


def values(pixels: NDArray[np.uint16] | NDArray[np.int16]) -> Floats:
    return pixels[BLOCK // 2 :: BLOCK, BLOCK // 2 :: BLOCK].astype(float).ravel()


def linear(x: Floats, c: float, w: float) -> Floats:
    """§C.11.2.1.2.1"""
    return np.clip((x - (c - 0.5)) / (w - 1) + 0.5, 0, 1)


def linear_exact(x: Floats, c: float, w: float) -> Floats:
    """§C.11.2.1.3.2"""
    return np.clip((x - c) / w + 0.5, 0, 1)


def sigmoid(x: Floats, c: float, w: float) -> Floats:
    """§C.11.2.1.3.1"""
    return np.asarray(1 / (1 + np.exp(-4 * (x - c) / w)))


def assert_greys(desk: Desk, expected: Floats, within: float = 1.6) -> None:
    seen = np.array(desk.greys(CENTRES))
    worst = int(np.nanargmax(np.abs(seen - 255 * expected)))
    assert not np.isnan(seen).any(), "some points are not grey"
    assert np.abs(seen - 255 * expected).max() <= within, (worst, seen[worst], 255 * expected[worst])


X = values(steps())
CASES: dict[str, tuple[Callable[[], Film], Floats]] = {
    "linear": (lambda: film(WindowCenter=1500, WindowWidth=1200), linear(X, 1500, 1200)),
    "narrow linear": (lambda: film(WindowCenter=1500, WindowWidth=1), linear(X, 1500, 1.001)),
    "LINEAR_EXACT": (
        lambda: film(WindowCenter=1500, WindowWidth=1200, VOILUTFunction="LINEAR_EXACT"),
        linear_exact(X, 1500, 1200),
    ),
    "SIGMOID": (lambda: film(WindowCenter=2000, WindowWidth=1000, VOILUTFunction="SIGMOID"), sigmoid(X, 2000, 1000)),
    "VOI LUT Sequence": (
        lambda: film(VOILUTSequence=[table(S_CURVE, 0, 12)], WindowCenter=None, WindowWidth=None),
        S_CURVE[X.astype(int)] / 4095,
    ),
    "VOI LUT Sequence by reference": (
        lambda: film(VOILUTSequence=[table(S_CURVE, 0, 12)], bulk={}),
        S_CURVE[X.astype(int)] / 4095,
    ),
    "VOI LUT Sequence from 1000": (
        lambda: film(VOILUTSequence=[table(S_CURVE[:2000], 1000, 12)]),
        S_CURVE[np.clip(X.astype(int) - 1000, 0, 1999)] / 4095,
    ),
    "INVERSE": (lambda: film(PresentationLUTShape="INVERSE"), 1 - linear(X, 2048, 4096)),
    "MONOCHROME1": (lambda: film(PhotometricInterpretation="MONOCHROME1"), 1 - linear(X, 2048, 4096)),
    "MONOCHROME1 and INVERSE together": (
        lambda: film(PhotometricInterpretation="MONOCHROME1", PresentationLUTShape="INVERSE"),
        1 - linear(X, 2048, 4096),
    ),
    "SIGMOID in MONOCHROME1": (
        lambda: film(PhotometricInterpretation="MONOCHROME1", VOILUTFunction="SIGMOID", WindowWidth=1000),
        1 - sigmoid(X, 2048, 1000),
    ),
    "Rescale": (
        lambda: film(RescaleSlope=2, RescaleIntercept=-1000, WindowCenter=2000, WindowWidth=3000),
        linear(2 * X - 1000, 2000, 3000),
    ),
    "fractional Rescale": (
        lambda: film(RescaleSlope=0.5, RescaleIntercept=-10.25, WindowCenter=800, WindowWidth=900),
        linear(0.5 * X - 10.25, 800, 900),
    ),
    "Modality LUT Sequence": (
        lambda: film(ModalityLUTSequence=[table(S_CURVE, 0, 16)], WindowCenter=2048, WindowWidth=4096),
        linear(S_CURVE[X.astype(int)].astype(float), 2048, 4096),
    ),
    "raw frames": (lambda: film(raw=True, WindowCenter=1500, WindowWidth=1200), linear(X, 1500, 1200)),
}


@pytest.mark.parametrize("case", CASES)
def test_greys_on_the_screen_are_those_of_the_formula(desk: Desk, case: str) -> None:
    make, expected = CASES[case]
    desk.open(make())
    # A step of the curve that falls between two of a thousand texture cells may show one grey level more.
    assert_greys(desk, expected, 2.0 if "LUT" in case else 1.6)


def test_signed_values_are_shown_as_they_are(desk: Desk) -> None:
    signed = (steps().astype(np.int32) - 2000).astype(np.int16)
    desk.open(film(signed, WindowCenter=-100, WindowWidth=2000))
    assert_greys(desk, linear(values(signed), -100, 2000))


def test_reset_keeps_the_polarity_of_monochrome1(desk: Desk) -> None:
    desk.open(film(PhotometricInterpretation="MONOCHROME1", WindowCenter=1500, WindowWidth=1200))
    before = desk.greys(CENTRES)
    desk.key("i")
    assert_greys(desk, linear(X, 1500, 1200))
    desk.drag((100, 100), (200, 160))
    desk.key("0")
    assert desk.greys(CENTRES) == before
    assert_greys(desk, 1 - linear(X, 1500, 1200))


def test_a_film_without_a_window_is_windowed_from_its_pixels(desk: Desk) -> None:
    desk.open(film(steps(800, 1200), WindowCenter=None, WindowWidth=None))
    window = desk.state()["window"]
    assert 798 <= window["center"] - window["width"] / 2 <= 806
    assert 1194 <= window["center"] + window["width"] / 2 <= 1202
    greys = desk.greys(CENTRES)
    assert max(greys) >= 250 and min(greys) <= 5


@pytest.mark.parametrize("function", ["SIGMOID", "LINEAR_EXACT", "LINEAR"])
def test_windowing_with_the_mouse_follows_the_same_formula(desk: Desk, function: str) -> None:
    desk.open(film(VOILUTFunction=function, WindowCenter=2048, WindowWidth=2000))
    desk.drag((100, 100), (220, 170))
    window = desk.state()["window"]
    assert window["width"] > 2050 and window["center"] > 2060
    formula = {"SIGMOID": sigmoid, "LINEAR_EXACT": linear_exact, "LINEAR": linear}[function]
    assert_greys(desk, formula(X, window["center"], window["width"]))


def test_a_table_that_cannot_be_read_is_said_so(desk: Desk) -> None:
    desk.open(film(VOILUTSequence=[table(S_CURVE[:10], 0, 40)]))
    assert "voiUnreadable" in desk.state()["warnings"]
    assert desk.page.get_by_text("影像自带的灰阶曲线无法读取").is_visible()


@pytest.mark.parametrize("raw", [False, True], ids=["HTJ2K", "little endian"])
def test_pixels_in_the_browser_are_those_of_the_file(desk: Desk, raw: bool) -> None:
    shown = real_chest()
    shown.raw = raw
    desk.open(shown)
    expected = hashlib.sha256(shown.instances[0][1].astype(np.float64).tobytes()).hexdigest()
    assert desk.page.evaluate("window.__viewer.digest()") == expected


def test_the_magnifier_shows_the_greys_of_the_view(desk: Desk) -> None:
    desk.open(film(VOILUTFunction="SIGMOID", WindowCenter=2000, WindowWidth=1000))
    desk.key("m")
    x, y = desk.point(SIDE / 2 + 15.5, SIDE / 2 + 15.5)
    desk.page.mouse.move(x, y)
    desk.page.mouse.down()
    desk.page.wait_for_timeout(200)
    lens = desk.page.evaluate(
        "(() => { const c = document.querySelector('.lz-viewer-lens');"
        " return c.hidden ? null : c.getContext('2d').getImageData(120, 120, 1, 1).data[0]; })()"
    )
    desk.page.mouse.up()
    value = float(steps()[SIDE // 2 + 15, SIDE // 2 + 15])
    assert lens == pytest.approx(255 * sigmoid(np.array([value]), 2000, 1000)[0], abs=1.6)
    assert desk.page.evaluate("document.querySelector('.lz-viewer-lens').hidden")


@pytest.mark.parametrize("raw", [False, True], ids=["HTJ2K", "little endian"])
def test_colour_is_shown_as_it_is_and_without_windows(desk: Desk, raw: bool) -> None:
    colours = np.zeros((SIDE, SIDE, 3), dtype=np.uint8)
    colours[:, : SIDE // 2] = (200, 60, 20)
    colours[:, SIDE // 2 :] = (10, 90, 240)
    desk.open(
        film(
            colours,
            raw=raw,
            Modality="US",
            PhotometricInterpretation="RGB",
            SamplesPerPixel=3,
            PlanarConfiguration=0,
            BitsAllocated=8,
            BitsStored=8,
            HighBit=7,
            WindowCenter=None,
            WindowWidth=None,
        )
    )
    assert desk.state()["window"] is None
    x, y = desk.point(100, 256)
    shown = np.asarray(Image.open(io.BytesIO(desk.page.screenshot())).convert("RGB"))
    assert np.abs(shown[int(y), int(x)].astype(int) - (200, 60, 20)).max() <= 2
