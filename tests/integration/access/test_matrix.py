"""Every address of the app, for every role in two townships and at the lead hospital, against the policy's table.

Squares that the policy refuses are tried before those it allows, so nothing that an allowed request changes can hide a
leak. A new address without a row in `web/policy.py`, or a new body without an example here, fails.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from foundation.access import PRODUCT
from foundation.policy import RULES, Reach, Rule
from foundation.vocabulary import Role
from lianzhen import demo_patients
from lianzhen.commands.access import every_address
from tests.house import PASSWORD
from tests.integration.access.county import CONTENT, EAST, LEAD, ROLES, WEST, County, open_county
from web.app import create_app
from web.policy import GUARDS, addresses

Example = Callable[[County], dict[str, Any]]
STOW = {"Content-Type": 'multipart/related; type="application/dicom"; boundary=b'}
LOCK = {"transaction_uid": "2.25.1"}
SIGN = {**LOCK, "revision": 0, "content": CONTENT, "password": PASSWORD}

FHIR_ORDER: dict[str, Any] = {
    "resourceType": "ServiceRequest", "identifier": [{"value": "M-1"}], "status": "active", "intent": "order",
    "code": {"coding": [{"code": "DR-CHEST-PA"}]}, "subject": {"reference": "#p"},
    "contained": [{"resourceType": "Patient", "id": "p", "identifier": [{"value": "M-P"}], "name": [{"text": "矩阵"}]}],
}  # fmt: skip

# What an unsafe request carries, so that it reaches the rule; the first word tells the one the next from another.
BODIES: dict[str, Example] = {
    "POST /api/workitems/{uid}/heartbeat": lambda _: {"json": LOCK},
    "POST /api/workitems/{uid}/give-back": lambda _: {"json": {**LOCK, "reason": "换班交接"}},
    "POST /api/workitems/{uid}/take-over": lambda _: {"json": {"reason": "阅片医师失联"}},
    "PUT /api/workitems/{uid}/draft": lambda _: {"json": {**LOCK, "revision": 0, "content": CONTENT}},
    "POST /api/workitems/{uid}/submit": lambda _: {"json": SIGN},
    "POST /api/workitems/{uid}/approve": lambda _: {"json": SIGN},
    "POST /api/workitems/{uid}/return": lambda _: {"json": {**LOCK, "reason": "描述与影像不符"}},
    "POST /api/workitems/{uid}/issue-preliminary": lambda _: {"json": SIGN},
    "POST /api/reports/{report_id}/revisions": lambda _: {"json": {"kind": "correction", "reason": "部位笔误"}},
    "POST /api/reports/{report_id}/withdrawal": lambda _: {"json": {"reason": "发错患者", "password": PASSWORD}},
    "POST /api/patients": lambda _: {"json": {"name": "矩阵"}},
    "POST /api/orders": lambda _: {"json": {"patient": {"name": "矩阵"}, "item_code": "DR-CHEST-PA"}},
    "PATCH /api/patients/{uid}": lambda _: {"json": {"reason": "更正电话", "phone": "13800000000"}},
    "POST /api/patient-links": lambda county: {
        "json": {"one": county.things[EAST]["patient"], "other": county.things[EAST]["other"], "note": "核对过证件"}
    },
    "POST /api/patient-links/{link_id}/undo": lambda _: {"json": {"note": "并非同一人"}},
    "POST /api/catalogue/plan": lambda _: {"content": b"x"},
    "POST /api/catalogue/import": lambda _: {"content": b"x"},
    "PATCH /api/orders/{order_id}": lambda _: {"json": {"reason": "补充病史", "history": "咳嗽"}},
    "POST /api/orders/{order_id}/cancel": lambda _: {"json": {"reason": "患者未到"}},
    "POST /api/studies/{uid}/link": lambda county: {
        "json": {"order_id": county.things[EAST]["order_id"], "reason": "设备录错"}
    },
    "POST /api/studies/{uid}/unlink": lambda _: {"json": {"reason": "设备录错"}},
    "POST /fhir/DiagnosticReport/_search": lambda _: {"data": {"status": "final"}},
    "GET /fhir/Provenance": lambda county: {
        "params": {"target": f"DiagnosticReport/{county.things[EAST]['report_id']}"}
    },
    "POST /fhir": lambda _: {"json": FHIR_ORDER},
    "POST /fhir/ServiceRequest": lambda _: {"json": FHIR_ORDER},
    "POST /fhir/Patient": lambda _: {"json": FHIR_ORDER["contained"][0]},
    "GET /fhir/ServiceRequest": lambda _: {"params": {"identifier": "M-1"}},
    "GET /fhir/Patient": lambda _: {"params": {"identifier": "M-P"}},
    "POST /api/admin/messages/{message_id}/settle": lambda _: {"json": {"note": "医院已重发"}},
    "POST /api/admin/senders": lambda county: {"json": {"address": "10.0.0.8", "unit_id": county.units[EAST]}},
    "POST /api/keys/mine/renew": lambda _: {"json": {"password": PASSWORD}},
    "POST /api/keys/mine/request": lambda _: {"json": {"password": PASSWORD}},
    "POST /api/keys/mine/certificate": lambda _: {"json": {"pem": "x"}},
    "POST /api/keys/mine/pkcs12": lambda _: {"json": {"password": PASSWORD, "file": "", "secret": "x"}},
    "POST /api/keys/all/{kid}/revoke": lambda _: {"json": {"reason": "superseded"}},
    "PATCH /api/admin/units/{unit_id}": lambda _: {"json": {"name": "河口镇卫生院"}},
    "POST /api/admin/agreements": lambda county: {
        "json": {"unit_id": county.units[EAST], "valid_from": "2026-01-01", "specialties": ["radiology"]}
    },
    "POST /api/admin/agreements/{agreement_id}/end": lambda _: {"json": {"last": "2027-01-01"}},
    "POST /api/access/search": lambda _: {"json": {"id_card": "11010519491231002X"}},
    "POST /api/access": lambda county: {
        "json": {"patient_uid": county.things[EAST]["other"], "basis": "recognition"}
    },
    "POST /api/access/{grant_id}/review": lambda _: {"json": {"justified": True}},
    "POST /api/recognition/offers/{offer_id}/open": lambda county: {
        "json": {"report_id": county.things[EAST]["report_id"]}
    },
    "POST /api/recognition/offers/{offer_id}/recognise": lambda county: {
        "json": {"report_id": county.things[EAST]["report_id"], "number": 1}
    },
    "POST /api/recognition/offers/{offer_id}/repeat": lambda _: {"json": {"reason": "emergency"}},
    "POST /api/recognition/notices/{notice_id}/acknowledge": lambda _: {"json": {"note": "已知"}},
    "GET /api/recognition/shares": lambda county: {"params": {"report_id": county.things[EAST]["report_id"]}},
    "POST /api/recognition/shares": lambda county: {"json": {"report_id": county.things[EAST]["report_id"]}},
    "POST /api/recognition/embeds": lambda county: {
        "json": {"order_id": county.things[EAST]["offered"], "account": "clinician"}
    },
    "GET /api/recognition/export": lambda _: {"params": {"month": "2026-01"}},
    "POST /api/recognition/quality": lambda county: {
        "json": {"device_id": ids(county, "")["device_id"], "kind": "internal", "valid_from": "2026-01-01",
                 "valid_until": "2026-12-31"}
    },
    "POST /api/recognition/quality/{quality_id}/end": lambda _: {
        "json": {"last_day": "2026-11-01", "reason": "球管更换"}
    },
    **{f"GET /api/recognition/{name}": lambda _: {"params": {"period": "2026-Q4"}}
       for name in ("sums", "sums.{kind}", "ledger.{kind}")},
    "POST /api/admin/tokens": lambda county: {
        "json": {"name": "matrix", "unit_id": county.units[EAST], "roles": ["technician"]}
    },
    "GET /api/roster": lambda _: {"params": {"since": "2026-11-23"}},
    "POST /api/roster": lambda county: {"json": county.duty()},
    "POST /api/roster/import": lambda _: {"content": b"x"},
    "PUT /api/roster/{duty_id}": lambda county: {"json": county.duty()},
    "POST /api/uploads": lambda _: {"content": b"not dicom"},
    "POST /dicom-web/studies": lambda _: {"content": b"--b\r\n\r\n--b--", "headers": STOW},
    "POST /dicom-web/studies/{study}": lambda _: {"content": b"--b\r\n\r\n--b--", "headers": STOW},
    "POST /api/admin/units": lambda _: {"json": {"name": "新单位", "kind": "township", "code": "NEW"}},
    "POST /api/admin/devices": lambda county: {"json": {"aet": "MATRIX", "unit_id": county.units[EAST]}},
    "PATCH /api/admin/devices/{device_id}": lambda _: {"json": {"name": "新名"}},
    "POST /api/admin/people": lambda county: {
        "json": {"account": "matrix", "name": "矩阵", "unit_id": county.units[EAST], "roles": ["clinician"],
                 "password": "matrix-password"}
    },
    "PATCH /api/admin/people/{person_id}": lambda _: {"json": {"name": "新名"}},
}  # fmt: skip
# What a name in an address stands for where the thing has another name.
NAMES = {**{f"{method} /api/patients/{{uid}}{rest}": {"uid": "patient"}
            for method, rest in (("GET", ""), ("PATCH", ""), ("GET", "/person"), ("GET", "/results"))},
         "GET /api/access/patients/{uid}/records": {"uid": "patient"},
         **{f"{method} /api/studies/{{uid}}/{rest}": {"uid": "open_study"}
            for method, rest in (("GET", "orders"), ("POST", "link"), ("POST", "unlink"))},
         "GET /fhir/DiagnosticReport/{report_id}/_history/{number}": {"number": "issued"},
         "GET /api/recognition/orders/{order_id}": {"order_id": "offered"},
         "GET /fhir/ServiceRequest/{id_}": {"id_": "order_id"},
         "GET /fhir/ServiceRequest/{id_}/$recognition-candidates": {"id_": "offered"},
         "GET /fhir/Patient/{id_}": {"id_": "patient"},
         "GET /fhir/Observation/{place}": {"place": "Observation"},
         "GET /fhir/Media/{place}": {"place": "Media"},
         "GET /api/reports/{report_id}/versions/{number}/pdf": {"number": "issued"}}  # fmt: skip
# The asker's own unit is the one that is acted for: a path without a thing of another unit.
UNBOUND = {"POST /dicom-web/studies/{study}", *(f"GET /api/recognition/{one}.{{kind}}" for one in ("sums", "ledger"))}
# What can be done to a thing once: the next who may would find it gone.
ONCE = {
    "POST /api/patient-links/{link_id}/undo",
    "POST /api/admin/messages/{message_id}/settle",
    "DELETE /api/admin/senders/{address}/{unit_id}",
    "POST /api/keys/all/{kid}/revoke",
    "POST /api/keys/people/{person_id}/reissue",
    "DELETE /api/admin/sessions/{session_id}",
}
# Addresses whose thing stands in the body.
BOUND = {"POST /api/patient-links", "GET /fhir/Provenance", "POST /api/recognition/shares"}


@pytest.fixture(scope="module")
def county(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("matrix")) as opened:
        yield opened


def ids(county: County, address: str) -> dict[str, str]:
    """What the names in this address stand for: the eastern township's things."""
    registry, things = county.opened.house.registry, county.things[EAST]
    device, person = registry.device_of("TOWNSHIP1"), registry.person_by_account("technician")
    signer = registry.person_by_account("radiologist")
    assert device is not None
    assert person is not None
    assert signer is not None
    known = {
        **things,
        "uid": things["workitem"],
        "device_id": device.id,
        "person_id": person.id,
        "task_id": "none",
        "kind": "csv",
        "kid": next(one.kid for one in county.opened.house.reports.all_keys(PRODUCT) if one.person_id == signer.id),
    }
    house = county.opened.house
    known |= {
        "unit_id": county.units[EAST],
        "agreement_id": house.registry.agreements(PRODUCT)[0].id,
        "grant_id": county.grant,
        "session_id": county.session,
    }
    if "/messages/" in address:
        house.registry.hl7(b"no message", "10.0.0.9")
        known["message_id"] = house.registry.messages(PRODUCT)[0].id
    if "/senders/" in address:
        known["address"] = house.registry.admit_sender(PRODUCT, "10.0.0.9", county.units[EAST]).address
    if "{token_id}" in address:
        house.auth.add_token("matrix", county.units[EAST], frozenset({Role.TECHNICIAN}))
        known["token_id"] = next(one.id for one in house.auth.tokens() if one.name == "matrix" and not one.revoked_at)
    if "{duty_id}" in address:
        known["duty_id"] = county.new_duty()
    if address.startswith("POST /api/keys/people/"):
        known["person_id"] = signer.id
    return known | {name: things[other] for name, other in NAMES.get(address, {}).items()}


