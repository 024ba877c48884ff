"""Who signs, with which key: a family. Members: X.509 with ECDSA P-256 (`x509`), whose keys the store (`keys`) keeps.

A signer turns bytes into a signature and knows nothing of reports; checking a signature yields a verdict with the
facts apart (intact, trusted), never a Boolean. `pdf` puts signatures into a PDF (PAdES) and runs in a child process.
"""

from typing import Protocol

from reports.model import SignatureStatus


class Signer(Protocol):
    """One way to sign bytes and to check such a signature."""

    algorithm: str

    def sign(self, data: bytes) -> bytes:
        """A detached signature over `data`."""

    def verify(self, data: bytes, signature: bytes) -> SignatureStatus:
        """What can be said of a signature over `data`."""
