"""Two townships with one of everything each, and a person of every role in each of them and at the lead hospital."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pydicom
from starlette.testclient import TestClient

from foundation.access import PRODUCT, Actor, Basis
from foundation.ids import new_id
from foundation.vocabulary import Role, Sex, Specialty
from lianzhen import demo
from lianzhen.wiring import Opened
from pacs_gateway.api import Source
from reading_queue.api import Kind
from recognition.api import Notice
from recognition.store import offers
from registry.api import NewDuty, NewOrder, NewPerson, Order, Person
from reports.api import Content, KeyImage, resources
from tests.house import PASSWORD, demo_house, quick_settings
from web.app import create_app

CONTENT = {"findings": "右肺下野见斑片状密度增高影。", "impression": "右肺下野炎症。", "positive": True,
           "recommendation": "", "key_images": []}  # fmt: skip
ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
EAST, WEST, LEAD = "YXHK", "YXQS", "YXLEAD"


@dataclass
class County:
    """The open house, its app, and the ids of each township's things."""

    opened: Opened
    folder: Path
    units: dict[str, str]
    things: dict[str, dict[str, str]] = field(default_factory=dict)
    grant: str = ""
    session: str = ""
    _hours: int = 0
    _clients: dict[tuple[Role, str], TestClient] = field(default_factory=dict)
    _systems: dict[tuple[Role, str], TestClient] = field(default_factory=dict)

    def client(self, role: Role, unit: str) -> TestClient:
        """Somebody of this one role and unit, signed in."""
        if (role, unit) not in self._clients:
            self._clients[role, unit] = self._sign_in(self._person(role, unit))
        return self._clients[role, unit]

    def system(self, role: Role, unit: str) -> TestClient:
        """A program of this one role and unit, with its token."""
        if (role, unit) not in self._systems:
            secret = self.opened.house.auth.add_token(f"{role}.{unit}", self.units[unit], frozenset({role}))
            client = self.stranger()
            client.headers["Authorization"] = f"Bearer {secret}"
            self._systems[role, unit] = client
        return self._systems[role, unit]

    def duty(self) -> dict[str, Any]:
        """Another hour of duty for the demonstration's radiologist."""
        self._hours += 1
        begins = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=self._hours)
        person = self.actor("radiologist").id
        hours = {"begins": begins.isoformat(), "ends": (begins + timedelta(hours=1)).isoformat()}
        return {"specialty": "radiology", "contacts": [person], **hours}

    def new_duty(self) -> str:
        """The id of one that stands on the roster."""
        facts = self.duty()
        begins, ends = (datetime.fromisoformat(facts[name]) for name in ("begins", "ends"))
        new = NewDuty(Specialty.RADIOLOGY, begins, ends, tuple(facts["contacts"]))
        return self.opened.house.registry.add_duties(PRODUCT, [new])[0].id

    def _person(self, role: Role, unit: str) -> Person:
        registry, account = self.opened.house.registry, f"{role.value}.{unit.lower()}"
        new = NewPerson(account, f"{role.value}{unit}", self.units[unit], frozenset({role}), "主治医师", "110")
        person = registry.add_person(PRODUCT, new)
        self.opened.house.auth.set_password(person.id, PASSWORD, must_change=False)
        return person

    def _sign_in(self, person: Person) -> TestClient:
        client = self.stranger()
        answer = client.post("/api/session", json={"account": person.account, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return client

    def stranger(self) -> TestClient:
        """Nobody."""
        return TestClient(create_app(self.opened.house), base_url="http://127.0.0.1", raise_server_exceptions=False)

    def actor(self, account: str) -> Actor:
        """A person of the demonstration."""
        registry = self.opened.house.registry
        person = registry.person_by_account(account)
        assert person is not None
        return registry.actor_of(person)


def _film(county: County, unit: str, device: str) -> Any:
    """An order of the unit and its film, stored and complete."""
    house = county.opened.house
    order = demo.new_order(house.registry, county.units[unit], f"演示{unit}", Sex.FEMALE)
    path = county.folder / f"{order.id}.dcm"
    demo.write_film(order, path)
    _shrink(path)
    stored = house.gateway.store_instance(Source(device, county.units[unit], None, "dimse", PRODUCT), path)
    house.gateway.close_study(stored.study_instance_uid)
    return order, stored.study_instance_uid


def _shrink(path: Path) -> None:
    """The film's corner alone: what is tried here is who may see it, eighty times."""
    film = pydicom.dcmread(path)
    film.PixelData = film.pixel_array[:32, :32].tobytes()
    film.Rows = film.Columns = 32
    film.save_as(path, enforce_file_format=True)


def _workitem(county: County, study: str, kind: Kind) -> str:
    house, reader = county.opened.house, county.actor("radiologist")
    return next(
        one.uid for one in house.queue.history(reader, study) if one.kind is kind and one.state.value == "SCHEDULED"
    )


def _report(county: County, study: str) -> tuple[str, int]:
    """A signed report on the study, and the number of its issued version."""
    queue, reports = county.opened.house.queue, county.opened.house.reports
    series = county.opened.house.gateway.study(county.actor("radiologist"), study).series[0]
    image = KeyImage(series.series_instance_uid, series.instances[0].sop_instance_uid)
    content = Content(
        "右肺下野见斑片状密度增高影。", "右肺下野炎症。", positive=True, recommendation="", key_images=(image,)
    )
    writer, reviewer = county.actor("radiologist"), county.actor("reviewer")
    for doctor in (writer, reviewer):
        reports.unlock(doctor, PASSWORD)
    claim = queue.claim(writer, _workitem(county, study, Kind.READING))
    reports.submit(writer, claim.workitem_uid, claim.transaction_uid, 0, content)
    claim = queue.claim(reviewer, _workitem(county, study, Kind.REVIEW))
    issued = reports.approve(reviewer, claim.workitem_uid, claim.transaction_uid, 0, content)
    return issued.report_id, issued.number


def _things(county: County, unit: str, device: str) -> dict[str, str]:
    house = county.opened.house
    order, study = _film(county, unit, device)
    report, issued = _report(county, study)
    waiting, open_study = _film(county, unit, device)
    instance = house.gateway.study(county.actor("radiologist"), study).series[0]
    link = house.registry.link_patients(county.actor("radiologist"), order.patient.id, waiting.patient.id, "核对过证件")
    offered = house.registry.create_order(PRODUCT, NewOrder(order.patient.id, "DR-CHEST-PA", demo=True))
    opened = house.reports.report(county.actor("radiologist"), report)
    parts = {key.split("/")[0]: key.split("/")[1] for key in resources(opened, opened.versions[-1])}
    return {
        "link_id": link.id, "other": waiting.patient.id,
        "study": study, "series": instance.series_instance_uid, "instance": instance.instances[0].sop_instance_uid,
        "numbers": "1", "number": "1", "path": "7FE00010", "report_id": report, "issued": str(issued),
        "patient": order.patient.id, "order_id": waiting.id, "open_study": open_study,
        "workitem": _workitem(county, open_study, Kind.READING), "place": f"{report}.{issued}",
        "Observation": parts["Observation"], "Media": parts["Media"],
        "offered": offered.id, **_recognition(county, offered),
    }  # fmt: skip


def _recognition(county: County, order: Order) -> dict[str, str]:
    """The order's offer, a notice of a correction to the unit, and a device's quality control."""
    recognition, unit = county.opened.house.recognition, order.requesting_unit_id
    with county.opened.floor.db.read() as conn:
        offer = offers.of_order(conn, order.id)
    assert offer is not None
    doctor = next(one for one in map(county.actor, ("clinician", "clinician2")) if one.unit_id == unit)
    told = Notice(new_id(), offer.candidates[0], 3, 2, "corrected", "左右写反", order.id, unit, "", order.patient.id,
                  county.opened.floor.now())  # fmt: skip
    county.opened.floor.db.write(lambda conn: offers.insert_notice(conn, told))
    return {"offer_id": offer.id, "notice_id": told.id, "quality_id": recognition.qualities(PRODUCT)[0][0].id,
            "share_id": recognition.share(doctor, offer.candidates[0], 1).share.id}  # fmt: skip


@contextmanager
def open_county(folder: Path) -> Iterator[County]:
    """The demonstration county with films and reports in both townships."""
    with demo_house(folder, quick_settings(folder)) as opened:
        county = County(opened, folder, {unit.code: unit.id for unit in opened.house.registry.units()})
        county.things = {
            unit: _things(county, unit, device) for unit, device in ((EAST, "TOWNSHIP1"), (WEST, "TOWNSHIP2"))
        }
        reason, patient = "急诊需要既往片", county.things[WEST]["patient"]
        grant = opened.house.registry.open_patient(county.actor("clinician"), patient, Basis.BREAK_GLASS, reason)
        county.grant = grant.id
        county.session = opened.house.auth.sign_in("clinician2", PASSWORD, None).session.id
        while claimed := opened.floor.tasks.claim(10):
            for one in claimed:
                opened.floor.tasks.run(one)
        yield county
