"""What was issued is never changed: correction, addendum, withdrawal are versions, and whoever read hears of it."""

from dataclasses import replace

import pytest

from foundation.access import PRODUCT, Actor
from foundation.errors import Forbidden
from foundation.vocabulary import Role
from reading_queue.api import Kind
from registry.api import UnitKind
from reports.api import ReportRef, ReportStatus, Revision
from reports.errors import (
    AddendumOnly,
    AlreadyIssued,
    NotIssued,
    OwnReport,
    ReportNotFound,
    RevisionOpen,
    RevisionReason,
)
from reports.model import SignatureRole
from tests.integration.reports.conftest import TEXT, County


@pytest.fixture
def issued(county: County, writer: Actor, reviewer: Actor, clinician: Actor, study: str) -> str:
    """The id of a report that is final and that the clinic has opened."""
    county.submitted(writer, study)
    report_id = county.approved(reviewer, study).report_id
    county.run_tasks()
    county.reports.pdf(clinician, report_id, 2)
    return report_id


def corrected(county: County, writer: Actor, reviewer: Actor, report_id: str, impression: str) -> ReportRef:
    """Start a correction, write it as `writer`, approve it as `reviewer`."""
    uid = county.reports.start_revision(reviewer, report_id, Revision.CORRECTION, "左右写反")
    study = county.reports.report(writer, report_id).report.study_instance_uid
    claim = county.queue.claim(writer, uid)
    text = replace(county.reports.draft(writer, uid).content, impression=impression)
    county.reports.submit(writer, uid, claim.transaction_uid, 1, text)
    return county.approved(reviewer, study, text)


def test_a_correction_is_a_version_with_a_reason_and_the_old_one_stays_verifiable(
    county: County, writer: Actor, reviewer: Actor, clinician: Actor, issued: str
) -> None:
    ref = corrected(county, writer, reviewer, issued, "左肺下野炎症。")
    assert ref.number == 4
    opened = county.reports.report(clinician, issued)
    old, new = opened.versions
    assert (old.says.status, new.says.status) == (ReportStatus.FINAL, ReportStatus.CORRECTED)
    assert (new.says.reason, new.says.content.impression) == ("左右写反", "左肺下野炎症。")
    assert opened.superseded_by(2) == new
    assert opened.superseded_by(4) is None
    assert county.reports.verify_version(issued, 2)[SignatureRole.REVIEWER].intact
    data, _ = county.reports.pdf(clinician, issued, 2)
    assert county.reports.verify(data).intact
    standing = county.reports.standing(old.sha256)
    assert (standing.status, standing.superseded_by, standing.superseded_status) == ("final", 4, "corrected")
    assert county.reports.standing(new.sha256).superseded_by is None
    with pytest.raises(ReportNotFound):
        county.reports.standing("0" * 64)


def test_the_clinic_that_opened_the_old_one_gets_a_notice_and_a_new_receipt(
    county: County, writer: Actor, reviewer: Actor, clinician: Actor, issued: str
) -> None:
    corrected(county, writer, reviewer, issued, "左肺下野炎症。")
    county.run_tasks()
    (item,) = county.reports.inbox(clinician)["items"]
    assert (item["number"], item["status"], item["unread"]) == (4, "corrected", True)
    assert (item["replaces"]["number"], item["replaces"]["read_by"], item["replaces"]["reason"]) == (
        2,
        "赵敏",
        "左右写反",
    )
    county.reports.pdf(clinician, issued, 4)
    assert {one.number: one.read_by_name for one in county.reports.report(reviewer, issued).deliveries} == {
        2: "赵敏",
        4: "赵敏",
    }


def test_an_addendum_leaves_the_issued_words_alone(county: County, writer: Actor, reviewer: Actor, issued: str) -> None:
    uid = county.reports.start_revision(writer, issued, Revision.ADDENDUM, "补充侧位片")
    claim = county.queue.claim(writer, uid)
    held = (uid, claim.transaction_uid)
    with pytest.raises(AddendumOnly):
        county.reports.submit(writer, *held, 1, replace(TEXT, impression="改了", addendum="补充"))
    with pytest.raises(AddendumOnly):
        county.reports.submit(writer, *held, 2, TEXT)
    text = replace(TEXT, addendum="侧位片见少量胸腔积液。")
    county.reports.submit(writer, *held, 3, text)
    study = county.reports.report(writer, issued).report.study_instance_uid
    county.approved(reviewer, study, text)
    newest = county.reports.report(reviewer, issued).versions[-1].says
    assert (newest.status, newest.content.addendum) == (ReportStatus.APPENDED, "侧位片见少量胸腔积液。")


