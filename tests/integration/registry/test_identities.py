"""One person under several ids: linked by card or by a person, parted again, and never merged."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from foundation.access import PRODUCT
from foundation.errors import Forbidden, LianzhenError, NotFound
from foundation.vocabulary import Role, Sex
from registry.api import Basis, NewOrder, NewPatient, Patient, PatientChange, Unit, identification_number
from registry.errors import (
    BadIdCard,
    DifferentPeople,
    ImpossibleName,
    LinkNotFound,
    OldIdCard,
    PatientConflict,
    ReasonNeeded,
    SamePatient,
)
from tests.integration.registry.desk import CARD, Desk, open_desk

OTHER_CARD = "440524188001010014"


def register(desk: Desk, unit: Unit, number: str = "", card: str | None = CARD, **more: object) -> Patient:
    new = NewPatient(unit.id, "王小芬", number, id_card=card)
    return desk.registry.register_patient(PRODUCT, replace(new, **more))  # type: ignore[arg-type]


def together(desk: Desk, one: Patient) -> set[str]:
    return {patient.id for patient in desk.registry.identity(PRODUCT, one.id).patients}


def link_of(desk: Desk, one: Patient) -> str:
    (link,) = desk.registry.identity(PRODUCT, one.id).links
    return link.id


def at_once(work: Callable[[int], str]) -> set[str]:
    start = threading.Barrier(50)

    def go(number: int) -> str:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(50) as pool:
        return set(pool.map(go, range(50)))


def test_fifty_registrations_at_once_without_an_id_make_one_patient_by_card(desk: Desk) -> None:
    assert len(at_once(lambda _: register(desk, desk.hekou).id)) == 1
    assert len(desk.registry.patients(PRODUCT)) == 1


def test_fifty_registrations_at_once_without_id_and_card_make_one_patient_by_name_birth_and_telephone(
    desk: Desk,
) -> None:
    facts = {"card": None, "sex": Sex.FEMALE, "birth_date": date(1980, 1, 2), "phone": "13812345678"}
    assert len(at_once(lambda _: register(desk, desk.hekou, **facts).id)) == 1  # type: ignore[arg-type]
    register(desk, desk.hekou, **{**facts, "phone": None})  # type: ignore[arg-type]
    assert len(desk.registry.patients(PRODUCT)) == 2


def test_the_same_card_name_and_birth_date_link_two_units_registrations_and_merge_nothing(desk: Desk) -> None:
    one, other = register(desk, desk.hekou, "P0001"), register(desk, desk.shanqian, "P0001")
    assert one.id != other.id
    assert together(desk, one) == together(desk, other) == {one.id, other.id}
    (link,) = desk.registry.identity(PRODUCT, one.id).links
    assert link.basis is Basis.ID_CARD
    assert desk.floor.audit.entries(q=link.one)[0]["subtype"] == "link"
    assert [patient.id for patient in desk.registry.patients(PRODUCT, CARD)] == [one.id, other.id]


def test_two_units_that_register_one_card_at_the_same_instant_are_linked(desk: Desk, tmp_path: Path) -> None:
    """Two processes on one database, each with a writer of its own: neither sees the other's row before it is there."""
    with open_desk(tmp_path) as beside:
        start = threading.Barrier(2)

        def go(of: Desk, unit: Unit, card: str) -> Patient:
            start.wait()
            return register(of, unit, card=card)

        for order in range(2, 22, 2):
            card = identification_number("110105", date(1949, 12, 31), order)
            with ThreadPoolExecutor(2) as pool:
                first = pool.submit(go, desk, desk.hekou, card)
                second = pool.submit(go, beside, beside.shanqian, card)
            one, other = first.result(), second.result()
            assert together(desk, one) == {one.id, other.id}


def test_a_card_learnt_later_links_too(desk: Desk) -> None:
    one = register(desk, desk.hekou, "P1")
    other = register(desk, desk.shanqian, "S1", card=None)
    assert together(desk, other) == {other.id}
    register(desk, desk.shanqian, "S1")
    assert together(desk, other) == {one.id, other.id}


def test_the_same_card_under_another_name_links_nothing_and_is_refused_within_a_unit(desk: Desk) -> None:
    one = register(desk, desk.hekou)
    other = register(desk, desk.shanqian, name="王小芳")
    assert together(desk, one) == {one.id}
    with pytest.raises(PatientConflict):
        register(desk, desk.hekou, name="王小芳")
    assert together(desk, other) == {other.id}


def test_an_undone_link_parts_them_leaves_everything_in_its_place_and_does_not_come_back(desk: Desk) -> None:
    one, other = register(desk, desk.hekou, "P1"), register(desk, desk.shanqian, "S1")
    orders = {
        patient.id: desk.registry.create_order(PRODUCT, NewOrder(patient.id, "DR-CHEST-PA")).id
        for patient in (one, other)
    }
    both = together(desk, one)
    assert {order.id for order in desk.registry.orders_of(PRODUCT, both)} == set(orders.values())
    reader = desk.actor(Role.RADIOLOGIST, unit=desk.lead)
    undone = desk.registry.unlink_patients(reader, link_of(desk, one), "同名同姓的两个人")
    assert (undone.undone_by, undone.undone_note) == (reader.id, "同名同姓的两个人")
    for patient in (one, other):
        assert together(desk, patient) == {patient.id}
        assert [order.id for order in desk.registry.orders_of(PRODUCT, [patient.id])] == [orders[patient.id]]
    register(desk, desk.shanqian, "S1", phone="13812345678")
    assert together(desk, one) == {one.id}
    third = register(desk, desk.lead, "L1")
    assert together(desk, third) == {one.id, third.id}
    assert desk.floor.audit.verify() is None


