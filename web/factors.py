"""The second factor: codes of an authenticator on the person's telephone (TOTP, RFC 6238), and recovery codes.

A code counts once: the time step it belongs to is kept, and no step up to it is taken again. Recovery codes are kept as
keyed digests and are gone when used. The secret lies in the database wrapped (web/sealed.py).
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp

from foundation.access import Actor
from foundation.audit import Entry
from foundation.database import Connection
from foundation.errors import Conflict, Forbidden
from foundation.floor import Floor
from foundation.vocabulary import Role
from web import store
from web.sealed import Sealed

STEP = 30  # seconds, RFC 6238 §4.1; six digits and SHA-1 are what every authenticator reads
WINDOW = 1  # steps by which telephone and server may differ
ISSUER = "Lianzhen"
RECOVERY_CODES = 10
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that look alike
SIGNERS = frozenset({Role.RADIOLOGIST, Role.REVIEWER, Role.CARDIOLOGIST, Role.LABORATORY_PHYSICIAN, Role.ADMINISTRATOR})
"""Who needs a second factor when the county requires it: who writes and signs reports, and who administers."""


class CodeNeeded(Forbidden):
    """The password is right; a code of the authenticator is missing."""

    code = "code-needed"


class WrongCode(Forbidden):
    """The code is not the authenticator's of this moment, nor an unused recovery code."""

    code = "wrong-code"


class CodeUsed(Forbidden):
    """This code has let somebody in already."""

    code = "code-used"


class SecondFactorNeeded(Forbidden):
    """The county requires a second factor of this person: nothing but setting it up is open to this session."""

    code = "second-factor-needed"


class EnrolmentNotBegun(Conflict):
    """There is no authenticator waiting for its first code."""

    code = "enrolment-not-begun"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the authenticator is told, once."""

    secret: str  # base32
    address: str  # otpauth://, for the QR code


@dataclass(frozen=True, slots=True)
class Proof:
    """A code that was found right, not yet spent: a time step, or the digest of a recovery code."""

    step: int | None = None
    recovery: str | None = None


class Factors:
    """The authenticators of this installation's people."""

    def __init__(self, floor: Floor, *, required: bool) -> None:
        self._floor = floor
        self._required = required
        self._sealed = Sealed(floor.data / "keys" / "second-factor")

    def required(self, roles: frozenset[Role]) -> bool:
        """Whether the county's setting asks these roles for a second factor."""
        return self._required and not SIGNERS.isdisjoint(roles)

    def enrolled(self) -> frozenset[str]:
        """The ids of everybody who has one."""
        with self._floor.db.read() as conn:
            return frozenset(store.enrolled(conn))

    def since(self, person_id: str) -> tuple[datetime | None, int]:
        """When this person set it up, None without one, and how many recovery codes are left."""
        with self._floor.db.read() as conn:
            row = store.read_factor(conn, person_id)
            left = store.count_recovery(conn, person_id)
        return (row.enrolled_at, left) if row and row.wrapped else (None, 0)

    def prove(self, person_id: str, code: str) -> Proof | None:
        """The proof that this code is, None for somebody without a second factor. Raises CodeNeeded, WrongCode."""
        with self._floor.db.read() as conn:
            row = store.read_factor(conn, person_id)
        if row is None or row.wrapped is None:
            return None
        code = "".join(code.split()).replace("-", "").lower()
        if not code:
            raise CodeNeeded
        step = self._step(self._sealed.open(row.wrapped, person_id), code)
        if step is not None:
            return Proof(step=step)
        digest = self._sealed.digest(code, person_id)
        with self._floor.db.read() as conn:
            if store.has_recovery(conn, person_id, digest):
                return Proof(recovery=digest)
        raise WrongCode

    def spend(self, conn: Connection, person_id: str, proof: Proof | None) -> None:
        """Use the proof up in the write that it allows. Raises CodeUsed."""
        if proof is None:
            return
        if proof.step is not None:
            spent = store.use_step(conn, person_id, proof.step)
        else:
            spent = store.use_recovery(conn, person_id, proof.recovery or "")
        if not spent:
            raise CodeUsed

    def begin(self, actor: Actor, account: str, proof: Proof | None) -> Enrolment:
        """A new secret that waits for its first code; an older authenticator holds until then. Raises CodeUsed."""
        secret = pyotp.random_base32()
        wrapped = self._sealed.close(secret.encode(), actor.id)

        def work(conn: Connection) -> None:
            self.spend(conn, actor.id, proof)
            store.write_pending(conn, actor.id, wrapped)

        self._floor.db.write(work)
        return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER))

    def confirm(self, actor: Actor, code: str) -> list[str]:
        """The first code of the new authenticator: from now on it counts, and the person's other sessions are over.

        Returns the recovery codes, shown once. Raises EnrolmentNotBegun, WrongCode.
        """
        with self._floor.db.read() as conn:
            row = store.read_factor(conn, actor.id)
        if row is None or row.pending is None:
            raise EnrolmentNotBegun
        step = self._step(self._sealed.open(row.pending, actor.id), "".join(code.split()))
        if step is None:
            raise WrongCode
        codes = ["".join(secrets.choice(LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
        digests = [self._sealed.digest(one, actor.id) for one in codes]
        waiting = row.pending

        def work(conn: Connection) -> None:
            if not store.confirm_pending(conn, actor.id, waiting, step, self._floor.now()):
                raise EnrolmentNotBegun
            store.replace_recovery(conn, actor.id, digests)
            store.end_sessions(conn, person_id=actor.id, but=actor.session_id)
            self._floor.audit.record(conn, actor, Entry("login", "factor-enrolled", "C", "person", actor.id))

        self._floor.db.write(work)
        return [f"{one[:5]}-{one[5:]}" for one in codes]

    def reset(self, actor: Actor, person_id: str) -> None:
        """Forget a person's authenticator and recovery codes, and end their sessions: a lost telephone."""

        def work(conn: Connection) -> None:
            store.forget_factor(conn, person_id)
            store.end_sessions(conn, person_id=person_id)
            self._floor.audit.record(conn, actor, Entry("login", "factor-reset", "D", "person", person_id))

        self._floor.db.write(work)

    def _step(self, secret: bytes, code: str) -> int | None:
        """The time step whose code this is, within the window around now."""
        if len(code) != 6 or not (code.isascii() and code.isdigit()):
            return None
        totp, now = pyotp.TOTP(secret.decode()), int(self._floor.now().timestamp()) // STEP
        steps = range(now - WINDOW, now + WINDOW + 1)
        return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step), code)), None)
