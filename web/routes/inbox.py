"""The clinic's inbox."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from foundation.access import may
from web.deps import SignedIn, TheHouse
from web.masking import masked

router = APIRouter(prefix="/api", tags=["inbox"])

PATIENTS = 200  # whose reports one question finds


class InboxQuery(BaseModel):
    """Which reports the list shows; `cursor` is the `next_cursor` of the page before."""

    unread: bool = False
    q: str = Field("", max_length=64)
    limit: int = Field(50, ge=1, le=100)
    cursor: str = Field("", max_length=64)


@router.get("/inbox", response_class=Response)
def inbox(wanted: Annotated[InboxQuery, Query()], actor: SignedIn, house: TheHouse) -> Response:
    """`{items, unread, next_cursor}` of the asker's unit, the newest first, patients' names masked.

    `q` finds a patient as on the patients' page (hanzi, pinyin, initials, id, tail of a number) or stands in a number.
    """
    q = wanted.q.strip()
    found = house.registry.patients(actor, q, PATIENTS) if q and may(actor, "read", "patient", actor.unit_id) else []
    page: dict[str, Any] = house.reports.inbox(
        actor, unread_only=wanted.unread, q=q, patient_uids=tuple(one.id for one in found),
        limit=wanted.limit, cursor=wanted.cursor,
    )  # fmt: skip
    rows = [{**row, "patient": masked(row["patient"])} for row in page["items"]]
    return Response(
        orjson.dumps({**page, "items": rows}), media_type="application/json", headers={"Cache-Control": "no-store"}
    )
