"""Signed reports: versions, the PDF, the receipt."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel

from reports.api import Delivery, Opened, Version
from web.deps import SignedIn, TheHouse
from web.house import House

router = APIRouter(prefix="/api/reports", tags=["reports"])

# nothing runs and nothing is fetched; the browser's own viewer may show the file in a frame of ours
VIEWER_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


class DoctorOut(BaseModel):
    """A doctor as the report names them."""

    id: str
    name: str
    title: str


class VersionOut(BaseModel):
    """One version; it never changes. `pdf` is the address of its file, null while it is preliminary."""

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
    pdf: str | None


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
    issued_at: datetime | None
    patient: dict[str, str]
    examination: dict[str, str]
    versions: list[VersionOut]
    deliveries: list[DeliveryOut]


@router.get("/{report_id}")
def report(report_id: str, actor: SignedIn, house: TheHouse) -> ReportOut:
    """The report. A member unit sees what was issued to it."""
    return _shown(house, house.reports.report(actor, report_id))


@router.get("/{report_id}/versions/{number}/pdf", response_class=Response)
def pdf(
    report_id: str,
    number: int,
    actor: SignedIn,
    house: TheHouse,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The signed PDF, inline. A clinician's first opening is recorded as the receipt."""
    data, sha256 = house.reports.pdf(actor, report_id, number)
    headers = {
        "ETag": f'"{sha256}"',
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'inline; filename="report-{report_id}-{number}.pdf"',
        "Content-Security-Policy": VIEWER_POLICY,
    }
    if if_none_match is not None and f'"{sha256}"' in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type="application/pdf", headers=headers)


@router.post("/{report_id}/receipt", status_code=204)
def receipt(report_id: str, actor: SignedIn, house: TheHouse) -> Response:
    """The unit has read it."""
    house.reports.receipt(actor, report_id)
    return Response(status_code=204)


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
        issued_at=one.issued_at,
        patient={**patient, "patient_id": exam["patient_id"]},
        examination={name: value for name, value in exam.items() if not name.startswith("patient_")},
        versions=[_version(opened, version) for version in opened.versions],
        deliveries=[_delivery(house, delivery) for delivery in opened.deliveries],
    )


def _version(opened: Opened, one: Version) -> VersionOut:
    says = one.says
    has_file = says.number in opened.renditions
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
        pdf=f"/api/reports/{says.report_id}/versions/{says.number}/pdf" if has_file else None,
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
