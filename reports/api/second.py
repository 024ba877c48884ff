"""The second pen: a doctor's SM2 key, made, opened and put down with the first one, where the county has chosen so."""

from dataclasses import dataclass
from datetime import datetime

from foundation.access import Actor
from foundation.database import Connection
from foundation.floor import Floor
from pacs_gateway.api import Gateway
from reading_queue.api import ReadingQueue
from registry.api import Registry
from reports.api.signing import IN_HAND, Place, Signing, certified
from reports.errors import CertificateForeign, NoSigningKey, SigningPasswordNeeded
from reports.settings import ReportsSettings
from reports.signers import Signer, sm2, sm2_message
from reports.signers.certificates import Holder, Revoked
from reports.signers.records import Custody, KeyRecord, Window
from reports.signers.sm2 import Sm2Key
from reports.signers.wrapping import WrongSecret
from reports.signers.x509 import kid_of, serial_of
from reports.store import keys


@dataclass(frozen=True, slots=True)
class Pens:
    """The key in a doctor's hand, and the SM2 key beside it, where the county wants both."""

    first: Signer
    second: Sm2Key | None = None
    revocations: tuple[bytes, ...] = ()  # of the second one's authority, DER

    def beside(self, data: bytes, at: datetime) -> bytes:
        """The second profile's message over the data; empty where the county wants none."""
        when = at.replace(microsecond=0)
        return sm2_message.sign(data, self.second, when, self.revocations) if self.second else b""


class Second(Signing):
    """Beside the pen."""

    def __init__(
        self, floor: Floor, registry: Registry, gateway: Gateway, queue: ReadingQueue, settings: ReportsSettings
    ) -> None:
        super().__init__(floor, registry, gateway, queue, settings)
        self._second_pens: dict[Place, tuple[Sm2Key, datetime]] = {}

    @property
    def _wants_sm2(self) -> bool:
        return self._settings.signature_profile == "ecdsa+sm2"

    def unlock(self, actor: Actor, password: str | None, secret: str = "") -> datetime | None:
        """Take the keys in hand, as `Signing.unlock` takes the one."""
        until = super().unlock(actor, password, secret)
        if not self._wants_sm2:
            return until
        now = self._now()
        if password is None:
            key = self._second_from_window(actor, secret, now)
        else:
            key = self._second_from_store(actor, password, now)
            if secret and actor.session_id and until:
                wrapped = self._sealing().with_secret(key.private, secret)
                window = Window(_place(actor), actor.id, kid_of(key.certificate), wrapped, until)
                self._floor.db.write(lambda conn: keys.open_window(conn, window))
        self._second_pens = {whose: pen for whose, pen in self._second_pens.items() if pen[1] > now}
        self._second_pens[actor.id, actor.session_id] = key, max(until or now, now + IN_HAND)
        return until

    def lock(self, actor: Actor) -> None:
        """Put the keys down."""
        super().lock(actor)
        self._second_pens.pop((actor.id, actor.session_id), None)
        self._floor.db.write(lambda conn: keys.close_window(conn, _place(actor)))

    def _both_pens(self, actor: Actor, at: datetime) -> Pens:
        """Raises what `_pen` raises."""
        return Pens(self._pen(actor, at), self._second_pen(actor, at), self._second_lists(at))

    def _second_lists(self, at: datetime) -> tuple[bytes, ...]:
        """What the SM2 authority has revoked, to be embedded."""
        if not self._wants_sm2:
            return ()
        with self._floor.db.read() as conn:
            known = [one for one in keys.revoked(conn) if one.algorithm == sm2.ALGORITHM]
        gone = [
            Revoked(serial_of(one.certificate), one.revoked_at, one.revocation_reason)
            for one in known
            if one.certificate and one.revoked_at
        ]
        return (self._keys.second().revocations(gone, self._letterhead().centre, at),)

    def _second_pen(self, actor: Actor, at: datetime) -> Sm2Key | None:
        """The SM2 key in the actor's hand; None where the county wants none. Raises what `_pen` raises."""
        if not self._wants_sm2:
            return None
        key, record = self._in_hand(self._second_pens, actor, at)
        self._second_good(record, at)
        return key

    def _second_seal(self, organisation: str, at: datetime) -> Sm2Key | None:
        """The county's SM2 seal; None where it wants none. Raises NoSigningKey, CertificateExpired."""
        return self._keys.second().seal(organisation, at) if self._wants_sm2 else None

    def _second_good(self, record: KeyRecord, at: datetime) -> None:
        """Raises CertificateRevoked, CertificateExpired, CertificateForeign."""
        self._unrevoked(record, at)
        assert record.certificate is not None
        if not sm2.chained(record.certificate, self._keys.roots()):
            raise CertificateForeign(name=record.person_name, issuer=record.issuer)

    def _second_from_store(self, actor: Actor, password: str, now: datetime) -> Sm2Key:
        with self._floor.db.read() as conn:
            record = keys.current(conn, actor.id, sm2.ALGORITHM)
        if record is None:
            return self._second_enrol(actor, password, now)
        self._second_good(record, now)
        assert record.wrapped is not None
        try:
            return _key(record, self._sealing().open_with_password(record.wrapped, password))
        except WrongSecret:  # an administrator gave a new password: nobody can unwrap the old key any more
            return self._second_enrol(actor, password, now)

    def _second_from_window(self, actor: Actor, secret: str, now: datetime) -> Sm2Key:
        with self._floor.db.read() as conn:
            window = keys.read_window(conn, _place(actor))
            record = keys.by_kid(conn, window.kid) if window else None
        if window is None or record is None or window.person_id != actor.id or window.expires_at <= now:
            raise SigningPasswordNeeded
        self._second_good(record, now)
        try:
            return _key(record, self._sealing().open_with_secret(window.wrapped, secret))
        except WrongSecret:
            raise SigningPasswordNeeded from None

    def _second_enrol(self, actor: Actor, password: str, now: datetime) -> Sm2Key:
        """Make a key, let this installation's SM2 authority certify it, keep it wrapped. Raises NoSigningKey."""
        if not self._keys.issues:
            raise NoSigningKey(name=actor.name)
        private, public = sm2.new_pair()
        organisation = self._registry.unit(actor.unit_id).name
        certificate, issuers = self._keys.second().issue(Holder(actor.name, organisation, actor.id), public, now)
        wrapped = self._sealing().with_password(private, password)
        kid = kid_of(certificate)
        new = KeyRecord(
            kid, actor.id, actor.name, organisation, Custody.STORE, sm2.ALGORITHM, now, wrapped=wrapped
        )  # fmt: skip
        record = certified(new, certificate, issuers)

        def work(conn: Connection) -> None:
            keys.replace(conn, actor.id, now, sm2.ALGORITHM)
            keys.add(conn, record)
            self._note_key(conn, actor, "issue", record)

        self._floor.db.write(work)
        return _key(record, private)


def _place(actor: Actor) -> str:
    """Under which name the session's second window lies."""
    return f"{(actor.session_id or '')[:60]}:sm2"


def _key(record: KeyRecord, private: bytes) -> Sm2Key:
    assert record.certificate is not None
    return Sm2Key(record.person_name, record.certificate, record.issuers, private)
