"""Private keys at rest: AES-256-GCM under a key that is made of a doctor's password, or of a secret.

A password alone opens nothing: the installation's secret goes into the wrapping key as well, so a copy of the
database without the file of the secret leaves nothing to guess at.
"""

import secrets
import threading
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PASSWORD_HEAD = b"LZP1"  # Argon2id, 2 passes over 19 MiB, one lane (RFC 9106; OWASP's floor)
SECRET_HEAD = b"LZS1"  # HKDF-SHA256 (RFC 5869)
SALT, NONCE = 16, 12
_TURN = threading.Semaphore(2)  # deriving is meant to be slow: it must not take every core


class WrongSecret(ValueError):
    """The password or secret does not open this, or somebody changed it."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """What wraps: the installation's secret, beside a password or a session's secret."""

    installation: bytes

    def with_password(self, plain: bytes, password: str) -> bytes:
        """Wrap for whoever knows the password."""
        salt = secrets.token_bytes(SALT)
        return _close(PASSWORD_HEAD, salt, self._stretch(password, salt), plain)

    def open_with_password(self, wrapped: bytes, password: str) -> bytes:
        """Raises WrongSecret."""
        salt = _salt(PASSWORD_HEAD, wrapped)
        return _open(wrapped, self._stretch(password, salt))

    def with_secret(self, plain: bytes, secret: str) -> bytes:
        """Wrap for whoever has a random secret, such as a session's cookie."""
        salt = secrets.token_bytes(SALT)
        return _close(SECRET_HEAD, salt, self._derive(secret.encode(), salt), plain)

    def open_with_secret(self, wrapped: bytes, secret: str) -> bytes:
        """Raises WrongSecret."""
        salt = _salt(SECRET_HEAD, wrapped)
        return _open(wrapped, self._derive(secret.encode(), salt))

    def _stretch(self, password: str, salt: bytes) -> bytes:
        with _TURN:
            stretched = hash_secret_raw(password.encode(), salt, 2, 19 * 1024, 1, 32, Type.ID)
        return self._derive(stretched, salt)

    def _derive(self, material: bytes, salt: bytes) -> bytes:
        info = b"lianzhen signing key"
        return HKDF(hashes.SHA256(), 32, salt, info).derive(material + self.installation)


def _close(head: bytes, salt: bytes, key: bytes, plain: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return head + salt + nonce + AESGCM(key).encrypt(nonce, plain, head)


def _salt(head: bytes, wrapped: bytes) -> bytes:
    if wrapped[: len(head)] != head:
        raise WrongSecret
    return wrapped[len(head) : len(head) + SALT]


def _open(wrapped: bytes, key: bytes) -> bytes:
    head, rest = wrapped[: len(PASSWORD_HEAD)], wrapped[len(PASSWORD_HEAD) + SALT :]
    try:
        return AESGCM(key).decrypt(rest[:NONCE], rest[NONCE:], head)
    except (InvalidTag, ValueError):
        raise WrongSecret from None
