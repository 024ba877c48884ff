"""The worklist, claims and the reading page's facts over HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from lianzhen.wiring import Opened
from tests.house import PASSWORD
from tests.integration.web.conftest import SignIn, with_film


@pytest.fixture(scope="module")
def county(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A county whose film has arrived."""
    with with_film(tmp_path_factory.mktemp("county")) as opened:
        yield opened


def only_row(client: TestClient) -> dict[str, Any]:
    (row,) = client.get("/api/worklist").json()["items"]
    return dict(row)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_the_film_stands_in_the_list_of_those_who_may_see_it(sign_in: SignIn) -> None:
    reader = sign_in("radiologist")
    page = reader.get("/api/worklist").json()
    (row,) = page["items"]
    assert (row["kind"], row["label"], row["state"], row["modality"]) == (
        "reading",
        "DR阅片",
        "SCHEDULED",
        row["modality"],
    )
    assert (row["patient"]["name"], row["claimable"], row["instances"]) == ("演**号", True, 1)
    assert page["counts"] == {"reading": 1, "review": 0, "mine": 0, "overdue": 0}
    assert only_row(sign_in("technician"))["claimable"] is False
    assert sign_in("technician2").get("/api/worklist").json()["items"] == []
    assert sign_in("clinician").get("/api/worklist").status_code == 403


def test_the_reading_page_gets_study_order_history_and_no_lock(county: Opened, sign_in: SignIn) -> None:
    reader = sign_in("radiologist")
    uid = only_row(reader)["uid"]
    page = reader.get(f"/api/workitems/{uid}")
    body = page.json()
    assert body["patient"]["name"] == "演示一号"  # whole, and that is recorded
    (looked,) = county.floor.audit.entries(q=uid, limit=1)
    assert (looked["subtype"], looked["agent_name"]) == ("shown", "李文博")
    (series,) = body["study"]["series"]
    (instance,) = series["instances"]
    assert instance["frames"] == 1
    assert body["order"]["item_name"] == "胸部正位"
    assert [event["event"] for event in body["history"]] == ["scheduled"]
    assert (body["report"], body["priors"]) == (None, [])
    assert body["draft"]["revision"] == 0
    assert "transaction" not in page.text


def test_a_technician_follows_the_own_film_without_seeing_the_draft(sign_in: SignIn) -> None:
    uid = only_row(sign_in("radiologist"))["uid"]
    body = sign_in("technician").get(f"/api/workitems/{uid}").json()
    assert body["draft"] is None
    assert body["study"]["series"]
    assert code(sign_in("technician2").get(f"/api/workitems/{uid}")) == (404, "workitem-not-found")


def test_a_claim_is_held_given_back_and_taken_over_over_http(sign_in: SignIn) -> None:
    first, second = sign_in("radiologist"), sign_in("reviewer")
    uid = only_row(first)["uid"]
    claim = first.post(f"/api/workitems/{uid}/claim").json()
    lock = {"transaction_uid": claim["transaction_uid"]}
    assert claim["uid"] == uid
    refused = second.post(f"/api/workitems/{uid}/claim")
    assert code(refused) == (409, "workitem-already-claimed")
    assert "李文博" in refused.json()["detail"]
    assert code(second.post(f"/api/workitems/{uid}/heartbeat", json=lock)) == (412, "lease-lost")
    assert first.post(f"/api/workitems/{uid}/heartbeat", json=lock).json()["lease_until"] >= claim["lease_until"]
    assert only_row(first)["mine"] is True
    back = first.post(f"/api/workitems/{uid}/give-back", json={**lock, "reason": "下班"})
    successor = back.json()["successor_uid"]
    assert code(first.post(f"/api/workitems/{uid}/heartbeat", json=lock)) == (412, "lease-lost")
    first.post(f"/api/workitems/{successor}/claim")
    assert code(second.post(f"/api/workitems/{successor}/take-over", json={"reason": ""})) == (
        400, "workitem-reason-missing",
    )  # fmt: skip
    taken = second.post(f"/api/workitems/{successor}/take-over", json={"reason": "急诊"}).json()
    events = [event["event"] for event in second.get(f"/api/workitems/{taken['uid']}").json()["history"]]
    assert events == ["scheduled", "claimed", "replaced", "claimed", "replaced", "claimed"]
    second.post(f"/api/workitems/{taken['uid']}/give-back", json={"transaction_uid": taken["transaction_uid"]})


def test_who_may_not_read_cannot_claim(sign_in: SignIn) -> None:
    uid = only_row(sign_in("radiologist"))["uid"]
    assert code(sign_in("technician").post(f"/api/workitems/{uid}/claim")) == (403, "workitem-not-qualified")
    assert code(sign_in("cardiologist").post(f"/api/workitems/{uid}/claim")) == (403, "workitem-not-qualified")
    assert code(sign_in("radiologist").post("/api/workitems/2.25.0/claim")) == (404, "workitem-not-found")


def test_a_stranger_learns_nothing(stranger: TestClient) -> None:
    for path in ("/api/worklist", "/api/workitems/2.25.1", "/api/orders", "/api/items", "/api/patients"):
        assert stranger.get(path).status_code == 401
    assert stranger.post("/api/workitems/2.25.1/claim").status_code == 401


@pytest.mark.parametrize("query", ["state=all", "limit=0", "limit=1000", "kind=both", "cursor=abc"])
def test_a_question_that_makes_no_sense_is_refused(sign_in: SignIn, query: str) -> None:
    answer = sign_in("radiologist").get(f"/api/worklist?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_technicians_list_says_where_the_film_is(sign_in: SignIn) -> None:
    (row,) = sign_in("technician").get("/api/studies").json()["items"]
    assert row["reading"]["state"] == "SCHEDULED"
    assert "*" in row["patient"]["name"]


def test_the_reviewers_page_carries_what_was_written_and_the_writer_cannot_take_it(sign_in: SignIn) -> None:
    writer, reviewer = sign_in("radiologist"), sign_in("reviewer")
    uid = only_row(writer)["uid"]
    lock = {"transaction_uid": writer.post(f"/api/workitems/{uid}/claim").json()["transaction_uid"]}
    content = {"findings": "双肺纹理清晰。", "impression": "未见异常。", "positive": False, "recommendation": ""}
    body = {**lock, "revision": 0, "content": {**content, "key_images": []}, "password": PASSWORD}
    assert writer.post(f"/api/workitems/{uid}/submit", json=body).status_code == 200
    (review,) = reviewer.get("/api/worklist", params={"kind": "review"}).json()["items"]
    page = reviewer.get(f"/api/workitems/{review['uid']}").json()
    assert (page["report"]["content"]["impression"], page["report"]["writer"]["name"]) == ("未见异常。", "李文博")
    assert page["label"] == "二级审核"
    assert code(writer.post(f"/api/workitems/{review['uid']}/claim")) == (403, "workitem-own-writing")
    assert writer.get("/api/worklist", params={"state": "done"}).json()["items"][0]["uid"] == uid
