"""The clinic reads its reports on a phone and at a desk: the film beside the words, the earlier results below."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import SignIn
from tests.acceptance.recognition.county import Desk, Somebody

Shot = Callable[[Page, str], Path]
PERSON = Somebody("孙桂芳", 1)


@pytest.fixture(scope="module")
def three(desk: Desk) -> list[str]:
    """Three reports of one person within two months."""
    said = [
        (58, "两肺未见明显活动性病变。", False),
        (21, "右肺下野炎症。", True),
        (0, "右肺下野炎症，较前吸收。", True),
    ]
    reports = []
    for days, impression, positive in said:
        study = desk.examined("technician", desk.order("technician", PERSON), days)
        reports.append(desk.reported(study, impression=impression, positive=positive))
    return reports


def fits(page: Page) -> bool:
    """Nothing sticks out at the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_on_a_phone_the_film_stands_above_its_report(desk: Desk, three: list[str], sign_in: SignIn, shot: Shot) -> None:
    page = sign_in(desk.product, "clinician", phone=True)
    expect(page.get_by_text("较前吸收")).to_be_visible(timeout=20_000)
    shot(page, "60-clinic-inbox-phone")
    for asked in ("sgf", PERSON.id_card[-5:]):
        page.get_by_label(re.compile("姓名、拼音")).fill(asked)
        expect(page.get_by_role("listitem").filter(has_text="孙*芳")).to_have_count(3)
    page.get_by_text("较前吸收").click()
    film = page.get_by_role("region", name="影像")
    picture = film.get_by_alt_text("预览图 1 / 1")
    expect(picture).to_be_visible(timeout=20_000)
    assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") > 500
    words = page.get_by_role("article").get_by_text("右肺下野炎症，较前吸收。").first
    top, below = film.bounding_box(), words.bounding_box()
    assert top is not None
    assert below is not None
    assert top["y"] + top["height"] <= below["y"]
    assert fits(page)
    shot(page, "61-clinic-report-phone")
    earlier = page.get_by_role("region", name="历次结果")
    earlier.scroll_into_view_if_needed()
    expect(earlier.get_by_role("listitem")).to_have_count(3)
    shot(page, "62-clinic-trend-phone")
    earlier.get_by_role("listitem").filter(has_text="两肺未见明显活动性病变。").get_by_role("button").click()
    expect(page).to_have_url(re.compile(three[0]))
    film.get_by_role("button", name="看原图", exact=True).click()
    expect(page.get_by_text("完整", exact=True)).to_be_visible(timeout=30_000)
    assert fits(page)
    shot(page, "63-clinic-film-phone")


def test_at_a_desk_film_and_report_stand_beside_each_other(
    desk: Desk, three: list[str], sign_in: SignIn, shot: Shot
) -> None:
    page = sign_in(desk.product, "clinician")
    page.goto(f"{desk.product.url}/inbox/{three[2]}")
    film, words = page.get_by_role("region", name="影像"), page.get_by_role("article").get_by_text("诊断意见").first
    expect(film.get_by_role("img")).to_be_visible(timeout=20_000)
    film.get_by_role("img").evaluate("one => one.decode()")
    left, right = film.bounding_box(), words.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]
    shot(page, "64-clinic-report-desk")
    page.goto(f"{desk.product.url}/patients?q=sunguifang")
    page.get_by_role("row").filter(has_text="孙").first.click()
    results = page.get_by_role("region", name="历次结果")
    expect(results.get_by_role("listitem")).to_have_count(3, timeout=20_000)
    expect(results.get_by_role("img", name=re.compile("走势"))).to_be_visible()
    shot(page, "65-clinic-person-desk")
    results.get_by_role("listitem").filter(has_text="较前吸收").get_by_role("button").click()
    expect(page).to_have_url(re.compile(three[2]))
