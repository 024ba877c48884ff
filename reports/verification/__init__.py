"""Is this PDF the one that was signed, by whom, and when? pyHanko with its difference policy gives the verdict.

`pdfsig` calls an overlay after signing "valid" and only hints that more was added; here what was added is judged,
too (ISO 32000-1 §12.8.2.2, pyHanko's default policy: only further signatures and their form entries may follow).
Needs no database and no network; in the running house it works in a child process.
"""

import io
import logging
from datetime import datetime
from typing import TYPE_CHECKING

from cryptography import x509 as certificates

from reports.model import SignatureRole, SignatureStatus, Verdict
from reports.signers.pdf import REVIEWER_FIELD, SEAL_FIELD, WRITER_FIELD
from reports.signers.x509 import ALGORITHM, common_name, is_demo, kid_of
from reports.verification.containers import plain, stamped
from reports.verification.evidence import found_evidence, weighed, weighed_sm2
from reports.verification.lists import KeyList
from reports.verification.trust import Trust, trust_in

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

ROLES = {
    WRITER_FIELD: SignatureRole.WRITER,
    REVIEWER_FIELD: SignatureRole.REVIEWER,
    SEAL_FIELD: SignatureRole.SEAL,
}
UNKNOWN = ("time", "revocation", "later-revocation", "superseded")


def verify_pdf(pdf: bytes, roots: tuple[bytes, ...], known: KeyList | None = None) -> Verdict:
    """The verdict on a file. Never raises for what the file contains: an unreadable file is a verdict, too."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # what a broken file says about itself is no news
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    try:
        return _verdict(PdfFileReader(io.BytesIO(pdf)), pdf, roots, known)
    except Exception as fault:  # noqa: BLE001
        # a damaged file fails in many ways inside the parsers; each of them means: this cannot be checked
        return Verdict((), whole=False, not_known=UNKNOWN, fault=type(fault).__name__)


def _verdict(reader: "PdfFileReader", pdf: bytes, roots: tuple[bytes, ...], known: KeyList | None) -> Verdict:
    signatures = list(reader.embedded_signatures)
    if not signatures:
        return Verdict((), whole=False, not_known=UNKNOWN, fault="unsigned")
    trust = trust_in(reader, roots, known)
    stamps = [one for one in signatures if one.sig_object_type == "/DocTimeStamp"]
    regular = [one for one in signatures if one.sig_object_type == "/Sig"]
    in_order = signatures == regular + stamps and [one.field_name for one in regular] in _SHAPES
    holds = [_stamp_holds(one, trust, pdf) for one in stamps]
    stamped_at = _time_of(stamps[0]) if holds[:1] == [(True, True)] else None
    statuses = [_status(one, trust, pdf, stamped_at) for one in regular]
    proved_at = stamped_at or statuses[-1].proved_at  # the seal's own time stamp proves all that it covers
    evidence = found_evidence(reader)
    if evidence is not None:  # it lies within what each of them covers
        since = statuses[0].proved_at or proved_at
        statuses = [*weighed(evidence, trust, since), *statuses, *weighed_sm2(evidence, trust, since)]
    sha256 = evidence.sha256 if evidence else ""
    return Verdict(
        tuple(statuses),
        whole=in_order and all(intact for intact, _ in holds) and _covers_all(signatures[-1]),
        not_known=_not_known(trust, known, proved_at),
        proved_at=proved_at,
        content_sha256=sha256,
        superseded_by=known.superseded.get(sha256) if known else None,
    )


_SHAPES = ([REVIEWER_FIELD, SEAL_FIELD], [WRITER_FIELD, SEAL_FIELD])


def _not_known(trust: Trust, known: KeyList | None, proved_at: datetime | None) -> tuple[str, ...]:
    missing = {
        "time": proved_at is None,
        "revocation": not trust.crls,
        "later-revocation": known is None,
        "superseded": known is None,
    }
    return tuple(name for name in UNKNOWN if missing[name])


def _covers_all(embedded: "EmbeddedPdfSignature") -> bool:
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    return bool(embedded.coverage == SignatureCoverageLevel.ENTIRE_FILE)


def _time_of(embedded: "EmbeddedPdfSignature") -> datetime:
    token = embedded.signed_data["encap_content_info"]["content"].parsed
    found = token["gen_time"].native
    assert isinstance(found, datetime)
    return found


def _stamp_holds(embedded: "EmbeddedPdfSignature", trust: Trust, pdf: bytes) -> tuple[bool, bool]:
    """Whether a time stamp is whole, and whether it is from an authority that leads to a known root."""
    from pyhanko.sign.validation import validate_pdf_timestamp
    from pyhanko.sign.validation.errors import SignatureValidationError

    if not stamped(embedded, pdf):
        return False, False
    try:
        found = validate_pdf_timestamp(embedded, trust.context(_time_of(embedded)))
    except SignatureValidationError:
        return False, False
    return bool(found.intact and found.valid and _in_bounds(embedded)), bool(found.trusted)


def _in_bounds(embedded: "EmbeddedPdfSignature") -> bool:
    """The signature covers its revision, and what came later is only what may come later."""
    from pyhanko.sign.diff_analysis import SuspiciousModification
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    covered = embedded.coverage in {SignatureCoverageLevel.ENTIRE_REVISION, SignatureCoverageLevel.ENTIRE_FILE}
    return covered and not isinstance(embedded.diff_result, SuspiciousModification)


def _status(embedded: "EmbeddedPdfSignature", trust: Trust, pdf: bytes, proved_at: datetime | None) -> SignatureStatus:
    """The verdict on one signature."""
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError

    said_at = embedded.self_reported_timestamp
    at = proved_at or said_at
    certificate = embedded.signer_cert.dump()
    holder = certificates.load_der_x509_certificate(certificate)
    intact = trusted = False
    try:
        found = validate_pdf_signature(embedded, trust.context(at))
        stamp = found.timestamp_validity
        intact = bool(found.intact and found.valid and found.docmdp_ok and _in_bounds(embedded))
        intact = intact and plain(embedded, pdf) and (stamp is None or bool(stamp.intact and stamp.valid))
        trusted = bool(found.trusted)
        if intact and stamp is not None and stamp.trusted:  # the signature's own, a little before the document's
            proved_at = min(stamp.timestamp, proved_at or stamp.timestamp)
    except SignatureValidationError:
        pass  # not even a signature that could be checked
    revoked_at = trust.revoked_at(certificate)
    return SignatureStatus(
        field=embedded.field_name,
        role=ROLES.get(embedded.field_name),
        signer=common_name(holder.subject),
        intact=intact,
        trusted=trusted and not trust.revoked_by(certificate, proved_at),
        demo=is_demo(holder),
        signed_at=said_at,
        algorithm=ALGORITHM,
        revoked_at=revoked_at,
        proved_at=proved_at,
        kid=kid_of(certificate),
    )
