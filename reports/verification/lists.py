"""The county's signed list: which keys are its doctors', until when, and which versions were superseded.

A JSON file in the flattened serialisation of JWS (RFC 7515 §7.2.2) with ES256, signed by the county's root: a copy
is as good as the original, from an address, on a memory stick, inside the page that checks QR codes.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from foundation import clock
from reports import canonical
from reports.model import Superseded

FORMAT = "lianzhen-keys-1"
HEAD = {"alg": "ES256", "typ": "lianzhen-keys+json"}


@dataclass(frozen=True, slots=True)
class ListedKey:
    """One key that signs for the county."""

    kid: str
    name: str
    role: str  # doctor, seal
    organisation: str
    algorithm: str
    public_key: bytes  # DER, SubjectPublicKeyInfo
    not_before: datetime
    not_after: datetime
    revoked_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class KeyList:
    """The list as it was at `made_at`."""

    county: str
    made_at: datetime
    demo: bool
    keys: Mapping[str, ListedKey]
    superseded: Mapping[str, Superseded] = field(default_factory=dict)  # by the SHA-256 of a version's content


def sign(known: KeyList, root: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """The signed list, JSON; `root` (DER) is the certificate of `key`."""
    protected, payload = _b64(canonical.dumps(HEAD)), _b64(canonical.dumps(_document(known)))
    r, s = decode_dss_signature(key.sign(f"{protected}.{payload}".encode(), ec.ECDSA(hashes.SHA256())))
    signed = {
        "payload": payload,
        "protected": protected,
        "header": {"x5c": [base64.b64encode(root).decode()]},
        "signature": _b64(r.to_bytes(32) + s.to_bytes(32)),
    }
    return json.dumps(signed, indent=1).encode()


def read(data: bytes, roots: tuple[bytes, ...]) -> KeyList:
    """A list that one of the roots has signed. Raises ValueError for anything else."""
    try:
        signed = json.loads(data)
        protected, payload, signature = (str(signed[name]) for name in ("protected", "payload", "signature"))
        if json.loads(_raw(protected)) != HEAD:
            raise ValueError("another kind of list")
        if not any(_holds(f"{protected}.{payload}".encode(), _raw(signature), root) for root in roots):
            raise ValueError("not signed by a root that is trusted here")
        return _list(json.loads(_raw(payload)))
    except (KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise ValueError("not a list of keys") from fault


def _holds(data: bytes, signature: bytes, root: bytes) -> bool:
    try:
        public = x509.load_der_x509_certificate(root).public_key()
    except UnsupportedAlgorithm:  # the second profile's root signs no list
        return False
    if not isinstance(public, ec.EllipticCurvePublicKey) or len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    try:
        public.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _document(known: KeyList) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "county": known.county,
        "made_at": clock.iso(known.made_at),
        "demo": known.demo,
        "keys": [_key_json(one) for one in known.keys.values()],
        "superseded": {
            sha256: {"number": one.number, "status": one.status, "at": clock.iso(one.at)}
            for sha256, one in known.superseded.items()
        },
    }


def _key_json(one: ListedKey) -> dict[str, Any]:
    return {
        "kid": one.kid, "name": one.name, "role": one.role, "organisation": one.organisation,
        "algorithm": one.algorithm, "public_key": base64.b64encode(one.public_key).decode(),
        "not_before": clock.iso(one.not_before), "not_after": clock.iso(one.not_after),
        "revoked_at": clock.iso(one.revoked_at) if one.revoked_at else None, "reason": one.reason,
    }  # fmt: skip


def _list(document: dict[str, Any]) -> KeyList:
    if document["format"] != FORMAT:
        raise ValueError("unknown format")
    found = [
        ListedKey(
            kid=one["kid"], name=one["name"], role=one["role"], organisation=one["organisation"],
            algorithm=one["algorithm"], public_key=base64.b64decode(one["public_key"], validate=True),
            not_before=clock.from_iso(one["not_before"]), not_after=clock.from_iso(one["not_after"]),
            revoked_at=clock.from_iso(one["revoked_at"]) if one["revoked_at"] else None, reason=one["reason"],
        )
        for one in document["keys"]
    ]  # fmt: skip
    superseded = {
        sha256: Superseded(one["number"], one["status"], clock.from_iso(one["at"]))
        for sha256, one in document["superseded"].items()
    }
    made_at = clock.from_iso(document["made_at"])
    return KeyList(document["county"], made_at, document["demo"], {one.kid: one for one in found}, superseded)


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
