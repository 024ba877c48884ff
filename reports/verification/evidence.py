"""The attachments of a signed PDF: the content, and the writer's detached signature over what was written."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from foundation import clock
from reports import canonical
from reports.encodings.attachments import REPORT, SIGNATURE_FORMAT, SM2_SIGNATURES, WRITER_SIGNATURE, WRITTEN, from_pem
from reports.model import SignatureRole, SignatureStatus
from reports.signers import detached, sm2_message
from reports.signers.x509 import kid_of
from reports.verification.trust import Trust

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

SIZE_LIMIT = 4 * 1024 * 1024  # bytes of one attachment
FIELD = "attachment"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found; nothing is believed yet."""

    report: bytes
    written: bytes  # the same as `report` in an emergency report
    signature: dict[str, Any] | None
    sm2: Mapping[SignatureRole, bytes] = field(default_factory=dict)  # messages of the second profile, DER

    @property
    def sha256(self) -> str:
        """The version that the PDF shows."""
        return sha256(self.report).hexdigest()

    @property
    def linked(self) -> bool:
        """Whether the content names what the writer had signed as the version that it was made from."""
        if self.written == self.report:
            return True
        says, before = canonical.statement(self.report), canonical.statement(self.written)
        return before.report_id == says.report_id and before.number < says.number and before.writer == says.writer


def found_evidence(reader: "PdfFileReader") -> Evidence | None:
    """None when nothing travels inside. Raises ValueError, KeyError for what is not ours."""
    try:
        names = reader.root["/Names"]["/EmbeddedFiles"]
    except KeyError:
        return None
    files: dict[str, bytes] = {}
    for name, data in _leaves(names):
        if name in files or len(data) > SIZE_LIMIT:
            raise ValueError("an attachment twice, or too large")
        files[name] = data
    if REPORT not in files:
        return None
    signature = json.loads(files[WRITER_SIGNATURE]) if WRITER_SIGNATURE in files else None
    if signature is not None and signature["format"] != SIGNATURE_FORMAT:
        raise ValueError("unknown format")
    beside = {role: from_pem(files[name]) for role, name in SM2_SIGNATURES.items() if name in files}
    return Evidence(files[REPORT], files.get(WRITTEN, files[REPORT]), signature, beside)


def _leaves(tree: Any, depth: int = 0) -> list[tuple[str, bytes]]:
    """A name tree's embedded files (ISO 32000-1 §7.9.6)."""
    if depth > 4:
        raise ValueError("a name tree without end")
    names = tree.get("/Names", [])
    found = [(str(names[at]), bytes(names[at + 1]["/EF"]["/F"].data)) for at in range(0, len(names), 2)]
    for kid in tree.get("/Kids", []):
        found += _leaves(kid, depth + 1)
    return found


def weighed_sm2(evidence: Evidence, trust: Trust, proved_at: datetime | None) -> list[SignatureStatus]:
    """The verdict on each signature of the second profile. Raises ValueError for what is none."""
    found = []
    for role, message in evidence.sm2.items():
        content = evidence.written if role is SignatureRole.WRITER else evidence.report
        said, holder = sm2_message.verify(content, message, trust.roots), sm2_message.read(message).certificate
        in_time = said.signed_at is not None and detached.valid_at(holder, proved_at or said.signed_at)
        gone = min((one for one in (said.revoked_at, trust.revoked_at(holder)) if one), default=None)
        revoked = gone is not None and (proved_at is None or gone <= proved_at)
        found.append(
            replace(
                said,
                field=SM2_SIGNATURES[role],
                role=role,
                intact=said.intact and evidence.linked,
                trusted=said.trusted and in_time and not revoked,
                revoked_at=gone,
                proved_at=proved_at,
            )
        )
    return found


def weighed(evidence: Evidence, trust: Trust, proved_at: datetime | None) -> list[SignatureStatus]:
    """The verdict on the writer's detached signature, when there is one."""
    said = evidence.signature
    if said is None:
        return []
    certificate = base64.b64decode(said["certificate"], validate=True)
    value, signed_at = base64.b64decode(said["value"], validate=True), clock.from_iso(said["signed_at"])
    status = detached.verify(said["algorithm"], evidence.written, value, certificate)
    trusted = trust.leads_to(certificate) and detached.valid_at(certificate, proved_at or signed_at)
    return [
        replace(
            status,
            field=FIELD,
            role=SignatureRole(said["role"]),
            intact=status.intact and evidence.linked,
            trusted=trusted and not trust.revoked_by(certificate, proved_at),
            signed_at=signed_at,
            revoked_at=trust.revoked_at(certificate),
            proved_at=proved_at,
            kid=kid_of(certificate),
        )
    ]
