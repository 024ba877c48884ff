"""Checking a detached signature by the name of its algorithm: the members of the family that can check one."""

from datetime import datetime

from cryptography import x509 as certificates

from reports.model import SignatureStatus
from reports.signers import sm2, x509

_VERIFY = {x509.ALGORITHM: x509.verify, sm2.ALGORITHM: sm2.verify}


def verify(
    algorithm: str, data: bytes, signature: bytes, certificate: bytes, roots: tuple[bytes, ...] = ()
) -> SignatureStatus:
    """What can be said of a signature. Raises ValueError for an unknown algorithm or what is no certificate."""
    if algorithm not in _VERIFY:
        raise ValueError(f"unknown algorithm {algorithm[:40]}")
    return _VERIFY[algorithm](data, signature, certificate, roots)


def valid_at(certificate: bytes, at: datetime) -> bool:
    """Whether the certificate's own dates include the moment."""
    return x509.valid_at(certificates.load_der_x509_certificate(certificate), at)
