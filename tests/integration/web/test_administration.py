"""The county administered over HTTP: the trail searched and exported, sessions ended, units, break-glass."""

import csv
import io
from typing import Any

from foundation.access import PRODUCT, Actor
from foundation.audit import Entry
from lianzhen.wiring import Opened
from registry.api import NewPatient
from tests.integration.web.conftest import SignIn

CARD = "11010519491231002X"


def code(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


def test_the_trail_is_searched_by_person_patient_action_and_time(county: Opened, sign_in: SignIn) -> None:
    registry = county.house.registry
    unit = next(one for one in registry.units() if one.code == "YXHK")
    patient = registry.register_patient(PRODUCT, NewPatient(unit.id, "王小芬", "T1", id_card=CARD))
    sign_in("technician").get(f"/api/patients/{patient.id}")
    admin = sign_in("admin")

    def found(**wanted: str) -> list[dict[str, str]]:
        answer = admin.get("/api/admin/audit", params=wanted)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, str]] = answer.json()["items"]
        return items

    for number in (CARD, "T1", patient.id):
        assert {"registry.shown", "registry.register"} <= {one["action"] for one in found(patient=number)}
    assert found(patient="nobody") == []
    assert {one["action"] for one in found(person="王晓梅", action="shown")} == {"registry.shown"}
    assert found(since="2099-01-01T00:00:00Z") == []
    assert found(until="2001-01-01T00:00:00Z") == []
    assert admin.get("/api/admin/audit", params={"since": "2026-01-01"}).status_code == 400


def test_no_cell_of_the_export_is_a_formula_and_the_export_is_audited(county: Opened, sign_in: SignIn) -> None:
    evil = Actor("evil", "=HYPERLINK(1)", "@unit")
    county.floor.audit.note(evil, Entry("rest", "try", "R", "+thing", "-1"))
    answer = sign_in("admin").get("/api/admin/audit/export.csv", params={"person": "=HYPERLINK(1)"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    (row,) = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
    assert {"'=HYPERLINK(1)", "'@unit", "'+thing", "'-1"} <= set(row)
    assert [one["subtype"] for one in county.floor.audit.entries(limit=1)] == ["export"]


def test_a_session_is_seen_and_ended_by_its_person_and_by_the_administrator(sign_in: SignIn) -> None:
    first, second, admin = sign_in("quality"), sign_in("quality"), sign_in("admin")
    rows = first.get("/api/sessions").json()["items"]
    other = next(row for row in rows if not row["current"])
    assert {row["account"] for row in rows} == {"quality"}
    assert first.delete(f"/api/sessions/{other['id']}").status_code == 204
    assert second.get("/api/session").status_code == 401
    mine = next(row for row in first.get("/api/sessions").json()["items"] if row["current"])
    assert sign_in("cardiologist").delete(f"/api/sessions/{mine['id']}").status_code == 404
    assert admin.delete(f"/api/admin/sessions/{mine['id']}").status_code == 204
    assert first.get("/api/session").status_code == 401


def test_a_unit_with_a_bad_credit_code_or_a_person_of_an_unknown_role_is_not_made(sign_in: SignIn) -> None:
    admin = sign_in("admin")
    unit = {"name": "东镇卫生院", "kind": "township", "code": "EAST", "credit_code": "91350100M000100Y44"}
    assert code(admin.post("/api/admin/units", json=unit)) == (400, "bad-credit-code")
    made = admin.post("/api/admin/units", json={**unit, "credit_code": "91350100M000100Y43"})
    assert (made.status_code, made.json()["level"]) == (201, "township")
    person = {"account": "someone", "name": "某", "unit_id": made.json()["id"], "password": "first-password"}
    assert code(admin.post("/api/admin/people", json={**person, "roles": ["king"]})) == (400, "invalid")
    assert code(admin.post("/api/admin/people", json={**person, "account": "admin", "roles": []})) == (
        409,
        "account-taken",
    )
    me = admin.get("/api/session").json()["person"]["id"]
    assert code(admin.patch(f"/api/admin/people/{me}", json={"roles": ["clinician"]})) == (409, "last-administrator")


def test_null_empties_a_field_and_an_absent_one_is_left(sign_in: SignIn) -> None:
    admin = sign_in("admin")
    lead = admin.get("/api/admin/units").json()["items"][0]["id"]
    unit = {"name": "西镇卫生院", "kind": "township", "code": "WEST", "parent_id": lead, "level": "village"}
    made = admin.post("/api/admin/units", json={**unit, "credit_code": "91350100M000101Y4Q"}).json()
    at = f"/api/admin/units/{made['id']}"
    assert admin.patch(at, json={"name": "西镇"}).json() == {**made, "name": "西镇"}
    emptied = admin.patch(at, json={"name": None, "parent_id": None, "level": None, "credit_code": None}).json()
    assert emptied == {**made, "name": "西镇", "parent_id": None, "level": "township", "credit_code": None}
    assert admin.get("/api/admin/units").json()["items"][0]["id"] == lead
    person = {"account": "west", "name": "某", "unit_id": made["id"], "roles": ["radiologist"], "title": "主治医师"}
    dates = {"licence_number": "110", "licence_until": "2030-01-01", "practising_since": "2016-07-01"}
    known = admin.post("/api/admin/people", json={**person, **dates, "password": "first-password"}).json()
    at = f"/api/admin/people/{known['id']}"
    assert admin.patch(at, json={"phone": "13800000001"}).json() == {**known, "phone": "13800000001"}
    gone = {"licence_number": None, "licence_until": None, "practising_since": None, "phone": None}
    assert admin.patch(at, json={**gone, "roles": None}).json() == {**known, **gone, "licence_number": "", "phone": ""}


def test_breaking_the_glass_over_http_and_its_review(county: Opened, sign_in: SignIn) -> None:
    unit = next(one for one in county.house.registry.units() if one.code == "YXQS")
    county.house.registry.register_patient(PRODUCT, NewPatient(unit.id, "李建国", "Q1", id_card="110105194912310038"))
    clinician, officer = sign_in("clinician"), sign_in("quality")
    found = clinician.post("/api/access/search", json={"id_card": "110105194912310038"}).json()["items"]
    assert [(one["name"], one["id_card"]) for one in found] == [("李*国", "110105********0038")]
    address = f"/api/access/patients/{found[0]['id']}/records"
    assert clinician.get(address).status_code == 404
    wanted = {"patient_uid": found[0]["id"], "basis": "break-glass"}
    assert code(clinician.post("/api/access", json={**wanted, "reason": "急"})) == (400, "reason-too-short")
    grant = clinician.post("/api/access", json={**wanted, "reason": "急诊胸痛需比对既往片"})
    assert grant.status_code == 201
    assert clinician.get(address).json() == {"items": []}
    waiting = officer.get("/api/access/review", params={"waiting": "true"}).json()
    assert waiting["items"][0]["reason"] == "急诊胸痛需比对既往片"
    done = officer.post(f"/api/access/{grant.json()['id']}/review", json={"justified": True})
    assert done.json()["justified"] is True
