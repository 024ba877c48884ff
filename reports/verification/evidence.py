"""The attachments of a signed PDF: the content and the doctors' detached signatures over it (`signers.evidence`)."""

import base64
import json
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from foundation import clock
from reports import canonical
from reports.model import SignatureRole, SignatureStatus
from reports.signers import detached
from reports.signers.evidence import CONTENT, FORMAT, SIGNATURES, WRITTEN
from reports.signers.x509 import kid_of
from reports.verification.trust import Trust

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

SIZE_LIMIT = 4 * 1024 * 1024  # bytes of one attachment


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found; nothing is believed yet."""

    files: dict[str, bytes]
    entries: list[dict[str, str]]

    @property
    def sha256(self) -> str:
        """The version that the PDF shows."""
        return sha256(self.files[CONTENT]).hexdigest()


def found_evidence(reader: "PdfFileReader") -> Evidence | None:
    """None when nothing travels inside. Raises ValueError, KeyError for what is not ours."""
    try:
        names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    except KeyError:
        return None
    files: dict[str, bytes] = {}
    for index in range(0, len(names), 2):
        name = str(names[index])
        data = names[index + 1]["/EF"]["/F"].data
        if name in files or len(data) > SIZE_LIMIT:
            raise ValueError("an attachment twice, or too large")
        files[name] = data
    if SIGNATURES not in files:
        return None
    document: dict[str, Any] = json.loads(files[SIGNATURES])
    if document["format"] != FORMAT or CONTENT not in files:
        raise ValueError("unknown format")
    return Evidence(files, document["signatures"])


def weighed(evidence: Evidence, trust: Trust, proved_at: datetime | None) -> list[SignatureStatus]:
    """The verdict on each detached signature."""
    linked = _linked(evidence)
    return [_weighed_one(one, evidence.files, trust, proved_at, linked=linked) for one in evidence.entries]


def _weighed_one(
    entry: dict[str, str], files: dict[str, bytes], trust: Trust, proved_at: datetime | None, *, linked: bool
) -> SignatureStatus:
    certificate = base64.b64decode(entry["certificate"], validate=True)
    value, signed_at = base64.b64decode(entry["value"], validate=True), clock.from_iso(entry["signed_at"])
    status = detached.verify(entry["algorithm"], files[entry["covers"]], value, certificate)
    trusted = trust.leads_to(certificate) and detached.valid_at(certificate, proved_at or signed_at)
    return replace(
        status,
        field=f"{entry['role']} {entry['covers']}",
        role=SignatureRole(entry["role"]),
        intact=status.intact and linked,
        trusted=trusted and not trust.revoked_by(certificate, proved_at),
        signed_at=signed_at,
        revoked_at=trust.revoked_at(certificate),
        proved_at=proved_at,
        kid=kid_of(certificate),
    )


def _linked(evidence: Evidence) -> bool:
    """Whether the content names what the writer had signed as the version that it was made from."""
    written = evidence.files.get(WRITTEN)
    if written is None:
        return True
    says = canonical.statement(evidence.files[CONTENT])
    return says.replaces == sha256(written).hexdigest() and canonical.statement(written).report_id == says.report_id
