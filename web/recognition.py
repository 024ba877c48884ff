"""How recognition looks over HTTP: offers, results, decisions, notices and sums as JSON.

What is recognised (the image, tracing or data, under `data`) and the county's conclusion (`reference`) stay apart.
"""

from datetime import datetime
from typing import Any

from foundation.clock import iso
from pacs_gateway.api import shown_name
from recognition.api import Laid, Notice, Offer, Quality, Reason, Row, Seen, Sum, Why, words
from registry.api import Device, Order, Patient, mask_name
from reports.api import Mark, Version
from web.house import House

Json = dict[str, Any]


def moment(at: datetime | None) -> str | None:
    """A moment, or nothing."""
    return iso(at) if at else None


def why(one: Why) -> Json:
    """A reason for which a result does not count."""
    return {"code": one.value, "zh": words(one), "en": words(one, "en")}


def missing(mark: Mark) -> Json | None:
    """Why a version bears no mark; nothing for one that does, or was signed before marks were decided."""
    return why(Why(mark.missing)) if mark.missing else None


def mark(text: str, level: str) -> Json | None:
    """The mark as it is printed."""
    return {"text": text, "level": level} if text else None


def case(house: House, code: str) -> Json | None:
    """A case in which an examination was repeated, in words."""
    if not code:
        return None
    known = next((one for one in house.recognition.reasons() if one.code == code), None)
    return {"code": code, "zh": known.zh if known else code, "en": known.en if known else code}


def reason(one: Reason) -> Json:
    """A case that may be chosen."""
    return {"code": one.code, "zh": one.zh, "en": one.en, "source": one.source, "note_needed": one.note,
            "told_needed": one.told}  # fmt: skip


def unit_name(house: House, unit_id: str) -> str:
    """A unit's name; empty for none."""
    return next((one.name for one in house.registry.units() if one.id == unit_id), "") if unit_id else ""


def seen(one: Seen) -> Json:
    """A result as it is laid before a doctor. The conclusion is there once the doctor has opened it."""
    result = one.result
    study = result.study_instance_uid
    return {
        "report_id": result.report_id,
        "number": result.number,
        "study_instance_uid": study,
        "item_code": result.item_code,
        "item_name": result.item_name,
        "same_item": one.same_item,
        "modality": result.modality,
        "unit": {"id": one.unit.id, "name": one.unit.name},
        "examined_on": result.examined_on.isoformat(),
        "age_days": one.age_days,
        "validity_days": one.validity_days,
        "valid_until": one.valid_until.isoformat() if one.valid_until else None,
        "mark": mark(result.mark, result.mark_level),
        "device": "、".join(one.devices),
        "quality": one.quality
        and {"valid_from": one.quality.valid_from.isoformat(), "valid_until": one.quality.last_day.isoformat()},
        "status": result.status,
        "recognised_is": result.recognised_is,
        "data": {
            "viewer": f"/studies/{study}",
            "thumbnail": f"/dicom-web/studies/{study}/thumbnail",
            "pdf": f"/api/reports/{result.report_id}/versions/{result.number}/pdf",
        },
        "reference": _reference(one.version),
        "opened_at": moment(one.opened_at),
    }


def _reference(version: Version | None) -> Json | None:
    if version is None:
        return None
    says = version.says
    return {
        "impression": says.content.impression,
        "positive": says.content.positive,
        "reader": says.writer.name,
        "reviewer": says.reviewer.name if says.reviewer else "",
        "centre": says.centre_name,
    }


def laid(house: House, one: Laid) -> Json:
    """An order with everything that is known for its decision."""
    order, offer = one.order, one.offer
    return {
        "id": offer.id if offer else None,
        "order_id": order.id,
        "accession_number": order.accession_number,
        "state": offer.state.value if offer else None,
        "emergency": offer.emergency if offer else order.urgent,
        "held": order.awaits_decision,
        "offered_at": moment(offer.offered_at if offer else None),
        "item": {
            "code": order.item_code,
            "name": order.item_name,
            "version_id": one.item_version,
            "price": one.price,
        },
        "patient": patient(order.patient),
        "candidates": [seen(found) for found in one.candidates],
        "refused": [{**seen(found), "reasons": [why(reason) for reason in found.reasons]} for found in one.refused],
        "name_only": one.name_only,
        "name_only_reason": why(Why.NAME_ONLY) if one.name_only else None,
        "decision": decision(house, offer) if offer else None,
    }


