"""Ground truth: in every painting made on the server 1 mV is 10 mm and 1 s is 25 mm within half a pixel."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from ecg.drawing import Presentation, lay_out, paint_pdf, paint_png, paint_svg
from tests.conformance.ecg_drawing.ground_truth import PRESENTATIONS, Picture, hold_against, recording

CHROMIUM = os.environ.get("LIANZHEN_TEST_CHROMIUM", "/usr/bin/chromium")
each_presentation = pytest.mark.parametrize("wanted", PRESENTATIONS, ids=lambda wanted: str(wanted)[13:80])


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield browser
    browser.close()


@each_presentation
def test_the_svg_in_a_browser_is_true_to_the_millimetre(chromium: Browser, wanted: Presentation) -> None:
    sheet = lay_out(recording(), wanted)
    page = chromium.new_page(viewport={"width": 1130, "height": 800}, device_scale_factor=2)
    page.set_content(f'<body style="margin:0">{paint_svg(sheet)}</body>')
    picture = Picture.of_png(page.screenshot(), 2 * 96 / 25.4)
    page.close()
    hold_against(picture, sheet)


@each_presentation
@pytest.mark.parametrize("ppi", [150.0, 300.0])
def test_the_png_is_true_to_the_millimetre(wanted: Presentation, ppi: float) -> None:
    sheet = lay_out(recording(), wanted)
    hold_against(Picture.of_png(paint_png(sheet, ppi), ppi / 25.4), sheet)


@each_presentation
@pytest.mark.parametrize("program", ["pdftoppm", "pdftocairo"])
def test_the_pdf_at_300_dpi_is_true_to_the_millimetre(tmp_path: Path, wanted: Presentation, program: str) -> None:
    """pdftoppm snaps flat strokes to whole pixels whatever the file says (Splash's stroke adjustment)."""
    sheet = lay_out(recording(), wanted)
    (tmp_path / "sheet.pdf").write_bytes(paint_pdf(sheet))
    words = [program, "-r", "300", "-png", "-singlefile", "sheet.pdf", "sheet"]
    subprocess.run(words, cwd=tmp_path, check=True, timeout=60)
    picture = Picture.of_png((tmp_path / "sheet.png").read_bytes(), 300 / 25.4)
    hold_against(picture, sheet, snapped=program == "pdftoppm")


def test_the_ruler_notices_a_scale_that_is_one_percent_wrong() -> None:
    sheet = lay_out(recording())
    with pytest.raises(AssertionError):
        hold_against(Picture.of_png(paint_png(sheet, 300.0), 303.0 / 25.4), sheet)


def test_the_ruler_notices_the_wrong_polarity() -> None:
    drawn = lay_out(recording(), Presentation(cabrera=True))
    upside_down = Picture.of_png(paint_png(lay_out(recording()), 150.0), 150.0 / 25.4)
    with pytest.raises(AssertionError):
        hold_against(upside_down, drawn)
