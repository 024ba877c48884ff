"""The worklist, one workitem with everything the reading page shows, and claims."""

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from foundation.access import Actor, may
from foundation.audit import Entry
from foundation.clock import COUNTY_ZONE
from reading_queue.api import Claim, Kind, Workitem, WorkitemState, WorklistFilter
from web.deps import SignedIn, TheHouse
from web.house import House
from web.masking import masked

router = APIRouter(prefix="/api", tags=["worklist"])


class WorklistQuery(BaseModel):
    """Which workitems a list shows: open ones, those in the asker's hands, or those the asker has completed."""

    state: Literal["open", "mine", "done"] = "open"
    kind: Kind | None = None
    label: str = Field("", max_length=64)
    modality: str = Field("", max_length=16)
    q: str = Field("", max_length=64)
    limit: int = Field(50, ge=1, le=200)
    cursor: str = Field("", max_length=512)


class Lock(BaseModel):
    """The Transaction UID (0008,1195) that the claim gave."""

    transaction_uid: str = Field(max_length=64)


class GiveBack(Lock):
    """Why it is given back."""

    reason: str = Field("", max_length=500)


class TakeOver(BaseModel):
    """Why it is taken over."""

    reason: str = Field("", max_length=500)


class ClaimOut(BaseModel):
    """A workitem in the asker's hands."""

    uid: str
    transaction_uid: str
    lease_until: str
    lease_seconds: float


class LeaseOut(BaseModel):
    """Until when it is held without another heartbeat."""

    lease_until: str


class SuccessorOut(BaseModel):
    """The workitem that replaces the one given back."""

    successor_uid: str


@router.get("/worklist", response_class=Response)
def worklist(wanted: Annotated[WorklistQuery, Query()], actor: SignedIn, house: TheHouse) -> Response:
    """`{items: [WorkitemRow], counts: {reading, review, mine, overdue}, next_cursor}`, the most urgent first.

    Patients' names are masked, as in every list.
    """
    page: dict[str, Any] = orjson.loads(house.queue.worklist(actor, WorklistFilter(**wanted.model_dump())))
    rows = [{**row, "patient": masked(row["patient"])} for row in page["items"]]
    return _json(orjson.dumps({**page, "items": rows}))


@router.get("/workitems/{uid}", response_class=Response)
def workitem(uid: str, actor: SignedIn, house: TheHouse) -> Response:
    """WorkitemRow and its history, draft, report, study, order and prior examinations; audited: the name is whole."""
    one = house.queue.workitem(actor, uid)
    house.floor.audit.note(actor, Entry("workitem", "shown", "R", "workitem", uid))
    row: dict[str, Any] = orjson.loads(house.queue.row(actor, uid))
    row |= {
        "history": [
            event for attempt in house.queue.history(actor, one.study_instance_uid) for event in _told(attempt)
        ],
        "draft": _draft(house, actor, one),
        "report": _report(house, actor, one),
        "preliminary": one.kind is Kind.READING and house.reports.allows_preliminary(one),
        "study": _study(house, actor, one),
        "order": _order(house, actor, one),
        "priors": [
            {
                "study_instance_uid": prior.study_instance_uid,
                "date": prior.arrived_at.astimezone(COUNTY_ZONE).date(),
                "description": prior.description,
                "report_id": prior.report_id,
            }
            for prior in house.queue.priors(one)
        ],
    }
    return _json(orjson.dumps(row))


@router.post("/workitems/{uid}/claim")
def claim(uid: str, actor: SignedIn, house: TheHouse) -> ClaimOut:
    """Take it. 409 names who holds it."""
    return _claimed(house.queue.claim(actor, uid))


@router.post("/workitems/{uid}/heartbeat")
def heartbeat(uid: str, body: Lock, actor: SignedIn, house: TheHouse) -> LeaseOut:
    """Go on holding it. 412 when it is held no more."""
    return LeaseOut(lease_until=house.queue.heartbeat(actor, uid, body.transaction_uid).isoformat())


