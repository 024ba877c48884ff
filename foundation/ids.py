"""Identifiers: UUIDv7 for our rows (RFC 9562 §5.7), 2.25 UIDs for DICOM (PS3.5 §B.2), accession numbers."""

import secrets

import uuid_utils

# Crockford's base 32: no I, L, O, U, so a number read over the telephone stays the same number.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> str:
    """A UUIDv7 as text: unique, and sorted by the time it was made."""
    return str(uuid_utils.uuid7())


def new_uid() -> str:
    """A DICOM UID under 2.25, from a random UUID (PS3.5 §B.2)."""
    return f"2.25.{uuid_utils.uuid4().int}"


def new_accession_number(prefix: str) -> str:
    """An accession number of at most 16 characters (VR SH): the issuer's prefix (≤ 6) and ten random ones."""
    return prefix[:6] + "".join(secrets.choice(_ALPHABET) for _ in range(10))


def uid_of(id_: str) -> str:
    """The UID under 2.25 that is this UUID: as durable and unique as the row itself (PS3.5 §B.2)."""
    return f"2.25.{uuid_utils.UUID(id_).int}"


def id_of(uid: str) -> str | None:
    """The UUID that a UID under 2.25 is, None for any other UID."""
    root, _, digits = uid.rpartition("2.25.")
    if root or not digits.isdecimal() or not digits.isascii() or digits[0] == "0" or int(digits) >= 1 << 128:
        return None
    return str(uuid_utils.UUID(int=int(digits)))
