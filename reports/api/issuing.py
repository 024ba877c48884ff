"""Issuing: the writer submits, another doctor approves or returns. Everything slow happens before the write."""

from dataclasses import dataclass

from foundation.access import Actor, demand
from foundation.audit import Entry
from foundation.database import Connection
from foundation.ids import new_id
from pacs_gateway.api import StudySummary
from reading_queue.api import Kind, Workitem, WorkitemState
from reports.api.composing import Composing, check_images, checked, signed, version_of
from reports.api.delivering import Delivering
from reports.api.writing import Writing
from reports.encodings.pdf import sheet
from reports.errors import AlreadyIssued, NotReading, NotReview, OwnReport, ReturnReason, StaleRevision
from reports.events import ReportReturned, ReportSigned, ReportSubmitted
from reports.model import (
    ISSUED,
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
    cleaned,
)
from reports.signers.pdf import PENDING, Job, issue
from reports.store import drafts, reports


@dataclass(frozen=True, slots=True)
class Hold:
    """Whose workitem it is, and the draft revision that the act is based on."""

    actor: Actor
    workitem: Workitem
    transaction_uid: str
    revision: int


@dataclass(frozen=True, slots=True)
class Written:
    """A version with its writer's signature, ready to be kept."""

    report: Report
    version: Version
    signature: Signature


class Issuing(Writing, Composing, Delivering):
    """The acts that end in a version."""

    # the writer

    def submit(
        self, actor: Actor, workitem_uid: str, transaction_uid: str, revision: int, content: Content
    ) -> ReportRef:
        """Sign the text as its writer and ask for review: a preliminary version.

        The text is saved first, so nothing is lost whatever is refused; the same act again (its answer was lost on
        the way) answers like the first. Raises what `save` raises, FindingsEmpty, ImpressionEmpty,
        PositiveUndecided, TextTooLong, BlankLeft, TooManyKeyImages, ForeignKeyImage, NotReading, AlreadyIssued,
        NoSigningKey, CertificateExpired.
        """
        workitem = self._queue.workitem(actor, workitem_uid)
        if workitem.kind is not Kind.READING:
            raise NotReading
        before = self._done_before(actor, workitem, content)
        if before is not None:
            return before
        draft = self.save(actor, workitem_uid, transaction_uid, revision, content)
        text = checked(content)
        study = self._gateway.study(actor, workitem.study_instance_uid)
        check_images(text.key_images, study)
        exam = self._examination(actor, workitem, study)
        report, base = self._report_for(workitem, exam)
        now, writer = self._now(), self._signatory(actor)
        says = Statement(
            report_id=report.id,
            number=report.number + 1,
            status=ReportStatus.PRELIMINARY,
            examination=exam,
            content=text,
            writer=writer,
            written_at=now,
            replaces=base.sha256 if base else "",
        )
        version = version_of(says, base)
        signature = signed(version, SignatureRole.WRITER, writer, self._pen(actor, now), now)
        hold = Hold(actor, workitem, transaction_uid, draft.revision)
        written = Written(report, version, signature)
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
        workitem = self._queue.complete(conn, actor, hold.workitem.uid, hold.transaction_uid)
        self._queue.schedule_review(conn, workitem, says.report_id, actor.id)
        detail = {"number": says.number, "sha256": version.sha256, "study": workitem.study_instance_uid}
        self._floor.audit.record(conn, actor, Entry("report", "submit", "C", "report", says.report_id, detail=detail))
        self._floor.bus.publish(
            conn, ReportSubmitted(says.report_id, says.number, workitem.study_instance_uid, workitem.unit_id)
        )
        self._announce_study(conn, workitem.study_instance_uid, *report.unit_ids)
        return ReportRef(says.report_id, says.number)

    def _go_on(self, conn: Connection, hold: Hold, report: Report, status: ReportStatus) -> None:
        """Count the new version, unless somebody was faster, and take the draft. Raises AlreadyIssued, LeaseLost."""
        if report.number == 0 and reports.of_study(conn, report.study_instance_uid) is None:
            reports.insert_report(conn, report)
        elif report.status in ISSUED and status is ReportStatus.PRELIMINARY:
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
        says = self._final(actor, report, base, text)
        version = version_of(says, base)
        signature, rendition = self._sealed(actor, version, study)
        hold = Hold(actor, workitem, transaction_uid, draft.revision)

        def work(conn: Connection) -> ReportRef:
            self._go_on(conn, hold, report, says.status)
            reports.insert_version(conn, version, [signature])
            reports.insert_rendition(conn, report.id, says.number, rendition)
            if rendition.profile == PENDING:
                self._owe_stamp(conn, report.id, says.number)
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
            status=ReportStatus.AMENDED if report.issued_number else ReportStatus.FINAL,
            examination=before.examination,
            content=text,
            writer=before.writer,
            written_at=before.written_at,
            reviewer=self._signatory(actor),
            reviewed_at=max(self._now(), before.written_at),
            replaces=base.sha256,
        )

    def _sealed(self, actor: Actor, version: Version, study: StudySummary) -> tuple[Signature, Rendition]:
        """Render and sign in a child process; keep the file."""
        says = version.says
        assert says.reviewer is not None
        assert says.reviewed_at is not None
        at, head = says.reviewed_at, self._letterhead()
        key, seal = self._pen(actor, at), self._keys.seal(head.centre, at)
        proofs, stamps = self._proofs((key, seal), at), self._stamps(head.centre, at)
        images = tuple(
            self._gateway.rendered_png(
                study.study_instance_uid,
                image.series_instance_uid,
                image.sop_instance_uid,
                image.frame,
                self._settings.key_image_width,
            )
            for image in says.content.key_images
        )
        page = sheet(version, head, images, self._settings.fonts)
        job = Job(page, key, seal, at, head.centre, proofs=proofs, stamps=stamps)
        made = self._floor.children.run(issue, job, seconds=self._settings.render_seconds)
        rendition = Rendition(new_id(), "pdf", made.profile, self._renditions.put(made.pdf), len(made.pdf), at)
        return signed(version, SignatureRole.REVIEWER, says.reviewer, key, at), rendition

    def _issued(self, conn: Connection, hold: Hold, report: Report, version: Version) -> ReportRef:
        actor, workitem, says = hold.actor, hold.workitem, version.says
        assert says.reviewed_at is not None
        reports.show_issued(conn, version, says.reviewed_at)
        self._queue.complete(conn, actor, workitem.uid, hold.transaction_uid)
        for unit_id in report.unit_ids:
            self._owe(conn, report.id, says.number, unit_id)
        if report.order_id:
            self._registry.reported(conn, report.order_id)
        detail = {"number": says.number, "sha256": version.sha256, "changed_share": version.changed_share}
        self._floor.audit.record(conn, actor, Entry("report", "approve", "C", "report", report.id, detail=detail))
        self._floor.bus.publish(
            conn, ReportSigned(report.id, says.number, report.study_instance_uid, report.unit_id, report.order_id)
        )
        self._announce_study(conn, report.study_instance_uid, *report.unit_ids)
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
