"""The answer of a STOW-RS transaction (PS3.18 §10.5.3): which were kept, which were not and why."""

from dataclasses import dataclass
from typing import Any

import orjson

from foundation import errors
from pacs_gateway.errors import Incomplete, MissingUid
from pacs_gateway.model import Outcome, Stored

OK, ACCEPTED, CONFLICT, NO_CONTENT = 200, 202, 409, 204

# Failure Reason (0008,1197), PS3.18 table 10.5.3-2 and PS3.3 §C.14.1.1
OUT_OF_RESOURCES = 0xA700
NOT_THIS_CLASS = 0xA900
CANNOT_UNDERSTAND = 0xC000
PROCESSING_FAILURE = 0x0110
ELEMENTS_COERCED = 0xB000  # Warning Reason (0008,1196)

REASONS: dict[type[errors.LianzhenError], int] = {
    errors.LianzhenError: PROCESSING_FAILURE,
    errors.Unavailable: OUT_OF_RESOURCES,
    errors.Refused: CANNOT_UNDERSTAND,
    MissingUid: NOT_THIS_CLASS,
    Incomplete: CANNOT_UNDERSTAND,
    errors.Conflict: NOT_THIS_CLASS,
}


@dataclass(frozen=True, slots=True)
class Failed:
    """An object that is not shown to readers: refused, or in quarantine."""

    sop_class_uid: str
    sop_instance_uid: str
    reason: int


def reason_of(kind: type[errors.LianzhenError]) -> int:
    """The Failure Reason of an error's nearest family."""
    return next(REASONS[family] for family in kind.__mro__ if family in REASONS)


def answer(kept: list[Stored], failed: list[Failed], base: str) -> tuple[int, bytes]:
    """Status and DICOM JSON body. One good and one bad give 202, only bad 409, nothing at all 204."""
    if not kept and not failed:
        return NO_CONTENT, b""
    body: dict[str, Any] = {}
    if kept:
        study = kept[0].study_instance_uid
        body["00081190"] = {"vr": "UR", "Value": [f"{base}/studies/{study}"]}
        body["00081199"] = {"vr": "SQ", "Value": [_referenced(one, base) for one in kept]}
    if failed:
        body["00081198"] = {"vr": "SQ", "Value": [_failed(one) for one in failed]}
    status = OK if not failed else ACCEPTED if kept else CONFLICT
    if status == OK and any(one.outcome is Outcome.NEW_VERSION for one in kept):
        status = ACCEPTED
    return status, orjson.dumps(body)


def _item(sop_class_uid: str, sop_instance_uid: str) -> dict[str, Any]:
    return {
        "00081150": {"vr": "UI", "Value": [sop_class_uid]} if sop_class_uid else {"vr": "UI"},
        "00081155": {"vr": "UI", "Value": [sop_instance_uid]} if sop_instance_uid else {"vr": "UI"},
    }


def _referenced(one: Stored, base: str) -> dict[str, Any]:
    address = (
        f"{base}/studies/{one.study_instance_uid}/series/{one.series_instance_uid}/instances/{one.sop_instance_uid}"
    )
    item = _item(one.sop_class_uid, one.sop_instance_uid) | {"00081190": {"vr": "UR", "Value": [address]}}
    if one.outcome is Outcome.NEW_VERSION:
        item["00081196"] = {"vr": "US", "Value": [ELEMENTS_COERCED]}
    return item


def _failed(one: Failed) -> dict[str, Any]:
    return _item(one.sop_class_uid, one.sop_instance_uid) | {"00081197": {"vr": "US", "Value": [one.reason]}}
