"""Detached signatures with an X.509 certificate: ECDSA on P-256 with SHA-256 (RFC 5758 §3.2)."""

from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from reports.model import SignatureStatus

ALGORITHM = "ecdsa-with-SHA256"
DEMO_MARK = "联诊演示 DEMO — 无法律效力"


@dataclass(frozen=True, slots=True)
class Key:
    """A signer's certificate and wrapped private key; crosses to the child process that signs PDFs."""

    name: str
    certificate: bytes  # DER
    issuers: tuple[bytes, ...]  # DER, from the issuer to the root
    wrapped: bytes = field(repr=False)  # PEM, PKCS#8 encrypted (PBES2, AES-256)
    secret: bytes = field(repr=False)

    def private_key(self) -> ec.EllipticCurvePrivateKey:
        """Unwrapped, for one signature. Raises ValueError when the secret does not fit."""
        key = serialization.load_pem_private_key(self.wrapped, self.secret)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key


class X509Signer:
    """Signs as the holder of one key."""

    algorithm = ALGORITHM

    def __init__(self, key: Key) -> None:
        self._key = key

    def sign(self, data: bytes) -> bytes:
        """DER ECDSA-Sig-Value (RFC 3279 §2.2.3)."""
        return self._key.private_key().sign(data, ec.ECDSA(hashes.SHA256()))

    def verify(self, data: bytes, signature: bytes) -> SignatureStatus:
        """Against this signer's own certificate, trusting its own issuers."""
        return verify(data, signature, self._key.certificate, self._key.issuers)


def verify(data: bytes, signature: bytes, certificate: bytes, roots: tuple[bytes, ...]) -> SignatureStatus:
    """What can be said of a detached signature. Raises ValueError when `certificate` is no X.509 certificate."""
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
        trusted=any(_issued(holder, root) for root in roots),
        demo=is_demo(holder),
        signed_at=None,
        algorithm=ALGORITHM,
    )


def is_demo(certificate: x509.Certificate) -> bool:
    """Whether a demonstration's authority issued it."""
    return DEMO_MARK in common_name(certificate.issuer)


def common_name(name: x509.Name) -> str:
    """The first CN, or empty text."""
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


def _issued(holder: x509.Certificate, root: bytes) -> bool:
    try:
        holder.verify_directly_issued_by(x509.load_der_x509_certificate(root))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
