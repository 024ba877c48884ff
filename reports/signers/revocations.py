"""Revocation lists of other authorities (RFC 5280 §5): fetched ahead, kept in files, embedded in every signature.

A list that an administrator puts into the folder counts as well; one is used only when its issuer signed it and it is
still fresh.
"""

import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from foundation.errors import StorageFull
from foundation.log import Log
from reports.errors import RevocationUnknown
from reports.files import write_durable
from reports.signers.certificates import crl_addresses
from reports.signers.x509 import common_name

log = Log("reports")
SECONDS = 5
SIZE_LIMIT = 16 * 1024 * 1024  # bytes


class Revocations:
    """The lists in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fresh(self, certificate: bytes, issuer: bytes, at: datetime) -> bytes:
        """The newest list that covers the certificate, DER; fetched when none is fresh. Raises RevocationUnknown."""
        above = x509.load_der_x509_certificate(issuer)
        found = self._kept(above, at)
        if found is None:
            self.fetch(certificate)
            found = self._kept(above, at)
        if found is None:
            raise RevocationUnknown(issuer=common_name(above.subject))
        return found

    def fetch(self, certificate: bytes) -> None:
        """Ask the certificate's authority for its list; what does not answer leaves what was known."""
        for address in crl_addresses(x509.load_der_x509_certificate(certificate)):
            try:
                with urllib.request.urlopen(address, timeout=SECONDS) as got:  # noqa: S310 - http only, by a CA
                    data = got.read(SIZE_LIMIT)
                text = _load(data).public_bytes(Encoding.DER)
            except (OSError, ValueError):
                log.warn("revocation-list-missed", address=address)
                continue
            with suppress(StorageFull):
                write_durable(self._folder / f"{sha256(address.encode()).hexdigest()[:32]}.crl", text, 0o644)
                return

    def _kept(self, issuer: x509.Certificate, at: datetime) -> bytes | None:
        found = [one for one in self._lists() if one.issuer == issuer.subject and _holds(one, issuer, at)]
        newest = max(found, key=lambda one: one.last_update_utc, default=None)
        return newest.public_bytes(Encoding.DER) if newest is not None else None  # an empty list is a list

    def _lists(self) -> Iterator[x509.CertificateRevocationList]:
        for path in sorted(self._folder.glob("*.crl")):
            with suppress(OSError, ValueError):
                yield _load(path.read_bytes())


def revoked_at(crl: bytes, certificate: bytes) -> tuple[datetime, str] | None:
    """Since when, and why, a list (DER) says that the certificate counts no more."""
    serial = x509.load_der_x509_certificate(certificate).serial_number
    entry = x509.load_der_x509_crl(crl).get_revoked_certificate_by_serial_number(serial)
    if entry is None:
        return None
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
    except x509.ExtensionNotFound:
        reason = "unspecified"
    return entry.revocation_date_utc, reason


def _holds(crl: x509.CertificateRevocationList, issuer: x509.Certificate, at: datetime) -> bool:
    until = crl.next_update_utc
    public = issuer.public_key()
    return until is not None and at < until and crl.is_signature_valid(public)  # type: ignore[arg-type]


def _load(data: bytes) -> x509.CertificateRevocationList:
    return x509.load_pem_x509_crl(data) if data.startswith(b"-----") else x509.load_der_x509_crl(data)
