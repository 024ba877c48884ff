"""An administrator at work, and a clinician who breaks the glass: the pages as people see them."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.acceptance.conftest import SignIn
from tests.product import Product, running

CARD = "110105194912310038"
REASON = "急诊胸痛，需比对既往胸片"


def test_breaking_the_glass_and_its_review(tmp_path: Path, sign_in: SignIn, shot: Callable[[Page, str], Path]) -> None:
    with running(tmp_path / "data") as product:
        with product.client("technician2") as other:
            made = other.post("/api/patients", name="李建国", id_card=CARD)
            assert made.status_code == 201, made.text
        page = sign_in(product, "clinician")
        page.goto(f"{product.url}/emergency")
        page.get_by_label("身份证号").fill(CARD)
        page.get_by_role("button", name="查找").click()
        page.get_by_label("调阅理由").fill(REASON)
        shot(page, "emergency-found")
        page.get_by_role("button", name="写明理由并打开").click()
        expect(page.get_by_text("该患者没有检查")).to_be_visible()
        shot(page, "emergency-opened")
        _administrator(product, sign_in, shot)


def _administrator(product: Product, sign_in: SignIn, shot: Callable[[Page, str], Path]) -> None:
    page = sign_in(product, "admin")
    page.goto(f"{product.url}/admin/access")
    expect(page.get_by_text(REASON)).to_be_visible()
    shot(page, "admin-access")
    page.get_by_role("button", name="理由成立", exact=True).click()
    expect(page.get_by_text("没有待审核的调阅")).to_be_visible()
    page.goto(f"{product.url}/admin/sessions")
    expect(page.get_by_text("当前会话")).to_be_visible()
    shot(page, "admin-sessions")
    page.goto(f"{product.url}/admin/audit")
    page.get_by_label("动作，如 sign-in").fill("open")
    expect(page.get_by_text("registry.open").first).to_be_visible()
    shot(page, "admin-audit")
    page.goto(f"{product.url}/admin/units")
    page.get_by_role("button", name="添加单位").click()
    page.get_by_label("统一社会信用代码").fill("91350100M000100Y44")
    page.get_by_label("单位名称").fill("东岭镇卫生院")
    page.get_by_label("代码", exact=True).fill("YXDL")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("校验码有效")).to_be_visible()
    shot(page, "admin-unit-bad-code")
    page.goto(f"{product.url}/admin/people")
    page.get_by_role("button", name="修改").first.click()
    expect(page.get_by_label("独立执业起始日")).to_be_visible()
    page.wait_for_timeout(500)  # the dialog has come to rest
    shot(page, "admin-person")
