"""Recognised at the second township; repeated before surgery: the offer at ordering, the decision, the ledger."""

import csv
import io
import re
import subprocess
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


def test_repeated_before_surgery(desk: Desk, sign_in: SignIn, shot: Shot) -> None:
    person = Somebody("林玉梅", 12)
    desk.reported(desk.examined("technician", desk.order("technician", person), 3))
    order = desk.order("technician2", person)
    assert order["awaits_decision"]
    assert order["accession_number"] not in scheduled(desk)

    doctor = sign_in(desk.product, "clinician2")
    doctor.get_by_role("link", name=re.compile("互认$|互认 ")).first.click()
    doctor.get_by_role("button", name=re.compile(order["accession_number"])).click()
    doctor.get_by_role("button", name="打开结果").click()
    expect(doctor.get_by_role("complementary")).to_be_visible(timeout=20_000)
    doctor.get_by_text("项目对疾病诊疗意义重大（手术、输血等重大措施前）").click()
    doctor.get_by_label("补充说明").fill("明日行胆囊切除术")
    shot(doctor, "76-repeat-desk")
    doctor.get_by_role("button", name="已告知患者，重新检查").click()
    expect(doctor.get_by_text("决定重新检查，申请已发到设备")).to_be_visible(timeout=20_000)
    expect(doctor.get_by_text("已告知患者", exact=True)).to_be_visible()
    shot(doctor, "77-repeated-desk")
    assert order["accession_number"] in scheduled(desk)

    quality = sign_in(desk.product, "quality")
    quality.goto(f"{desk.product.url}/ledger")
    reasons = quality.get_by_role("figure", name="重新检查的情形")
    expect(reasons).to_contain_text("手术、输血", timeout=20_000)
    row = quality.get_by_role("row", name=re.compile(f"重新检查.*{order['accession_number']}.*明日行胆囊切除术"))
    expect(row).to_be_visible()
    quality.get_by_role("button", name="校验完整性").click()
    expect(quality.get_by_text("台账完整")).to_be_visible(timeout=20_000)
    shot(quality, "78-ledger-desk")
    with quality.expect_download() as got:
        quality.get_by_role("link", name="明细 XLSX").click()
    assert got.value.path().read_bytes()[:4] == b"PK\x03\x04"


def scheduled(desk: Desk) -> str:
    """What the second township's device is told to do, by its own worklist query."""
    query = ["findscu", "-W", "-aet", "TOWNSHIP2", "-aec", "LIANZHEN", "127.0.0.1", str(desk.product.dicom_port),
             "-k", "AccessionNumber", "-k", "ScheduledProcedureStepSequence[0].Modality"]  # fmt: skip
    done = subprocess.run(query, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout + done.stderr
