"""`verify`: a signed report or the text of its QR code, checked offline: no database, no network."""

import argparse
import dataclasses
import json
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from foundation import clock
from foundation.errors import Invalid
from lianzhen import settings
from reports.model import SignatureRole, SignatureStatus, Superseded, Verdict
from reports.signers.cose import PREFIX
from reports.verification import lists, verify_pdf
from reports.verification.codes import CodeVerdict, verify_code
from reports.verification.lists import KeyList

ROLE = {
    SignatureRole.WRITER: "报告医师 writer",
    SignatureRole.REVIEWER: "审核医师 reviewer",
    SignatureRole.SEAL: "机构印章 seal",
    None: "未知 unknown",
}
NOT_KNOWN = {
    "time": "签名时间只是签名者自己写的，没有时间戳证明 · the time is only said, no time stamp proves it",
    "revocation": "签名时证书是否已吊销 · whether a certificate was revoked when it signed",
    "later-revocation": "此后证书是否被吊销 · whether a certificate was revoked since",
    "superseded": "报告是否已被修订 · whether the report was superseded (give --keys)",
    "key": "签名密钥属于谁 · whose key it is",
}
FAULT = {
    "unsigned": "文件没有签名 · the file is not signed",
    "unreadable": "不是联诊的二维码，或已损坏 · no code of Lianzhen, or damaged",
    "no-list": "没有密钥名单，无法核对（用 --keys 给出）· no list of keys to check against: give --keys",
    "unknown-key": "名单里没有这把密钥 · the list does not know this key",
    "not-signed-by-it": "内容被改动过 · the content was altered",
    "not-a-seal": "不是机构印章的密钥 · not a seal's key",
    "revoked": "密钥已吊销 · the key was revoked",
    "expired": "签名时间不在密钥有效期内 · signed outside the key's validity",
}


class BadVerifyInput(Invalid):
    """A file that `verify` was given cannot be used."""

    code = "bad-verify-input"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to check, and whom to believe."""
    parser.add_argument("what", metavar="FILE|QR-TEXT", help="a signed PDF, or the text of a report's QR code")
    parser.add_argument(
        "--trust", type=Path, metavar="PEM", help="the county's root certificates; default: this data folder's"
    )
    parser.add_argument("--keys", type=Path, metavar="JSON", help="the county's signed list of keys")
    parser.add_argument("--json", action="store_true", help="the verdict as JSON")


def main(given: argparse.Namespace) -> int:
    """0 when intact and every signer trusted, 1 when not."""
    roots = _roots(given.trust)
    known = _known(given.keys, roots) if given.keys else None
    verdict: Verdict | CodeVerdict
    if given.what.startswith(PREFIX):
        verdict = verify_code(given.what, known)
    else:
        verdict = verify_pdf(_read(Path(given.what)), roots, known)
    if given.json:
        print(json.dumps(_plain(verdict), ensure_ascii=False, indent=1))
    else:
        print("\n".join(_file_lines(verdict) if isinstance(verdict, Verdict) else _code_lines(verdict)))
    return 0 if verdict.trusted else 1


def _roots(trust: Path | None) -> tuple[bytes, ...]:
    folder = settings.load().data / "keys"
    files = [trust] if trust else [*folder.glob("*/county-authority.pem"), *folder.glob("trust/*.pem")]
    try:
        found = [one for path in files for one in x509.load_pem_x509_certificates(_read(path))]
    except ValueError:
        raise BadVerifyInput(what=str(trust)) from None
    return tuple(one.public_bytes(Encoding.DER) for one in found)


def _known(path: Path, roots: tuple[bytes, ...]) -> KeyList:
    try:
        return lists.read(_read(path), roots)
    except ValueError:
        raise BadVerifyInput(what=str(path)) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise BadVerifyInput(what=str(path)) from None


def _file_lines(verdict: Verdict) -> list[str]:
    head = "✓ 完好，签名者均受信任 intact, every signer trusted"
    if not verdict.intact:
        head = "✗ 不能证明完好 not intact"
    elif not verdict.trusted:
        head = "✗ 内容完好，但有签名者不受信任 intact, but not every signer is trusted"
    lines = [head]
    if verdict.fault:
        lines.append(f"  {FAULT.get(verdict.fault, verdict.fault)}")
    lines += [line for one in verdict.signatures for line in _signer_lines(one)]
    if verdict.proved_at:
        lines.append(f"  时间戳 time stamp: {clock.shown(verdict.proved_at)}")
    lines += _superseded_lines(verdict.superseded_by)
    return [*lines, *(f"  ? {NOT_KNOWN[name]}" for name in verdict.not_known)]


def _signer_lines(one: SignatureStatus) -> list[str]:
    mark = "✓" if one.intact and one.trusted else "✗"
    at = clock.shown(one.signed_at) if one.signed_at else "—"
    said = "完好 intact" if one.intact else "被改动 altered"
    trust = "受信任 trusted" if one.trusted else "不受信任 not trusted"
    lines = [f"  {mark} {ROLE[one.role]}: {one.signer}  {at}  {said}, {trust}  [{one.algorithm}]"]
    if one.revoked_at:
        lines.append(f"      证书已吊销 revoked: {clock.shown(one.revoked_at)}")
    if one.demo:
        lines.append("      演示证书，无法律效力 demonstration certificate, worth nothing in law")
    return lines


def _code_lines(verdict: CodeVerdict) -> list[str]:
    head = "✓ 二维码完好，由机构印章签名 intact, signed by the county's seal"
    lines = [head if verdict.trusted else f"✗ {FAULT[verdict.fault]}"]
    if verdict.intact and verdict.claims and verdict.key:
        says = verdict.claims
        lines += [
            f"  {verdict.key.organisation} · {verdict.key.name}",
            f"  {says.patient}  {says.item}  {says.unit}  {clock.shown(says.at)}  第 {says.number} 版 ({says.status})",
            f"  报告医师 {says.writer}  审核医师 {says.reviewer or '—'}",
            f"  {says.conclusion}",
            f"  SHA-256 {says.sha256}",
        ]
    if verdict.demo:
        lines.append("  演示证书，无法律效力 demonstration, worth nothing in law")
    lines += _superseded_lines(verdict.superseded_by)
    return [*lines, *(f"  ? {NOT_KNOWN[name]}" for name in verdict.not_known)]


def _superseded_lines(found: Superseded | None) -> list[str]:
    if found is None:
        return []
    since = clock.shown(found.at)
    return [f"  ! 已被第 {found.number} 版取代 superseded by version {found.number} ({found.status}), {since}"]


def _plain(value: Any) -> Any:
    """A verdict as JSON; properties that decide are written, too."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        decided = [name for name in ("intact", "trusted", "acceptable") if hasattr(value, name) and name not in names]
        return {name: _plain(getattr(value, name)) for name in [*names, *decided]}
    if isinstance(value, datetime):
        return clock.iso(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return value.hex()
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
