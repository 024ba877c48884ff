"""What the report's QR code says, signed: COSE_Sign1 (RFC 9052 §4.2) with ES256, in base45 (RFC 9285) after `LZ1:`.

The claims are a CBOR map with small integers as keys, so the code stays at version 13 (PLATFORM §1.4); the hash in it
is that of the version's canonical bytes. Whoever has the county's signed list of keys checks it without us.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import base45
import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from reports.signers import Signer
from reports.signers.x509 import kid_of

PREFIX = "LZ1:"
LIMIT = 4096  # characters; a QR code holds at most 4,296
SIGN1 = 18  # RFC 9052 table 1
ALG, KID, ES256 = 1, 4, -7  # RFC 9052 §3.1, RFC 9053 §2.1
WIDTH = 32  # bytes of an integer of P-256


@dataclass(frozen=True, slots=True)
class Claims:
    """What the code says of a version. Absent facts are empty."""

    report_id: str
    number: int
    status: str  # FHIR DiagnosticReport.status
    sha256: str  # of the canonical bytes, hexadecimal
    at: datetime  # to the second
    unit: str
    item: str
    patient: str  # masked
    writer: str
    reviewer: str
    conclusion: str  # in short


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was read, not yet believed."""

    claims: Claims
    kid: str
    signed: bytes  # Sig_structure, RFC 9052 §4.4
    signature: bytes  # r and s, 32 bytes each


_TEXTS = {5: "unit", 6: "item", 7: "patient", 8: "writer", 9: "reviewer", 10: "conclusion"}


def sign(claims: Claims, key: Signer) -> str:
    """The code's text. Raises ValueError when the key is not on P-256."""
    protected = cbor2.dumps({ALG: ES256, KID: bytes.fromhex(kid_of(key.certificate))}, canonical=True)
    payload = cbor2.dumps(_document(claims), canonical=True)
    r, s = decode_dss_signature(key.sign(_structure(protected, payload)))
    signature = r.to_bytes(WIDTH) + s.to_bytes(WIDTH)
    message = cbor2.dumps(cbor2.CBORTag(SIGN1, [protected, {}, payload, signature]), canonical=True)
    text: bytes = base45.b45encode(message)
    return PREFIX + text.decode()


def read(text: str) -> Code:
    """The code of a scanned text. Raises ValueError for anything else."""
    text = text.strip()
    if not text.startswith(PREFIX) or len(text) > LIMIT:
        raise ValueError("not a Lianzhen code")
    try:
        message = cbor2.loads(base45.b45decode(text[len(PREFIX) :]))
        if not isinstance(message, cbor2.CBORTag) or message.tag != SIGN1:
            raise ValueError("not COSE_Sign1")
        protected, unprotected, payload, signature = message.value
        head = cbor2.loads(protected)
        if head.get(ALG) != ES256 or set(head) != {ALG, KID} or unprotected or len(signature) != 2 * WIDTH:
            raise ValueError("another algorithm")
        claims = _claims(cbor2.loads(payload))
        return Code(claims, head[KID].hex(), _structure(protected, payload), signature)
    except (cbor2.CBORError, TypeError, KeyError, AttributeError, OverflowError, OSError, RecursionError) as fault:
        raise ValueError("damaged") from fault


def holds(code: Code, public_key: bytes) -> bool:
    """Whether the key (DER, SubjectPublicKeyInfo) signed exactly this."""
    key = serialization.load_der_public_key(public_key)
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        return False
    r, s = (int.from_bytes(part) for part in (code.signature[:WIDTH], code.signature[WIDTH:]))
    try:
        key.verify(encode_dss_signature(r, s), code.signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _structure(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)


def _document(claims: Claims) -> dict[int, object]:
    fixed: dict[int, object] = {
        1: _packed(claims.report_id),
        2: claims.number,
        3: bytes.fromhex(claims.sha256),
        4: int(claims.at.timestamp()),
        11: claims.status,
    }
    return fixed | {label: getattr(claims, name) for label, name in _TEXTS.items() if getattr(claims, name)}


def _packed(report_id: str) -> bytes | str:
    """A UUID as its 16 bytes: 20 fewer than its text, one size of code."""
    try:
        one = uuid.UUID(report_id)
    except ValueError:
        return report_id
    return one.bytes if str(one) == report_id else report_id


def _claims(document: Mapping[int, object]) -> Claims:
    found = {name: document.get(label, "") for label, name in _TEXTS.items()}
    texts = {name: text for name, text in found.items() if isinstance(text, str)}
    match [document[label] for label in (1, 2, 3, 4, 11)]:
        case [str() | bytes() as place, int(number), bytes(sha256), int(at), str(status)] if len(texts) == len(found):
            report_id = place if isinstance(place, str) else str(uuid.UUID(bytes=place))
            moment = datetime.fromtimestamp(at, UTC)
            return Claims(
                report_id=report_id, number=number, status=status, sha256=sha256.hex(), at=moment, **texts
            )  # fmt: skip
    raise ValueError("not the claims of a report")
