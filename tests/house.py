"""Floors and houses for tests: real SQLite in a temporary folder, the real schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from foundation.floor import Floor, open_floor
from foundation.settings import FoundationSettings
from lianzhen import demo, schema
from lianzhen.settings import Settings
from lianzhen.wiring import Opened, open_house

PASSWORD = "correct-horse-battery"


@contextmanager
def migrated_floor(folder: Path) -> Iterator[Floor]:
    """A floor over a migrated database."""
    chosen = FoundationSettings(data=folder)
    schema.migrate(chosen.database_url)
    floor = open_floor(chosen)
    try:
        yield floor
    finally:
        floor.close()


def demo_settings(folder: Path) -> Settings:
    """A demonstration installation on free ports."""
    return Settings.model_validate(
        {
            "data": folder,
            "demo_password": PASSWORD,
            "web": {"port": 0},
            "pacs_gateway": {"port": 0},
        }
    )


@contextmanager
def demo_house(folder: Path) -> Iterator[Opened]:
    """The demonstration county, open, without doors."""
    chosen = demo_settings(folder)
    schema.migrate(chosen.floor.database_url)
    opened = open_house(chosen, demo=True)
    try:
        demo.create(chosen, opened.house)
        yield opened
    finally:
        opened.floor.close()
