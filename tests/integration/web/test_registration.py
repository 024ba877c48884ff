"""Registration and administration over HTTP."""

from typing import Any

import pytest

from foundation.errors import Refused
from foundation.tasks import Payload
from lianzhen.wiring import Opened
from tests.house import PASSWORD
from tests.integration.web.conftest import SignIn

CARD = "11010519491231002X"
PATIENT = {"name": "王小芬", "patient_id": "H0001", "id_card": CARD, "phone": "13812345678"}


def refuse(_payload: Payload) -> None:
    raise Refused


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_technician_registers_and_orders_in_one_step_and_the_list_is_masked(sign_in: SignIn) -> None:
    technician = sign_in("technician")
    items = technician.get("/api/items").json()["items"]
    assert "十二导联心电图" in {item["name"] for item in items}
    body = {"patient": PATIENT, "item_code": "DR-CHEST-PA", "priority": "HIGH", "history": "咳嗽"}
    made = technician.post("/api/orders", json=body)
    assert made.status_code == 201
    order = made.json()
    assert (order["patient"]["sex"], order["patient"]["birth_date"], order["status"]) == (
        "F",
        "1949-12-31",
        "requested",
    )
    assert len(order["accession_number"]) <= 16
    (listed,) = technician.get("/api/orders", params={"q": order["accession_number"]}).json()["items"]
    assert listed["patient"]["name"] == "王*芬"
    assert listed["patient"]["id_card"] == "110105********002X"
    assert listed["patient"]["phone"] == "138****5678"
    assert technician.get(f"/api/orders/{order['id']}").json()["patient"]["name"] == "王小芬"
    (patient,) = technician.get("/api/patients", params={"q": "H0001"}).json()["items"]
    assert patient["name"] == "王*芬"
    assert technician.get(f"/api/patients/{patient['id']}").json()["id_card"] == CARD


def test_another_units_patients_and_orders_do_not_exist(sign_in: SignIn) -> None:
    mine = sign_in("technician").post("/api/patients", json={"name": "李强", "patient_id": "H0002"}).json()
    body = {"patient": {"name": "李强", "patient_id": "H0002"}, "item_code": "DR-CHEST-PA"}
    order = sign_in("technician").post("/api/orders", json=body).json()
    stranger = sign_in("technician2")
    assert code(stranger.get(f"/api/patients/{mine['id']}"))[0] == 404
    assert code(stranger.get(f"/api/orders/{order['id']}"))[0] == 404
    assert code(stranger.post(f"/api/orders/{order['id']}/cancel", json={"reason": "重复"}))[0] == 404
    assert stranger.get("/api/orders").json()["items"] == []
    assert sign_in("technician").post(f"/api/orders/{order['id']}/cancel", json={"reason": "重复"}).status_code == 204


@pytest.mark.parametrize(
    ("patient", "refusal"),
    [
        ({"name": "王", "id_card": "110105194912310021"}, "bad-id-card"),
        ({"name": "王", "id_card": CARD, "sex": "M"}, "id-card-mismatch"),
        ({"name": "王", "birth_date": "2999-01-01"}, "bad-patient"),
        ({"name": "\u0007"}, "impossible-name"),
        ({"name": "x" * 65}, "invalid"),
        ({"name": "王", "sex": "X"}, "invalid"),
    ],
)
def test_what_cannot_be_true_is_refused_with_a_sentence(sign_in: SignIn, patient: dict[str, str], refusal: str) -> None:
    answer = sign_in("technician").post("/api/patients", json=patient)
    assert code(answer) == (400, refusal)
    assert answer.json()["detail"]
    assert answer.json()["detail_en"]
    assert CARD not in answer.text


