"""A version's document as resources of a FHIR server: the same facts under addresses that can be read one by one.

The document's entries keep their contents; each gets an id, its references become relative ones, and what only a server
can say is added: the version, the file, the provenance with the signatures, that a later version is in force.
"""

import base64
from collections.abc import Sequence
from typing import Any

from foundation import clock
from reports.encodings.document import LOINC, VERSION, Json, document, plain
from reports.model import Opened, ReportStatus, Signature, SignatureRole, Version

STANDING = "urn:lianzhen:standing"
ASTM = "urn:iso-astm:E1762-95:2013"
PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
SIGNATURE_TYPE = {
    SignatureRole.WRITER: ("1.2.840.10065.1.12.1.1", "Author's Signature"),
    SignatureRole.REVIEWER: ("1.2.840.10065.1.12.1.5", "Verification Signature"),
}
_DOCUMENT_STATUS = {ReportStatus.CORRECTED: "amended", ReportStatus.APPENDED: "amended"}
_OWN_ID = {"Patient", "Practitioner", "Organization", "ServiceRequest", "ImagingStudy", "DiagnosticReport"}


def place(version: Version) -> str:
    """The id of what belongs to one version: report id and number."""
    return f"{version.says.report_id}.{version.says.number}"


def resources(opened: Opened, version: Version) -> dict[str, Json]:
    """Every resource of a version by its relative address, the DiagnosticReport first."""
    bundle, names = document(version.says), _Names(place(version))
    addresses = {one["fullUrl"]: names.address(one["fullUrl"], one["resource"]) for one in bundle["entry"]}
    found = {
        addresses[one["fullUrl"]]: _served(one["resource"], addresses, addresses[one["fullUrl"]], version)
        for one in bundle["entry"]
    }
    report = found.pop(f"DiagnosticReport/{version.says.report_id}")
    report["presentedForm"] = [pdf_form(opened, version)] if version.says.number in opened.renditions else []
    later = opened.superseded_by(version.says.number)
    if later is not None:
        tag = {"system": STANDING, "code": "superseded", "display": f"已被修订，现为第 {later.says.number} 版"}
        report["meta"]["tag"] = [tag]
    return {f"DiagnosticReport/{version.says.report_id}": plain(**report), **found}


class _Names:
    """Gives each entry its address on the server."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._images = 0

    def address(self, uri: str, resource: Json) -> str:
        """`Type/id`. What is the version's own carries its place in the id."""
        kind = resource["resourceType"]
        if kind in _OWN_ID:
            return f"{kind}/{uri.removeprefix('urn:uuid:').removeprefix('urn:oid:')}"
        if kind == "Composition":
            return f"{kind}/{self._prefix}"
        if kind == "Media":
            self._images += 1
            return f"{kind}/{self._prefix}.image{self._images}"
        return f"{kind}/{self._prefix}.{resource['code']['coding'][0]['code']}"


def _served(resource: Json, addresses: dict[str, str], address: str, version: Version) -> Json:
    changed: Json = _relative(resource, addresses)
    says = version.says
    changed["id"] = address.partition("/")[2]
    changed["meta"] = {
        "versionId": str(says.number),
        "lastUpdated": clock.iso(says.reviewed_at or says.written_at),
    }
    return changed


def _relative(value: Any, addresses: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            name: addresses.get(one, one) if name == "reference" else _relative(one, addresses)
            for name, one in value.items()
        }
    return [_relative(one, addresses) for one in value] if isinstance(value, list) else value


def pdf_form(opened: Opened, version: Version) -> Json:
    """The signed file as an Attachment."""
    file = opened.renditions[version.says.number]
    return {
        "contentType": "application/pdf",
        "language": "zh-CN",
        "url": f"Binary/{place(version)}",
        "size": file.size,
        "title": f"{version.says.examination.item_name} 第 {version.says.number} 版",
        "creation": clock.iso(file.made_at),
    }


def document_reference(opened: Opened, version: Version) -> Json:
    """The signed file with its status: current, superseded, entered-in-error."""
    says, exam = version.says, version.says.examination
    later = opened.superseded_by(says.number)
    status = "superseded" if later else "current"
    if says.status is ReportStatus.ENTERED_IN_ERROR:
        status = "entered-in-error"
    before = [one for one in opened.versions if one.says.number < says.number and one.says.issued]
    document_form = {
        "contentType": "application/fhir+json",
        "url": f"DiagnosticReport/{says.report_id}/$document?version={says.number}",
    }
    return plain(
        resourceType="DocumentReference",
        id=place(version),
        meta={"versionId": "1", "lastUpdated": clock.iso(says.reviewed_at or says.written_at)},
        masterIdentifier={"system": VERSION, "value": f"{says.report_id}/{says.number}"},
        status=status,
        docStatus=_DOCUMENT_STATUS.get(says.status, says.status.value),
        type={"coding": [{"system": LOINC, "code": "18748-4", "display": "Diagnostic imaging study"}]},
        subject={"reference": f"Patient/{exam.patient_uid}", "display": exam.patient_name},
        date=clock.iso(says.reviewed_at or says.written_at),
        author=[
            {"reference": f"Practitioner/{one.id}", "display": one.name} for one in (says.writer, says.reviewer) if one
        ],
        custodian={"reference": f"Organization/{says.centre_id}"} if says.centre_id else None,
        relatesTo=[{"code": "replaces", "target": {"reference": f"DocumentReference/{place(before[-1])}"}}]
        if before
        else [],
        content=[
            {"attachment": one}
            for one in ([pdf_form(opened, version)] if says.number in opened.renditions else []) + [document_form]
        ],
    )


def provenance(opened: Opened, version: Version, signatures: Sequence[Signature]) -> Json:
    """Who made this version from which one, with their signatures over its canonical bytes."""
    says = version.says
    target = f"DiagnosticReport/{says.report_id}/_history"
    agents = [("author", says.writer), ("verifier", says.reviewer)]
    before = [one for one in opened.versions if one.says.number < says.number]
    return plain(
        resourceType="Provenance",
        id=place(version),
        meta={"versionId": "1", "lastUpdated": clock.iso(says.reviewed_at or says.written_at)},
        target=[{"reference": f"{target}/{says.number}"}],
        recorded=clock.iso(says.reviewed_at or says.written_at),
        reason=[{"text": says.reason}] if says.reason else [],
        agent=[
            plain(
                type={"coding": [{"system": PARTICIPANT, "code": kind}]},
                who={"reference": f"Practitioner/{one.id}", "display": one.name},
                onBehalfOf={"reference": f"Organization/{says.centre_id}"} if says.centre_id else None,
            )
            for kind, one in agents
            if one
        ],
        entity=[{"role": "revision", "what": {"reference": f"{target}/{before[-1].says.number}"}}] if before else [],
        signature=[_signature(one) for one in signatures if one.role in SIGNATURE_TYPE],
    )


def _signature(one: Signature) -> Json:
    code, display = SIGNATURE_TYPE[one.role]
    return {
        "type": [{"system": ASTM, "code": code, "display": display}],
        "when": clock.iso(one.signed_at),
        "who": {"reference": f"Practitioner/{one.signer_id}", "display": one.signer_name},
        "targetFormat": "application/fhir+json",
        "sigFormat": f"application/vnd.lianzhen.{one.algorithm.lower()}",
        "data": base64.b64encode(one.value).decode(),
    }