@router.post("/workitems/{uid}/give-back")
def give_back(uid: str, body: GiveBack, actor: SignedIn, house: TheHouse) -> SuccessorOut:
    """Put it back on the worklist, as a successor that keeps the draft."""
    return SuccessorOut(successor_uid=house.queue.give_back(actor, uid, body.transaction_uid, body.reason))


@router.post("/workitems/{uid}/take-over")
def take_over(uid: str, body: TakeOver, actor: SignedIn, house: TheHouse) -> ClaimOut:
    """Take it out of somebody's hands; the claim is on the successor, which keeps the draft."""
    return _claimed(house.queue.take_over(actor, uid, body.reason))


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


def _claimed(claim: Claim) -> ClaimOut:
    return ClaimOut(
        uid=claim.workitem_uid,
        transaction_uid=claim.transaction_uid,
        lease_until=claim.lease_until.isoformat(),
        lease_seconds=claim.lease_seconds,
    )


def _told(attempt: Workitem) -> list[dict[str, Any]]:
    """What happened to one attempt, in order."""
    facts = {"uid": attempt.uid, "kind": attempt.kind, "name": None, "reason": attempt.returned_reason}
    told = [] if attempt.replaces else [{**facts, "event": "scheduled", "at": attempt.created_at}]
    holder = {"uid": attempt.uid, "kind": attempt.kind, "name": attempt.claimed_name}
    if attempt.claimed_at:
        told.append({**holder, "event": "claimed", "at": attempt.claimed_at, "reason": None})
    if attempt.ended_at:
        completed = attempt.state is WorkitemState.COMPLETED
        event = "completed" if completed else "replaced" if attempt.replaced_by else "canceled"
        told.append({**holder, "event": event, "at": attempt.ended_at, "reason": attempt.reason})
    return told


def _draft(house: House, actor: Actor, one: Workitem) -> dict[str, Any] | None:
    if not may(actor, "read", "draft", one.unit_id):
        return None
    draft = house.reports.draft(actor, one.uid)
    return {"revision": draft.revision, "content": draft.content, "saved_at": draft.saved_at}


def _report(house: House, actor: Actor, one: Workitem) -> dict[str, Any] | None:
    """The newest version of the report that a review is about, that was sent back, or that came of it.

    `revision` is what is being done to an issued report now: correction, addendum, or null.
    """
    if not may(actor, "read", "report", one.unit_id):
        return None
    opened = house.reports.reports_of(actor, one.study_instance_uid)
    if opened is None or (one.report_id is None and one.state is not WorkitemState.COMPLETED):
        return None
    says = opened.versions[-1].says
    return {
        "id": opened.report.id,
        "status": opened.report.status,
        "number": says.number,
        "issued_number": opened.report.issued_number,
        "content": says.content,
        "writer": {"id": says.writer.id, "name": says.writer.name},
        "written_at": says.written_at,
        "revision": opened.report.revision,
    }


def _study(house: House, actor: Actor, one: Workitem) -> dict[str, Any] | None:
    if not may(actor, "read", "study", one.unit_id):
        return None
    study = house.gateway.study(actor, one.study_instance_uid)
    return {
        "series": [
            {
                "series_instance_uid": series.series_instance_uid,
                "modality": series.modality,
                "description": series.description,
                "instances": [
                    {
                        "sop_instance_uid": instance.sop_instance_uid,
                        "instance_number": instance.instance_number,
                        "frames": instance.frames,
                    }
                    for instance in series.instances
                ],
            }
            for series in study.series
        ]
    }


def _order(house: House, actor: Actor, one: Workitem) -> dict[str, Any] | None:
    if not one.order_id or not may(actor, "read", "order", one.unit_id):
        return None
    order = house.registry.order(actor, one.order_id)
    return {
        "id": order.id,
        "item_code": order.item_code,
        "item_name": order.item_name,
        "history": order.history,
        "priority": order.priority,
        "requested_at": order.requested_at,
    }
