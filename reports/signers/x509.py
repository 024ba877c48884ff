"""Detached signatures with an X.509 certificate: ECDSA on P-256 with SHA-256 (RFC 5758 §3.2)."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import NameOID

from reports.model import SignatureStatus
from reports.signers import asn1 as _mended  # noqa: F401 - before anything is read or written

ALGORITHM = "ecdsa-with-SHA256"
DEMO_MARK = "联诊演示 DEMO — 无法律效力"


@dataclass(frozen=True, slots=True)
class Key:
    """A software key in hand; lives in the memory of a process and nowhere else."""

    name: str
    certificate: bytes  # DER
    issuers: tuple[bytes, ...]  # DER, from the issuer to the root
    private: bytes = field(repr=False)  # DER, PKCS#8

    @property
    def algorithm(self) -> str:
        """RFC 5758 §3.2."""
        return ALGORITHM

    def sign(self, data: bytes) -> bytes:
        """DER ECDSA-Sig-Value (RFC 3279 §2.2.3)."""
        key = serialization.load_der_private_key(self.private, None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key.sign(data, ec.ECDSA(hashes.SHA256()))

    def verify(self, data: bytes, signature: bytes) -> SignatureStatus:
        """Against this signer's own certificate, trusting its own issuers."""
        return verify(data, signature, self.certificate, self.issuers)


def verify(
    data: bytes, signature: bytes, certificate: bytes, roots: tuple[bytes, ...], signed_at: datetime | None = None
) -> SignatureStatus:
    """What can be said of a detached signature. Raises ValueError when `certificate` is no X.509 certificate.

    Trusted when a chain of `roots` (roots and what they issued, in any order) leads to the certificate, and the
    certificate was valid at `signed_at`.
    """
    holder = x509.load_der_x509_certificate(certificate)
    public = holder.public_key()
    intact = False
    if isinstance(public, ec.EllipticCurvePublicKey):
        try:
            public.verify(signature, data, ec.ECDSA(hashes.SHA256()))
            intact = True
        except InvalidSignature:
            intact = False
    return SignatureStatus(
        field="detached",
        signer=common_name(holder.subject),
        intact=intact,
        trusted=chained(holder, roots) and (signed_at is None or valid_at(holder, signed_at)),
        demo=is_demo(holder),
        signed_at=signed_at,
        algorithm=ALGORITHM,
    )


def is_demo(certificate: x509.Certificate) -> bool:
    """Whether a demonstration's authority issued it."""
    return DEMO_MARK in common_name(certificate.issuer)


def common_name(name: x509.Name) -> str:
    """The first CN, or empty text."""
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


def valid_at(certificate: x509.Certificate, at: datetime) -> bool:
    """Whether the certificate's own dates include the moment."""
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def serial_of(certificate: bytes) -> int:
    """The certificate's number with its issuer."""
    return x509.load_der_x509_certificate(certificate).serial_number


def kid_of(certificate: bytes) -> str:
    """The name of a certificate's key, also of one on a curve that is not known here (SM2)."""
    return hashlib.sha256(spki_of(certificate)).hexdigest()[:16]


def spki_of(certificate: bytes) -> bytes:
    """The public key as SubjectPublicKeyInfo, DER."""
    try:
        public = x509.load_der_x509_certificate(certificate).public_key()
    except UnsupportedAlgorithm:
        info = asn1.Certificate.load(certificate)["tbs_certificate"]["subject_public_key_info"]
        return bytes(info.dump())
    return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def kid_of_key(public: CertificatePublicKeyTypes) -> str:
    """A key's name: the first 8 bytes of the SHA-256 of its SubjectPublicKeyInfo, hexadecimal."""
    spki = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).hexdigest()[:16]


def chained(holder: x509.Certificate, roots: tuple[bytes, ...]) -> bool:
    """Whether `roots` lead to the certificate; at most three steps (RFC 5280 §6.1, signatures and CA flag)."""
    known = [x509.load_der_x509_certificate(root) for root in roots]
    for _ in range(3):
        issuer = next((one for one in known if _issued(holder, one)), None)
        if issuer is None:
            return False
        if issuer.subject == issuer.issuer:
            return True
        holder = issuer
    return False


def ordered(found: list[x509.Certificate], roots: tuple[bytes, ...]) -> list[x509.Certificate]:
    """From the holder, which is the first of `found`, to the root, as far as these and the roots reach."""
    known = [*found[1:], *(x509.load_der_x509_certificate(one) for one in roots)]
    chain = found[:1]
    while chain[-1].issuer != chain[-1].subject and len(chain) < 5:
        above = next((one for one in known if one.subject == chain[-1].issuer), None)
        if above is None:
            break
        chain.append(above)
    return chain


def completed(found: tuple[bytes, ...], roots: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The same with DER."""
    chain = ordered([x509.load_der_x509_certificate(one) for one in found], roots)
    return tuple(one.public_bytes(serialization.Encoding.DER) for one in chain)


def _issued(holder: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        holder.verify_directly_issued_by(issuer)
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound):
        return False
    return constraints.value.ca
