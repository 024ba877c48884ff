"""Keys on a PKCS#11 token (OASIS PKCS #11 v2.40): ECDSA on P-256; the private key never leaves it.

The digest is made here and signed with the raw mechanism CKM_ECDSA, which every token has; CKM_ECDSA_SHA256 is missing
on many, SoftHSM 2 among them.
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reports.errors import KeyStoreDown
from reports.model import SignatureStatus
from reports.signers.x509 import ALGORITHM, verify

if TYPE_CHECKING:
    from pkcs11 import Session

_ONE_AT_A_TIME = threading.Lock()  # a token's sign-in belongs to the process, not to the session


@dataclass(frozen=True, slots=True)
class Token:
    """Which token, and how to sign in to it."""

    module: str  # path of the driver
    label: str
    pin: str = field(repr=False)

    @contextmanager
    def open(self, *, write: bool = False) -> "Iterator[Session]":
        """A session. Raises KeyStoreDown for whatever the driver says."""
        import pkcs11

        with _ONE_AT_A_TIME:
            try:
                driver = pkcs11.lib(self.module)
                with driver.get_token(token_label=self.label).open(user_pin=self.pin, rw=write) as session:
                    yield session
            except (pkcs11.PKCS11Error, RuntimeError, OSError) as fault:
                raise KeyStoreDown from fault

    def make(self) -> bytes:
        """Make a key pair on the token, named by its kid; its public key, DER SPKI. Raises KeyStoreDown."""
        from pkcs11 import Attribute, KeyType, ObjectClass
        from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

        with self.open(write=True) as session:
            curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
            parameters: Any = session.create_domain_parameters(KeyType.EC, curve, local=True)
            public, private = parameters.generate_keypair(store=True, label="new")
            spki: bytes = encode_ec_public_key(public)
            kid = hashlib.sha256(spki).hexdigest()[:16]
            for one in (public, private):
                one[Attribute.LABEL] = kid
            found = session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.LABEL: kid})
            if not list(found):
                raise KeyStoreDown
            return spki


@dataclass(frozen=True, slots=True)
class TokenKey:
    """One key of a token with its certificate."""

    name: str
    certificate: bytes  # DER
    issuers: tuple[bytes, ...]
    token: Token
    label: str

    @property
    def algorithm(self) -> str:
        """RFC 5758 §3.2."""
        return ALGORITHM

    def sign(self, data: bytes) -> bytes:
        """DER ECDSA-Sig-Value. Raises KeyStoreDown."""
        from pkcs11 import Mechanism, ObjectClass
        from pkcs11.util.ec import encode_ecdsa_signature

        with self.token.open() as session:
            key: Any = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=self.label)
            raw = key.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA)
        signature: bytes = encode_ecdsa_signature(raw)
        return signature

    def verify(self, data: bytes, signature: bytes) -> SignatureStatus:
        """Against this signer's own certificate, trusting its own issuers."""
        return verify(data, signature, self.certificate, self.issuers)
