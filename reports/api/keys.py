"""Keeping keys: a doctor renews, requests or imports a certificate, an administrator revokes one."""

from dataclasses import replace

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12

from foundation.access import Actor, demand
from foundation.database import Connection
from reports.api.publishing import Publishing
from reports.api.signing import DER, PKCS8, REASONS, certified
from reports.errors import BadKeyFile, KeyNotFound, NoAuthority, NotYourKey
from reports.signers import sm2
from reports.signers.certificates import Holder, request
from reports.signers.records import Custody, KeyRecord
from reports.signers.x509 import ALGORITHM, common_name, kid_of, kid_of_key, ordered
from reports.store import keys

Chain = list[x509.Certificate]


class Keys(Publishing):
    """The certificates' desk."""

    def my_keys(self, actor: Actor) -> list[KeyRecord]:
        """The doctor's own keys, the newest first. Raises Forbidden."""
        demand(actor, "read", "draft", actor.unit_id)
        with self._floor.db.read() as conn:
            return keys.every(conn, actor.id)

    def all_keys(self, actor: Actor) -> list[KeyRecord]:
        """Everybody's keys, for the administrator. Raises Forbidden."""
        demand(actor, "manage", "person")
        with self._floor.db.read() as conn:
            return keys.every(conn)

    def renew(self, actor: Actor, password: str) -> KeyRecord:
        """A new key and certificate of this installation's authority; the old one signs no more.

        `password` was confirmed. Raises NoSigningKey, CertificateRevoked: after a revocation the administrator decides.
        """
        demand(actor, "read", "draft", actor.unit_id)
        with self._floor.db.read() as conn:
            known = keys.current(conn, actor.id)
        if known is not None and known.revoked_at is not None:
            self._good(known, self._now())
        record, _ = self._enrol(actor, password, self._now())
        return record

    def request(self, actor: Actor, password: str) -> bytes:
        """A new key, and the request (PEM, RFC 2986) that a licensed authority certifies; `password` was confirmed."""
        demand(actor, "read", "draft", actor.unit_id)
        private = ec.generate_private_key(ec.SECP256R1())
        organisation, now = self._registry.unit(actor.unit_id).name, self._now()
        pem = request(Holder(actor.name, organisation, actor.id), private)
        kid = kid_of_key(private.public_key())
        wrapped = self._sealing().with_password(_plain(private), password)
        record = KeyRecord(kid, actor.id, actor.name, organisation, Custody.STORE, ALGORITHM, now, wrapped=wrapped)

        def work(conn: Connection) -> None:
            keys.forget_requested(conn, actor.id)
            keys.add(conn, record)
            self._note_key(conn, actor, "request", record)

        self._floor.db.write(work)
        return pem

    def certify(self, actor: Actor, pem: bytes) -> KeyRecord:
        """What came for the doctor's request: the certificate with its chain. Raises BadKeyFile, NotYourKey …"""
        demand(actor, "read", "draft", actor.unit_id)
        chain = self._ordered(_certificates(pem))
        with self._floor.db.read() as conn:
            known = keys.requested(conn, actor.id)
        if known is None or known.kid != kid_of(chain[0].public_bytes(DER)):
            raise NotYourKey(name=actor.name)
        record = certified(known, chain[0].public_bytes(DER), tuple(one.public_bytes(DER) for one in chain[1:]))
        return self._take(actor, record)

    def import_pkcs12(self, actor: Actor, data: bytes, secret: str, password: str) -> KeyRecord:
        """A key and certificate that an authority has given the doctor as one file (RFC 7292).

        It is kept wrapped with the doctor's own password, which was confirmed. Raises BadKeyFile, NotYourKey,
        CertificateForeign, CertificateExpired.
        """
        demand(actor, "read", "draft", actor.unit_id)
        private, chain = self._from_pkcs12(data, secret)
        holder = chain[0]
        if actor.name not in common_name(holder.subject):
            raise NotYourKey(name=actor.name)
        certificate, now = holder.public_bytes(DER), self._now()
        wrapped = self._sealing().with_password(_plain(private), password)
        unit = self._registry.unit(actor.unit_id).name
        kid = kid_of(certificate)
        new = KeyRecord(kid, actor.id, actor.name, unit, Custody.IMPORTED, ALGORITHM, now, wrapped=wrapped)
        return self._take(actor, certified(new, certificate, tuple(one.public_bytes(DER) for one in chain[1:])))

    def put_on_token(self, actor: Actor, person_id: str) -> KeyRecord:
        """A key pair on the PKCS#11 token, certified by this installation. Raises NoAuthority, KeyStoreDown."""
        demand(actor, "manage", "person")
        person = self._registry.person(person_id)
        now, organisation = self._now(), self._registry.unit(person.unit_id).name
        if not self._keys.issues:
            raise NoAuthority
        public = serialization.load_der_public_key(self._token().make())
        assert isinstance(public, ec.EllipticCurvePublicKey)
        certificate, issuers = self._keys.issue(Holder(person.name, organisation, person_id), public, now)
        kid = kid_of(certificate)
        record = KeyRecord(kid, person_id, person.name, organisation, Custody.TOKEN, ALGORITHM, now)
        return self._take(actor, certified(record, certificate, issuers))

    def revoke(self, actor: Actor, kid: str, reason: str) -> KeyRecord:
        """A key counts no more from now on; the revocation list says so. Raises KeyNotFound, Forbidden."""
        demand(actor, "manage", "person")
        with self._floor.db.read() as conn:
            known = keys.by_kid(conn, kid)
        if known is None or known.certificate is None or reason not in REASONS:
            raise KeyNotFound
        revoked = replace(known, revoked_at=self._now(), revocation_reason=reason, wrapped=None)

        def work(conn: Connection) -> KeyRecord:
            if keys.revoke(conn, kid, self._now(), reason):
                self._note_key(conn, actor, "revoke", revoked, reason=reason)
            return keys.by_kid(conn, kid) or revoked

        return self._floor.db.write(work)

    def reissue(self, actor: Actor, person_id: str) -> None:
        """Let the person's next signature make a new key, after a revocation. Raises KeyNotFound, Forbidden."""
        demand(actor, "manage", "person")
        with self._floor.db.read() as conn:
            found = [keys.current(conn, person_id, one) for one in (ALGORITHM, sm2.ALGORITHM)]
        known = [one for one in found if one is not None and (one.algorithm == ALGORITHM or one.revoked_at)]
        if not known:
            raise KeyNotFound

        def work(conn: Connection) -> None:
            for one in known:
                keys.replace(conn, person_id, self._now(), one.algorithm)
                self._note_key(conn, actor, "replace", one)

        self._floor.db.write(work)

    def _take(self, actor: Actor, record: KeyRecord) -> KeyRecord:
        """Use this key from now on, if it is good. Raises what `_good` raises."""
        now = self._now()
        self._good(record, now)

        def work(conn: Connection) -> None:
            keys.replace(conn, record.person_id, now)
            keys.put(conn, record)
            self._note_key(conn, actor, "import", record)

        self._floor.db.write(work)
        return record

    def _from_pkcs12(self, data: bytes, secret: str) -> tuple[ec.EllipticCurvePrivateKey, Chain]:
        try:
            private, holder, others = pkcs12.load_key_and_certificates(data, secret.encode())
        except ValueError:
            raise BadKeyFile(why="password") from None
        if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
            raise BadKeyFile(why="P-256")
        if holder is None:
            raise BadKeyFile(why="certificate")
        return private, self._ordered([holder, *others])

    def _ordered(self, found: Chain) -> Chain:
        """From the holder to the root, completed with the roots that this county accepts."""
        return ordered(found, self._keys.roots())


def _plain(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.private_bytes(DER, PKCS8, serialization.NoEncryption())


def _certificates(pem: bytes) -> Chain:
    try:
        return x509.load_pem_x509_certificates(pem) if b"-----BEGIN" in pem else [x509.load_der_x509_certificate(pem)]
    except ValueError:
        raise BadKeyFile(why="certificate") from None
