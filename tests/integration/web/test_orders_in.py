"""Orders of hospital systems: FHIR over HTTP, HL7 over MLLP; a repetition changes nothing, a fault is named."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from foundation.access import PRODUCT, Actor
from foundation.ids import new_id
from foundation.vocabulary import Role
from lianzhen.wiring import Opened
from registry.hl7.mllp import Limits, Mllp
from registry.store import incoming
from tests.integration.web.conftest import SignIn
from web.app import create_app

ORDER = {
    "resourceType": "ServiceRequest", "identifier": [{"system": "urn:his", "value": "R1"}], "status": "active",
    "intent": "order", "priority": "urgent", "code": {"coding": [{"code": "DR-CHEST-PA"}]},
    "subject": {"reference": "#p"}, "reasonCode": [{"text": "咳嗽"}],
    "contained": [{"resourceType": "Patient", "id": "p", "identifier": [{"value": "H1"}], "gender": "female",
                   "name": [{"text": "王小芳"}], "birthDate": "1980-01-02"}],
}  # fmt: skip


def unit(county: Opened, code: str) -> str:
    return next(one.id for one in county.house.registry.units() if one.code == code)


@pytest.fixture
def his(county: Opened) -> TestClient:
    return system(county, "YXHK")


def system(county: Opened, code: str) -> TestClient:
    """A hospital system of this unit, with a token."""
    secret = county.house.auth.add_token(f"his-{new_id()}", unit(county, code), frozenset({Role.TECHNICIAN}))
    client = TestClient(create_app(county.house), base_url="http://127.0.0.1", raise_server_exceptions=False)
    client.headers["Authorization"] = f"Bearer {secret}"
    return client


def post(client: TestClient, body: Any, path: str = "/fhir") -> Any:
    return client.post(path, json=body, headers={"Content-Type": "application/fhir+json"})


def test_a_service_request_is_taken_once(his: TestClient) -> None:
    number = new_id()
    order = {**ORDER, "identifier": [{"system": "urn:his", "value": number}]}
    first = post(his, order)
    again = post(his, order, "/fhir/ServiceRequest")
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert first.json()["id"] == again.json()["id"]
    assert his.get(f"/fhir/ServiceRequest/{first.json()['id']}").json()["status"] == "active"
    assert his.get("/fhir/ServiceRequest", params={"identifier": f"urn:his|{number}"}).json()["total"] == 1
    changed = post(his, {**order, "reasonCode": [{"text": "咳血"}]})
    assert (changed.status_code, changed.headers["etag"]) == (200, 'W/"2"')


def test_a_transaction_is_all_or_nothing(his: TestClient) -> None:
    def entry(number: str, item: str) -> dict[str, Any]:
        body = {**ORDER, "identifier": [{"value": number}], "code": {"coding": [{"code": item}]}}
        return {"resource": body, "request": {"method": "POST", "url": "ServiceRequest"}}

    number = new_id()
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [entry(number, "DR-CHEST-PA"), entry(new_id(), "NO")],
    }
    refused = post(his, bundle)
    assert refused.json()["resourceType"] == "OperationOutcome"
    assert his.get("/fhir/ServiceRequest", params={"identifier": number}).json()["total"] == 0
    bundle["entry"] = [entry(number, "DR-CHEST-PA")]
    assert post(his, bundle).json()["entry"][0]["response"]["status"].startswith("201")


def test_what_is_wrong_is_named(his: TestClient, stranger: TestClient) -> None:
    answer = post(his, {**ORDER, "subject": {}})
    assert answer.status_code == 400
    assert answer.json()["issue"][0]["expression"] == ["ServiceRequest.subject.reference"]
    assert post(stranger, ORDER).status_code == 401


def test_none_exists_yet_or_the_one_that_does_is_answered_unchanged(his: TestClient) -> None:
    number = new_id()
    order = {**ORDER, "identifier": [{"system": "urn:his", "value": number}]}
    only_new = {"If-None-Exist": f"identifier=urn:his|{number}"}
    first = his.post("/fhir/ServiceRequest", json=order, headers=only_new)
    again = his.post("/fhir/ServiceRequest", json={**order, "priority": "routine"}, headers=only_new)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["priority"] == "urgent"
    entry = {"resource": {**order, "priority": "routine"}, "request": {
        "method": "POST", "url": "ServiceRequest", "ifNoneExist": only_new["If-None-Exist"]}}  # fmt: skip
    for kind in ("batch", "transaction"):
        answer = post(his, {"resourceType": "Bundle", "type": kind, "entry": [entry]}).json()["entry"][0]
        assert (answer["response"]["status"], answer["resource"]["priority"]) == ("200 OK", "urgent")
    assert his.post("/fhir", json=order, headers={"If-None-Exist": "name=x"}).status_code == 400


def test_a_reference_that_leads_nowhere_is_named(his: TestClient) -> None:
    inside = post(his, {**ORDER, "subject": {"reference": "#other"}})
    assert (inside.status_code, inside.json()["issue"][0]["expression"]) == (400, ["ServiceRequest.subject.reference"])
    assert post(his, {**ORDER, "subject": {"reference": "Patient/none"}}).status_code == 404


def test_a_system_reaches_its_own_unit_alone(county: Opened, his: TestClient) -> None:
    """Another unit's order and patient are not found, not listed, not counted and not ordered for."""
    number = new_id()
    order = {**ORDER, "identifier": [{"value": number}]}
    mine = post(his, order).json()
    patient = mine["subject"]["reference"]
    other = system(county, "YXQS")
    assert other.get(f"/fhir/ServiceRequest/{mine['id']}").status_code == 404
    assert other.get(f"/fhir/{patient}").status_code == 404
    assert other.get("/fhir/ServiceRequest", params={"identifier": number}).json()["total"] == 0
    assert other.get("/fhir/Patient", params={"identifier": "H1"}).json()["total"] == 0
    theirs = {**order, "subject": {"reference": patient}}
    assert post(other, theirs).status_code == 404
    theirs = post(other, order).json()  # the same numbers in another unit are another order of another patient
    assert theirs["id"] != mine["id"]
    assert theirs["subject"]["reference"] != patient


