"""Signed reports: versions, PDF, receipt; correction, addendum, withdrawal; where a QR code's version stands."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Header, Path, Request, Response
from pydantic import BaseModel, Field

from foundation.audit import Entry
from reports.api import Delivery, Opened, Revision, Version
from web import recognition as shape
from web.deps import SignedIn, TheHouse
from web.house import House
from web.routes.keys import unlock

router = APIRouter(prefix="/api/reports", tags=["reports"])

# nothing runs and nothing is fetched; the browser's own viewer may show the file in a frame of ours
VIEWER_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


class DoctorOut(BaseModel):
    """A doctor as the report names them."""

    id: str
    name: str
    title: str


class MarkOut(BaseModel):
    """The mark of mutual recognition that a version bears."""

    text: str
    level: str


class WhyOut(BaseModel):
    """Why it bears none."""

    code: str
    zh: str
    en: str


class VersionOut(BaseModel):
    """One version; it never changes. `pdf` is the address of its file, null while it waits for review.

    `superseded_by` is the number of the version that is in force instead 已被修订.
    """

    number: int
    status: str
    content: dict[str, Any]
    writer: DoctorOut
    reviewer: DoctorOut | None
    written_at: datetime
    reviewed_at: datetime | None
    sha256: str
    changes: list[dict[str, Any]]
    changed_share: float
    base_number: int | None  # the version that it was made from: what `changes` are against
    pdf: str | None
    emergency: bool
    reason: str
    superseded_by: int | None
    mark: MarkOut | None
    mark_missing: WhyOut | None


class UnitOut(BaseModel):
    """A member unit."""

    id: str
    name: str


class DeliveryOut(BaseModel):
    """One unit's copy of one version."""

    number: int
    unit: UnitOut
    target: str
    state: str
    delivered_at: datetime | None
    read_at: datetime | None
    read_by: str


class ReportOut(BaseModel):
    """A report with what the asker may see of it."""

    id: str
    status: str
    number: int
    study_instance_uid: str
    order_id: str
    issued_number: int | None
    issued_at: datetime | None
    revision: str | None
    revision_reason: str
    patient: dict[str, str]
    examination: dict[str, str]
    versions: list[VersionOut]
    deliveries: list[DeliveryOut]


class ReviseIn(BaseModel):
    """What shall be done to an issued report, and why."""

    kind: Literal["correction", "addendum"]
    reason: str = Field(max_length=1000)


class WithdrawIn(BaseModel):
    """Why a report should not have been issued; signing asks for the password again."""

    reason: str = Field(max_length=1000)
    password: str | None = Field(None, max_length=256)


class RevisionOut(BaseModel):
    """The reading on which the report is written again."""

    workitem_uid: str


class VersionRefOut(BaseModel):
    """The version that was made."""

    report_id: str
    number: int


class StandingOut(BaseModel):
    """Where a version stands."""

    report_id: str
    number: int
    status: str
    issued_at: datetime
    superseded_by: int | None
    superseded_status: str | None
    superseded_at: datetime | None


@router.get("/{report_id}")
def report(report_id: str, actor: SignedIn, house: TheHouse) -> ReportOut:
    """The report. A member unit sees what was issued to it; the audit trail says who looked."""
    opened = house.reports.report(actor, report_id)
    house.floor.audit.note(actor, Entry("report", "shown", "R", "report", report_id))
    return _shown(house, opened)