def test_an_administrator_admits_the_device_that_knocked(county: Opened, sign_in: SignIn) -> None:
    admin = sign_in("admin")
    county.house.registry.knocked("NEWDR", "192.0.2.9")
    (knock,) = [one for one in admin.get("/api/admin/knocks").json()["items"] if one["aet"] == "NEWDR"]
    assert knock["address"] == "192.0.2.9"
    unit = admin.get("/api/admin/units").json()["items"][1]
    made = admin.post("/api/admin/devices", json={"aet": "NEWDR", "unit_id": unit["id"], "modality": "DX"})
    assert made.status_code == 201
    assert "NEWDR" not in {one["aet"] for one in admin.get("/api/admin/knocks").json()["items"]}
    assert county.house.registry.device_of("NEWDR") is not None
    device = made.json()["id"]
    assert admin.patch(f"/api/admin/devices/{device}", json={"active": False}).json()["active"] is False
    assert county.house.registry.device_of("NEWDR") is None
    again = admin.post("/api/admin/devices", json={"aet": "NEWDR", "unit_id": unit["id"]})
    assert code(again) == (409, "ae-title-taken")


def test_a_new_person_signs_in_with_a_password_that_must_be_changed(sign_in: SignIn) -> None:
    admin = sign_in("admin")
    unit = admin.get("/api/admin/units").json()["items"][0]
    body = {"account": "NewDoc", "name": "钱医师", "unit_id": unit["id"], "roles": ["radiologist"], "password": "short"}
    assert code(admin.post("/api/admin/people", json=body)) == (400, "weak-password")
    assert "newdoc" not in {one["account"] for one in admin.get("/api/admin/people").json()["items"]}
    made = admin.post("/api/admin/people", json={**body, "password": PASSWORD})
    assert made.status_code == 201
    assert sign_in("newdoc").get("/api/session").json()["person"]["must_change_password"] is True
    closed = admin.patch(f"/api/admin/people/{made.json()['id']}", json={"active": False})
    assert closed.json()["active"] is False
    assert admin.post("/api/session", json={"account": "newdoc", "password": PASSWORD}).status_code == 401


def test_the_last_administrator_stays(sign_in: SignIn) -> None:
    admin = sign_in("admin")
    (me,) = [one for one in admin.get("/api/admin/people").json()["items"] if one["account"] == "admin"]
    answer = admin.patch(f"/api/admin/people/{me['id']}", json={"roles": ["clinician"]})
    assert code(answer) == (409, "last-administrator")


def test_the_audit_trail_is_paged_searched_and_verified(sign_in: SignIn) -> None:
    admin = sign_in("admin")
    first = admin.get("/api/admin/audit", params={"limit": 2}).json()
    second = admin.get("/api/admin/audit", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [row["id"] for row in first["items"]] > [row["id"] for row in second["items"]]
    found = admin.get("/api/admin/audit", params={"q": "郑伟"}).json()["items"]
    assert found
    assert {row["actor"] for row in found} == {"郑伟"}
    assert admin.post("/api/admin/audit/verify").json() == {"whole": True, "broken_at": None, "broken": None}


def test_a_failed_task_is_listed_without_its_payload_and_sent_again(county: Opened, sign_in: SignIn) -> None:
    tasks = county.floor.tasks
    done: list[Payload] = []
    tasks.handlers["test.refuse"] = done.append
    county.floor.db.write(lambda conn: tasks.owe(conn, "test.refuse", {"name": "王小芬"}, key="test"))
    (claimed,) = [one for one in tasks.claim(50) if one.kind == "test.refuse"]
    tasks.handlers["test.refuse"] = refuse
    tasks.run(claimed)
    admin = sign_in("admin")
    page = admin.get("/api/admin/tasks", params={"state": "failed"})
    (row,) = page.json()["items"]
    assert (row["kind"], row["error"], page.json()["counts"]["failed"]) == ("test.refuse", "refused", 1)
    assert "王小芬" not in page.text
    assert admin.post(f"/api/admin/tasks/{row['id']}/retry").status_code == 204
    assert "failed" not in admin.get("/api/admin/tasks").json()["counts"]


@pytest.mark.parametrize("page", ["units", "devices", "knocks", "people", "audit", "tasks"])
@pytest.mark.parametrize("account", ["technician", "radiologist", "reviewer", "clinician"])
def test_administration_is_for_administrators(sign_in: SignIn, account: str, page: str) -> None:
    assert code(sign_in(account).get(f"/api/admin/{page}"))[0] == 403
