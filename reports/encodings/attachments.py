"""What travels inside a report's PDF (PDF/A-3, ISO 19005-3 §6.8): the canonical content, and what its writer signed.

Whoever has the file alone can check everything: `report.json` holds this version's canonical bytes, whose SHA-256
stands on the page and in the QR code; `written.json` the bytes that the writer signed, and `writer-signature.json` the
detached signature over them with its certificate. An emergency report is its writer's own: there `report.json` is what
was written.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

import rfc8785

from foundation import clock
from reports.model import Signature, SignatureRole, Version

REPORT, WRITTEN, WRITER_SIGNATURE = "report.json", "written.json", "writer-signature.json"
SM2_SIGNATURES = {
    SignatureRole.WRITER: "writer-sm2.p7s",
    SignatureRole.REVIEWER: "reviewer-sm2.p7s",
    SignatureRole.SEAL: "seal-sm2.p7s",
}
"""The second profile (GM/T 0010, PEM): the writer's over what was written, the others over the report."""
BEGIN, END = b"-----BEGIN PKCS7-----\n", b"-----END PKCS7-----\n"
LINE = 64
SIGNATURE_FORMAT = "lianzhen-detached-1"
MIME = {
    REPORT: "application/fhir+json",
    WRITTEN: "application/fhir+json",
    WRITER_SIGNATURE: "application/json",
    **dict.fromkeys(SM2_SIGNATURES.values(), "application/pkcs7-signature"),
}
DESCRIPTION = {
    REPORT: "报告内容，FHIR R4 文档，RFC 8785",
    WRITTEN: "报告医师签名的内容，FHIR R4 文档，RFC 8785",
    WRITER_SIGNATURE: "报告医师的数字签名",
    SM2_SIGNATURES[SignatureRole.WRITER]: "报告医师的国密签名（SM2/SM3，GM/T 0010）",
    SM2_SIGNATURES[SignatureRole.REVIEWER]: "审核医师的国密签名（SM2/SM3，GM/T 0010）",
    SM2_SIGNATURES[SignatureRole.SEAL]: "机构印章的国密签名（SM2/SM3，GM/T 0010）",
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


def attachments(
    version: Version, written: Version | None, signature: Signature | None, beside: tuple[Attachment, ...] = ()
) -> tuple[Attachment, ...]:
    """The files of a version; `signature` is its writer's over `written`, which an emergency report has not apart.

    `beside` are the signatures of the second profile.
    """
    files = [Attachment(REPORT, version.canonical)]
    if written is not None:
        files.append(Attachment(WRITTEN, written.canonical))
    if signature is not None:
        files.append(Attachment(WRITER_SIGNATURE, signature_file(signature, (written or version).sha256)))
    return (*files, *beside)


def sm2_files(
    signatures: tuple[Signature | None, ...], others: Mapping[SignatureRole, bytes]
) -> tuple[Attachment, ...]:
    """The messages of the second profile, of doctors' signatures and `others`, as files."""
    found = {one.role: one.sm2 for one in signatures if one is not None and one.sm2} | dict(others)
    return tuple(Attachment(name, to_pem(found[role])) for role, name in SM2_SIGNATURES.items() if role in found)


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


def to_pem(message: bytes) -> bytes:
    """As a text file."""
    text = base64.b64encode(message)
    lines = [text[at : at + LINE] + b"\n" for at in range(0, len(text), LINE)]
    return BEGIN + b"".join(lines) + END


def from_pem(text: bytes) -> bytes:
    """The message of a text file. Raises ValueError."""
    if not (text.startswith(BEGIN) and text.endswith(END)):
        raise ValueError("not a PKCS7 file")
    try:
        return base64.b64decode(text[len(BEGIN) : -len(END)].replace(b"\n", b""), validate=True)
    except binascii.Error as fault:
        raise ValueError("not a PKCS7 file") from fault
