"""Every route guarded, every refusal a sentence, every answer dressed."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from foundation.errors import every_error
from lianzhen.wiring import Opened
from tests.integration.web.conftest import SignIn
from web.app import create_app
from web.errors import STATUS, status_of

PUBLIC = {
    ("post", "/api/session"),
    ("get", "/api/settings"),
    ("get", "/api/reports/standing/{sha256}"),
    ("get", "/fhir/metadata"),
    ("get", "/fhir/OperationDefinition/{id_}"),
    ("get", "/api/keys/crl"),
    ("get", "/api/keys/roots"),
    ("get", "/api/keys/list"),
}
# a secret of the address opens these; a stranger has made one up
BY_LINK = {"/api/share/": (404, "share-not-found"), "/api/embed/": (410, "ticket-expired")}
WELL_FORMED = {"code": "000000", "report_id": "x", "number": 1, "reason": "other", "told": True}


def routes(county: Opened) -> list[tuple[str, str]]:
    paths: dict[str, dict[str, Any]] = create_app(county.house).openapi()["paths"]
    return [(method, path) for path, methods in paths.items() for method in methods]


def test_every_route_turns_a_stranger_away(county: Opened, stranger: TestClient) -> None:
    found = routes(county)
    assert len(found) > 40
    for method, path in found:
        if (method, path) in PUBLIC or path.startswith(tuple(BY_LINK)):
            continue
        address = path.replace("{", "").replace("}", "")
        answer = stranger.request(method, address, json={} if method in {"post", "put", "patch"} else None)
        assert answer.status_code in {401, 403}, f"{method} {path} answered {answer.status_code}"
        body = answer.json()
        code = body["issue"][0]["details"]["coding"][0]["code"] if path.startswith("/fhir") else body["code"]
        assert code in {"unauthenticated", "csrf"}


def test_a_secret_that_was_made_up_opens_no_link_and_no_embedded_page(county: Opened, stranger: TestClient) -> None:
    found = [(method, path) for method, path in routes(county) if path.startswith(tuple(BY_LINK))]
    assert len(found) >= 11
    for method, path in found:
        address = path.replace("{place}", "1").replace("{", "").replace("}", "")
        answer = stranger.request(method, address, json=WELL_FORMED if method == "post" else None)
        wanted = next(refusal for start, refusal in BY_LINK.items() if path.startswith(start))
        assert (answer.status_code, answer.json()["code"]) == wanted, f"{method} {path}"


def test_no_route_ever_answers_500_to_nonsense(county: Opened, sign_in: SignIn) -> None:
    admin, reader, technician = sign_in("admin"), sign_in("reviewer"), sign_in("technician")
    nonsense = ["1", "../../etc/passwd", "'; DROP TABLE x; --", "%00", "💥", "a" * 300]
    for method, path in routes(county):
        if path == "/api/events" or (method, path) == ("delete", "/api/session"):
            continue
        for text in nonsense:
            address = "/".join(text if part.startswith("{") else part for part in path.split("/"))
            for client in (admin, reader, technician):
                body = {"json": {"x": text}} if method in {"post", "put", "patch"} else {}
                answer = client.request(method, address, params={"q": text, "limit": text}, **body)
                assert answer.status_code < 500, f"{method} {path} with {text!r}: {answer.text[:300]}"


def test_every_error_has_a_status() -> None:
    for error in every_error():
        assert 400 <= status_of(error) <= 599
    assert set(STATUS.values()) >= {400, 401, 403, 404, 409, 412, 413, 507}


@pytest.mark.parametrize(
    ("path", "status", "code"), [("/api/nothing", 404, "not-found"), ("/dicom-web/x", 404, "not-found")]
)
def test_an_unknown_address_is_a_problem_and_not_a_page(sign_in: SignIn, path: str, status: int, code: str) -> None:
    answer = sign_in("radiologist").get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_a_wrong_method_says_so(sign_in: SignIn) -> None:
    answer = sign_in("radiologist").put("/api/settings")
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")


def test_a_malformed_body_names_the_field_and_repeats_none_of_it(stranger: TestClient) -> None:
    answer = stranger.post("/api/session", json={"account": "王芬", "password": ["secret"]})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["fields"][0]["field"] == "body.password"
    assert "王芬" not in answer.text
    assert "secret" not in answer.text


def test_a_json_body_over_the_limit_is_refused_before_it_is_read(stranger: TestClient) -> None:
    answer = stranger.post(
        "/api/session", content=b"{" + b" " * 2_000_000, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_every_answer_carries_the_guarding_headers(stranger: TestClient) -> None:
    answer = stranger.get("/api/settings")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_page_has_a_fresh_nonce_and_no_unsafe_word(stranger: TestClient) -> None:
    first, second = (stranger.get("/").headers.get("Content-Security-Policy", "") for _ in range(2))
    for policy in (first, second):
        assert "unsafe-inline" not in policy
        assert "'unsafe-eval'" not in policy
    if "nonce-" in first:
        assert first != second


def test_the_address_of_a_film_names_the_viewers_code_at_once(stranger: TestClient) -> None:
    film, list_ = (stranger.get(path).text for path in ("/read/2.25.1", "/worklist"))
    ahead = set(re.findall(r'rel="modulepreload" crossorigin href="(/assets/[^"]+)"', film)) - set(
        re.findall(r'href="(/assets/[^"]+)"', list_)
    )
    assert any(b"cornerstone" in stranger.get(asset).content for asset in ahead)


def test_the_notice_is_public(stranger: TestClient) -> None:
    answer = stranger.get("/api/settings").json()
    assert answer["demo"] is True or answer["demo"] is False
    assert "医疗器械" in answer["not_certified"]["zh"]


@pytest.mark.parametrize("path", ["/assets/../app.py", "/assets/%2e%2e/app.py", "/assets//etc/passwd"])
def test_the_assets_folder_has_no_way_out(stranger: TestClient, path: str) -> None:
    answer = stranger.get(path)
    assert "create_app" not in answer.text
    assert "root:" not in answer.text
