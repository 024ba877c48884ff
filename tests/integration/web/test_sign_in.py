"""Who may come in, and for how long."""

import re
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from foundation import clock
from foundation.access import PRODUCT
from foundation.database import metadata
from foundation.vocabulary import Role
from lianzhen.wiring import Opened
from registry.api import NewPerson, Person, PersonChange
from tests.house import PASSWORD
from tests.integration.web.conftest import SignIn
from web.auth import Auth, WrongPassword
from web.policy import GUARDS
from web.settings import WebSettings


def newcomer(county: Opened, account: str, role: Role = Role.TECHNICIAN, *, must_change: bool = False) -> Person:
    unit = county.house.registry.units()[0]
    person = county.house.registry.add_person(PRODUCT, NewPerson(account, "新人", unit.id, frozenset({role})))
    county.house.auth.set_password(person.id, PASSWORD, must_change=must_change)
    return person


def attempt(client: TestClient, account: str, password: str) -> int:
    return int(client.post("/api/session", json={"account": account, "password": password}).status_code)


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(stranger: TestClient) -> None:
    answer = stranger.post("/api/session", json={"account": "radiologist", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert answer.json()["person"]["roles"] == ["radiologist"]


def test_over_tls_the_cookie_is_secure_and_bound_to_the_host(county: Opened) -> None:
    from web.app import create_app

    client = TestClient(create_app(county.house), base_url="https://county.example")
    answer = client.post("/api/session", json={"account": "radiologist", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert "secure" in cookie.lower()
    assert client.get("/api/session").status_code == 200


def test_an_unknown_account_answers_like_a_wrong_password(stranger: TestClient) -> None:
    unknown = stranger.post("/api/session", json={"account": "nobody", "password": "x"})
    wrong = stranger.post("/api/session", json={"account": "quality", "password": "x"})
    assert (unknown.status_code, unknown.json()) == (wrong.status_code, wrong.json()) == (401, wrong.json())
    assert wrong.json()["code"] == "wrong-password"
    assert "不正确" in wrong.json()["detail"]


def test_an_unknown_account_takes_as_long_as_a_wrong_password(stranger: TestClient) -> None:
    def fastest(account: str) -> float:
        times = []
        for _ in range(5):
            started = time.perf_counter()
            attempt(stranger, account, "x")
            times.append(time.perf_counter() - started)
        return min(times)

    known, unknown = fastest("cardiologist"), fastest("nobody-else")
    assert 0.4 < known / unknown < 2.5


def test_ten_wrong_passwords_lock_the_account_and_only_that_one(county: Opened, stranger: TestClient) -> None:
    newcomer(county, "forgetful")
    answers = [attempt(stranger, "forgetful", "wrong") for _ in range(10)]
    assert answers == [401] * 10
    locked = stranger.post("/api/session", json={"account": "forgetful", "password": PASSWORD})
    assert (locked.status_code, locked.json()["code"]) == (429, "account-locked")
    assert int(locked.headers["Retry-After"]) > 0
    assert attempt(stranger, "clinician", PASSWORD) == 200


def test_a_new_password_from_the_administrator_unlocks(county: Opened, stranger: TestClient) -> None:
    person = newcomer(county, "locked-out")
    for _ in range(10):
        attempt(stranger, "locked-out", "wrong")
    county.house.auth.set_password(person.id, PASSWORD)
    assert attempt(stranger, "locked-out", PASSWORD) == 200


def test_the_right_password_forgets_the_wrong_ones(county: Opened, stranger: TestClient) -> None:
    newcomer(county, "clumsy")
    for _ in range(3):
        assert [attempt(stranger, "clumsy", "wrong") for _ in range(9)] == [401] * 9
        assert attempt(stranger, "clumsy", PASSWORD) == 200


def test_signing_out_kills_a_copied_cookie(sign_in: SignIn) -> None:
    client = sign_in("radiologist")
    copied = dict(client.cookies)
    assert client.delete("/api/session").status_code == 204
    client.cookies.update(copied)
    assert client.get("/api/session").status_code == 401


def test_signing_in_again_makes_a_new_secret(sign_in: SignIn) -> None:
    first, second = sign_in("radiologist"), sign_in("radiologist")
    assert dict(first.cookies) != dict(second.cookies)


@pytest.mark.parametrize("header", [{}, {"X-CSRF-Token": "guess"}])
def test_an_unsafe_request_without_the_sessions_secret_is_refused(sign_in: SignIn, header: dict[str, str]) -> None:
    client = sign_in("radiologist")
    del client.headers["X-CSRF-Token"]
    answer = client.post("/api/session/password", json={"old": PASSWORD, "new": "another-password"}, headers=header)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


def test_a_request_from_another_site_is_refused(sign_in: SignIn) -> None:
    client = sign_in("radiologist")
    answer = client.delete("/api/session", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert client.get("/api/session").status_code == 200


def test_a_closed_person_is_out_at_once(county: Opened, sign_in: SignIn) -> None:
    person = newcomer(county, "leaver")
    client = sign_in("leaver")
    county.house.registry.change_person(PRODUCT, person.id, PersonChange(active=False))
    assert client.get("/api/session").status_code == 401
    assert attempt(client, "leaver", PASSWORD) == 401


def test_a_new_role_counts_in_the_session_that_is_open(county: Opened, sign_in: SignIn) -> None:
    person = newcomer(county, "climber")
    client = sign_in("climber")
    assert client.get("/api/admin/people").status_code == 403
    county.house.registry.change_person(PRODUCT, person.id, PersonChange(roles=frozenset({Role.ADMINISTRATOR})))
    assert client.get("/api/admin/people").status_code == 200


def test_changing_the_password_needs_the_old_one_and_ends_every_session(county: Opened, sign_in: SignIn) -> None:
    newcomer(county, "careful", must_change=True)
    client, other = sign_in("careful"), sign_in("careful")
    copied = dict(client.cookies)
    assert client.get("/api/session").json()["person"]["must_change_password"]
    wrong = client.post("/api/session/password", json={"old": "wrong", "new": "another-password"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "old-password")
    weak = client.post("/api/session/password", json={"old": PASSWORD, "new": "short"})
    assert (weak.status_code, weak.json()["code"]) == (400, "weak-password")
    done = client.post("/api/session/password", json={"old": PASSWORD, "new": "another-password"})
    assert (done.status_code, done.json()["person"]["must_change_password"]) == (200, False)
    assert [client.get("/api/session").status_code, other.get("/api/session").status_code] == [200, 401]
    client.cookies.update(copied)
    assert client.get("/api/session").status_code == 401


def test_until_a_first_password_is_changed_the_server_refuses_every_other_request(
    county: Opened, stranger: TestClient
) -> None:
    newcomer(county, "first-day", Role.ADMINISTRATOR, must_change=True)
    answer = stranger.post("/api/session", json={"account": "first-day", "password": PASSWORD})
    assert answer.json()["person"]["must_change_password"]
    stranger.headers["X-CSRF-Token"] = answer.json()["csrf"]
    for address, guard in ((one, guard) for one, guard in GUARDS.items() if guard.door not in ("open", "arriving")):
        method, path = address.split(" ")
        refused = stranger.request(method, re.sub(r"\{[^}]+\}", "x", path), json={})
        wanted = (401, "unauthenticated") if guard.systems else (403, "password-change-needed")
        assert (refused.status_code, wanted[1] in refused.text) == (wanted[0], True), address
    change = {"old": PASSWORD, "new": "another-password"}
    again = stranger.post("/api/session/password", json=change)
    stranger.headers["X-CSRF-Token"] = again.json()["csrf"]
    assert not again.json()["person"]["must_change_password"]
    assert stranger.get("/api/admin/people").status_code == 200


def test_a_session_that_nobody_uses_ends(county: Opened) -> None:
    quick = WebSettings.model_validate({"session_idle_minutes": 0.001})
    auth = Auth(county.floor, county.house.registry, quick)
    begun = auth.sign_in("radiologist", PASSWORD, None)
    assert auth.session(begun.secret, None)[0].name == begun.person.name
    time.sleep(0.1)
    with pytest.raises(Exception, match="unauthenticated"):
        auth.session(begun.secret, None)


def test_a_session_that_is_used_goes_on_until_its_longest_time(county: Opened) -> None:
    begin, passed = county.floor.now(), [0]
    floor = replace(county.floor, now=lambda: begin + timedelta(minutes=passed[0]))
    quick = WebSettings.model_validate({"session_idle_minutes": 30, "session_hours": 2})
    auth = Auth(floor, county.house.registry, quick)
    begun = auth.sign_in("radiologist", PASSWORD, None)
    for minutes in (25, 50, 75, 100):
        passed[0] = minutes
        assert auth.session(begun.secret, None)[0].id == begun.person.id
    last_used = max(one.seen_at for one in auth.sessions(begun.person.id))
    assert last_used == clock.from_iso(clock.iso(begin + timedelta(minutes=100)))
    passed[0] = 121
    with pytest.raises(Exception, match="unauthenticated"):
        auth.session(begun.secret, None)


def test_one_address_cannot_try_many_accounts(county: Opened) -> None:
    strict = WebSettings.model_validate({"failures_per_address": 3})
    auth = Auth(county.floor, county.house.registry, strict)
    for number in range(3):
        with pytest.raises(WrongPassword):
            auth.sign_in(f"guess{number}", "x", "10.0.0.9")
    with pytest.raises(Exception, match="too-many"):
        auth.sign_in("radiologist", PASSWORD, "10.0.0.9")
    assert auth.sign_in("radiologist", PASSWORD, "10.0.0.10").person.account == "radiologist"


def test_a_system_comes_in_by_its_token_until_it_is_revoked(county: Opened, stranger: TestClient) -> None:
    unit = county.house.registry.units()[1]
    secret = county.house.auth.add_token("his", unit.id, frozenset({Role.TECHNICIAN}))
    header = {"Authorization": f"Bearer {secret}"}
    assert stranger.get("/api/studies", headers=header).status_code == 200
    assert stranger.get("/api/admin/people", headers=header).status_code == 403
    assert county.house.auth.revoke_token("his") == 1
    assert stranger.get("/api/studies", headers=header).status_code == 401


def test_no_secret_is_stored_as_it_is(county: Opened, sign_in: SignIn) -> None:
    client = sign_in("radiologist")
    secret = next(iter(client.cookies.values()))
    ours = [table for table in metadata.sorted_tables if not table.name.startswith("test_")]
    with county.floor.db.read() as conn:
        stored = "".join(str(row) for table in ours for row in conn.execute(table.select()))
    assert client.get("/api/session").json()["person"]["account"] in stored
    assert secret not in stored
    assert PASSWORD not in stored


def test_every_attempt_is_in_the_audit_trail(county: Opened, stranger: TestClient) -> None:
    attempt(stranger, "radiologist", "wrong")
    attempt(stranger, "radiologist", PASSWORD)
    newest = [(entry["subtype"], entry["outcome"]) for entry in county.floor.audit.entries(limit=2)]
    assert newest == [("sign-in", "0"), ("sign-in", "4")]
