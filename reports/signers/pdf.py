"""Signatures inside a PDF: PAdES baseline B-B (ETSI EN 319 142-1 §6) by pyHanko, reviewer first, then the seal.

Runs in a child process; pyHanko is never imported by the main process.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import serialization

from reports.encodings.pdf import Sheet, render
from reports.model import SignatureRole
from reports.signers.x509 import Key

if TYPE_CHECKING:
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner

REVIEWER_FIELD, WRITER_FIELD, SEAL_FIELD = "Reviewer", "Writer", "CountySeal"
DOCTOR = {SignatureRole.REVIEWER: (REVIEWER_FIELD, "审核签名"), SignatureRole.WRITER: (WRITER_FIELD, "报告签名")}
PROFILE = "B-B"
RESERVED = 12288  # hexadecimal digits kept for one signature; a B-B with its chain needs about 4,000


@dataclass(frozen=True, slots=True)
class Job:
    """One approved report to be made: crosses to the child process."""

    sheet: Sheet
    reviewer: Key
    seal: Key
    at: datetime
    place: str
    role: SignatureRole = SignatureRole.REVIEWER  # of the doctor: an emergency report is signed by its writer


def issue(job: Job) -> bytes:
    """Render, let the reviewer sign, let the seal close it."""
    pdf = render(job.sheet)
    field, reason = DOCTOR[job.role]
    pdf = sign(pdf, job.reviewer, field, job, reason)
    return sign(pdf, job.seal, SEAL_FIELD, job, "机构签章")


def sign(pdf: bytes, key: Key, field: str, job: Job, reason: str) -> bytes:
    """Append one signature as an incremental update (ISO 32000-1 §7.5.6)."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

    meta = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        location=job.place,
        name=key.name,
        # the first signature certifies (ISO 32000-1 §12.8.2.2): readers may add signatures and nothing else
        certify=field != SEAL_FIELD,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    signed = io.BytesIO()
    _pdf_signer(meta, _signer(key), job.at).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)), output=signed, bytes_reserved=RESERVED
    )
    return signed.getvalue()


def _pdf_signer(meta: "PdfSignatureMetadata", signer: "SimpleSigner", at: datetime) -> "PdfSigner":
    """A signer whose signing time (/M, ISO 32000-1 §12.8.1) is the time fixed at approval, not the child's clock."""
    from pyhanko.sign import PdfSigner

    class AtFixedTime(PdfSigner):
        def init_signing_session(self, *args: Any, **options: Any) -> Any:
            session = super().init_signing_session(*args, **options)
            session.system_time = at
            return session

    return AtFixedTime(meta, signer)


def _signer(key: Key) -> "SimpleSigner":
    from asn1crypto import keys, x509
    from pyhanko.sign import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    plain = key.private_key().private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    no_others = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    # the verifier has the county's root; a copy of it inside the file would prove nothing
    return SimpleSigner(
        signing_cert=x509.Certificate.load(key.certificate),
        signing_key=keys.PrivateKeyInfo.load(plain),
        cert_registry=no_others,
    )
