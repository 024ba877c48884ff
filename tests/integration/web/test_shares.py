"""Outside the county: the patient's link, the hospital system's page, the month for the region."""

import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from PIL import Image
from sqlalchemy import update
from starlette.testclient import TestClient

from foundation.access import PRODUCT
from foundation.database import Connection
from foundation.vocabulary import Role
from recognition.errors import MonthNotOver, ShareLocked
from recognition.model import Act, Row
from recognition.profile import COLUMNS, PROFILE
from recognition.store import ledger
from recognition.store.tables import share, ticket
from registry.api import UnitChange
from tests.integration.recognition.county import FIRST, SECOND, County, card, open_county
from tests.integration.web.test_recognition import signed_in
from web.app import create_app
from web.settings import WebSettings

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def county(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("county")) as opened:
        yield opened


@pytest.fixture
def stranger(county: County) -> TestClient:
    return TestClient(create_app(county.house), base_url="http://127.0.0.1", raise_server_exceptions=False)


@pytest.fixture(scope="module")
def report_id(county: County) -> str:
    """A report of the first township."""
    return county.examined(FIRST, card()).report_id


def linked(county: County, report_id: str) -> dict[str, str]:
    answer = signed_in(county, "clinician").post("/api/recognition/shares", json={"report_id": report_id, "days": 3})
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


def test_the_patient_opens_the_report_with_link_and_code(county: County, stranger: TestClient, report_id: str) -> None:
    made = linked(county, report_id)
    path, code = f"/api{made['path']}", {"code": made["code"]}
    assert stranger.get(path).json() == {"until": made["until"], "state": "open"}
    shown = stranger.post(path, json=code).json()
    assert (shown["patient"], shown["images"], shown["status"]) == ("王*芬", 1, "final")
    assert shown["mark"] == {"text": "云溪HR", "level": "county"}
    assert shown["conclusion"]["impression"] == "右肺下野炎症。"
    pdf = stranger.post(f"{path}/pdf", json=code)
    assert pdf.content.startswith(b"%PDF")
    assert county.house.reports.verify(pdf.content).intact
    bundle = stranger.post(f"{path}/bundle", json=code)
    document = json.loads(bundle.content)
    assert (document["type"], document["entry"][0]["resource"]["resourceType"]) == ("document", "Composition")
    assert bundle.headers["content-type"].startswith("application/fhir+json")
    said = {one["url"]: one["valueString"] for one in document["entry"][0]["resource"]["extension"]}
    assert said["urn:lianzhen:recognition-mark"] == "云溪HR"
    picture = stranger.post(f"{path}/images/1", json=code)
    assert unquote(picture.headers["x-recognition-mark"]) == "云溪HR"
    with Image.open(io.BytesIO(picture.content)) as found:
        strip = found.crop((0, 0, found.width, found.height - found.width)).convert("L")  # the film is a square
        shades = set(strip.tobytes())
        assert min(shades) < 128 < max(shades)
    assert stranger.post(f"{path}/images/2", json=code).status_code == 404
    trail = county.house.floor.audit.entries(q=report_id, limit=50)
    assert any(one["subtype"] == "open-share" for one in trail)


def test_twenty_wrong_codes_lock_the_link_even_all_at_once(county: County, report_id: str) -> None:
    made = linked(county, report_id)
    token = made["path"].rpartition("/")[2]
    wrong = [f"{number:06}" for number in range(31) if f"{number:06}" != made["code"]][:30]

    def guess(code: str) -> str:
        client = TestClient(create_app(county.house), base_url="http://127.0.0.1")
        return str(client.post(f"/api/share/{token}", json={"code": code}).json()["code"])

    with ThreadPoolExecutor(4) as threads:
        said = list(threads.map(guess, wrong))
    assert said.count("share-code") == 19
    assert said.count("share-locked") == 11
    with pytest.raises(ShareLocked):
        county.recognition.opened_share(token, made["code"])
    (row, *_) = county.recognition.shares(county.actor("clinician"), report_id)
    assert (row.wrong, county.recognition.share_state(row)) == (20, "locked")


