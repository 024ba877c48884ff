"""Issuing: the writer submits, another doctor approves or returns. Everything slow happens before the write."""

from dataclasses import dataclass
from datetime import UTC, datetime

from foundation.access import Actor, demand
from foundation.audit import Entry
from foundation.clock import COUNTY_ZONE
from foundation.database import Connection
from foundation.ids import new_id
from foundation.vocabulary import Priority
from reading_queue.api import Kind, Workitem, WorkitemState
from reports.api.composing import check_images, checked, signed, version_of
from reports.api.sealing import Sealing
from reports.errors import (
    AlreadyIssued,
    NotReading,
    NotReview,
    OwnReport,
    PreliminaryByDay,
    PreliminaryLate,
    ReturnReason,
    StaleRevision,
)
from reports.events import ReportReturned, ReportSubmitted
from reports.model import (
    REASON_LIMIT,
    Content,
    Draft,
    Examination,
    Rendition,
    Report,
    ReportRef,
    ReportStatus,
    Signature,
    SignatureRole,
    Statement,
    Stray,
    Version,
    final_due,
    is_night,
    next_status,
)
from reports.store import drafts, reports
from reports.wording import cleaned


@dataclass(frozen=True, slots=True)
class Hold:
    """Whose workitem it is, and the draft revision that the act is based on."""

    actor: Actor
    workitem: Workitem
    transaction_uid: str
    revision: int


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody signs, typed upon a revision of the draft, under the claim's lock."""

    transaction_uid: str
    revision: int
    content: Content


@dataclass(frozen=True, slots=True)
class Written:
    """A version with its writer's signature, ready to be kept; an emergency report has its file, too."""

    report: Report
    version: Version
    signature: Signature
    rendition: Rendition | None


