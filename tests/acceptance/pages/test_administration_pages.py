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


def test_units_agreements_devices_and_systems_are_run_from_the_pages(
    product: Product, sign_in: SignIn, shot: Callable[[Page, str], Path]
) -> None:
    knocked = product.dcmsend(product.data / "demo" / "film.dcm", aet="NEWDR")
    assert knocked.returncode != 0
    page = sign_in(product, "admin")
    page.goto(f"{product.url}/admin/devices")
    page.get_by_role("listitem").filter(has_text="NEWDR").get_by_role("button", name="准入").click()
    page.get_by_label("单位", exact=True).click()
    page.get_by_title("河口镇卫生院（演示）").click()
    page.get_by_label("同时连接数上限").fill("2")
    page.wait_for_timeout(400)
    shot(page, "admin-device")
    page.get_by_role("dialog").get_by_role("button", name="准入").click()
    row = page.get_by_role("row").filter(has_text="NEWDR")
    expect(row.get_by_text("GB18030")).to_be_visible()
    row.get_by_role("button", name="修改").click()
    page.get_by_label("设备名称").fill("河口新 DR")
    page.get_by_role("button", name="保存").click()
    expect(row.get_by_text("河口新 DR")).to_be_visible()
    shot(page, "admin-devices")
    _its_neighbour(product, page, shot)
    page.goto(f"{product.url}/admin/units")
    page.get_by_role("row").filter(has_text="YXQS").get_by_role("button", name="修改").click()
    page.get_by_label("单位名称").fill("青石镇中心卫生院（演示）")
    _clear(page, "上级单位")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("row").filter(has_text="YXQS").get_by_text("云溪县人民医院")).to_have_count(0)
    agreements = page.get_by_role("table", name="远程诊断协议")
    expect(agreements.get_by_text("青石镇中心卫生院（演示）")).to_be_visible()
    agreements.get_by_role("row").filter(has_text="YXCD").get_by_role("button", name="终止").click()
    page.get_by_label("终止日期").fill("2030-12-31")
    page.get_by_role("button", name="保存").click()
    expect(agreements.get_by_text("2030-12-31")).to_be_visible()
    shot(page, "admin-units")
    page.goto(f"{product.url}/admin/tokens")
    page.get_by_role("button", name="接入系统").first.click()
    page.get_by_label("系统名称").fill("县医院 HIS")
    page.get_by_label("单位", exact=True).click()
    page.get_by_title("河口镇卫生院（演示）").click()
    page.get_by_role("dialog").get_by_role("button", name="接入系统").click()
    token = page.get_by_label("令牌").input_value()
    shot(page, "admin-token")
    header = {"Authorization": f"Bearer {token}"}
    assert page.request.get(f"{product.url}/api/studies", headers=header).status == 200
    page.get_by_role("button", name="已妥善保存").click()
    page.get_by_role("row").filter(has_text="县医院 HIS").get_by_role("button", name="停用").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("令牌已停用")).to_be_visible()
    assert page.request.get(f"{product.url}/api/studies", headers=header).status == 401


def _clear(page: Page, label: str) -> None:
    field = page.locator(".ant-form-item").filter(has_text=label)
    field.hover()
    field.locator(".ant-select-clear").click()


def _its_neighbour(product: Product, page: Page, shot: Callable[[Page, str], Path]) -> None:
    """Another device at the address of one that is known: its unit is chosen, two clicks admit it."""
    assert product.dcmsend(product.data / "demo" / "film.dcm", aet="NEWDR2").returncode != 0
    page.get_by_role("listitem").filter(has_text="NEWDR2").get_by_role("button", name="准入").click()
    expect(page.get_by_text("已按同一地址的设备 NEWDR 选好单位")).to_be_visible()
    page.wait_for_timeout(400)
    shot(page, "admin-device-likely")
    page.get_by_role("dialog").get_by_role("button", name="准入").click()
    second = page.get_by_role("row").filter(has_text="NEWDR2")
    expect(second.get_by_text("河口镇卫生院（演示）")).to_be_visible()
