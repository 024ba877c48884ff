"""Which order a stored study meets: by its header, never by guess, or by a person's word that can be taken back."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydicom import Dataset

from foundation.access import PRODUCT
from foundation.errors import NotFound
from foundation.ids import uid_of
from foundation.vocabulary import Priority, Role, Sex
from pacs_gateway.api import Match, StudyMatched
from pacs_gateway.errors import NotLinked, ReasonMissing
from registry.api import NewOrder, NewPatient, Order
from tests.integration.pacs_gateway.conftest import County
from tests.unit.pacs_gateway.objects import encoded, film

CARD = "110101196805120013"


def ordered(
    county: County, *, patient_id: str = "TW-0001", name: str = "张智宏", unit: str = "", item: str = "DR-CHEST-PA",
    card: str | None = None,
) -> Order:  # fmt: skip
    new = NewPatient(unit or county.east, name, patient_id, Sex.MALE, date(1968, 5, 12), card)
    patient = county.registry.register_patient(PRODUCT, new)
    return county.registry.create_order(PRODUCT, NewOrder(patient.id, item, Priority.HIGH))


def came(county: County, dataset: Dataset, unit: str = "") -> Match:
    """Stored, quiet, closed; what became of its search."""
    stored = county.store(encoded(dataset), unit or None)
    county.clock.pass_(60)
    county.gateway.close_study(stored.study_instance_uid)
    return county.gateway.matches([stored.study_instance_uid])[stored.study_instance_uid]


def x_ray(**values: Any) -> Dataset:
    """A film of the test's day."""
    return film(**{"StudyDate": "20260601", "AccessionNumber": "", "Modality": "DX"} | values)


def test_by_study_uid(county: County) -> None:
    order = ordered(county)
    met = came(county, x_ray(StudyInstanceUID=uid_of(order.id)))
    assert (met.order_id, met.how) == (order.id, "study-uid")
    (ready,) = county.ready
    assert (ready.order_id, ready.priority, ready.accession_number) == (order.id, "HIGH", order.accession_number)


@pytest.mark.parametrize("name", ["ZHANG^ZHIHONG", "Zhang^ZhiHong=张^智宏", "张智宏", ""])
def test_by_accession_number_however_the_device_spells_the_name(county: County, name: str) -> None:
    order = ordered(county)
    met = came(county, x_ray(AccessionNumber=order.accession_number, PatientName=name))
    assert (met.order_id, met.how, met.doubt) == (order.id, "accession", None)


def test_by_patient_day_and_kind_of_machine(county: County) -> None:
    """The number is missing: exactly one open order of this patient fits the day and the machine."""
    order = ordered(county)
    ordered(county, item="ECG-12")
    met = came(county, x_ray(Modality="CR"))
    assert (met.order_id, met.how) == (order.id, "identity")


def test_by_identification_number(county: County) -> None:
    order = ordered(county, patient_id="OWN-1", card=CARD)
    met = came(county, x_ray(PatientID=CARD))
    assert (met.order_id, met.how) == (order.id, "identity")
    assert county.ready[0].patient_uid == order.patient.id


def test_two_that_fit_wait_for_a_person(county: County) -> None:
    orders = {ordered(county).id, ordered(county, item="DR-CHEST-PA-LAT").id}
    met = came(county, x_ray())
    assert (met.order_id, met.doubt, set(met.candidates)) == (None, "several-orders", orders)
    assert county.gateway.unmatched_count(county.technician) == 1


@pytest.mark.parametrize("values", [{"PatientName": "李四"}, {"PatientName": "LI^SI"}, {"PatientID": "TW-0002"}])
def test_the_number_of_somebody_else_is_flagged_and_links_nothing(county: County, values: dict[str, str]) -> None:
    order = ordered(county)
    met = came(county, x_ray(AccessionNumber=order.accession_number, **values))
    assert (met.order_id, met.doubt, met.candidates) == (None, "patient-differs", (order.id,))
    assert county.registry.order(PRODUCT, order.id).status.value == "requested"
    assert ("dicom", "order-doubt", "4") in county.audited()


def test_the_right_study_uid_under_another_patient_is_flagged_too(county: County) -> None:
    order = ordered(county)
    met = came(county, x_ray(StudyInstanceUID=uid_of(order.id), PatientName="李四", PatientID="TW-0009"))
    assert met.doubt == "patient-differs"


def test_a_cancelled_order_and_one_that_was_answered_stay_as_they_are(county: County) -> None:
    order = ordered(county)
    county.registry.cancel_order(PRODUCT, order.id, "开错")
    assert came(county, x_ray(AccessionNumber=order.accession_number)).doubt == "order-cancelled"
    answered = ordered(county)
    first = came(county, x_ray(AccessionNumber=answered.accession_number))
    again = came(county, x_ray(AccessionNumber=answered.accession_number))
    assert (first.order_id, again.doubt) == (answered.id, "order-answered")


def test_a_number_that_nobody_gave(county: County) -> None:
    assert came(county, x_ray(AccessionNumber="NOSUCH")).doubt == "unknown-accession"
    assert came(county, x_ray()).doubt == "no-order"
    listed = county.gateway.unmatched(county.technician)
    assert [match.doubt for _study, match in listed] == ["unknown-accession"]
    assert len(county.gateway.unmatched(county.technician, everything=True)) == 2


