"""Whom to believe, and what is known of revocations: the roots given, the file's own proofs, a signed list of keys."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from cryptography import x509

from reports.signers.revocations import revoked_at
from reports.signers.sm2 import is_sm2
from reports.signers.x509 import chained, kid_of
from reports.verification.lists import KeyList

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko_certvalidator import ValidationContext


@dataclass(frozen=True, slots=True)
class Trust:
    """All DER. `others` are certificates that came along; they count only where they lead to a root."""

    roots: tuple[bytes, ...]
    others: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    known: KeyList | None
    _contexts: "dict[datetime | None, ValidationContext]" = field(default_factory=dict, repr=False, compare=False)

    def context(self, at: datetime | None) -> "ValidationContext":
        """pyHanko's way to say the same, at a moment. A file with revocation lists must have one for each signer.

        What it has found out about a certificate at that moment it need not find out again.
        """
        if at not in self._contexts:
            self._contexts[at] = self._context(at)
        return self._contexts[at]

    def _context(self, at: datetime | None) -> "ValidationContext":
        from asn1crypto import x509 as asn1
        from pyhanko_certvalidator import ValidationContext

        return ValidationContext(
            trust_roots=[asn1.Certificate.load(one) for one in self.roots if not is_sm2(one)],
            other_certs=[asn1.Certificate.load(one) for one in self.others],
            crls=list(self.crls),
            allow_fetching=False,
            revocation_mode="require" if self.crls else "soft-fail",
            retroactive_revinfo=True,
            moment=at,
            best_signature_time=at,
        )

    def leads_to(self, certificate: bytes) -> bool:
        """Whether a root leads to the certificate."""
        between = tuple(one for one in self.others if one not in self.roots and not _self_signed(one))
        return chained(x509.load_der_x509_certificate(certificate), self.roots + between)

    def revoked_at(self, certificate: bytes) -> datetime | None:
        """The earliest moment from which anything known says that it counts no more."""
        issuer = x509.load_der_x509_certificate(certificate).issuer
        lists = [one for one in self.crls if x509.load_der_x509_crl(one).issuer == issuer]
        said = [found[0] for one in lists if (found := revoked_at(one, certificate))]
        listed = self.known.keys.get(kid_of(certificate)) if self.known else None
        if listed is not None and listed.revoked_at is not None:
            said.append(listed.revoked_at)
        return min(said, default=None)

    def revoked_by(self, certificate: bytes, proved_at: datetime | None) -> bool:
        """Whether it may have been revoked when it signed: only a proved time before the revocation helps."""
        since = self.revoked_at(certificate)
        return since is not None and (proved_at is None or since <= proved_at)


def trust_in(reader: "PdfFileReader", roots: tuple[bytes, ...], known: KeyList | None) -> Trust:
    """The roots with what the file brings along (DSS)."""
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko.sign.validation.errors import NoDSSFoundError

    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return Trust(roots, (), (), known)
    others = tuple(one.dump() for one in store.load_certs())
    return Trust(roots, others, tuple(one.get_object().data for one in store.crls), known)


def _self_signed(certificate: bytes) -> bool:
    one = x509.load_der_x509_certificate(certificate)
    return one.subject == one.issuer
