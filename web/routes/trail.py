"""The audit trail: searched by person, patient, action and time, verified, exported."""

import csv
import io
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, Field

from foundation.access import Actor, demand
from foundation.audit import Entry, Wanted
from foundation.database import Row
from web.deps import SignedIn, TheHouse
from web.house import House

router = APIRouter(prefix="/api/admin/audit", tags=["audit"])

EXPORT_LIMIT = 100_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class AuditQuery(BaseModel):
    """`q` is a person's name or any id; `patient` a patient id or identification number; `action` what was done."""

    q: str = Field("", max_length=128)
    person: str = Field("", max_length=128)
    patient: str = Field("", max_length=64)
    action: str = Field("", max_length=64)
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    limit: int = Field(100, ge=1, le=500)
    cursor: int | None = Field(None, ge=1)


class AuditOut(BaseModel):
    """One entry of the audit trail."""

    id: int
    at: str
    actor: str
    action: str
    thing: str
    thing_id: str
    outcome: str
    address: str | None
    detail: Any


class AuditPage(BaseModel):
    """A page of the audit trail, the newest first."""

    items: list[AuditOut]
    next_cursor: str | None


class Verdict(BaseModel):
    """Whether the whole chain holds; else the first entry that does not."""

    whole: bool
    broken_at: int | None
    broken: AuditOut | None = None


Asked = Annotated[AuditQuery, Query()]


@router.get("")
def audit(asked: Asked, actor: SignedIn, house: TheHouse) -> AuditPage:
    """The audit trail, the newest first."""
    rows = _rows(house, actor, asked, asked.limit)
    following = str(rows[-1]["seq"]) if len(rows) == asked.limit else None
    return AuditPage(items=[_entry(row) for row in rows], next_cursor=following)


@router.get("/export.csv", response_class=Response)
def export(asked: Asked, actor: SignedIn, house: TheHouse) -> Response:
    """The same entries as CSV (UTF-8 with BOM); no cell is a formula. The export itself is audited."""
    rows = _rows(house, actor, asked, EXPORT_LIMIT)
    house.floor.audit.note(actor, Entry("audit", "export", "R", "audit", "", detail={"rows": len(rows)}))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["序号", "时间", "人员", "单位", "动作", "对象", "对象编号", "结果", "来自", "详情"])
    for row in rows:
        one = _entry(row)
        told = [one.id, one.at, one.actor, row["unit_id"], one.action, one.thing, one.thing_id, one.outcome,
                one.address or "", orjson.dumps(one.detail).decode()]  # fmt: skip
        writer.writerow([safe(str(value)) for value in told])
    name = f"audit-{house.floor.now():%Y%m%d-%H%M%S}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/verify")
def verify(actor: SignedIn, house: TheHouse) -> Verdict:
    """Compute the whole chain of the audit trail again."""
    demand(actor, "read", "audit")
    broken_at = house.floor.audit.verify()
    if broken_at is None:
        return Verdict(whole=True, broken_at=None)
    rows = house.floor.audit.entries(before=broken_at + 1, limit=1)
    return Verdict(whole=False, broken_at=broken_at, broken=_entry(rows[0]) if rows else None)


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _rows(house: House, actor: Actor, asked: AuditQuery, limit: int) -> list[Row]:
    demand(actor, "read", "audit")
    things: tuple[str, ...] | None = None
    if asked.patient.strip():
        found = house.registry.things_of_patient(actor, asked.patient)
        things = (*found, *(str(state["id"]) for state in house.reports.states(found).values()))
    wanted = Wanted(asked.person.strip(), things, asked.action.strip(), asked.since, asked.until)
    return house.floor.audit.entries(q=asked.q.strip(), before=asked.cursor, limit=limit, wanted=wanted)


def _entry(row: Row) -> AuditOut:
    return AuditOut(
        id=row["seq"],
        at=row["recorded"],
        actor=row["agent_name"],
        action=f"{row['type']}.{row['subtype']}",
        thing=row["entity_type"],
        thing_id=row["entity_id"],
        outcome=row["outcome"],
        address=row["address"],
        detail=row["detail"],
    )
