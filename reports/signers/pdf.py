"""Signatures inside a PDF: PAdES (ETSI EN 319 142-1 §6) by pyHanko, reviewer first, then the county's seal.

One report is built in this order, so that each step covers all before it:
1. the page with what travels inside it (PDF/A-3 attachments), and the doctor's signature, which certifies;
2. certificates and revocation lists (DSS) and the seal: from here on nothing is missing but the time;
3. a document time stamp over all of it: level B-LTA. Without it the file is whole, and its time is only said.
The doctor's signature and the seal each carry a time stamp of their own (level B-T), when the authority answers.

Runs in a child process; pyHanko is never imported by the main process.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reports.encodings.pdf import Sheet, render
from reports.errors import TimeStampDown
from reports.model import SignatureRole
from reports.signers import Signer
from reports.signers.timestamps import TimeStamps

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner
    from pyhanko.sign import Signer as CmsSigner

WRITER_FIELD, REVIEWER_FIELD, SEAL_FIELD, TIME_FIELD = "Writer", "Reviewer", "CountySeal", "TimeStamp"
DOCTOR = {SignatureRole.REVIEWER: (REVIEWER_FIELD, "审核签名"), SignatureRole.WRITER: (WRITER_FIELD, "报告签名")}
STAMPED, PENDING = "B-LTA", "B-B"
"""Profiles of a rendition: with the time stamp, and while it is still to come."""
RESERVED = 8192  # hexadecimal digits kept for one signature; a B-B with its certificate needs about 2,800
STAMP_RESERVED = 24576  # for a document time stamp: an authority may send its whole chain


@dataclass(frozen=True, slots=True)
class Proofs:
    """What a verifier needs later: certificates between signer and root, fresh revocation lists, all DER."""

    certificates: tuple[bytes, ...] = ()
    revocations: tuple[bytes, ...] = ()


NO_PROOFS = Proofs()


@dataclass(frozen=True, slots=True)
class Job:
    """One approved report to be made: crosses to the child process."""

    sheet: Sheet
    reviewer: Signer
    seal: Signer
    at: datetime
    place: str
    role: SignatureRole = SignatureRole.REVIEWER  # of the doctor: an emergency report is signed by its writer
    proofs: Proofs = NO_PROOFS
    stamps: TimeStamps | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """The signed file and the profile that it has reached."""

    pdf: bytes
    profile: str


def issue(job: Job) -> Issued:
    """Render, let the reviewer sign, let the seal close it, have each stamped if the authority answers."""
    page = render(job.sheet)
    if job.stamps is not None:
        try:
            return Issued(stamp(seal(page, job), job.stamps), STAMPED)
        except TimeStampDown:
            pass
    return Issued(seal(page, replace(job, stamps=None)), PENDING)


def seal(pdf: bytes, job: Job) -> bytes:
    """The doctor's signature, then the proofs with the seal."""
    field, reason = DOCTOR[job.role]
    closed = _writer(_sign(_writer(pdf), job.reviewer, field, job, reason))
    chain = (job.reviewer.certificate, *job.reviewer.issuers, job.seal.certificate, *job.seal.issuers)
    if job.stamps is not None:
        chain += job.stamps.chain
    _add_proofs(closed, Proofs((*chain, *job.proofs.certificates), job.proofs.revocations))
    return _sign(closed, job.seal, SEAL_FIELD, job, "机构签章")


def stamp(pdf: bytes, stamps: TimeStamps, proofs: Proofs = NO_PROOFS) -> bytes:
    """Append a document time stamp (ETSI EN 319 142-1 §5.4.3), after newer proofs. Raises TimeStampDown."""
    from pyhanko.sign import PdfTimeStamper

    out, writer = io.BytesIO(), _writer(pdf)
    _add_proofs(writer, proofs)
    with _asking():
        PdfTimeStamper(stamps.stamper(), field_name=TIME_FIELD).timestamp_pdf(
            writer, "sha256", bytes_reserved=STAMP_RESERVED, output=out
        )
    return out.getvalue()


@contextmanager
def _asking() -> Iterator[None]:
    """Whatever goes wrong with an authority's answer is TimeStampDown."""
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError

    try:
        yield
    except (TimestampRequestError, OSError) as fault:
        raise TimeStampDown from fault


def _writer(pdf: bytes) -> "IncrementalPdfFileWriter":
    """For an incremental update (ISO 32000-1 §7.5.6)."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    return IncrementalPdfFileWriter(io.BytesIO(pdf))


def _sign(writer: "IncrementalPdfFileWriter", key: Signer, field: str, job: Job, reason: str) -> bytes:
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
    signed, reserved = io.BytesIO(), RESERVED + (2 * job.stamps.size if job.stamps else 0)
    with _asking():
        _pdf_signer(meta, _cms_signer(key), job).sign_pdf(writer, output=signed, bytes_reserved=reserved)
    return signed.getvalue()


def _pdf_signer(meta: "PdfSignatureMetadata", signer: "CmsSigner", job: Job) -> "PdfSigner":
    """A signer whose signing time (/M, ISO 32000-1 §12.8.1) is the time fixed at approval, not the child's clock."""
    from pyhanko.sign import PdfSigner

    class AtFixedTime(PdfSigner):
        def init_signing_session(self, *args: Any, **options: Any) -> Any:
            session = super().init_signing_session(*args, **options)
            session.system_time = job.at
            return session

    return AtFixedTime(meta, signer, timestamper=job.stamps.stamper() if job.stamps else None)


def _cms_signer(key: Signer) -> "CmsSigner":
    """Any of our signers, wherever its key lies, as pyHanko asks it."""
    from asn1crypto import x509
    from pyhanko.sign import Signer as CmsSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    class Adapter(CmsSigner):
        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002
            """DER; the algorithm is the key's own."""
            return key.sign(data)

    # what leads to the county's root stands in the DSS; a copy in each signature would prove nothing more
    none_other = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    return Adapter(signing_cert=x509.Certificate.load(key.certificate), cert_registry=none_other)


def _add_proofs(writer: "IncrementalPdfFileWriter", proofs: Proofs) -> None:
    """Document security store (ETSI EN 319 142-1 §5.4.2); in the revision that the next signature covers."""
    from asn1crypto import crl, x509
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    if proofs == NO_PROOFS:
        return
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[x509.Certificate.load(one) for one in dict.fromkeys(proofs.certificates)],
        crls=[crl.CertificateList.load(one) for one in dict.fromkeys(proofs.revocations)],
    )
