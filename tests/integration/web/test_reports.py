"""A report over HTTP: typed, signed with the password, approved by another, opened by the clinic."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from lianzhen.wiring import Opened
from tests.house import PASSWORD
from tests.integration.web.conftest import SignIn, with_film

CONTENT = {
    "findings": "右肺下野见斑片状密度增高影。",
    "impression": "右肺下野炎症。",
    "positive": True,
    "recommendation": "治疗后复查。",
    "addendum": "",
    "key_images": [],
}


@pytest.fixture(scope="module")
def county(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A county whose film has arrived; studies are complete at once."""
    with with_film(tmp_path_factory.mktemp("county")) as opened:
        yield opened


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem+json of a refusal."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["code"] == code
    return body


def claimed(client: TestClient, kind: str) -> tuple[str, str]:
    """Claim the only workitem of a kind; its uid and the lock."""
    (item,) = client.get("/api/worklist", params={"kind": kind}).json()["items"]
    claim = client.post(f"/api/workitems/{item['uid']}/claim").json()
    return item["uid"], claim["transaction_uid"]


def test_a_film_becomes_a_signed_report_in_the_clinic(county: Opened, sign_in: SignIn) -> None:
    radiologist, reviewer, clinician = sign_in("radiologist"), sign_in("reviewer"), sign_in("clinician")
    report = written(radiologist, clinician)
    approved(report, radiologist, reviewer, clinician)
    for one in county.floor.tasks.claim(50):
        county.floor.tasks.run(one)
    address = opened_once(report, clinician)
    delivery = reviewer.get(f"/api/reports/{report}").json()["deliveries"][0]
    assert (delivery["state"], delivery["read_by"]) == ("delivered", "赵敏")
    stranger = sign_in("clinician2")
    for path in (f"/api/reports/{report}", address, f"/api/reports/{report}/versions/1/pdf"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"/api/reports/{report}/receipt").status_code == 404


def written(radiologist: TestClient, clinician: TestClient) -> str:
    """Template, draft, refusals, submission; the report's id."""
    items = radiologist.get("/api/templates", params={"modality": "CR", "body_part": "CHEST"}).json()["items"]
    assert items[0]["id"] == "dr-chest-normal"
    assert clinician.get("/api/templates").status_code == 403

    uid, lock = claimed(radiologist, "reading")
    address = f"/api/workitems/{uid}"
    body = {"transaction_uid": lock, "revision": 0, "content": {**CONTENT, "impression": ""}}
    assert radiologist.put(f"{address}/draft", json=body).json()["revision"] == 1
    stale = radiologist.put(f"{address}/draft", json={**body, "content": CONTENT})
    assert problem(stale, 409, "stale-revision")["facts"] == {"revision": 1}
    copies = radiologist.get(f"{address}/unsaved").json()["items"]
    assert copies[0]["content"] == CONTENT
    lost = radiologist.put(f"{address}/draft", json={**body, "transaction_uid": "2.25.9"})
    problem(lost, 412, "draft-lease-lost")
    assert radiologist.get(f"{address}/draft").json()["revision"] == 1

    signing = {"transaction_uid": lock, "revision": 1, "content": CONTENT, "password": PASSWORD}
    problem(radiologist.post(f"{address}/submit", json={**signing, "password": "guess"}), 403, "signing-password")
    empty = {**signing, "content": {**CONTENT, "findings": ""}}
    problem(radiologist.post(f"{address}/submit", json=empty), 400, "findings-empty")
    signing["revision"] = 2
    submitted = radiologist.post(f"{address}/submit", json=signing)
    assert submitted.status_code == 200, submitted.text
    report: str = submitted.json()["report_id"]
    return report


def approved(report: str, radiologist: TestClient, reviewer: TestClient, clinician: TestClient) -> None:
    """The review: only a reviewer, only once; the clinic sees nothing before."""
    uid, lock = claimed(reviewer, "review")
    address = f"/api/workitems/{uid}"
    page = reviewer.get(address).json()
    assert page["draft"]["content"] == CONTENT
    signing = {"transaction_uid": lock, "revision": 0, "content": CONTENT, "password": PASSWORD}
    problem(radiologist.post(f"{address}/approve", json=signing), 403, "forbidden")
    assert clinician.get("/api/inbox").json() == {"items": [], "unread": 0, "next_cursor": None}
    answer = reviewer.post(f"{address}/approve", json=signing)
    assert answer.json() == {"report_id": report, "number": 2}
    assert reviewer.post(f"{address}/approve", json=signing).json() == answer.json()  # the answer was lost on the way
    other = {**signing, "content": {**CONTENT, "impression": "另一个诊断"}}
    problem(reviewer.post(f"{address}/approve", json=other), 409, "report-already-issued")


def opened_once(report: str, clinician: TestClient) -> str:
    """The clinic finds it unread, opens the PDF, and it is read; the PDF's address."""
    inbox = clinician.get("/api/inbox", params={"unread": True}).json()
    assert inbox["unread"] == 1
    assert inbox["items"][0]["report_id"] == report
    shown = clinician.get(f"/api/reports/{report}").json()
    (version,) = shown["versions"]
    assert (version["number"], version["status"], version["reviewer"]["name"]) == (2, "final", "张建国")
    pdf = clinician.get(version["pdf"])
    assert pdf.content.startswith(b"%PDF-1.7")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"].startswith("inline")
    assert pdf.headers["x-content-type-options"] == "nosniff"
    assert clinician.get(version["pdf"], headers={"If-None-Match": pdf.headers["etag"]}).status_code == 304
    assert clinician.post(f"/api/reports/{report}/receipt").status_code == 204
    assert clinician.get("/api/inbox").json()["unread"] == 0
    address: str = version["pdf"]
    return address


@pytest.mark.parametrize(
    "content",
    [
        {"findings": 5},
        {"findings": "x", "unknown": 1},
        {"key_images": [{"series_instance_uid": "1", "sop_instance_uid": "2", "frame": 0}]},
        {"findings": "\ud800"},
    ],
    ids=["number", "unknown", "frame", "surrogate"],
)
def test_a_malformed_draft_is_named_and_not_kept(sign_in: SignIn, content: dict[str, Any]) -> None:
    client = sign_in("radiologist")
    body = {"transaction_uid": "2.25.1", "revision": 0, "content": content}
    answer = client.put(
        "/api/workitems/2.25.5/draft",
        content=json.dumps(body).encode("ascii"),
        headers={"content-type": "application/json"},
    )
    problem(answer, 400, "invalid")


def test_a_workitem_that_does_not_exist_has_no_draft(sign_in: SignIn) -> None:
    assert sign_in("radiologist").get("/api/workitems/2.25.5/draft").status_code == 404
