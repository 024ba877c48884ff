"""The second factor with a real authenticator: pyotp is told what the QR code says and shows its codes."""

import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from starlette.testclient import TestClient

from foundation.access import PRODUCT
from foundation.vocabulary import Role
from lianzhen.wiring import Opened
from registry.api import NewPerson
from tests.house import PASSWORD
from tests.integration.web.conftest import SignIn
from web import store
from web.app import create_app
from web.auth import Auth
from web.policy import GUARDS
from web.settings import WebSettings


def newcomer(county: Opened, account: str, role: Role = Role.RADIOLOGIST) -> str:
    new = NewPerson(account, "新人", county.house.registry.units()[0].id, frozenset({role}))
    person = county.house.registry.add_person(PRODUCT, new)
    county.house.auth.set_password(person.id, PASSWORD, must_change=False)
    return person.id


def attempt(client: TestClient, account: str, code: str = "", password: str = PASSWORD) -> tuple[int, str]:
    answer = client.post("/api/session", json={"account": account, "password": password, "code": code})
    return answer.status_code, answer.json().get("code", "")


def enrol(client: TestClient, code: str = "") -> tuple[pyotp.TOTP, list[str]]:
    """Set up an authenticator; it and the recovery codes. Its first code is the one of the step before now."""
    if time.time() % 30 > 24:
        time.sleep(30 - time.time() % 30)  # what follows happens within one step
    begun = client.post("/api/session/factor", json={"password": PASSWORD, "code": code})
    assert begun.status_code == 200, begun.text
    assert begun.json()["qr"].startswith("data:image/svg+xml")
    phone = pyotp.parse_uri(begun.json()["address"])
    assert isinstance(phone, pyotp.TOTP)
    assert phone.secret == begun.json()["secret"]
    done = client.post("/api/session/factor/confirm", json={"code": shown(phone, -1)})
    assert done.status_code == 200, done.text
    return phone, done.json()["codes"]


def shown(phone: pyotp.TOTP, steps: int = 0) -> str:
    """What the telephone shows now, or some steps from now."""
    return phone.at(datetime.now(UTC) + timedelta(seconds=30 * steps))


def test_with_an_authenticator_the_password_alone_opens_nothing(
    county: Opened, sign_in: SignIn, stranger: TestClient
) -> None:
    newcomer(county, "careful")
    client, other = sign_in("careful"), sign_in("careful")
    assert client.get("/api/session/factor").json() == {"enrolled_at": None, "recovery_left": 0, "required": False}
    phone, _ = enrol(client)
    assert [client.get("/api/session").status_code, other.get("/api/session").status_code] == [200, 401]
    assert client.get("/api/session").json()["person"]["second_factor"]
    assert client.get("/api/session/factor").json()["recovery_left"] == 10
    assert attempt(stranger, "careful") == (403, "code-needed")
    assert attempt(stranger, "careful", "000000") == (403, "wrong-code")
    assert attempt(stranger, "careful", shown(phone), "wrong") == (401, "wrong-password")
    assert attempt(stranger, "careful", shown(phone)) == (200, "")


def test_a_code_counts_once_and_so_does_none_before_it(county: Opened, sign_in: SignIn, stranger: TestClient) -> None:
    newcomer(county, "twice")
    phone, _ = enrol(sign_in("twice"))
    first, code = shown(phone, -1), shown(phone)
    assert attempt(stranger, "twice", first) == (403, "code-used")
    assert attempt(stranger, "twice", f"{code[:3]} {code[3:]}") == (200, "")
    assert attempt(stranger, "twice", code) == (403, "code-used")
    assert attempt(stranger, "twice", shown(phone, -1)) == (403, "code-used")
    assert attempt(stranger, "twice", shown(phone, 30)) == (403, "wrong-code")


def test_a_recovery_code_opens_once(county: Opened, sign_in: SignIn, stranger: TestClient) -> None:
    newcomer(county, "lost-phone")
    client = sign_in("lost-phone")
    _, codes = enrol(client)
    assert len(set(codes)) == 10
    assert attempt(stranger, "lost-phone", codes[3].upper()) == (200, "")
    assert attempt(stranger, "lost-phone", codes[3]) == (403, "wrong-code")
    assert client.get("/api/session/factor").json()["recovery_left"] == 9


