"""Our orders and patients as FHIR R4 resources."""

from typing import Any

from foundation.clock import iso
from foundation.ids import uid_of
from foundation.vocabulary import Priority, Sex
from registry.fhir.reading import ID_CARD
from registry.intake import Known
from registry.model import Order, OrderStatus, Patient

Json = dict[str, Any]

ITEM, ACCESSION, PATIENT_ID = "urn:lianzhen:item", "urn:lianzhen:accession", "urn:lianzhen:patient-id"
_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"
_STATUS = {
    OrderStatus.REQUESTED: "active", OrderStatus.RECEIVED: "active", OrderStatus.REPORTED: "completed",
    OrderStatus.CANCELLED: "revoked", OrderStatus.RECOGNISED: "completed",
}  # fmt: skip
_PRIORITY = {Priority.HIGH: "urgent", Priority.MEDIUM: "routine", Priority.LOW: "routine"}
_GENDER = {Sex.MALE: "male", Sex.FEMALE: "female", Sex.OTHER: "other", None: "unknown"}


def service_request(order: Order, known: Known | None) -> Json:
    """The order with every number it has: the system's, ours, and the Study Instance UID of its worklist entry."""
    ours = {
        "type": {"coding": [{"system": _TYPES, "code": "ACSN"}]},
        "system": f"{ACCESSION}:{order.issuer}",
        "value": order.accession_number,
    }
    theirs = [_identifier(known.system, known.number)] if known else []
    study = {"system": "urn:dicom:uid", "value": f"urn:oid:{order.study_instance_uid or uid_of(order.id)}"}
    resource: Json = {
        "resourceType": "ServiceRequest",
        "id": order.id,
        "meta": {"versionId": version(known), "lastUpdated": iso(known.updated_at if known else order.requested_at)},
        "identifier": [*theirs, ours, study],
        "status": "on-hold" if order.awaits_decision else _STATUS[order.status],
        "intent": "order",
        "priority": _PRIORITY[order.priority],
        "code": {
            "coding": [{"system": ITEM, "code": order.item_code, "display": order.item_name}],
            "text": order.item_name,
        },
        "subject": {"reference": f"Patient/{order.patient.id}"},
        "authoredOn": iso(order.requested_at),
    }
    if order.history:
        resource["reasonCode"] = [{"text": order.history}]
    return resource


def version(known: Known | None) -> str:
    """How often the order's content has changed, from 1."""
    return str(known.version if known else 1)


def patient(one: Patient) -> Json:
    """The patient in full, under the unit's number."""
    identifier = [_identifier(f"{PATIENT_ID}:{one.issuer}", one.patient_id)]
    if one.id_card:
        identifier.append(_identifier(ID_CARD, one.id_card))
    resource: Json = {
        "resourceType": "Patient",
        "id": one.id,
        "identifier": identifier,
        "name": [{"text": one.name}],
        "gender": _GENDER[one.sex],
    }
    if one.birth_date:
        resource["birthDate"] = one.birth_date.isoformat()
    if one.phone:
        resource["telecom"] = [{"system": "phone", "value": one.phone}]
    return resource


def _identifier(system: str, value: str) -> Json:
    return {"system": system, "value": value} if system else {"value": value}