def ask(county: County, client: TestClient, address: str) -> Any:
    """The answer to this address, filled in."""
    method, path = address.split(" ", 1)
    known = ids(county, address)
    path = re.sub(r"\{(\w+)(:path)?\}", lambda name: known[name[1]], path)
    example = BODIES[address](county) if address in BODIES else {}
    return client.request(method, path, **example)


def expected(role: Role, unit: str, address: str) -> str:
    """ "forbidden", "not found" or "allowed"."""
    guard = GUARDS[address]
    assert guard.thing is not None
    assert guard.action is not None
    far = RULES.get((role, guard.thing, guard.action), Rule()).reach
    if far is Reach.NOTHING:
        return "forbidden"
    single = ("{" in address and address not in UNBOUND) or address in BOUND
    within = far is Reach.COUNTY or unit == EAST or (far is Reach.SENDERS and unit == LEAD)
    return "allowed" if within or not single else "not found"


def code_of(answer: Any) -> str:
    """The code of a refusal, as problem+json or as an OperationOutcome."""
    body = answer.json()
    return str(body["issue"][0]["details"]["coding"][0]["code"] if "issue" in body else body["code"])


def fits(wanted: str, answer: Any) -> bool:
    """Whether an answer is what the policy wants; a refusal for another reason than the policy has passed it."""
    if wanted == "forbidden":
        return answer.status_code in (403, 404)
    if wanted == "not found":
        return bool(answer.status_code == 404)
    forbidden = answer.status_code == 403 and code_of(answer) == "forbidden"
    return not forbidden and answer.status_code != 404 and answer.status_code < 500


