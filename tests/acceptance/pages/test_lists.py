"""The list pages: accessible, live, driven by keys; the technician's upload; a stranger at the door."""

import subprocess
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import SignIn
from tests.acceptance.pages.conftest import Arrive
from tests.product import ROOT, Product

AXE = ROOT / "web" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa']}).then(
  found => found.violations.map(one => `${one.id}: ${one.nodes.map(node => node.html).join(' ').slice(0, 300)}`))"""

PAGES = [
    ("radiologist", "/worklist"),
    ("technician", "/upload"),
    ("technician", "/studies"),
    ("technician", "/orders"),
    ("technician", "/unmatched"),
    ("technician", "/patients"),
    ("admin", "/catalogue"),
    ("clinician", "/inbox"),
    ("clinician", "/recognition"),
    ("quality", "/ledger"),
    ("quality", "/device-quality"),
    ("admin", "/admin/devices"),
    ("admin", "/admin/hospital"),
    ("admin", "/admin/people"),
    ("admin", "/admin/units"),
    ("admin", "/admin/keys"),
    ("admin", "/admin/tasks"),
    ("admin", "/admin/audit"),
]


def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2 A and AA."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN_AXE)
    return found


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize(("account", "path"), PAGES)
def test_a_list_page_has_no_barrier(product: Product, sign_in: SignIn, account: str, path: str, phone: bool) -> None:
    page = sign_in(product, account, phone=phone)
    page.goto(product.url + path)
    expect(page.locator(".lz-shell")).to_be_visible()
    expect(page.locator(".lz-loading")).to_have_count(0)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out at the side"


def test_a_film_appears_in_an_open_worklist_by_itself_and_opens_by_keys(
    product: Product, sign_in: SignIn, arrive: Arrive
) -> None:
    page = sign_in(product, "radiologist")
    expect(page.locator(".lz-shell")).to_be_visible()
    accession_number = arrive("列表一号")
    row = page.get_by_role("row").filter(has_text=accession_number)
    expect(row).to_be_visible(timeout=15_000)
    for _ in range(30):
        if row.get_attribute("aria-current") == "true":
            break
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="列表一号")).to_be_visible(timeout=15_000)


def test_the_sheet_of_keys_opens_and_closes(product: Product, sign_in: SignIn) -> None:
    page = sign_in(product, "radiologist")
    expect(page.locator(".lz-shell")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog").get_by_text("提交 / 签发")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_every_uploaded_file_gets_its_own_answer(product: Product, sign_in: SignIn, tmp_path: Path) -> None:
    film, text, archive = tmp_path / "film.dcm", tmp_path / "text.dcm", tmp_path / "两个.zip"
    product.film(film, name="上传一号")
    text.write_text("not an image")
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(film, "a/film.dcm")
        packed.write(text, "a/text.dcm")
    page = sign_in(product, "technician")
    page.locator("input[type=file]").first.set_input_files([film, text])
    expect(page.get_by_role("row").filter(has_text="film.dcm")).to_contain_text("已入库", timeout=15_000)
    expect(page.get_by_role("row").filter(has_text="text.dcm")).to_contain_text("不能接收")
    page.locator("input[type=file]").first.set_input_files([archive])
    row = page.get_by_role("row").filter(has_text="两个.zip")
    expect(row).to_contain_text("已有相同文件", timeout=15_000)
    expect(row).to_contain_text("a/text.dcm")


def test_a_stranger_at_the_door_is_seen_and_admitted(product: Product, sign_in: SignIn) -> None:
    knock = ["echoscu", "-aet", "NEWCR", "-aec", "LIANZHEN", "127.0.0.1", str(product.dicom_port)]
    assert subprocess.run(knock, capture_output=True, check=False).returncode != 0
    page = sign_in(product, "admin")
    page.get_by_role("listitem").filter(has_text="NEWCR").get_by_role("button", name="准入").click(timeout=15_000)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("AE 标题")).to_have_value("NEWCR")
    dialog.get_by_label("单位").press("ArrowDown")
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="准入").click()
    expect(page.get_by_role("row").filter(has_text="NEWCR")).to_contain_text("启用")
    assert subprocess.run(knock, capture_output=True, check=False).returncode == 0
