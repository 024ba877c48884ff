"""Two doctors sign; whatever else is tried is refused or leaves nothing."""

import subprocess
import sys
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from foundation.access import Actor
from foundation.database import Connection
from foundation.errors import Conflict, Forbidden, LianzhenError
from foundation.vocabulary import Role
from reading_queue.api import Kind, WorkitemState
from reports.api import ReportRef, ReportStatus
from reports.errors import (
    CertificateForeign,
    DraftLeaseLost,
    FontsMissing,
    NoSigningKey,
    NotReading,
    NotReview,
    OwnReport,
    ReturnReason,
)
from reports.model import SignatureRole
from tests.integration.reports.conftest import PASSWORD, TEXT, County


def test_the_writer_cannot_approve_their_own_report(county: County, reviewer: Actor, study: str) -> None:
    county.submitted(reviewer, study)  # a reviewer may write, too
    workitem = county.open_workitem(reviewer, study, Kind.REVIEW)
    with pytest.raises(Forbidden):
        county.queue.claim(reviewer, workitem)
    with pytest.raises(OwnReport):
        county.reports.approve(reviewer, workitem, "2.25.1", 0, TEXT)
    with pytest.raises(OwnReport):
        county.reports.return_to_writer(reviewer, workitem, "2.25.1", "自己退回")
    assert county.reports.states([study])[study]["status"] == "preliminary"


def test_a_radiologist_who_is_no_reviewer_cannot_approve(county: County, writer: Actor, study: str) -> None:
    county.submitted(writer, study)
    colleague = county.person("colleague", "周医生", county.lead, Role.RADIOLOGIST)
    with pytest.raises(Forbidden):
        county.reports.approve(colleague, county.open_workitem(writer, study, Kind.REVIEW), "2.25.1", 0, TEXT)


def test_submit_and_approve_each_need_their_own_kind_of_workitem(
    county: County, writer: Actor, reviewer: Actor, study: str
) -> None:
    reading = county.claim(reviewer, study)
    with pytest.raises(NotReview):
        county.reports.approve(reviewer, reading.workitem_uid, reading.transaction_uid, 0, TEXT)
    county.reports.submit(reviewer, reading.workitem_uid, reading.transaction_uid, 0, TEXT)
    review = county.open_workitem(reviewer, study, Kind.REVIEW)
    with pytest.raises(NotReading):
        county.reports.submit(writer, review, "2.25.1", 0, TEXT)


def test_what_the_reviewer_changed_is_a_version_of_its_own(
    county: County, writer: Actor, reviewer: Actor, study: str
) -> None:
    county.submitted(writer, study)
    ref = county.approved(reviewer, study, replace(TEXT, impression="右肺下野炎症。", positive=False))
    first, second = county.reports.report(reviewer, ref.report_id).versions
    assert first.says.content == TEXT
    assert first.says.reviewer is None
    assert [one.field for one in second.changes] == ["impression", "positive"]
    assert 0 < second.changed_share < 0.2
    assert second.base_number == 1
    assert second.says.writer.name == "李文博"
    assert second.says.reviewer is not None
    assert second.says.reviewer.name == "张建国"
    assert second.says.reviewed_at is not None
    assert second.says.reviewed_at >= second.says.written_at


def test_each_doctor_has_signed_the_bytes_of_their_version(
    county: County, writer: Actor, reviewer: Actor, study: str
) -> None:
    county.submitted(writer, study)
    ref = county.approved(reviewer, study)
    by_writer = county.reports.verify_version(ref.report_id, 1)[SignatureRole.WRITER]
    by_reviewer = county.reports.verify_version(ref.report_id, 2)[SignatureRole.REVIEWER]
    assert (by_writer.signer, by_writer.intact, by_writer.trusted) == ("李文博", True, True)
    assert (by_reviewer.signer, by_reviewer.intact, by_reviewer.trusted) == ("张建国", True, True)
    assert not by_writer.acceptable  # a demonstration's signature is never worth anything


def test_a_report_goes_back_with_a_reason_and_comes_again(
    county: County, writer: Actor, reviewer: Actor, study: str
) -> None:
    county.submitted(writer, study)
    claim = county.claim(reviewer, study, Kind.REVIEW)
    typed = replace(TEXT, impression="审核医师改到一半")
    county.reports.save(reviewer, claim.workitem_uid, claim.transaction_uid, 0, typed)
    with pytest.raises(ReturnReason):
        county.reports.return_to_writer(reviewer, claim.workitem_uid, claim.transaction_uid, "  ")
    successor = county.reports.return_to_writer(reviewer, claim.workitem_uid, claim.transaction_uid, "请补充侧位片所见")
    assert county.queue.workitem(writer, successor).returned_reason == "请补充侧位片所见"
    assert county.reports.draft(writer, successor).content == TEXT
    assert [one.content for one in county.reports.unsaved(writer, successor)] == [typed]

    again = county.queue.claim(writer, successor)
    better = replace(TEXT, findings=TEXT.findings + "侧位片未见异常。")
    second = county.reports.submit(writer, successor, again.transaction_uid, 1, better)
    third = county.approved(reviewer, study, better)
    assert (second.number, third.number) == (2, 3)
    statuses = [one.says.status for one in county.reports.report(reviewer, third.report_id).versions]
    assert statuses == [ReportStatus.PRELIMINARY, ReportStatus.PRELIMINARY, ReportStatus.FINAL]


