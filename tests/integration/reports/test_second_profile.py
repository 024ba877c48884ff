"""SM2 with SM3 beside ECDSA: made by GmSSL, read by openssl, refused when anything is another."""

import io
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from foundation.access import PRODUCT, Actor
from reading_queue.api import Kind
from reports.api import ReportsSettings
from reports.encodings.attachments import from_pem, to_pem
from reports.errors import CertificateRevoked, SigningPasswordNeeded
from reports.model import SignatureRole, Verdict
from reports.signers import sm2, sm2_message
from reports.signers.certificates import Holder, Revoked, Term
from reports.signers.x509 import serial_of
from reports.verification import lists
from tests.integration.reports.conftest import PASSWORD, TEXT, County

ID = "distid:1234567812345678"  # the identifier that GB/T 35276 §10 gives a signer without one
SECRET = "a-session-secret-that-only-the-cookie-holds"


@pytest.fixture
def both(county: County) -> County:
    """The county wants both profiles."""
    county.reports._settings = ReportsSettings(signature_profile="ecdsa+sm2")
    return county


@pytest.fixture
def issued(both: County, writer: Actor, reviewer: Actor, study: str) -> bytes:
    """A report that two doctors signed, and the seal, each in both profiles."""
    both.submitted(writer, study)
    ref = both.approved(reviewer, study)
    return both.reports.pdf(reviewer, ref.report_id, ref.number)[0]


def second(verdict: Verdict) -> dict[SignatureRole | None, tuple[str, bool, bool]]:
    """The signatures of the second profile: who, intact, trusted."""
    found = [one for one in verdict.signatures if one.algorithm == sm2.ALGORITHM]
    return {one.role: (one.signer, one.intact, one.trusted) for one in found}


def openssl(folder: Path, *words: str) -> str:
    """Run openssl in a folder; it must succeed."""
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_each_signer_signs_twice_and_openssl_says_the_same(issued: bytes, both: County, tmp_path: Path) -> None:
    verdict = both.reports.verify(issued)
    assert verdict.trusted
    assert len(verdict.signatures) == 6
    expected = {"writer": "李文博", "reviewer": "张建国", "seal": "云溪县人民医院 电子印章"}
    assert second(verdict) == {SignatureRole(role): (name, True, True) for role, name in expected.items()}

    with pikepdf.open(io.BytesIO(issued)) as pdf:
        files = {name: one.get_file().read_bytes() for name, one in pdf.attachments.items()}
    (root,) = (one for one in both.reports._keys.roots() if sm2.is_sm2(one))
    (tmp_path / "root.pem").write_bytes(sm2.pem(root))
    for role in expected:
        message = sm2_message.read(from_pem(files[f"{role}-sm2.p7s"]))
        content = files["written.json" if role == "writer" else "report.json"]
        facts = {"one.pem": sm2.pem(message.certificate), "content": content, "signed": message.attributes,
                 "signature": message.signature}  # fmt: skip
        for name, data in facts.items():
            (tmp_path / name).write_bytes(data)
        openssl(tmp_path, "verify", "-vfyopt", ID, "-CAfile", "root.pem", "one.pem")
        (tmp_path / "one.crl").write_bytes(message.revocations[0])
        said = openssl(tmp_path, "crl", "-inform", "DER", "-in", "one.crl", "-noout", "-text")
        assert "No Revoked Certificates." in said
        openssl(tmp_path, "x509", "-in", "one.pem", "-pubkey", "-noout", "-out", "public.pem")
        openssl(tmp_path, "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt", ID, "-pubin", "-inkey",
                "public.pem", "-in", "signed", "-sigfile", "signature")  # fmt: skip
        digest = openssl(tmp_path, "dgst", "-sm3", "-r", "content").split()[0]
        assert bytes.fromhex(digest) in message.attributes