def test_a_link_that_is_over_is_gone(county: County, stranger: TestClient, report_id: str) -> None:
    made = linked(county, report_id)
    path, code = f"/api{made['path']}", {"code": made["code"]}
    late = update(share).where(share.c.id == made["id"]).values(until=LONG_AGO)
    county.house.floor.db.write(lambda conn: conn.execute(late))
    for answer in (stranger.get(path), stranger.post(path, json=code), stranger.post(f"{path}/pdf", json=code)):
        assert (answer.status_code, answer.json()["code"]) == (410, "share-expired")
    made = linked(county, report_id)
    doctor = signed_in(county, "clinician")
    assert signed_in(county, "clinician2").post(f"/api/recognition/shares/{made['id']}/end").status_code == 404
    assert doctor.post(f"/api/recognition/shares/{made['id']}/end").status_code == 204
    assert stranger.post(f"/api{made['path']}", json={"code": made["code"]}).status_code == 410
    states = {
        one["state"] for one in doctor.get("/api/recognition/shares", params={"report_id": report_id}).json()["items"]
    }
    assert {"expired", "ended", "locked"} <= states
    assert stranger.get("/api/share/no-such-link").status_code == 404


def test_another_units_report_is_not_shared(county: County, report_id: str) -> None:
    other = signed_in(county, "clinician2").post("/api/recognition/shares", json={"report_id": report_id})
    assert other.status_code == 404
    technician = signed_in(county, "technician").post("/api/recognition/shares", json={"report_id": report_id})
    assert technician.status_code == 403


def test_a_hospital_system_lays_the_page_before_its_doctor(county: County, stranger: TestClient) -> None:
    number = card()
    report = county.examined(FIRST, number)
    order = county.order(SECOND, county.patient(SECOND, number))
    secret = county.house.auth.add_token("HIS", county.units[SECOND], frozenset({Role.TECHNICIAN}))
    system = TestClient(create_app(county.house), base_url="http://127.0.0.1", raise_server_exceptions=False)
    system.headers["Authorization"] = f"Bearer {secret}"
    asked = {"accession_number": order.accession_number, "account": "clinician2"}
    for wrong, code in (
        ({**asked, "account": "clinician"}, "not-the-doctor"),
        ({**asked, "account": "technician2"}, "not-the-doctor"),
        ({**asked, "accession_number": "NOSUCH"}, "offer-not-found"),
    ):
        assert system.post("/api/recognition/embeds", json=wrong).json()["code"] == code
    assert stranger.post("/api/recognition/embeds", json=asked).status_code == 401
    made = system.post("/api/recognition/embeds", json=asked).json()
    path = f"/api/embed/{made['path'].rpartition('/')[2]}"
    laid = stranger.get(path).json()
    assert (laid["order_id"], len(laid["candidates"]), laid["held"]) == (order.id, 1, True)
    assert len(stranger.get(f"{path}/reasons").json()["items"]) == 6
    image = f"{path}/images/{report.report_id}/1"
    assert stranger.post(image).json()["code"] == "not-opened"
    opened = stranger.post(f"{path}/open", json={"report_id": report.report_id}).json()
    assert opened["reference"]["reviewer"] == "张建国"
    assert stranger.post(image).headers["content-type"] == "image/png"
    done = stranger.post(f"{path}/recognise", json={"report_id": report.report_id, "number": report.number}).json()
    assert (done["decision"]["act"], done["decision"]["by"]) == ("recognised", "孙强")
    trail = county.house.floor.audit.entries(limit=20)
    assert next(one for one in trail if one["subtype"] == "recognised")["address"].startswith("HIS ")
    county.house.floor.db.write(lambda conn: conn.execute(update(ticket).values(until=LONG_AGO)))
    assert (stranger.get(path).status_code, stranger.get(path).json()["code"]) == (410, "ticket-expired")


