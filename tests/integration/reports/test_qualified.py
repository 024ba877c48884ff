"""Who may sign: licence, title, years and agreement are asked at the moment of signing, and the refusal says which."""

from datetime import date

import pytest

from foundation.access import PRODUCT, Actor
from foundation.vocabulary import Role
from reading_queue.api import Kind
from registry.api import PersonChange
from reports.api import ReportsSettings
from reports.errors import ReviewAtCentre, TownshipDraft, Unqualified
from tests.integration.reports.conftest import TEXT, County


def test_a_writer_without_licence_and_years_is_told_both_and_no_word_is_lost(
    county: County, writer: Actor, study: str
) -> None:
    change = PersonChange(licence_number="", practising_since=date(2025, 1, 1))
    county.registry.change_person(PRODUCT, writer.id, change)
    claim = county.claim(writer, study)
    with pytest.raises(Unqualified) as refused:
        county.reports.submit(writer, claim.workitem_uid, claim.transaction_uid, 0, TEXT)
    assert refused.value.facts["faults"] == "no-licence,too-few-years"
    assert "执业" in str(refused.value.facts["reasons_zh"])
    assert county.reports.draft(writer, claim.workitem_uid).content == TEXT


def test_a_resident_does_not_review(county: County, writer: Actor, reviewer: Actor, study: str) -> None:
    county.submitted(writer, study)
    county.registry.change_person(PRODUCT, reviewer.id, PersonChange(title="住院医师"))
    with pytest.raises(Unqualified, match="signer-unqualified"):
        county.approved(reviewer, study)


def test_no_agreement_no_remote_report(county: County, writer: Actor, study: str) -> None:
    (agreement,) = county.registry.agreements(PRODUCT)
    county.registry.end_agreement(PRODUCT, agreement.id, date(2026, 1, 2))
    with pytest.raises(Unqualified) as refused:
        county.submitted(writer, study)
    assert refused.value.facts["faults"] == "no-agreement"


def test_a_township_writes_the_first_draft_only_where_the_county_has_chosen_so(
    county: County, reviewer: Actor, study: str
) -> None:
    local = county.person("local", "钱医生", county.township, Role.RADIOLOGIST, title="住院医师")
    claim = county.claim(local, study)
    act = (local, claim.workitem_uid, claim.transaction_uid, 0, TEXT)
    with pytest.raises(TownshipDraft):
        county.reports.submit(*act)
    county.reports._settings = ReportsSettings(township_drafts=True)
    county.reports.submit(local, claim.workitem_uid, claim.transaction_uid, 1, TEXT)
    peer = county.person("peer", "吴医生", county.township, Role.REVIEWER)
    review = county.claim(peer, study, Kind.REVIEW)
    with pytest.raises(ReviewAtCentre):
        county.reports.approve(peer, review.workitem_uid, review.transaction_uid, 0, TEXT)
    county.queue.give_back(peer, review.workitem_uid, review.transaction_uid, "由中心审核")
    ref = county.approved(reviewer, study)
    says = county.reports.report(reviewer, ref.report_id).versions[-1].says
    assert (says.writer.name, says.reviewer and says.reviewer.name) == ("钱医生", "张建国")
