"""Share links: made by a doctor, opened by the patient with a code, from anywhere and without an account."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from foundation.clock import iso
from pacs_gateway.api import shown_name
from recognition.api import Share, Shared
from registry.api import mask_name
from web import recognition as shape
from web.deps import SignedIn, TheHouse, address_of
from web.fhir import MEDIA_TYPE
from web.house import House

router = APIRouter(prefix="/api", tags=["shares"])

Json = dict[str, Any]
Token = Annotated[str, Path(max_length=64)]


class ShareIn(BaseModel):
    """Which report, and for how long."""

    report_id: str = Field(max_length=36)
    days: int = Field(7, ge=1, le=90)


class CodeIn(BaseModel):
    """What the patient was told beside the link."""

    code: str = Field(max_length=16)


@router.post("/recognition/shares", status_code=201)
def create(body: ShareIn, actor: SignedIn, house: TheHouse) -> Json:
    """A link to a report of the own unit; the code is shown this once."""
    made = house.recognition.share(actor, body.report_id, body.days)
    return {"id": made.share.id, "path": f"/share/{made.token}", "code": made.code, "until": iso(made.share.until)}


@router.get("/recognition/shares")
def listed(actor: SignedIn, house: TheHouse, report_id: Annotated[str, Query(max_length=36)]) -> Json:
    """`{items}`: the own unit's links to a report."""
    return {"items": [_row(house, one) for one in house.recognition.shares(actor, report_id)]}


@router.post("/recognition/shares/{share_id}/end", status_code=204)
def end(share_id: str, actor: SignedIn, house: TheHouse) -> None:
    """The link opens no more."""
    house.recognition.end_share(actor, share_id)


@router.get("/share/{token}")
def standing(token: Token, house: TheHouse) -> Json:
    """Whether a link still opens, and until when; nothing of the report."""
    return {"until": iso(house.recognition.shared_until(token)), "state": "open"}


@router.post("/share/{token}")
def opened(token: Token, body: CodeIn, request: Request, house: TheHouse) -> Json:
    """The report for whoever has the code."""
    return _shown(house.recognition.opened_share(token, body.code.strip(), address_of(request)))


@router.post("/share/{token}/pdf", response_class=Response)
def pdf(token: Token, body: CodeIn, request: Request, house: TheHouse) -> Response:
    """The signed file; anybody verifies it offline."""
    data, number = house.recognition.shared_pdf(token, body.code.strip(), address_of(request))
    headers = {"Content-Disposition": f'attachment; filename="report-{number}.pdf"'}
    return Response(data, media_type="application/pdf", headers=headers)


@router.post("/share/{token}/bundle", response_class=Response)
def bundle(token: Token, body: CodeIn, request: Request, house: TheHouse) -> Response:
    """The signed FHIR document, to hand over: exactly the canonical bytes of the version in force."""
    shared = house.recognition.opened_share(token, body.code.strip(), address_of(request))
    headers = {"ETag": f'"{shared.version.sha256}"', "Content-Disposition": 'attachment; filename="report.json"'}
    return Response(shared.version.canonical, headers=headers, media_type=f"{MEDIA_TYPE}; charset=utf-8")


@router.post("/share/{token}/images/{place}", response_class=Response)
def image(token: Token, place: int, body: CodeIn, request: Request, house: TheHouse) -> Response:
    """The n-th picture from 1, with the report's mark above it."""
    return picture(*house.recognition.shared_picture(token, body.code.strip(), place, address_of(request)))


def picture(png: bytes, mark: str) -> Response:
    """A picture that leaves the house, and the mark it bears."""
    return Response(png, media_type="image/png", headers={"X-Recognition-Mark": quote(mark)})


def _row(house: House, one: Share) -> Json:
    return {
        "id": one.id,
        "until": iso(one.until),
        "made_by": one.made_name,
        "made_at": iso(one.made_at),
        "opened": one.opened,
        "wrong": one.wrong,
        "state": house.recognition.share_state(one),
    }


def _shown(shared: Shared) -> Json:
    says = shared.version.says
    exam, content = says.examination, says.content
    return {
        "patient": mask_name(shown_name(exam.patient_name)),
        "item_name": exam.item_name,
        "unit": exam.unit_name,
        "centre": says.centre_name,
        "examined_on": exam.study_at[:10],
        "status": says.status.value,
        "number": says.number,
        "mark": shape.mark(says.mark.text, says.mark.level),
        "mark_missing": shape.missing(says.mark),
        "findings": content.findings,
        "conclusion": {"impression": content.impression, "recommendation": content.recommendation},
        "reason": says.reason,
        "images": shared.pictures,
        "files": ["pdf", "bundle"],
        "until": iso(shared.share.until),
    }
