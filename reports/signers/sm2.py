"""The second profile: SM2 signatures with SM3 (GB/T 32918.2, GB/T 35276), by GmSSL; beside ECDSA, never in its place.

`cryptography` reads certificates of SM2 keys and does not know their curve: what concerns the key is done here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import randbits

import gmssl_pyx
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from reports.model import SignatureStatus
from reports.signers import der
from reports.signers.certificates import CRL_DAYS, Holder, Revoked, Term, subject, usage
from reports.signers.x509 import common_name, is_demo, kid_of, valid_at

ALGORITHM = "SM2-with-SM3"
CURVE, SIGNED_WITH_SM3, SM3 = "1.2.156.10197.1.301", "1.2.156.10197.1.501", "1.2.156.10197.1.401"
WIDTH = 32  # bytes of an integer of the curve
_KEY = der.tlv(der.SEQUENCE, der.oid("1.2.840.10045.2.1"), der.oid(CURVE))


@dataclass(frozen=True, slots=True)
class Sm2Key:
    """A software key in hand; lives in the memory of a process and nowhere else."""

    name: str
    certificate: bytes  # DER
    issuers: tuple[bytes, ...]  # DER, from the issuer to the root
    private: bytes = field(repr=False)  # 32 bytes

    @property
    def algorithm(self) -> str:
        """As GB/T 33560 spells it."""
        return ALGORITHM

    def sign(self, data: bytes) -> bytes:
        """DER, two integers (GB/T 35276 §7.3); the signer's distinguishing identifier is the standard's default."""
        return bytes(gmssl_pyx.sm2_sign(self.private, public_of(self.certificate), data))

    def verify(self, data: bytes, signature: bytes) -> SignatureStatus:
        """Against this signer's own certificate, trusting its own issuers."""
        return verify(data, signature, self.certificate, self.issuers)


def new_pair() -> tuple[bytes, bytes]:
    """A private key of 32 bytes and its public key, x and y."""
    public, private = gmssl_pyx.sm2_key_generate()
    return private, public


def public_of(certificate: bytes) -> bytes:
    """The certificate's public key, x and y. Raises ValueError when it is none on SM2's curve."""
    info = asn1.Certificate.load(certificate)["tbs_certificate"]["subject_public_key_info"]
    found: bytes = info.dump()
    if len(found) != len(_spki(bytes(2 * WIDTH))) or found != _spki(found[-2 * WIDTH :]):
        raise ValueError("not an SM2 key")
    return found[-2 * WIDTH :]


def is_sm2(certificate: bytes) -> bool:
    """Whether the certificate is of an SM2 key."""
    try:
        return bool(public_of(certificate))
    except ValueError:
        return False


def holds(public: bytes, data: bytes, signature: bytes) -> bool:
    """Whether the key signed exactly this."""
    try:
        return bool(gmssl_pyx.sm2_verify(public, data, signature))
    except gmssl_pyx.GmsslInnerError:
        return False


def verify(
    data: bytes, signature: bytes, certificate: bytes, roots: tuple[bytes, ...], signed_at: datetime | None = None
) -> SignatureStatus:
    """What can be said of a detached signature, as `x509.verify` does. Raises ValueError for no SM2 certificate."""
    public, holder = public_of(certificate), x509.load_der_x509_certificate(certificate)
    return SignatureStatus(
        field="detached",
        signer=common_name(holder.subject),
        intact=holds(public, data, signature),
        trusted=chained(certificate, roots) and (signed_at is None or valid_at(holder, signed_at)),
        demo=is_demo(holder),
        signed_at=signed_at,
        algorithm=ALGORITHM,
        kid=kid_of(certificate),
    )


def chained(certificate: bytes, roots: tuple[bytes, ...]) -> bool:
    """Whether `roots` lead to the certificate: at most three steps, signatures and CA flag (RFC 5280 §6.1)."""
    for _ in range(3):
        issuer = next((one for one in roots if _issued(certificate, one)), None)
        if issuer is None:
            return False
        above = x509.load_der_x509_certificate(issuer)
        if above.subject == above.issuer:
            return True
        certificate = issuer
    return False


def _issued(certificate: bytes, issuer: bytes) -> bool:
    below, above = x509.load_der_x509_certificate(certificate), x509.load_der_x509_certificate(issuer)
    if below.issuer != above.subject or below.signature_algorithm_oid.dotted_string != SIGNED_WITH_SM3:
        return False
    try:
        authority = above.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        return authority and holds(public_of(issuer), below.tbs_certificate_bytes, below.signature)
    except (ValueError, x509.ExtensionNotFound):
        return False