def test_a_system_reads_what_counts_as_fhir_with_the_conclusion_apart(county: County) -> None:
    number = card()
    report = county.examined(FIRST, number)
    county.examined(FIRST, number, days_ago=200)
    order = county.order(SECOND, county.patient(SECOND, number))
    secret = county.house.auth.add_token("HIS-2", county.units[SECOND], frozenset({Role.TECHNICIAN}))
    system = TestClient(create_app(county.house), base_url="http://127.0.0.1", raise_server_exceptions=False)
    system.headers["Authorization"] = f"Bearer {secret}"
    assert system.get(f"/fhir/ServiceRequest/{order.id}").json()["status"] == "on-hold"
    answer = system.get(f"/fhir/ServiceRequest/{order.id}/$recognition-candidates")
    kinds = [entry["resource"]["resourceType"] for entry in answer.json()["entry"]]
    assert kinds == ["Parameters", "ImagingStudy", "DiagnosticReport", "OperationOutcome"]
    study, reference, refused = (entry["resource"] for entry in answer.json()["entry"][1:])
    assert (study["meta"]["tag"][0]["code"], reference["meta"]["tag"][0]["code"]) == ("recognised", "reference")
    assert reference["id"] == report.report_id
    assert "conclusion" not in reference
    assert refused["issue"][0]["details"]["coding"][0]["code"] == "expired"
    assert system.get("/fhir/ServiceRequest/none/$recognition-candidates").status_code == 404


def test_only_named_origins_may_frame_the_embedded_page(county: County) -> None:
    plain = TestClient(create_app(county.house), base_url="http://127.0.0.1")
    assert plain.get("/embed/recognition/x").headers["x-frame-options"] == "SAMEORIGIN"
    chosen = WebSettings(frame_ancestors="https://his.example")
    framed = TestClient(create_app(replace(county.house, settings=chosen)), base_url="http://127.0.0.1")
    embedded, other = framed.get("/embed/recognition/x"), framed.get("/worklist")
    assert "x-frame-options" not in embedded.headers
    assert "frame-ancestors 'self' https://his.example" in embedded.headers["content-security-policy"]
    assert (other.headers["x-frame-options"], "his.example" in other.headers["content-security-policy"]) == (
        "SAMEORIGIN", False,
    )  # fmt: skip
    with pytest.raises(ValueError, match="frame_ancestors"):
        WebSettings(frame_ancestors="https://his.example; script-src *")


def test_a_month_is_exported_the_same_each_time_and_only_when_it_is_over(county: County) -> None:
    at = datetime(2026, 2, 3, 4, 5, 6, 789000, tzinfo=UTC)
    item = county.house.registry.item_at("DR-CHEST-PA")
    unit, other = county.units[FIRST], county.units[SECOND]

    def work(conn: Connection) -> None:
        for number, act in enumerate((Act.OFFERED, Act.OPENED, Act.RECOGNISED, Act.REPEATED, Act.SHARED)):
            new = Row(f"export-{number}", at + timedelta(minutes=number), "2026-02", act, unit, "o", "N1", "f", other,
                      item.code, item.id, "d1", "=孙强", "r1", 2, "", "", told=False,
                      saved=5500 if act is Act.RECOGNISED else 0)  # fmt: skip
            ledger.add(conn, new)

    county.house.floor.db.write(work)
    officer = signed_in(county, "quality")

    def made(form: str) -> bytes:
        return bytes(officer.get("/api/recognition/export", params={"month": "2026-02", "format": form}).content)

    first = made("json")
    county.house.registry.change_unit(PRODUCT, unit, UnitChange(name="改名"))
    assert (first, made("csv")) == (made("json"), made("csv"))
    told = json.loads(first)
    assert (told["profile"], told["county_code"], told["saved_fen"]) == (PROFILE, "YXLEAD", 5500)
    assert told["counts"] == {"offered": 1, "opened": 1, "recognised": 1, "repeated": 1}
    row = told["rows"][2]
    assert list(row) == sorted(COLUMNS)
    assert (row["unit_code"], row["result_unit_code"], row["item_version_from"]) == (FIRST, SECOND, "2025-01-01")
    lines = made("csv").decode("utf-8-sig").splitlines()
    assert lines[0].split(",") == list(COLUMNS)
    assert len(lines) == 5
    with pytest.raises(MonthNotOver):
        county.recognition.export_month(PRODUCT, f"{county.recognition.today():%Y-%m}", "json")
    quarter = officer.get("/api/recognition/export", params={"month": "2026-Q1"})
    assert (quarter.status_code, quarter.json()["code"]) == (400, "bad-period")
    assert signed_in(county, "clinician").get("/api/recognition/export", params={"month": "2026-02"}).status_code == 403