def refused(admin: TestClient, **facts: str) -> list[dict[str, Any]]:
    """The refused messages that wait, with these facts."""
    items = admin.get("/api/admin/messages").json()["items"]
    return [one for one in items if all(one[name] == value for name, value in facts.items())]


def test_an_entry_of_a_batch_is_kept_whole_and_taken_after_mending(
    county: Opened, his: TestClient, sign_in: SignIn
) -> None:
    """The catalogue lacked an item; it is imported, and what was refused is taken as it came."""
    admin, number, code = sign_in("admin"), new_id(), f"DR-{new_id()[-8:].upper()}"
    orders = [{**ORDER, "identifier": [{"value": one}], "code": {"coding": [{"code": item}]}}
              for one, item in ((new_id(), "DR-CHEST-PA"), (number, code))]  # fmt: skip
    entries = [{"resource": one, "request": {"method": "POST", "url": "ServiceRequest"}} for one in orders]
    said = post(his, {"resourceType": "Bundle", "type": "batch", "entry": entries}).json()["entry"]
    assert [one["response"]["status"][:3] for one in said] == ["201", "404"]
    (waiting,) = refused(admin, control_id=number)
    assert "目录" in waiting["zh"] or code in waiting["zh"]
    whole = admin.get(f"/api/admin/messages/{waiting['id']}").json()
    assert code in whole["text"]
    assert admin.post(f"/api/admin/messages/{waiting['id']}/replay").json()["waiting"]
    file = f"编码,名称,类别,部位,生效日期\n{code},新项目,DX,CHEST,2020-01-01\n".encode()
    assert admin.post("/api/catalogue/import", content=file).status_code == 200
    taken = admin.post(f"/api/admin/messages/{waiting['id']}/replay").json()
    assert (taken["waiting"], taken["error"]) == (False, "")
    assert his.get("/fhir/ServiceRequest", params={"identifier": number}).json()["total"] == 1
    assert admin.get(f"/api/admin/messages/{waiting['id']}").json()["text"] is None
    assert admin.post(f"/api/admin/messages/{waiting['id']}/replay").status_code == 409


def test_bytes_that_are_no_json_are_kept_too_and_settled_with_a_reason(his: TestClient, sign_in: SignIn) -> None:
    admin, mark = sign_in("admin"), new_id()
    garbage = f"{{{mark}".encode()
    assert his.post("/fhir", content=garbage, headers={"Content-Type": "application/fhir+json"}).status_code == 400
    one = next(one for one in refused(admin, error="bad-resource")
               if mark in admin.get(f"/api/admin/messages/{one['id']}").json()["text"])  # fmt: skip
    assert admin.post(f"/api/admin/messages/{one['id']}/settle", json={"note": " "}).status_code == 400
    assert admin.post(f"/api/admin/messages/{one['id']}/settle", json={"note": "厂家已修正"}).status_code == 204
    assert not refused(admin, id=one["id"])


