"""Is this QR code the county's, and of which report? Needs the county's signed list of keys, no network."""

from dataclasses import dataclass

from reports.model import Superseded
from reports.signers import cose
from reports.signers.cose import Claims
from reports.verification.lists import KeyList, ListedKey


@dataclass(frozen=True, slots=True)
class CodeVerdict:
    """What can be said of a code. The facts stand apart; `claims` are believed only when it is intact."""

    intact: bool  # the key of that name signed exactly this
    trusted: bool  # intact, by the county's seal, valid and not revoked when it says that it signed
    demo: bool
    claims: Claims | None
    key: ListedKey | None
    superseded_by: Superseded | None
    not_known: tuple[str, ...]
    fault: str = ""  # "unreadable", "no-list", "unknown-key", "not-signed-by-it", "not-a-seal", "revoked", "expired"


def verify_code(text: str, known: KeyList | None) -> CodeVerdict:
    """The verdict on a scanned text. Never raises for what the text contains."""
    try:
        code = cose.read(text)
    except ValueError:
        return CodeVerdict(False, False, False, None, None, None, (), "unreadable")
    if known is None:
        return CodeVerdict(False, False, False, code.claims, None, None, ("key", "superseded", "time"), "no-list")
    key = known.keys.get(code.kid)
    if key is None:
        return CodeVerdict(False, False, known.demo, code.claims, None, None, ("key",), "unknown-key")
    intact = cose.holds(code, key.public_key)
    fault = _fault(code.claims, key) if intact else "not-signed-by-it"
    return CodeVerdict(
        intact=intact,
        trusted=not fault,
        demo=known.demo,
        claims=code.claims,
        key=key,
        superseded_by=known.superseded.get(code.claims.sha256),
        not_known=("time", "later-revocation"),  # the code's time is only said; the list is as old as it is
        fault=fault,
    )


def _fault(claims: Claims, key: ListedKey) -> str:
    if key.role != "seal":
        return "not-a-seal"
    if key.revoked_at is not None:
        return "revoked"  # without a proved time nothing that a revoked key signed can be believed
    return "" if key.not_before <= claims.at <= key.not_after else "expired"