def test_a_person_links_what_the_registry_cannot_and_needs_both_headers_within_reach(desk: Desk) -> None:
    one = register(desk, desk.hekou, "P1")
    other = register(desk, desk.shanqian, "S1", card=None)
    link = desk.registry.link_patients
    with pytest.raises(NotFound):
        link(desk.actor(Role.TECHNICIAN), one.id, other.id, "同一人")
    with pytest.raises(Forbidden):
        link(desk.actor(Role.CLINICIAN), one.id, other.id, "同一人")
    reader = desk.actor(Role.RADIOLOGIST, unit=desk.lead)
    with pytest.raises(ReasonNeeded):
        link(reader, one.id, other.id, " ")
    assert link(reader, one.id, other.id, "身份证与户口簿核对一致").basis is Basis.PERSON
    assert together(desk, other) == {one.id, other.id}
    for pair in ((one.id, other.id), (other.id, one.id), (one.id, one.id)):
        with pytest.raises(SamePatient):
            link(reader, *pair, "再来一次")
    with pytest.raises(NotFound):
        desk.registry.unlink_patients(desk.actor(Role.TECHNICIAN), link_of(desk, one), "误")


def test_two_valid_cards_are_two_people_for_everybody(desk: Desk) -> None:
    one = register(desk, desk.hekou)
    other = register(desk, desk.shanqian, card=OTHER_CARD)
    with pytest.raises(DifferentPeople):
        desk.registry.link_patients(PRODUCT, one.id, other.id, "同名")


def test_an_undone_link_cannot_be_undone_again(desk: Desk) -> None:
    one, _other = register(desk, desk.hekou), register(desk, desk.shanqian)
    link = link_of(desk, one)
    desk.registry.unlink_patients(PRODUCT, link, "误")
    with pytest.raises(LinkNotFound):
        desk.registry.unlink_patients(PRODUCT, link, "误")


def test_another_units_registration_is_not_shown_in_an_identity(desk: Desk) -> None:
    one, _other = register(desk, desk.hekou), register(desk, desk.shanqian)
    seen = desk.registry.identity(desk.actor(Role.TECHNICIAN), one.id)
    assert ([patient.id for patient in seen.patients], seen.links) == ([one.id], ())


def test_a_correction_keeps_what_was_and_undoes_the_links_that_it_contradicts(desk: Desk) -> None:
    one, other, third = (register(desk, unit) for unit in (desk.hekou, desk.shanqian, desk.lead))
    assert together(desk, one) == {one.id, other.id, third.id}
    technician = desk.actor(Role.TECHNICIAN)
    change = PatientChange(name="王大力", id_card=OTHER_CARD)
    with pytest.raises(ReasonNeeded):
        desk.registry.correct_patient(technician, one.id, change, "")
    fixed = desk.registry.correct_patient(technician, one.id, change, "读卡时拿错了证件")
    assert (fixed.name, fixed.sex, fixed.birth_date) == ("王大力", Sex.MALE, date(1880, 1, 1))
    assert together(desk, one) == {one.id}
    assert together(desk, other) == {other.id, third.id}
    detail = next(row for row in desk.floor.audit.entries(q=one.id) if row["subtype"] == "correct")["detail"]
    assert (detail["reason"], detail["before"]["name"]) == ("读卡时拿错了证件", "王小芬")
    assert CARD not in str(detail)
    assert [patient.id for patient in desk.registry.patients(PRODUCT, "wdl")] == [one.id]
    assert one.id not in [patient.id for patient in desk.registry.patients(PRODUCT, "wxf")]
    assert register(desk, desk.hekou).id != one.id
    with pytest.raises(NotFound):
        desk.registry.correct_patient(desk.actor(Role.TECHNICIAN, unit=desk.shanqian), one.id, change, "误")


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"card": "110105491231002"}, OldIdCard), ({"card": "110105194912310021"}, BadIdCard),
        ({"name": "12345"}, ImpossibleName), ({"name": "王<b>"}, ImpossibleName), ({"name": "王" * 65}, ImpossibleName),
        ({"name": "\u0007王"}, ImpossibleName), ({"name": "  "}, ImpossibleName),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_written(
    desk: Desk, facts: dict[str, str], refusal: type[LianzhenError]
) -> None:
    with pytest.raises(refusal):
        register(desk, desk.hekou, **facts)
    assert desk.registry.patients(PRODUCT) == []


def test_a_search_finds_by_every_key_within_reach_only(desk: Desk) -> None:
    mine = register(desk, desk.hekou, "P0001", phone="13812345678")
    register(desk, desk.shanqian, "P0002", card=None, name="单田芳")
    technician = desk.actor(Role.TECHNICIAN)
    for q in ("王小", "wangx", "WXF", "p0001", "5678", "002X", CARD.lower(), "小芬"):
        assert [one.id for one in desk.registry.patients(technician, q)] == [mine.id], q
    assert desk.registry.patients(technician, "shan") == []
    assert [one.name for one in desk.registry.patients(PRODUCT, "shan")] == ["单田芳"]
