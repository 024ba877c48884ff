"""TLS of every door but HTTP's own: BCP 195 (RFC 9325) as PS3.15 §B.9 and §B.12 ask of DICOM peers.

TLS 1.2 with forward secrecy and authenticated ciphers, or 1.3; a peer without a certificate of the given authority is
turned away in the handshake.
"""

import ssl
from ipaddress import ip_address
from pathlib import Path

from foundation.errors import Invalid

# RFC 9325 §4.2; TLS 1.3 has its own list
_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!eNULL:!SHA1:!SHA256:!SHA384"


class BadCertificate(Invalid):
    """A certificate, key or authority that is missing, unreadable or does not belong together."""

    code = "bad-certificate"


def server_context(certificate: Path, key: Path, authority: Path | None) -> ssl.SSLContext:
    """What a TLS door is opened with; with an `authority` the peer must show a certificate that it has issued.

    Raises BadCertificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    for path in filter(None, (certificate, key, authority)):
        if not path.is_file():
            raise BadCertificate(file=str(path), why="no such file")
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except (OSError, ValueError) as fault:
        raise BadCertificate(file=str(certificate), why=_why(fault)) from None
    if authority is not None:
        try:
            context.load_verify_locations(authority)
        except (OSError, ValueError) as fault:
            raise BadCertificate(file=str(authority), why=_why(fault)) from None
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _no_password() -> str:
    raise ValueError("the key is encrypted")  # never ask at a terminal that a service does not have


def _why(fault: Exception) -> str:
    return str(getattr(fault, "reason", None) or fault)[:100]
