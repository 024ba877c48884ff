"""The technician's list: what arrived, who reads it, whether the report is out."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from pacs_gateway.api import StudySummary, shown_name
from registry.api import mask_name, mask_patient_id
from web.deps import SignedIn, TheHouse
from web.routes.matching import shown_match

router = APIRouter(prefix="/api", tags=["studies"])


class StudyPatient(BaseModel):
    """The patient as the header names them, masked as in every list."""

    name: str
    sex: str
    birth_date: str
    patient_id: str


class StudyRow(BaseModel):
    """One study. `reading` and `report` are null until there is one."""

    study_instance_uid: str
    patient: StudyPatient
    accession_number: str
    modality: str
    body_part: str
    description: str
    instances: int
    received_at: datetime
    state: str
    flags: list[str]
    order_id: str | None
    match: dict[str, Any] | None
    reading: dict[str, Any] | None
    report: dict[str, Any] | None


class Studies(BaseModel):
    """The newest first."""

    items: list[StudyRow]


@router.get("/studies")
def studies(
    house: TheHouse,
    actor: SignedIn,
    q: Annotated[str, Query(max_length=100)] = "",
    days: Annotated[int, Query(ge=0, le=3650)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Studies:
    """Studies within reach; `q` is part of a name, or begins an id or accession number."""
    found = house.gateway.studies(actor, q, days, limit)
    uids = [study.study_instance_uid for study in found]
    readings, reports = house.queue.reading_states(uids), house.reports.states(uids)
    met = house.gateway.matches(uids)
    rows = []
    for study in found:
        uid = study.study_instance_uid
        rows.append(_row(study, readings.get(uid), reports.get(uid), shown_match(met.get(uid))))
    return Studies(items=rows)


def _row(
    study: StudySummary, reading: dict[str, Any] | None, report: dict[str, Any] | None, match: dict[str, Any] | None
) -> StudyRow:
    return StudyRow(
        study_instance_uid=study.study_instance_uid,
        patient=StudyPatient(
            name=mask_name(shown_name(study.patient_name)),
            sex=study.patient_sex,
            birth_date=study.patient_birth_date,
            patient_id=mask_patient_id(study.patient_id),
        ),
        accession_number=study.accession_number,
        modality=study.modality,
        body_part=study.body_part,
        description=study.description,
        instances=study.instance_count,
        received_at=study.received_at,
        state=study.state.value,
        flags=list(study.flags),
        order_id=study.order_id,
        match=match,
        reading=reading,
        report=report,
    )
