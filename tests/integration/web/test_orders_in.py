"""Orders of hospital systems: FHIR over HTTP, HL7 over MLLP; a repetition changes nothing, a fault is named."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from foundation.ids import new_id
from foundation.vocabulary import Role
from lianzhen.wiring import Opened
from registry.hl7.mllp import Limits, Mllp
from web.app import create_app

ORDER = {
    "resourceType": "ServiceRequest", "identifier": [{"system": "urn:his", "value": "R1"}], "status": "active",
    "intent": "order", "priority": "urgent", "code": {"coding": [{"code": "DR-CHEST-PA"}]},
    "subject": {"reference": "#p"}, "reasonCode": [{"text": "咳嗽"}],
    "contained": [{"resourceType": "Patient", "id": "p", "identifier": [{"value": "H1"}], "gender": "female",
                   "name": [{"text": "王小芳"}], "birthDate": "1980-01-02"}],
}  # fmt: skip


@pytest.fixture
def his(county: Opened) -> TestClient:
    units = {unit.code: unit.id for unit in county.house.registry.units()}
    secret = county.house.auth.add_token("his", units["YXHK"], frozenset({Role.TECHNICIAN}))
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


@pytest.fixture
def mllp(county: Opened) -> Iterator[int]:
    server = Mllp(county.house.registry.hl7, ("127.0.0.1", 0), Limits(1 << 20, 5, 30, 10))
    server.start()
    yield server.port
    server.stop()


def said(port: int, *segments: str, codec: str = "utf-8", control: str = "1", kind: str = "ORM^O01") -> str:
    charset = {"utf-8": "UNICODE UTF-8", "gb18030": "GB 18030-2000"}[codec]
    head = f"MSH|^~\\&|HIS|YXHK|LIANZHEN|YX|20261125||{kind}|{control}|P|2.4||||||{charset}"
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
