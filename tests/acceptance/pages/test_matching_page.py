"""A film whose order leaves a doubt waits on a page; a person compares both headers, links it, and takes it back."""

from collections.abc import Callable
from pathlib import Path

import pydicom
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import SignIn
from tests.product import Product

Shot = Callable[[Page, str], Path]


def doubtful(product: Product, folder: Path, **header: str) -> str:
    """A film whose header contradicts its order, sent by the device; the order's accession number."""
    path = folder / f"{len(header)}.dcm"
    number = product.film(path, name="匹配一号")
    film = pydicom.dcmread(path)
    for name, value in header.items():
        setattr(film, name, value)
    film.save_as(path, enforce_file_format=True)
    assert product.dcmsend(path).returncode == 0
    return number


def test_a_doubtful_film_is_compared_linked_by_a_person_and_taken_back(
    product: Product, sign_in: SignIn, shot: Shot, tmp_path: Path
) -> None:
    number = doubtful(product, tmp_path, PatientName="李四", PatientID="TW-9")
    page = sign_in(product, "technician")
    page.goto(product.url + "/unmatched")
    row = page.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text("患者不符", timeout=20_000)
    expect(row).to_contain_text("李*")
    expect(page.get_by_role("link", name="待匹配")).to_contain_text("1")
    shot(page, "43-unmatched")
    row.get_by_role("button", name="核对").click()
    dialog = page.get_by_role("dialog")
    candidate = dialog.get_by_role("button").filter(has_text=number)
    expect(candidate).to_contain_text("影像指向它")
    candidate.click()
    expect(dialog.get_by_role("row", name="姓名")).to_contain_text("不同")
    expect(dialog.get_by_role("row", name="性别")).not_to_contain_text("不同")
    link = dialog.get_by_role("button", name="是这份申请，匹配")
    expect(link).to_be_disabled()
    dialog.get_by_role("textbox").fill("技师在设备上选错了人，已与患者核对")
    shot(page, "44-compare")
    link.click()
    expect(dialog).to_be_hidden()
    expect(row).to_be_hidden()
    page.get_by_text("已匹配", exact=True).first.click()
    expect(row).to_contain_text("人工核对")
    page.goto(product.url + "/studies")
    expect(page.get_by_role("row").filter(has_text=number)).to_contain_text("人工核对")
    shot(page, "45-studies-met")
    page.goto(product.url + "/orders")
    expect(page.get_by_role("row").filter(has_text=number)).to_contain_text("人工核对")
    shot(page, "46-orders-met")
    page.goto(product.url + "/unmatched")
    page.get_by_text("已匹配", exact=True).first.click()
    row.get_by_role("button", name="解除匹配").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("不是这位患者")
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    page.get_by_text("待核对", exact=True).first.click()
    expect(row).to_contain_text("人工解除")


def test_the_page_of_doubts_fits_a_phone(product: Product, sign_in: SignIn, shot: Shot, tmp_path: Path) -> None:
    number = doubtful(product, tmp_path, PatientName="王五")
    page = sign_in(product, "technician", phone=True)
    page.goto(product.url + "/unmatched")
    row = page.get_by_role("row").filter(has_text=number)
    expect(row).to_be_visible(timeout=20_000)
    shot(page, "47-unmatched-phone")
    row.get_by_role("button", name="核对").click()
    page.get_by_role("dialog").get_by_role("button").filter(has_text=number).click()
    shot(page, "48-compare-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
