"""The clinic's side: delivered once, seen by its own unit, read by somebody with a name."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from foundation.access import PRODUCT, Actor
from foundation.errors import Forbidden
from foundation.live import News
from foundation.vocabulary import Role
from registry.api import UnitKind
from reports.api import DeliveryState
from reports.errors import ReportNotFound
from reports.search import ReportSearch
from tests.integration.reports.conftest import TEXT, County


@pytest.fixture
def issued(county: County, writer: Actor, reviewer: Actor, study: str) -> str:
    """The id of a report that is final and delivered."""
    county.submitted(writer, study)
    report_id = county.approved(reviewer, study).report_id
    county.run_tasks()
    return report_id


@pytest.fixture
def elsewhere(county: County) -> Actor:
    """A clinician of another township."""
    unit = county.registry.add_unit(PRODUCT, "青石镇卫生院", UnitKind.TOWNSHIP, "YXQS", county.lead.id)
    return county.person("stranger", "孙强", unit, Role.CLINICIAN)


def test_a_preliminary_report_is_not_shown_to_the_clinic(
    county: County, writer: Actor, clinician: Actor, study: str
) -> None:
    ref = county.submitted(writer, study)
    county.run_tasks()
    assert county.reports.inbox(clinician) == {"items": [], "unread": 0, "next_cursor": None}
    with pytest.raises(ReportNotFound):
        county.reports.report(clinician, ref.report_id)
    assert county.reports.reports_of(clinician, study) is None


def test_the_clinic_sees_only_what_was_issued(county: County, clinician: Actor, issued: str) -> None:
    assert [one.says.number for one in county.reports.report(clinician, issued).versions] == [2]
    with pytest.raises(ReportNotFound):
        county.reports.pdf(clinician, issued, 1)


def test_a_search_finds_what_was_issued_to_the_unit(
    county: County, clinician: Actor, elsewhere: Actor, issued: str
) -> None:
    days = ((datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)),)
    wanted = ReportSearch(statuses=("final",), issued_between=days, study_between=(("2020", "2100"),))
    page = county.reports.search(clinician, wanted)
    assert (page.total, [one.report.id for one in page.reports]) == (1, [issued])
    assert county.reports.search(clinician, replace(wanted, statuses=("amended",), oldest_first=True)).total == 0
    assert county.reports.search(elsewhere, wanted).total == 0


def test_another_units_report_does_not_exist(county: County, elsewhere: Actor, issued: str, study: str) -> None:
    assert county.reports.inbox(elsewhere)["items"] == []
    assert county.reports.reports_of(elsewhere, study) is None
    for report_id in (issued, "no-such-report"):
        for act in (
            lambda one: county.reports.report(elsewhere, one),
            lambda one: county.reports.pdf(elsewhere, one, 2),
            lambda one: county.reports.receipt(elsewhere, one),
        ):
            with pytest.raises(ReportNotFound):
                act(report_id)
    assert county.reports.report(county.registry_actor("writer"), issued).deliveries[0].read_at is None


def test_a_delivery_done_twice_is_one_delivery(county: County, reviewer: Actor, issued: str) -> None:
    heard: list[News] = []
    leave = county.floor.live.listen(heard.append)
    (delivery,) = county.reports.report(reviewer, issued).deliveries
    assert delivery.state is DeliveryState.DELIVERED
    county.floor.tasks.handlers["reports.deliver"]({"delivery_id": delivery.id})
    leave()
    assert county.reports.report(reviewer, issued).deliveries == (delivery,)
    assert heard == []


def test_the_first_opening_is_the_receipt_and_later_ones_change_nothing(
    county: County, reviewer: Actor, clinician: Actor, issued: str
) -> None:
    colleague = county.person("second", "钱医生", county.township, Role.CLINICIAN)
    county.reports.pdf(clinician, issued, 2)
    (first,) = county.reports.report(reviewer, issued).deliveries
    assert (first.read_by, first.read_by_name) == (clinician.id, "赵敏")
    assert first.read_at is not None
    county.reports.pdf(colleague, issued, 2)
    county.reports.receipt(colleague, issued)
    assert county.reports.report(reviewer, issued).deliveries == (first,)
    assert [one["subtype"] for one in county.floor.audit.entries() if one["subtype"] == "receipt"] == ["receipt"]


def test_a_technician_or_a_radiologist_who_looks_gives_no_receipt(
    county: County, writer: Actor, reviewer: Actor, clinician: Actor, issued: str
) -> None:
    technician = county.registry_actor("technician")
    county.reports.pdf(technician, issued, 2)
    county.reports.pdf(writer, issued, 2)
    assert county.reports.inbox(clinician)["unread"] == 1
    with pytest.raises(Forbidden):
        county.reports.receipt(technician, issued)


def test_the_inbox_says_what_a_clinician_needs(county: County, clinician: Actor, issued: str, study: str) -> None:
    (item,) = county.reports.inbox(clinician)["items"]
    assert item["report_id"] == issued
    assert (item["number"], item["status"], item["positive"], item["unread"]) == (2, "final", True, True)
    assert (item["impression"], item["description"], item["modality"]) == (TEXT.impression, "胸部正位", "CR")
    assert (item["patient"]["name"], item["reader"], item["reviewer"]) == ("王㛃䶮", "李文博", "张建国")


def test_the_inbox_is_searched_paged_and_filtered(
    county: County, writer: Actor, reviewer: Actor, clinician: Actor, issued: str
) -> None:
    other = county.film(county.order("赵一_"))
    county.submitted(writer, other)
    county.approved(reviewer, other)
    county.run_tasks()
    newest = county.reports.inbox(clinician, limit=1)
    assert [item["patient"]["name"] for item in newest["items"]] == ["赵一_"]
    rest = county.reports.inbox(clinician, limit=1, cursor=newest["next_cursor"])
    assert [item["patient"]["name"] for item in rest["items"]] == ["王㛃䶮"]
    assert rest["next_cursor"] is None
    assert [item["report_id"] for item in county.reports.inbox(clinician, q="王㛃")["items"]] == [issued]
    assert [item["patient"]["name"] for item in county.reports.inbox(clinician, q="_")["items"]] == ["赵一_"]
    county.reports.receipt(clinician, issued)
    assert [item["unread"] for item in county.reports.inbox(clinician, unread_only=True)["items"]] == [True]
    assert county.reports.inbox(clinician)["unread"] == 1


def test_an_earlier_report_of_the_patient_is_a_prior(
    county: County, writer: Actor, clinician: Actor, issued: str, study: str
) -> None:
    patient = county.reports.report(writer, issued).report.patient_uid
    (prior,) = county.reports.priors(writer, patient)
    assert (prior["report_id"], prior["impression"]) == (issued, TEXT.impression)
    assert county.reports.priors(writer, patient, study) == []
    assert county.reports.priors(clinician, patient) == []


def test_the_order_is_reported(county: County, reviewer: Actor, issued: str) -> None:
    order_id = county.reports.report(reviewer, issued).report.order_id
    assert county.registry.order(reviewer, order_id).status == "reported"


def test_a_damaged_file_is_withheld(county: County, reviewer: Actor, issued: str) -> None:
    (path,) = (county.floor.data / "reports").rglob("*.pdf")
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(Exception, match="rendition-damaged"):
        county.reports.pdf(reviewer, issued, 2)
