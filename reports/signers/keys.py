"""The key store of an installation: the county's authority, its seal, one key for each doctor.

Here the demonstration's keys, made when they are first needed and marked in every certificate as worth nothing in
law; every use is warned of in the log. Private keys are PKCS#8 encrypted with a secret of 256 bits that lies in a
file of its own (mode 0600).
"""

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from foundation import clock
from foundation.log import Log
from reports.errors import CertificateExpired, NoSigningKey
from reports.files import write_durable
from reports.model import Signatory
from reports.signers.x509 import DEMO_MARK, Key, common_name

log = Log("reports")

AUTHORITY, SEAL = "county-authority", "county-seal"
AUTHORITY_DAYS, HOLDER_DAYS = 3650, 1095
SLACK = timedelta(minutes=5)  # a certificate begins a little before its first use


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate names."""

    slot: str  # the file's name
    name: str
    organisation: str
    serial: str = ""


class KeyStore:
    """Keys in a folder of this installation. Safe to share between threads."""

    def __init__(self, folder: Path, secret_file: Path | None, *, demo: bool) -> None:
        self._folder = folder / "demo"
        self._secret_file = secret_file or folder / "secret"
        self._demo = demo
        self._lock = threading.Lock()

    def has_demo_keys(self) -> bool:
        """Whether a demonstration's authority lies in this installation."""
        return self._certificate_path(AUTHORITY).exists()

    def roots(self) -> tuple[bytes, ...]:
        """The roots that this county accepts, DER; none before the first signature."""
        path = self._certificate_path(AUTHORITY)
        return (_der(path.read_bytes()),) if path.exists() else ()

    def doctor(self, person: Signatory, organisation: str, at: datetime) -> Key:
        """The doctor's key. Raises NoSigningKey, CertificateExpired."""
        return self._key(Holder(f"person-{person.id}", person.name, organisation, person.id), at)

    def seal(self, organisation: str, at: datetime) -> Key:
        """The organisation's key. Raises NoSigningKey, CertificateExpired."""
        return self._key(Holder(SEAL, f"{organisation[:50]} 电子印章", organisation), at)

    def _key(self, holder: Holder, at: datetime) -> Key:
        with self._lock:
            if not self._certificate_path(holder.slot).exists():
                if not self._demo:
                    raise NoSigningKey(name=holder.name)
                self._make(holder, at)
            key = self._load(holder.slot)
        log.warn("demo-signature", kind=holder.slot.partition("-")[0])
        certificate = x509.load_der_x509_certificate(key.certificate)
        until = certificate.not_valid_after_utc
        if not certificate.not_valid_before_utc <= at <= until:
            raise CertificateExpired(name=holder.name, until=clock.shown(until))
        return key

    def _load(self, slot: str) -> Key:
        certificate = _der(self._certificate_path(slot).read_bytes())
        name = common_name(x509.load_der_x509_certificate(certificate).subject)
        return Key(name, certificate, self.roots(), self._key_path(slot).read_bytes(), self._secret())

    def _make(self, holder: Holder, at: datetime) -> None:
        if not self.has_demo_keys():
            self._make_authority(holder.organisation, at)
        authority = x509.load_der_x509_certificate(self.roots()[0])
        signing = serialization.load_pem_private_key(self._key_path(AUTHORITY).read_bytes(), self._secret())
        assert isinstance(signing, ec.EllipticCurvePrivateKey)
        key = ec.generate_private_key(ec.SECP256R1())
        begin = max(at - SLACK, authority.not_valid_before_utc)
        usage = _usage(digital_signature=True, content_commitment=True)
        certificate = (
            _builder(_subject(holder), authority.subject, key.public_key(), begin, HOLDER_DAYS)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
            .sign(signing, hashes.SHA256())
        )
        self._keep(holder.slot, key, certificate)

    def _make_authority(self, organisation: str, at: datetime) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = _subject(Holder(AUTHORITY, DEMO_MARK, organisation))
        certificate = (
            _builder(name, name, key.public_key(), at - SLACK, AUTHORITY_DAYS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        self._keep(AUTHORITY, key, certificate)

    def _keep(self, slot: str, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        """The key first: a certificate's file is the sign that both are there."""
        wrapped = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(self._secret()),
        )
        write_durable(self._key_path(slot), wrapped, 0o600)
        write_durable(self._certificate_path(slot), certificate.public_bytes(serialization.Encoding.PEM), 0o644)

    def _secret(self) -> bytes:
        if not self._secret_file.exists():
            write_durable(self._secret_file, secrets.token_hex(32).encode(), 0o600)
        return self._secret_file.read_bytes().strip()

    def _key_path(self, slot: str) -> Path:
        return self._folder / f"{slot}.key"

    def _certificate_path(self, slot: str) -> Path:
        return self._folder / f"{slot}.pem"


def _der(pem: bytes) -> bytes:
    return x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)


def _subject(holder: Holder) -> x509.Name:
    """X.520 attributes, each at most 64 characters (RFC 5280 appendix A)."""
    pairs = [
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, holder.organisation[:64]),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, DEMO_MARK),
        (NameOID.COMMON_NAME, holder.name[:64]),
        (NameOID.SERIAL_NUMBER, holder.serial[:64]),
    ]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs if value])


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, begin: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(**bits: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: bits.get(name, False) for name in names})
