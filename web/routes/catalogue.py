"""The catalogue of items: what can be ordered, every version, and the import with its dry run."""

import csv
import io
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel
from starlette.responses import Response

from foundation.errors import TooLarge
from registry.api import ITEM_COLUMNS, ImportFault, ImportPlan, Item, MarkLevel
from web.deps import SignedIn, TheHouse

router = APIRouter(prefix="/api", tags=["catalogue"])

FILE_LIMIT = 4 * 1024 * 1024  # bytes of a catalogue file


class ItemOut(BaseModel):
    """One version of something that can be ordered; `price` is in fen."""

    id: str
    code: str
    name: str
    name_en: str
    modality: str
    body_part: str
    price: int | None
    mark_level: MarkLevel | None
    mark: str
    validity_days: int | None
    group: str
    effective_from: date
    effective_until: date | None
    source: str


class ItemsOut(BaseModel):
    """Versions of items."""

    items: list[ItemOut]


class FaultOut(BaseModel):
    """What is wrong: the line as a spreadsheet counts it, the column, the rule, and what stands there."""

    row: int
    column: str
    reason: str
    value: str


class EndedOut(BaseModel):
    """A version that ends because a newer one begins."""

    code: str
    effective_from: date
    last_day: date


class PlanOut(BaseModel):
    """What an import does."""

    added: list[ItemOut]
    ended: list[EndedOut]
    unchanged: int
    faults: list[FaultOut]


@router.get("/items")
def items(_actor: SignedIn, house: TheHouse, on: date | None = None) -> ItemsOut:
    """What can be ordered on a day, today when none is given."""
    return ItemsOut(items=[_item(one) for one in house.registry.items(on)])


@router.get("/catalogue")
def catalogue(actor: SignedIn, house: TheHouse, code: Annotated[str, Query(max_length=32)] = "") -> ItemsOut:
    """Every version, of one item or of all."""
    return ItemsOut(items=[_item(one) for one in house.registry.catalogue(actor, code)])


@router.get("/catalogue.csv")
def catalogue_file(actor: SignedIn, house: TheHouse) -> Response:
    """The whole catalogue as the file that the import reads: a template, and a way to change much at once."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([heading for _, heading in ITEM_COLUMNS])
    for one in house.registry.catalogue(actor):
        writer.writerow([_cell(name, one) for name, _ in ITEM_COLUMNS])
    headers = {"Content-Disposition": 'attachment; filename="catalogue.csv"'}
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/catalogue/plan")
async def plan(request: Request, actor: SignedIn, house: TheHouse) -> PlanOut:
    """Dry run: what the file would do and every fault in it. The body is the file."""
    return _plan(await run_in_threadpool(house.registry.plan_import, actor, await _body(request)))


@router.post("/catalogue/import")
async def import_(request: Request, actor: SignedIn, house: TheHouse) -> PlanOut:
    """Import the file whole or not at all. The body is the file."""
    return _plan(await run_in_threadpool(house.registry.import_items, actor, await _body(request)))


async def _body(request: Request) -> bytes:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > FILE_LIMIT:
            raise TooLarge(what="4 MiB")
    return bytes(data)


def _item(one: Item) -> ItemOut:
    return ItemOut.model_validate(one, from_attributes=True)


def _fault(one: ImportFault) -> FaultOut:
    return FaultOut.model_validate(one, from_attributes=True)


def _plan(one: ImportPlan) -> PlanOut:
    return PlanOut(
        added=[_item(item) for item in one.added],
        ended=[
            EndedOut(code=item.code, effective_from=item.effective_from, last_day=last_day)
            for item, last_day in one.ended
        ],
        unchanged=one.unchanged,
        faults=[_fault(fault) for fault in one.faults],
    )


def _cell(name: str, one: Item) -> str:
    value = getattr(one, name)
    if name == "price" and value is not None:
        return f"{value / 100:.2f}"
    return "" if value is None else str(value)
