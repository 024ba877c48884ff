"""What is offered when an examination is ordered, and what is not and why."""

from datetime import date, timedelta

import pytest

from foundation.access import PRODUCT
from foundation.errors import Forbidden, NotFound
from recognition.api import NewQuality, OfferState, QualityKind, Repeat, Why
from recognition.errors import OfferNotFound
from recognition.store import results
from registry.api import NewDevice, OrderChange, OrderStatus
from tests.integration.recognition.county import FIRST, ITEM, LEAD, SECOND, County, card


def listed(county: County, aet: str) -> set[str]:
    """The orders on a device's worklist."""
    device = county.house.registry.device_of(aet)
    assert device is not None
    today = county.recognition.today()
    return {one.id for one in county.house.registry.scheduled(device, today, today)}


def test_a_marked_result_of_another_township_holds_the_order(county: County) -> None:
    number = card()
    report = county.examined(FIRST, number, days_ago=12)
    order = county.order(SECOND, county.patient(SECOND, number))
    assert order.awaits_decision
    assert order.id not in listed(county, "TOWNSHIP2")
    laid = county.recognition.laid(county.actor("clinician2"), order.id)
    (one,) = laid.candidates
    assert (one.result.report_id, one.result.number, one.age_days) == (report.report_id, report.number, 12)
    assert (one.result.mark, one.result.recognised_is, one.same_item) == ("云溪HR", "image", True)
    assert (one.validity_days, one.valid_until) == (90, county.recognition.today() + timedelta(days=78))
    assert one.version is None  # the conclusion is for whoever has opened the result
    assert laid.offer is not None
    assert laid.offer.state is OfferState.OPEN


def test_nothing_is_offered_and_nothing_is_held_where_nothing_counts(county: County) -> None:
    number = card()
    county.examined(FIRST, number, days_ago=91)
    order = county.order(SECOND, county.patient(SECOND, number))
    assert not order.awaits_decision
    assert order.id in listed(county, "TOWNSHIP2")
    laid = county.recognition.laid(county.actor("clinician2"), order.id)
    assert (laid.offer, laid.candidates) == (None, [])
    assert [one.reasons for one in laid.refused] == [(Why.EXPIRED,)]


def test_an_item_without_an_equivalent_is_shown_with_the_reason(county: County) -> None:
    number = card()
    county.examined(FIRST, number)
    order = county.order(SECOND, county.patient(SECOND, number), "DR-KNEE-AP-LAT")
    laid = county.recognition.laid(county.actor("clinician2"), order.id)
    assert not order.awaits_decision
    assert [one.reasons for one in laid.refused] == [(Why.NO_EQUIVALENT,)]


def test_a_date_in_the_future_counts_for_nothing(county: County) -> None:
    number = card()
    county.examined(FIRST, number, days_ago=-2)
    order = county.order(SECOND, county.patient(SECOND, number))
    laid = county.recognition.laid(county.actor("clinician2"), order.id)
    assert not order.awaits_decision
    assert Why.FUTURE in laid.refused[0].reasons
    assert laid.refused[0].result.mark == ""


def test_a_film_of_an_unknown_device_bears_no_mark(county: County) -> None:
    number = card()
    county.examined(FIRST, number, aet="")
    order = county.order(SECOND, county.patient(SECOND, number))
    (one,) = county.recognition.laid(county.actor("clinician2"), order.id).refused
    assert one.reasons == (Why.DEVICE_UNKNOWN,)


def test_a_patient_only_by_name_is_never_offered(county: County) -> None:
    number = card()
    name = "独孤同名"
    order = county.order(FIRST, county.patient(FIRST, number, name))
    county.signed(county.film(order, FIRST))
    other = county.order(SECOND, county.patient(SECOND, card(), name))
    laid = county.recognition.laid(county.actor("clinician2"), other.id)
    assert (laid.offer, laid.seen, laid.name_only) == (None, (), 1)


