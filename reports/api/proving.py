"""What a signature needs to be proved years later: fresh revocation lists, and the time from an authority."""

from dataclasses import replace
from datetime import datetime
from itertools import chain, pairwise

from cryptography import x509

from foundation import clock
from foundation.database import Connection
from foundation.floor import Floor
from foundation.ids import new_id
from foundation.log import Log
from foundation.tasks import Payload
from pacs_gateway.api import Gateway
from reading_queue.api import ReadingQueue
from registry.api import Registry
from reports.api.second import Second
from reports.api.signing import REASONS
from reports.errors import CertificateRevoked, NoAuthority, RevocationUnknown, TimeStampDown
from reports.model import Rendition
from reports.settings import ReportsSettings
from reports.signers import Signer
from reports.signers.certificates import Revoked
from reports.signers.pdf import NO_PROOFS, PENDING, STAMPED, Proofs, stamp
from reports.signers.revocations import Revocations, revoked_at
from reports.signers.timestamps import Authorities, TimeStamps, demonstration, introduced
from reports.signers.x509 import common_name, completed, kid_of, serial_of
from reports.store import keys, reports

STAMP = "reports.stamp"
log = Log("reports")


class Proving(Second):
    """Beside the pen: what makes its signature last."""

    def __init__(
        self, floor: Floor, registry: Registry, gateway: Gateway, queue: ReadingQueue, settings: ReportsSettings
    ) -> None:
        super().__init__(floor, registry, gateway, queue, settings)
        self._revocations = Revocations(floor.data / "keys" / "crls")
        self._authorities = Authorities(floor.data / "keys" / "time-stamps")
        floor.tasks.register(STAMP, self._stamp)

    def revocation_list(self) -> bytes:
        """What this installation's authority has revoked, DER (RFC 5280 §5), for everybody. Raises NoAuthority."""
        own = self._keys.authority_certificate()
        with self._floor.db.read() as conn:
            known = [one for one in keys.revoked(conn) if one.issuers[:1] == (own,)]
        revoked = [
            Revoked(serial_of(one.certificate), one.revoked_at, one.revocation_reason)
            for one in known
            if one.revoked_at and one.certificate
        ]
        found = self._keys.revocations(revoked, self._now())
        if found is None:
            raise NoAuthority
        return found

    def _proofs(self, signers: tuple[Signer, ...], at: datetime) -> Proofs:
        """A fresh list for every certificate below a root. Raises CertificateRevoked, RevocationUnknown."""
        lists = [self._lists(one.name, (one.certificate, *one.issuers), at) for one in signers]
        return Proofs(revocations=tuple(dict.fromkeys(chain.from_iterable(lists))))

    def _lists(self, name: str, certificates: tuple[bytes, ...], at: datetime) -> list[bytes]:
        """The fresh lists of one chain. Raises CertificateRevoked, RevocationUnknown."""
        own = self._keys.authority_certificate()
        lists = []
        for holder, issuer in pairwise(certificates):
            known = self.revocation_list() if issuer == own else self._revocations.fresh(holder, issuer, at)
            found = revoked_at(known, holder)
            if found is not None:
                since, reason = found
                zh = REASONS.get(reason, reason)
                raise CertificateRevoked(name=name, at=clock.shown(since), reason=reason, reason_zh=zh)
            lists.append(known)
        return lists

    def _newer_proofs(self, report_id: str, number: int) -> Proofs:
        """The lists as they are now: whoever was revoked since then is shown as such. Raises RevocationUnknown."""
        own, now = self._keys.authority_certificate(), self._now()
        with self._floor.db.read() as conn:
            signers = [
                keys.by_kid(conn, kid_of(one.certificate)) for one in reports.signatures(conn, report_id, number)
            ]
        lists = dict.fromkeys([self.revocation_list()] if own else [])
        for one in signers:
            if one is not None and one.certificate and one.issuers and one.issuers[0] != own:
                lists[self._revocations.fresh(one.certificate, one.issuers[0], now)] = None
        return Proofs(revocations=tuple(lists))

    def _timed(self, at: datetime, *, anew: bool = False) -> tuple[TimeStamps | None, Proofs]:
        """Where the time comes from, and the lists that prove its authority; the demonstration has its own.

        `anew` asks the authority who it is again. Raises TimeStampDown, RevocationUnknown, CertificateRevoked.
        """
        chosen, centre = self._settings, self._letterhead().centre
        if not chosen.time_stamp_address:
            stamps = demonstration(self._keys.time_stamps(centre, at)) if chosen.demo_keys else None
        else:
            found = None if anew else self._authorities.known(chosen.time_stamp_address)
            asked = TimeStamps(chosen.time_stamp_address, chosen.time_stamp_seconds)
            if found is None:
                found = self._floor.children.run(introduced, asked, seconds=self._settings.render_seconds)
                self._authorities.keep(chosen.time_stamp_address, found)
            stamps = replace(asked, chain=completed(found.certificates, self._keys.roots()), size=found.size)
        if stamps is None:
            return None, NO_PROOFS
        name = common_name(x509.load_der_x509_certificate(stamps.chain[0]).subject)
        return stamps, Proofs(revocations=tuple(self._lists(name, stamps.chain, at)))

    def _timed_or_pending(self, at: datetime) -> tuple[TimeStamps | None, Proofs]:
        """The same; what is wrong with the authority only makes the time stamp wait."""
        try:
            return self._timed(at)
        except (TimeStampDown, RevocationUnknown, CertificateRevoked) as fault:
            log.warn("time-stamp-waits", code=fault.code)
            return None, NO_PROOFS

    def _keep_file(self, conn: Connection, report_id: str, number: int, made: Rendition) -> None:
        """Name a version's file, in the write that makes the version; a time stamp that is pending is owed."""
        reports.insert_rendition(conn, report_id, number, made)
        if made.profile == PENDING and (self._settings.time_stamp_address or self._settings.demo_keys):
            key = f"{STAMP}:{report_id}:{number}"
            self._floor.tasks.owe(conn, STAMP, {"report_id": report_id, "number": number}, key=key)

    def _stamp(self, payload: Payload) -> None:
        """Append the time stamp that was pending: a further rendition of the same version. Raises TimeStampDown …"""
        report_id, number = payload["report_id"], payload["number"]
        with self._floor.db.read() as conn:
            newest = reports.renditions(conn, report_id).get(number)
        if newest is None or newest.profile != PENDING:
            return
        stamps, proofs = self._timed(self._now(), anew=True)
        if stamps is None:
            return
        old, newer = self._renditions.open(newest.sha256), self._newer_proofs(report_id, number)
        proofs = Proofs(stamps.chain, (*newer.revocations, *proofs.revocations))
        pdf = self._floor.children.run(stamp, old, stamps, proofs, seconds=self._settings.render_seconds)
        sha256 = self._renditions.put(pdf)
        made = Rendition(new_id(), "pdf", STAMPED, sha256, len(pdf), self._now())
        self._floor.db.write(lambda conn: reports.insert_rendition(conn, report_id, number, made))
