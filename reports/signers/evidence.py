"""What travels inside the PDF (PDF/A-3): the signed content, what the writer had signed, and the detached signatures.

Whoever has the file can check the writer's signature without us: `signatures.json` names for each signature the
attachment that it covers, with the certificate, in base64.
"""

import base64
from collections.abc import Sequence
from typing import Any

from foundation import clock
from reports import canonical
from reports.model import Signature, Version
from reports.signers.pdf import Attachment

FORMAT = "lianzhen-signatures-1"
CONTENT, WRITTEN, SIGNATURES = "content.json", "written.json", "signatures.json"
FHIR = "application/fhir+json"


def evidence(
    version: Version, own: Sequence[Signature], base: Version | None = None, before: Sequence[Signature] = ()
) -> tuple[Attachment, ...]:
    """The attachments of a version's PDF: its own signatures and those of the version that it was made from."""
    covers = [(CONTENT, version, one) for one in own]
    files = [Attachment(CONTENT, FHIR, "报告内容（规范化 JSON） canonical content", version.canonical, "Source")]
    if base is not None:
        covers += [(WRITTEN, base, one) for one in before]
        files.append(Attachment(WRITTEN, FHIR, "报告医师签名的内容 what the writer signed", base.canonical, "Data"))
    document: dict[str, Any] = {
        "format": FORMAT,
        "signatures": [_entry(name, covered, one) for name, covered, one in covers],
    }
    listed = canonical.dumps(document)
    files.append(Attachment(SIGNATURES, "application/json", "医师签名值 detached signatures", listed, "Data"))
    return tuple(files)


def _entry(name: str, covered: Version, one: Signature) -> dict[str, str]:
    return {
        "covers": name,
        "sha256": covered.sha256,
        "role": one.role.value,
        "name": one.signer_name,
        "algorithm": one.algorithm,
        "value": base64.b64encode(one.value).decode(),
        "certificate": base64.b64encode(one.certificate).decode(),
        "signed_at": clock.iso(one.signed_at),
    }
