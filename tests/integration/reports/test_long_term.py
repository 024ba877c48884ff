"""Level B-LTA, by an independent judge: pyHanko's validation after ETSI EN 319 102-1, now and in twenty years."""

import asyncio
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms, crl, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import (
    ades_lta_validation,
    ades_timestamp_validation,
    simulate_future_ades_lta_validation,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from reports.signers.pdf import issue, stamp
from reports.verification import verify_pdf
from tests.integration.reports.signed import AT, CENTRE, Signed
from tests.unit.reports.signers import proofs

pytestmark = pytest.mark.one_database  # there is none in it


def specification(roots: tuple[bytes, ...], known: LocalKnowledge | None = None) -> PdfSignatureValidationSpec:
    """Nothing but the county's root is trusted, everybody's revocation must be known, nobody is asked."""
    trusted = SimpleTrustManager.build([x509.Certificate.load(one) for one in roots])
    certificates = CertValidationPolicySpec(trusted, CertRevTrustPolicy(REQUIRE_REVINFO))
    offline = RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY)
    inner = SignatureValidationSpec(certificates, offline, local_knowledge=known or LocalKnowledge())
    return PdfSignatureValidationSpec(inner)


def inside(reader: PdfFileReader) -> LocalKnowledge:
    """What the file itself brings along."""
    store = DocumentSecurityStore.read_dss(reader)
    lists = [CRLContainer(crl.CertificateList.load(one.get_object().data)) for one in store.crls]
    return LocalKnowledge(known_crls=lists, known_certs=list(store.load_certs()))


def test_each_signature_passes_now_and_after_every_certificate_has_expired(yunxi: Signed) -> None:
    reader = PdfFileReader(io.BytesIO(yunxi.pdf))
    found = reader.embedded_regular_signatures
    assert [one.field_name for one in found] == ["Reviewer", "CountySeal"]
    later = datetime.now(UTC) + timedelta(days=20 * 365)
    for one in found:
        said = asyncio.run(ades_lta_validation(one, specification(yunxi.roots)))
        assert said.ades_subindic is AdESPassed.OK, said.failure_msg
        assert said.signature_timestamp_status is not None
        assert said.oldest_evidence_record_timestamp is not None
        said = asyncio.run(simulate_future_ades_lta_validation(one, specification(yunxi.roots), later))
        assert said.ades_subindic is AdESPassed.OK, said.failure_msg


def test_the_document_time_stamp_passes_with_the_proofs_inside(yunxi: Signed) -> None:
    reader = PdfFileReader(io.BytesIO(yunxi.pdf))
    (one,) = reader.embedded_timestamp_signatures
    inner = specification(yunxi.roots, inside(reader)).signature_validation_spec
    said = asyncio.run(ades_timestamp_validation(one.signed_data, inner, lambda _: one.compute_digest()))
    assert said.ades_subindic is AdESPassed.OK, said.failure_msg


def test_a_stranger_to_the_root_passes_nothing(yunxi: Signed, tmp_path: Path) -> None:
    stranger = type(yunxi.keys)(tmp_path, None, demo=True)
    stranger.seal("另一个县", datetime.now(UTC))
    for one in PdfFileReader(io.BytesIO(yunxi.pdf)).embedded_regular_signatures:
        said = asyncio.run(ades_lta_validation(one, specification(stranger.roots())))
        assert said.ades_subindic is not AdESPassed.OK


def holes(pdf: bytes) -> list[slice]:
    """Where each signature's container lies."""
    found = [tuple(map(int, one.byte_range)) for one in PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures]
    return [slice(start + length + 1, after - 1) for start, length, after, _ in found]


def test_a_flip_inside_a_signatures_own_time_stamp_is_refused(yunxi: Signed) -> None:
    name = x509.Certificate.load(yunxi.keys.time_stamps(CENTRE, AT).certificate).subject.dump().hex().encode()
    for hole in holes(yunxi.pdf):
        first = hole.start + yunxi.pdf[hole].lower().index(name)  # a time stamp names its authority
        for place in range(first, first + 3200, 97):
            broken = bytearray(yunxi.pdf)
            broken[place] ^= 1
            assert not verify_pdf(bytes(broken), yunxi.roots).intact, place - hole.start


def test_the_time_stamp_of_another_signature_proves_nothing(yunxi: Signed) -> None:
    """The report before its last time stamp: the seal's own is all that proves the time."""
    sealed = yunxi.pdf[: [one.end() for one in re.finditer(rb"%%EOF\n", yunxi.pdf)][-2]]
    verdict = verify_pdf(sealed, yunxi.roots)
    assert verdict.trusted
    assert all(one.proved_at for one in verdict.signatures)
    reviewer, seal = PdfFileReader(io.BytesIO(sealed)).embedded_regular_signatures
    seal.signer_info["unsigned_attrs"] = reviewer.signer_info["unsigned_attrs"]
    form = cms.ContentInfo({"content_type": "signed_data", "content": seal.signed_data}).dump().hex().encode()
    hole = holes(sealed)[1]
    swapped = bytearray(sealed)
    swapped[hole] = form.ljust(hole.stop - hole.start, b"0")
    assert len(swapped) == len(sealed)
    assert not verify_pdf(bytes(swapped), yunxi.roots).intact


def test_one_that_was_stamped_late_is_proved_by_the_document_time_stamp_alone(yunxi: Signed) -> None:
    pending = issue(replace(yunxi.job, stamps=None)).pdf
    assert yunxi.job.stamps is not None
    late = stamp(pending, yunxi.job.stamps, proofs(yunxi.keys, datetime.now(UTC)))
    verdict = verify_pdf(late, yunxi.roots)
    assert verdict.trusted
    assert {one.proved_at for one in verdict.signatures} == {verdict.proved_at}