def test_what_openssl_signs_holds_here(tmp_path: Path) -> None:
    openssl(tmp_path, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", "key.pem")
    openssl(tmp_path, "req", "-x509", "-new", "-key", "key.pem", "-subj", "/CN=openssl", "-sm3", "-sigopt", ID,
            "-days", "30", "-out", "one.pem")  # fmt: skip
    openssl(tmp_path, "x509", "-in", "one.pem", "-outform", "DER", "-out", "one.der")
    (tmp_path / "words").write_bytes("右肺下野炎症".encode())
    openssl(tmp_path, "pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-pkeyopt", ID, "-inkey", "key.pem", "-in",
            "words", "-out", "signature")  # fmt: skip
    certificate, signature = (tmp_path / "one.der").read_bytes(), (tmp_path / "signature").read_bytes()
    said = sm2.verify("右肺下野炎症".encode(), signature, certificate, (certificate,))
    assert (said.intact, said.trusted) == (True, True)
    assert not sm2.verify("右肺下野炎症。".encode(), signature, certificate, (certificate,)).intact


def test_every_change_of_a_message_is_refused(both: County) -> None:
    now = both.floor.now().replace(microsecond=0)
    key = both.reports._keys.second().seal("云溪县人民医院", now)
    empty = both.reports._keys.second().revocations([], "云溪县人民医院", now)
    roots, message = both.reports._keys.roots(), sm2_message.sign(b"content", key, now, (empty,))
    assert sm2_message.verify(b"content", message, roots).trusted
    assert not sm2_message.verify(b"c0ntent", message, roots).intact
    assert not sm2_message.verify(b"content", message, ()).trusted
    for place in range(0, len(message), 7):
        broken = bytearray(message)
        broken[place] ^= 1
        try:
            said = sm2_message.verify(b"content", bytes(broken), roots)
        except ValueError:
            continue
        assert not (said.intact and said.trusted), place
    assert from_pem(to_pem(message)) == message


def test_a_window_opens_both_keys_and_a_new_password_keeps_them(both: County, writer: Actor, study: str) -> None:
    actor = replace(writer, session_id="session-1")
    until = both.reports.unlock(actor, PASSWORD, SECRET)
    both.reports._second_pens.clear()  # another process of the same house
    assert both.reports.unlock(actor, None, SECRET) == until
    both.submitted(actor, study)
    wrapped = both.reports.rewrapped(actor, PASSWORD, "another-long-password")
    both.floor.db.write(lambda conn: both.reports.keep_rewrapped(conn, wrapped))
    before = both.reports.my_keys(actor)
    both.reports.unlock(actor, "another-long-password")
    assert [one.kid for one in both.reports.my_keys(actor)] == [one.kid for one in before]
    assert {one.algorithm for one in before} == {"ecdsa-with-SHA256", sm2.ALGORITHM}
    both.reports.lock(actor)
    with pytest.raises(SigningPasswordNeeded):
        both.reports.unlock(actor, None, SECRET)


def test_a_revoked_second_key_signs_no_more_and_the_list_says_so(
    both: County, writer: Actor, reviewer: Actor, study: str
) -> None:
    both.submitted(writer, study)
    (key,) = (one for one in both.reports.my_keys(reviewer) if one.algorithm == sm2.ALGORITHM)
    both.reports.revoke(PRODUCT, key.kid, "keyCompromise")
    claim = both.claim(reviewer, study, Kind.REVIEW)
    with pytest.raises(CertificateRevoked):
        both.reports.approve(reviewer, claim.workitem_uid, claim.transaction_uid, 0, TEXT)
    both.reports._keys.seal("云溪县人民医院", both.floor.now())
    known = lists.read(both.reports.key_list(), both.reports._keys.roots())
    assert known.keys[key.kid].revoked_at is not None
    assert known.keys[key.kid].algorithm == sm2.ALGORITHM
    both.reports.reissue(PRODUCT, reviewer.id)
    both.reports.unlock(reviewer, PASSWORD)
    revision = both.reports.draft(reviewer, claim.workitem_uid).revision
    ref = both.reports.approve(reviewer, claim.workitem_uid, claim.transaction_uid, revision, TEXT)
    assert both.reports.verify(both.reports.pdf(reviewer, ref.report_id, ref.number)[0]).trusted


def test_a_signer_on_the_revocation_list_inside_is_not_trusted(both: County) -> None:
    now = both.floor.now().replace(microsecond=0)
    store = both.reports._keys.second()
    key = store.seal("云溪县人民医院", now)
    gone = [Revoked(serial_of(key.certificate), now, "keyCompromise")]
    crl = store.revocations(gone, "云溪县人民医院", now)
    said = sm2_message.verify(b"content", sm2_message.sign(b"content", key, now, (crl,)), both.reports._keys.roots())
    assert (said.intact, said.revoked_at) == (True, now)
    other = sm2.root(Holder("另一个机构", "别处"), Term(now, 30)).revocations([], now)
    said = sm2_message.verify(b"content", sm2_message.sign(b"content", key, now, (other,)), both.reports._keys.roots())
    assert (said.intact, said.trusted) == (True, False)


def test_a_county_of_one_profile_has_no_second_key(county: County, writer: Actor, study: str) -> None:
    county.submitted(writer, study)
    assert [one.algorithm for one in county.reports.my_keys(writer)] == ["ecdsa-with-SHA256"]
    assert not [one for one in county.reports._keys.roots() if sm2.is_sm2(one)]
