"""Who signs, with which key. A family: ECDSA on P-256 (`x509`), the same on a PKCS#11 token (`token`), SM2 (`sm2`).

A signer turns bytes into a signature and knows nothing of reports; checking a signature yields a verdict with the
facts apart (intact, trusted), never a Boolean. `keys` holds the county's own keys, `wrapping` wraps a doctor's, `pdf`
puts signatures into a PDF (PAdES) and runs in a child process, `cose` signs what a QR code says.
"""

from typing import Protocol

from reports.model import SignatureStatus


class Signer(Protocol):
    """A certificate with its private key in hand: signs bytes, checks such a signature. Crosses to a child process."""

    @property
    def name(self) -> str:
        """Whom the certificate names."""

    @property
    def certificate(self) -> bytes:
        """DER."""

    @property
    def issuers(self) -> tuple[bytes, ...]:
        """DER, from the issuer to the root."""

    @property
    def algorithm(self) -> str:
        """As RFC 5758 or GB/T 33560 spell it."""

    def sign(self, data: bytes) -> bytes:
        """A detached signature over `data`: DER, two integers. Raises KeyStoreDown."""

    def verify(self, data: bytes, signature: bytes) -> SignatureStatus:
        """What can be said of a signature over `data`, trusting the signer's own issuers."""
