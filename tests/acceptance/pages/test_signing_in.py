"""The first day of a new colleague, and the second factor with a real authenticator, as the pages show them."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pyotp
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.conftest import DESK
from tests.house import PASSWORD
from tests.product import Product, running

OWN = "my-own-password"
Shot = Callable[[Page, str], Path]


def newcomer(product: Product, account: str, role: str) -> None:
    """An administrator adds somebody with a first password."""
    with product.client("admin") as admin:
        unit = next(one for one in admin.get("/api/admin/units").json()["items"] if one["code"] == "YXLEAD")
        made = admin.post(
            "/api/admin/people", account=account, name="何新", unit_id=unit["id"], roles=[role], password=PASSWORD
        )
        assert made.status_code == 201, made.text


def desk(browser: Browser, product: Product) -> Page:
    """A browser of one's own, before the sign-in."""
    page = browser.new_context(viewport=DESK, locale="zh-CN").new_page()  # type: ignore[arg-type]
    page.goto(product.url)
    return page


def sign_in(page: Page, account: str, code: str = "") -> None:
    """Account and password, and a code when it is asked for."""
    page.get_by_label("账号").fill(account)
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    if code:
        page.get_by_label("动态码").fill(code)
        page.keyboard.press("Enter")


def test_a_first_password_is_changed_before_anything_else(product: Product, browser: Browser, shot: Shot) -> None:
    newcomer(product, "newcomer", "technician")
    page = desk(browser, product)
    sign_in(page, "newcomer")
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
    page.context.close()


def enrol(page: Page, shot: Callable[[str], object] = lambda _name: None) -> pyotp.TOTP:
    """Scan what the page shows with a telephone, and give its first code."""
    expect(page.get_by_role("heading", name="动态码登录")).to_be_visible()
    shot("factor-required")
    page.get_by_label("当前密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    picture = page.get_by_alt_text("身份验证器二维码").screenshot()
    (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture)))
    phone = pyotp.parse_uri(code.text)
    assert isinstance(phone, pyotp.TOTP)
    page.get_by_label("验证器显示的动态码").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_text("动态码不正确")).to_be_visible()
    shot("factor-scan")
    page.get_by_label("验证器显示的动态码").fill(shown(phone, -1))
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="恢复码").get_by_role("listitem")).to_have_count(10)
    shot("factor-recovery")
    page.get_by_role("button", name="已妥善保存").click()
    return phone


def shown(phone: pyotp.TOTP, steps: int = 0) -> str:
    """What the telephone shows now, or some steps from now."""
    return phone.at(datetime.now(UTC) + timedelta(seconds=30 * steps))


def test_a_reviewer_sets_up_an_authenticator_and_an_administrator_resets_it(
    tmp_path: Path, browser: Browser, shot: Shot
) -> None:
    with running(tmp_path / "data", LIANZHEN_WEB__SECOND_FACTOR_REQUIRED="true") as product:
        page = desk(browser, product)
        sign_in(page, "reviewer")
        phone = enrol(page, lambda name: shot(page, name))
        expect(page.get_by_role("link", name="阅片")).to_be_visible()
        other = desk(browser, product)
        time.sleep(max(0, 8 - (30 - time.time() % 30)))  # a step that lasts until the code was tried twice
        sign_in(other, "reviewer")
        expect(other.get_by_label("动态码")).to_be_focused()
        shot(other, "factor-sign-in")
        code = shown(phone)
        other.get_by_label("动态码").fill(code)
        other.keyboard.press("Enter")
        expect(other.get_by_role("link", name="阅片")).to_be_visible()
        third = desk(browser, product)
        sign_in(third, "reviewer", code)
        expect(third.get_by_text("这个动态码已经用过")).to_be_visible()
        other.goto(f"{product.url}/account")
        expect(other.get_by_text("剩余恢复码 10 个")).to_be_visible()
        shot(other, "account")
        _reset(product, browser, shot)
        sign_in(third, "reviewer")
        expect(third.get_by_role("heading", name="动态码登录")).to_be_visible()
        for one in (page, other, third):
            one.context.close()


def _reset(product: Product, browser: Browser, shot: Shot) -> None:
    admin = desk(browser, product)
    sign_in(admin, "admin")
    enrol(admin)
    admin.goto(f"{product.url}/admin/people")
    row = admin.get_by_role("row").filter(has_text="张建国")
    row.get_by_role("button", name="重置动态码").click()
    expect(admin.get_by_text("先当面或电话核实本人")).to_be_visible()
    admin.wait_for_timeout(400)
    shot(admin, "factor-reset")
    admin.get_by_role("button", name="确定").click()
    expect(admin.get_by_text("已重置")).to_be_visible()
    admin.context.close()
