"""The first day of a new colleague, as the pages show it."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.acceptance.conftest import DESK
from tests.house import PASSWORD
from tests.product import Product

OWN = "my-own-password"


def newcomer(product: Product, account: str, role: str) -> None:
    """An administrator adds somebody with a first password."""
    with product.client("admin") as admin:
        unit = next(one for one in admin.get("/api/admin/units").json()["items"] if one["code"] == "YXLEAD")
        made = admin.post(
            "/api/admin/people", account=account, name="何新", unit_id=unit["id"], roles=[role], password=PASSWORD
        )
        assert made.status_code == 201, made.text


def test_a_first_password_is_changed_before_anything_else(
    product: Product, browser: Browser, shot: Callable[[Page, str], Path]
) -> None:
    newcomer(product, "newcomer", "technician")
    context = browser.new_context(viewport=DESK, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{product.url}/orders")
    page.get_by_label("账号").fill("newcomer")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    page.goto(f"{product.url}/patients")  # another address does not lead around it
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    page.get_by_label("当前密码").fill("not-it")
    page.get_by_label("新密码", exact=True).fill(OWN)
    page.get_by_label("再输入一次新密码").fill(OWN)
    page.keyboard.press("Enter")
    expect(page.get_by_text("当前密码不正确")).to_be_visible()
    shot(page, "first-password")
    page.get_by_label("当前密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="患者")).to_be_visible()
    context.close()
