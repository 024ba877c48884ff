"""Two stories in a real browser: the night's report and the final one; a correction and who has read it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import SignIn
from tests.house import PASSWORD
from tests.product import Product, running

Shot = Callable[[Page, str], Path]
FINDINGS, IMPRESSION = "右肺下野见斑片状密度增高影。", "右肺下野炎症。"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    chosen = {
        "LIANZHEN_PACS_GATEWAY__QUIET_SECONDS": "1",
        "LIANZHEN_REPORTS__SIGNING_WINDOW_MINUTES": "0",
        "LIANZHEN_REPORTS__SIGNATURE_PROFILE": "ecdsa+sm2",
    }
    with running(tmp_path_factory.mktemp("revised") / "data", **chosen) as started:
        yield started


def arrives(product: Product, folder: Path, name: str) -> str:
    """An emergency film arrives; its accession number."""
    film = folder / "film.dcm"
    number = product.film(film, name=name, emergency=True)
    assert product.dcmsend(film).returncode == 0
    return number


def opened(page: Page, accession_number: str) -> None:
    """Take the examination from the worklist; the whole film is there."""
    row = page.get_by_role("row", name=re.compile(accession_number))
    expect(row).to_be_visible(timeout=20_000)
    row.click()
    page.keyboard.press("Enter")
    expect(page.get_by_text("完整", exact=True)).to_be_visible(timeout=30_000)


def write(page: Page) -> None:
    """Findings, impression, result."""
    page.get_by_label("检查所见").fill(FINDINGS)
    page.get_by_label("诊断意见").fill(IMPRESSION)
    page.get_by_text("阳性", exact=True).first.click()


def sign(page: Page) -> None:
    """The password in the dialog that asks for it."""
    page.get_by_role("dialog").get_by_placeholder(re.compile("密码")).fill(PASSWORD)
    page.keyboard.press("Enter")


def approve(page: Page, accession_number: str, impression: str = "") -> None:
    """The review; with other words, if given."""
    opened(page, accession_number)
    if impression:
        page.get_by_label("诊断意见").fill(impression)
    page.keyboard.press("Control+Enter")
    sign(page)
    expect(page.get_by_text("报告已签发").first).to_be_visible(timeout=60_000)


def test_the_night_a_lone_reader_issues_and_two_doctors_follow(
    product: Product, sign_in: SignIn, shot: Shot, tmp_path: Path
) -> None:
    number = arrives(product, tmp_path, "演示夜班")
    reader = sign_in(product, "radiologist")
    opened(reader, number)
    write(reader)
    reader.get_by_role("button", name="急诊初步报告").click()
    expect(reader.get_by_role("dialog").get_by_text("急诊报告，以正式报告为准")).to_be_visible()
    shot(reader, "20-preliminary-dialog")
    sign(reader)
    expect(reader.get_by_text("急诊初步报告已签发")).to_be_visible(timeout=60_000)

    clinic = sign_in(product, "clinician", phone=True)
    expect(clinic.get_by_text("急诊初步").first).to_be_visible(timeout=20_000)
    shot(clinic, "21-preliminary-inbox-phone")
    clinic.get_by_text("演**班").first.click()
    expect(clinic.get_by_role("article").get_by_text("急诊报告，以正式报告为准")).to_be_visible(timeout=20_000)
    shot(clinic, "22-preliminary-report-phone")

    approve(sign_in(product, "reviewer"), number)
    clinic.goto(f"{product.url}/inbox")
    expect(clinic.get_by_text("替代赵敏已阅读的第 1 版")).to_be_visible(timeout=20_000)
    shot(clinic, "23-final-notice-phone")
    clinic.get_by_text("演**班").first.click()
    history = clinic.get_by_role("region", name="版本")
    expect(history.get_by_text("已签发")).to_be_visible(timeout=20_000)
    history.get_by_text("第 1 版").click()
    expect(clinic.get_by_text("已被修订：现行为第 2 版")).to_be_visible()
    shot(clinic, "24-old-version-phone")


def test_a_correction_reaches_whoever_read_the_old_report(
    product: Product, sign_in: SignIn, shot: Shot, tmp_path: Path
) -> None:
    number = arrives(product, tmp_path, "演示更正")
    reader = sign_in(product, "radiologist")
    opened(reader, number)
    write(reader)
    reader.keyboard.press("Control+Enter")
    sign(reader)
    expect(reader.get_by_text("已提交审核")).to_be_visible(timeout=60_000)
    reviewer = sign_in(product, "reviewer")
    approve(reviewer, number, "右肺下野炎症，请结合临床。")
    clinic = sign_in(product, "clinician")
    clinic.get_by_text("演**正").first.click(timeout=20_000)
    expect(clinic.get_by_text("已回执")).to_be_visible(timeout=20_000)

    reader.goto(f"{product.url}/worklist")
    reader.get_by_text("已完成", exact=True).first.click()
    reader.get_by_role("row", name=re.compile(number)).first.click()
    reader.keyboard.press("Enter")
    reader.get_by_role("button", name="打开报告：版本、送达、修订").click(timeout=30_000)
    expect(reader.get_by_text(re.compile("赵敏 .* 已读"))).to_be_visible(timeout=20_000)
    expect(reader.get_by_role("region", name="与书写稿对比").get_by_text("，请结合临床")).to_be_visible()
    shot(reader, "25-report-page")
    reader.get_by_role("button", name="更正", exact=True).click()
    reader.get_by_role("dialog").get_by_role("textbox").fill("左右写反，应为左肺")
    shot(reader, "26-correction-reason")
    reader.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(reader.get_by_text("更正已签发的报告：左右写反，应为左肺").first).to_be_visible(timeout=30_000)
    expect(reader.get_by_text("完整", exact=True)).to_be_visible(timeout=30_000)
    reader.get_by_label("诊断意见").fill("左肺下野炎症。")
    shot(reader, "27-correcting")
    reader.keyboard.press("Control+Enter")
    sign(reader)
    expect(reader.get_by_text("已提交审核")).to_be_visible(timeout=60_000)
    reviewer.goto(f"{product.url}/worklist")
    approve(reviewer, number)

    clinic.goto(f"{product.url}/inbox")
    expect(clinic.get_by_text(re.compile("替代赵敏已阅读的第 2 版.*左右写反"))).to_be_visible(timeout=20_000)
    shot(clinic, "28-correction-notice")
    clinic.get_by_text("演**正").first.click()
    expect(clinic.get_by_text("左肺下野炎症。").first).to_be_visible(timeout=20_000)
    shot(clinic, "29-corrected-report")
    withdraw(product, sign_in, shot, number)
    clinic.goto(f"{product.url}/inbox")
    expect(clinic.get_by_text("已撤销").first).to_be_visible(timeout=20_000)
    clinic.get_by_text("演**正").first.click()
    expect(clinic.get_by_text("本报告已撤销，不得用于诊疗")).to_be_visible(timeout=20_000)
    shot(clinic, "31-withdrawn")


def withdraw(product: Product, sign_in: SignIn, shot: Shot, number: str) -> None:
    """The reviewer withdraws the report, from the list of studies."""
    page = sign_in(product, "reviewer")
    page.goto(f"{product.url}/studies")
    page.get_by_role("row", name=re.compile(number)).get_by_role("link", name="报告").click(timeout=20_000)
    page.get_by_role("button", name="撤销", exact=True).click(timeout=20_000)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("修订原因（将写入报告）").fill("患者身份核对错误")
    dialog.get_by_placeholder(re.compile("密码")).fill(PASSWORD)
    shot(page, "30-withdrawal")
    page.keyboard.press("Enter")
    expect(page.get_by_text("报告已撤销，已通知各单位")).to_be_visible(timeout=60_000)
