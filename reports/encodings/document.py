"""A version as a FHIR R4 document Bundle: Composition first, then everything that it names (R4 §3.3).

Every fact of a statement stands in one element, `reports.encodings.reading` takes it from there again. Absent facts are
left out, as FHIR knows no empty value. Times are UTC to the millisecond; the study's time is the unit's local one with
the county's offset, to the minute.
"""

import uuid
from datetime import datetime
from html import escape
from typing import Any

from foundation import clock
from reports.model import FORMAT, Examination, KeyImage, ReportStatus, Signatory, Statement

Json = dict[str, Any]

LOINC = "http://loinc.org"
V2 = "http://terminology.hl7.org/CodeSystem/v2-"
DICOM = "http://dicom.nema.org/resources/ontology/DCM"
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
REPORT, VERSION, CONTENT_HASH = "urn:lianzhen:report", "urn:lianzhen:report-version", "urn:lianzhen:sha256"
ACCESSION, PATIENT_ID, LICENCE, ITEM = (
    "urn:lianzhen:accession", "urn:lianzhen:patient-id", "urn:lianzhen:licence", "urn:lianzhen:item",
)  # fmt: skip
EMERGENCY, REASON = "urn:lianzhen:emergency-preliminary", "urn:lianzhen:revision-reason"
MARK, MARK_LEVEL, NO_MARK = (
    "urn:lianzhen:recognition-mark", "urn:lianzhen:recognition-mark-level", "urn:lianzhen:recognition-mark-missing",
)  # fmt: skip
GENDER = {"M": "male", "F": "female", "O": "other"}
# our section: LOINC code, the name of the code, the title
SECTIONS = {
    "findings": ("59776-5", "Procedure findings Narrative", "检查所见"),
    "impression": ("19005-8", "Radiology Imaging study [Impression] (narrative)", "诊断意见"),
    "recommendation": ("18783-1", "Radiology Study recommendation (narrative)", "建议"),
    "addendum": ("55107-7", "Addendum Document", "补充说明"),
}
_COMPOSITION = {ReportStatus.CORRECTED: "amended", ReportStatus.APPENDED: "amended"}
_SPACE = uuid.UUID("6f1c6f0e-3f0e-5c55-9a53-0d4f2a7c1b60")


def plain(**members: Any) -> Json:
    """A JSON object without its empty members."""
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}


def document(says: Statement) -> Json:
    """The Bundle of a statement."""
    exam = says.examination
    resources = [
        (_own(says, "composition"), _composition(says)),
        (patient_uri(exam), _patient(exam)),
        (person_uri(says.writer), practitioner(says.writer)),
        *([(person_uri(says.reviewer), practitioner(says.reviewer))] if says.reviewer else []),
        *_organisations(says),
        *([(f"urn:uuid:{exam.order_id}", _order(exam))] if exam.order_id else []),
        (f"urn:oid:{exam.study_instance_uid}", _study(exam)),
        (f"urn:uuid:{says.report_id}", _report(says)),
        *((_own(says, name), _observation(says, name)) for name in _present(says)),
        *((_own(says, _image_name(one)), _media(exam, one)) for one in says.content.key_images),
    ]
    return {
        "resourceType": "Bundle",
        "meta": {"profile": [FORMAT]},
        "identifier": {"system": VERSION, "value": f"{says.report_id}/{says.number}"},
        "type": "document",
        "timestamp": clock.iso(says.reviewed_at or says.written_at),
        "entry": [{"fullUrl": uri, "resource": resource} for uri, resource in resources],
    }


def person_uri(one: Signatory) -> str:
    """Whom an entry is about."""
    return f"urn:uuid:{one.id}"


def patient_uri(exam: Examination) -> str:
    """Whom the report is about."""
    return f"urn:uuid:{exam.patient_uid}"


def unit_uri(unit_id: str) -> str:
    """A unit's entry."""
    return f"urn:uuid:{unit_id}"


def moment(local: str) -> str:
    """A local date, or date and minute, as a FHIR dateTime with the county's offset."""
    if "T" not in local:
        return local
    offset = datetime.fromisoformat(local).replace(tzinfo=clock.COUNTY_ZONE).strftime("%z")
    return f"{local}:00{offset[:3]}:{offset[3:]}"


