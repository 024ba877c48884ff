"""A doctor's keys as they are kept: certificates with their state, private keys wrapped."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509

from reports.signers.x509 import DEMO_MARK, common_name


class Custody(StrEnum):
    """Where the private key lies."""

    STORE = "store"  # here, wrapped with the doctor's password
    IMPORTED = "imported"  # the same, brought as PKCS#12 from another authority
    TOKEN = "token"  # noqa: S105 - on a PKCS#11 token, which it never leaves


class KeyState(StrEnum):
    """What a key is good for at a moment."""

    REQUESTED = "requested"  # the certificate is still to come
    ACTIVE = "active"
    EXPIRED = "expired"
    REPLACED = "replaced"  # signs no more; what it signed stays verifiable
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key of a doctor."""

    kid: str
    person_id: str
    person_name: str
    organisation: str
    custody: Custody
    algorithm: str
    created_at: datetime
    certificate: bytes | None = None  # DER
    issuers: tuple[bytes, ...] = ()  # DER, from the issuer to the root
    wrapped: bytes | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    replaced_at: datetime | None = None
    revoked_at: datetime | None = None
    revocation_reason: str = ""

    @property
    def issuer(self) -> str:
        """Who has certified it; empty while nobody has."""
        return common_name(x509.load_der_x509_certificate(self.certificate).issuer) if self.certificate else ""

    @property
    def demo(self) -> bool:
        """Whether it is a demonstration's."""
        return DEMO_MARK in self.issuer

    def state(self, at: datetime) -> KeyState:
        """What it is good for at a moment."""
        if self.revoked_at is not None:
            return KeyState.REVOKED
        if self.replaced_at is not None:
            return KeyState.REPLACED
        if self.certificate is None or self.not_after is None:
            return KeyState.REQUESTED
        return KeyState.ACTIVE if at <= self.not_after else KeyState.EXPIRED


@dataclass(frozen=True, slots=True)
class Window:
    """A signing window: the key wrapped with the session's secret, which only the browser's cookie holds."""

    session_id: str
    person_id: str
    kid: str
    wrapped: bytes
    expires_at: datetime
