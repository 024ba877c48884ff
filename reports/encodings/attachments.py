"""What travels inside a report's PDF (PDF/A-3, ISO 19005-3 §6.8): the canonical content, and what its writer signed.

Whoever has the file alone can check everything: `report.json` holds this version's canonical bytes, whose SHA-256
stands on the page and in the QR code; `written.json` the bytes that the writer signed, and `writer-signature.json` the
detached signature over them with its certificate. An emergency report is its writer's own: there `report.json` is what
was written.
"""

import base64
from dataclasses import dataclass

import rfc8785

from foundation import clock
from reports.model import Signature, Version

REPORT, WRITTEN, WRITER_SIGNATURE = "report.json", "written.json", "writer-signature.json"
SIGNATURE_FORMAT = "lianzhen-detached-1"
MIME = {REPORT: "application/fhir+json", WRITTEN: "application/fhir+json", WRITER_SIGNATURE: "application/json"}
DESCRIPTION = {
    REPORT: "报告内容，FHIR R4 文档，RFC 8785",
    WRITTEN: "报告医师签名的内容，FHIR R4 文档，RFC 8785",
    WRITER_SIGNATURE: "报告医师的数字签名",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """One embedded file. Each is UTF-8 text."""

    name: str
    data: bytes

    @property
    def relationship(self) -> str:
        """AFRelationship (ISO 32000-2 §7.11.3): the report's source, or data beside it."""
        return "source" if self.name == REPORT else "data"


def attachments(version: Version, written: Version | None, signature: Signature | None) -> tuple[Attachment, ...]:
    """The files of a version; `signature` is its writer's over `written`, which an emergency report has not apart."""
    files = [Attachment(REPORT, version.canonical)]
    if written is not None:
        files.append(Attachment(WRITTEN, written.canonical))
    if signature is not None:
        files.append(Attachment(WRITER_SIGNATURE, signature_file(signature, (written or version).sha256)))
    return tuple(files)


def signature_file(one: Signature, sha256: str) -> bytes:
    """A detached signature as a file: `sha256` names the bytes that it is over."""
    return rfc8785.dumps(
        {
            "format": SIGNATURE_FORMAT,
            "role": one.role.value,
            "signer": one.signer_name,
            "algorithm": one.algorithm,
            "signed_at": clock.iso(one.signed_at),
            "sha256": sha256,
            "value": base64.b64encode(one.value).decode(),
            "certificate": base64.b64encode(one.certificate).decode(),
        }
    )
