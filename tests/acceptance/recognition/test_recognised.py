"""Recognised at the second township; repeated before surgery: the offer at ordering, the decision, the ledger."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.acceptance.conftest import SignIn
from tests.acceptance.recognition.county import Desk, Somebody, today

Shot = Callable[[Page, str], Path]


def registered(page: Page, person: Somebody, item: str = "xbzw") -> str:
    """The technician types a person with the card and an item by its pinyin; the order's number."""
    page.get_by_label("姓名", exact=True).fill(person.name)
    page.get_by_label("身份证号", exact=True).fill(person.id_card)
    page.get_by_label("检查项目").press_sequentially(item)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    return page.get_by_label("检查号", exact=True).inner_text(timeout=20_000).strip()


def test_recognised_at_the_second_township(desk: Desk, sign_in: SignIn, shot: Shot) -> None:
    person = Somebody("陈秀兰", 11)
    study = desk.examined("technician", desk.order("technician", person), 12)
    desk.reported(study)

    counter = sign_in(desk.product, "technician2")
    counter.goto(f"{desk.product.url}/orders")
    number = registered(counter, person)
    expect(counter.get_by_text("已登记，等待互认决定")).to_be_visible(timeout=20_000)
    expect(counter.get_by_text("县内已有可互认的结果（1）")).to_be_visible()
    expect(counter.get_by_role("button", name="打开结果")).to_have_count(0)
    shot(counter, "70-offer-at-ordering")
    assert [
        row["awaits_decision"] for row in desk.client("technician2").get("/api/orders", q=number).json()["items"]
    ] == [True]

    doctor = sign_in(desk.product, "clinician2", phone=True)
    doctor.goto(f"{desk.product.url}/recognition")
    shot(doctor, "71-offers-phone")
    doctor.get_by_role("button", name=re.compile(number)).click()
    expect(doctor.get_by_text("决定之前，本申请不会发到设备。")).to_be_visible(timeout=20_000)
    result = doctor.get_by_role("article", name=re.compile("胸部正位"))
    expect(result).to_contain_text("云溪HR")
    expect(result).to_contain_text("12 天前")
    expect(result).not_to_contain_text("右肺下野炎症")
    shot(doctor, "72-offer-phone")
    result.get_by_role("button", name="打开结果").click()
    picture = result.get_by_alt_text("预览图 1 / 1")
    expect(picture).to_be_visible(timeout=20_000)
    picture.evaluate("one => one.decode()")
    expect(result.get_by_role("complementary")).to_contain_text("仅供参考，不属于互认内容")
    expect(result.get_by_role("complementary")).to_contain_text("右肺下野炎症")
    shot(doctor, "73-offer-opened-phone")
    result.get_by_role("button", name="认可", exact=True).click()
    result.get_by_role("button", name="确认认可，不再检查").click()
    expect(doctor.get_by_text("已认可，申请已关闭，不再检查")).to_be_visible(timeout=20_000)
    expect(doctor.get_by_text("节约 55 元")).to_be_visible()
    shot(doctor, "74-recognised-phone")
    counter.goto(f"{desk.product.url}/orders")
    row = counter.get_by_role("row", name=re.compile(number))
    expect(row).to_contain_text("已互认", timeout=20_000)
    shot(counter, "75-order-closed")
    said = desk.client("clinician2").get("/api/recognition/ledger.csv", period=today().isoformat()[:7])
    rows = [one for one in csv.reader(io.StringIO(said.text.lstrip("\ufeff"))) if number in one]
    assert [one[2] for one in rows] == ["已提示", "已查看", "已互认"]
