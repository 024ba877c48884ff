"""The night: one doctor issues, the clinic knows what it has, two doctors issue the final one the next day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from foundation.access import Actor
from foundation.clock import COUNTY_ZONE
from reading_queue.api import Kind
from reports.api import ReportStatus, Revision
from reports.errors import PreliminaryByDay, PreliminaryLate
from reports.model import SignatureRole
from tests.house import PASSWORD
from tests.integration.reports.conftest import TEXT, County

_TODAY = datetime.now(COUNTY_ZONE).replace(hour=23, minute=10, second=0, microsecond=0)
NIGHT = _TODAY if datetime.now(COUNTY_ZONE) < _TODAY else _TODAY + timedelta(days=1)  # no clock runs backwards


class Clock:
    """A clock that a test sets."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment.astimezone(UTC)


@pytest.fixture
def clock(county: County) -> Iterator[Clock]:
    """The house's clock, in the night."""
    chosen = Clock(NIGHT)
    county.reports._floor = replace(county.floor, now=chosen)
    yield chosen


def preliminary(county: County, reader: Actor, study: str) -> str:
    """Claim, write and issue alone; the report's id."""
    claim = county.claim(reader, study)
    return county.reports.issue_preliminary(reader, claim.workitem_uid, claim.transaction_uid, 0, TEXT).report_id


def test_the_clinic_sees_a_preliminary_report_and_then_the_final_one(
    county: County, clock: Clock, writer: Actor, reviewer: Actor, clinician: Actor, study: str
) -> None:
    report_id = preliminary(county, writer, study)
    county.run_tasks()
    (item,) = county.reports.inbox(clinician)["items"]
    assert (item["status"], item["number"], item["reader"], item["reviewer"]) == ("preliminary", 1, "李文博", "")
    data, _ = county.reports.pdf(clinician, report_id, 1)
    verdict = county.reports.verify(data)
    assert verdict.intact
    assert [one.field for one in verdict.signatures] == ["attachment", "Writer", "CountySeal"]
    assert county.reports.verify_version(report_id, 1)[SignatureRole.WRITER].intact

    review = county.queue.workitem(reviewer, county.open_workitem(reviewer, study, Kind.REVIEW))
    assert review.deadline_at == (NIGHT + timedelta(days=1)).replace(hour=10, minute=0)
    clock.moment += timedelta(hours=10)
    county.reports.unlock(reviewer, PASSWORD)
    county.approved(reviewer, study)
    county.run_tasks()
    (item,) = county.reports.inbox(clinician)["items"]
    assert (item["status"], item["number"], item["unread"], item["replaces"]["number"]) == ("final", 2, True, 1)
    versions = county.reports.report(clinician, report_id).versions
    assert [(one.says.status, one.says.emergency) for one in versions] == [
        (ReportStatus.PRELIMINARY, True),
        (ReportStatus.FINAL, False),
    ]


def test_by_day_only_an_urgent_examination_has_a_preliminary_report(
    county: County, clock: Clock, writer: Actor, study: str
) -> None:
    clock.moment = NIGHT.replace(hour=15)
    claim = county.claim(writer, study)
    with pytest.raises(PreliminaryByDay):
        county.reports.issue_preliminary(writer, claim.workitem_uid, claim.transaction_uid, 0, TEXT)
    assert county.reports.states([study]) == {}


def test_a_returned_preliminary_report_stays_with_the_clinic_until_the_final_one(
    county: County, clock: Clock, writer: Actor, reviewer: Actor, clinician: Actor, study: str
) -> None:
    report_id = preliminary(county, writer, study)
    review = county.claim(reviewer, study, Kind.REVIEW)
    county.reports.return_to_writer(reviewer, review.workitem_uid, review.transaction_uid, "请补充")
    again = county.claim(writer, study)
    county.reports.submit(writer, again.workitem_uid, again.transaction_uid, 1, TEXT)
    assert [one.says.number for one in county.reports.report(clinician, report_id).versions] == [1]
    county.approved(reviewer, study)
    assert county.reports.report(clinician, report_id).versions[-1].says.status is ReportStatus.FINAL


def test_no_preliminary_report_takes_the_place_of_a_reviewed_one(
    county: County, clock: Clock, writer: Actor, reviewer: Actor, study: str
) -> None:
    county.submitted(writer, study)
    ref = county.approved(reviewer, study)
    uid = county.reports.start_revision(writer, ref.report_id, Revision.CORRECTION, "左右写反")
    claim = county.queue.claim(writer, uid)
    with pytest.raises(PreliminaryLate):
        county.reports.issue_preliminary(writer, uid, claim.transaction_uid, 1, replace(TEXT, impression="改"))