def _own(says: Statement, name: str) -> str:
    """The address of an entry that belongs to this version alone."""
    return f"urn:uuid:{uuid.uuid5(_SPACE, f'{says.report_id}/{says.number}/{name}')}"


def _image_name(one: KeyImage) -> str:
    return f"{one.sop_instance_uid}/{one.frame}"


def _to(uri: str, display: str = "") -> Json:
    return plain(reference=uri, display=display)


def _coded(system: str, code: str, display: str = "", text: str = "") -> Json:
    return plain(coding=[plain(system=system, code=code, display=display)], text=text)


def _present(says: Statement) -> list[str]:
    """The sections that there are; findings and impression always."""
    content = says.content
    return [name for name in SECTIONS if name in {"findings", "impression"} or getattr(content, name)]


def _composition(says: Statement) -> Json:
    status, exam = says.status, says.examination
    attesters = [plain(mode="professional", time=clock.iso(says.written_at), party=_to(person_uri(says.writer)))]
    if says.reviewer and says.reviewed_at:
        attesters.append(plain(mode="legal", time=clock.iso(says.reviewed_at), party=_to(person_uri(says.reviewer))))
    extensions: list[Json] = []
    if says.emergency:
        extensions.append({"url": EMERGENCY, "valueBoolean": True})
    if says.reason:
        extensions.append({"url": REASON, "valueString": says.reason})
    marked = ((MARK, says.mark.text), (MARK_LEVEL, says.mark.level), (NO_MARK, says.mark.missing))
    extensions += [{"url": url, "valueString": value} for url, value in marked if value]
    replaced = {"code": "replaces", "targetIdentifier": {"system": CONTENT_HASH, "value": says.replaces}}
    return plain(
        resourceType="Composition",
        language="zh-CN",
        extension=extensions,
        status=_COMPOSITION.get(status, status.value),
        type=_coded(LOINC, "18748-4", "Diagnostic imaging study"),
        subject=_to(patient_uri(exam), exam.patient_name),
        date=clock.iso(says.reviewed_at or says.written_at),
        author=[_to(person_uri(says.writer), says.writer.name)],
        title="影像诊断报告",
        attester=attesters,
        custodian=_to(unit_uri(says.centre_id), says.centre_name) if says.centre_id else None,
        relatesTo=[replaced] if says.replaces else [],
        section=[_section(says, name) for name in _present(says)],
    )


def _section(says: Statement, name: str) -> Json:
    code, display, title = SECTIONS[name]
    entry = [_to(_own(says, name))]
    if name == "impression":
        entry.insert(0, _to(f"urn:uuid:{says.report_id}"))
    text = narrative(getattr(says.content, name))
    return plain(title=title, code=_coded(LOINC, code, display), text=text, entry=entry)


def narrative(text: str) -> Json:
    """The text as XHTML that says nothing else; characters that XML forbids are left out."""
    kept = "".join(letter for letter in text if letter == "\n" or " " <= letter < "\ufffe" or letter > "\uffff")
    lines = [f"<p>{escape(line, quote=False)}</p>" for line in kept.split("\n") if line.strip()]
    if not lines:
        return {}
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{"".join(lines)}</div>'}


def _patient(exam: Examination) -> Json:
    return plain(
        resourceType="Patient",
        identifier=[plain(system=f"{PATIENT_ID}:{exam.unit_id}", value=exam.patient_id)] if exam.patient_id else [],
        name=[{"text": exam.patient_name}] if exam.patient_name else [],
        gender=GENDER.get(exam.patient_sex, ""),
        birthDate=exam.patient_birth_date,
    )


def practitioner(one: Signatory) -> Json:
    """A doctor."""
    return plain(
        resourceType="Practitioner",
        identifier=[{"system": LICENCE, "value": one.licence_number}] if one.licence_number else [],
        name=[{"text": one.name}],
        qualification=[{"code": {"text": one.title}}] if one.title else [],
    )


def _organisations(says: Statement) -> list[tuple[str, Json]]:
    exam = says.examination
    units = {
        says.centre_id: says.centre_name,
        exam.unit_id: exam.unit_name,
        exam.requesting_unit_id: exam.requesting_unit_name,
    }
    return [(unit_uri(one), {"resourceType": "Organization", "name": name}) for one, name in units.items() if one]


