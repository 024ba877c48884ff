"""Deciding: recognised or examined again; once, by the order's own doctors, on what is true at that moment."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from foundation.access import PRODUCT
from foundation.errors import Forbidden, LianzhenError, NotFound
from recognition.api import Act, LedgerWanted, OfferState, Repeat, Why
from recognition.errors import (
    AlreadyExamined,
    NoteNeeded,
    NotOpened,
    OfferDecided,
    OfferNotFound,
    PatientNotTold,
    ReasonUnknown,
    ResultChanged,
    ResultNotOffered,
    ResultNotRecognisable,
)
from recognition.store.tables import ledger
from registry.api import OrderStatus
from tests.integration.recognition.county import FIRST, SECOND, County, card

TOLD = Repeat("major-intervention", "术前", told=True)


def offered(county: County, *, emergency: bool = False) -> tuple[Any, Any, Any]:
    """Somebody with a result in the first township is ordered for in the second: offer, order, report."""
    number = card()
    report = county.examined(FIRST, number)
    patient = county.patient(SECOND, number)
    order = county.emergency(SECOND, patient) if emergency else county.order(SECOND, patient)
    offer = county.recognition.laid(county.actor("clinician2"), order.id).offer
    assert offer is not None
    return offer, order, report


def acts(county: County, offer_id: str) -> list[Act]:
    rows = county.recognition.ledger(county.actor("quality"), LedgerWanted(limit=500))
    return [one.act for one in reversed(rows) if one.offer_id == offer_id]


def test_a_result_is_opened_and_recognised_and_the_order_closed(county: County) -> None:
    offer, order, report = offered(county)
    doctor = county.actor("clinician2")
    with pytest.raises(NotFound):
        county.house.reports.report(doctor, report.report_id)
    with pytest.raises(NotOpened):
        county.recognition.recognise(doctor, offer.id, report.report_id, report.number)
    seen = county.recognition.open_result(doctor, offer.id, report.report_id)
    assert seen.version is not None
    assert seen.version.says.content.impression == "右肺下野炎症。"
    opened = county.house.reports.report(county.actor("clinician2"), report.report_id)
    assert opened.report.id == report.report_id
    laid = county.recognition.recognise(doctor, offer.id, report.report_id, report.number)
    decided, item = laid.offer, county.house.registry.item_at("DR-CHEST-PA")
    assert decided is not None
    assert (decided.state, decided.report_id, decided.item_version) == (
        OfferState.RECOGNISED, report.report_id, item.id,
    )  # fmt: skip
    assert decided.saved == 5500
    closed = county.house.registry.order(PRODUCT, order.id)
    assert (closed.status, closed.awaits_decision) == (OrderStatus.RECOGNISED, False)
    assert acts(county, offer.id) == [Act.OFFERED, Act.OPENED, Act.RECOGNISED]
    (row,) = [one for one in county.recognition.ledger(county.actor("quality"), LedgerWanted(act=Act.RECOGNISED))
              if one.offer_id == offer.id]  # fmt: skip
    assert (row.doctor_name, row.saved, row.unit_id, row.result_unit_id, row.item_version) == (
        "孙强", 5500, county.units[SECOND], county.units[FIRST], item.id,
    )  # fmt: skip


def test_repeating_needs_a_case_and_the_patients_being_told_and_releases_the_order(county: County) -> None:
    offer, order, _ = offered(county)
    doctor = county.actor("clinician2")
    for wrong, refusal in (
        (Repeat("because", "", told=True), ReasonUnknown),
        (Repeat("patient-request", "", told=True), ReasonUnknown),  # one of the ten, where six are chosen
        (Repeat("other", "  ", told=True), NoteNeeded),
        (Repeat("major-intervention", "", told=False), PatientNotTold),
    ):
        with pytest.raises(refusal):
            county.recognition.repeat(doctor, offer.id, wrong)
    assert county.house.registry.order(PRODUCT, order.id).awaits_decision
    laid = county.recognition.repeat(doctor, offer.id, TOLD)
    assert laid.offer is not None
    assert (laid.offer.state, laid.offer.reason, laid.offer.told) == (OfferState.REPEATED, "major-intervention", True)
    assert not county.house.registry.order(PRODUCT, order.id).awaits_decision
    assert acts(county, offer.id) == [Act.OFFERED, Act.REPEATED]


def test_of_two_decisions_at_once_one_wins(county: County) -> None:
    offer, _, report = offered(county)
    doctor = county.actor("clinician2")
    county.recognition.open_result(doctor, offer.id, report.report_id)

    def decide(number: int) -> str:
        try:
            if number % 2:
                county.recognition.repeat(doctor, offer.id, TOLD)
            else:
                county.recognition.recognise(doctor, offer.id, report.report_id, report.number)
        except OfferDecided:
            return "late"
        return "won"

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(decide, range(4))) == ["late", "late", "late", "won"]
    assert len([one for one in acts(county, offer.id) if one in {Act.RECOGNISED, Act.REPEATED}]) == 1


def test_a_result_withdrawn_a_second_ago_is_refused_with_the_reason(county: County) -> None:
    offer, order, report = offered(county)
    doctor = county.actor("clinician2")
    county.recognition.open_result(doctor, offer.id, report.report_id)
    county.withdrawn(report.report_id)
    with pytest.raises(ResultNotRecognisable) as refused:
        county.recognition.recognise(doctor, offer.id, report.report_id, report.number)
    assert refused.value.facts["codes"] == Why.WITHDRAWN
    laid = county.recognition.laid(doctor, order.id)
    assert (laid.candidates, [one.reasons for one in laid.refused]) == ([], [(Why.WITHDRAWN,)])
    assert laid.order.awaits_decision


def test_a_result_corrected_since_it_was_looked_at_is_looked_at_again(county: County) -> None:
    offer, _, report = offered(county)
    doctor = county.actor("clinician2")
    seen = county.recognition.open_result(doctor, offer.id, report.report_id)
    corrected = county.corrected(seen.result.study_instance_uid, report.report_id)
    with pytest.raises(ResultChanged):
        county.recognition.recognise(doctor, offer.id, report.report_id, report.number)
    county.recognition.recognise(doctor, offer.id, report.report_id, corrected.number)


def test_nobody_decides_on_anothers_order(county: County) -> None:
    offer, _, report = offered(county)
    other, _, foreign = offered(county)
    for account, refusal in (("clinician", OfferNotFound), ("technician2", Forbidden), ("quality", Forbidden)):
        actor = county.actor(account)
        for act in (
            lambda: county.recognition.open_result(actor, offer.id, report.report_id),  # noqa: B023
            lambda: county.recognition.recognise(actor, offer.id, report.report_id, 1),  # noqa: B023
            lambda: county.recognition.repeat(actor, offer.id, TOLD),  # noqa: B023
        ):
            with pytest.raises(refusal):
                act()
    doctor = county.actor("clinician2")
    with pytest.raises(OfferNotFound):
        county.recognition.repeat(doctor, "no-such-offer", TOLD)
    with pytest.raises(ResultNotOffered):
        county.recognition.open_result(doctor, other.id, report.report_id)
    with pytest.raises(ResultNotOffered):
        county.recognition.recognise(doctor, offer.id, foreign.report_id, foreign.number)


def test_an_emergency_that_was_examined_can_only_be_explained(county: County) -> None:
    offer, order, report = offered(county, emergency=True)
    doctor = county.actor("clinician2")
    county.recognition.open_result(doctor, offer.id, report.report_id)
    county.film(order, SECOND)
    with pytest.raises(AlreadyExamined):
        county.recognition.recognise(doctor, offer.id, report.report_id, report.number)
    laid = county.recognition.repeat(doctor, offer.id, Repeat("emergency", "", told=False))
    assert laid.order.status is OrderStatus.RECEIVED


def test_the_ledger_only_grows_and_is_part_of_the_audit_chain(county: County) -> None:
    offer, _, _ = offered(county)
    county.recognition.repeat(county.actor("clinician2"), offer.id, TOLD)
    officer = county.actor("quality")
    found = county.recognition.verify_ledger(officer)
    assert (found.sound, found.missing) == (True, 0)
    assert found.rows > 1
    assert county.house.floor.audit.verify() is None
    for change in (update(ledger).values(saved=1), delete(ledger)):
        with pytest.raises((IntegrityError, LianzhenError)):
            county.house.floor.db.write(lambda conn: conn.execute(change))  # noqa: B023
    with pytest.raises(Forbidden):
        county.recognition.verify_ledger(county.actor("clinician2"))
