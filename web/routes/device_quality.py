"""Device quality control: what a mark stands on. Entered and ended by the quality officer."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from recognition.api import NewQuality, Quality, QualityKind
from web import recognition as shape
from web.deps import SignedIn, TheHouse
from web.house import House

router = APIRouter(prefix="/api/recognition", tags=["recognition"])

Json = dict[str, Any]


class QualityIn(BaseModel):
    """A device's quality control, from day to day."""

    device_id: str = Field(max_length=36)
    kind: QualityKind
    certificate: str = Field("", max_length=128)
    valid_from: date
    valid_until: date


class EndIn(BaseModel):
    """The last day on which it holds, and why it ends."""

    last_day: date
    reason: str = Field(max_length=500)


@router.get("/quality")
def qualities(actor: SignedIn, house: TheHouse, device_id: Annotated[str, Query(max_length=36)] = "") -> Json:
    """`{items}`: quality controls, the newest first."""
    return {"items": [_shown(house, *pair) for pair in house.recognition.qualities(actor, device_id)]}


@router.get("/devices")
def devices(actor: SignedIn, house: TheHouse) -> Json:
    """`{items}`: every device, whether its quality control holds today, and until when."""
    units, today = {one.id: one.name for one in house.registry.units()}, house.recognition.today()
    items = []
    for device, known in house.recognition.quality_devices(actor):
        holding = [one for one in known if one.holds(today)]
        items.append(
            {
                "id": device.id,
                "name": device.name,
                "aet": device.aet,
                "unit": {"id": device.unit_id, "name": units.get(device.unit_id, "")},
                "modality": device.modality,
                "holds_today": bool(holding),
                "valid_until": max(one.last_day for one in holding).isoformat() if holding else None,
            }
        )
    return {"items": items}


@router.post("/quality", status_code=201)
def enter(body: QualityIn, actor: SignedIn, house: TheHouse) -> Json:
    """Enter a quality control."""
    made = house.recognition.enter_quality(actor, NewQuality(**dict(body)))
    return _of(house, actor, made)


@router.post("/quality/{quality_id}/end")
def end(quality_id: str, body: EndIn, actor: SignedIn, house: TheHouse) -> Json:
    """Cut a quality control short."""
    return _of(house, actor, house.recognition.end_quality(actor, quality_id, body.last_day, body.reason))


def _of(house: House, actor: Any, one: Quality) -> Json:
    pairs = house.recognition.qualities(actor, one.device_id)
    return next(_shown(house, *pair) for pair in pairs if pair[0].id == one.id)


def _shown(house: House, one: Quality, device: Any) -> Json:
    units = {unit.id: unit.name for unit in house.registry.units()}
    return shape.quality(one, device, units, holds=one.holds(house.recognition.today()))