class Issuing(Sealing):
    """The acts that end in a version."""

    # the writer

    def submit(
        self, actor: Actor, workitem_uid: str, transaction_uid: str, revision: int, content: Content
    ) -> ReportRef:
        """Sign the text as its writer and ask for review: a preliminary version.

        The text is saved first, so nothing is lost whatever is refused; the same act again (its answer was lost on
        the way) answers like the first. Raises what `save` raises, FindingsEmpty, ImpressionEmpty,
        PositiveUndecided, TextTooLong, BlankLeft, TooManyKeyImages, ForeignKeyImage, AddendumOnly, NotReading,
        AlreadyIssued, NoSigningKey, CertificateExpired.
        """
        workitem = self._reading(actor, workitem_uid)
        return self._written(actor, workitem, Typed(transaction_uid, revision, content))

    def issue_preliminary(
        self, actor: Actor, workitem_uid: str, transaction_uid: str, revision: int, content: Content
    ) -> ReportRef:
        """急诊报告: one doctor's preliminary report that the clinic gets at once; the final one by two follows.

        Like `submit`, and rendered, signed and sealed; the review has a deadline of its own. Raises what `submit`
        raises, PreliminaryByDay, PreliminaryLate.
        """
        workitem = self._reading(actor, workitem_uid)
        self._demand_emergency(workitem)
        return self._written(actor, workitem, Typed(transaction_uid, revision, content), emergency=True)

    def _reading(self, actor: Actor, workitem_uid: str) -> Workitem:
        workitem = self._queue.workitem(actor, workitem_uid)
        if workitem.kind is not Kind.READING:
            raise NotReading
        return workitem

    def allows_preliminary(self, workitem: Workitem) -> bool:
        """Whether one doctor alone may issue now: the county's choice, an urgent examination, or the night."""
        chosen = self._settings
        if chosen.preliminary != "night" or workitem.priority is Priority.HIGH:
            return chosen.preliminary != "never"
        local = self._floor.now().astimezone(COUNTY_ZONE).time()
        return is_night(local, chosen.night_begins, chosen.night_ends)

    def _demand_emergency(self, workitem: Workitem) -> None:
        if not self.allows_preliminary(workitem):
            begins, ends = self._settings.night_begins, self._settings.night_ends
            raise PreliminaryByDay(begins=f"{begins:%H:%M}", ends=f"{ends:%H:%M}")

    def _written(self, actor: Actor, workitem: Workitem, typed: Typed, *, emergency: bool = False) -> ReportRef:
        content = typed.content
        before = self._done_before(actor, workitem, content)
        if before is not None:
            return before
        draft = self.save(actor, workitem.uid, typed.transaction_uid, typed.revision, content)
        text = checked(content)
        study = self._gateway.study(actor, workitem.study_instance_uid)
        check_images(text.key_images, study)
        exam = self._examination(actor, workitem, study)
        self._demand_qualified(actor, "write", exam)
        report, base = self._report_for(workitem, exam)
        self._check_addendum(report, text)
        if emergency and report.issued_number and report.status is not ReportStatus.PRELIMINARY:
            raise PreliminaryLate
        now, writer, (centre_id, centre) = self._now(), self._signatory(actor), self._centre()
        says = Statement(
            report_id=report.id,
            number=report.number + 1,
            status=ReportStatus.PRELIMINARY,
            examination=exam,
            content=text,
            writer=writer,
            written_at=now,
            replaces=base.sha256 if base else "",
            centre_id=centre_id,
            centre_name=centre,
            emergency=emergency,
            reason=report.revision_reason,
            mark=self._marker(exam),
        )
        version = version_of(says, base)
        if emergency:
            signature, rendition = self._sealed(actor, version, study)
        else:
            signature, rendition = signed(version, SignatureRole.WRITER, writer, self._both_pens(actor, now), now), None
        hold = Hold(actor, workitem, typed.transaction_uid, draft.revision)
        written = Written(report, version, signature, rendition)
        return self._keeping(
            actor, workitem, content, lambda: self._floor.db.write(lambda conn: self._submit(conn, hold, written))
        )

    def _done_before(self, actor: Actor, workitem: Workitem, content: Content) -> ReportRef | None:
        """The version that this actor has made of these words on this workitem, when the act is done already."""
        if workitem.state is not WorkitemState.COMPLETED or workitem.claimed_by != actor.id:
            return None
        with self._floor.db.read() as conn:
            known = reports.of_study(conn, workitem.study_instance_uid)
            made = reports.versions(conn, known.id) if known else []
        for says in (one.says for one in reversed(made)):
            signatory = says.writer if workitem.kind is Kind.READING else says.reviewer
            unreviewed = says.reviewer is None
            if signatory and signatory.id == actor.id and unreviewed is (workitem.kind is Kind.READING):
                return ReportRef(says.report_id, says.number) if says.content == cleaned(content) else None
        return None

    def _report_for(self, workitem: Workitem, exam: Examination) -> tuple[Report, Version | None]:
        """The study's report with its newest version; a new one begins with number 0."""
        with self._floor.db.read() as conn:
            known = reports.of_study(conn, workitem.study_instance_uid)
            if known is not None:
                return known, reports.one_version(conn, known.id, known.number)
        return Report(
            id=new_id(),
            study_instance_uid=workitem.study_instance_uid,
            order_id=workitem.order_id,
            patient_uid=workitem.patient_uid,
            unit_id=workitem.unit_id,
            requesting_unit_id=exam.requesting_unit_id,
            status=ReportStatus.REGISTERED,
            number=0,
            created_at=self._now(),
        ), None

    def _submit(self, conn: Connection, hold: Hold, new: Written) -> ReportRef:
        actor, report, version, says = hold.actor, new.report, new.version, new.version.says
        self._go_on(conn, hold, report, ReportStatus.PRELIMINARY)
        reports.insert_version(conn, version, [new.signature])
        if new.rendition is not None:
            self._keep_file(conn, report.id, says.number, new.rendition)
            self._show(conn, report, version)
        workitem = self._queue.complete(conn, actor, hold.workitem.uid, hold.transaction_uid)
        due = self._final_due(says.written_at) if says.emergency else None
        self._queue.schedule_review(conn, workitem, says.report_id, actor.id, due)
        detail = {"number": says.number, "sha256": version.sha256, "study": workitem.study_instance_uid}
        act = "issue-preliminary" if says.emergency else "submit"
        self._floor.audit.record(conn, actor, Entry("report", act, "C", "report", says.report_id, detail=detail))
        self._floor.bus.publish(
            conn, ReportSubmitted(says.report_id, says.number, workitem.study_instance_uid, workitem.unit_id)
        )
        self._announce_study(conn, workitem.study_instance_uid, *report.unit_ids)
        return ReportRef(says.report_id, says.number)

    def _final_due(self, issued: datetime) -> datetime:
        local = issued.astimezone(COUNTY_ZONE)
        return final_due(local, self._settings.night_ends, self._settings.final_by).astimezone(UTC)

    def _go_on(self, conn: Connection, hold: Hold, report: Report, status: ReportStatus) -> None:
        """Count the new version, unless somebody was faster, and take the draft. Raises AlreadyIssued, LeaseLost."""
        if report.number == 0 and reports.of_study(conn, report.study_instance_uid) is None:
            reports.insert_report(conn, report)
        elif report.issued_number and status is ReportStatus.PRELIMINARY:
            status = report.status  # what the clinic has stays in force until the new version is approved
        if not reports.go_on(conn, report.id, report.number, status):
            now = reports.by_id(conn, report.id)
            raise AlreadyIssued(number=now.number if now else 0, status=now.status.value if now else "")
        self._queue.hold(conn, hold.actor, hold.workitem.uid, hold.transaction_uid)
        draft = drafts.read(conn, hold.workitem.uid)
        if (draft.revision if draft else 0) != hold.revision:
            raise StaleRevision(revision=draft.revision if draft else 0)
        drafts.drop(conn, hold.workitem.uid)

    # the reviewer

    def approve(
        self, actor: Actor, workitem_uid: str, transaction_uid: str, revision: int, content: Content
    ) -> ReportRef:
        """Sign the text as its reviewer and issue it: a final version, rendered, signed, sealed, deliveries owed.

        The time is fixed first and the PDF made before the write, so a process that ends in between leaves nothing.
        Raises what `save` raises, NotReview, OwnReport, AlreadyIssued, the refusals of an incomplete text,
        NoSigningKey, CertificateExpired, FontsMissing, ChildFailed, StorageFull.
        """
        workitem = self._queue.workitem(actor, workitem_uid)
        before = self._done_before(actor, workitem, content)
        if before is not None:
            return before
        report, base = self._keeping(actor, workitem, content, lambda: self._under_review(actor, workitem))
        draft = self.save(actor, workitem_uid, transaction_uid, revision, content)
        text = checked(content)
        study = self._gateway.study(actor, workitem.study_instance_uid)
        check_images(text.key_images, study)
        self._check_addendum(report, text)
        self._demand_qualified(actor, "review", base.says.examination)
        says = self._final(actor, report, base, text)
        version = version_of(says, base)
        signature, rendition = self._sealed(actor, version, study)
        hold = Hold(actor, workitem, transaction_uid, draft.revision)

        def work(conn: Connection) -> ReportRef:
            self._go_on(conn, hold, report, says.status)
            reports.insert_version(conn, version, [signature])
            self._keep_file(conn, report.id, says.number, rendition)
            return self._issued(conn, hold, report, version)

        return self._keeping(actor, workitem, content, lambda: self._floor.db.write(work))

    def _under_review(self, actor: Actor, workitem: Workitem) -> tuple[Report, Version]:
        """The report and the version that waits for this review."""
        demand(actor, "review", "workitem", workitem.unit_id)
        demand(actor, "issue", "report", workitem.unit_id)
        if workitem.kind is not Kind.REVIEW or workitem.report_id is None:
            raise NotReview
        with self._floor.db.read() as conn:
            report = reports.by_id(conn, workitem.report_id)
            base = reports.one_version(conn, workitem.report_id, report.number) if report else None
        if report is None or base is None:
            raise NotReview
        if base.says.writer.id == actor.id:
            raise OwnReport
        if base.says.status is not ReportStatus.PRELIMINARY:
            raise AlreadyIssued(number=report.number, status=report.status.value)
        return report, base

    def _final(self, actor: Actor, report: Report, base: Version, text: Content) -> Statement:
        """What the final version says. A clock that was stepped back never puts the review before the writing."""
        before = base.says
        return Statement(
            report_id=report.id,
            number=report.number + 1,
            status=next_status(report),
            examination=before.examination,
            content=text,
            writer=before.writer,
            written_at=before.written_at,
            reviewer=self._signatory(actor),
            reviewed_at=max(self._now(), before.written_at),
            replaces=base.sha256,
            centre_id=before.centre_id,
            centre_name=before.centre_name,
            reason=report.revision_reason,
            mark=self._marker(before.examination),
        )

    def _issued(self, conn: Connection, hold: Hold, report: Report, version: Version) -> ReportRef:
        actor, workitem, says = hold.actor, hold.workitem, version.says
        self._queue.complete(conn, actor, workitem.uid, hold.transaction_uid)
        self._show(conn, report, version)
        detail = {"number": says.number, "sha256": version.sha256, "changed_share": version.changed_share}
        self._floor.audit.record(conn, actor, Entry("report", "approve", "C", "report", report.id, detail=detail))
        return ReportRef(report.id, says.number)

    def return_to_writer(self, actor: Actor, workitem_uid: str, transaction_uid: str, reason: str) -> str:
        """Send a report back to be written again; the new reading's uid.

        Its draft is what the writer had signed; what the reviewer typed stands beside it as an unsaved copy. Raises
        NotReview, OwnReport, AlreadyIssued, ReturnReason, LeaseLost.
        """
        reason = reason.strip()
        if not 1 <= len(reason) <= REASON_LIMIT:
            raise ReturnReason(limit=REASON_LIMIT)
        workitem = self._queue.workitem(actor, workitem_uid)
        report, base = self._under_review(actor, workitem)

        def work(conn: Connection) -> str:
            self._queue.complete(conn, actor, workitem_uid, transaction_uid)
            rewriting = self._queue.schedule_rewriting(conn, workitem, reason)
            typed = drafts.read(conn, workitem_uid)
            if typed is not None and typed.content != base.says.content:
                drafts.keep_stray(conn, workitem.study_instance_uid, _copy(typed, rewriting))
            drafts.drop(conn, workitem_uid)
            writer = base.says.writer
            drafts.seed(conn, Draft(rewriting, 1, base.says.content, self._now(), writer.id, writer.name))
            detail = {"number": report.number, "reason": reason}
            self._floor.audit.record(conn, actor, Entry("report", "return", "U", "report", report.id, detail=detail))
            self._floor.bus.publish(
                conn, ReportReturned(report.id, report.number, report.study_instance_uid, report.unit_id)
            )
            return rewriting

        return self._floor.db.write(work)


def _copy(typed: Draft, workitem_uid: str) -> Stray:
    """What a reviewer had typed before returning the report."""
    assert typed.saved_at is not None
    return Stray(new_id(), workitem_uid, typed.content, "returned", typed.saved_at, typed.author_id, typed.author_name)
