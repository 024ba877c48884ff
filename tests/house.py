"""Floors and houses for tests: a real database (SQLite, or PostgreSQL in its turn), the real schema."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from foundation.floor import Floor, open_floor
from foundation.settings import FoundationSettings
from lianzhen import demo, schema
from lianzhen.settings import Settings
from lianzhen.wiring import Opened, open_house
from tests import databases

PASSWORD = "correct-horse-battery"


@cache
def _migrated() -> Path:
    """One SQLite database with today's schema, made once a session by the migrations themselves."""
    folder = Path(tempfile.mkdtemp(prefix="lianzhen-schema-"))
    schema.migrate(f"sqlite:///{folder / 'lianzhen.sqlite3'}")
    return folder / "lianzhen.sqlite3"


def lay_schema(folder: Path) -> None:
    """Give a data folder a migrated database, unless it has one."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "lianzhen.sqlite3"
    if databases.chosen() == "postgresql":
        databases.address(folder)
    elif not target.exists():
        shutil.copyfile(_migrated(), target)


def environment(folder: Path) -> dict[str, str]:
    """What a process of the product must be told to use the same database and broker as this one."""
    if databases.chosen() != "postgresql":
        return {}
    told = {"LIANZHEN_DATABASE": databases.address(folder)}
    broker = databases.broker(folder)
    return {**told, "LIANZHEN_TASKS": "celery", "LIANZHEN_BROKER": broker} if broker else told


@contextmanager
def migrated_floor(folder: Path) -> Iterator[Floor]:
    """A floor over a migrated database."""
    chosen = FoundationSettings(data=folder)
    lay_schema(folder)
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
            "web": {"port": 0, "failures_per_address": 10_000},
            "pacs_gateway": {"port": 0},
        }
    )


def quick_settings(folder: Path) -> Settings:
    """The same, where a study is complete at once and nobody prepares display frames."""
    base = demo_settings(folder)
    quick = base.pacs_gateway.model_copy(update={"quiet_seconds": 0, "display_frames": False})
    return base.model_copy(update={"pacs_gateway": quick})


@contextmanager
def demo_house(folder: Path, chosen: Settings | None = None) -> Iterator[Opened]:
    """The demonstration county, open, without doors; with `demo_settings` unless told."""
    chosen = chosen or demo_settings(folder)
    lay_schema(folder)
    opened = open_house(chosen, demo=True)
    try:
        demo.create(chosen, opened.house)
        yield opened
    finally:
        opened.floor.close()
