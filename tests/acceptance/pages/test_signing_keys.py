"""A doctor's certificate at work: the password once for a window, looked at, revoked by the administrator, refused."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.acceptance.conftest import SignIn
from tests.acceptance.pages.conftest import Arrive
from tests.house import PASSWORD
from tests.product import Product

Shot = Callable[[Page, str], Path]


def write(page: Page, product: Product, accession_number: str) -> None:
    """Open the film and type a report that can be signed."""
    page.goto(product.url + "/worklist")
    row = page.get_by_role("row").filter(has_text=accession_number)
    expect(row).to_be_visible(timeout=15_000)
    row.click()
    page.keyboard.press("Enter")
    page.get_by_label("检查所见").fill("胸廓对称，双肺纹理清晰。")
    page.get_by_label("诊断意见").fill("心肺未见异常。")
    page.keyboard.press("Alt+p")
    expect(page.get_by_text(re.compile("已保存"))).to_be_visible(timeout=15_000)
    page.keyboard.press("Control+Enter")


def test_a_window_a_certificate_and_a_revoked_signer(
    product: Product, sign_in: SignIn, arrive: Arrive, shot: Shot
) -> None:
    films = [arrive(f"证书{number}号") for number in "一二三"]
    doctor, admin = sign_in(product, "radiologist"), sign_in(product, "admin")
    write(doctor, product, films[0])
    dialog = doctor.get_by_role("dialog")
    dialog.get_by_placeholder("登录密码").fill(PASSWORD)
    doctor.keyboard.press("Enter")
    expect(doctor.get_by_text("已提交审核")).to_be_visible(timeout=30_000)

    write(doctor, product, films[1])
    expect(dialog.get_by_text(re.compile("前签名不用再输密码"))).to_be_visible()
    expect(dialog.get_by_placeholder("登录密码")).to_have_count(0)
    shot(doctor, "20-signing-window")
    dialog.get_by_role("button", name="签名", exact=True).click()
    expect(doctor.get_by_text("已提交审核")).to_be_visible(timeout=30_000)

    doctor.goto(product.url + "/worklist")
    doctor.get_by_role("button", name=re.compile("李文博")).click()
    doctor.get_by_role("menuitem", name="签名证书").click()
    expect(dialog.get_by_text("演示证书，无法律效力")).to_be_visible()
    expect(doctor.get_by_role("menuitem", name="签名证书")).to_be_hidden()
    doctor.wait_for_timeout(400)  # the dialog fades in
    shot(doctor, "21-my-certificate")
    doctor.keyboard.press("Escape")

    admin.goto(product.url + "/admin/keys")
    row = admin.get_by_role("row").filter(has_text="李文博")
    row.get_by_role("button", name="吊销").click()
    shot(admin, "22-revoke")
    admin.get_by_role("dialog").get_by_role("button", name="吊销").click()
    expect(row.get_by_text("已吊销")).to_be_visible()
    expect(admin.get_by_role("dialog")).to_be_hidden()
    shot(admin, "23-revoked")

    write(doctor, product, films[2])
    dialog.get_by_placeholder("登录密码").fill(PASSWORD)
    doctor.keyboard.press("Enter")
    expect(dialog.get_by_text(re.compile("签名证书已于 .* 吊销（人员变动）"))).to_be_visible(timeout=15_000)
    shot(doctor, "24-revoked-signer")
