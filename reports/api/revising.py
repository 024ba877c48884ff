"""Revising what was issued: correction and addendum by two doctors, withdrawal by a reviewer; each with a reason."""

from foundation.access import Actor, demand
from foundation.audit import Entry
from foundation.catalogue import say
from foundation.database import Connection
from reports.api.composing import version_of
from reports.api.issuing import Issuing
from reports.errors import AlreadyIssued, NotIssued, OwnReport, ReportNotFound, RevisionOpen, RevisionReason
from reports.model import (
    ISSUED,
    REASON_LIMIT,
    Content,
    Draft,
    Report,
    ReportRef,
    ReportStatus,
    Revision,
    Statement,
    Version,
)
from reports.store import drafts, reports
from reports.wording import cleaned


class Revising(Issuing):
    """The acts that begin where a report was issued."""

    def start_revision(self, actor: Actor, report_id: str, kind: Revision, reason: str) -> str:
        """Begin a correction or an addendum: a new reading that holds the issued words; its uid.

        Raises ReportNotFound, Forbidden, RevisionReason, NotIssued, RevisionOpen.
        """
        demand(actor, "update", "draft", actor.unit_id)
        reason = _reason(reason)
        report, issued = self._in_force(actor, report_id, withdrawn=kind is Revision.CORRECTION)

        def work(conn: Connection) -> str:
            if not reports.revise(conn, report, kind, reason):
                raise RevisionOpen
            words = say(f"revision-{kind.value}", reason=reason)
            reading = self._queue.schedule_revision(conn, report.study_instance_uid, words)
            if reading is None:
                raise RevisionOpen
            writer = issued.says.writer
            drafts.seed(conn, Draft(reading.uid, 1, issued.says.content, self._now(), writer.id, writer.name))
            detail = {"number": issued.says.number, "kind": kind.value, "reason": reason}
            self._floor.audit.record(conn, actor, Entry("report", "revise", "U", "report", report.id, detail=detail))
            return reading.uid

        return self._floor.db.write(work)

    def abandon_revision(self, actor: Actor, report_id: str) -> None:
        """Give a correction or an addendum up before anybody has signed it; the issued report stands.

        Raises ReportNotFound, Forbidden, AlreadyIssued.
        """
        demand(actor, "update", "draft", actor.unit_id)
        report, _ = self._in_force(actor, report_id, withdrawn=True)

        def work(conn: Connection) -> None:
            if not reports.revise(conn, report, None, ""):
                raise AlreadyIssued(number=report.number, status=report.status.value)
            self._queue.cancel_reading(conn, actor, report.study_instance_uid, say("revision-abandoned"))
            self._floor.audit.record(conn, actor, Entry("report", "abandon-revision", "U", "report", report.id))

        self._floor.db.write(work)

    def withdraw(self, actor: Actor, report_id: str, reason: str) -> ReportRef:
        """Declare an issued report entered in error: a version of its own, signed by a reviewer, told to every unit.

        Raises ReportNotFound, Forbidden, RevisionReason, NotIssued, RevisionOpen, OwnReport, and what signing raises.
        """
        reason = _reason(reason)
        report, issued = self._in_force(actor, report_id)
        demand(actor, "issue", "report", report.unit_id)
        if issued.says.writer.id == actor.id:
            raise OwnReport
        if report.revision is not None:
            raise RevisionOpen
        self._demand_qualified(actor, "review", issued.says.examination)
        study = self._gateway.study(actor, report.study_instance_uid)
        version = version_of(self._withdrawn(actor, issued, reason), issued)
        signature, rendition = self._sealed(actor, version, study)

        def work(conn: Connection) -> ReportRef:
            if not reports.go_on(conn, report.id, report.number, ReportStatus.ENTERED_IN_ERROR):
                raise RevisionOpen
            reports.insert_version(conn, version, [signature])
            self._keep_file(conn, report.id, version.says.number, rendition)
            self._show(conn, report, version)
            detail = {"number": version.says.number, "sha256": version.sha256, "reason": reason}
            self._floor.audit.record(conn, actor, Entry("report", "withdraw", "C", "report", report.id, detail=detail))
            return ReportRef(report.id, version.says.number)

        return self._floor.db.write(work)

    def _in_force(self, actor: Actor, report_id: str, *, withdrawn: bool = False) -> tuple[Report, Version]:
        """The report and its issued version, when nothing newer waits for review."""
        demand(actor, "read", "report", actor.unit_id)
        with self._floor.db.read() as conn:
            report = reports.by_id(conn, report_id)
            issued = reports.one_version(conn, report_id, report.issued_number or 0) if report else None
        if report is None:
            raise ReportNotFound
        demand(actor, "read", "report", *report.unit_ids)
        usable = ISSUED | {ReportStatus.ENTERED_IN_ERROR} if withdrawn else ISSUED
        if issued is None or issued.says.status not in usable:
            raise NotIssued
        if report.number != report.issued_number:
            raise RevisionOpen
        return report, issued

    def _withdrawn(self, actor: Actor, issued: Version, reason: str) -> Statement:
        before = issued.says
        return Statement(
            report_id=before.report_id,
            number=before.number + 1,
            status=ReportStatus.ENTERED_IN_ERROR,
            examination=before.examination,
            content=before.content,
            writer=before.writer,
            written_at=before.written_at,
            reviewer=self._signatory(actor),
            reviewed_at=max(self._now(), before.reviewed_at or before.written_at),
            replaces=issued.sha256,
            centre_id=before.centre_id,
            centre_name=before.centre_name,
            reason=reason,
        )


def _reason(text: str) -> str:
    """The reason as it will be signed. Raises RevisionReason."""
    reason = cleaned(Content(findings=text)).findings.strip()
    if not 1 <= len(reason) <= REASON_LIMIT:
        raise RevisionReason(limit=REASON_LIMIT)
    return reason
