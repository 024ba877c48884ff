"""Sealing: a version rendered, signed inside its PDF and closed by the county's seal; then shown to the clinics."""

from dataclasses import replace
from datetime import datetime

from foundation.access import Actor
from foundation.database import Connection
from foundation.ids import new_id
from pacs_gateway.api import StudySummary
from reports.api.composing import Composing, signed
from reports.api.delivering import Delivering
from reports.api.second import Pens
from reports.api.writing import Writing
from reports.encodings.attachments import attachments, sm2_files
from reports.encodings.pdf import Beside, sheet
from reports.encodings.qr import CONCLUSION_LIMIT, ITEM_LIMIT, UNIT_LIMIT, masked, short
from reports.errors import AddendumOnly
from reports.events import ReportRevised, ReportSigned
from reports.model import Content, Rendition, Report, Revision, Signature, SignatureRole, Statement, Version
from reports.signers import cose
from reports.signers.pdf import Job, Proofs, issue
from reports.store import deliveries, reports


class Sealing(Writing, Composing, Delivering):
    """From a version to its file, and from its file to the units."""

    def _sealed(self, actor: Actor, version: Version, study: StudySummary) -> tuple[Signature, Rendition]:
        """Render and sign in a child process; keep the file. An emergency report is its writer's alone."""
        says = version.says
        signer, at = says.reviewer or says.writer, says.reviewed_at or says.written_at
        role = SignatureRole.REVIEWER if says.reviewer else SignatureRole.WRITER
        head = self._letterhead()
        pens, seal = self._both_pens(actor, at), self._keys.seal(head.centre, at)
        key = pens.first
        proofs, (stamps, of_time) = self._proofs((key, seal), at), self._timed_or_pending(at)
        signature = signed(version, role, signer, pens, at)
        written = self._what_was_written(version, signature)
        code = cose.sign(claims(says, version.sha256), seal)
        beside = sm2_files((signature, written[1]), self._sealed_beside(version, pens, at))
        inside = attachments(version, *written, beside)
        page = sheet(version, head, Beside(self._pictures(version, study), code, inside), self._settings.fonts)
        proofs = Proofs(revocations=tuple(dict.fromkeys((*proofs.revocations, *of_time.revocations))))
        job = Job(page, key, seal, at, head.centre, role, proofs, stamps)
        made = self._floor.children.run(issue, job, seconds=self._settings.render_seconds)
        return signature, Rendition(new_id(), "pdf", made.profile, self._renditions.put(made.pdf), len(made.pdf), at)

    def _sealed_beside(self, version: Version, pens: Pens, at: datetime) -> dict[SignatureRole, bytes]:
        """The seal's message of the second profile, where the doctor's pens are both."""
        key = self._second_seal(self._letterhead().centre, at)
        return {SignatureRole.SEAL: replace(pens, second=key).beside(version.canonical, at)} if key else {}

    def _pictures(self, version: Version, study: StudySummary) -> tuple[bytes, ...]:
        width = self._settings.key_image_width
        return tuple(
            self._gateway.rendered_png(
                study.study_instance_uid, one.series_instance_uid, one.sop_instance_uid, one.frame, width
            )
            for one in version.says.content.key_images
        )

    def _what_was_written(self, version: Version, own: Signature) -> tuple[Version | None, Signature | None]:
        """The version that the writer signed, unless it is this one, and the writer's signature."""
        if own.role is SignatureRole.WRITER:
            return None, own
        with self._floor.db.read() as conn:
            found = reports.written_before(conn, version.says.report_id, version.says.number)
        return found or (None, None)

    def _show(self, conn: Connection, report: Report, version: Version) -> None:
        """Let the clinics have a version, in the write that makes it; whoever had the old one hears of it."""
        says = version.says
        reports.show_issued(conn, version, says.reviewed_at or says.written_at)
        before = [one.unit_id for one in deliveries.of_report(conn, report.id)]
        for unit_id in dict.fromkeys((*report.unit_ids, *before)):
            self._owe(conn, report.id, says.number, unit_id)
        study, unit = report.study_instance_uid, report.unit_id
        if not says.emergency:
            if report.order_id:
                self._registry.reported(conn, report.order_id)
            self._floor.bus.publish(conn, ReportSigned(report.id, says.number, study, unit, report.order_id))
        if report.issued_number:
            told = ReportRevised(report.id, says.number, report.issued_number, says.status.value, study, unit)
            self._floor.bus.publish(conn, told)
        self._announce_study(conn, study, *report.unit_ids)

    def _check_addendum(self, report: Report, text: Content) -> None:
        """An addendum says more and leaves the issued words alone. Raises AddendumOnly."""
        if report.revision is not Revision.ADDENDUM or report.issued_number is None:
            return
        with self._floor.db.read() as conn:
            issued = reports.one_version(conn, report.id, report.issued_number)
        assert issued is not None
        stands = issued.says.content
        same = all(
            getattr(text, name) == getattr(stands, name)
            for name in ("findings", "impression", "positive", "recommendation", "key_images")
        )
        if not same or not text.addendum or text.addendum == stands.addendum:
            raise AddendumOnly


def claims(says: Statement, sha256: str) -> cose.Claims:
    """What the code says of a version: enough to recognise it by, and nothing that names the patient in full."""
    exam, content = says.examination, says.content
    return cose.Claims(
        report_id=says.report_id,
        number=says.number,
        status=says.status.value,
        sha256=sha256,
        at=(says.reviewed_at or says.written_at).replace(microsecond=0),
        unit=short(says.centre_name or exam.unit_name, UNIT_LIMIT),
        item=short(exam.item_name, ITEM_LIMIT),
        patient=masked(exam.patient_name),
        writer=says.writer.name,
        reviewer=says.reviewer.name if says.reviewer else "",
        conclusion=short(content.impression, CONCLUSION_LIMIT),
    )
