"""Orders in a real database."""

from dataclasses import replace

import pytest

from foundation.access import PRODUCT
from foundation.errors import LianzhenError, NotFound
from foundation.vocabulary import Priority, Role
from registry.api import (
    NewDevice,
    NewOrder,
    NewPatient,
    Order,
    OrderStatus,
    Seen,
)
from registry.errors import (
    AccessionNumberTaken,
    BadAccessionNumber,
    ItemNotFound,
    OrderNotFound,
    OrderStepRefused,
    PatientNotFound,
)
from tests.integration.registry.desk import Desk


def order(desk: Desk, **more: object) -> Order:
    patient = desk.patient()
    return desk.registry.create_order(PRODUCT, replace(NewOrder(patient.id, "DR-CHEST-PA"), **more))  # type: ignore[arg-type]


def match(desk: Desk, unit_id: str, accession_number: str, patient_id: str) -> Order | None:
    today = desk.registry.today()
    seen = Seen(unit_id, "1.2.3", accession_number, patient_id, "", "DX", today, today)
    return desk.floor.db.write(lambda conn: desk.registry.meet(conn, seen, by_patient=False)).order


def test_an_order_gets_an_accession_number_of_its_unit_within_16_characters(desk: Desk) -> None:
    made = order(desk, priority=Priority.HIGH, history="咳嗽三天")
    assert made.accession_number.startswith("YXHK")
    assert len(made.accession_number) <= 16
    kept = desk.registry.order(PRODUCT, made.id)
    assert kept == replace(made, requested_at=kept.requested_at)
    assert (made.issuer, made.status, made.item_name) == (desk.hekou.id, OrderStatus.REQUESTED, "胸部正位")


def test_an_accession_number_is_given_once_by_an_issuer(desk: Desk) -> None:
    order(desk, accession_number="HIS0001")
    with pytest.raises(AccessionNumberTaken):
        order(desk, accession_number="HIS0001")
    other = desk.patient("张三", "S1", desk.shanqian)
    assert desk.registry.create_order(PRODUCT, NewOrder(other.id, "DR-CHEST-PA", accession_number="HIS0001"))


@pytest.mark.parametrize("number", ["x" * 17, "A\\B", "A\nB"])
def test_an_accession_number_that_breaks_its_vr_is_refused(desk: Desk, number: str) -> None:
    with pytest.raises(BadAccessionNumber):
        order(desk, accession_number=number)


def test_an_order_needs_a_known_item_and_a_registered_patient(desk: Desk) -> None:
    with pytest.raises(ItemNotFound):
        order(desk, item_code="MAGIC")
    with pytest.raises(PatientNotFound):
        order(desk, patient_uid="nobody")


def test_an_object_meets_its_order_by_number_and_patient_and_never_by_guess(desk: Desk) -> None:
    made = order(desk)
    number = made.accession_number
    assert match(desk, desk.hekou.id, number, "P0001") == desk.registry.order(PRODUCT, made.id)
    assert match(desk, desk.hekou.id, number, "P0002") is None
    assert match(desk, desk.hekou.id, "", "P0001") is None
    assert match(desk, desk.hekou.id, number, "") is None
    assert match(desk, desk.shanqian.id, number, "P0001") is None


def test_an_order_of_the_lead_hospital_meets_the_film_of_its_township(desk: Desk) -> None:
    patient = desk.patient("王小芬", "C77", desk.lead)
    made = desk.registry.create_order(PRODUCT, NewOrder(patient.id, "DR-CHEST-PA"))
    found = match(desk, desk.hekou.id, made.accession_number, "C77")
    assert found is not None
    assert found.id == made.id


def test_a_number_that_two_issuers_gave_to_one_patient_id_meets_no_order(desk: Desk) -> None:
    for unit in (desk.hekou, desk.lead):
        patient = desk.patient("王小芬", "P1", unit)
        desk.registry.create_order(PRODUCT, NewOrder(patient.id, "DR-CHEST-PA", accession_number="SAME"))
    assert match(desk, desk.hekou.id, "SAME", "P1") is None


def test_an_order_is_received_reported_and_told_and_a_repetition_changes_nothing(desk: Desk) -> None:
    made = order(desk)
    for _ in range(2):
        desk.floor.db.write(lambda conn: desk.registry.received(conn, made.id, "1.2.3"))
    assert desk.registry.order(PRODUCT, made.id).study_instance_uid == "1.2.3"
    assert desk.subtypes().count("receive") == 1
    desk.floor.db.write(lambda conn: desk.registry.reported(conn, made.id))
    assert desk.registry.order(PRODUCT, made.id).status is OrderStatus.REPORTED


def test_only_an_order_without_a_study_can_be_cancelled_and_a_cancelled_one_meets_nothing(desk: Desk) -> None:
    technician = desk.actor(Role.TECHNICIAN)
    made = order(desk)
    desk.registry.cancel_order(technician, made.id, "重复登记")
    assert match(desk, desk.hekou.id, made.accession_number, "P0001") is None
    with pytest.raises(OrderStepRefused):
        desk.floor.db.write(lambda conn: desk.registry.received(conn, made.id, "1.2.3"))
    other = order(desk)
    desk.floor.db.write(lambda conn: desk.registry.received(conn, other.id, "1.2.4"))
    with pytest.raises(OrderStepRefused):
        desk.registry.cancel_order(technician, other.id, "重复登记")


def test_another_units_orders_do_not_exist(desk: Desk) -> None:
    made = order(desk)
    stranger = desk.actor(Role.TECHNICIAN, unit=desk.shanqian)
    assert desk.registry.orders(stranger) == []
    with pytest.raises(NotFound):
        desk.registry.order(stranger, made.id)
    with pytest.raises(NotFound):
        desk.registry.cancel_order(stranger, made.id, "重复登记")
    with pytest.raises(OrderNotFound):
        desk.registry.order(stranger, "nothing")


def test_orders_are_found_by_name_number_and_status(desk: Desk) -> None:
    made = order(desk)
    technician = desk.actor(Role.TECHNICIAN)
    for q in ("王小", "P0001", made.accession_number, ""):
        assert [one.id for one in desk.registry.orders(technician, q)] == [made.id]
    assert desk.registry.orders(technician, "李") == []
    assert desk.registry.orders(technician, status=OrderStatus.REPORTED) == []


def test_a_township_technician_orders_for_the_own_unit_only(desk: Desk) -> None:
    stranger = desk.actor(Role.TECHNICIAN, unit=desk.shanqian)
    with pytest.raises(LianzhenError):
        desk.registry.create_order(stranger, NewOrder(desk.patient().id, "DR-CHEST-PA"))
    with pytest.raises(NotFound):
        desk.registry.register_patient(stranger, NewPatient(desk.hekou.id, "王", "P7"))


def test_every_change_is_in_the_audit_trail_and_the_trail_holds(desk: Desk) -> None:
    made = order(desk)
    desk.registry.admit_device(PRODUCT, NewDevice("TOWNSHIP1", desk.hekou.id))
    entries = {(row["entity_type"], row["subtype"]) for row in desk.floor.audit.entries(limit=500)}
    assert entries == {
        ("unit", "add"),
        ("patient", "register"),
        ("order", "create"),
        ("device", "admit"),
    }
    assert desk.floor.audit.entries(q=made.id)[0]["subtype"] == "create"
    assert desk.floor.audit.verify() is None
