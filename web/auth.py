"""Who is asking: passwords (Argon2id), server-side sessions with CSRF secrets, bearer tokens for systems.

A person's cookie holds a random secret whose SHA-256 is the session's key; roles are read afresh for every
request, so a change of roles or a deactivated person takes effect at once. Parameters: OWASP ASVS 5 V6, V7.
"""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from foundation.access import PRODUCT, Actor
from foundation.audit import Entry, Outcome
from foundation.database import Connection
from foundation.errors import Forbidden, Invalid, NotFound, TooMany, Unauthenticated
from foundation.floor import Floor
from foundation.vocabulary import Role
from registry.api import Person, Registry
from web import store
from web.factors import CodeUsed, Enrolment, Factors, Proof, SecondFactorNeeded, WrongCode
from web.settings import WebSettings
from web.store import Credential, SessionRow, TokenRow

TOUCH_SECONDS = 30
ADDRESS_WINDOW = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


class WrongPassword(Unauthenticated):
    """The account does not exist, or the password is not its."""

    code = "wrong-password"


class AccountLocked(TooMany):
    """Too many wrong passwords in a row."""

    code = "account-locked"


class SigningPassword(Forbidden):
    """The password given to sign with is not the signer's."""

    code = "signing-password"


class WrongOldPassword(Forbidden):
    """The password that shall be replaced is not the person's."""

    code = "old-password"


class WeakPassword(Invalid):
    """The chosen password is too short, or the old one."""

    code = "weak-password"


class PasswordChangeNeeded(Forbidden):
    """Somebody else chose the password: nothing but changing it is open to this session."""

    code = "password-change-needed"


class CsrfMissing(Forbidden):
    """An unsafe request without the session's CSRF secret, or from another origin."""

    code = "csrf"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A session at its beginning: `secret` goes into the cookie and is never stored."""

    secret: str
    session: SessionRow
    person: Person


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _address_key(address: str | None) -> str:
    """How an address stands among the accounts' counts of failures, which every process shares."""
    return f"@{address or ''}"[:64]


