"""What the county publishes so that anybody can verify without it: roots, revocation list, signed list of keys."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from reports.api.proving import Proving
from reports.errors import NoAuthority
from reports.signers import sm2
from reports.signers.x509 import ALGORITHM, common_name, is_demo, kid_of, spki_of
from reports.store import keys, reports
from reports.verification import lists
from reports.verification.lists import KeyList, ListedKey


class Publishing(Proving):
    """For everybody; nothing here names a patient."""

    def roots_pem(self) -> bytes:
        """The authorities that this county accepts, PEM. Raises NoAuthority."""
        found = self._keys.roots()
        if not found:
            raise NoAuthority
        return b"".join(x509.load_der_x509_certificate(one).public_bytes(Encoding.PEM) for one in found)

    def key_list(self) -> bytes:
        """Which keys are this county's and which versions were superseded, signed by its root. Raises NoAuthority."""
        authority = self._keys.authority()
        with self._floor.db.read() as conn:
            doctors = [one for one in keys.every(conn) if one.certificate is not None]
            superseded = reports.superseded(conn)
        listed = [
            _listed(one.certificate, "doctor", one.revoked_at, one.revocation_reason)
            for one in doctors
            if one.certificate is not None
        ]
        listed += [_listed(one, "seal") for one in self._keys.seals()]
        root = authority.certificate
        known = KeyList(
            self._letterhead().centre, self._now(), is_demo(root), {one.kid: one for one in listed}, superseded
        )
        return lists.sign(known, root.public_bytes(Encoding.DER), authority.key)


def _listed(certificate: bytes, role: str, revoked_at: datetime | None = None, reason: str = "") -> ListedKey:
    found = x509.load_der_x509_certificate(certificate)
    organisation = found.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    return ListedKey(
        kid=kid_of(certificate),
        name=common_name(found.subject),
        role=role,
        organisation=str(organisation[0].value) if organisation else "",
        algorithm=sm2.ALGORITHM if sm2.is_sm2(certificate) else ALGORITHM,
        public_key=spki_of(certificate),
        not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc,
        revoked_at=revoked_at,
        reason=reason,
    )
