"""Recognition over HTTP, as the pages use it."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta

import openpyxl
import pytest
from starlette.testclient import TestClient

from tests.house import PASSWORD
from tests.integration.recognition.county import FIRST, SECOND, County, card, open_county
from web.app import create_app


@pytest.fixture(scope="module")
def county(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("county")) as opened:
        yield opened


def signed_in(county: County, account: str) -> TestClient:
    client = TestClient(create_app(county.house), base_url="http://127.0.0.1", raise_server_exceptions=False)
    answer = client.post("/api/session", json={"account": account, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    client.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return client


def test_offered_opened_and_recognised_with_the_conclusion_apart(county: County) -> None:
    number = card()
    report = county.examined(FIRST, number, days_ago=12)
    technician, doctor = signed_in(county, "technician2"), signed_in(county, "clinician2")
    placed = technician.post(
        "/api/orders", json={"patient": {"name": "王小芬", "id_card": number}, "item_code": "DR-CHEST-PA"}
    ).json()
    assert placed["awaits_decision"] is True
    listed = doctor.get("/api/recognition/offers").json()
    row = next(one for one in listed["items"] if one["order_id"] == placed["id"])
    assert (row["patient"], row["held"], row["candidates"], row["state"]) == ("王*芬", True, 1, "open")
    laid = doctor.get(f"/api/recognition/orders/{placed['id']}").json()
    assert technician.get(f"/api/recognition/orders/{placed['id']}").json()["held"] is True
    (one,) = laid["candidates"]
    assert (one["mark"], one["age_days"], one["recognised_is"], one["reference"]) == (
        {"text": "云溪HR", "level": "county"}, 12, "image", None,
    )  # fmt: skip
    assert "右肺下野炎症" not in str(laid)
    assert doctor.get(one["data"]["pdf"]).status_code == 404
    opened = doctor.post(f"/api/recognition/offers/{row['id']}/open", json={"report_id": one["report_id"]}).json()
    assert opened["reference"]["impression"] == "右肺下野炎症。"
    assert "右肺下野炎症" not in str({**opened, "reference": None})
    assert doctor.get(one["data"]["pdf"]).headers["content-type"] == "application/pdf"
    assert doctor.get(one["data"]["thumbnail"]).status_code == 200
    body = {"report_id": one["report_id"], "number": one["number"]}
    assert technician.post(f"/api/recognition/offers/{row['id']}/recognise", json=body).status_code == 403
    done = doctor.post(f"/api/recognition/offers/{row['id']}/recognise", json=body).json()
    assert (done["state"], done["decision"]["act"], done["decision"]["by"], done["decision"]["saved"]) == (
        "recognised", "recognised", "孙强", 5500,
    )  # fmt: skip
    late = doctor.post(f"/api/recognition/offers/{row['id']}/repeat", json={"reason": "fast-course", "told": True})
    assert (late.status_code, late.json()["code"], late.json()["facts"]["by"]) == (409, "offer-decided", "孙强")
    assert technician.get(f"/api/orders/{placed['id']}").json()["status"] == "recognised"
    shown = doctor.get(f"/api/reports/{report.report_id}").json()
    assert (shown["versions"][-1]["mark"], shown["versions"][-1]["mark_missing"]) == (
        {"text": "云溪HR", "level": "county"}, None,
    )  # fmt: skip


def test_the_mark_lapses_and_the_page_says_why(county: County) -> None:
    officer, today = signed_in(county, "quality"), county.recognition.today()
    device = next(one for one in officer.get("/api/recognition/devices").json()["items"] if one["aet"] == "COMMUNITY1")
    assert device["holds_today"] is True
    (known,) = officer.get("/api/recognition/quality", params={"device_id": device["id"]}).json()["items"]
    wrong = {"last_day": "2020-01-01", "reason": "球管更换"}
    assert officer.post(f"/api/recognition/quality/{known['id']}/end", json=wrong).json()["code"] == "quality-period"
    last = (today - timedelta(days=2)).isoformat()
    ended = officer.post(f"/api/recognition/quality/{known['id']}/end", json={"last_day": last, "reason": "球管更换"})
    assert (ended.json()["ended_on"], ended.json()["holds_today"]) == (last, False)
    again = officer.post(f"/api/recognition/quality/{known['id']}/end", json={"last_day": last, "reason": "球管更换"})
    assert again.json()["code"] == "quality-ended"
    order = county.order("YXCD", county.patient("YXCD", card()))
    source = county.film(order, "YXCD", aet="COMMUNITY1")
    report = county.signed(source)
    mark = signed_in(county, "radiologist").get(f"/api/recognition/marks/{report.report_id}").json()
    assert (mark["text"], mark["missing"]["code"]) == ("", "quality")
    assert "质量控制" in mark["missing"]["zh"]
    new = {"device_id": device["id"], "kind": "internal", "certificate": "2026-9", "valid_from": today.isoformat()}
    bad = officer.post("/api/recognition/quality", json={**new, "valid_until": "2020-01-01"})
    assert (bad.status_code, bad.json()["code"]) == (400, "quality-period")
    good = officer.post("/api/recognition/quality", json={**new, "valid_until": f"{today.year + 1}-01-01"})
    assert good.status_code == 201
    nobody = officer.post("/api/recognition/quality", json={**new, "device_id": "x", "valid_until": new["valid_from"]})
    assert (nobody.status_code, nobody.json()["code"]) == (404, "device-not-found")


def test_the_ledger_its_sums_and_its_files_agree(county: County) -> None:
    number = card()
    county.examined(FIRST, number)
    order = county.order(SECOND, county.patient(SECOND, number))
    doctor, officer = signed_in(county, "clinician2"), signed_in(county, "quality")
    offer = doctor.get(f"/api/recognition/orders/{order.id}").json()["id"]
    told = {"reason": "major-intervention", "note": "=术前", "told": True}
    assert doctor.post(f"/api/recognition/offers/{offer}/repeat", json=told).status_code == 200
    today = county.recognition.today()
    period = f"{today:%Y-%m}"
    sums = officer.get("/api/recognition/sums", params={"period": period}).json()
    rows = officer.get("/api/recognition/ledger", params={"limit": 500}).json()["items"]
    assert sums["total"]["repeated"] == len([one for one in rows if one["act"] == "repeated"])
    assert sums["total"]["saved"] == sum(one["saved"] for one in rows)
    assert any(one["name"] == "孙强" for one in sums["doctors"])
    assert {one["code"] for one in sums["reasons"]} == {one["reason"]["code"] for one in rows if one["reason"]}
    file = officer.get("/api/recognition/ledger.csv", params={"period": period}).content.decode("utf-8-sig")
    told_rows = list(csv.reader(io.StringIO(file)))
    assert len(told_rows) == len(rows) + 1
    assert any("'=术前" in row for row in told_rows)
    book = openpyxl.load_workbook(
        io.BytesIO(officer.get("/api/recognition/sums.xlsx", params={"period": period}).content)
    )
    assert book.sheetnames == ["合计", "单位", "项目", "医师", "月份"]
    heading, first = (list(row) for row in book["合计"].iter_rows(values_only=True))
    shown = dict(zip(heading, first, strict=True))
    assert (shown["重复检查"], shown["节约(元)"]) == (sums["total"]["repeated"], sums["total"]["saved"] / 100)
    assert officer.post("/api/recognition/ledger/verify").json()["sound"] is True
    refused = officer.get("/api/recognition/sums", params={"period": "2026-13"})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad-period")
    assert re.fullmatch(r'attachment; filename="recognition-sums-.*\.csv"', officer.get(
        "/api/recognition/sums.csv", params={"period": period}).headers["content-disposition"])  # fmt: skip


def test_a_correction_reaches_the_doctor_over_http(county: County) -> None:
    number = card()
    report = county.examined(FIRST, number)
    order = county.order(SECOND, county.patient(SECOND, number))
    doctor = signed_in(county, "clinician2")
    offer = doctor.get(f"/api/recognition/orders/{order.id}").json()["id"]
    body = {"report_id": report.report_id, "number": report.number}
    doctor.post(f"/api/recognition/offers/{offer}/open", json=body)
    assert doctor.post(f"/api/recognition/offers/{offer}/recognise", json=body).status_code == 200
    county.withdrawn(report.report_id)
    found = doctor.get("/api/recognition/notices", params={"open": True}).json()
    assert (found["open"], {one["for"] for one in found["items"]}) == (2, {"doctor", "unit"})
    one = found["items"][0]
    assert (one["status"], one["why"], one["patient"], one["relied_on"]) == (
        "entered-in-error", "患者错误", "王*芬", report.number,
    )  # fmt: skip
    done = doctor.post(f"/api/recognition/notices/{one['id']}/acknowledge", json={"note": "已知"}).json()
    assert (done["acknowledged_by"], done["note"]) == ("孙强", "已知")
    assert doctor.get("/api/recognition/notices").json()["open"] == 1