@pytest.fixture
def mllp(county: Opened) -> Iterator[int]:
    registry = county.house.registry
    registry.admit_sender(PRODUCT, "127.0.0.1", unit(county, "YXHK"))
    server = Mllp(registry.hl7, registry.hl7_too_large, ("127.0.0.1", 0), Limits(1 << 16, 0.5, 30, 10))
    server.start()
    yield server.port
    server.stop()


def said(
    port: int, *segments: str, codec: str = "utf-8", control: str = "1", kind: str = "ORM^O01", unit: str = "YXHK"
) -> str:
    charset = {"utf-8": "UNICODE UTF-8", "gb18030": "GB 18030-2000"}[codec]
    head = f"MSH|^~\\&|HIS|{unit}|LIANZHEN|YX|20261125||{kind}|{control}|P|2.4||||||{charset}"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
        link.sendall(b"\x0b" + "\r".join((head, *segments, "")).encode(codec) + b"\x1c\x0d")
        answer = b""
        while not answer.endswith(b"\x1c\x0d"):
            answer += link.recv(4096)
    return answer[1:-2].decode(codec)


PID = "PID|1||M1||李珅||19700203|M"  # the second byte of 珅 in GB18030 is |


@pytest.mark.parametrize("codec", ["gb18030", "utf-8"])
def test_an_hl7_order_and_its_repetition(county: Opened, mllp: int, codec: str) -> None:
    with socket.create_connection(("127.0.0.1", mllp)):  # a silent link stalls nobody
        order = (PID, f"ORC|NW|P-{codec}", f"OBR|1|P-{codec}||DR-CHEST-PA^胸部正位")
        first = said(mllp, *order, codec=codec, control=codec)
        assert "MSA|AA|" in first, first
        assert said(mllp, *order, codec=codec, control=codec) == first
    cancelled = said(mllp, PID, f"ORC|CA|P-{codec}", codec=codec, control=f"c{codec}")
    assert "MSA|AA|" in cancelled, cancelled


def test_shifted_fields_are_named_and_keep_nothing(mllp: int) -> None:
    answer = said(mllp, "PID|1||M2||19700203|M|李珅", "ORC|NW|S1", "OBR|1|S1||DR-CHEST-PA", control="s1")
    assert "MSA|AE|s1|PID-5" in answer
    assert "ERR|PID^1^5" in answer
    assert "错位" in answer
    unknown = said(mllp, PID, "ORC|CA|S1", control="s2")
    assert "MSA|AE|s2" in unknown  # nothing was placed under it


def test_what_is_changed_taken_back_or_unknown(county: Opened, mllp: int) -> None:
    order = ("ORC|{}|XO-1", "OBR|1|XO-1||DR-CHEST-PA^胸部正位|R||||||||{}")

    def sent(act: str, history: str, control: str) -> str:
        return said(mllp, PID, order[0].format(act), order[1].format(history), control=control)

    assert "MSA|AE|xo0" in sent("XO", "咳嗽", "xo0")  # nothing was placed yet
    assert "MSA|AA|xo1" in sent("NW", "咳嗽", "xo1")
    assert "MSA|AA|xo2" in sent("NW", "咳嗽", "xo2")  # the HIS repeats it under a new message number
    assert "MSA|AA|xo3" in sent("XO", "咳血", "xo3")
    assert "MSA|AA|xo4" in sent("CA", "咳血", "xo4")
    assert "MSA|AE|xo5" in sent("XO", "发热", "xo5")  # nothing revives a cancelled order
    with county.floor.db.read() as conn:
        known = incoming.known_by_number(conn, unit(county, "YXHK"), "XO-1")
    assert len(known) == 1
    order_ = county.house.registry.order(PRODUCT, known[0].order_id)
    assert (order_.history, order_.status.value, known[0].version) == ("咳血", "cancelled", 3)


