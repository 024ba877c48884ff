"""The mark lapses with the device's quality control; a recognised result is corrected and who relied on it is told."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.acceptance.conftest import SignIn
from tests.acceptance.recognition.county import Desk, Somebody, today

Shot = Callable[[Page, str], Path]


def test_the_mark_lapses(desk: Desk, sign_in: SignIn, shot: Shot) -> None:
    person = Somebody("何桂珍", 21)
    marked = desk.reported(desk.examined("technician2", desk.order("technician2", person, "DR-KNEE-AP-LAT"), 9))

    quality = sign_in(desk.product, "quality")
    quality.goto(f"{desk.product.url}/device-quality")
    entries = quality.get_by_role("table", name="质控记录")
    entries.get_by_role("row", name=re.compile("青石 DR")).get_by_role("button", name="停止").click(timeout=20_000)
    dialog = quality.get_by_role("dialog")
    expect(dialog.get_by_label("最后有效日")).to_have_value((today() - timedelta(days=1)).isoformat())
    dialog.get_by_label("为什么停止").fill("年度检测未通过")
    shot(quality, "80-quality-ends")
    dialog.get_by_role("button", name="停止").click()
    devices = quality.get_by_role("table", name="设备", exact=True)
    expect(devices.get_by_role("row", name=re.compile("青石 DR"))).to_contain_text("无有效质控", timeout=20_000)
    expect(entries).to_contain_text("年度检测未通过")
    shot(quality, "81-quality-ended")

    bare = desk.reported(desk.examined("technician2", desk.order("technician2", person, "DR-CHEST-PA")))
    clinic = sign_in(desk.product, "clinician2")
    clinic.goto(f"{desk.product.url}/inbox/{marked}")
    expect(clinic.get_by_role("article").get_by_text("云溪HR").first).to_be_visible(timeout=20_000)
    clinic.goto(f"{desk.product.url}/inbox/{bare}")
    expect(clinic.get_by_role("article").get_by_text(re.compile("未印互认标识：.*质量控制"))).to_be_visible(
        timeout=20_000
    )
    expect(clinic.get_by_role("article").get_by_text("云溪HR")).to_have_count(0)
    shot(clinic, "82-no-mark-and-why")

    order = desk.order("technician", person, "DR-CHEST-PA")
    assert not order["awaits_decision"]
    doctor = sign_in(desk.product, "clinician")
    doctor.goto(f"{desk.product.url}/recognition/{order['id']}")
    expect(doctor.get_by_text("没有可互认的结果")).to_be_visible(timeout=20_000)
    expect(doctor.get_by_role("group").get_by_text(re.compile("质量控制")).first).to_be_visible()
    shot(doctor, "83-refused-with-reasons")


def test_a_recognised_result_is_corrected(desk: Desk, sign_in: SignIn, shot: Shot) -> None:
    person = Somebody("唐秀英", 22)
    study = desk.examined("technician", desk.order("technician", person), 6)
    report = desk.reported(study)
    order = desk.order("technician2", person)
    desk.recognised("clinician2", order)
    desk.corrected(report, study, "左右写反，应为左肺", "左肺下野炎症。")

    doctor = sign_in(desk.product, "clinician2", phone=True)
    doctor.goto(f"{desk.product.url}/inbox")
    mine = doctor.get_by_role("article", name="您认可过的结果有变化")
    expect(mine).to_contain_text("已更正", timeout=20_000)
    expect(mine).to_contain_text("左右写反，应为左肺")
    expect(mine).to_contain_text(order["accession_number"])
    shot(doctor, "84-notice-phone")
    mine.get_by_role("button", name="看新版").click()
    expect(doctor.get_by_role("article").get_by_text("左肺下野炎症。").first).to_be_visible(timeout=20_000)
    shot(doctor, "85-corrected-phone")
    doctor.goto(f"{desk.product.url}/inbox")
    for name in ("您认可过的结果有变化", "本单位认可过的结果有变化"):
        card = doctor.get_by_role("article", name=name)
        card.get_by_label("处理说明（可不填）").fill("已电话通知患者复诊")
        card.get_by_role("button", name="知悉并处理").click(timeout=20_000)
        expect(card).to_have_count(0, timeout=20_000)
    notices = desk.client("clinician2").get("/api/recognition/notices").json()["items"]
    told = [(one["for"], one["acknowledged_by"], one["note"]) for one in notices if one["report_id"] == report]
    assert sorted(told) == [("doctor", "孙强", "已电话通知患者复诊"), ("unit", "孙强", "已电话通知患者复诊")]
