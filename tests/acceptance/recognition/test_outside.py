"""Outside the county's own browsers: the patient's page behind a link and a code, and the page in a hospital system."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.conftest import PHONE, SignIn
from tests.acceptance.recognition.county import Desk, Somebody

Shot = Callable[[Page, str], Path]


@pytest.fixture
def stranger(browser: Browser) -> Iterator[Page]:
    """A phone on which nobody is signed in."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def test_the_patient_opens_link_and_code_on_a_phone(desk: Desk, sign_in: SignIn, stranger: Page, shot: Shot) -> None:
    person = Somebody("罗桂兰", 31)
    report = desk.reported(desk.examined("technician", desk.order("technician", person), 2))
    doctor = sign_in(desk.product, "clinician")
    doctor.goto(f"{desk.product.url}/inbox/{report}")
    doctor.get_by_role("button", name="给患者的链接").click(timeout=20_000)
    dialog = doctor.get_by_role("dialog")
    dialog.get_by_role("button", name="生成链接").click()
    code = dialog.locator(".lz-share-code").inner_text(timeout=20_000)
    address = dialog.get_by_role("link").get_attribute("href")
    shot(doctor, "86-share-made")

    stranger.goto(f"{desk.product.url}{address}")
    field, see = stranger.get_by_label(re.compile("提取码")), stranger.get_by_role("button", name="查看")
    field.fill("000000" if code != "000000" else "111111")
    see.click()
    expect(stranger.get_by_role("alert")).to_contain_text("19", timeout=20_000)
    field.fill(code)
    see.click()
    expect(stranger.get_by_text("罗*兰")).to_be_visible(timeout=20_000)
    image = stranger.get_by_alt_text("影像 1")
    expect(image).to_be_visible(timeout=30_000)
    assert image.evaluate("one => one.decode().then(() => one.naturalWidth)") > 300
    assert stranger.evaluate("document.documentElement.scrollWidth <= innerWidth")
    stranger.screenshot(path=shot(stranger, "87-share-phone"), full_page=True)
    with stranger.expect_download() as got:
        stranger.get_by_role("button", name="下载报告 PDF").click()
    assert got.value.path().read_bytes().startswith(b"%PDF")
    with stranger.expect_download() as got:
        stranger.get_by_role("button", name="下载交接资料（FHIR）").click()
    assert json.loads(got.value.path().read_bytes())["type"] == "document"

    dialog.get_by_role("button", name="作废").first.click()
    expect(dialog.get_by_text("已作废")).to_be_visible(timeout=20_000)
    stranger.reload()
    expect(stranger.get_by_text("链接已过期或已作废")).to_be_visible(timeout=20_000)


def test_a_doctor_decides_inside_the_hospital_system(desk: Desk, stranger: Page, shot: Shot) -> None:
    person = Somebody("彭玉兰", 32)
    desk.reported(desk.examined("technician", desk.order("technician", person), 4))
    order = desk.order("technician2", person)
    asked = {"accession_number": order["accession_number"], "account": "clinician2"}
    made = httpx.post(
        f"{desk.product.url}/api/recognition/embeds", json=asked, headers={"Authorization": f"Bearer {_token(desk)}"}
    )
    assert made.status_code == 201, made.text
    stranger.goto(f"{desk.product.url}{made.json()['path']}")
    stranger.get_by_role("button", name="打开结果").click(timeout=20_000)
    expect(stranger.get_by_alt_text("影像")).to_be_visible(timeout=30_000)
    expect(stranger.get_by_role("complementary")).to_contain_text("仅供参考")
    assert stranger.evaluate("document.documentElement.scrollWidth <= innerWidth")
    stranger.screenshot(path=shot(stranger, "88-embedded"), full_page=True)
    stranger.get_by_role("button", name="认可", exact=True).click()
    stranger.get_by_role("button", name="确认认可，不再检查").click()
    expect(stranger.get_by_text("已认可，申请已关闭，不再检查")).to_be_visible(timeout=20_000)
    assert desk.offered("clinician2", order)["decision"]["by"] == "孙强"
    stranger.goto(f"{desk.product.url}/embed/recognition/nonsense")
    expect(stranger.get_by_text(re.compile("过期|不存在"))).to_be_visible(timeout=20_000)


def _token(desk: Desk) -> str:
    """The hospital system of the second township is admitted."""
    return desk.product.command("token", "add", "--unit", "YXQS", "--role", "technician", "his").split()[-1]
