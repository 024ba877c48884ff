"""A signed report anywhere, years later: what is refused, proved, not known. Independent judges agree."""

import io
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from reports.model import SignatureRole, Superseded
from reports.signers.certificates import Revoked
from reports.signers.cose import Claims
from reports.signers.cose import sign as sign_code
from reports.signers.pdf import Proofs, issue, stamp
from reports.signers.timestamps import TimeStamps
from reports.signers.x509 import Key, kid_of
from reports.verification import lists, verify_pdf
from reports.verification.codes import verify_code
from reports.verification.lists import KeyList, ListedKey
from tests.integration.reports.signed import AT, CENTRE, Signed
from tests.integration.reports.tampering import overlay, rewritten
from tests.unit.reports.signers import proofs

pytestmark = pytest.mark.one_database  # there is none in it


def listed(yunxi: Signed, *, revoked_at: datetime | None = None, superseded: bool = False) -> KeyList:
    """The county's list; the reviewer revoked, the report superseded, if asked."""
    entries = []
    for key, role in ((yunxi.writer, "doctor"), (yunxi.reviewer, "doctor"), (yunxi.seal, "seal")):
        found = x509.load_der_x509_certificate(key.certificate)
        public = found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        gone = revoked_at if key is yunxi.reviewer else None
        entries.append(
            ListedKey(kid_of(key.certificate), key.name, role, CENTRE, key.algorithm, public,
                      found.not_valid_before_utc, found.not_valid_after_utc, gone)
        )  # fmt: skip
    newer = {yunxi.version.sha256: Superseded(3, "corrected", AT)} if superseded else {}
    return KeyList(CENTRE, AT, True, {one.kid: one for one in entries}, newer)


def test_the_verdict_names_writer_reviewer_and_seal_and_the_proved_time(yunxi: Signed) -> None:
    verdict = verify_pdf(yunxi.pdf, yunxi.roots, listed(yunxi))
    assert verdict.trusted
    assert [one.role for one in verdict.signatures] == list(SignatureRole)
    assert [one.signer for one in verdict.signatures] == ["李文博", "张建国", f"{CENTRE} 电子印章"]
    assert verdict.proved_at is not None
    assert verdict.not_known == ()
    assert verdict.content_sha256 == yunxi.version.sha256
    assert not any(one.acceptable for one in verdict.signatures)  # a demonstration's


def test_every_one_of_200_random_bit_flips_is_refused(yunxi: Signed) -> None:
    chance = random.Random(20261125)
    for _ in range(200):
        place, bit = chance.randrange(len(yunxi.pdf)), chance.randrange(8)
        broken = bytearray(yunxi.pdf)
        broken[place] ^= 1 << bit
        assert not verify_pdf(bytes(broken), yunxi.roots).intact, (place, bit)


def test_a_flip_inside_the_time_stamps_container_is_refused(yunxi: Signed) -> None:
    hole = yunxi.pdf.rindex(b"/Contents <") + len("/Contents <")
    chance = random.Random(7)
    for place in [*(hole + chance.randrange(2600) for _ in range(60)), hole + 20_000, hole + 24_000]:
        broken = bytearray(yunxi.pdf)
        broken[place] ^= 1
        assert not verify_pdf(bytes(broken), yunxi.roots).intact, place - hole