def test_two_approvals_at_once_make_one_version(county: County, writer: Actor, reviewer: Actor, study: str) -> None:
    county.submitted(writer, study)
    claim = county.claim(reviewer, study, Kind.REVIEW)
    done: list[ReportRef] = []
    refused: list[LianzhenError] = []

    def approve() -> None:
        try:
            done.append(county.reports.approve(reviewer, claim.workitem_uid, claim.transaction_uid, 0, TEXT))
        except LianzhenError as refusal:
            refused.append(refusal)

    threads = [threading.Thread(target=approve) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(done) + len(refused) == 4
    assert len(set(done)) == 1
    assert {one.code for one in refused} <= {"report-already-issued", "draft-lease-lost", "stale-revision"}
    opened = county.reports.report(reviewer, done[0].report_id)
    assert [one.says.number for one in opened.versions] == [1, 2]
    assert len(opened.deliveries) == 1


def test_an_act_whose_answer_was_lost_may_be_repeated_but_not_with_other_words(
    county: County, writer: Actor, reviewer: Actor, study: str
) -> None:
    reading = county.claim(writer, study)
    arguments = (reading.workitem_uid, reading.transaction_uid, 0)
    submitted = county.reports.submit(writer, *arguments, TEXT)
    assert county.reports.submit(writer, *arguments, TEXT) == submitted
    other = replace(TEXT, findings="后来想改的话")
    with pytest.raises(DraftLeaseLost):
        county.reports.submit(writer, *arguments, other)
    assert [one.content for one in county.reports.unsaved(writer, reading.workitem_uid)] == [other]

    review = county.claim(reviewer, study, Kind.REVIEW)
    arguments = (review.workitem_uid, review.transaction_uid, 0)
    approved = county.reports.approve(reviewer, *arguments, TEXT)
    assert county.reports.approve(reviewer, *arguments, TEXT) == approved
    with pytest.raises(Conflict) as refusal:
        county.reports.approve(reviewer, *arguments, other)
    assert refusal.value.code == "report-already-issued"
    assert len(county.reports.report(reviewer, approved.report_id).versions) == 2
    assert county.reports.unsaved(reviewer, review.workitem_uid)[0].reason == "report-already-issued"


def test_images_after_the_report_lead_to_an_amended_one_and_the_old_stays_in_force(
    county: County, writer: Actor, reviewer: Actor, study: str
) -> None:
    county.submitted(writer, study)
    county.approved(reviewer, study)
    done = county.queue.history(writer, study)[0]
    late = replace(done, uid="2.25.77", state=WorkitemState.SCHEDULED, claimed_by=None, claimed_at=None, ended_at=None)
    county.floor.db.write(lambda conn: county.queue.schedule(conn, late))
    claim = county.queue.claim(writer, "2.25.77")
    assert county.reports.draft(writer, claim.workitem_uid).content == TEXT
    county.reports.submit(writer, claim.workitem_uid, claim.transaction_uid, 0, TEXT)
    state = county.reports.states([study])[study]
    assert (state["status"], state["number"], state["issued_number"]) == ("final", 3, 2)
    fourth = county.approved(reviewer, study)
    state = county.reports.states([study])[study]
    assert (fourth.number, state["status"], state["issued_number"]) == (4, "amended", 4)


def test_an_installation_without_keys_issues_nothing(county: County, writer: Actor, study: str, tmp_path: Path) -> None:
    bare = county.reports
    bare._keys = type(bare._keys)(tmp_path / "no-keys", None, demo=False)
    claim = county.claim(writer, study)
    newcomer = county.person("newcomer", "吴新", county.lead)
    with pytest.raises(NoSigningKey):
        bare.unlock(newcomer, PASSWORD)
    with pytest.raises(CertificateForeign):
        bare.submit(writer, claim.workitem_uid, claim.transaction_uid, 0, TEXT)
    assert bare.states([study]) == {}
    assert bare.draft(writer, claim.workitem_uid).content == TEXT
    assert not bare.has_demo_keys()


def test_a_centre_without_the_fonts_issues_nothing_and_says_why(
    county: County, writer: Actor, reviewer: Actor, study: str, tmp_path: Path
) -> None:
    county.submitted(writer, study)
    claim = county.claim(reviewer, study, Kind.REVIEW)
    right, bare = county.reports._settings, county.reports._settings.model_copy(update={"fonts": tmp_path})
    county.reports._settings = bare
    with pytest.raises(FontsMissing) as refusal:
        county.reports.approve(reviewer, claim.workitem_uid, claim.transaction_uid, 0, TEXT)
    assert refusal.value.facts == {"folder": str(tmp_path)}
    assert county.reports.states([study])[study]["status"] == "preliminary"
    county.reports._settings = right
    assert county.reports.approve(reviewer, claim.workitem_uid, claim.transaction_uid, 0, TEXT).number == 2


CRASH = """
import os, sys
from pathlib import Path
from foundation.floor import open_floor
from foundation.settings import FoundationSettings
from pacs_gateway.api import Gateway, GatewaySettings
from reading_queue.api import ReadingQueue, ReadingQueueSettings
from registry.api import Registry, RegistrySettings
from foundation.database import Database
from reports.api import ReportRef, Reports, ReportsSettings
from reports.files import Renditions
from reports.store import deliveries
from tests.integration.reports.conftest import PASSWORD, TEXT

if __name__ == "__main__":
    moment, data, database, person, workitem, transaction = sys.argv[1:]
    floor = open_floor(FoundationSettings(data=Path(data), database=database))
    registry = Registry(floor, RegistrySettings())
    gateway = Gateway(floor, registry, GatewaySettings())
    queue = ReadingQueue(floor, registry, ReadingQueueSettings())
    reports = Reports(floor, registry, gateway, queue, ReportsSettings())
    reports.unlock(registry.actor_of(registry.person(person)), PASSWORD)

    def die(*_):
        floor.children.close()
        os.kill(os.getpid(), 9)

    def after(act, ends=lambda result: True):
        def act_and_die(*given):
            result = act(*given)
            if ends(result):
                die()
            return result
        return act_and_die

    if moment == "signed":
        Renditions.put = after(Renditions.put)
    elif moment == "writing":
        deliveries.owe = after(deliveries.owe)
    else:
        Database.write = after(Database.write, lambda result: isinstance(result, ReportRef))
    reports.approve(registry.actor_of(registry.person(person)), workitem, transaction, 0, TEXT)
"""


@pytest.mark.parametrize("moment", ["signed", "writing", "written"])
def test_a_process_killed_in_the_middle_of_an_approval_leaves_exactly_one_signed_version(
    county: County, writer: Actor, reviewer: Actor, study: str, tmp_path: Path, moment: str
) -> None:
    ref = county.submitted(writer, study)
    claim = county.claim(reviewer, study, Kind.REVIEW)
    script = tmp_path / "crash.py"
    script.write_text(CRASH, encoding="utf-8")
    data, database = str(county.floor.data), county.floor.settings.database_url
    arguments = [moment, data, database, reviewer.id, claim.workitem_uid, claim.transaction_uid]
    root = Path(__file__).resolve().parents[3]
    ended = subprocess.run(
        [sys.executable, str(script), *arguments], cwd=root, env={"PYTHONPATH": str(root)}, check=False, timeout=120
    )
    assert ended.returncode == -9
    assert list((county.floor.data / "reports").rglob("*.pdf"))  # it died late enough

    opened = county.reports.report(reviewer, ref.report_id)
    survived = moment == "written"  # then only the answer was lost
    assert [one.says.number for one in opened.versions] == ([1, 2] if survived else [1])
    assert len(opened.deliveries) == int(survived)
    state = county.queue.workitem(reviewer, claim.workitem_uid).state
    assert state is (WorkitemState.COMPLETED if survived else WorkitemState.IN_PROGRESS)
    again = county.reports.approve(reviewer, claim.workitem_uid, claim.transaction_uid, 0, TEXT)
    assert again.number == 2
    opened = county.reports.report(reviewer, ref.report_id)
    assert [one.says.number for one in opened.versions] == [1, 2]
    assert opened.renditions[2].profile == "B-LTA"
    assert county.floor.audit.verify() is None


def _execute(statement: str, conn: Connection) -> int:
    return conn.exec_driver_sql(statement).rowcount


@pytest.mark.parametrize("table", ["reports_version", "reports_signature", "reports_rendition"])
def test_the_database_itself_keeps_what_was_signed(
    county: County, writer: Actor, reviewer: Actor, study: str, table: str
) -> None:
    county.submitted(writer, study)
    county.approved(reviewer, study)
    for statement in (f"UPDATE {table} SET number = 9", f"DELETE FROM {table}"):
        with pytest.raises(Exception, match="append-only"):
            county.floor.db.write(partial(_execute, statement))


def test_every_act_is_in_the_audit_trail(county: County, writer: Actor, reviewer: Actor, study: str) -> None:
    county.submitted(writer, study)
    county.approved(reviewer, study)
    acts = [(one["subtype"], one["agent_id"]) for one in county.floor.audit.entries() if one["type"] == "report"]
    assert acts == [("approve", reviewer.id), ("submit", writer.id)]
    assert county.floor.audit.verify() is None