def test_a_new_telephone_needs_the_old_ones_code_and_counts_from_its_first_code(
    county: Opened, sign_in: SignIn, stranger: TestClient
) -> None:
    newcomer(county, "new-phone")
    client = sign_in("new-phone")
    assert client.post("/api/session/factor/confirm", json={"code": "123456"}).json()["code"] == "enrolment-not-begun"
    phone, codes = enrol(client)
    for given, wanted in (("", "code-needed"), ("000000", "wrong-code")):
        refused = client.post("/api/session/factor", json={"password": PASSWORD, "code": given})
        assert (refused.status_code, refused.json()["code"]) == (403, wanted)
    wrong = client.post("/api/session/factor", json={"password": "wrong", "code": shown(phone)})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "old-password")
    newer, _ = enrol(client, codes[0])
    assert attempt(stranger, "new-phone", codes[1]) == (403, "wrong-code")
    assert attempt(stranger, "new-phone", shown(phone)) == (403, "wrong-code")
    assert attempt(stranger, "new-phone", shown(newer)) == (200, "")


def test_wrong_codes_lock_the_account_like_wrong_passwords(
    county: Opened, sign_in: SignIn, stranger: TestClient
) -> None:
    newcomer(county, "guessed")
    phone, _ = enrol(sign_in("guessed"))
    assert {attempt(stranger, "guessed", "000000") for _ in range(10)} == {(403, "wrong-code")}
    assert attempt(stranger, "guessed", shown(phone)) == (429, "account-locked")


def test_an_administrator_resets_a_lost_telephone_and_the_trail_says_so(
    county: Opened, sign_in: SignIn, stranger: TestClient
) -> None:
    person = newcomer(county, "reset-me")
    client = sign_in("reset-me")
    enrol(client)
    admin = sign_in("admin")
    rows = {one["id"]: one["second_factor"] for one in admin.get("/api/admin/people").json()["items"]}
    assert rows[person] is True
    assert client.delete(f"/api/admin/people/{person}/factor").status_code == 403
    assert admin.delete(f"/api/admin/people/{person}/factor").status_code == 204
    assert client.get("/api/session").status_code == 401
    assert attempt(stranger, "reset-me") == (200, "")
    newest = county.floor.audit.entries(limit=3)
    assert ("factor-reset", person) in {(one["subtype"], one["entity_id"]) for one in newest}
    assert admin.delete("/api/admin/people/nobody/factor").status_code == 404


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMINISTRATOR, Role.CLINICIAN])
def test_when_the_county_requires_it_signers_and_administrators_set_it_up_first(county: Opened, role: Role) -> None:
    house, asked = county.house, role is not Role.CLINICIAN
    strict = Auth(county.floor, county.house.registry, WebSettings.model_validate({"second_factor_required": True}))
    stranger = TestClient(create_app(replace(house, auth=strict)), base_url="http://127.0.0.1")
    newcomer(county, f"strict-{role.value}", role)
    answer = stranger.post("/api/session", json={"account": f"strict-{role.value}", "password": PASSWORD})
    stranger.headers["X-CSRF-Token"] = answer.json()["csrf"]
    assert answer.json()["person"]["second_factor_needed"] is asked
    refused = set()
    people = (one for one, guard in GUARDS.items() if guard.door not in ("open", "arriving") and not guard.systems)
    for method, path in (one.split(" ") for one in people if one != "GET /api/events"):  # a stream without an end
        got = stranger.request(method, re.sub(r"\{[^}]+\}", "x", path), json={})
        refused.add("second-factor-needed" in got.text)
    assert refused == {asked}
    if asked:
        enrol(stranger)
        assert "second-factor-needed" not in stranger.get("/api/worklist").text


def test_a_secret_is_wrapped_for_its_owner_with_a_key_that_is_not_in_the_database(
    county: Opened, sign_in: SignIn, stranger: TestClient
) -> None:
    mine, theirs = newcomer(county, "mine"), newcomer(county, "theirs")
    phone, codes = enrol(sign_in("mine"))
    enrol(sign_in("theirs"))
    with county.floor.db.read() as conn:
        row = store.read_factor(conn, mine)
        kept = str(conn.execute(store.recovery.select()).all())
    assert row is not None
    assert row.wrapped is not None
    assert phone.secret.encode() not in row.wrapped
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]
    key = county.floor.data / "keys" / "second-factor"
    assert key.stat().st_mode & 0o777 == 0o600
    swap = store.factor.update().values(wrapped=row.wrapped).where(store.factor.c.person_id == theirs)
    county.floor.db.write(lambda conn: conn.execute(swap))
    assert attempt(stranger, "theirs", shown(phone)) == (503, "secret-unreadable")
    whole = key.read_text()
    key.write_text("00" * 32)
    assert attempt(stranger, "mine", shown(phone)) == (503, "secret-unreadable")
    key.write_text(whole)
    assert attempt(stranger, "mine", shown(phone)) == (200, "")
