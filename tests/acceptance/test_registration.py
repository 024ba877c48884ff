"""Registration by keyboard alone, the slip, the film for that order; the catalogue; one person's two ids."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect
from pydicom import Dataset, dcmread

from tests.acceptance.conftest import SHOTS, SignIn
from tests.product import Product, running, until

Shot = Callable[[Page, str], Path]
CARD = "11010519491231002X"
READER_TEXT = f"姓名：赵桂英\n性别：女\n民族：汉\n出生：1949年12月31日\n住址：云溪县河口镇一组\n公民身份号码：{CARD}\n"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running(tmp_path_factory.mktemp("desk") / "data", LIANZHEN_PACS_GATEWAY__QUIET_SECONDS="1") as started:
        yield started


def typed(page: Page, *keys: str) -> None:
    """What a technician's fingers do: words are typed, names of keys are pressed."""
    for key in keys:
        if re.fullmatch(r"(Alt\+|Control\+)?(Enter|Space|Tab|Arrow\w+|Digit\d|[1-9])", key):
            page.keyboard.press(key)
        else:
            page.keyboard.type(key)


def accession(page: Page) -> str:
    return page.get_by_label("检查号", exact=True).inner_text().strip()


def printed(slip: Page, folder: Path) -> list[str]:
    """What a scanner reads on the paper: one page of A5."""
    paper = folder / "slip.pdf"
    slip.pdf(path=paper, prefer_css_page_size=True)
    subprocess.run(["pdftoppm", "-r", "200", "-png", str(paper), str(SHOTS / "32-slip")], check=True)
    (page,) = SHOTS.glob("32-slip-*.png")
    picture = Image.open(page)
    assert abs(picture.width - 148 / 25.4 * 200) < 5
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def scheduled(product: Product, folder: Path, number: str) -> Dataset:
    """What the device's worklist says of this order, as findscu gets it."""
    keys = ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID",
            f"AccessionNumber={number}", "ScheduledProcedureStepSequence[0].Modality=DX")  # fmt: skip
    folder.mkdir()
    subprocess.run(
        ["findscu", "-W", "-X", "-od", str(folder), "-aet", "TOWNSHIP1", "-aec", "LIANZHEN",
         *(word for key in keys for word in ("-k", key)), "127.0.0.1", str(product.dicom_port)],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    (answer,) = folder.glob("rsp*.dcm")
    return dcmread(answer, force=True)


def film_for(product: Product, target: Path, entry: Dataset) -> None:
    """The film that the device makes of its worklist's entry: the demonstration's chest with that header."""
    product.film(target, name="占位")
    film = dcmread(target)
    film.SpecificCharacterSet = entry.SpecificCharacterSet
    for name in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "AccessionNumber", "StudyInstanceUID"):
        film[name] = entry[name]
    film.save_as(target)


def test_a_patient_is_registered_by_keyboard_printed_examined_and_read(
    product: Product, sign_in: SignIn, shot: Shot, tmp_path: Path
) -> None:
    page = sign_in(product, "technician")
    page.goto(product.url + "/orders")
    expect(page.get_by_label("姓名", exact=True)).to_be_focused()
    began = time.monotonic()
    typed(page, "钱学森", "Enter", "Enter", "Space", "Enter", "19800102", "Enter", "13912345678", "Enter", "Enter")
    typed(page, "xbzw")  # 胸部正位 by its pinyin initials
    shot(page, "30-registration")
    typed(page, "Enter", "Control+Enter")
    number = accession(page)
    assert re.fullmatch(r"YXHK[0-9A-Z]{10}", number)
    assert time.monotonic() - began < 60
    expect(page.get_by_alt_text("检查号条码")).to_be_visible()
    shot(page, "31-registered")
    page.context.add_init_script("window.print = () => { window.asked = true }")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="打印申请单").press("Enter")
    slip = opened.value
    expect(slip.get_by_role("heading", name="检查申请单")).to_be_visible()
    until(lambda: slip.evaluate("window.asked"))
    assert number in printed(slip, tmp_path)
    assert "1391234" in slip.locator(".lz-slip").inner_text()
    slip.close()
    entry = scheduled(product, tmp_path / "worklist", number)
    assert str(entry.PatientName).endswith("钱^学森")
    film = tmp_path / "film.dcm"
    film_for(product, film, entry)
    assert product.dcmsend(film).returncode == 0
    expect(page.get_by_role("row", name=re.compile(number))).to_contain_text("已收图", timeout=15_000)
    expect(page.get_by_role("row", name=re.compile(number))).to_contain_text("按工作列表")
    reader = sign_in(product, "radiologist")
    row = reader.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text("钱*森", timeout=15_000)
    row.dblclick()
    expect(reader.get_by_role("heading", name="钱学森")).to_be_visible(timeout=15_000)
    expect(reader.get_by_text("完整", exact=True)).to_be_visible(timeout=30_000)
    shot(reader, "33-film-of-the-order")


