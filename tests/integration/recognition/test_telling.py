"""A recognised result is corrected or withdrawn: everybody who relied on it hears, and says so."""

import pytest

from foundation.errors import Forbidden
from recognition.api import Act, LedgerWanted
from recognition.errors import NoticeAcknowledged, NoticeNotFound
from registry.api import Order
from reports.api import ReportRef
from tests.integration.recognition.county import FIRST, LEAD, SECOND, County, card


def relied_on(county: County, number: str, unit: str, account: str, report: ReportRef) -> Order:
    """A unit's doctor recognises the report instead of an examination."""
    order = county.order(unit, county.patient(unit, number))
    doctor = county.actor(account)
    offer = county.recognition.laid(doctor, order.id).offer
    assert offer is not None
    county.recognition.open_result(doctor, offer.id, report.report_id)
    county.recognition.recognise(doctor, offer.id, report.report_id, report.number)
    return order


def test_doctor_and_unit_are_told_of_a_correction_and_of_the_withdrawal_and_answer(county: County) -> None:
    number = card()
    report = county.examined(FIRST, number)
    order = relied_on(county, number, SECOND, "clinician2", report)
    doctor = county.actor("clinician2")
    assert county.recognition.notices(doctor) == ([], 0)
    study = county.recognition.study_of(report.report_id)
    corrected = county.corrected(study, report.report_id)
    found, waiting = county.recognition.notices(doctor, open_only=True)
    assert waiting == 2
    assert sorted(one.doctor_id for one, _ in found) == ["", doctor.id]
    assert {(one.relied_on, one.number, one.status, one.why, about.id) for one, about in found} == {
        (report.number, corrected.number, "corrected", "左右写反", order.id)
    }
    personal = next(one for one, _ in found if one.doctor_id)
    done, _ = county.recognition.acknowledge(doctor, personal.id, " 已通知患者 ")
    assert (done.acknowledged_name, done.note) == ("孙强", "已通知患者")
    with pytest.raises(NoticeAcknowledged):
        county.recognition.acknowledge(doctor, personal.id)
    assert county.recognition.notices(doctor, open_only=True)[1] == 1
    county.withdrawn(report.report_id)
    assert county.recognition.notices(doctor, open_only=True)[1] == 3
    rows = county.recognition.ledger(county.actor("quality"), LedgerWanted(limit=500))
    told = [one.act for one in rows if one.order_id == order.id]
    assert (told.count(Act.TOLD_UNIT), told.count(Act.ACKNOWLEDGED)) == (4, 1)


def test_nobody_acknowledges_anothers_notice(county: County) -> None:
    number = card()
    report = county.examined(LEAD, number)
    relied_on(county, number, SECOND, "clinician2", report)
    county.withdrawn(report.report_id)
    found, _ = county.recognition.notices(county.actor("clinician2"), open_only=True)
    assert found
    for one, _ in found:
        with pytest.raises(NoticeNotFound):
            county.recognition.acknowledge(county.actor("clinician"), one.id)
    with pytest.raises(NoticeNotFound):
        county.recognition.acknowledge(county.actor("clinician2"), "no-such-notice")
    with pytest.raises(Forbidden):
        county.recognition.notices(county.actor("technician2"))


def test_who_did_not_rely_on_it_hears_nothing(county: County) -> None:
    number = card()
    report = county.examined(FIRST, number)
    before = county.recognition.notices(county.actor("clinician2"))[1]
    county.corrected(county.recognition.study_of(report.report_id), report.report_id)
    assert county.recognition.notices(county.actor("clinician2"))[1] == before
