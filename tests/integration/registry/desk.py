"""A floor with the registry and two units, for the tests of the registry and of the queue."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from foundation.access import PRODUCT, Actor
from foundation.floor import Floor, open_floor
from foundation.settings import FoundationSettings
from foundation.vocabulary import Role, Sex
from registry.api import NewPatient, Patient, Registry, RegistrySettings, Unit, UnitKind
from tests.house import lay_schema

CARD = "11010519491231002X"  # the example of GB 11643: a woman, born 1949-12-31


@dataclass(frozen=True)
class Desk:
    """One county with a lead hospital and two townships."""

    floor: Floor
    registry: Registry
    lead: Unit
    hekou: Unit
    shanqian: Unit

    def actor(self, *roles: Role, unit: Unit | None = None, id_: str = "somebody") -> Actor:
        """A person of a unit (Hekou when none is given)."""
        return Actor(id_, f"名{id_}", (unit or self.hekou).id, frozenset(roles))

    def patient(self, name: str = "王小芬", number: str = "P0001", unit: Unit | None = None) -> Patient:
        """A registered patient."""
        new = NewPatient((unit or self.hekou).id, name, number, Sex.FEMALE, date(1980, 1, 2))
        return self.registry.register_patient(PRODUCT, new)

    def subtypes(self) -> list[str]:
        """What the audit trail says was done, the newest first."""
        return [row["subtype"] for row in self.floor.audit.entries(limit=500)]


def made_units(registry: Registry) -> dict[str, Unit]:
    """The lead hospital and its townships, by code."""
    lead = registry.add_unit(PRODUCT, "永县人民医院", UnitKind.LEAD, "YX")
    hekou = registry.add_unit(PRODUCT, "河口镇卫生院", UnitKind.TOWNSHIP, "YXHK", lead.id)
    shanqian = registry.add_unit(PRODUCT, "山前镇卫生院", UnitKind.TOWNSHIP, "YXSQ", lead.id)
    return {unit.code: unit for unit in (lead, hekou, shanqian)}


@contextmanager
def open_desk(folder: Path, settings: RegistrySettings | None = None) -> Iterator[Desk]:
    """Open it over an empty database, or again over the one it left."""
    lay_schema(folder)
    floor = open_floor(FoundationSettings(data=folder))
    try:
        registry = Registry(floor, settings or RegistrySettings())
        units = {unit.code: unit for unit in registry.units()} or made_units(registry)
        lead, hekou, shanqian = units["YX"], units["YXHK"], units["YXSQ"]
        yield Desk(floor, registry, lead, hekou, shanqian)
    finally:
        floor.close()