def test_a_correction_and_two_ids_of_one_person(county: Opened, mllp: int) -> None:
    for number in ("A1", "A2"):
        said(
            mllp,
            f"PID|1||{number}||李一||19700203|M",
            f"ORC|NW|{number}",
            f"OBR|1|{number}||DR-CHEST-PA",
            control=number,
        )
    corrected = said(mllp, "PID|1||A1||李益||19700204|M", control="a08", kind="ADT^A08")
    assert "MSA|AA|a08" in corrected, corrected
    registry, own = county.house.registry, unit(county, "YXHK")
    one, other = (county.house.registry.unit_patient(actor(own), number) for number in ("A1", "A2"))
    assert (one.name, str(one.birth_date), other.name) == ("李益", "1970-02-04", "李一")
    for control in ("a40", "a40-again"):
        assert f"MSA|AA|{control}" in said(
            mllp, "PID|1||A1||李益||19700204|M", "MRG|A2", control=control, kind="ADT^A40^ADT_A39"
        )
    assert {one.id, other.id} == {patient.id for patient in registry.identity(actor(own), one.id).patients}
    assert registry.unit_patient(actor(own), "A2").name == "李一"  # linked: nothing was merged
    assert "MSA|AE|a40-none" in said(
        mllp, "PID|1||A1||李益||19700204|M", "MRG|NONE", control="a40-none", kind="ADT^A40"
    )
    assert "MSA|AE|a08-none" in said(mllp, "PID|1||NONE||李益||19700204|M", control="a08-none", kind="ADT^A08")


def test_a_sender_is_admitted_before_it_is_believed(county: Opened, mllp: int, sign_in: SignIn) -> None:
    """MSH-4 alone makes nobody a member unit; the message waits whole, and is taken once its sender is admitted."""
    order, admin = (PID, "ORC|NW|AD-1", "OBR|1|AD-1||DR-CHEST-PA"), sign_in("admin")
    answer = said(mllp, *order, control="ad1", unit="YXQS")
    assert "MSA|AR|ad1" in answer
    assert "准入" in answer
    assert "MSA|AR|ad2" in said(mllp, *order, control="ad2", unit="NOBODY")
    (waiting,) = refused(admin, control_id="ad1")
    assert waiting["error"] == "sender-not-admitted"
    assert "李珅" in admin.get(f"/api/admin/messages/{waiting['id']}").json()["text"]
    other = unit(county, "YXQS")
    assert admin.post("/api/admin/senders", json={"address": "no address", "unit_id": other}).status_code == 400
    assert admin.post("/api/admin/senders", json={"address": "::ffff:127.0.0.1", "unit_id": other}).status_code == 201
    assert not admin.post(f"/api/admin/messages/{waiting['id']}/replay").json()["waiting"]
    assert county.house.registry.unit_patient(actor(other), "M1").name == "李珅"
    assert admin.delete(f"/api/admin/senders/127.0.0.1/{other}").status_code == 204
    assert "MSA|AR|ad3" in said(mllp, *order, control="ad3", unit="YXQS")
    audited = admin.get("/api/admin/audit", params={"action": "R", "thing": "message"})
    assert audited.status_code == 200


def test_a_message_without_end_or_measure_is_answered_and_its_link_closed(mllp: int, sign_in: SignIn) -> None:
    with socket.create_connection(("127.0.0.1", mllp), timeout=10) as link:
        link.sendall(b"\x0bMSH|^~\\&|HIS|YXHK|LIANZHEN|YX|20261125||ORM^O01|large|P|2.4\r" + b"Z" * (1 << 17))
        answer = b""
        while chunk := link.recv(4096):
            answer += chunk
    assert b"MSA|AR|large" in answer
    assert refused(sign_in("admin"), error="message-too-large")
    with socket.create_connection(("127.0.0.1", mllp), timeout=10) as link:
        link.sendall(b"\x0bMSH|^~\\&|HIS")
        assert link.recv(4096) == b""  # half a message is waited for half a second


def test_a_clock_a_year_off_changes_no_date_of_ours(county: Opened, mllp: int) -> None:
    assert "MSA|AA|clock" in said(mllp, PID, "ORC|NW|CL-1|||||||20201125", "OBR|1|CL-1||DR-CHEST-PA", control="clock")
    with county.floor.db.read() as conn:
        (known,) = incoming.known_by_number(conn, unit(county, "YXHK"), "CL-1")
    assert county.house.registry.order(PRODUCT, known.order_id).requested_at.year == county.floor.now().year
    future = said(mllp, "PID|1||M9||李珅||29700203|M", "ORC|NW|CL-2", "OBR|1|CL-2||DR-CHEST-PA", control="future")
    assert "MSA|AE|future" in future
    assert "出生日期" in future


def actor(unit_id: str) -> Actor:
    return Actor("system", "system", unit_id, frozenset({Role.TECHNICIAN}))