@router.get("/{report_id}/versions/{number}/pdf", response_class=Response)
def pdf(
    report_id: str,
    number: int,
    actor: SignedIn,
    house: TheHouse,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The signed PDF, inline. A clinician's first opening is recorded as the receipt.

    The bytes of a version that was revised stay as they were signed; that it was revised stands in the file's name and
    in the header `Link` with the relation `successor-version` (RFC 5829).
    """
    data, opened = house.reports.pdf(actor, report_id, number)
    sha256, later = opened.renditions[number].sha256, opened.superseded_by(number)
    name = f"report-{report_id}-{number}{'-superseded' if later else ''}.pdf"
    shown = quote(f"{'已被修订-' if later else ''}{opened.versions[-1].says.examination.patient_name}-第{number}版.pdf")
    headers = {
        "ETag": f'"{sha256}"',
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f"inline; filename=\"{name}\"; filename*=UTF-8''{shown}",
        "Content-Security-Policy": VIEWER_POLICY,
    }
    if later:
        headers["Link"] = f'</api/reports/{report_id}/versions/{later.says.number}/pdf>; rel="successor-version"'
    if if_none_match is not None and f'"{sha256}"' in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type="application/pdf", headers=headers)


@router.post("/{report_id}/receipt", status_code=204)
def receipt(report_id: str, actor: SignedIn, house: TheHouse) -> Response:
    """The unit has read it."""
    house.reports.receipt(actor, report_id)
    return Response(status_code=204)


@router.post("/{report_id}/revisions", status_code=201)
def revise(report_id: str, body: ReviseIn, actor: SignedIn, house: TheHouse) -> RevisionOut:
    """Begin a correction or an addendum: a new reading that holds the issued words."""
    return RevisionOut(workitem_uid=house.reports.start_revision(actor, report_id, Revision(body.kind), body.reason))


@router.delete("/{report_id}/revisions", status_code=204)
def abandon(report_id: str, actor: SignedIn, house: TheHouse) -> Response:
    """Give the revision up; the issued report stands."""
    house.reports.abandon_revision(actor, report_id)
    return Response(status_code=204)


@router.post("/{report_id}/withdrawal")
def withdraw(report_id: str, body: WithdrawIn, actor: SignedIn, house: TheHouse, request: Request) -> VersionRefOut:
    """Declare the report entered in error: signed by a reviewer, told to every unit that has it."""
    unlock(house, actor, body.password, request)
    made = house.reports.withdraw(actor, report_id, body.reason)
    return VersionRefOut(report_id=made.report_id, number=made.number)


@router.get("/standing/{sha256}")
def standing(sha256: Annotated[str, Path(pattern="^[0-9a-fA-F]{64}$")], house: TheHouse) -> StandingOut:
    """Where the version that a QR code names stands, for anybody who holds it; it names no person."""
    return StandingOut(**asdict(house.reports.standing(sha256)))


def _shown(house: House, opened: Opened) -> ReportOut:
    one, says = opened.report, opened.versions[-1].says
    exam = asdict(says.examination)
    patient = {name: exam[f"patient_{name}"] for name in ("name", "sex", "birth_date")}
    return ReportOut(
        id=one.id,
        status=one.status.value,
        number=says.number,
        study_instance_uid=one.study_instance_uid,
        order_id=one.order_id,
        issued_number=one.issued_number,
        issued_at=one.issued_at,
        revision=one.revision.value if one.revision else None,
        revision_reason=one.revision_reason,
        patient={**patient, "patient_id": exam["patient_id"]},
        examination={name: value for name, value in exam.items() if not name.startswith("patient_")},
        versions=[_version(opened, version) for version in opened.versions],
        deliveries=[_delivery(house, delivery) for delivery in opened.deliveries],
    )


def _version(opened: Opened, one: Version) -> VersionOut:
    says = one.says
    has_file, later = says.number in opened.renditions, opened.superseded_by(says.number)
    return VersionOut(
        number=says.number,
        status=says.status.value,
        content=asdict(says.content),
        writer=DoctorOut(id=says.writer.id, name=says.writer.name, title=says.writer.title),
        reviewer=DoctorOut(id=says.reviewer.id, name=says.reviewer.name, title=says.reviewer.title)
        if says.reviewer
        else None,
        written_at=says.written_at,
        reviewed_at=says.reviewed_at,
        sha256=one.sha256,
        changes=[asdict(change) for change in one.changes],
        changed_share=one.changed_share,
        base_number=one.base_number,
        pdf=f"/api/reports/{says.report_id}/versions/{says.number}/pdf" if has_file else None,
        emergency=says.emergency,
        reason=says.reason,
        superseded_by=later.says.number if later else None,
        mark=MarkOut(text=says.mark.text, level=says.mark.level) if says.mark.text else None,
        mark_missing=WhyOut(**why) if (why := shape.missing(says.mark)) else None,
    )


def _delivery(house: House, one: Delivery) -> DeliveryOut:
    return DeliveryOut(
        number=one.number,
        unit=UnitOut(id=one.unit_id, name=house.registry.unit(one.unit_id).name),
        target=one.target,
        state=one.state.value,
        delivered_at=one.delivered_at,
        read_at=one.read_at,
        read_by=one.read_by_name,
    )
