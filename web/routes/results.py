"""One person's results through the years, as far as the asker sees them: the clinic's timeline."""

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel

from foundation.access import Actor
from reports.api import Opened, ReportSearch
from web.deps import SignedIn, TheHouse
from web.house import House

router = APIRouter(prefix="/api", tags=["results"])

LIMIT = 100


class ResultOut(BaseModel):
    """An issued report in a line; `unit` examined. `study_at` is local, ISO 8601 to the day or the minute."""

    report_id: str
    number: int
    status: str
    study_instance_uid: str
    patient_uid: str
    item_code: str
    item_name: str
    modality: str
    body_part: str
    unit_id: str
    unit: str
    own: bool
    study_at: str
    issued_at: datetime
    impression: str
    positive: bool | None


class ResultsOut(BaseModel):
    """The newest first, at most 100."""

    items: list[ResultOut]


@router.get("/patients/{uid}/results")
def results_of_patient(uid: str, actor: SignedIn, house: TheHouse, response: Response) -> ResultsOut:
    """What was issued for this person under any linked registration, within reach."""
    house.registry.identity(actor, uid)
    return _results(house, actor, uid, response)


@router.get("/reports/{report_id}/results")
def results_beside(report_id: str, actor: SignedIn, house: TheHouse, response: Response) -> ResultsOut:
    """The same for the person of a report, that report among them."""
    return _results(house, actor, house.reports.report(actor, report_id).report.patient_uid, response)


def _results(house: House, actor: Actor, patient_uid: str, response: Response) -> ResultsOut:
    """Every registration of the person is asked; which of their reports are shown, the policy says."""
    response.headers["Cache-Control"] = "no-store"
    with house.floor.db.read() as conn:
        uids = tuple(one.id for one in house.registry.person_of(conn, patient_uid)) if patient_uid else ()
    found = house.reports.search(actor, ReportSearch(patient_uids=uids, limit=LIMIT))
    return ResultsOut(items=[_result(one, actor) for one in found.reports if one.report.issued_at is not None])


def _result(opened: Opened, actor: Actor) -> ResultOut:
    one = opened.report
    says = next(version for version in opened.versions if version.says.number == one.issued_number).says
    exam = says.examination
    return ResultOut(
        report_id=one.id,
        number=says.number,
        status=says.status.value,
        study_instance_uid=one.study_instance_uid,
        patient_uid=one.patient_uid,
        item_code=exam.item_code,
        item_name=exam.item_name,
        modality=exam.modality,
        body_part=exam.body_part,
        unit_id=exam.unit_id,
        unit=exam.unit_name,
        own=actor.unit_id in one.unit_ids,
        study_at=exam.study_at,
        issued_at=one.issued_at or says.written_at,
        impression=says.content.impression,
        positive=says.content.positive,
    )