def other_attachment(pdf: bytes) -> bytes:
    """The report's content swapped for another one in an incremental update."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    stream = generic.StreamObject(stream_data=b'{"resourceType":"Bundle"}')
    names[1]["/EF"][generic.pdf_name("/F")] = writer.add_object(stream)
    writer.update_container(names[1]["/EF"])
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def rewritten_attachment(pdf: bytes) -> bytes:
    """Saved again with another content inside."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.attachments["report.json"] = b"{}"
        opened.save(out)
    return out.getvalue()


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "overlay": overlay,
    "swapped attachment": other_attachment,
    "rewritten": rewritten,
    "rewritten attachment": rewritten_attachment,
    "half": lambda pdf: pdf[: len(pdf) // 2],
    "last byte": lambda pdf: pdf[:-1],
    "appended": lambda pdf: pdf + b"\n% more",
    "before the seal": lambda pdf: pdf[: [one.end() for one in re.finditer(rb"%%EOF\n?", pdf)][-3]],
    "empty": lambda pdf: b"",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_file_that_was_worked_on_is_refused(yunxi: Signed, change: Callable[[bytes], bytes]) -> None:
    verdict = verify_pdf(change(yunxi.pdf), yunxi.roots)
    assert not verdict.intact
    assert not verdict.trusted


def test_without_its_time_stamp_the_file_is_whole_and_its_time_is_only_said(yunxi: Signed) -> None:
    pending = issue(replace(yunxi.job, stamps=TimeStamps("http://127.0.0.1:9/", 0.2)))
    assert pending.profile == "B-B"
    verdict = verify_pdf(pending.pdf, yunxi.roots)
    assert verdict.trusted
    assert (verdict.proved_at, verdict.not_known) == (None, ("time", "later-revocation", "superseded"))
    assert yunxi.job.stamps is not None
    later = stamp(pending.pdf, yunxi.job.stamps, proofs(yunxi.keys, AT))
    assert later.startswith(pending.pdf)  # nothing of what was signed has moved
    upgraded = verify_pdf(later, yunxi.roots)
    assert upgraded.trusted
    assert upgraded.proved_at is not None


def test_who_was_revoked_before_the_proved_time_is_not_trusted(yunxi: Signed) -> None:
    pending = issue(replace(yunxi.job, stamps=None)).pdf
    serial = x509.load_der_x509_certificate(yunxi.reviewer.certificate).serial_number
    since = AT - timedelta(hours=1)
    newer = yunxi.keys.revocations([Revoked(serial, since, "keyCompromise")], AT) or b""
    assert yunxi.job.stamps is not None
    verdict = verify_pdf(stamp(pending, yunxi.job.stamps, Proofs(revocations=(newer,))), yunxi.roots)
    assert verdict.intact
    assert not verdict.trusted
    assert [one.revoked_at for one in verdict.signatures] == [None, since, None]


def test_a_later_revocation_leaves_what_a_time_stamp_proves_and_nothing_else(yunxi: Signed) -> None:
    known = listed(yunxi, revoked_at=datetime.now(UTC) + timedelta(days=1))
    assert verify_pdf(yunxi.pdf, yunxi.roots, known).trusted
    pending = issue(replace(yunxi.job, stamps=None)).pdf
    verdict = verify_pdf(pending, yunxi.roots, known)
    assert (verdict.intact, verdict.trusted) == (True, False)


def test_a_stranger_sees_an_intact_file_of_unknown_people(yunxi: Signed, tmp_path: Path) -> None:
    stranger = type(yunxi.keys)(tmp_path, None, demo=True)
    stranger.seal("另一个县", AT)
    for roots in (stranger.roots(), ()):
        verdict = verify_pdf(yunxi.pdf, roots)
        assert (verdict.intact, verdict.trusted, verdict.proved_at) == (True, False, None)


def test_pdfsig_finds_the_doctors_and_the_seals_signatures_valid(yunxi: Signed, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(yunxi.pdf)
    said = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False, timeout=60).stdout
    assert said.count("Signature is Valid.") == 2
    assert "张建国" in said
    assert "Signature #3" in said  # the time stamp, which pdfsig cannot check


def test_openssl_verifies_each_signature_over_its_bytes(yunxi: Signed, tmp_path: Path) -> None:
    roots = tmp_path / "county.pem"
    roots.write_bytes(x509.load_der_x509_certificate(yunxi.roots[0]).public_bytes(Encoding.PEM))
    found = [tuple(map(int, one.groups())) for one in re.finditer(
        rb"/ByteRange \[ ?(\d+) +(\d+) +(\d+) +(\d+) *\]", yunxi.pdf)]  # fmt: skip
    assert len(found) == 3
    for start, length, after, rest in found:
        body = yunxi.pdf[start : start + length] + yunxi.pdf[after : after + rest]
        token = bytes.fromhex(yunxi.pdf[start + length + 1 : after - 1].decode())  # zeros follow; DER ends before them
        token = token[: 4 + int.from_bytes(token[2:4])]  # SEQUENCE with a length of two bytes
        (tmp_path / "body").write_bytes(body)
        (tmp_path / "token").write_bytes(token)
        words = ["cms", "-verify", "-inform", "DER", "-in", "token", "-content", "body", "-binary",
                 "-CAfile", "county.pem", "-purpose", "any", "-out", "/dev/null"]  # fmt: skip
        if (start, length, after, rest) == found[-1]:
            words = ["ts", "-verify", "-data", "body", "-in", "token", "-token_in", "-CAfile", "county.pem"]
        done = subprocess.run(["openssl", *words], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def code(yunxi: Signed, signer: Key | None = None) -> str:
    """The text of the report's QR code."""
    claims = Claims("report-1", 2, "final", yunxi.version.sha256, AT, "河口镇卫生院", "胸部正位", "王*䶮", "李文博",
                    "张建国", "右肺下野炎症。")  # fmt: skip
    return sign_code(claims, signer or yunxi.seal)


def test_a_code_is_checked_with_the_list_alone(yunxi: Signed) -> None:
    verdict = verify_code(code(yunxi), listed(yunxi, superseded=True))
    assert verdict.trusted
    assert verdict.claims is not None
    assert (verdict.claims.conclusion, verdict.claims.sha256) == ("右肺下野炎症。", yunxi.version.sha256)
    assert verdict.superseded_by == Superseded(3, "corrected", AT)
    assert len(code(yunxi)) < 460


def test_a_code_that_is_not_the_seals_is_refused(yunxi: Signed) -> None:
    known, text = listed(yunxi), code(yunxi)
    assert verify_code(text, None).fault == "no-list"
    assert verify_code(code(yunxi, yunxi.reviewer), known).fault == "not-a-seal"
    assert verify_code("https://example.org", known).fault == "unreadable"
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
    for place in range(4, len(text), 7):
        other = alphabet[(alphabet.index(text[place]) + 1) % len(alphabet)]
        assert not verify_code(text[:place] + other + text[place + 1 :], known).trusted, place


def test_the_command_needs_neither_database_nor_network(yunxi: Signed, tmp_path: Path) -> None:
    root = x509.load_der_x509_certificate(yunxi.roots[0])
    authority = yunxi.keys.authority()
    (tmp_path / "county.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (tmp_path / "keys.json").write_bytes(lists.sign(listed(yunxi, superseded=True), yunxi.roots[0], authority.key))
    (tmp_path / "report.pdf").write_bytes(yunxi.pdf)
    (tmp_path / "broken.pdf").write_bytes(overlay(yunxi.pdf))
    folder = Path(__file__).resolve().parents[3]

    def verify(*words: str) -> subprocess.CompletedProcess[str]:
        environment = {"PYTHONPATH": str(folder), "PATH": "/usr/bin", "LIANZHEN_DATA": str(tmp_path / "no-such-data")}
        alone = "-n" if os.geteuid() == 0 else "-rn"  # a network of its own, with nothing in it
        return subprocess.run(
            ["unshare", alone, sys.executable, "-m", "lianzhen", "verify", *words, "--trust", "county.pem"],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    done = verify("report.pdf", "--keys", "keys.json", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["intact"], said["trusted"], said["superseded_by"]["number"]) == (True, True, 3)
    assert [one["role"] for one in said["signatures"]] == ["writer", "reviewer", "seal"]
    read = verify("report.pdf").stdout
    assert "完好，签名者均受信任" in read
    assert "审核医师 reviewer: 张建国" in read
    assert verify("broken.pdf").returncode == 1
    coded = verify(code(yunxi), "--keys", "keys.json")
    assert "已被第 3 版取代" in coded.stdout
    assert coded.returncode == 0
    assert verify("missing.pdf").returncode == 2
    assert not (tmp_path / "no-such-data").exists()
