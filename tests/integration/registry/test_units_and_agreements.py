"""Units' credit codes and parents, agreements, and who is qualified through them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from foundation.access import PRODUCT
from foundation.errors import Forbidden
from foundation.vocabulary import Role, Specialty
from registry.api import (
    CharacterSet,
    DeviceChange,
    DeviceLimits,
    Fault,
    NewAgreement,
    NewDevice,
    NewPerson,
    NewUnit,
    Person,
    Unit,
    UnitChange,
    UnitKind,
    UnitLevel,
)
from registry.errors import AgreementNotFound, BadAgreement, BadCreditCode, BadUnit, CreditCodeTaken, UnitNotFound
from tests.integration.registry.desk import Desk

CODE, OTHER = "91350100M000100Y43", "1242990000000001AR"
NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)


def radiologist(desk: Desk, unit: Unit) -> Person:
    roles, since = frozenset({Role.RADIOLOGIST}), date(2016, 7, 1)
    new = NewPerson("li", "李文博", unit.id, roles, "主治医师", "110", practising_since=since)
    return desk.registry.add_person(PRODUCT, new)


def test_a_unit_keeps_its_credit_code_level_and_parent(desk: Desk) -> None:
    new = NewUnit("东岭村卫生室", UnitKind.COMMUNITY, "YXDL", desk.hekou.id, UnitLevel.VILLAGE, f" {CODE.lower()} ")
    made = desk.registry.register_unit(PRODUCT, new)
    assert desk.registry.unit(made.id) == made
    assert (made.credit_code, made.level, made.parent_id) == (CODE, UnitLevel.VILLAGE, desk.hekou.id)
    assert (desk.lead.level, desk.hekou.level) == (UnitLevel.COUNTY, UnitLevel.TOWNSHIP)


def test_a_wrong_or_taken_credit_code_is_refused_and_nothing_is_kept(desk: Desk) -> None:
    desk.registry.change_unit(PRODUCT, desk.hekou.id, UnitChange(credit_code=CODE))
    before = desk.registry.units()
    with pytest.raises(BadCreditCode):
        desk.registry.register_unit(PRODUCT, NewUnit("东", UnitKind.TOWNSHIP, "E", credit_code="91350100M000100Y44"))
    with pytest.raises(CreditCodeTaken):
        desk.registry.register_unit(PRODUCT, NewUnit("东", UnitKind.TOWNSHIP, "E", credit_code=CODE))
    with pytest.raises(CreditCodeTaken):
        desk.registry.change_unit(PRODUCT, desk.lead.id, UnitChange(name="新名", credit_code=CODE))
    assert desk.registry.units() == before


def test_no_unit_is_above_itself(desk: Desk) -> None:
    with pytest.raises(BadUnit):
        desk.registry.change_unit(PRODUCT, desk.lead.id, UnitChange(parent_id=desk.hekou.id))
    with pytest.raises(UnitNotFound):
        desk.registry.change_unit(PRODUCT, desk.lead.id, UnitChange(parent_id="nowhere"))
    assert desk.registry.unit(desk.lead.id).parent_id is None


def test_only_an_administrator_changes_units_and_agreements(desk: Desk) -> None:
    technician = desk.actor(Role.TECHNICIAN)
    with pytest.raises(Forbidden):
        desk.registry.change_unit(technician, desk.hekou.id, UnitChange(name="我院"))
    with pytest.raises(Forbidden):
        desk.registry.add_agreement(technician, NewAgreement(desk.hekou.id, NOW.date(), frozenset(Specialty)))


def test_a_device_keeps_its_character_set_and_limits(desk: Desk) -> None:
    new = NewDevice("DR1", desk.hekou.id, character_set=CharacterSet.PINYIN, limits=DeviceLimits(object_mib=64))
    made = desk.registry.admit_device(PRODUCT, new)
    assert desk.registry.device_of("DR1") == made
    wanted = DeviceLimits(associations=2)
    desk.registry.change_device(PRODUCT, made.id, DeviceChange(character_set=CharacterSet.UTF_8, limits=wanted))
    assert desk.registry.device_of("DR1") == replace(made, character_set=CharacterSet.UTF_8, limits=wanted)
    assert desk.floor.audit.verify() is None


def test_a_signer_of_a_township_needs_that_townships_agreement(desk: Desk) -> None:
    new = NewPerson(
        "li",
        "李文博",
        desk.hekou.id,
        frozenset({Role.RADIOLOGIST}),
        "主治医师",
        "110",
        practising_since=date(2016, 7, 1),
    )
    doctor = desk.registry.add_person(PRODUCT, new)

    def lacks(item_code: str = "DR-CHEST-PA") -> tuple[Fault, ...]:
        return desk.registry.qualification(doctor.id, "write", NOW, remote=True, item_code=item_code)

    assert lacks() == (Fault.NO_AGREEMENT,)
    heart = desk.registry.add_agreement(
        PRODUCT, NewAgreement(desk.hekou.id, date(2026, 1, 1), frozenset({Specialty.CARDIOLOGY}))
    )
    assert lacks() == (Fault.NO_AGREEMENT,)
    assert lacks("") == ()
    film = desk.registry.add_agreement(
        PRODUCT, NewAgreement(desk.hekou.id, date(2026, 1, 1), frozenset({Specialty.RADIOLOGY}), number="2026-7")
    )
    assert lacks() == ()
    desk.registry.end_agreement(PRODUCT, film.id, date(2026, 11, 24))
    assert lacks() == (Fault.NO_AGREEMENT,)
    assert {one.id for one in desk.registry.agreements(PRODUCT)} == {heart.id, film.id}


def test_the_centres_doctor_needs_the_agreement_of_the_unit_that_examined(desk: Desk) -> None:
    new = NewPerson(
        "li",
        "李文博",
        desk.lead.id,
        frozenset({Role.RADIOLOGIST}),
        "主治医师",
        "110",
        practising_since=date(2016, 7, 1),
    )
    doctor = desk.registry.add_person(PRODUCT, new)

    def lacks(unit_id: str = "") -> tuple[Fault, ...]:
        return desk.registry.qualification(doctor.id, "review", NOW, remote=True, unit_id=unit_id)

    assert lacks() == ()
    assert lacks(desk.hekou.id) == (Fault.NO_AGREEMENT,)
    desk.registry.add_agreement(PRODUCT, NewAgreement(desk.hekou.id, date(2026, 1, 1), frozenset(Specialty)))
    assert lacks(desk.hekou.id) == ()


def test_an_agreement_has_a_specialty_and_ends_after_it_begins(desk: Desk) -> None:
    day = date(2026, 5, 1)
    for new in (
        NewAgreement(desk.hekou.id, day, frozenset()),
        NewAgreement(desk.hekou.id, day, frozenset(Specialty), valid_until=date(2026, 4, 30)),
    ):
        with pytest.raises(BadAgreement):
            desk.registry.add_agreement(PRODUCT, new)
    with pytest.raises(UnitNotFound):
        desk.registry.add_agreement(PRODUCT, NewAgreement("nowhere", day, frozenset(Specialty)))
    with pytest.raises(AgreementNotFound):
        desk.registry.end_agreement(PRODUCT, "none", day)
    made = desk.registry.add_agreement(PRODUCT, NewAgreement(desk.hekou.id, day, frozenset(Specialty)))
    with pytest.raises(BadAgreement):
        desk.registry.end_agreement(PRODUCT, made.id, date(2026, 4, 30))
