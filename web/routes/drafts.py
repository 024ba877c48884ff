"""Writing a report: drafts, templates, submit, approve, return."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from reports.api import Content, Draft, KeyImage
from web.deps import SignedIn, TheHouse
from web.routes.keys import unlock

router = APIRouter(prefix="/api", tags=["drafts"])

TYPED = 100_000  # characters that a draft may hold; the limits of a signed report are the room's


class KeyImageIn(BaseModel):
    """One frame that the report shall show."""

    model_config = ConfigDict(extra="forbid")

    series_instance_uid: str = Field(max_length=64)
    sop_instance_uid: str = Field(max_length=64)
    frame: int = Field(1, ge=1)


class ContentIn(BaseModel):
    """What the doctor has typed."""

    model_config = ConfigDict(extra="forbid")

    findings: str = Field("", max_length=TYPED)
    impression: str = Field("", max_length=TYPED)
    positive: bool | None = None
    recommendation: str = Field("", max_length=TYPED)
    addendum: str = Field("", max_length=TYPED)
    key_images: list[KeyImageIn] = Field(default_factory=list, max_length=100)

    def content(self) -> Content:
        """As the room knows it."""
        images = tuple(KeyImage(one.series_instance_uid, one.sop_instance_uid, one.frame) for one in self.key_images)
        return Content(self.findings, self.impression, self.positive, self.recommendation, self.addendum, images)


class SaveIn(BaseModel):
    """A draft on its way; `revision` is the one that it was typed upon."""

    transaction_uid: str = Field(max_length=64)
    revision: int = Field(ge=0)
    content: ContentIn


class SignIn(SaveIn):
    """Signing asks for the password again, unless the session's signing window still lasts."""

    password: str | None = Field(None, max_length=256)


class ReturnIn(BaseModel):
    """Why the report goes back to its writer."""

    transaction_uid: str = Field(max_length=64)
    reason: str = Field(max_length=1000)


class SavedOut(BaseModel):
    """The revision that was saved."""

    revision: int
    saved_at: datetime


class DraftOut(BaseModel):
    """The newest saved text."""

    revision: int
    content: dict[str, Any]
    saved_at: datetime | None
    author: dict[str, str] | None


class StrayOut(BaseModel):
    """Text that could not be saved; `reason` is the refusal's code."""

    id: str
    content: dict[str, Any]
    reason: str
    kept_at: datetime
    author: dict[str, str]


class ReportRefOut(BaseModel):
    """The version that was made."""

    report_id: str
    number: int


class ReturnedOut(BaseModel):
    """The reading workitem on which the report is written again."""

    successor_uid: str


class TemplateOut(BaseModel):
    """A text to begin with."""

    id: str
    name: str
    findings: str
    impression: str
    positive: bool
    recommendation: str


@router.get("/workitems/{uid}/draft")
def draft(uid: str, actor: SignedIn, house: TheHouse) -> DraftOut:
    """The newest text; revision 0 was never saved."""
    return _shown(house.reports.draft(actor, uid))


@router.put("/workitems/{uid}/draft")
def save(uid: str, body: SaveIn, actor: SignedIn, house: TheHouse) -> SavedOut:
    """Save. 409 names the newest revision, 412 says the lease is lost; both keep the text as an unsaved copy."""
    saved = house.reports.save(actor, uid, body.transaction_uid, body.revision, body.content.content())
    return SavedOut(revision=saved.revision, saved_at=saved.saved_at or house.floor.now())


@router.get("/workitems/{uid}/unsaved")
def unsaved(uid: str, actor: SignedIn, house: TheHouse) -> dict[str, list[StrayOut]]:
    """`{items}`: the unsaved copies of the study, the newest first."""
    items = [
        StrayOut(
            id=one.id,
            content=asdict(one.content),
            reason=one.reason,
            kept_at=one.kept_at,
            author={"id": one.author_id, "name": one.author_name},
        )
        for one in house.reports.unsaved(actor, uid)
    ]
    return {"items": items}


@router.post("/workitems/{uid}/submit")
def submit(uid: str, body: SignIn, actor: SignedIn, house: TheHouse, request: Request) -> ReportRefOut:
    """Sign as the writer and ask for review."""
    unlock(house, actor, body.password, request)
    made = house.reports.submit(actor, uid, body.transaction_uid, body.revision, body.content.content())
    return ReportRefOut(report_id=made.report_id, number=made.number)


@router.post("/workitems/{uid}/issue-preliminary")
def issue_preliminary(uid: str, body: SignIn, actor: SignedIn, house: TheHouse, request: Request) -> ReportRefOut:
    """急诊报告: sign as the writer and issue at once; the review follows. 403 `preliminary-by-day`."""
    unlock(house, actor, body.password, request)
    made = house.reports.issue_preliminary(actor, uid, body.transaction_uid, body.revision, body.content.content())
    return ReportRefOut(report_id=made.report_id, number=made.number)


@router.post("/workitems/{uid}/approve")
def approve(uid: str, body: SignIn, actor: SignedIn, house: TheHouse, request: Request) -> ReportRefOut:
    """Sign as the reviewer and issue. 403 `own-report` for the writer."""
    unlock(house, actor, body.password, request)
    made = house.reports.approve(actor, uid, body.transaction_uid, body.revision, body.content.content())
    return ReportRefOut(report_id=made.report_id, number=made.number)


@router.post("/workitems/{uid}/return")
def return_to_writer(uid: str, body: ReturnIn, actor: SignedIn, house: TheHouse) -> ReturnedOut:
    """Send the report back with a reason."""
    successor = house.reports.return_to_writer(actor, uid, body.transaction_uid, body.reason)
    return ReturnedOut(successor_uid=successor)


@router.get("/templates")
def templates(
    actor: SignedIn,
    house: TheHouse,
    modality: Annotated[str, Query(max_length=16)] = "",
    body_part: Annotated[str, Query(max_length=16)] = "",
) -> dict[str, list[TemplateOut]]:
    """`{items}`: the templates of a modality, those of the body part first."""
    found = house.reports.templates(actor, modality, body_part)
    names = ("id", "name", "findings", "impression", "positive", "recommendation")
    return {"items": [TemplateOut(**{name: getattr(one, name) for name in names}) for one in found]}


def _shown(one: Draft) -> DraftOut:
    author = {"id": one.author_id, "name": one.author_name} if one.author_id else None
    return DraftOut(revision=one.revision, content=asdict(one.content), saved_at=one.saved_at, author=author)
