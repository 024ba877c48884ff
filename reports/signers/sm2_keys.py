"""The county's keys of the second profile: an SM2 authority and an SM2 seal, made when they are first needed.

The county's setting is the order to make them. Private keys are wrapped with the installation's secret, as
`cryptography` writes no PKCS#8 for their curve.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from foundation import clock
from reports.errors import CertificateExpired
from reports.files import write_durable
from reports.signers import sm2
from reports.signers.certificates import Holder, Revoked, Term
from reports.signers.sm2 import Sm2Authority, Sm2Key
from reports.signers.wrapping import Sealing
from reports.signers.x509 import DEMO_MARK, common_name, valid_at

SM2_AUTHORITY, SM2_SEAL = "county-authority-sm2", "county-seal-sm2"
AUTHORITY_DAYS, HOLDER_DAYS = 3650, 1095
SLACK = timedelta(minutes=5)  # a certificate begins a little before its first use


@dataclass(frozen=True, slots=True)
class Sm2Keys:
    """Keys in a folder of this installation; `guarded` lets one process at a time make some."""

    folder: Path
    sealing: Sealing
    guarded: Callable[[], AbstractContextManager[None]]
    mark: str  # of a demonstration

    def issue(self, holder: Holder, public: bytes, at: datetime) -> tuple[bytes, tuple[bytes, ...]]:
        """A doctor's certificate with its issuers, DER."""
        authority = self._authority(holder.organisation, at)
        marked = replace(holder, mark=self.mark)
        return authority.issue(marked, public, Term(at - SLACK, HOLDER_DAYS)), (authority.certificate,)

    def seal(self, organisation: str, at: datetime) -> Sm2Key:
        """The organisation's key. Raises CertificateExpired."""
        holder = Holder(f"{organisation[:50]} 电子印章", organisation, mark=self.mark)
        authority = self._authority(organisation, at)
        with self.guarded():
            if not self._path(SM2_SEAL, "pem").exists():
                private, public = sm2.new_pair()
                issued = authority.issue(holder, public, Term(at - SLACK, HOLDER_DAYS))
                self._keep(SM2_SEAL, private, [issued, authority.certificate])
        (first, *issuers), private = self._load(SM2_SEAL)
        found = x509.load_der_x509_certificate(first)
        if not valid_at(found, at):
            raise CertificateExpired(name=holder.name, until=clock.shown(found.not_valid_after_utc))
        return Sm2Key(common_name(found.subject), first, tuple(issuers), private)

    def revocations(self, revoked: list[Revoked], organisation: str, at: datetime) -> bytes:
        """The SM2 authority's revocation list, DER."""
        return self._authority(organisation, at).revocations(revoked, at.replace(microsecond=0))

    def _authority(self, organisation: str, at: datetime) -> Sm2Authority:
        with self.guarded():
            if not self._path(SM2_AUTHORITY, "pem").exists():
                name = f"{DEMO_MARK} SM2" if self.mark else f"{organisation[:36]} 签名证书签发机构 SM2"
                made = sm2.root(Holder(name, organisation, mark=self.mark), Term(at - SLACK, AUTHORITY_DAYS))
                self._keep(SM2_AUTHORITY, made.private, [made.certificate])
        (certificate, *_), private = self._load(SM2_AUTHORITY)
        return Sm2Authority(certificate, private)

    def _keep(self, slot: str, private: bytes, chain: list[bytes]) -> None:
        """The key first: a certificate's file is the sign that both are there."""
        write_durable(self._path(slot, "key"), self.sealing.with_secret(private, slot), 0o600)
        write_durable(self._path(slot, "pem"), b"".join(sm2.pem(one) for one in chain), 0o644)

    def _load(self, slot: str) -> tuple[list[bytes], bytes]:
        chain = x509.load_pem_x509_certificates(self._path(slot, "pem").read_bytes())
        private = self.sealing.open_with_secret(self._path(slot, "key").read_bytes(), slot)
        return [one.public_bytes(Encoding.DER) for one in chain], private

    def _path(self, slot: str, kind: str) -> Path:
        return self.folder / f"{slot}.{kind}"
