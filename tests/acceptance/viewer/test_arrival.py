"""How films arrive: in part, late, not at all."""

from __future__ import annotations

import numpy as np
import pytest

from tests.acceptance.viewer.conftest import Desk
from tests.acceptance.viewer.films import Film, film, real_chest


def big_slow_film() -> Film:
    shown = real_chest()
    shown.chunk_delay = 0.5
    return shown


def test_a_slow_film_is_seen_early_and_marked_as_partial(desk: Desk) -> None:
    desk.open(big_slow_film(), until="nothing")
    if not desk.has_webgl():
        desk.page.get_by_text("正在载入影像").wait_for()  # without WebGL there is no partial picture, only the count
        desk.page.locator(".lz-viewer-status").get_by_text("B /").first.wait_for()
        assert desk.wait_for("lossless")["quality"] == "lossless"
        return
    desk.wait_for("partial")
    assert desk.page.locator("aside output").inner_text() == "partial"
    assert desk.page.get_by_text("传输中 · 暂非无损").is_visible()
    desk.key("r")
    desk.drag((600, 600), (900, 900))
    assert desk.state()["quality"] == "partial"
    assert desk.lines()[-1] == "影像完整后统计"
    place = desk.point(500, 500)
    desk.wait_for("lossless")
    assert desk.point(500, 500) == pytest.approx(place, abs=1.0), "the picture must not jump when it is complete"
    assert desk.page.locator("aside output").inner_text() == "lossless"
    desk.page.wait_for_timeout(400)
    assert desk.lines()[-1].startswith("范围 ")


def test_a_partial_picture_has_the_greys_of_the_whole(desk: Desk) -> None:
    desk.open(big_slow_film(), until="nothing")
    if not desk.has_webgl():
        return  # without WebGL Cornerstone shows no partial picture
    desk.wait_for("partial")
    points = [(float(column), float(row)) for column in range(300, 1500, 300) for row in range(300, 1500, 300)]
    early = np.array(desk.greys(points))
    desk.wait_for("lossless")
    assert np.abs(early - desk.greys(points)).mean() < 6


@pytest.mark.parametrize(
    ("status", "words"), [(404, "服务器上没有该影像"), (403, "没有查看该检查的权限"), (401, "登录已过期")]
)
def test_a_frame_that_is_refused_is_said_so_and_can_be_asked_for_again(desk: Desk, status: int, words: str) -> None:
    desk.complaints_expected = True
    refused = film(frame_status=status)
    desk.open(refused, until="failed")
    alert = desk.page.get_by_role("alert")
    assert words in alert.inner_text()
    refused.frame_status = 200
    alert.get_by_role("button", name="重试").click()
    desk.wait_for("lossless")
    assert not alert.is_visible()


def test_metadata_that_is_refused_is_said_so_and_can_be_asked_for_again(desk: Desk) -> None:
    desk.complaints_expected = True
    refused = film(metadata_status=500)
    desk.open(refused, until="nothing")
    alert = desk.page.get_by_role("alert")
    alert.wait_for()
    assert "HTTP 500" in alert.inner_text()
    refused.metadata_status = 200
    alert.get_by_role("button", name="重试").click()
    desk.wait_for("lossless")


def test_a_frame_that_cannot_be_decoded_is_said_so(desk: Desk) -> None:
    desk.complaints_expected = True

    class Broken(Film):
        def frame(self, sop_instance_uid: str) -> tuple[bytes, str, str]:
            _, media, syntax = super().frame(sop_instance_uid)
            return b"\x00" * 500, media, syntax

    good = film()
    desk.open(Broken(good.instances), until="failed")
    assert desk.page.get_by_role("alert").get_by_text("影像无法显示").is_visible()


def test_a_study_without_images_is_said_so(desk: Desk) -> None:
    desk.open(Film([]), until="nothing")
    desk.page.get_by_text("该检查没有可显示的影像").wait_for()


def test_a_source_that_was_compressed_with_loss_is_marked(desk: Desk) -> None:
    desk.open(film(LossyImageCompression="01"))
    assert desk.page.get_by_text("源图有损压缩").is_visible()


def test_opening_the_next_study_stops_the_transfer_of_the_last(desk: Desk) -> None:
    desk.open(big_slow_film(), until="nothing")
    desk.page.wait_for_timeout(1200)
    before = desk.web.broken_off
    desk.open(film())
    desk.page.wait_for_timeout(1500)
    assert desk.web.broken_off == before + 1


def test_many_studies_one_after_the_other_leave_one_canvas_and_no_complaint(desk: Desk) -> None:
    for _ in range(12):
        desk.open(film())
    assert desk.page.locator(".lz-viewer-stage canvas:not(.lz-viewer-lens)").count() == 1


def test_a_line_that_falls_silent_is_said_so(desk: Desk) -> None:
    page = desk.page.context.new_page()
    try:
        page.clock.install()
        page.goto(desk.web.show(film(chunk_delay=100)))
        page.get_by_text("正在载入影像").wait_for()
        said = page.get_by_text("超时：服务器没有及时送来影像")
        for _ in range(20):  # the silence begins when the film is asked for, not when the page says that it loads
            page.clock.fast_forward(36_000)
            page.wait_for_timeout(300)
            if said.is_visible():
                break
        assert said.is_visible()
    finally:
        page.close()
