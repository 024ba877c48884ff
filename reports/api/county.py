"""The county's own keys, by an administrator's order: its authority, its seal, whose certificates it accepts."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from foundation.access import Actor, demand
from foundation.audit import Entry
from reports.api.keys import Keys
from reports.errors import AuthorityExists, BadKeyFile
from reports.signers.certificates import Holder
from reports.signers.x509 import common_name


@dataclass(frozen=True, slots=True)
class CountyCertificate:
    """A certificate of the county's own; `slot` is the name of its files: `county-seal`, `county-authority-sm2` …"""

    slot: str
    name: str
    not_after: datetime


class County(Keys):
    """What the commands `keys authority`, `keys seal` and `keys trust` do."""

    def now(self) -> datetime:
        """The clock that states of keys are read by."""
        return self._now()

    def county_certificates(self, actor: Actor) -> list[CountyCertificate]:
        """The seal and this county's own authority, with the second profile's where it is wanted. Raises Forbidden."""
        demand(actor, "manage", "person")
        wanted = self._settings.signature_profile == "ecdsa+sm2"
        return [
            CountyCertificate(slot, common_name(one.subject), one.not_valid_after_utc)
            for slot, one in self._keys.standing(sm2=wanted).items()
        ]

    @property
    def makes_keys(self) -> bool:
        """Whether a missing seal or authority is made when it is first needed: the demonstration's are."""
        return self._settings.demo_keys

    def found_authority(self, actor: Actor) -> str:
        """Make the county's own authority: not a licensed one. Its name. Raises AuthorityExists, Forbidden."""
        demand(actor, "manage", "person")
        try:
            self._keys.found_authority(self._letterhead().centre, self._now())
        except FileExistsError:
            raise AuthorityExists from None
        name = common_name(self._keys.authority().certificate.subject)
        self._note_county(actor, "authority", name)
        return name

    def trust(self, actor: Actor, pem: bytes) -> list[str]:
        """Accept the authorities of a PEM file; their names. Raises BadKeyFile, Forbidden."""
        demand(actor, "manage", "person")
        try:
            names = self._keys.trust(pem)
        except ValueError:
            raise BadKeyFile(why="PEM") from None
        self._note_county(actor, "trust", "; ".join(names))
        return names

    def new_seal(self, actor: Actor, data: bytes | None, secret: str) -> str:
        """The seal from a PKCS#12 file, or a new one of the county's own authority; whom it names.

        Raises BadKeyFile, NoAuthority, Forbidden.
        """
        demand(actor, "manage", "person")
        if data is None:
            centre, private = self._letterhead().centre, ec.generate_private_key(ec.SECP256R1())
            holder = Holder(f"{centre[:50]} 电子印章", centre)
            certificate, issuers = self._keys.issue(holder, private.public_key(), self._now())
            chain = [x509.load_der_x509_certificate(one) for one in (certificate, *issuers)]
        else:
            private, chain = self._from_pkcs12(data, secret)
        self._keys.keep_seal(private, chain)
        name = common_name(chain[0].subject)
        self._note_county(actor, "seal", name)
        return name

    def _note_county(self, actor: Actor, what: str, name: str) -> None:
        self._floor.audit.note(actor, Entry("key", what, "C", "county", "county", detail={"name": name}))
