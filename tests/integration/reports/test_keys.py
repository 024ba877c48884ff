"""A doctor's key: made with the password, opened for a window, renewed, requested, imported, revoked."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from foundation.access import PRODUCT, Actor
from foundation.children import Children
from foundation.errors import Forbidden, Invalid, LianzhenError
from foundation.vocabulary import Role
from reading_queue.api import Kind
from reports.errors import (
    BadKeyFile,
    CertificateExpired,
    CertificateForeign,
    CertificateRevoked,
    KeyLocked,
    KeyStoreDown,
    NotYourKey,
    RevocationUnknown,
    SigningPasswordNeeded,
)
from reports.model import SignatureRole
from reports.signers.records import Custody, KeyState
from reports.verification import lists
from tests import softhsm
from tests.integration.reports.conftest import PASSWORD, TEXT, County

SECRET = "a-session-secret-that-only-the-cookie-holds"


def in_session(actor: Actor, number: int = 1) -> Actor:
    """The same person at a browser."""
    return replace(actor, session_id=f"session-{number}")


@pytest.fixture
def admin(county: County) -> Actor:
    return county.person("admin", "郑伟", county.lead, Role.ADMINISTRATOR)


class Ca:
    """A licensed authority, run with openssl as an authority would."""

    def __init__(self, folder: Path, name: str = "某省卫生 CA", *, crl: bool = True) -> None:
        self.folder = folder
        folder.mkdir()
        self._run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "ca.key")
        self._run("req", "-x509", "-new", "-key", "ca.key", "-subj", f"/CN={name}", "-utf8", "-days", "3650",
                  "-out", "ca.pem", "-addext", "keyUsage=critical,keyCertSign,cRLSign")  # fmt: skip
        (folder / "index.txt").touch()
        (folder / "ca.cnf").write_text(
            "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=30\n"
            "[u]\nbasicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature,nonRepudiation\n"
            "authorityKeyIdentifier=keyid\n"
        )
        if crl:
            self._run("ca", "-gencrl", "-config", "ca.cnf", "-keyfile", "ca.key", "-cert", "ca.pem", "-out", "ca.crl")

    @property
    def root(self) -> bytes:
        return (self.folder / "ca.pem").read_bytes()

    def certify(self, request: bytes, days: int = 365) -> bytes:
        (self.folder / "one.csr").write_bytes(request)
        self._run("x509", "-req", "-in", "one.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", str(days),
                  "-extfile", "ca.cnf", "-extensions", "u", "-out", "one.pem")  # fmt: skip
        return (self.folder / "one.pem").read_bytes()

    def pkcs12(self, name: str, secret: str) -> bytes:
        self._run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "doctor.key")
        self._run("req", "-new", "-key", "doctor.key", "-subj", f"/CN={name}", "-utf8", "-out", "doctor.csr")
        (self.folder / "doctor.pem").write_bytes(self.certify((self.folder / "doctor.csr").read_bytes()))
        self._run("pkcs12", "-export", "-inkey", "doctor.key", "-in", "doctor.pem", "-certfile", "ca.pem",
                  "-passout", f"pass:{secret}", "-out", "doctor.p12")  # fmt: skip
        return (self.folder / "doctor.p12").read_bytes()

    def _run(self, *words: str) -> None:
        done = subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, check=False, text=True)
        assert done.returncode == 0, done.stderr


def test_the_first_signature_makes_a_key_that_the_password_alone_opens(county: County, writer: Actor) -> None:
    (key,) = county.reports.my_keys(writer)
    assert (key.state(county.floor.now()), key.custody, key.demo) == (KeyState.ACTIVE, Custody.STORE, True)
    assert key.wrapped is not None
    assert key.wrapped.startswith(b"LZP1")
    county.reports.unlock(writer, PASSWORD)
    assert county.reports.my_keys(writer) == [key]


def test_a_window_spares_the_password_and_ends(county: County, writer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    reports, actor = county.reports, in_session(writer)
    until = reports.unlock(actor, PASSWORD, SECRET)
    assert until == reports.signing_until(actor)
    reports._pens.clear()  # another process of the same house
    assert reports.unlock(actor, None, SECRET) == until
    with pytest.raises(SigningPasswordNeeded):
        reports.unlock(in_session(writer, 2), None, SECRET)
    with pytest.raises(SigningPasswordNeeded):
        reports.unlock(actor, None, "another cookie")
    later = county.floor.now() + timedelta(minutes=6)
    monkeypatch.setattr(reports, "_now", lambda: later)
    assert reports.signing_until(actor) is None
    with pytest.raises(SigningPasswordNeeded):
        reports.unlock(actor, None, SECRET)


def test_a_county_may_ask_for_the_password_each_time(county: County, writer: Actor) -> None:
    county.reports._settings = county.reports._settings.model_copy(update={"signing_window_minutes": 0})
    actor = in_session(writer)
    assert county.reports.unlock(actor, PASSWORD, SECRET) is None
    with pytest.raises(SigningPasswordNeeded):
        county.reports.unlock(actor, None, SECRET)


def test_without_the_key_in_hand_nothing_is_signed(county: County, writer: Actor, study: str) -> None:
    county.reports.lock(writer)
    with pytest.raises(SigningPasswordNeeded):
        county.submitted(writer, study)
    assert county.reports.states([study]) == {}


def test_a_changed_password_opens_the_same_key(county: County, writer: Actor) -> None:
    (before,) = county.reports.my_keys(writer)
    wrapped = county.reports.rewrapped(writer, PASSWORD, "another-long-password")
    county.floor.db.write(lambda conn: county.reports.keep_rewrapped(conn, wrapped))
    county.reports.unlock(writer, "another-long-password")
    (after,) = county.reports.my_keys(writer)
    assert (after.kid, after.certificate) == (before.kid, before.certificate)
    assert after.wrapped != before.wrapped


def test_a_reset_password_gets_a_new_certificate_and_the_old_signature_verifies(
    county: County, writer: Actor, study: str
) -> None:
    ref = county.submitted(writer, study)
    county.reports.unlock(writer, "given-by-the-administrator")
    now = county.floor.now()
    assert [one.state(now) for one in county.reports.my_keys(writer)] == [KeyState.ACTIVE, KeyState.REPLACED]
    status = county.reports.verify_version(ref.report_id, 1)[SignatureRole.WRITER]
    assert status.intact
    assert status.trusted


def test_a_revoked_doctor_signs_no_more_and_the_list_says_since_when(
    county: County, admin: Actor, writer: Actor, reviewer: Actor, study: str, tmp_path: Path
) -> None:
    county.submitted(writer, study)
    (key,) = county.reports.my_keys(reviewer)
    with pytest.raises(Forbidden):
        county.reports.revoke(writer, key.kid, "keyCompromise")
    county.reports.revoke(admin, key.kid, "keyCompromise")
    with pytest.raises(CertificateRevoked) as refusal:
        county.approved(reviewer, study)
    assert (refusal.value.facts["name"], refusal.value.facts["reason_zh"]) == ("张建国", "密钥泄露")
    with pytest.raises(CertificateRevoked):
        county.reports.unlock(reviewer, PASSWORD)
    with pytest.raises(CertificateRevoked):
        county.reports.renew(reviewer, PASSWORD)
    assert county.reports.states([study])[study]["status"] == "preliminary"

    (tmp_path / "county.pem").write_bytes(county.reports.roots_pem())
    (tmp_path / "county.crl").write_bytes(county.reports.revocation_list())
    words = ["openssl", "crl", "-inform", "DER", "-in", "county.crl", "-CAfile", "county.pem", "-noout", "-text"]
    said = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "verify OK" in said.stderr
    assert f"{x509.load_der_x509_certificate(key.certificate or b'').serial_number:X}" in said.stdout
    assert "Key Compromise" in said.stdout
    known = lists.read(county.reports.key_list(), county.reports._keys.roots())
    assert known.keys[key.kid].revoked_at is not None

    county.reports.reissue(admin, reviewer.id)
    county.reports.unlock(reviewer, PASSWORD)
    claim = county.reports.states([study])[study]
    assert claim["status"] == "preliminary"
    assert len(county.reports.my_keys(reviewer)) == 2


def test_a_licensed_authority_certifies_a_request(county: County, writer: Actor, study: str, tmp_path: Path) -> None:
    ca = Ca(tmp_path / "ca")
    issued = ca.certify(county.reports.request(writer, PASSWORD))
    with pytest.raises(CertificateForeign) as refusal:
        county.reports.certify(writer, issued)
    assert refusal.value.facts["issuer"] == "某省卫生 CA"
    assert county.reports.trust(PRODUCT, ca.root) == ["某省卫生 CA"]
    key = county.reports.certify(writer, issued)
    assert (key.issuer, key.demo) == ("某省卫生 CA", False)
    county.reports.unlock(writer, PASSWORD)
    ref = county.submitted(writer, study)
    status = county.reports.verify_version(ref.report_id, 1)[SignatureRole.WRITER]
    assert status.acceptable


def test_an_imported_key_signs_and_a_reset_locks_it(
    county: County, writer: Actor, reviewer: Actor, study: str, tmp_path: Path
) -> None:
    ca = Ca(tmp_path / "ca")
    county.reports.trust(PRODUCT, ca.root)
    file = ca.pkcs12("张建国", "file-secret")
    key = county.reports.import_pkcs12(reviewer, file, "file-secret", PASSWORD)
    assert (key.custody, key.issuer) == (Custody.IMPORTED, "某省卫生 CA")
    county.reports.unlock(reviewer, PASSWORD)
    county.submitted(writer, study)
    claim = county.claim(reviewer, study, Kind.REVIEW)
    uid, lock = claim.workitem_uid, claim.transaction_uid
    with pytest.raises(RevocationUnknown) as refusal:  # its revocation list is still to come
        county.reports.approve(reviewer, uid, lock, 0, TEXT)
    assert refusal.value.facts["issuer"] == "某省卫生 CA"
    crls = county.floor.data / "keys" / "crls"
    crls.mkdir(parents=True)
    (crls / "ca.crl").write_bytes((ca.folder / "ca.crl").read_bytes())
    ref = county.reports.approve(reviewer, uid, lock, county.reports.draft(reviewer, uid).revision, TEXT)
    data, _ = county.reports.pdf(reviewer, ref.report_id, ref.number)
    verdict = county.reports.verify(data)
    assert verdict.trusted
    assert [one.acceptable for one in verdict.signatures] == [False, True, False]  # the others are a demonstration's
    with pytest.raises(KeyLocked):
        county.reports.unlock(reviewer, "given-by-the-administrator")


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        (lambda ca: (ca.pkcs12("张建国", "s"), "wrong"), BadKeyFile),
        (lambda ca: (b"nothing", "s"), BadKeyFile),
        (lambda ca: (ca.pkcs12("别人", "s"), "s"), NotYourKey),
    ],
    ids=["wrong password", "no file", "somebody else's"],
)
def test_a_file_that_is_not_the_doctors_is_refused(
    county: County, reviewer: Actor, tmp_path: Path,
    change: Callable[[Ca], tuple[bytes, str]], refused: type[LianzhenError],
) -> None:  # fmt: skip
    ca = Ca(tmp_path / "ca")
    county.reports.trust(PRODUCT, ca.root)
    with pytest.raises(refused):
        county.reports.import_pkcs12(reviewer, *change(ca), PASSWORD)
    assert len(county.reports.my_keys(reviewer)) == 1
    with pytest.raises(Invalid):
        county.reports.certify(reviewer, b"-----BEGIN CERTIFICATE-----\nnothing")


def test_an_expired_certificate_signs_nothing(
    county: County, writer: Actor, study: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = county.floor.now() + timedelta(days=1100)
    monkeypatch.setattr(county.reports, "_now", lambda: later)
    with pytest.raises(CertificateExpired):
        county.reports.unlock(writer, PASSWORD)


def test_a_key_on_a_token_signs_the_pdf_and_a_token_that_is_gone_refuses(
    county: County, admin: Actor, writer: Actor, reviewer: Actor, study: str, tmp_path: Path
) -> None:
    pin = softhsm.token()
    own = Children()  # a driver is set up by the environment that a process begins with
    county.reports._floor = replace(county.floor, children=own)
    chosen = {"token_module": softhsm.MODULE, "token_label": softhsm.LABEL, "token_pin_file": pin}
    county.reports._settings = county.reports._settings.model_copy(update=chosen)
    key = county.reports.put_on_token(admin, reviewer.id)
    assert (key.custody, key.wrapped) == (Custody.TOKEN, None)
    county.reports.unlock(reviewer, PASSWORD)
    county.submitted(writer, study)
    ref = county.approved(reviewer, study)
    data, _ = county.reports.pdf(reviewer, ref.report_id, ref.number)
    verdict = county.reports.verify(data)
    own.close()
    assert verdict.trusted
    assert verdict.signatures[1].kid == key.kid
    gone = {**chosen, "token_label": "another"}
    county.reports._settings = county.reports._settings.model_copy(update=gone)
    county.reports.unlock(reviewer, PASSWORD)
    claim = county.claim(reviewer, county.film(county.order()))
    with pytest.raises(KeyStoreDown):
        county.reports.submit(reviewer, claim.workitem_uid, claim.transaction_uid, 0, TEXT)
    assert county.reports.draft(reviewer, claim.workitem_uid).content == TEXT


def test_a_key_store_that_cannot_be_read_refuses(county: County, writer: Actor) -> None:
    (county.floor.data / "keys" / "secret").unlink()
    (county.floor.data / "keys" / "secret").mkdir()
    with pytest.raises(KeyStoreDown):
        county.reports.unlock(writer, PASSWORD)


def test_what_is_published_is_signed_by_the_root(county: County, writer: Actor) -> None:
    county.reports._keys.seal("云溪县人民医院", county.floor.now())
    data, roots = county.reports.key_list(), county.reports._keys.roots()
    known = lists.read(data, roots)
    assert {one.role for one in known.keys.values()} == {"doctor", "seal"}
    assert known.demo
    with pytest.raises(ValueError, match="trusted"):
        lists.read(data, ())
    with pytest.raises(ValueError, match="trusted"):
        lists.read(data.replace(b'"payload": "e', b'"payload": "f'), roots)
    root = x509.load_pem_x509_certificate(county.reports.roots_pem())
    assert root.public_bytes(Encoding.DER) == roots[0]
