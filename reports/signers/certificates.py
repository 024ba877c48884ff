"""Certificates, requests and revocation lists as X.509 writes them (RFC 5280), for keys on P-256."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CRL_DAYS = 7


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate names."""

    name: str
    organisation: str
    serial: str = ""
    mark: str = ""  # the organisational unit: marks a demonstration's certificates


@dataclass(frozen=True, slots=True)
class Term:
    """From when, for how long."""

    begin: datetime
    days: int


@dataclass(frozen=True, slots=True)
class Revoked:
    """A certificate that counts no more from `at` on."""

    serial: int
    at: datetime
    reason: str = "unspecified"  # RFC 5280 §5.3.1


def subject(holder: Holder) -> x509.Name:
    """X.520 attributes, each at most 64 characters (RFC 5280 appendix A)."""
    pairs = [
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, holder.organisation[:64]),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, holder.mark[:64]),
        (NameOID.COMMON_NAME, holder.name[:64]),
        (NameOID.SERIAL_NUMBER, holder.serial[:64]),
    ]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs if value])


def root(holder: Holder, key: ec.EllipticCurvePrivateKey, term: Term) -> x509.Certificate:
    """A self-signed authority that issues to end entities only."""
    name = subject(holder)
    return (
        _builder(name, name, key.public_key(), term)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(key_cert_sign=True, crl_sign=True, digital_signature=True), critical=True)
        .sign(key, hashes.SHA256())
    )


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate that issues, with its key, and where its revocation list can be fetched (empty: nowhere)."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    crl_address: str = ""

    def issue(
        self, holder: Holder, public: ec.EllipticCurvePublicKey, term: Term, *, time_stamps: bool = False
    ) -> x509.Certificate:
        """A certificate to sign documents with, or to issue time stamps with (RFC 3161 §2.3)."""
        begin = max(term.begin, self.certificate.not_valid_before_utc)
        builder = (
            _builder(subject(holder), self.certificate.subject, public, Term(begin, term.days))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage(digital_signature=True, content_commitment=True), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        if time_stamps:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        if self.crl_address:
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(self.crl_address)], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def revocations(self, revoked: Iterable[Revoked], at: datetime) -> bytes:
        """The list of what counts no more, DER (RFC 5280 §5); fresh for a week."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(at)
            .next_update(at + timedelta(days=CRL_DAYS))
            .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        for one in revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(one.serial)
                .revocation_date(one.at)
                .add_extension(x509.CRLReason(x509.ReasonFlags(one.reason)), critical=False)
                .build()
            )
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)


def request(holder: Holder, key: ec.EllipticCurvePrivateKey) -> bytes:
    """A certificate signing request, PEM (RFC 2986)."""
    built = x509.CertificateSigningRequestBuilder().subject_name(subject(holder)).sign(key, hashes.SHA256())
    return built.public_bytes(Encoding.PEM)


def crl_addresses(certificate: x509.Certificate) -> list[str]:
    """Where the issuer publishes its revocation list: the http addresses of RFC 5280 §4.2.1.13."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    names = [name for point in points for name in point.full_name or ()]
    found = [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]
    return [address for address in found if address.startswith(("http://", "https://"))]


def _builder(
    holder: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, term: Term
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(holder)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(term.begin)
        .not_valid_after(term.begin + timedelta(days=term.days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def usage(**bits: bool) -> x509.KeyUsage:
    """KeyUsage (RFC 5280 §4.2.1.3) with these bits."""
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: bits.get(name, False) for name in names})