class Auth:
    """The front desk's memory of who may come in."""

    def __init__(self, floor: Floor, registry: Registry, settings: WebSettings) -> None:
        self._floor = floor
        self._registry = registry
        self._settings = settings
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self.factors = Factors(floor, required=settings.second_factor_required)
        self._turn = threading.Semaphore(2)  # hashing is meant to be slow: it must not take every core
        self._nobody = self._hasher.hash(secrets.token_hex(8))

    # -- passwords

    def set_password(
        self,
        person_id: str,
        password: str,
        *,
        must_change: bool = True,
        also: Callable[[Connection], None] | None = None,
    ) -> None:
        """Give a person a password and end their sessions; `also` runs in the same write. Raises WeakPassword."""
        person = self._registry.person(person_id)
        self.check_strength(person.account, password)
        value, actor = Credential(self._hash(password), must_change), self._registry.actor_of(person)

        def work(conn: Connection) -> None:
            store.write_credential(conn, person_id, value, self._floor.now())
            store.end_sessions(conn, person_id=person_id)
            store.clear_failures(conn, person.account)
            if also is not None:
                also(conn)
            self._floor.audit.record(conn, actor, Entry("login", "password-set", "U", "person", person_id))

        self._floor.db.write(work)

    def check_strength(self, account: str, password: str) -> None:
        """Raises WeakPassword."""
        if len(password) < self._settings.password_length or password == account:
            raise WeakPassword(length=self._settings.password_length)

    def change_password(
        self, actor: Actor, old: str, new: str, also: Callable[[Connection], None] | None = None
    ) -> SignIn:
        """A person's own change: every session ends, and one begins with the new password. `also` runs in the same
        write. Raises WrongOldPassword or WeakPassword.
        """
        self.confirm(actor, old, WrongOldPassword)
        if old == new:
            raise WeakPassword(length=self._settings.password_length)
        self.set_password(actor.id, new, must_change=False, also=also)
        return self._begin(self._registry.person(actor.id), actor.address, None)

    def confirm(self, actor: Actor, password: str, refusal: type[Forbidden] = SigningPassword) -> None:
        """The act of signing, for one, asks for the password again. Raises `refusal` or AccountLocked."""
        person = self._registry.person(actor.id)
        self._check_lock(person.account)
        if not self._matches(person, password):
            self._failed(person.account, actor, "confirm")
            raise refusal
        self._floor.db.write(lambda conn: store.clear_failures(conn, person.account))

    # -- sessions

    def sign_in(self, account: str, password: str, address: str | None, code: str = "") -> SignIn:
        """Begin a session; `code` is the second factor's.

        Raises WrongPassword, AccountLocked or TooMany, an unknown account alike; CodeNeeded, WrongCode or CodeUsed.
        """
        account = account.strip().lower()[:64]
        self._check_address(address)
        self._check_lock(account)
        person = self._registry.person_by_account(account)
        matches = self._matches(person, password)
        if person is None or not matches or not person.active:
            stranger = Actor(id=f"account:{account}"[:64], name="", unit_id="", address=address)
            self._failed(account, stranger, "sign-in", address)
            raise WrongPassword(limit=self._settings.lock_after_failures)
        try:
            return self._begin(person, address, self.factors.prove(person.id, code))
        except (WrongCode, CodeUsed):
            self._failed(account, self._registry.actor_of(person, address=address), "code", address)
            raise

    def begin_factor(self, actor: Actor, password: str, code: str) -> Enrolment:
        """Set up an authenticator, or a new one in place of it; the old one's code is needed then.

        Raises WrongOldPassword, AccountLocked, and what `Factors.prove` raises.
        """
        self.confirm(actor, password, WrongOldPassword)
        account = self._registry.person(actor.id).account
        try:
            return self.factors.begin(actor, account, self.factors.prove(actor.id, code))
        except (WrongCode, CodeUsed):
            self._failed(account, actor, "code")
            raise

    def _begin(self, person: Person, address: str | None, proof: Proof | None) -> SignIn:
        secret, now = secrets.token_urlsafe(32), self._floor.now()
        row = SessionRow(_digest(secret), person.id, secrets.token_urlsafe(24), now, now)
        actor = self._registry.actor_of(person, row.id, address)

        def work(conn: Connection) -> SessionRow:
            self.factors.spend(conn, person.id, proof)
            store.clear_failures(conn, person.account)
            store.sweep_sessions(conn, now - self._longest, now - self._idle)
            store.write_session(conn, row, address)
            self._floor.audit.record(conn, actor, Entry("login", "sign-in", "E", "person", person.id))
            return store.read_session(conn, row.id) or row

        return SignIn(secret, self._floor.db.write(work), person)

    def session(self, secret: str | None, address: str | None) -> tuple[Actor, SessionRow]:
        """Who holds this cookie. Raises Unauthenticated when the session is over or the person is not active."""
        now = self._floor.now()
        with self._floor.db.read() as conn:
            row = store.read_session(conn, _digest(secret)) if secret else None
        if row is None or now - row.created_at > self._longest or now - row.seen_at > self._idle:
            raise Unauthenticated
        person = self._registry.person(row.person_id)
        if not person.active:
            raise Unauthenticated
        if (now - row.seen_at).total_seconds() > TOUCH_SECONDS:
            self._floor.db.write(lambda conn: store.touch_session(conn, row.id, now))
        return self._registry.actor_of(person, row.id, address), row

    def check_password(self, row: SessionRow) -> None:
        """Raises PasswordChangeNeeded while somebody else's choice stands."""
        if row.must_change:
            raise PasswordChangeNeeded

    def check_arrived(self, actor: Actor, row: SessionRow) -> None:
        """Raises PasswordChangeNeeded or SecondFactorNeeded while something at the sign-in is left to do."""
        self.check_password(row)
        if not row.enrolled and self.factors.required(actor.roles):
            raise SecondFactorNeeded

    def sign_out(self, actor: Actor) -> None:
        """End this session; a copied cookie is dead at once."""

        def work(conn: Connection) -> None:
            store.end_sessions(conn, session_id=actor.session_id)
            self._floor.audit.record(conn, actor, Entry("login", "sign-out", "E", "person", actor.id))

        if actor.session_id:
            self._floor.db.write(work)

    def sessions(self, person_id: str | None = None) -> list[Any]:
        """Who is signed in where: everybody, or one person; sessions that are over are left out."""
        now = self._floor.now()
        with self._floor.db.read() as conn:
            rows = store.sessions_of(conn, person_id)
        return [row for row in rows if now - row.created_at <= self._longest and now - row.seen_at <= self._idle]

    def revoke_session(self, actor: Actor, session_id: str, person_id: str | None = None) -> None:
        """End a session: one's own, or anybody's when `person_id` is None. Raises NotFound."""

        def work(conn: Connection) -> None:
            row = store.read_session(conn, session_id)
            if row is None or person_id not in (None, row.person_id):
                raise NotFound
            store.end_sessions(conn, session_id=session_id)
            self._floor.audit.record(conn, actor, Entry("login", "session-revoked", "D", "person", row.person_id))

        self._floor.db.write(work)

    def check_csrf(self, row: SessionRow, given: str | None) -> None:
        """Raises CsrfMissing unless the request carries the session's secret."""
        if given is None or not hmac.compare_digest(row.csrf, given):
            raise CsrfMissing

    # -- systems

    def tokens(self) -> list[Any]:
        """Every system that was admitted, the newest first."""
        with self._floor.db.read() as conn:
            return store.tokens(conn)

    def end_token(self, actor: Actor, token_id: str) -> None:
        """A system's token opens nothing any more. Raises NotFound."""

        def work(conn: Connection) -> None:
            if not store.revoke_token_by_id(conn, token_id, self._floor.now()):
                raise NotFound
            self._floor.audit.record(conn, actor, Entry("login", "token-revoked", "D", "token", token_id))

        self._floor.db.write(work)

    def add_token(self, name: str, unit_id: str, roles: frozenset[Role], actor: Actor = PRODUCT) -> str:
        """Admit a system; the token is returned once and only its hash is kept."""
        secret = f"lz_{secrets.token_urlsafe(32)}"
        row = TokenRow(_digest(secret), name, unit_id, sorted(role.value for role in roles))
        facts = {"name": name, "unit": unit_id, "roles": row.roles}

        def work(conn: Connection) -> None:
            store.write_token(conn, row, self._floor.now())
            self._floor.audit.record(conn, actor, Entry("login", "token-added", "C", "token", row.id, detail=facts))

        self._floor.db.write(work)
        return secret

    def revoke_token(self, name: str) -> int:
        """Revoke every token of that name; how many there were."""
        return self._floor.db.write(lambda conn: store.revoke_token(conn, name, self._floor.now()))

    def bearer(self, secret: str, address: str | None) -> Actor:
        """The system that holds this token. Raises Unauthenticated."""
        with self._floor.db.read() as conn:
            row = store.read_token(conn, _digest(secret))
        if row is None:
            raise Unauthenticated
        roles = frozenset(Role(role) for role in row.roles)
        serves = self._registry.senders_of(row.unit_id)
        return Actor(f"token:{row.name}", row.name, row.unit_id, roles, address=address, serves=serves)

    # -- guards

    @property
    def _idle(self) -> timedelta:
        return self._settings.session_idle_minutes * MINUTE

    @property
    def _longest(self) -> timedelta:
        return self._settings.session_hours * 60 * MINUTE

    def _hash(self, password: str) -> str:
        with self._turn:
            return self._hasher.hash(password)

    def _matches(self, person: Person | None, password: str) -> bool:
        known = None
        if person is not None:
            with self._floor.db.read() as conn:
                known = store.read_credential(conn, person.id)
        with self._turn:
            try:
                return self._hasher.verify(known.hash if known else self._nobody, password) and known is not None
            except (VerificationError, InvalidHashError):
                return False

    def _check_lock(self, account: str) -> None:
        with self._floor.db.read() as conn:
            known = store.read_failures(conn, account)
        if known is None or known[0] < self._settings.lock_after_failures:
            return
        left = known[1] + self._settings.lock_minutes * MINUTE - self._floor.now()
        if left.total_seconds() > 0:
            raise AccountLocked(seconds=int(left.total_seconds()) + 1)

    def _failed(self, account: str, actor: Actor, subtype: str, address: str | None = None) -> None:
        forget = self._settings.lock_minutes * MINUTE
        outcome: Outcome = "4"

        def work(conn: Connection) -> None:
            store.add_failure(conn, account, self._floor.now(), forget)
            if address is not None:
                store.add_to_window(conn, _address_key(address), self._floor.now(), ADDRESS_WINDOW)
            entry = Entry("login", subtype, "E", "person", actor.id, outcome)
            self._floor.audit.record(conn, actor, entry)

        self._floor.db.write(work)

    def _check_address(self, address: str | None) -> None:
        with self._floor.db.read() as conn:
            known = store.read_failures(conn, _address_key(address))
        if known is None or known[0] < self._settings.failures_per_address:
            return
        left = known[1] + ADDRESS_WINDOW - self._floor.now()
        if left.total_seconds() > 0:
            raise TooMany(seconds=int(left.total_seconds()) + 1)
