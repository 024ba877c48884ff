"""Reports and what never changes of them: versions, signatures, renditions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from reports import canonical
from reports.model import (
    Change,
    KeyImage,
    Rendition,
    Report,
    ReportStatus,
    Revision,
    Signature,
    SignatureRole,
    Superseded,
    Version,
)
from reports.store.tables import rendition, report, signature, version

_REPORT = (
    report.c.id, report.c.study_instance_uid, report.c.order_id, report.c.patient_uid, report.c.unit_id,
    report.c.requesting_unit_id, report.c.status, report.c.number, report.c.issued_number, report.c.created_at,
    report.c.issued_at, report.c.revision, report.c.revision_reason,
)  # fmt: skip


def by_id(conn: Connection, report_id: str) -> Report | None:
    """The report."""
    row = conn.execute(select(*_REPORT).where(report.c.id == report_id)).first()
    return _report(row) if row else None


def of_study(conn: Connection, study_instance_uid: str) -> Report | None:
    """The study's report; a study has one."""
    row = conn.execute(select(*_REPORT).where(report.c.study_instance_uid == study_instance_uid)).first()
    return _report(row) if row else None


def of_studies(conn: Connection, study_instance_uids: Sequence[str]) -> list[Report]:
    """The reports of these studies."""
    query = select(*_REPORT).where(report.c.study_instance_uid.in_(study_instance_uids))
    return [_report(row) for row in conn.execute(query)]


def issued_of_patient(conn: Connection, patient_uid: str, limit: int) -> list[dict[str, Any]]:
    """What was issued for a patient, the newest first: report_id, study_instance_uid, title, issued_at and so on."""
    query = (
        select(
            report.c.id.label("report_id"), report.c.study_instance_uid, report.c.issued_number.label("number"),
            report.c.title.label("description"), report.c.modality, report.c.issued_at, report.c.impression,
            report.c.positive,
        )
        .where(report.c.patient_uid == patient_uid, report.c.issued_number.is_not(None))
        .order_by(report.c.issued_at.desc())
        .limit(limit)
    )  # fmt: skip
    return [dict(row) for row in conn.execute(query).mappings()]


def insert_report(conn: Connection, new: Report) -> None:
    """Begin a report."""
    conn.execute(
        insert(report).values(
            id=new.id, study_instance_uid=new.study_instance_uid, order_id=new.order_id, patient_uid=new.patient_uid,
            unit_id=new.unit_id, requesting_unit_id=new.requesting_unit_id, status=new.status.value,
            number=new.number, issued_number=new.issued_number, created_at=new.created_at, issued_at=new.issued_at,
        )
    )  # fmt: skip


def go_on(conn: Connection, report_id: str, from_number: int, status: ReportStatus) -> bool:
    """Count one version more, if `from_number` is still the newest; False when the report went on before."""
    wanted = (report.c.id == report_id, report.c.number == from_number)
    return conn.execute(update(report).where(*wanted).values(number=from_number + 1, status=status.value)).rowcount == 1


def revise(conn: Connection, known: Report, revision: Revision | None, reason: str) -> bool:
    """Note what is being done to the report, or that it is over; False when it went on or is being revised already."""
    wanted = [report.c.id == known.id, report.c.number == known.number]
    if revision is not None:
        wanted.append(report.c.revision.is_(None))
    values = {"revision": revision.value if revision else None, "revision_reason": reason or None}
    return conn.execute(update(report).where(*wanted).values(**values)).rowcount == 1


def by_hash(conn: Connection, sha256: str) -> tuple[str, int] | None:
    """Which report and version has these bytes."""
    row = conn.execute(select(version.c.report_id, version.c.number).where(version.c.sha256 == sha256)).first()
    return (row.report_id, row.number) if row else None


def show_issued(conn: Connection, one: Version, issued_at: datetime) -> None:
    """Let the lists show what this version says."""
    says = one.says
    exam = says.examination
    patient = {
        "name": exam.patient_name, "sex": exam.patient_sex, "birth_date": exam.patient_birth_date,
        "patient_id": exam.patient_id,
    }  # fmt: skip
    conn.execute(
        update(report)
        .where(report.c.id == says.report_id)
        .values(
            issued_number=says.number, issued_at=issued_at, patient=patient, title=exam.item_name,
            study_at=exam.study_at[:16],
            modality=exam.modality, accession_number=exam.accession_number, impression=says.content.impression,
            positive=says.content.positive, writer=says.writer.name,
            reviewer=says.reviewer.name if says.reviewer else "",
            revision=None, revision_reason=None, issued_reason=says.reason or None,
            search=f"{exam.patient_name} {exam.patient_id} {exam.accession_number}".casefold(),
        )
    )  # fmt: skip


