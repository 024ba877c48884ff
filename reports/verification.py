"""Is this PDF the one that was signed, and by whom? pyHanko with its difference policy gives the verdict.

`pdfsig` calls an overlay after signing "valid" and only hints that more was added; here what was added is judged,
too (ISO 32000-1 §12.8.2.2, pyHanko's default policy: only further signatures and their form entries may follow).
Runs in a child process.
"""

import io
import logging
from typing import TYPE_CHECKING

from cryptography import x509 as certificates

from reports.model import SignatureStatus, Verdict
from reports.signers.x509 import ALGORITHM, common_name, is_demo

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

NOT_KNOWN = ("revocation", "time")
"""A B-B signature carries neither revocation data nor a time stamp."""


def verify_pdf(pdf: bytes, roots: tuple[bytes, ...]) -> Verdict:
    """The verdict on a file. Never raises for what the file contains: an unreadable file is a verdict, too."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # what a broken file says about itself is no news
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    try:
        embedded = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
        found = [_status(one, roots, pdf) for one in embedded]
    except (PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError, RecursionError) as fault:
        # a damaged file fails in many ways inside the parser; each of them means: this cannot be checked
        return Verdict((), whole=False, not_known=NOT_KNOWN, fault=type(fault).__name__)
    statuses = tuple(status for status, _ in found)
    return Verdict(statuses, bool(found) and found[-1][1], NOT_KNOWN, fault="" if found else "unsigned")


def _status(embedded: "EmbeddedPdfSignature", roots: tuple[bytes, ...], pdf: bytes) -> tuple[SignatureStatus, bool]:
    """The verdict on one signature, and whether it covers the file to its end."""
    from asn1crypto import x509
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    at = embedded.self_reported_timestamp
    trust = ValidationContext(
        trust_roots=[x509.Certificate.load(root) for root in roots],
        allow_fetching=False,
        moment=at,
        best_signature_time=at,
    )
    holder = certificates.load_der_x509_certificate(embedded.signer_cert.dump())
    intact = trusted = whole = False
    try:
        found = validate_pdf_signature(embedded, trust)
    except SignatureValidationError:
        found = None
    if found is not None:
        covered = found.coverage in {SignatureCoverageLevel.ENTIRE_REVISION, SignatureCoverageLevel.ENTIRE_FILE}
        intact = bool(found.intact and found.valid and found.docmdp_ok and covered and _tight(embedded, pdf))
        whole = found.coverage == SignatureCoverageLevel.ENTIRE_FILE
        trusted = bool(found.trusted)
    return SignatureStatus(
        field=embedded.field_name,
        signer=common_name(holder.subject),
        intact=intact,
        trusted=trusted,
        demo=is_demo(holder),
        signed_at=at,
        algorithm=ALGORITHM,
    ), whole


def _tight(embedded: "EmbeddedPdfSignature", pdf: bytes) -> bool:
    """Nothing hides where no signature reaches: in the hole of /Contents and in what CMS leaves unsigned.

    The plain B-B form (RFC 5652 §5.1, EN 319 142-1 §6.3) is built again from the signed attributes, the signature and
    the certificate that they name; the hole holds its hexadecimal in one case of letters, then zeros.
    """
    start, length, after, _ = (int(number) for number in embedded.byte_range)
    hole = pdf[start + length : after]
    body = _plain_form(embedded).hex().encode()
    forms = {b"<" + one.ljust(len(hole) - 2, b"0") + b">" for one in (body, body.upper())}
    return hole in forms


def _plain_form(embedded: "EmbeddedPdfSignature") -> bytes:
    from asn1crypto import cms

    info, holder = embedded.signer_info, embedded.signer_cert
    signer = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": holder.issuer, "serial_number": holder.serial_number}},
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": info["signed_attrs"],
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature": info["signature"],
    }
    signed = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "data"},
        "certificates": [holder],
        "signer_infos": [signer],
    }
    form: bytes = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)}).dump()
    return form
