"""A detached SM2 signature as the standard's own message (GM/T 0010, GB/T 35275): SignedData without its content.

One signer, with what leads to the root and a revocation list; content type, time and SM3 digest are signed.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from asn1crypto import cms
from cryptography import x509
from gmssl_pyx import sm3_hash

from reports.model import SignatureStatus
from reports.signers import der, sm2
from reports.signers.revocations import revoked_at
from reports.signers.sm2 import Sm2Key

DATA, SIGNED_DATA = "1.2.156.10197.6.1.4.2.1", "1.2.156.10197.6.1.4.2.2"
SIGNATURE = "1.2.156.10197.1.301.1"  # SM2-1, the signature algorithm of the curve
CONTENT_TYPE, DIGEST, SIGNING_TIME = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5"


@dataclass(frozen=True, slots=True)
class Message:
    """What a message holds; nothing is believed yet."""

    certificate: bytes  # DER
    issuers: tuple[bytes, ...]
    attributes: bytes  # the signed ones, DER, as they are signed
    signature: bytes
    digest: bytes
    signed_at: datetime
    revocations: tuple[bytes, ...]  # lists, DER


def sign(content: bytes, key: Sm2Key, at: datetime, revocations: tuple[bytes, ...] = ()) -> bytes:
    """The message over the content, DER, with fresh revocation lists; `at` to the second."""
    attributes = _attributes(sm3_hash(content), at)
    chain = (key.certificate, *(one for one in key.issuers if not _self_signed(one)))
    return _message(chain, revocations, attributes, key.sign(der.tlv(der.SET, attributes)))


def read(message: bytes) -> Message:
    """Raises ValueError for anything but what `sign` makes."""
    try:
        signed = cms.SignedData.load(_content(message))
        (info,) = signed["signer_infos"]
        chain = tuple(one.chosen.dump() for one in signed["certificates"])
        revocations = tuple(one.chosen.dump() for one in signed["crls"] or ())
        named = {one["type"].dotted: one["values"][0] for one in info["signed_attrs"]}
        digest, at = named[DIGEST].native, named[SIGNING_TIME].native
        attributes, signature = info["signed_attrs"].contents, info["signature"].native
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError("not a message of one signer") from fault
    if attributes != _attributes(digest, at) or message != _message(chain, revocations, attributes, signature):
        raise ValueError("something stands in it that is not signed")
    return Message(chain[0], chain[1:], der.tlv(der.SET, attributes), signature, digest, at, revocations)


def verify(content: bytes, message: bytes, roots: tuple[bytes, ...]) -> SignatureStatus:
    """What can be said of a message over the content. Raises ValueError for what is no message."""
    found = read(message)
    between = tuple(one for one in found.issuers if not _self_signed(one))  # a root counts only where it is known
    said = sm2.verify(found.attributes, found.signature, found.certificate, (*roots, *between), found.signed_at)
    known = said.trusted and all(sm2.lists(one, (*roots, *between)) for one in found.revocations)
    gone = [since for one in found.revocations if (since := revoked_at(one, found.certificate))]
    return replace(
        said,
        intact=said.intact and found.digest == sm3_hash(content),
        trusted=known,
        revoked_at=min((since for since, _ in gone), default=None),
    )


def _attributes(digest: bytes, at: datetime) -> bytes:
    """The signed attributes, in the order of a SET OF (X.690 §11.6), without its frame."""
    pairs = [
        (CONTENT_TYPE, der.oid(DATA)),
        (SIGNING_TIME, sm2.moment(at)),
        (DIGEST, der.tlv(der.OCTETS, digest)),
    ]
    return b"".join(sorted(der.tlv(der.SEQUENCE, der.oid(name), der.tlv(der.SET, value)) for name, value in pairs))


def _message(chain: tuple[bytes, ...], revocations: tuple[bytes, ...], attributes: bytes, signature: bytes) -> bytes:
    holder = x509.load_der_x509_certificate(chain[0])
    digest, version = der.tlv(der.SEQUENCE, der.oid(sm2.SM3)), der.integer(1)
    signer = der.tlv(
        der.SEQUENCE,
        version,
        der.tlv(der.SEQUENCE, holder.issuer.public_bytes(), der.integer(holder.serial_number)),
        digest,
        der.tlv(der.TAGGED_0, attributes),
        der.tlv(der.SEQUENCE, der.oid(SIGNATURE)),
        der.tlv(der.OCTETS, signature),
    )
    signed = der.tlv(
        der.SEQUENCE,
        version,
        der.tlv(der.SET, digest),
        der.tlv(der.SEQUENCE, der.oid(DATA)),
        der.tlv(der.TAGGED_0, *chain),
        der.tlv(der.TAGGED_1, *revocations) if revocations else b"",
        der.tlv(der.SET, signer),
    )
    return der.tlv(der.SEQUENCE, der.oid(SIGNED_DATA), der.tlv(der.TAGGED_0, signed))


def _content(message: bytes) -> bytes:
    """The SignedData inside the ContentInfo."""
    outer = cms.ContentInfo.load(message)
    if outer["content_type"].dotted != SIGNED_DATA:
        raise ValueError("not SignedData of GM/T 0010")
    inner: bytes = outer["content"].dump()
    return inner[inner.index(b"\x30") :]


def _self_signed(certificate: bytes) -> bool:
    one = x509.load_der_x509_certificate(certificate)
    return one.subject == one.issuer
