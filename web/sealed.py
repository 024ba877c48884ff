"""Small secrets at rest: AES-256-GCM under a key that lies in a file of its own, never in the database."""

import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from foundation.errors import Unavailable

NONCE, KEY = 12, 32  # bytes


class SecretUnreadable(Unavailable):
    """The file with the wrapping key is missing, or is not the one that wrapped this."""

    code = "secret-unreadable"


class Sealed:
    """What is wrapped with the key of one file (mode 0600, made on first use) for one owner."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def close(self, plain: bytes, owner: str) -> bytes:
        """Wrapped for this owner: in another owner's row it does not open."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(self._key()).encrypt(nonce, plain, owner.encode())

    def open(self, wrapped: bytes, owner: str) -> bytes:
        """Raises SecretUnreadable."""
        try:
            return AESGCM(self._key()).decrypt(wrapped[:NONCE], wrapped[NONCE:], owner.encode())
        except InvalidTag:
            raise SecretUnreadable(file=self._file.name) from None

    def digest(self, text: str, owner: str) -> str:
        """A short secret as it may be kept: whoever lacks the key cannot try all of them."""
        return hmac.digest(self._key(), f"{owner}:{text}".encode(), "sha256").hex()

    def _key(self) -> bytes:
        if not self._file.exists():
            self._make()
        key = bytes.fromhex(self._file.read_text(encoding="ascii"))
        if len(key) != KEY:
            raise SecretUnreadable(file=self._file.name)
        return key

    def _make(self) -> None:
        """Whole and durable under its name; of two processes that make it at once, the first one's stays."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        waiting = self._file.with_name(f".{secrets.token_hex(8)}.part")
        with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(KEY))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            self._file.hardlink_to(waiting)
        waiting.unlink()
