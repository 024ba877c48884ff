"""Showing: reports, their files, their verdicts, and what other rooms' pages say about them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from foundation import clock
from foundation.access import Actor, Reach, demand, may, reach
from foundation.audit import Entry
from foundation.database import Connection
from reports.api.delivering import Delivering
from reports.errors import ReportNotFound
from reports.model import (
    Opened,
    Report,
    Signature,
    SignatureRole,
    SignatureStatus,
    Standing,
    Verdict,
    Version,
)
from reports.search import ReportPage, ReportSearch
from reports.signers import x509
from reports.store import deliveries, reports, searching
from reports.verification import verify_pdf

PRIORS_LIMIT = 20


class Showing(Delivering):
    """Reading what was signed."""

    def report(self, actor: Actor, report_id: str) -> Opened:
        """A report with the versions that the actor may see. Raises ReportNotFound, Forbidden.

        A member unit sees what was issued; the county's doctors see preliminary versions, too.
        """
        with self._floor.db.read() as conn:
            return self._open(conn, actor, reports.by_id(conn, report_id))

    def version_in(self, conn: Connection, report_id: str, number: int) -> tuple[Report, Version]:
        """A report and one of its versions for other rooms, which check who asks. Raises ReportNotFound."""
        found, version = reports.by_id(conn, report_id), reports.one_version(conn, report_id, number)
        if found is None or version is None:
            raise ReportNotFound
        return found, version

    def reports_of(self, actor: Actor, study_instance_uid: str) -> Opened | None:
        """The study's report, None when there is none that this actor may see. Raises Forbidden."""
        with self._floor.db.read() as conn:
            found = reports.of_study(conn, study_instance_uid)
            try:
                return self._open(conn, actor, found)
            except ReportNotFound:
                return None

    def _open(self, conn: Connection, actor: Actor, found: Report | None) -> Opened:
        demand(actor, "read", "report", actor.unit_id)
        if found is None or not may(actor, "read", "report", *found.unit_ids, patient=found.patient_uid):
            raise ReportNotFound
        versions = tuple(one for one in reports.versions(conn, found.id) if one.says.issued or _sees_preliminary(actor))
        if not versions:
            raise ReportNotFound
        return Opened(found, versions, tuple(deliveries.of_report(conn, found.id)), reports.renditions(conn, found.id))

    def search(self, actor: Actor, wanted: ReportSearch) -> ReportPage:
        """Issued reports within the actor's reach, the newest first unless asked otherwise. Raises Forbidden."""
        demand(actor, "read", "report", actor.unit_id)
        with self._floor.db.read() as conn:
            rows = searching.page(conn, actor, wanted)
            total = searching.count(conn, actor, wanted)
            shown = rows[: wanted.limit]
            opened = tuple(self._open(conn, actor, reports.by_id(conn, one)) for one, _ in shown)
        last = (shown[-1][1], shown[-1][0]) if len(rows) > wanted.limit else None
        return ReportPage(opened, total, last)

    def signatures(self, actor: Actor, report_id: str, number: int) -> list[Signature]:
        """The detached signatures over a version that the actor may see. Raises ReportNotFound, Forbidden."""
        if number not in {one.says.number for one in self.report(actor, report_id).versions}:
            raise ReportNotFound
        with self._floor.db.read() as conn:
            return reports.signatures(conn, report_id, number)

    def standing(self, sha256: str) -> Standing:
        """Where the issued version with this content hash stands: asked with a QR code, by anybody.

        The hash is known only to whoever holds the report, and the answer names no person. Raises ReportNotFound.
        """
        with self._floor.db.read() as conn:
            place = reports.by_hash(conn, sha256.lower())
            found = reports.by_id(conn, place[0]) if place else None
            version = reports.one_version(conn, *place) if place else None
        if found is None or version is None or not version.says.issued:
            raise ReportNotFound
        says = version.says
        own = Standing(found.id, says.number, says.status, says.reviewed_at or says.written_at)
        if found.issued_number == says.number:
            return own
        return replace(
            own, superseded_by=found.issued_number, superseded_status=found.status, superseded_at=found.issued_at
        )

    def pdf(self, actor: Actor, report_id: str, number: int) -> tuple[bytes, Opened]:
        """The signed PDF of a version, and its report; a clinician's first opening is the receipt.

        Raises ReportNotFound, RenditionDamaged, Forbidden.
        """
        opened = self.report(actor, report_id)
        rendition = opened.renditions.get(number)
        if rendition is None or number not in {one.says.number for one in opened.versions}:
            raise ReportNotFound
        data = self._renditions.open(rendition.sha256)
        entry = Entry("report", "open", "R", "report", report_id, detail={"number": number})
        self._floor.audit.note(actor, entry)
        self._opened(actor, opened.report, number)
        return data, opened

    def verify(self, pdf: bytes) -> Verdict:
        """What this installation can say of a PDF, in a child process. Raises ChildFailed."""
        return self._floor.children.run(verify_pdf, pdf, self._keys.roots(), seconds=self._settings.render_seconds)

    def verify_version(self, report_id: str, number: int) -> dict[SignatureRole, SignatureStatus]:
        """The verdict on each detached signature over a version's canonical bytes. Raises ReportNotFound."""
        with self._floor.db.read() as conn:
            version = reports.one_version(conn, report_id, number)
            kept = reports.signatures(conn, report_id, number)
        if version is None:
            raise ReportNotFound
        roots = self._keys.roots()
        return {one.role: x509.verify(version.canonical, one.value, one.certificate, roots) for one in kept}

    def states(self, study_instance_uids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """For lists of studies: `{study: {"id", "status", "number", "issued_number", "issued_at"}}`."""
        with self._floor.db.read() as conn:
            found = reports.of_studies(conn, study_instance_uids)
        return {
            one.study_instance_uid: {
                "id": one.id,
                "status": one.status.value,
                "number": one.number,
                "issued_number": one.issued_number,
                "issued_at": clock.iso(one.issued_at) if one.issued_at else None,
            }
            for one in found
        }

    def priors(self, actor: Actor, patient_uid: str, study_instance_uid: str = "") -> list[dict[str, Any]]:
        """Earlier issued reports of a patient, the newest first, without this study's own. Raises Forbidden.

        Each has report_id, number, study_instance_uid, date, description, modality, impression, positive.
        """
        demand(actor, "read", "report", actor.unit_id)
        if reach(actor, "read", "report") is not Reach.COUNTY:
            return []
        with self._floor.db.read() as conn:
            rows = reports.issued_of_patient(conn, patient_uid, PRIORS_LIMIT)
        return [
            {**row, "issued_at": clock.iso(row["issued_at"]), "date": clock.shown(row["issued_at"])[:10]}
            for row in rows
            if row["study_instance_uid"] != study_instance_uid
        ]


def _sees_preliminary(actor: Actor) -> bool:
    return reach(actor, "read", "report") is Reach.COUNTY