@dataclass(frozen=True, slots=True)
class Sm2Authority:
    """A certificate that issues SM2 certificates (GM/T 0015), with its key."""

    certificate: bytes  # DER
    private: bytes = field(repr=False)

    def issue(self, holder: Holder, public: bytes, term: Term) -> bytes:
        """A certificate to sign documents with, DER."""
        own = x509.load_der_x509_certificate(self.certificate)
        begin = max(term.begin, own.not_valid_before_utc)
        extensions: list[tuple[x509.ExtensionType, bool]] = [
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (usage(digital_signature=True, content_commitment=True), True),
            (x509.AuthorityKeyIdentifier(_identifier(public_of(self.certificate)), None, None), False),
        ]
        facts = _facts(own.subject, holder, public, Term(begin, term.days), extensions)
        return _signed(facts, self.private, public_of(self.certificate))

    def revocations(self, revoked: Iterable[Revoked], at: datetime) -> bytes:
        """The list of what counts no more, DER (RFC 5280 §5.1), version 2; fresh for a week."""
        own = x509.load_der_x509_certificate(self.certificate)
        entries = [_entry(one) for one in revoked]
        number = x509.CRLNumber(int(at.timestamp()))
        named = x509.AuthorityKeyIdentifier(_identifier(public_of(self.certificate)), None, None)
        facts = der.tlv(
            der.SEQUENCE,
            der.integer(1),
            der.tlv(der.SEQUENCE, der.oid(SIGNED_WITH_SM3)),
            own.subject.public_bytes(),
            moment(at),
            moment(at + timedelta(days=CRL_DAYS)),
            der.tlv(der.SEQUENCE, *entries) if entries else b"",
            der.tlv(der.TAGGED_0, der.tlv(der.SEQUENCE, _extension(number, False), _extension(named, False))),
        )
        return _signed(facts, self.private, public_of(self.certificate))


def lists(crl: bytes, issuers: tuple[bytes, ...]) -> bool:
    """Whether one of the issuers signed this revocation list. Raises ValueError for what is no list."""
    found = x509.load_der_x509_crl(crl)
    for one in issuers:
        above = x509.load_der_x509_certificate(one)
        if above.subject == found.issuer and is_sm2(one):
            return holds(public_of(one), found.tbs_certlist_bytes, found.signature)
    return False


def _entry(one: Revoked) -> bytes:
    reason = _extension(x509.CRLReason(x509.ReasonFlags(one.reason)), False)
    return der.tlv(der.SEQUENCE, der.integer(one.serial), moment(one.at), der.tlv(der.SEQUENCE, reason))


def root(holder: Holder, term: Term) -> Sm2Authority:
    """A new self-signed authority that issues to end entities only."""
    private, public = new_pair()
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (usage(key_cert_sign=True, crl_sign=True, digital_signature=True), True),
    ]
    facts = _facts(subject(holder), holder, public, term, extensions)
    return Sm2Authority(_signed(facts, private, public), private)


def _facts(
    issuer: x509.Name, holder: Holder, public: bytes, term: Term, extensions: list[tuple[x509.ExtensionType, bool]]
) -> bytes:
    """TBSCertificate (RFC 5280 §4.1.2), version 3."""
    named = [(x509.SubjectKeyIdentifier(_identifier(public)), False), *extensions]
    until = term.begin + timedelta(days=term.days)
    return der.tlv(
        der.SEQUENCE,
        der.tlv(der.TAGGED_0, der.integer(2)),
        der.integer(randbits(127) | 1),
        der.tlv(der.SEQUENCE, der.oid(SIGNED_WITH_SM3)),
        issuer.public_bytes(),
        der.tlv(der.SEQUENCE, moment(term.begin), moment(until)),
        subject(holder).public_bytes(),
        _spki(public),
        der.tlv(der.TAGGED_3, der.tlv(der.SEQUENCE, *(_extension(one, critical) for one, critical in named))),
    )


def _extension(one: x509.ExtensionType, critical: bool) -> bytes:
    flag = b"\x01\x01\xff" if critical else b""
    return der.tlv(der.SEQUENCE, der.oid(one.oid.dotted_string), flag, der.tlv(der.OCTETS, one.public_bytes()))


def _signed(facts: bytes, private: bytes, public: bytes) -> bytes:
    signature = gmssl_pyx.sm2_sign(private, public, facts)
    return der.tlv(der.SEQUENCE, facts, der.tlv(der.SEQUENCE, der.oid(SIGNED_WITH_SM3)), der.bits(signature))


def moment(at: datetime) -> bytes:
    """Time (RFC 5280 §4.1.2.5): UTCTime until 2049."""
    if at.year < 2050:
        return der.tlv(der.UTC_TIME, f"{at:%y%m%d%H%M%SZ}".encode())
    return der.tlv(der.GENERAL_TIME, f"{at:%Y%m%d%H%M%SZ}".encode())


def pem(certificate: bytes) -> bytes:
    """The certificate as PEM."""
    return x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM)


def _identifier(public: bytes) -> bytes:
    return bytes(gmssl_pyx.sm3_hash(b"\x04" + public)[:20])


def _spki(public: bytes) -> bytes:
    """SubjectPublicKeyInfo (GB/T 35276 §7.1)."""
    return der.tlv(der.SEQUENCE, _KEY, der.bits(b"\x04" + public))
