"""The duty roster as an administrator writes it and as a township sees it."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.acceptance.conftest import SignIn
from tests.product import Product

Shot = Callable[[Page, str], Path]


def test_the_week_is_written_and_the_township_sees_whom_to_call(product: Product, sign_in: SignIn, shot: Shot) -> None:
    admin = sign_in(product, "admin")
    admin.goto(f"{product.url}/roster")
    week = admin.get_by_role("group", name="一周值班")
    expect(week.get_by_text("李文博").first).to_be_visible()
    expect(week.get_by_text("138****0001").first).to_be_visible()
    shot(admin, "roster-week")
    first = week.get_by_role("button").first
    first.focus()
    admin.keyboard.press("ArrowRight")
    admin.keyboard.press("Enter")
    expect(admin.get_by_role("dialog")).to_be_visible()
    admin.wait_for_timeout(400)
    shot(admin, "roster-duty")
    admin.get_by_role("dialog").get_by_label("开始", exact=True).fill("07:00")
    admin.get_by_role("button", name="保存").click()
    expect(admin.get_by_text("已有值班")).to_be_visible()
    admin.get_by_role("dialog").get_by_label("开始", exact=True).fill("08:00")
    admin.get_by_role("dialog").get_by_label("结束", exact=True).fill("07:30")
    admin.get_by_role("button", name="保存").click()
    expect(week.get_by_text("08:00–07:30 次日")).to_be_visible()
    admin.get_by_role("button", name="导入 CSV").click()
    rows = "日期,专业,开始,结束,一线\n2027-01-01,影像,17:30,08:00,nobody\n2027-01-02,影像,17:30,08:00,technician\n"
    file = {"name": "a.csv", "mimeType": "text/csv", "buffer": rows.encode("gb18030")}
    admin.set_input_files("input[type=file]", file)  # type: ignore[arg-type]
    expect(admin.get_by_text("2 处错误，没有导入")).to_be_visible()
    admin.wait_for_timeout(300)
    shot(admin, "roster-import")


def test_an_emergency_shows_the_township_who_is_on_duty(product: Product, sign_in: SignIn, shot: Shot) -> None:
    page = sign_in(product, "technician")
    page.goto(f"{product.url}/orders")
    called = page.get_by_role("region", name="当前值班")
    expect(page.get_by_label("姓名", exact=True)).to_be_visible()
    expect(called).to_have_count(0)
    page.locator("form").get_by_text("急诊", exact=True).last.click()  # the list beside it says it, too
    expect(called.get_by_text("影像值班")).to_be_visible()
    expect(called.get_by_text("138****")).to_have_count(2)
    called.get_by_role("button", name="显示电话").click()
    expect(called.get_by_role("link", name="13800000001")).to_be_visible()
    shot(page, "roster-emergency")
    page.get_by_label("姓名", exact=True).fill("胡大海")
    page.get_by_label("身份证号").fill("110105197003052135")
    page.get_by_label("检查项目").click()
    page.keyboard.type("xbzw")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("检查号", exact=True)).to_be_visible()
    expect(called.get_by_text("影像值班")).to_be_visible()  # on the result, too
    shot(page, "roster-registered")
    phone = sign_in(product, "clinician", phone=True)
    phone.goto(f"{product.url}/roster")
    expect(phone.get_by_role("group", name="一周值班").get_by_text("李文博").first).to_be_visible()
    shot(phone, "roster-phone")
