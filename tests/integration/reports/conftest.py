"""A county with two doctors, a township, and one real film that waits to be read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from foundation.access import PRODUCT, Actor
from foundation.children import Children
from foundation.floor import Floor, open_floor
from foundation.settings import FoundationSettings
from foundation.vocabulary import Role, Sex, Specialty
from lianzhen import schema
from lianzhen.demo import write_film
from lianzhen.wiring import subscribe
from pacs_gateway.api import Gateway, GatewaySettings, Source
from reading_queue.api import Claim, Kind, ReadingQueue, ReadingQueueSettings
from recognition.api import Recognition, RecognitionSettings
from registry.api import (
    NewAgreement,
    NewOrder,
    NewPatient,
    NewPerson,
    Order,
    Registry,
    RegistrySettings,
    Unit,
    UnitKind,
)
from reports.api import Content, KeyImage, ReportRef, Reports, ReportsSettings
from tests.integration.reports.signed import Signed, sign_one

PASSWORD = "correct-horse-battery"
SIGNERS = {Role.RADIOLOGIST, Role.REVIEWER}
TEXT = Content(
    findings="胸廓对称，气管居中。右肺下野见斑片状密度增高影，边界模糊。\n心影大小、形态在正常范围，双侧肋膈角锐利。",
    impression="右肺下野斑片影，考虑炎症。",
    positive=True,
    recommendation="治疗后复查。",
)


@dataclass
class County:
    """The open rooms and the people in them."""

    floor: Floor
    registry: Registry
    gateway: Gateway
    queue: ReadingQueue
    reports: Reports
    lead: Unit
    township: Unit
    folder: Path
    films: int = 0

    def person(self, account: str, name: str, unit: Unit, *roles: Role, title: str = "主治医师") -> Actor:
        """A person who has just signed in."""
        new = NewPerson(
            account, name, unit.id, frozenset(roles), title, f"110{account}", practising_since=date(2015, 7, 1)
        )
        actor = self.registry.actor_of(self.registry.add_person(PRODUCT, new))
        if SIGNERS & actor.roles:
            self.reports.unlock(actor, PASSWORD)
        return actor

    def order(self, name: str = "王㛃䶮") -> Order:
        """An order of the township for a chest film."""
        known = self.registry.person_by_account("technician")
        technician = Role.TECHNICIAN
        actor = (
            self.registry.actor_of(known) if known else self.person("technician", "王晓梅", self.township, technician)
        )
        patient = self.registry.register_patient(
            actor, NewPatient(self.township.id, name, sex=Sex.FEMALE, birth_date=None)
        )
        return self.registry.create_order(actor, NewOrder(patient.id, "DR-CHEST-PA", history="咳嗽、发热 3 天"))

    def registry_actor(self, account: str) -> Actor:
        """A person of the county, signed in again."""
        person = self.registry.person_by_account(account)
        assert person is not None
        return self.registry.actor_of(person)

    def film(self, order: Order) -> str:
        """Send the order's film and let its study become ready; the study's uid."""
        self.films += 1
        path = self.folder / f"film-{self.films}.dcm"
        write_film(order, path)
        source = Source("TOWNSHIP1", self.township.id, None, "dimse", PRODUCT)
        stored = self.gateway.store_instance(source, path)
        self.gateway.close_study(stored.study_instance_uid)
        return stored.study_instance_uid

    def open_workitem(self, actor: Actor, study: str, kind: Kind) -> str:
        """The study's open workitem."""
        found = [
            one.uid for one in self.queue.history(actor, study) if one.kind is kind and one.state.value == "SCHEDULED"
        ]
        assert len(found) == 1
        return found[0]

    def claim(self, actor: Actor, study: str, kind: Kind = Kind.READING) -> Claim:
        """Take the study's open workitem."""
        return self.queue.claim(actor, self.open_workitem(actor, study, kind))

    def key_image(self, actor: Actor, study: str) -> KeyImage:
        """The study's first image."""
        series = self.gateway.study(actor, study).series[0]
        return KeyImage(series.series_instance_uid, series.instances[0].sop_instance_uid)

    def submitted(self, writer: Actor, study: str, content: Content = TEXT) -> ReportRef:
        """Claim, write, submit."""
        claim = self.claim(writer, study)
        return self.reports.submit(writer, claim.workitem_uid, claim.transaction_uid, 0, content)

    def approved(self, reviewer: Actor, study: str, content: Content = TEXT) -> ReportRef:
        """Claim the review and approve."""
        claim = self.claim(reviewer, study, Kind.REVIEW)
        return self.reports.approve(reviewer, claim.workitem_uid, claim.transaction_uid, 0, content)

    def run_tasks(self) -> None:
        """Do every due task once."""
        while claimed := self.floor.tasks.claim(10):
            for one in claimed:
                self.floor.tasks.run(one)


@pytest.fixture(scope="session")
def children() -> Iterator[Children]:
    """Warm child processes for every test: the product, too, starts them once."""
    shared = Children()
    yield shared
    shared.close()


@pytest.fixture(scope="session")
def yunxi(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    """One signed report for every test that only verifies."""
    return sign_one(tmp_path_factory.mktemp("keys"))


def open_county(folder: Path, children: Children) -> County:
    """The rooms over a new data folder, two units and what they agreed on."""
    chosen = FoundationSettings(data=folder / "data")
    chosen.data.mkdir()
    schema.migrate(chosen.database_url)
    floor = replace(open_floor(chosen), children=children)
    registry = Registry(floor, RegistrySettings())
    gateway = Gateway(floor, registry, GatewaySettings(quiet_seconds=0))
    queue = ReadingQueue(floor, registry, ReadingQueueSettings())
    reports = Reports(floor, registry, gateway, queue, ReportsSettings())
    recognition = Recognition(floor, registry, gateway, reports, RecognitionSettings())
    subscribe(floor, gateway, queue, reports, recognition)
    lead = registry.add_unit(PRODUCT, "云溪县人民医院", UnitKind.LEAD, "YXLEAD")
    township = registry.add_unit(PRODUCT, "河口镇卫生院", UnitKind.TOWNSHIP, "YXHK", lead.id)
    agreed = NewAgreement(township.id, date(2026, 1, 1), frozenset(Specialty))
    registry.add_agreement(PRODUCT, agreed)
    return County(floor, registry, gateway, queue, reports, lead, township, folder)


@pytest.fixture
def county(tmp_path: Path, children: Children) -> Iterator[County]:
    opened = open_county(tmp_path, children)
    yield opened
    opened.floor.db.close()


@pytest.fixture
def writer(county: County) -> Actor:
    return county.person("writer", "李文博", county.lead, Role.RADIOLOGIST)


@pytest.fixture
def reviewer(county: County) -> Actor:
    return county.person("reviewer", "张建国", county.lead, Role.REVIEWER, Role.RADIOLOGIST, title="副主任医师")


@pytest.fixture
def clinician(county: County) -> Actor:
    return county.person("clinician", "赵敏", county.township, Role.CLINICIAN)


@pytest.fixture
def study(county: County) -> str:
    return county.film(county.order())
