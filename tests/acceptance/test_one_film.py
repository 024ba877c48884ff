"""One film walks through the house: the township's DR, the reader, the reviewer, the clinic; in a real browser.

`make demo` runs this story and leaves what it saw in build/demo.
"""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import SHOTS, SignIn
from tests.house import PASSWORD
from tests.product import Product, running

Shot = Callable[[Page, str], Path]

FINDING = {
    "侧别": "双",
    "肺野": "野多发",
    "长径×短径": "2～4 cm",
    "光整、分叶或毛刺": "光整",
    "均匀或不均匀": "均匀",
}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running(tmp_path_factory.mktemp("walk") / "data", LIANZHEN_PACS_GATEWAY__QUIET_SECONDS="1") as started:
        yield started


def whole_film(page: Page) -> None:
    """The film is there, every pixel of it."""
    expect(page.get_by_text("完整", exact=True)).to_be_visible(timeout=30_000)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag over the film; places are shares of its width and height."""
    box = page.locator("canvas").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + start[0] * box["width"], box["y"] + start[1] * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=8)
    page.mouse.up()


def window_of(page: Page) -> str:
    """The window as the corner of the film states it."""
    text = page.get_by_text(re.compile(r"WL .*WW")).first.inner_text()
    return " ".join(text.split())


def sign(page: Page) -> None:
    """The signature: the password again, in the dialog that asks for it."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_placeholder(re.compile("密码")).fill(PASSWORD)
    page.keyboard.press("Enter")


def read_the_film(page: Page, accession_number: str, shot: Shot) -> None:
    expect(page.get_by_text(accession_number)).to_be_visible(timeout=15_000)
    shot(page, "02-worklist")
    page.keyboard.press("Enter")
    whole_film(page)
    before = window_of(page)
    page.keyboard.press("w")
    drag(page, (0.5, 0.5), (0.6, 0.4))
    assert window_of(page) != before, "a drag changes the window"
    page.keyboard.press("0")
    assert window_of(page) == before, "a reset brings the film's own window back"
    page.keyboard.press("l")
    drag(page, (0.3, 0.6), (0.7, 0.6))
    page.keyboard.press("k")
    shot(page, "03-measured")


def fill_the_blanks(page: Page, words: dict[str, str]) -> None:
    """Alt+J goes to the next 〔blank〕 and selects it; typing replaces it."""
    fields = [page.get_by_label("检查所见"), page.get_by_label("诊断意见")]
    for _ in range(20):
        blanks = re.findall("〔(.+?)〕", "".join(field.input_value() for field in fields))
        if not blanks:
            return
        page.keyboard.press("Alt+j")
        selected = page.evaluate(
            "(() => { const f = document.activeElement; return f.value.slice(f.selectionStart, f.selectionEnd) })()"
        )
        assert selected.strip("〔〕") in blanks
        page.keyboard.type(words[selected.strip("〔〕")])
    raise AssertionError(f"blanks are left: {blanks}")


def write_the_report(page: Page, shot: Shot) -> None:
    """With the keyboard alone."""
    page.keyboard.press("Alt+t")
    expect(page.get_by_role("combobox", name="拼音首字母或文字")).to_be_focused()
    page.keyboard.type("fjj")  # 肺结节 by its pinyin initials
    shot(page, "04-templates")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    fill_the_blanks(page, FINDING)
    page.keyboard.press("Alt+2")
    page.keyboard.press("Control+End")
    page.keyboard.type("请结合临床")
    expect(page.get_by_label("诊断意见")).to_have_value(re.compile("请结合临床"))
    if page.get_by_role("radio", name="阳性").is_checked() is False:
        page.keyboard.press("Alt+p")
    expect(page.get_by_text(re.compile("已保存"))).to_be_visible(timeout=10_000)
    shot(page, "05-written")
    page.keyboard.press("Control+Enter")
    shot(page, "06-signature")
    sign(page)
    expect(page.get_by_text("已提交审核")).to_be_visible(timeout=30_000)


def review_the_report(page: Page, accession_number: str, shot: Shot) -> None:
    row = page.get_by_role("row", name=re.compile(accession_number))
    expect(row).to_be_visible(timeout=15_000)
    row.click()
    page.keyboard.press("Enter")
    whole_film(page)
    page.keyboard.press("Alt+2")
    page.keyboard.press("Control+End")
    page.keyboard.type("及旧片")
    shot(page, "07-review")
    page.keyboard.press("Control+Enter")
    sign(page)
    expect(page.get_by_text("报告已签发").first).to_be_visible(timeout=60_000)
    shot(page, "08-signed")


def receive_the_report(page: Page, shot: Shot) -> bytes:
    """On a phone: unread, opened, read."""
    expect(page.get_by_text("演示三号").first).to_be_visible(timeout=15_000)
    shot(page, "09-inbox-phone")
    page.get_by_text("演示三号").first.click()
    expect(page.get_by_role("article").get_by_text("请结合临床及旧片")).to_be_visible(timeout=15_000)
    shot(page, "10-report-phone")
    address = page.evaluate(
        """async () => {
          const reports = await (await fetch('/api/inbox')).json();
          const mine = reports.items[0];
          const path = `/api/reports/${mine.report_id}/versions/${mine.number}/pdf`;
          const answer = await fetch(path);
          return {path, type: answer.headers.get('content-type'), unread: reports.unread};
        }"""
    )
    assert address["type"] == "application/pdf"
    return page.request.get(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + address["path"]).body()


def test_a_film_walks_from_the_modality_to_the_clinic(
    product: Product, sign_in: SignIn, shot: Shot, tmp_path: Path
) -> None:
    film = tmp_path / "film.dcm"
    accession_number = product.film(film, name="演示三号", emergency=True)
    reader = sign_in(product, "radiologist")
    shot(reader, "01-empty-worklist")
    sent = product.dcmsend(film)
    assert sent.returncode == 0, sent.stdout + sent.stderr
    read_the_film(reader, accession_number, shot)
    township = sign_in(product, "technician")
    township.goto(f"{product.url}/studies")
    expect(township.get_by_role("region", name="当前值班").get_by_text("影像值班")).to_be_visible(timeout=15_000)
    shot(township, "02-whom-to-call")
    write_the_report(reader, shot)
    review_the_report(sign_in(product, "reviewer"), accession_number, shot)
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(receive_the_report(sign_in(product, "clinician", phone=True), shot))
    said = subprocess.run(["pdfsig", str(pdf)], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid") == 2, said
    subprocess.run(["pdftoppm", "-r", "80", "-png", str(pdf), str(SHOTS / "11-report")], check=True)
    flipped = bytearray(pdf.read_bytes())
    flipped[len(flipped) // 3] ^= 1
    pdf.write_bytes(flipped)
    said = subprocess.run(["pdfsig", str(pdf)], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid") < 2