@pytest.mark.one_database
def test_every_address_of_the_app_has_a_row_and_no_row_is_left_over(county: County) -> None:
    found = set(addresses(create_app(county.opened.house).routes))
    assert found == set(every_address())
    assert found - GUARDS.keys() == set(), "give each of these a row in web/policy.py"
    assert GUARDS.keys() - found == set()


RULED = [address for address in GUARDS if GUARDS[address].door == "policy"]


@pytest.mark.one_database
@pytest.mark.parametrize("address", [address for address in GUARDS if GUARDS[address].door != "open"])
def test_nobody_gets_anything_without_signing_in(county: County, address: str) -> None:
    answer = ask(county, county.stranger(), address)
    assert answer.status_code == 401, answer.text
    assert code_of(answer) == "unauthenticated"


LISTS = {
    "/api/studies": "items", "/api/orders": "items", "/api/patients": "items", "/api/worklist": "items",
    "/api/inbox": "items", "/api/matched": "items",
    "/dicom-web/studies": "", "/dicom-web/series": "", "/dicom-web/instances": "",
}  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.CLINICIAN, Role.RADIOLOGIST])
def test_another_units_things_are_not_listed_and_not_counted(county: County, path: str, role: Role) -> None:
    answer = county.client(role, WEST).get(path)
    if answer.status_code == 403:
        return
    east, west = county.things[EAST], county.things[WEST]
    assert answer.status_code == 200
    assert not [one for one in east.values() if len(one) > 8 and one in answer.text]
    assert "演示YXHK" not in answer.text
    assert county.units[EAST] not in answer.text
    if path.startswith("/dicom-web"):
        assert "Warning" not in answer.headers
        assert len(answer.json()) == 2
        return
    rows = answer.json()[LISTS[path]]
    assert west["patient"] in answer.text or path in ("/api/studies", "/api/matched", "/api/worklist", "/api/inbox")
    counts = {key: value for key, value in answer.json().items() if key not in ("items", "next_cursor")}
    wanted = {"/api/worklist": {"counts": {"reading": 1, "review": 0, "mine": 0, "overdue": 0}},
              "/api/inbox": {"unread": 1}}.get(path, {})  # fmt: skip
    assert counts == wanted
    shown = sum(code == WEST for code, *_ in demo_patients.PATIENTS) if path == "/api/patients" else 0
    some = {"/api/worklist": 1, "/api/inbox": 1, "/api/orders": 3}
    assert len(rows) == some.get(path, 2) + shown