def test_another_units_order_is_never_met(county: County) -> None:
    order = ordered(county, unit=county.west)
    met = came(county, x_ray(AccessionNumber=order.accession_number, StudyInstanceUID=uid_of(order.id)))
    assert met.order_id is None


def test_a_clock_a_year_off_is_named(county: County) -> None:
    """The device says last year; the order fits the day on which the film arrived: a person decides."""
    order = ordered(county)
    met = came(county, x_ray(StudyDate="20250601"))
    assert (met.order_id, met.doubt, met.candidates) == (None, "clock-differs", (order.id,))


def test_a_day_apart_is_the_same_examination_and_two_are_not(county: County) -> None:
    order = ordered(county)
    assert came(county, x_ray(StudyDate="20260602")).order_id == order.id
    ordered(county, patient_id="TW-0002")
    assert came(county, x_ray(StudyDate="20260604", PatientID="TW-0002")).order_id is None


def test_a_person_links_and_parts_and_everything_stands_as_before(county: County) -> None:
    """Order, study, urgency and the news to the queue follow; the trail has both words."""
    told: list[StudyMatched] = []
    county.floor.bus.must(StudyMatched, lambda _conn, event: told.append(event))
    order = ordered(county)
    met = came(county, x_ray(PatientID="TYPO"))
    uid, technician = met.study_instance_uid, county.technician
    before = county.gateway.study(technician, uid)
    choices = county.gateway.choices(technician, uid)
    assert choices.study.patient_id == "TYPO"
    (choice,) = choices.orders
    assert (choice.order.id, choice.named, choice.same_patient, choice.same_name) == (order.id, False, False, True)
    with pytest.raises(ReasonMissing):
        county.gateway.link(technician, uid, order.id, "")
    county.gateway.link(technician, uid, order.id, "编号录错，已核对患者")
    linked = county.gateway.study(technician, uid)
    assert (linked.order_id, linked.priority) == (order.id, "HIGH")
    assert county.registry.order(PRODUCT, order.id).study_instance_uid == uid
    match = county.gateway.matches([uid])[uid]
    assert (match.how, match.by_person, match.decided_by) == ("person", True, technician.id)
    county.gateway.unlink(technician, uid, "不是这位患者")
    assert county.gateway.study(technician, uid) == before
    freed = county.registry.order(PRODUCT, order.id)
    assert (freed.status.value, freed.study_instance_uid) == ("requested", None)
    assert [(event.order_id, event.priority) for event in told] == [(order.id, "HIGH"), ("", "MEDIUM")]
    assert told[1].patient_uid == before.patient_uid
    audited = {subtype for _type, subtype, _outcome in county.audited()}
    assert {"order-link", "order-unlink", "order-choices"} <= audited
    with pytest.raises(NotLinked):
        county.gateway.unlink(technician, uid, "又一次")


def test_what_a_person_parted_is_not_joined_again_by_the_next_image(county: County) -> None:
    order = ordered(county)
    first = x_ray(AccessionNumber=order.accession_number)
    uid = came(county, first).study_instance_uid
    county.gateway.unlink(county.technician, uid, "错")
    again = x_ray(AccessionNumber=order.accession_number, StudyInstanceUID=uid)
    again.SeriesInstanceUID = first.SeriesInstanceUID
    assert came(county, again).doubt == "unlinked"
    assert county.gateway.study(county.technician, uid).order_id is None


def test_another_link_frees_the_first_order(county: County) -> None:
    first, second = ordered(county), ordered(county, item="DR-CHEST-PA-LAT")
    uid = came(county, x_ray()).study_instance_uid
    for order in (first, second):
        county.gateway.link(county.technician, uid, order.id, "")
    statuses = [county.registry.order(PRODUCT, order.id).status.value for order in (first, second)]
    assert statuses == ["requested", "received"]


def test_another_unit_and_another_role_reach_nothing(county: County) -> None:
    order = ordered(county)
    uid = came(county, x_ray(PatientID="TYPO")).study_instance_uid
    stranger = county.actor(county.west, Role.TECHNICIAN)
    for act in (
        lambda: county.gateway.link(stranger, uid, order.id, "x"),
        lambda: county.gateway.choices(stranger, uid),
        lambda: county.gateway.unlink(stranger, uid, "x"),
    ):
        with pytest.raises(NotFound):
            act()
    assert county.gateway.unmatched(stranger, everything=True) == []
    assert county.gateway.unmatched_count(stranger) == 0


def test_an_order_that_comes_after_its_film_can_be_chosen(county: County) -> None:
    """An emergency is examined first and registered afterwards."""
    uid = came(county, x_ray()).study_instance_uid
    county.clock.pass_(timedelta(hours=2).total_seconds())
    order = ordered(county)
    assert [one.order.id for one in county.gateway.choices(county.technician, uid).orders] == [order.id]
    county.gateway.link(county.technician, uid, order.id, "")
    assert county.gateway.study(county.technician, uid).order_id == order.id