def test_an_emergency_goes_first_and_is_decided_later(county: County) -> None:
    number = card()
    county.examined(FIRST, number)
    order = county.emergency(SECOND, county.patient(SECOND, number))
    assert not order.awaits_decision
    assert order.id in listed(county, "TOWNSHIP2")
    laid = county.recognition.laid(county.actor("clinician2"), order.id)
    assert laid.offer is not None
    assert (laid.offer.emergency, laid.offer.state) == (True, OfferState.OPEN)


def test_an_order_that_is_taken_back_or_changed_needs_no_decision(county: County) -> None:
    number = card()
    county.examined(FIRST, number)
    patient = county.patient(SECOND, number)
    technician, doctor = county.actor("technician2"), county.actor("clinician2")
    order = county.order(SECOND, patient)
    county.house.registry.cancel_order(technician, order.id, "开错")
    laid = county.recognition.laid(doctor, order.id)
    assert laid.offer is not None
    assert (laid.offer.state, laid.order.status, laid.order.awaits_decision) == (
        OfferState.VOID, OrderStatus.CANCELLED, False,
    )  # fmt: skip
    order = county.order(SECOND, patient)
    county.house.registry.correct_order(technician, order.id, OrderChange(item_code="DR-KNEE-AP-LAT"), "部位")
    assert not county.house.registry.order(PRODUCT, order.id).awaits_decision
    county.house.registry.correct_order(technician, order.id, OrderChange(item_code=ITEM), "部位")
    assert county.house.registry.order(PRODUCT, order.id).awaits_decision


def test_another_units_order_answers_like_none(county: County) -> None:
    number = card()
    county.examined(FIRST, number)
    order = county.order(SECOND, county.patient(SECOND, number))
    with pytest.raises(OfferNotFound):
        county.recognition.laid(county.actor("clinician"), order.id)
    with pytest.raises(OfferNotFound):
        county.recognition.laid(county.actor("clinician2"), "no-such-order")
    with pytest.raises(Forbidden):
        county.recognition.laid(county.actor("radiologist"), order.id)
    pairs, _ = county.recognition.offers(county.actor("clinician"), "all")
    assert order.id not in {one.order_id for one, _ in pairs}
    assert issubclass(OfferNotFound, NotFound)


def test_the_mark_lapses_with_the_devices_quality_control_and_comes_back_with_it(county: County) -> None:
    officer, today = county.actor("quality"), county.recognition.today()
    device = county.house.registry.device_of("LEADDR")
    assert device is not None
    (known, _), *_ = county.recognition.qualities(officer, device.id)
    county.recognition.end_quality(officer, known.id, today - timedelta(days=5), "球管更换")
    before, after = card(), card()
    county.examined(LEAD, before, days_ago=5)
    county.examined(LEAD, after, days_ago=4)
    lapsed = county.order(SECOND, county.patient(SECOND, after))
    assert county.order(SECOND, county.patient(SECOND, before)).awaits_decision
    (one,) = county.recognition.laid(county.actor("clinician2"), lapsed.id).refused
    assert (one.reasons, one.result.mark, one.result.mark_missing) == ((Why.QUALITY,), "", "quality")
    again = NewQuality(device.id, QualityKind.INTERNAL, "2026-7", today - timedelta(days=1), today + timedelta(days=9))
    county.recognition.enter_quality(officer, again)
    number = card()
    county.examined(LEAD, number, days_ago=0)
    assert county.order(SECOND, county.patient(SECOND, number)).awaits_decision
    assert isinstance(again.valid_from, date)


