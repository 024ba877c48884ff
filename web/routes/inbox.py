"""The clinic's inbox."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from web.deps import SignedIn, TheHouse

router = APIRouter(prefix="/api", tags=["inbox"])


class InboxQuery(BaseModel):
    """Which reports the list shows; `cursor` is the `next_cursor` of the page before."""

    unread: bool = False
    q: str = Field("", max_length=64)
    limit: int = Field(50, ge=1, le=100)
    cursor: str = Field("", max_length=64)


@router.get("/inbox", response_class=Response)
def inbox(wanted: Annotated[InboxQuery, Query()], actor: SignedIn, house: TheHouse) -> Response:
    """`{items, unread, next_cursor}` of the asker's unit, the newest first."""
    page: dict[str, Any] = house.reports.inbox(
        actor, unread_only=wanted.unread, q=wanted.q, limit=wanted.limit, cursor=wanted.cursor
    )
    return Response(orjson.dumps(page), media_type="application/json", headers={"Cache-Control": "no-store"})
