"""What counts for an order, as FHIR: the image, tracing or data apart from the county's conclusion."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from recognition.api import Laid, Seen, words
from web import fhir
from web.deps import TheHouse
from web.fhir import System

router = APIRouter(prefix="/fhir", tags=["fhir"])

Json = dict[str, Any]
BASE = "urn:lianzhen:recognition"
REFERENCE = {"system": f"{BASE}-part", "code": "reference", "display": "诊断意见仅供参考 conclusion, for reference"}
RECOGNISED = {"system": f"{BASE}-part", "code": "recognised", "display": "互认的影像或数据 what is recognised"}


@router.get("/ServiceRequest/{id_}/$recognition-candidates", response_class=Response)
def candidates(id_: str, house: TheHouse, actor: System) -> Response:
    """A collection Bundle for an order of the system's unit: what counts, and an OperationOutcome with what does not.

    Each candidate is an ImagingStudy or Observation (what is recognised) and a DiagnosticReport without its conclusion
    (reference: a doctor opens it).
    """
    laid = house.recognition.laid(actor, id_)
    entries = [entry for one in laid.candidates for entry in (_data(one), _reference(one))]
    if laid.refused:
        entries.append({"resource": _refused(laid)})
    body = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": _standing(laid)}, *entries]}
    return fhir.resource(body)


def _standing(laid: Laid) -> Json:
    """Where the decision stands."""
    order, offer = laid.order, laid.offer
    state = offer.state.value if offer else "none"
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "order", "valueReference": {"reference": f"ServiceRequest/{order.id}"}},
            {"name": "state", "valueCode": state},
            {"name": "held", "valueBoolean": order.awaits_decision},
            {"name": "candidates", "valueUnsignedInt": len(laid.candidates)},
        ],
    }


def _data(one: Seen) -> Json:
    result = one.result
    said = [
        {"url": f"{BASE}-mark", "valueString": result.mark},
        {"url": f"{BASE}-valid-until", "valueDate": one.valid_until.isoformat() if one.valid_until else ""},
        {"url": f"{BASE}-age-days", "valueInteger": one.age_days},
    ]
    uid = {"system": "urn:dicom:uid", "value": f"urn:oid:{result.study_instance_uid}"}
    common: Json = {"meta": {"tag": [RECOGNISED]}, "extension": said, "identifier": [uid]}
    day, subject = result.examined_on.isoformat(), {"reference": f"Patient/{result.patient_uid}"}
    if result.recognised_is == "data":
        code = {"coding": [{"system": "urn:lianzhen:item", "code": result.item_code}], "text": result.item_name}
        body = {"resourceType": "Observation", **common, "status": "final", "code": code, "subject": subject,
                "effectiveDateTime": day}  # fmt: skip
    else:
        body = {"resourceType": "ImagingStudy", **common, "status": "available", "subject": subject, "started": day,
                "description": result.item_name}  # fmt: skip
    return {"fullUrl": f"urn:oid:{result.study_instance_uid}", "resource": body}


def _reference(one: Seen) -> Json:
    result = one.result
    return {
        "fullUrl": f"urn:uuid:{result.report_id}",
        "resource": {
            "resourceType": "DiagnosticReport",
            "id": result.report_id,
            "meta": {"tag": [REFERENCE]},
            "identifier": [{"system": "urn:lianzhen:report", "value": result.report_id}],
            "status": result.status,
            "code": {
                "coding": [{"system": "urn:lianzhen:item", "code": result.item_code}],
                "text": result.item_name,
            },
            "performer": [{"display": one.unit.name}],
            "imagingStudy": [{"reference": f"urn:oid:{result.study_instance_uid}"}],
        },
    }


def _refused(laid: Laid) -> Json:
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "information",
                "code": "business-rule",
                "details": {"coding": [{"system": f"{BASE}-why", "code": why.value}], "text": words(why)},
                "diagnostics": f"{words(why, 'en')} ({one.result.report_id})",
            }
            for one in laid.refused
            for why in one.reasons
        ],
    }
