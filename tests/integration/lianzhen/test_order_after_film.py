"""An order that is registered after its film: they meet when nothing else fits, and the reader's list follows."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pydicom
import pytest

from foundation.access import PRODUCT, Actor
from foundation.clock import COUNTY_ZONE
from foundation.ids import new_uid
from foundation.vocabulary import Priority, Role, Sex
from lianzhen.wiring import Opened
from pacs_gateway.api import Match, Source
from reading_queue.api import Workitem
from registry.api import NewOrder, NewPatient, Order
from tests.house import demo_house, quick_settings


@pytest.fixture(scope="module")
def county(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("late")
    with demo_house(folder, quick_settings(folder)) as opened:
        yield opened


def unit(county: Opened) -> str:
    return next(one.id for one in county.house.registry.units() if one.code == "YXHK")


def ordered(county: Opened, number: str, priority: Priority = Priority.HIGH) -> Order:
    registry = county.house.registry
    patient = registry.register_patient(
        PRODUCT, NewPatient(unit(county), "迟登记", number, Sex.MALE, date(1962, 5, 17))
    )
    return registry.create_order(PRODUCT, NewOrder(patient.id, "DR-CHEST-PA", priority))


def came(county: Opened, folder: Path, number: str, days_ago: int = 0) -> str:
    """A film for this patient without an accession number; its study."""
    template = county.floor.settings.data / "demo" / "film.dcm"
    film = pydicom.dcmread(template)
    film.PatientName, film.PatientID, film.AccessionNumber = "迟登记", number, ""
    day = county.floor.now().astimezone(COUNTY_ZONE).date() - timedelta(days=days_ago)
    film.StudyDate = day.strftime("%Y%m%d")
    film.StudyInstanceUID, film.SeriesInstanceUID, film.SOPInstanceUID = new_uid(), new_uid(), new_uid()
    film.file_meta.MediaStorageSOPInstanceUID = film.SOPInstanceUID
    film.PixelData = film.pixel_array[:32, :32].tobytes()
    film.Rows = film.Columns = 32
    path = folder / f"{film.SOPInstanceUID}.dcm"
    film.save_as(path, enforce_file_format=True)
    gateway = county.house.gateway
    stored = gateway.store_instance(Source("TOWNSHIP1", unit(county), None, "dimse", PRODUCT), path)
    gateway.close_study(stored.study_instance_uid)
    return stored.study_instance_uid


def match(county: Opened, study: str) -> Match:
    return county.house.gateway.matches([study])[study]


def reader(county: Opened) -> Actor:
    person = county.house.registry.person_by_account("radiologist")
    assert person is not None
    return county.house.registry.actor_of(person)


def workitem(county: Opened, study: str) -> Workitem:
    (one,) = county.house.queue.history(reader(county), study)
    return one


def test_the_order_meets_its_film_and_the_reading_follows_in_urgency(county: Opened, tmp_path: Path) -> None:
    study = came(county, tmp_path, "L-1")
    before = workitem(county, study)
    assert (match(county, study).doubt, before.order_id, before.priority) == ("no-order", "", Priority.MEDIUM)
    claim = county.house.queue.claim(reader(county), before.uid)
    order = ordered(county, "L-1")
    met = match(county, study)
    assert (met.order_id, met.how, met.by_person) == (order.id, "identity", False)
    assert county.house.registry.order(PRODUCT, order.id).study_instance_uid == study
    after = workitem(county, study)
    assert (after.order_id, after.accession_number) == (order.id, order.accession_number)
    assert (after.priority, after.patient_uid) == (Priority.HIGH, order.patient.id)
    assert after.deadline_at is not None
    assert before.deadline_at is not None
    assert after.deadline_at < before.deadline_at
    county.house.queue.heartbeat(reader(county), before.uid, claim.transaction_uid)  # who reads it goes on reading


def test_a_person_parts_them_and_the_reading_follows_back(county: Opened, tmp_path: Path) -> None:
    study = came(county, tmp_path, "L-2")
    order = ordered(county, "L-2")
    technician = Actor("t", "t", unit(county), frozenset({Role.TECHNICIAN}))
    county.house.gateway.unlink(technician, study, "不是这份")
    parted = workitem(county, study)
    assert (parted.order_id, parted.priority) == ("", Priority.MEDIUM)
    assert ordered(county, "L-2").id != order.id
    assert match(county, study).doubt == "unlinked"  # what a person has parted is not joined by the next order


def test_one_order_for_two_films_waits_for_a_person(county: Opened, tmp_path: Path) -> None:
    films = [came(county, tmp_path, "L-3") for _ in range(2)]
    order = ordered(county, "L-3")
    for study in films:
        found = match(county, study)
        assert (found.order_id, found.doubt, found.candidates) == (None, "several-studies", (order.id,))
    assert county.house.registry.order(PRODUCT, order.id).status.value == "requested"


def test_yesterdays_film_is_not_todays_examination(county: Opened, tmp_path: Path) -> None:
    study = came(county, tmp_path, "L-4", days_ago=1)
    ordered(county, "L-4")
    assert match(county, study).doubt == "no-order"