def patient(one: Patient) -> Json:
    """The order's patient, in full: the page is the ordering doctor's."""
    return {
        "id": one.id,
        "name": shown_name(one.name),
        "patient_id": one.patient_id,
        "sex": one.sex.value if one.sex else None,
        "birth_date": one.birth_date.isoformat() if one.birth_date else None,
    }


def decision(house: House, one: Offer) -> Json | None:
    """What was decided."""
    if one.decided_at is None or not one.decided_by:
        return None
    return {
        "act": one.state.value,
        "at": iso(one.decided_at),
        "by": one.decided_name,
        "report_id": one.report_id or None,
        "number": one.report_number or None,
        "item_version": one.item_version,
        "reason": case(house, one.reason),
        "note": one.note,
        "told": one.told,
        "saved": one.saved,
    }


def offer(one: Offer, order: Order) -> Json:
    """A line of the list of offers; the name is masked."""
    return {
        "id": one.id,
        "order_id": one.order_id,
        "accession_number": order.accession_number,
        "patient": mask_name(shown_name(order.patient.name)),
        "item_code": one.item_code,
        "item_name": order.item_name,
        "state": one.state.value,
        "emergency": one.emergency,
        "held": order.awaits_decision,
        "offered_at": iso(one.offered_at),
        "decided_at": moment(one.decided_at),
        "decided_by": one.decided_name,
        "candidates": len(one.candidates),
    }


def notice(one: Notice, order: Order, study: str) -> Json:
    """A notice; the name is masked."""
    return {
        "id": one.id,
        "for": "doctor" if one.doctor_id else "unit",
        "report_id": one.report_id,
        "number": one.number,
        "relied_on": one.relied_on,
        "status": one.status,
        "why": one.why,
        "order_id": one.order_id,
        "accession_number": order.accession_number,
        "patient": mask_name(shown_name(order.patient.name)),
        "item_name": order.item_name,
        "made_at": iso(one.made_at),
        "acknowledged_at": moment(one.acknowledged_at),
        "acknowledged_by": one.acknowledged_name,
        "note": one.note,
        "viewer": f"/studies/{study}" if study else None,
        "pdf": f"/api/reports/{one.report_id}/versions/{one.number}/pdf",
    }


def quality(one: Quality, device: Device, units: dict[str, str], *, holds: bool) -> Json:
    """A device's quality control."""
    return {
        "id": one.id,
        "device": {"id": device.id, "name": device.name, "aet": device.aet},
        "unit": {"id": device.unit_id, "name": units.get(device.unit_id, "")},
        "kind": one.kind.value,
        "certificate": one.certificate,
        "valid_from": one.valid_from.isoformat(),
        "valid_until": one.valid_until.isoformat(),
        "ended_on": one.ended_on.isoformat() if one.ended_on else None,
        "end_reason": one.end_reason,
        "entered_by": one.entered_name,
        "entered_at": iso(one.entered_at),
        "holds_today": holds,
    }


def ledger_row(house: House, one: Row, units: dict[str, str], items: dict[str, str]) -> Json:
    """A row of the ledger."""
    return {
        "seq": one.seq,
        "at": iso(one.at),
        "act": one.act.value,
        "order_id": one.order_id,
        "accession_number": one.accession_number,
        "offer_id": one.offer_id,
        "unit": {"id": one.unit_id, "name": units.get(one.unit_id, "")},
        "result_unit": {"id": one.result_unit_id, "name": units.get(one.result_unit_id, "")}
        if one.result_unit_id
        else None,
        "item_code": one.item_code,
        "item_name": items.get(one.item_code, one.item_code),
        "item_version": one.item_version,
        "doctor": {"id": one.doctor_id, "name": one.doctor_name} if one.doctor_id else None,
        "report_id": one.report_id or None,
        "report_number": one.report_number or None,
        "reason": case(house, one.reason),
        "note": one.note,
        "told": one.told,
        "saved": one.saved,
    }


def total(one: Sum) -> Json:
    """What was done in sum."""
    return {"offered": one.offered, "opened": one.opened, "recognised": one.recognised, "repeated": one.repeated,
            "told": one.told, "saved": one.saved, "rate": one.rate}  # fmt: skip
