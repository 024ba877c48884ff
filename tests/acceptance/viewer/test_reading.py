"""What a reader does with the keyboard and the mouse."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image
from pydicom.uid import generate_uid

from tests.acceptance.viewer.conftest import FRONTEND, Desk
from tests.acceptance.viewer.films import SIDE, Film, film, header, real_chest, steps

CORNERS = {"top left": (0.0, 0.0), "top right": (SIDE - 1.0, 0.0), "bottom left": (0.0, SIDE - 1.0)}


def corner_on_screen(desk: Desk, corner: str) -> str:
    """Where an image corner is seen."""
    x, y = desk.point(*CORNERS[corner])
    middle_x, middle_y = desk.point((SIDE - 1) / 2, (SIDE - 1) / 2)
    return f"{'top' if y < middle_y else 'bottom'} {'left' if x < middle_x else 'right'}"


MOVES = {
    ".": {
        "top left": "top right",
        "top right": "bottom right",
        "bottom right": "bottom left",
        "bottom left": "top left",
    },
    ",": {
        "top left": "bottom left",
        "bottom left": "bottom right",
        "bottom right": "top right",
        "top right": "top left",
    },
    "h": {
        "top left": "top right",
        "top right": "top left",
        "bottom left": "bottom right",
        "bottom right": "bottom left",
    },
    "v": {
        "top left": "bottom left",
        "bottom left": "top left",
        "top right": "bottom right",
        "bottom right": "top right",
    },
}


@pytest.mark.parametrize("keys", [".", ",", "h", "v", "h.", ".h", "v,", ".v", "..h", "h.v,"])
def test_turning_and_mirroring_do_what_is_seen(desk: Desk, keys: str) -> None:
    desk.open(film())
    expected = {corner: corner for corner in CORNERS}
    for key in keys:
        desk.key(key)
        expected = {corner: MOVES[key][where] for corner, where in expected.items()}
    assert {corner: corner_on_screen(desk, corner) for corner in CORNERS} == expected


def test_the_letters_at_the_edges_turn_with_the_picture(desk: Desk) -> None:
    desk.open(film())
    assert desk.state()["edges"] == {"left": "R", "right": "L", "top": "H", "bottom": "F"}
    desk.key(".")
    assert desk.state()["edges"] == {"left": "F", "right": "H", "top": "R", "bottom": "L"}
    desk.key("h")
    assert desk.state()["edges"] == {"left": "H", "right": "F", "top": "R", "bottom": "L"}


def test_reset_undoes_every_turn_and_move(desk: Desk) -> None:
    desk.open(film())
    before = [desk.point(*corner) for corner in CORNERS.values()]
    for key in ["h", ".", "+", "Alt+ArrowLeft", "i", "Shift+ArrowUp"]:
        desk.key(key)
    desk.key("0")
    assert np.allclose([desk.point(*corner) for corner in CORNERS.values()], before, atol=0.5)
    assert desk.state()["preset"] == 0 and not desk.state()["inverted"]


def test_actual_pixels_and_fit(desk: Desk) -> None:
    desk.open(film())
    fitted = desk.state()["percent"]
    desk.key("o")
    assert desk.state()["percent"] == 100
    a, b = desk.point(100, 100), desk.point(200, 100)
    assert b[0] - a[0] == pytest.approx(100, abs=0.2)
    desk.key("f")
    assert desk.state()["percent"] == fitted


def test_the_wheel_zooms_a_single_film_where_the_pointer_is(desk: Desk) -> None:
    desk.open(film())
    x, y = desk.point(400, 100)
    desk.page.mouse.move(x, y)
    desk.page.mouse.wheel(0, -100)
    desk.page.wait_for_timeout(200)
    assert desk.point(400, 100) == pytest.approx((x, y), abs=1.0)
    assert desk.state()["percent"] > 110


def test_the_right_button_zooms_and_the_middle_button_pans(desk: Desk) -> None:
    desk.open(film())
    before = desk.state()["percent"]
    desk.drag((250, 250), (250, 200), button="right")
    assert desk.state()["percent"] != before
    desk.key("f")
    x, y = desk.point(250, 250)
    desk.drag((250, 250), (300, 280), button="middle")
    moved = desk.point(250, 250)
    assert moved[0] - x > 30 and moved[1] - y > 20


def test_keys_typed_into_the_report_do_not_reach_the_picture(desk: Desk) -> None:
    desk.open(film())
    desk.page.get_by_label("检查所见").click()
    desk.page.keyboard.type("i 0 l h")
    assert desk.page.get_by_label("检查所见").input_value() == "i 0 l h"
    state = desk.state()
    assert not state["inverted"] and state["tool"] == "window"


def test_help_lists_the_keys_and_closes_with_escape(desk: Desk) -> None:
    desk.open(film())
    desk.key("?")
    help_page = desk.page.get_by_role("dialog", name="快捷键")
    assert help_page.get_by_text("采集关键图像").is_visible()
    desk.key("Escape")
    assert not help_page.is_visible()


def test_a_key_image_is_the_view_with_its_measurements(desk: Desk) -> None:
    shown = film()
    desk.open(shown)
    without = taken(desk)
    desk.key("l")
    desk.drag((100, 100), (300, 300))
    with_line = taken(desk)
    assert desk.page.locator("aside img").get_attribute("alt") == f"{shown.instances[0][0].SOPInstanceUID}#1"
    assert without.shape == with_line.shape
    yellow = (with_line[..., 0].astype(int) - with_line[..., 2]) > 60
    assert yellow.sum() > 100 and not ((without[..., 0].astype(int) - without[..., 2]) > 60).any()


def taken(desk: Desk) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    desk.key("k")
    desk.page.wait_for_timeout(500)
    url = desk.page.locator("aside img").get_attribute("src") or ""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGB"))


def two_views() -> Film:
    study = generate_uid()
    pa, lateral = steps(), steps(4095, 0)
    return Film(
        [
            (header(pa, SeriesNumber=1, SeriesDescription="胸部 正位"), pa),
            (
                header(lateral, SeriesNumber=2, SeriesDescription="胸部 侧位", PhotometricInterpretation="MONOCHROME1"),
                lateral,
            ),
        ],
        uid=study,
    )


def test_the_views_of_a_study_are_listed_and_reached_by_key(desk: Desk) -> None:
    desk.open(two_views())
    names = desk.page.get_by_role("navigation", name="序列").get_by_role("button")
    assert [each.locator("span").inner_text() for each in names.all()] == ["胸部 正位", "胸部 侧位"]
    desk.key("i")
    desk.key("PageDown")
    desk.wait_for("lossless")
    assert names.nth(1).get_attribute("aria-current") == "true"
    assert not desk.state()["inverted"], "one film's inversion must not reach the next"
    # MONOCHROME1 of the mirrored steps: the first block is 4095, so black
    assert desk.greys([(16, 16)])[0] <= 2


def test_a_stack_is_paged_with_keys_and_wheel_and_keeps_its_window(desk: Desk) -> None:
    series, films = generate_uid(), [steps(0, 1000 * (index + 1)) for index in range(3)]
    shared = {"Modality": "CT", "SeriesInstanceUID": series, "ImagerPixelSpacing": None, "PixelSpacing": [0.5, 0.5]}
    desk.open(Film([(header(each, InstanceNumber=index + 1, **shared), each) for index, each in enumerate(films)]))
    desk.drag((100, 100), (150, 100))
    window = desk.state()["window"]
    desk.key("ArrowDown")
    assert desk.wait_for("lossless")["index"] == 1
    assert desk.state()["window"] == window
    desk.page.mouse.move(*desk.point(256, 256))
    desk.page.mouse.wheel(0, 100)
    desk.page.wait_for_timeout(300)
    assert desk.wait_for("lossless")["index"] == 2
    desk.key("3")
    assert desk.state()["window"]["center"] == 40 and desk.state()["window"]["width"] == 400


def test_the_viewer_passes_axe(desk: Desk) -> None:
    desk.open(real_chest())
    desk.key("l")
    desk.page.evaluate((FRONTEND / "node_modules/axe-core/axe.min.js").read_text())
    found = desk.page.evaluate(
        "axe.run('.lz-viewer', {runOnly: ['wcag2a', 'wcag2aa']}).then((r) => r.violations.map((v) => v.id))"
    )
    assert found == []
