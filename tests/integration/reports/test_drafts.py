"""Drafts: revisions, lost leases, and that no typed word is lost."""

from dataclasses import replace

import pytest

from foundation.access import Actor
from foundation.errors import Conflict, Forbidden, LeaseLost, NotFound
from reading_queue.api import Kind
from reports.api import Content
from reports.errors import DraftLeaseLost, PositiveUndecided, StaleRevision
from tests.integration.reports.conftest import TEXT, County


def test_a_draft_is_saved_revision_by_revision(county: County, writer: Actor, study: str) -> None:
    claim = county.claim(writer, study)
    assert county.reports.draft(writer, claim.workitem_uid).revision == 0
    first = county.reports.save(writer, claim.workitem_uid, claim.transaction_uid, 0, Content(findings="胸廓"))
    second = county.reports.save(writer, claim.workitem_uid, claim.transaction_uid, first.revision, TEXT)
    assert (first.revision, second.revision) == (1, 2)
    kept = county.reports.draft(writer, claim.workitem_uid)
    assert (kept.revision, kept.content, kept.author_name) == (2, TEXT, "李文博")


def test_an_old_revision_is_refused_with_the_newest_and_its_text_is_kept(
    county: County, writer: Actor, study: str
) -> None:
    claim = county.claim(writer, study)
    county.reports.save(writer, claim.workitem_uid, claim.transaction_uid, 0, TEXT)
    other_tab = replace(TEXT, findings="另一个窗口里写的")
    with pytest.raises(StaleRevision) as refusal:
        county.reports.save(writer, claim.workitem_uid, claim.transaction_uid, 0, other_tab)
    assert isinstance(refusal.value, Conflict)
    assert refusal.value.facts == {"revision": 1}
    assert county.reports.draft(writer, claim.workitem_uid).content == TEXT
    assert [(one.content, one.reason) for one in county.reports.unsaved(writer, claim.workitem_uid)] == [
        (other_tab, "stale-revision")
    ]


def test_a_save_whose_answer_was_lost_may_be_repeated(county: County, writer: Actor, study: str) -> None:
    claim = county.claim(writer, study)
    first = county.reports.save(writer, claim.workitem_uid, claim.transaction_uid, 0, TEXT)
    again = county.reports.save(writer, claim.workitem_uid, claim.transaction_uid, 0, TEXT)
    assert again == first
    assert county.reports.unsaved(writer, claim.workitem_uid) == []


def test_a_refused_signature_makes_no_new_revision_of_a_saved_text(county: County, writer: Actor, study: str) -> None:
    claim = county.claim(writer, study)
    unfinished = replace(TEXT, positive=None)
    county.reports.save(writer, claim.workitem_uid, claim.transaction_uid, 0, unfinished)
    for _ in range(2):
        with pytest.raises(PositiveUndecided):
            county.reports.submit(writer, claim.workitem_uid, claim.transaction_uid, 1, unfinished)
    assert county.reports.draft(writer, claim.workitem_uid).revision == 1
    assert county.reports.submit(writer, claim.workitem_uid, claim.transaction_uid, 1, TEXT).number == 1


def test_the_draft_goes_with_the_task_when_it_is_given_back(
    county: County, writer: Actor, reviewer: Actor, study: str
) -> None:
    claim = county.claim(writer, study)
    county.reports.save(writer, claim.workitem_uid, claim.transaction_uid, 0, TEXT)
    successor = county.queue.give_back(writer, claim.workitem_uid, claim.transaction_uid, "门诊会诊")
    assert county.reports.draft(reviewer, successor).content == TEXT
    assert county.reports.draft(reviewer, successor).revision == 1
    taken = county.queue.claim(reviewer, successor)
    more = replace(TEXT, recommendation="复查。")
    assert county.reports.save(reviewer, successor, taken.transaction_uid, 1, more).revision == 2


def test_what_the_loser_of_a_lease_typed_is_kept_and_seen(
    county: County, writer: Actor, reviewer: Actor, study: str
) -> None:
    claim = county.claim(writer, study)
    county.reports.save(writer, claim.workitem_uid, claim.transaction_uid, 0, TEXT)
    taken = county.queue.take_over(reviewer, claim.workitem_uid, "急诊，原医师离岗")
    late = replace(TEXT, impression="断网时写下的诊断")
    for _ in range(2):  # the page tries again
        with pytest.raises(DraftLeaseLost) as refusal:
            county.reports.save(writer, claim.workitem_uid, claim.transaction_uid, 1, late)
        assert isinstance(refusal.value, LeaseLost)
    assert county.reports.draft(reviewer, taken.workitem_uid).content == TEXT
    for reader, workitem in ((writer, claim.workitem_uid), (reviewer, taken.workitem_uid)):
        copies = county.reports.unsaved(reader, workitem)
        assert [(one.content, one.reason, one.author_name) for one in copies] == [(late, "draft-lease-lost", "李文博")]


def test_submitting_with_a_lost_lease_signs_nothing_and_keeps_the_text(
    county: County, writer: Actor, reviewer: Actor, study: str
) -> None:
    claim = county.claim(writer, study)
    county.queue.take_over(reviewer, claim.workitem_uid, "急诊")
    with pytest.raises(DraftLeaseLost):
        county.reports.submit(writer, claim.workitem_uid, claim.transaction_uid, 0, TEXT)
    assert county.reports.states([study]) == {}
    assert county.reports.unsaved(writer, claim.workitem_uid)[0].content == TEXT


def test_text_that_breaks_a_rule_is_refused_and_kept_in_the_draft(county: County, writer: Actor, study: str) -> None:
    claim = county.claim(writer, study)
    revision = 0
    for broken, code in (
        (replace(TEXT, findings=" \n"), "findings-empty"),
        (replace(TEXT, impression=""), "impression-empty"),
        (replace(TEXT, positive=None), "positive-undecided"),
        (replace(TEXT, findings="长" * 8001), "report-text-too-long"),
        (replace(TEXT, findings="〔侧别〕肺见结节"), "template-blank-left"),
        (replace(TEXT, key_images=(county.key_image(writer, study),) * 7), "too-many-key-images"),
        (replace(TEXT, key_images=(replace(county.key_image(writer, study), frame=2),)), "foreign-key-image"),
    ):
        with pytest.raises(Exception, match=code):
            county.reports.submit(writer, claim.workitem_uid, claim.transaction_uid, revision, broken)
        kept = county.reports.draft(writer, claim.workitem_uid)
        assert kept.content == broken
        revision = kept.revision
    assert county.reports.states([study]) == {}


def test_who_may_not_write_may_not_save(county: County, writer: Actor, clinician: Actor, study: str) -> None:
    claim = county.claim(writer, study)
    with pytest.raises((Forbidden, NotFound)):
        county.reports.save(clinician, claim.workitem_uid, claim.transaction_uid, 0, TEXT)
    with pytest.raises((Forbidden, NotFound)):
        county.reports.draft(clinician, claim.workitem_uid)


def test_a_reviewer_begins_with_what_was_submitted(county: County, writer: Actor, reviewer: Actor, study: str) -> None:
    county.submitted(writer, study)
    workitem = county.open_workitem(reviewer, study, Kind.REVIEW)
    draft = county.reports.draft(reviewer, workitem)
    assert (draft.revision, draft.content, draft.author_name) == (0, TEXT, "李文博")