def _order(exam: Examination) -> Json:
    return plain(
        resourceType="ServiceRequest",
        identifier=[{"system": f"{ACCESSION}:{exam.unit_id}", "value": exam.accession_number}]
        if exam.accession_number
        else [],
        status="active",
        intent="order",
        code=item(exam),
        subject=_to(patient_uri(exam)),
        requester=_to(unit_uri(exam.requesting_unit_id), exam.requesting_unit_name),
        reasonCode=[{"text": exam.history}] if exam.history else [],
    )


def item(exam: Examination) -> Json:
    """The item, by the catalogue's code where there is one."""
    coding = [{"system": ITEM, "code": exam.item_code}] if exam.item_code else []
    return plain(coding=coding, text=exam.item_name)


def _study(exam: Examination) -> Json:
    accession = {
        "type": _coded(f"{V2}0203", "ACSN"),
        "system": f"{ACCESSION}:{exam.unit_id}",
        "value": exam.accession_number,
    }
    uid = {"system": "urn:dicom:uid", "value": f"urn:oid:{exam.study_instance_uid}"}
    return plain(
        resourceType="ImagingStudy",
        identifier=[uid, accession] if exam.accession_number else [uid],
        status="available",
        modality=[{"system": DICOM, "code": exam.modality}] if exam.modality else [],
        subject=_to(patient_uri(exam)),
        started=moment(exam.study_at),
        basedOn=[_to(f"urn:uuid:{exam.order_id}")] if exam.order_id else [],
        referrer=_to(unit_uri(exam.requesting_unit_id)) if not exam.order_id else None,
        description=exam.item_name,
    )


def _report(says: Statement) -> Json:
    exam = says.examination
    readers = [_to(person_uri(one), one.name) for one in (says.writer, says.reviewer) if one]
    code = item(exam)
    return plain(
        resourceType="DiagnosticReport",
        identifier=[{"system": REPORT, "value": says.report_id}],
        basedOn=[_to(f"urn:uuid:{exam.order_id}")] if exam.order_id else [],
        status=says.status.value,
        category=[_coded(f"{V2}0074", "RAD")],
        code={**code, "coding": [{"system": LOINC, "code": "18748-4"}, *code.get("coding", [])]},
        subject=_to(patient_uri(exam), exam.patient_name),
        effectiveDateTime=moment(exam.study_at),
        issued=clock.iso(says.reviewed_at or says.written_at),
        performer=[_to(unit_uri(says.centre_id or exam.unit_id), says.centre_name or exam.unit_name)],
        resultsInterpreter=readers,
        result=[_to(_own(says, name), SECTIONS[name][2]) for name in _present(says)],
        imagingStudy=[_to(f"urn:oid:{exam.study_instance_uid}")],
        media=[{"link": _to(_own(says, _image_name(one)))} for one in says.content.key_images],
        conclusion=says.content.impression,
    )


def observation_status(status: ReportStatus) -> str:
    """Observation knows no `appended`."""
    return "amended" if status is ReportStatus.APPENDED else status.value


def _observation(says: Statement, name: str) -> Json:
    code, display, title = SECTIONS[name]
    exam, positive = says.examination, says.content.positive
    judged = name == "impression" and positive is not None
    letter = "POS" if positive else "NEG"
    return plain(
        resourceType="Observation",
        status=observation_status(says.status),
        category=[_coded("http://terminology.hl7.org/CodeSystem/observation-category", "imaging")],
        code=_coded(LOINC, code, display, title),
        subject=_to(patient_uri(exam)),
        effectiveDateTime=moment(exam.study_at),
        valueString=getattr(says.content, name),
        interpretation=[_coded(INTERPRETATION, letter, text="阳性" if positive else "阴性")] if judged else [],
        bodySite={"text": exam.body_part} if name == "findings" and exam.body_part else None,
        performer=[_to(unit_uri(exam.unit_id))] if name == "findings" else [],
    )


def _media(exam: Examination, one: KeyImage) -> Json:
    place = f"studies/{exam.study_instance_uid}/series/{one.series_instance_uid}/instances/{one.sop_instance_uid}"
    return {
        "resourceType": "Media",
        "identifier": [{"system": "urn:dicom:uid", "value": f"urn:oid:{one.sop_instance_uid}"}],
        "partOf": [_to(f"urn:oid:{exam.study_instance_uid}")],
        "status": "completed",
        "subject": _to(patient_uri(exam)),
        "content": {"contentType": "application/dicom", "url": f"{place}/frames/{one.frame}"},
    }
