"""Units, devices, people and patients in a real database."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from foundation.access import PRODUCT
from foundation.errors import Forbidden, NotFound
from foundation.live import News
from foundation.vocabulary import Role, Sex
from registry.api import (
    DeviceChange,
    NewDevice,
    NewPatient,
    NewPerson,
    PersonChange,
    UnitKind,
)
from registry.errors import (
    AccountTaken,
    AeTitleTaken,
    BadAeTitle,
    BadIdCard,
    BadPatient,
    BadPerson,
    BadUnit,
    IdCardMismatch,
    LastAdministrator,
    PatientConflict,
    PersonInactive,
    UnitNotFound,
)
from tests.integration.registry.desk import CARD, Desk

# units and devices


def test_units_come_with_the_lead_hospital_first(desk: Desk) -> None:
    assert [unit.code for unit in desk.registry.units()] == ["YX", "YXHK", "YXSQ"]
    assert desk.registry.unit(desk.hekou.id) == desk.hekou


@pytest.mark.parametrize(("name", "code"), [("", "NEW"), ("镇", "yx"), ("镇", "TOOLONG"), ("镇", ""), ("镇", "YXHK")])
def test_a_unit_needs_a_name_and_a_code_of_its_own(desk: Desk, name: str, code: str) -> None:
    with pytest.raises(BadUnit):
        desk.registry.add_unit(PRODUCT, name, UnitKind.TOWNSHIP, code)
    assert len(desk.registry.units()) == 3


def test_a_unit_cannot_stand_under_one_that_does_not_exist(desk: Desk) -> None:
    with pytest.raises(UnitNotFound):
        desk.registry.add_unit(PRODUCT, "镇", UnitKind.TOWNSHIP, "NEW", "nowhere")


def test_a_device_is_found_by_its_ae_title_only_while_it_is_active(desk: Desk) -> None:
    device = desk.registry.admit_device(PRODUCT, NewDevice("TOWNSHIP1", desk.hekou.id, "DR室", "DX"))
    assert desk.registry.device_of("TOWNSHIP1 ") == device  # AE titles come padded with blanks
    desk.registry.change_device(PRODUCT, device.id, DeviceChange(active=False))
    assert desk.registry.device_of("TOWNSHIP1") is None


def test_two_devices_cannot_have_one_ae_title(desk: Desk) -> None:
    desk.registry.admit_device(PRODUCT, NewDevice("TOWNSHIP1", desk.hekou.id))
    with pytest.raises(AeTitleTaken):
        desk.registry.admit_device(PRODUCT, NewDevice("TOWNSHIP1", desk.shanqian.id))


@pytest.mark.parametrize("aet", ["", "MORE_THAN_SIXTEEN", "BACK\\SLASH"])
def test_an_ae_title_that_breaks_its_vr_is_not_admitted(desk: Desk, aet: str) -> None:
    with pytest.raises(BadAeTitle):
        desk.registry.admit_device(PRODUCT, NewDevice(aet, desk.hekou.id))


def test_an_unknown_ae_title_is_remembered_once_and_forgotten_when_it_is_admitted(desk: Desk) -> None:
    heard: list[News] = []
    desk.floor.live.listen(heard.append)
    for _ in range(3):
        desk.registry.knocked("STRANGER", "192.0.2.7")
    (knock,) = desk.registry.knocks(PRODUCT)
    assert (knock.aet, knock.address, knock.times) == ("STRANGER", "192.0.2.7", 3)
    assert [news.topic for news in heard] == ["device"] * 3
    desk.registry.admit_device(PRODUCT, NewDevice("STRANGER", desk.hekou.id))
    assert desk.registry.knocks(PRODUCT) == []


def test_inventing_ae_titles_fills_no_disk(desk: Desk) -> None:
    for number in range(40):
        desk.registry.knocked(f"FAKE{number}\x00\n", "192.0.2.7")
    assert len(desk.registry.knocks(PRODUCT)) == 5


# people


def test_an_account_is_one_person_however_it_is_typed(desk: Desk) -> None:
    new = NewPerson("Radiologist", "李医师", desk.lead.id, frozenset({Role.RADIOLOGIST}), "主治医师", "1101")
    person = desk.registry.add_person(PRODUCT, new)
    assert desk.registry.person_by_account(" RADIOLOGIST ") == person
    with pytest.raises(AccountTaken):
        desk.registry.add_person(PRODUCT, replace(new, account="radiologist"))


@pytest.mark.parametrize("account", ["", "a", "with blank", "名字", "x" * 65, "-dash"])
def test_an_account_keeps_to_its_form(desk: Desk, account: str) -> None:
    with pytest.raises(BadPerson):
        desk.registry.add_person(PRODUCT, NewPerson(account, "李", desk.lead.id, frozenset()))


def test_a_closed_person_is_nobodys_actor(desk: Desk) -> None:
    person = desk.registry.add_person(PRODUCT, NewPerson("reader", "李", desk.lead.id, frozenset({Role.RADIOLOGIST})))
    assert desk.registry.actor_of(person, "session", "192.0.2.1").roles == {Role.RADIOLOGIST}
    closed = desk.registry.change_person(PRODUCT, person.id, PersonChange(active=False))
    with pytest.raises(PersonInactive):
        desk.registry.actor_of(closed)


def test_the_last_administrator_can_neither_go_nor_resign(desk: Desk) -> None:
    new = NewPerson("chief", "赵", desk.lead.id, frozenset({Role.ADMINISTRATOR}))
    chief = desk.registry.add_person(PRODUCT, new)
    for change in (PersonChange(active=False), PersonChange(roles=frozenset({Role.CLINICIAN}))):
        with pytest.raises(LastAdministrator):
            desk.registry.change_person(PRODUCT, chief.id, change)
    desk.registry.add_person(PRODUCT, replace(new, account="deputy"))
    assert not desk.registry.change_person(PRODUCT, chief.id, PersonChange(active=False)).active


def test_only_an_administrator_manages_people_and_devices(desk: Desk) -> None:
    technician = desk.actor(Role.TECHNICIAN)
    with pytest.raises(Forbidden):
        desk.registry.people(technician)
    with pytest.raises(Forbidden):
        desk.registry.knocks(technician)
    with pytest.raises(Forbidden):
        desk.registry.admit_device(technician, NewDevice("X", desk.hekou.id))


# patients


def test_fifty_parallel_registrations_of_one_new_patient_make_one_patient(desk: Desk) -> None:
    start = threading.Barrier(50)

    def register(_number: int) -> str:
        start.wait()
        return desk.patient().id

    with ThreadPoolExecutor(50) as pool:
        assert len(set(pool.map(register, range(50)))) == 1
    assert desk.subtypes().count("register") == 1


def test_fifty_parallel_senders_of_one_unknown_patient_make_one_patient(desk: Desk) -> None:
    def send(_number: int) -> str:
        return desk.floor.db.write(
            lambda conn: desk.registry.patient_for(conn, desk.hekou.id, "P9", "李强", Sex.MALE, None)
        ).id

    with ThreadPoolExecutor(50) as pool:
        assert len(set(pool.map(send, range(50)))) == 1


def test_two_units_p0001_stay_two_patients(desk: Desk) -> None:
    assert desk.patient(unit=desk.hekou).id != desk.patient("张三", unit=desk.shanqian).id


def test_a_header_that_names_somebody_else_is_audited_and_changes_nothing(desk: Desk) -> None:
    known = desk.patient("王小芬")
    header = desk.floor.db.write(
        lambda conn: desk.registry.patient_for(conn, desk.hekou.id, "P0001", "李强", Sex.MALE, date(1950, 1, 1))
    )
    assert header == known
    newest = desk.floor.audit.entries(limit=1)[0]
    assert (newest["subtype"], newest["outcome"], newest["entity_id"]) == ("name-differs", "4", known.id)


def test_objects_without_a_patient_id_never_become_one_patient(desk: Desk) -> None:
    both = [
        desk.floor.db.write(lambda conn: desk.registry.patient_for(conn, desk.hekou.id, "", "", None, None))
        for _ in range(2)
    ]
    assert both[0].id != both[1].id
    assert both[0].patient_id != both[1].patient_id


def test_a_patient_id_of_another_name_or_birth_date_is_refused(desk: Desk) -> None:
    desk.patient("王小芬", "P0001")
    with pytest.raises(PatientConflict):
        desk.patient("李强", "P0001")
    with pytest.raises(PatientConflict):
        desk.registry.register_patient(
            PRODUCT, NewPatient(desk.hekou.id, "王小芬", "P0001", Sex.FEMALE, date(1980, 2, 1))
        )


def test_an_identification_number_gives_sex_and_birth_date_where_none_are_given(desk: Desk) -> None:
    patient = desk.registry.register_patient(PRODUCT, NewPatient(desk.hekou.id, "王小芬", id_card=CARD.lower()))
    assert (patient.sex, patient.birth_date, patient.id_card) == (Sex.FEMALE, date(1949, 12, 31), CARD)
    assert patient.patient_id.startswith("P")


@pytest.mark.parametrize(("sex", "born"), [(Sex.MALE, None), (None, date(1949, 12, 30)), (Sex.OTHER, None)])
def test_sex_or_birth_date_that_contradict_the_identification_number_are_refused(
    desk: Desk, sex: Sex | None, born: date | None
) -> None:
    with pytest.raises(IdCardMismatch):
        desk.registry.register_patient(PRODUCT, NewPatient(desk.hekou.id, "王", "P1", sex, born, CARD))


def test_a_wrong_check_character_and_a_birth_date_in_the_future_are_refused(desk: Desk) -> None:
    with pytest.raises(BadIdCard) as refusal:
        desk.registry.register_patient(PRODUCT, NewPatient(desk.hekou.id, "王", id_card="110105194912310021"))
    assert refusal.value.facts["id_card"] == "110105********0021"
    with pytest.raises(BadPatient):
        desk.registry.register_patient(PRODUCT, NewPatient(desk.hekou.id, "王", birth_date=date(2999, 1, 1)))
    assert desk.registry.patients(PRODUCT) == []


def test_a_telephone_number_learnt_later_is_added(desk: Desk) -> None:
    first = desk.patient()
    more = NewPatient(desk.hekou.id, "王小芬", "P0001", phone="13812345678")
    again = desk.registry.register_patient(PRODUCT, more)
    assert again.id == first.id
    assert desk.registry.patient(first.id).phone == "13812345678"


def test_a_wildcard_in_a_search_is_a_letter(desk: Desk) -> None:
    desk.patient("王小芬", "P0001")
    desk.patient("李强", "P_2%")
    found = {
        q: [patient.name for patient in desk.registry.patients(PRODUCT, q)] for q in ("王", "%", "_", "P_", "p_2%")
    }
    assert found == {"王": ["王小芬"], "%": [], "_": [], "P_": ["李强"], "p_2%": ["李强"]}


def test_another_units_patients_are_neither_listed_nor_shown(desk: Desk) -> None:
    patient = desk.patient(unit=desk.hekou)
    stranger = desk.actor(Role.TECHNICIAN, unit=desk.shanqian)
    assert desk.registry.patients(stranger) == []
    with pytest.raises(NotFound):
        desk.registry.shown_patient(stranger, patient.id)
    assert "shown" not in desk.subtypes()
    assert desk.registry.shown_patient(desk.actor(Role.TECHNICIAN), patient.id) == patient
    assert "shown" in desk.subtypes()