def insert_version(conn: Connection, new: Version, signatures: Sequence[Signature]) -> None:
    """Add a version with the signatures over its bytes."""
    says = new.says
    conn.execute(
        insert(version).values(
            report_id=says.report_id, number=says.number, status=says.status.value,
            canonical=new.canonical.decode(), sha256=new.sha256, base_number=new.base_number,
            changes=[_change_json(one) for one in new.changes], changed_share=new.changed_share,
        )
    )  # fmt: skip
    for one in signatures:
        conn.execute(
            insert(signature).values(
                report_id=says.report_id, number=says.number, role=one.role.value, signer_id=one.signer_id,
                signer_name=one.signer_name, algorithm=one.algorithm, value=one.value, certificate=one.certificate,
                signed_at=one.signed_at, sm2=one.sm2 or None,
            )
        )  # fmt: skip


def insert_rendition(conn: Connection, report_id: str, number: int, new: Rendition) -> None:
    """Add a file that shows a version."""
    conn.execute(
        insert(rendition).values(
            id=new.id, report_id=report_id, number=number, kind=new.kind, profile=new.profile, sha256=new.sha256,
            size=new.size, made_at=new.made_at,
        )
    )  # fmt: skip


def versions(conn: Connection, report_id: str) -> list[Version]:
    """Every version, the first first."""
    query = select(version).where(version.c.report_id == report_id).order_by(version.c.number)
    return [_version(row) for row in conn.execute(query)]


def one_version(conn: Connection, report_id: str, number: int) -> Version | None:
    """One version."""
    row = conn.execute(select(version).where(version.c.report_id == report_id, version.c.number == number)).first()
    return _version(row) if row else None


def signatures(conn: Connection, report_id: str, number: int) -> list[Signature]:
    """The detached signatures over a version."""
    query = select(signature).where(signature.c.report_id == report_id, signature.c.number == number)
    return [
        Signature(
            SignatureRole(row.role), row.signer_id, row.signer_name, row.algorithm, row.value, row.certificate,
            row.signed_at, row.sm2 or b"",
        )
        for row in conn.execute(query.order_by(signature.c.signed_at))
    ]  # fmt: skip


def written_before(conn: Connection, report_id: str, number: int) -> tuple[Version, Signature] | None:
    """The newest version before `number` that a writer signed, with that signature."""
    mine = (signature.c.report_id == report_id, signature.c.role == SignatureRole.WRITER.value)
    last = conn.execute(select(func.max(signature.c.number)).where(*mine, signature.c.number < number)).scalar()
    found = one_version(conn, report_id, last) if last else None
    if found is None:
        return None
    by_role = {one.role: one for one in signatures(conn, report_id, found.says.number)}
    return found, by_role[SignatureRole.WRITER]


def renditions(conn: Connection, report_id: str) -> dict[int, Rendition]:
    """The newest rendition of each version."""
    query = select(rendition).where(rendition.c.report_id == report_id).order_by(rendition.c.id)
    return {
        row.number: Rendition(row.id, row.kind, row.profile, row.sha256, row.size, row.made_at)
        for row in conn.execute(query)
    }


def superseded(conn: Connection) -> dict[str, Superseded]:
    """By the content hash of an issued version: the version that has taken its place."""
    query = (
        select(version.c.sha256, report.c.issued_number, report.c.status, report.c.issued_at)
        .join(report, report.c.id == version.c.report_id)
        .join(rendition, (rendition.c.report_id == version.c.report_id) & (rendition.c.number == version.c.number))
        .where(version.c.number < report.c.issued_number)
        .distinct()
    )
    return {row.sha256: Superseded(row.issued_number, row.status, row.issued_at) for row in conn.execute(query)}


def _report(row: Any) -> Report:
    return Report(
        id=row.id, study_instance_uid=row.study_instance_uid, order_id=row.order_id, patient_uid=row.patient_uid,
        unit_id=row.unit_id, requesting_unit_id=row.requesting_unit_id, status=ReportStatus(row.status),
        number=row.number, issued_number=row.issued_number, created_at=row.created_at, issued_at=row.issued_at,
        revision=Revision(row.revision) if row.revision else None, revision_reason=row.revision_reason or "",
    )  # fmt: skip


def _version(row: Any) -> Version:
    data = row.canonical.encode()
    return Version(
        says=canonical.statement(data), canonical=data, sha256=row.sha256, base_number=row.base_number,
        changes=tuple(_change(one) for one in row.changes), changed_share=row.changed_share,
    )  # fmt: skip


def _change_json(one: Change) -> dict[str, Any]:
    if one.field != "key_images":
        return {"field": one.field, "before": one.before, "after": one.after}
    names = ("series_instance_uid", "sop_instance_uid", "frame")
    return {
        "field": one.field,
        "before": [{name: getattr(image, name) for name in names} for image in one.before],
        "after": [{name: getattr(image, name) for name in names} for image in one.after],
    }


def _change(row: dict[str, Any]) -> Change:
    before, after = row["before"], row["after"]
    if row["field"] == "key_images":
        before, after = (tuple(KeyImage(**image) for image in images) for images in (before, after))
    return Change(row["field"], before, after)