def test_a_withdrawal_is_signed_by_a_reviewer_and_can_be_followed_by_a_correction(
    county: County, writer: Actor, reviewer: Actor, clinician: Actor, issued: str
) -> None:
    with pytest.raises(Forbidden):
        county.reports.withdraw(writer, issued, "患者身份错误")
    with pytest.raises(RevisionReason):
        county.reports.withdraw(reviewer, issued, " \u200b ")
    ref = county.reports.withdraw(reviewer, issued, "患者身份错误")
    county.run_tasks()
    (item,) = county.reports.inbox(clinician)["items"]
    assert (ref.number, item["status"], item["replaces"]["reason"]) == (3, "entered-in-error", "患者身份错误")
    assert county.reports.pdf(clinician, issued, 3)[0].startswith(b"%PDF")
    with pytest.raises(NotIssued):
        county.reports.withdraw(reviewer, issued, "再撤一次")
    with pytest.raises(NotIssued):
        county.reports.start_revision(reviewer, issued, Revision.ADDENDUM, "补充")
    again = corrected(county, writer, reviewer, issued, "正确的诊断。")
    statuses = [one.says.status.value for one in county.reports.report(clinician, issued).versions]
    assert (again.number, statuses) == (5, ["final", "entered-in-error", "corrected"])


def test_a_writer_does_not_withdraw_alone(county: County, writer: Actor, reviewer: Actor, study: str) -> None:
    county.submitted(reviewer, study)
    other = county.person("second", "周主任", county.lead, Role.REVIEWER, title="主任医师")
    ref = county.approved(other, study)
    with pytest.raises(OwnReport):
        county.reports.withdraw(reviewer, ref.report_id, "写错")


def test_one_revision_at_a_time_and_it_can_be_abandoned(
    county: County, writer: Actor, reviewer: Actor, issued: str, study: str
) -> None:
    county.reports.start_revision(writer, issued, Revision.CORRECTION, "左右写反")
    with pytest.raises(RevisionOpen):
        county.reports.start_revision(reviewer, issued, Revision.ADDENDUM, "补充")
    with pytest.raises(RevisionOpen):
        county.reports.withdraw(reviewer, issued, "身份错误")
    county.reports.abandon_revision(writer, issued)
    assert county.reports.report(writer, issued).report.revision is None
    with pytest.raises(AssertionError):
        county.open_workitem(writer, study, Kind.READING)
    county.reports.start_revision(reviewer, issued, Revision.ADDENDUM, "补充")
    claim = county.claim(writer, study)
    text = replace(TEXT, addendum="补充")
    county.reports.submit(writer, claim.workitem_uid, claim.transaction_uid, 1, text)
    with pytest.raises((RevisionOpen, AlreadyIssued)):
        county.reports.abandon_revision(writer, issued)


def test_a_report_that_waits_for_review_has_nothing_to_revise(county: County, writer: Actor, study: str) -> None:
    ref = county.submitted(writer, study)
    with pytest.raises(NotIssued):
        county.reports.start_revision(writer, ref.report_id, Revision.CORRECTION, "改")


def test_a_clinic_neither_revises_nor_learns_of_a_foreign_version(
    county: County, clinician: Actor, issued: str
) -> None:
    with pytest.raises(Forbidden):
        county.reports.start_revision(clinician, issued, Revision.CORRECTION, "改")
    unit = county.registry.add_unit(PRODUCT, "青石镇卫生院", UnitKind.TOWNSHIP, "YXQS", county.lead.id)
    stranger = county.person("stranger", "孙强", unit, Role.CLINICIAN)
    with pytest.raises(ReportNotFound):
        county.reports.report(stranger, issued)