def test_a_card_on_the_reader_fills_the_form_and_a_known_patient_is_offered(
    product: Product, sign_in: SignIn, shot: Shot
) -> None:
    page = sign_in(product, "technician")
    page.goto(product.url + "/orders")
    expect(page.get_by_label("姓名", exact=True)).to_be_focused()
    page.keyboard.press("Alt+r")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type(READER_TEXT)
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_label("姓名", exact=True)).to_have_value("赵桂英")
    expect(page.get_by_label("身份证号")).to_have_value(CARD)
    expect(page.get_by_label("出生日期")).to_have_value("1949-12-31")
    page.get_by_label("身份证号").fill("110105491231002")
    page.get_by_label("姓名", exact=True).fill("王小")
    expect(page.get_by_text("15 位旧身份证已停用")).to_be_visible()
    known = page.get_by_role("group", name="已有登记")
    expect(known).to_contain_text("王*芬")
    expect(known).not_to_contain_text("王小芬")
    shot(page, "34-known-patient")
    page.keyboard.press("Alt+Digit1")
    expect(page.get_by_label("姓名", exact=True)).to_have_value("王小芬")
    expect(page.get_by_text("已选用登记")).to_be_visible()


def test_a_patient_and_an_order_are_corrected_and_the_order_cancelled_with_a_reason(
    product: Product, sign_in: SignIn, shot: Shot
) -> None:
    page = sign_in(product, "technician")
    page.goto(product.url + "/orders")
    row = page.get_by_role("row").filter(has_text="腰椎正侧位")
    row.get_by_role("button", name="更正").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("急诊", exact=True).first.click()
    dialog.get_by_label("更正原因").fill("患者从急诊转来")
    shot(page, "35-correct-order")
    dialog.get_by_role("button", name="确定").click()
    expect(row).to_contain_text("急诊")
    row.get_by_role("link").first.click()
    page.get_by_role("button", name="更正登记").click()
    expect(dialog.get_by_label("姓名", exact=True)).to_have_value("曾国强")
    dialog.get_by_label("电话").fill("13900000199")
    dialog.get_by_label("电话").press("Control+Enter")
    expect(dialog).to_contain_text("请填写更正原因")
    dialog.get_by_label("更正原因").fill("本人更换电话")
    shot(page, "35-correct-patient")
    dialog.get_by_label("更正原因").press("Control+Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".lz-header")).to_contain_text("139****0199")
    page.go_back()
    row.get_by_role("button", name="取消").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("患者离开")
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(row).to_contain_text("已取消")
    expect(row).to_contain_text("患者离开")


def test_two_registrations_of_one_person_are_seen_linked_parted_and_linked_again(
    product: Product, sign_in: SignIn, shot: Shot
) -> None:
    page = sign_in(product, "radiologist")
    page.goto(product.url + "/patients")
    page.get_by_role("textbox").fill("wxf")
    expect(page.get_by_role("row").filter(has_text="王*芬")).to_have_count(3)
    shot(page, "36-patients")
    page.get_by_role("row").filter(has_text="河口镇").filter(has_text="王*芬").click()
    headers = page.locator(".lz-header")
    expect(headers).to_have_count(2)
    shot(page, "37-person")
    headers.first.get_by_role("button", name="显示完整信息").click()
    expect(headers.first).to_contain_text("王小芬")
    page.get_by_role("button", name="解除关联").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("两个人，身份证被借用")
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(headers).to_have_count(1)
    page.get_by_role("button", name="关联另一条登记").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("wxf")
    dialog.get_by_role("button").filter(has_text="青石镇").filter(has_text="420999").click()
    dialog.get_by_role("textbox").fill("电话核实，是同一人")
    shot(page, "38-link")
    dialog.get_by_role("button", name="是同一个人，关联").click()
    expect(headers).to_have_count(2)
    expect(page.get_by_text("电话核实，是同一人")).to_be_visible()


def test_a_catalogue_file_shows_every_fault_before_anything_is_imported(
    product: Product, sign_in: SignIn, shot: Shot, tmp_path: Path
) -> None:
    page = sign_in(product, "admin")
    page.goto(product.url + "/catalogue")
    expect(page.get_by_role("row").filter(has_text="血钾")).to_contain_text("鄂HR（省）")
    shot(page, "39-catalogue")
    head = "编码,名称,类别,价格,有效天数,生效日期\n"
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_text(head + "LAB-K,血钾,LAB,八元,7天,2026-02-30\n", encoding="gbk")
    good.write_text(head + "LAB-UA,尿酸,LAB,8.00,30,2025-01-01\n", encoding="utf-8-sig")
    page.get_by_role("button", name="导入 CSV").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files(bad)
    expect(dialog).to_contain_text("3 处错误")
    shot(page, "40-import-faults")
    expect(dialog.get_by_role("button", name=re.compile("导入$"))).to_be_disabled()
    shot(page, "40-import-faults")
    dialog.locator("input[type=file]").set_input_files(good)
    expect(dialog).to_contain_text("新增 1 个版本")
    dialog.get_by_role("button", name=re.compile("导入$")).click()
    expect(page.get_by_role("row").filter(has_text="尿酸")).to_contain_text("30 天")


def test_the_desk_works_on_a_phone(product: Product, sign_in: SignIn, shot: Shot) -> None:
    page = sign_in(product, "technician", phone=True)
    for path, name in (("/orders", "41-registration-phone"), ("/patients", "42-patients-phone")):
        page.goto(product.url + path)
        expect(page.locator(".lz-shell")).to_be_visible()
        expect(page.locator(".lz-loading")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shot(page, name)