def test_a_link_made_after_the_order_lays_the_offer_and_undoing_it_lets_the_order_go(county: County) -> None:
    reader, doctor = county.actor("radiologist"), county.actor("clinician2")
    report = county.examined(FIRST, card())
    theirs = county.house.reports.report(county.actor("clinician"), report.report_id).report.patient_uid
    mine = county.patient(SECOND, "")
    normal, urgent = county.order(SECOND, mine), county.emergency(SECOND, mine)
    link = county.house.registry.link_patients(reader, mine.id, theirs, "两地登记为同一人")
    assert county.house.registry.order(PRODUCT, normal.id).awaits_decision
    assert not county.house.registry.order(PRODUCT, urgent.id).awaits_decision
    assert {normal.id, urgent.id} & listed(county, "TOWNSHIP2") == {urgent.id}
    laid = county.recognition.laid(doctor, normal.id)
    assert [one.result.report_id for one in laid.candidates] == [report.report_id]
    county.house.registry.unlink_patients(reader, link.id, "不是同一人")
    for order in (normal, urgent):
        laid = county.recognition.laid(doctor, order.id)
        assert laid.offer is not None
        assert (laid.offer.state, laid.order.awaits_decision, laid.seen) == (OfferState.VOID, False, ())
    assert {normal.id, urgent.id} <= listed(county, "TOWNSHIP2")


def test_undoing_a_link_leaves_what_stands_without_it_and_what_was_decided(county: County) -> None:
    reader, doctor, number = county.actor("radiologist"), county.actor("clinician2"), card()
    own = county.examined(SECOND, number)
    mine = county.patient(SECOND, number)
    stands, decided = county.order(SECOND, mine), county.order(SECOND, mine)
    offer = county.recognition.laid(doctor, decided.id).offer
    assert offer is not None
    county.recognition.repeat(doctor, offer.id, Repeat("fast-course", "", told=True))
    other = county.patient(FIRST, "")
    link = county.house.registry.link_patients(reader, mine.id, other.id, "两地登记为同一人")
    county.house.registry.unlink_patients(reader, link.id, "不是同一人")
    states = [county.recognition.laid(doctor, one.id) for one in (stands, decided)]
    assert [(one.offer and one.offer.state, one.order.awaits_decision) for one in states] == [
        (OfferState.OPEN, True), (OfferState.REPEATED, False),
    ]  # fmt: skip
    assert [one.result.report_id for one in states[0].candidates] == [own.report_id]


@pytest.mark.parametrize(
    ("station", "devices", "missing"),
    [
        ("TOWNSHIP1", ("TOWNSHIP1",), ""),  # as the device calls itself
        ("河口 DR", ("TOWNSHIP1",), ""),  # as the worklist calls it
        ("TOWNSHIP2", (), "device-unknown"),  # another unit's
        ("township1", (), "device-unknown"),
        ("", (), "device-unknown"),
    ],
)
def test_an_uploaded_film_counts_for_the_one_device_that_it_names(
    county: County, station: str, devices: tuple[str, ...], missing: str
) -> None:
    order = county.order(FIRST, county.patient(FIRST, card()))
    report = county.signed(county.film(order, FIRST, aet="", station=station))
    with county.house.floor.db.read() as conn:
        (result,) = results.of_persons(conn, {order.patient.id}, 9)
        named = {one.id: one.aet for one in county.house.registry.every_device(conn)}
    assert result.report_id == report.report_id
    assert (tuple(named[one] for one in result.devices), result.mark_missing) == (devices, missing)
    assert result.mark == ("" if missing else "云溪HR")


def test_an_uploaded_film_that_fits_two_devices_counts_for_neither(county: County) -> None:
    twin = NewDevice("HK-CR", county.units[FIRST], name="TOWNSHIP1")
    county.house.registry.admit_device(county.actor("admin"), twin)
    order = county.order(FIRST, county.patient(FIRST, card()))
    county.signed(county.film(order, FIRST, aet="", station="TOWNSHIP1"))
    with county.house.floor.db.read() as conn:
        (result,) = results.of_persons(conn, {order.patient.id}, 9)
    assert (result.devices, result.mark, result.mark_missing) == ((), "", "device-unknown")
