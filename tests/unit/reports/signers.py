"""Keys in hand, as a doctor has one after the password."""

from datetime import datetime

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from reports.model import Signatory
from reports.signers.certificates import Holder
from reports.signers.keys import KeyStore
from reports.signers.pdf import Proofs
from reports.signers.x509 import Key


def doctor_key(keys: KeyStore, person: Signatory, organisation: str, at: datetime) -> Key:
    """A new software key for the person, certified by the installation's authority."""
    private = ec.generate_private_key(ec.SECP256R1())
    certificate, issuers = keys.issue(Holder(person.name, organisation, person.id), private.public_key(), at)
    plain = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Key(person.name, certificate, issuers, plain)


def proofs(keys: KeyStore, at: datetime) -> Proofs:
    """The authority's list, on which nobody stands."""
    found = keys.revocations([], at)
    assert found is not None
    return Proofs(revocations=(found,))
