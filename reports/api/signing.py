"""Keys in hand: the password opens a doctor's key for one signing window; every act takes the pen from there.

The unwrapped key is in this process's memory only, and, so that another process can go on within the window, in the
database under a secret that the browser's cookie alone holds.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from foundation import clock
from foundation.access import Actor
from foundation.audit import Entry
from foundation.database import Connection
from foundation.floor import Floor
from pacs_gateway.api import Gateway
from reading_queue.api import ReadingQueue
from registry.api import Registry
from reports.api.room import Room
from reports.errors import (
    CertificateExpired,
    CertificateForeign,
    CertificateRevoked,
    ClockBehind,
    KeyLocked,
    KeyStoreDown,
    NoSigningKey,
    SigningPasswordNeeded,
)
from reports.settings import ReportsSettings
from reports.signers import Signer, sm2
from reports.signers.certificates import Holder
from reports.signers.records import Custody, KeyRecord, KeyState, Window
from reports.signers.token import Token, TokenKey
from reports.signers.wrapping import Sealing, WrongSecret
from reports.signers.x509 import ALGORITHM, Key, chained, common_name, kid_of, valid_at
from reports.store import keys

IN_HAND = timedelta(minutes=1)  # how long a key stays in memory at least: one act
REASONS = {
    "unspecified": "未说明",
    "keyCompromise": "密钥泄露",
    "affiliationChanged": "人员变动",
    "superseded": "已更换",
    "cessationOfOperation": "停止使用",
}  # RFC 5280 §5.3.1
Place = tuple[str, str | None]  # a person and the session in which they sign
Pen = TypeVar("Pen", Signer, sm2.Sm2Key)
DER = serialization.Encoding.DER
PKCS8 = serialization.PrivateFormat.PKCS8


class Signing(Room):
    """Who may sign now, and with what."""

    def __init__(
        self, floor: Floor, registry: Registry, gateway: Gateway, queue: ReadingQueue, settings: ReportsSettings
    ) -> None:
        super().__init__(floor, registry, gateway, queue, settings)
        self._pens: dict[Place, tuple[Signer, datetime]] = {}

    def unlock(self, actor: Actor, password: str | None, secret: str = "") -> datetime | None:
        """Take the doctor's key in hand, before submitting or approving; until when the password is not asked again.

        `password` was confirmed to be the doctor's own; without one the session's open window must still last.
        `secret` is the session's, which the browser's cookie holds. Without a key one is made where this installation
        issues certificates. Raises SigningPasswordNeeded, NoSigningKey, CertificateExpired, CertificateRevoked,
        CertificateForeign, KeyLocked, KeyStoreDown.
        """
        now = self._now()
        if password is None:
            signer, until = self._from_window(actor, secret, now)
        else:
            record, signer = self._from_store(actor, password, now)
            until = now + timedelta(minutes=self._settings.signing_window_minutes)
            if secret and actor.session_id and until > now:
                self._open_window(record, signer, (actor.session_id, secret), until)
        self._pens = {whose: pen for whose, pen in self._pens.items() if pen[1] > now}
        self._pens[actor.id, actor.session_id] = signer, max(until, now + IN_HAND)
        return until if until > now else None

    def lock(self, actor: Actor) -> None:
        """Put the key down: the password is asked for at the next signature."""
        self._pens.pop((actor.id, actor.session_id), None)
        session = actor.session_id
        if session:
            self._floor.db.write(lambda conn: keys.close_window(conn, session))

    def signing_until(self, actor: Actor) -> datetime | None:
        """Until when this session signs without the password; None when it must ask."""
        with self._floor.db.read() as conn:
            window = keys.read_window(conn, actor.session_id or "")
        open_now = window is not None and window.person_id == actor.id and window.expires_at > self._now()
        return window.expires_at if window and open_now else None

    def rewrapped(self, actor: Actor, old: str, new: str) -> tuple[tuple[str, bytes], ...]:
        """The doctor's keys under a new password, to be kept by `keep_rewrapped`."""
        with self._floor.db.read() as conn:
            records = [keys.current(conn, actor.id, one) for one in (ALGORITHM, sm2.ALGORITHM)]
        sealing, found = self._sealing(), []
        for record in records:
            # one that was wrapped with an older password stays: the next signature issues a new certificate
            if record is not None and record.wrapped is not None:
                with suppress(WrongSecret):
                    private = sealing.open_with_password(record.wrapped, old)
                    found.append((record.kid, sealing.with_password(private, new)))
        return tuple(found)

    def keep_rewrapped(self, conn: Connection, wrapped: tuple[tuple[str, bytes], ...]) -> None:
        """Keep them, in the write that changes the password."""
        for kid, key in wrapped:
            keys.rewrap(conn, kid, key)

    def _pen(self, actor: Actor, at: datetime) -> Signer:
        """The key in the actor's hand, if it is still good and the clock can be believed.

        Raises ClockBehind, SigningPasswordNeeded and what `_good` raises.
        """
        self._demand_clock()
        signer, record = self._in_hand(self._pens, actor, at)
        self._good(record, at)
        return signer

    def _in_hand(self, pens: Mapping[Place, tuple[Pen, datetime]], actor: Actor, at: datetime) -> tuple[Pen, KeyRecord]:
        """The key that the actor took in hand and has not replaced since. Raises SigningPasswordNeeded."""
        pen, until = pens.get((actor.id, actor.session_id), (None, at))
        if pen is None or until < at:
            raise SigningPasswordNeeded
        with self._floor.db.read() as conn:
            record = keys.by_kid(conn, kid_of(pen.certificate))
        if record is None or record.state(at) is KeyState.REPLACED:
            raise SigningPasswordNeeded
        return pen, record

    def _demand_clock(self) -> None:
        """Raises ClockBehind: a signature must not seem older than what was done before it."""
        now, latest = self._now(), self._floor.audit.latest()
        if latest is not None and (latest - now).total_seconds() > self._settings.clock_tolerance_seconds:
            raise ClockBehind(now=clock.shown(now), latest=clock.shown(latest))

    def _good(self, record: KeyRecord, at: datetime) -> None:
        """Raises CertificateRevoked, CertificateExpired, CertificateForeign."""
        certificate = self._unrevoked(record, at)
        if not chained(certificate, self._keys.roots() + record.issuers) or not self._rooted(record):
            raise CertificateForeign(name=record.person_name, issuer=common_name(certificate.issuer))

    def _unrevoked(self, record: KeyRecord, at: datetime) -> x509.Certificate:
        """The record's certificate. Raises CertificateRevoked, CertificateExpired."""
        if record.revoked_at is not None:
            reason = record.revocation_reason
            raise CertificateRevoked(
                name=record.person_name, at=clock.shown(record.revoked_at), reason=reason, reason_zh=REASONS[reason]
            )
        assert record.certificate is not None
        certificate = x509.load_der_x509_certificate(record.certificate)
        if not valid_at(certificate, at):
            until = clock.shown(certificate.not_valid_after_utc)
            raise CertificateExpired(name=record.person_name, until=until)
        return certificate

    def _rooted(self, record: KeyRecord) -> bool:
        """Whether the chain ends at a root that this county accepts, and not at one that came along with it."""
        roots = self._keys.roots()
        own = tuple(one for one in record.issuers if one not in roots and not _self_signed(one))
        assert record.certificate is not None
        return chained(x509.load_der_x509_certificate(record.certificate), roots + own)

    # from the store

    def _from_store(self, actor: Actor, password: str, now: datetime) -> tuple[KeyRecord, Signer]:
        with self._floor.db.read() as conn:
            record = keys.current(conn, actor.id)
        if record is None:
            return self._enrol(actor, password, now)
        self._good(record, now)
        if record.custody is Custody.TOKEN:
            return record, self._on_token(record)
        assert record.wrapped is not None
        try:
            private = self._sealing().open_with_password(record.wrapped, password)
        except WrongSecret:
            return self._after_reset(actor, record, password, now)
        return record, _key(record, private)

    def _on_token(self, record: KeyRecord) -> Signer:
        """A key that never leaves its PKCS#11 token. Raises KeyStoreDown."""
        assert record.certificate is not None
        return TokenKey(record.person_name, record.certificate, record.issuers, self._token(), record.kid)

    def _token(self) -> Token:
        """The token that the settings name. Raises KeyStoreDown."""
        chosen = self._settings
        if chosen.token_module is None or chosen.token_pin_file is None:
            raise KeyStoreDown
        try:
            pin = chosen.token_pin_file.read_text(encoding="utf-8").strip()
        except OSError as fault:
            raise KeyStoreDown from fault
        return Token(str(chosen.token_module), chosen.token_label, pin)

    def _after_reset(self, actor: Actor, record: KeyRecord, password: str, now: datetime) -> tuple[KeyRecord, Signer]:
        """An administrator gave a new password: nobody can unwrap the old key any more, so a new one is issued."""
        if record.custody is not Custody.STORE or not self._keys.issues:
            raise KeyLocked(name=record.person_name)
        return self._enrol(actor, password, now)

    def _enrol(self, actor: Actor, password: str, now: datetime) -> tuple[KeyRecord, Signer]:
        """Make a key, let this installation's authority certify it, keep it wrapped. Raises NoSigningKey."""
        if not self._keys.issues:
            raise NoSigningKey(name=actor.name)
        private = ec.generate_private_key(ec.SECP256R1())
        organisation = self._registry.unit(actor.unit_id).name
        certificate, issuers = self._keys.issue(Holder(actor.name, organisation, actor.id), private.public_key(), now)
        plain = private.private_bytes(DER, PKCS8, serialization.NoEncryption())
        record = certified(
            KeyRecord(kid_of(certificate), actor.id, actor.name, organisation, Custody.STORE, ALGORITHM, now,
                      wrapped=self._sealing().with_password(plain, password)),
            certificate, issuers,
        )  # fmt: skip

        def work(conn: Connection) -> None:
            keys.replace(conn, actor.id, now)
            keys.add(conn, record)
            self._note_key(conn, actor, "issue", record)

        self._floor.db.write(work)
        return record, _key(record, plain)

    def _note_key(self, conn: Connection, actor: Actor, what: str, record: KeyRecord, **detail: str) -> None:
        facts = {"kid": record.kid, "person": record.person_id, "custody": record.custody.value, **detail}
        entry = Entry("key", what, "U" if what == "revoke" else "C", "person", record.person_id, detail=facts)
        self._floor.audit.record(conn, actor, entry)

    # from an open window

    def _open_window(self, record: KeyRecord, signer: Signer, session: tuple[str, str], until: datetime) -> None:
        """Keep what the next signature needs under the session's secret; `session` is its id and that secret."""
        now, (session_id, secret) = self._now(), session
        wrapped = self._sealing().with_secret(signer.private, secret) if isinstance(signer, Key) else b""
        window = Window(session_id, record.person_id, record.kid, wrapped, until)

        def work(conn: Connection) -> None:
            keys.sweep_windows(conn, now)
            keys.open_window(conn, window)

        self._floor.db.write(work)

    def _from_window(self, actor: Actor, secret: str, now: datetime) -> tuple[Signer, datetime]:
        with self._floor.db.read() as conn:
            window = keys.read_window(conn, actor.session_id or "")
            record = keys.by_kid(conn, window.kid) if window else None
        if window is None or record is None or window.person_id != actor.id or window.expires_at <= now:
            raise SigningPasswordNeeded
        self._good(record, now)
        if record.custody is Custody.TOKEN:
            return self._on_token(record), window.expires_at
        try:
            return _key(record, self._sealing().open_with_secret(window.wrapped, secret)), window.expires_at
        except WrongSecret:
            raise SigningPasswordNeeded from None

    def _sealing(self) -> Sealing:
        try:
            return self._keys.sealing()
        except OSError as fault:
            raise KeyStoreDown from fault


def certified(record: KeyRecord, certificate: bytes, issuers: tuple[bytes, ...]) -> KeyRecord:
    """The record with its certificate."""
    found = x509.load_der_x509_certificate(certificate)
    return replace(
        record, certificate=certificate, issuers=issuers, not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc,
    )  # fmt: skip


def _key(record: KeyRecord, private: bytes) -> Key:
    assert record.certificate is not None
    return Key(record.person_name, record.certificate, record.issuers, private)


def _self_signed(certificate: bytes) -> bool:
    one = x509.load_der_x509_certificate(certificate)
    return one.subject == one.issuer
