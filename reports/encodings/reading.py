"""What a FHIR document Bundle of `reports.encodings.document` says: its statement again. Another format is refused."""

from typing import Any

from foundation import clock
from reports.encodings.document import (
    DICOM,
    EMERGENCY,
    GENDER,
    ITEM,
    MARK,
    MARK_LEVEL,
    NO_MARK,
    REASON,
    SECTIONS,
    Json,
)
from reports.model import FORMAT, Content, Examination, KeyImage, Mark, ReportStatus, Signatory, Statement

SEX = {word: letter for letter, word in GENDER.items()}


def statement_of(bundle: Json) -> Statement:
    """The statement. Raises ValueError for another format, KeyError or IndexError for a document cut short."""
    profile = bundle.get("meta", {}).get("profile")
    if profile != [FORMAT]:
        raise ValueError(f"unknown format {profile}")
    entries = {one["fullUrl"]: one["resource"] for one in bundle["entry"]}
    kinds: dict[str, list[Json]] = {}
    for resource in entries.values():
        kinds.setdefault(resource["resourceType"], []).append(resource)
    composition, report = kinds["Composition"][0], kinds["DiagnosticReport"][0]
    report_id, _, number = bundle["identifier"]["value"].rpartition("/")
    written, *reviewed = composition["attester"]
    custodian = composition.get("custodian", {})
    extensions = {one["url"]: one for one in composition.get("extension", [])}
    return Statement(
        report_id=report_id,
        number=int(number),
        status=ReportStatus(report["status"]),
        examination=_examination(kinds, entries),
        content=_content(kinds),
        writer=_person(entries, written),
        written_at=clock.from_iso(written["time"]),
        reviewer=_person(entries, reviewed[0]) if reviewed else None,
        reviewed_at=clock.from_iso(reviewed[0]["time"]) if reviewed else None,
        replaces=_first(composition, "relatesTo").get("targetIdentifier", {}).get("value", ""),
        centre_id=_id(custodian),
        centre_name=custodian.get("display", ""),
        emergency=EMERGENCY in extensions,
        reason=extensions.get(REASON, {}).get("valueString", ""),
        mark=Mark(*(extensions.get(url, {}).get("valueString", "") for url in (MARK, MARK_LEVEL, NO_MARK))),
    )


def _first(resource: Json, member: str) -> Json:
    found: list[Json] = resource.get(member) or [{}]
    return found[0]


def _id(reference: Json) -> str:
    text: str = reference.get("reference", "")
    return text.removeprefix("urn:uuid:").removeprefix("urn:oid:")


def _person(entries: dict[str, Json], attester: Json) -> Signatory:
    uri = attester["party"]["reference"]
    one = entries[uri]
    return Signatory(
        id=_id({"reference": uri}),
        name=one["name"][0]["text"],
        title=_first(one, "qualification").get("code", {}).get("text", ""),
        licence_number=_first(one, "identifier").get("value", ""),
    )


def _examination(kinds: dict[str, list[Json]], entries: dict[str, Json]) -> Examination:
    study, report, patient = kinds["ImagingStudy"][0], kinds["DiagnosticReport"][0], kinds["Patient"][0]
    order = kinds.get("ServiceRequest", [{}])[0]
    findings = next(one for one in kinds["Observation"] if _code(one) == SECTIONS["findings"][0])
    unit, asker = findings["performer"][0]["reference"], order.get("requester") or study.get("referrer", {})
    accession = next((one["value"] for one in study["identifier"] if "type" in one), "")
    started = study.get("started", "")
    return Examination(
        study_instance_uid=_id(report["imagingStudy"][0]),
        accession_number=accession,
        modality=next((one["code"] for one in study.get("modality", []) if one["system"] == DICOM), ""),
        body_part=findings.get("bodySite", {}).get("text", ""),
        item_name=report["code"].get("text", ""),
        history=_first(order, "reasonCode").get("text", ""),
        study_at=started[:16] if "T" in started else started,
        unit_id=_id({"reference": unit}),
        unit_name=entries[unit]["name"],
        requesting_unit_id=_id(asker),
        requesting_unit_name=entries[asker["reference"]]["name"] if asker else "",
        order_id=_id(_first(report, "basedOn")),
        patient_uid=_id(report["subject"]),
        patient_id=_first(patient, "identifier").get("value", ""),
        patient_name=_first(patient, "name").get("text", ""),
        patient_sex=SEX.get(patient.get("gender", ""), ""),
        patient_birth_date=patient.get("birthDate", ""),
        item_code=next((one["code"] for one in report["code"]["coding"] if one["system"] == ITEM), ""),
    )


def _code(observation: Json) -> str:
    code: str = observation["code"]["coding"][0]["code"]
    return code


def _content(kinds: dict[str, list[Json]]) -> Content:
    by_code = {_code(one): one for one in kinds["Observation"]}
    texts: dict[str, Any] = {
        name: by_code.get(code, {}).get("valueString", "") for name, (code, _, _) in SECTIONS.items()
    }
    judged = _first(by_code[SECTIONS["impression"][0]], "interpretation").get("coding")
    images = tuple(_image(one["content"]["url"]) for one in kinds.get("Media", []))
    return Content(**texts, positive=judged[0]["code"] == "POS" if judged else None, key_images=images)


def _image(url: str) -> KeyImage:
    _, _, _, series, _, instance, _, frame = url.split("/")
    return KeyImage(series, instance, int(frame))
