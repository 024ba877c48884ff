"""A gateway over a real registry and a real database, with two townships and their lead hospital."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from foundation.access import PRODUCT, Actor
from foundation.audit import audit_event
from foundation.floor import Floor, open_floor
from foundation.settings import FoundationSettings
from foundation.vocabulary import Role
from lianzhen import schema
from pacs_gateway.api import ExaminationReady, Gateway, GatewaySettings, Source, Stored, StudyReopened
from registry.api import NewDevice, Registry, RegistrySettings, UnitKind
from tests.house import demo_house
from tests.integration.pacs_gateway.desk import Desk
from web.app import create_app
from web.deps import signed_in


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class County:
    """Everything that a test of the gateway talks to."""

    floor: Floor
    registry: Registry
    gateway: Gateway
    clock: Clock
    lead: str
    east: str
    west: str
    ready: list[ExaminationReady] = field(default_factory=list)
    reopened: list[StudyReopened] = field(default_factory=list)

    def source(self, unit_id: str | None = None) -> Source:
        unit_id = unit_id or self.east
        return Source("EAST", unit_id, "10.0.0.1", "dimse", Actor("dr", "DR", unit_id, frozenset({Role.SYSTEM})))

    def store(self, data: bytes | Path, unit_id: str | None = None) -> Stored:
        return self.gateway.store_instance(self.source(unit_id), data)

    def actor(self, unit_id: str, *roles: Role) -> Actor:
        return Actor(f"person-{unit_id}", "somebody", unit_id, frozenset(roles))

    @property
    def technician(self) -> Actor:
        return self.actor(self.east, Role.TECHNICIAN)

    @property
    def radiologist(self) -> Actor:
        return self.actor(self.lead, Role.RADIOLOGIST)

    def audited(self) -> list[tuple[str, str, str]]:
        with self.floor.db.read() as conn:
            return [(row.type, row.subtype, row.outcome) for row in conn.execute(audit_event.select())]

    def files(self, folder: str) -> list[Path]:
        return sorted(path for path in (self.floor.data / folder).rglob("*") if path.is_file())


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with the product's schema, made once."""
    path = tmp_path_factory.mktemp("schema") / "lianzhen.sqlite3"
    schema.migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def open_county(tmp_path: Path, migrated: Path) -> Iterator[Callable[..., County]]:
    """Opens a county; settings of the gateway may be given."""
    opened: list[Floor] = []

    def open_(**settings: object) -> County:
        chosen = FoundationSettings(data=tmp_path / "data", child_idle_seconds=5)
        chosen.data.mkdir(exist_ok=True)
        if not (chosen.data / migrated.name).exists():
            shutil.copy(migrated, chosen.data)
        clock = Clock()
        floor = open_floor(chosen, clock)
        opened.append(floor)
        registry = Registry(floor, RegistrySettings())
        units = {unit.code: unit.id for unit in registry.units()}
        if not units:
            lead = registry.add_unit(PRODUCT, "县人民医院", UnitKind.LEAD, "LEAD", None).id
            east = registry.add_unit(PRODUCT, "东镇卫生院", UnitKind.TOWNSHIP, "EAST", lead).id
            west = registry.add_unit(PRODUCT, "西镇卫生院", UnitKind.TOWNSHIP, "WEST", lead).id
            registry.admit_device(PRODUCT, NewDevice("EAST", east, "东镇 DR", "DX"))
            units = {"LEAD": lead, "EAST": east, "WEST": west}
        gateway = Gateway(floor, registry, GatewaySettings.model_validate({"host": "127.0.0.1", "port": 0} | settings))
        county = County(floor, registry, gateway, clock, units["LEAD"], units["EAST"], units["WEST"])
        floor.bus.must(ExaminationReady, lambda _conn, event: county.ready.append(event))
        floor.bus.must(StudyReopened, lambda _conn, event: county.reopened.append(event))
        return county

    yield open_
    for floor in opened:
        floor.close()


@pytest.fixture
def county(open_county: Callable[..., County]) -> County:
    """A county with the default settings."""
    return open_county()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("house")
    with demo_house(folder) as opened:
        units = {unit.code: unit.id for unit in opened.house.registry.units()}
        people = {
            "east": Actor("east", "王晓梅", units["YXHK"], frozenset({Role.TECHNICIAN})),
            "west": Actor("west", "周立", units["YXQS"], frozenset({Role.TECHNICIAN})),
            "reader": Actor("reader", "李文博", units["YXLEAD"], frozenset({Role.RADIOLOGIST})),
            "clerk": Actor("clerk", "郑伟", units["YXLEAD"], frozenset({Role.ADMINISTRATOR})),
        }
        app = create_app(opened.house)
        desk = Desk(TestClient(app), opened.house.gateway, folder, **people, actor=people["east"])
        app.dependency_overrides[signed_in] = lambda: desk.actor
        yield desk


@pytest.fixture
def desk(house: Desk) -> Desk:
    house.actor = house.east
    return house