@pytest.mark.one_database
@pytest.mark.parametrize("address", RULED)
def test_each_square_of_an_address_is_as_the_table_says(county: County, address: str) -> None:
    squares = [(expected(role, unit, address), role, unit) for role in ROLES for unit in (EAST, WEST, LEAD)]
    wrong = []
    done = False
    for wanted, role, unit in sorted(squares, key=lambda square: square[0] == "allowed"):
        if done and wanted == "allowed" and address in ONCE:
            continue
        client = county.system(role, unit) if GUARDS[address].systems else county.client(role, unit)
        answer = ask(county, client, address)
        done = done or answer.status_code < 300
        if not fits(wanted, answer):
            wrong.append(f"{role} of {unit}: {answer.status_code} {answer.text[:80]} instead of {wanted}")
    assert not wrong


@pytest.mark.one_database
@pytest.mark.parametrize("address", [address for address in GUARDS if GUARDS[address].door == "own"])
def test_who_does_not_hold_the_lock_changes_nothing(county: County, address: str) -> None:
    for role in ROLES:
        for unit in (EAST, WEST, LEAD):
            assert 400 <= ask(county, county.client(role, unit), address).status_code < 500


@pytest.mark.one_database
def test_the_page_in_docs_names_every_address() -> None:
    page = (Path(__file__).parents[3] / "docs" / "access.md").read_text(encoding="utf-8")
    assert not [address for address in GUARDS if f"`{address}`" not in page]
