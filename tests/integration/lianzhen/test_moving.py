"""A county moves from SQLite to PostgreSQL: every row, proved; or nothing."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest

from foundation.access import PRODUCT, Actor
from foundation.database import metadata
from foundation.errors import LianzhenError
from foundation.ids import new_id
from foundation.vocabulary import Role
from lianzhen import demo, schema
from lianzhen.__main__ import main
from lianzhen.moving import NOT_MOVED, SEEDED, CannotMove, TargetNotEmpty, move
from lianzhen.server import DatabaseInUse, hold
from lianzhen.settings import Settings
from lianzhen.wiring import open_house
from pacs_gateway.api import Source
from reading_queue.api import WorklistFilter
from tests import databases
from tests.house import quick_settings

pytestmark = pytest.mark.one_database("postgresql")

READER = Actor("r", "医师", "", frozenset({Role.RADIOLOGIST}))


def settings(folder: Path, address: str) -> Settings:
    return quick_settings(folder).model_copy(update={"database": address})


def worklist(folder: Path, address: str) -> dict[str, Any]:
    """What a radiologist sees, and the whole house sound."""
    opened = open_house(settings(folder, address), demo=True)
    try:
        assert opened.floor.audit.verify() is None
        assert opened.house.gateway.damaged() == []
        page: dict[str, Any] = orjson.loads(opened.house.queue.worklist(READER, WorklistFilter()))
        return page
    finally:
        opened.floor.close()


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A county on SQLite with people, keys, orders, a film, a workitem and a trail: its folder and its address."""
    folder = tmp_path_factory.mktemp("county") / "data"
    folder.mkdir()
    address = f"sqlite:///{folder / 'lianzhen.sqlite3'}"
    schema.migrate(address)
    opened = open_house(settings(folder, address), demo=True)
    made = demo.create(settings(folder, address), opened.house)
    device = opened.house.registry.device_of(demo.SENDER)
    assert device is not None
    source = Source(demo.SENDER, device.unit_id, None, "dimse", PRODUCT)
    stored = opened.house.gateway.store_instance(source, made.film)
    opened.house.gateway.close_study(stored.study_instance_uid)
    opened.floor.close()
    return folder, address


@pytest.fixture
def target() -> Iterator[str]:
    """An empty database."""
    yield databases.empty(f"m{new_id()}")


def counts(address: str) -> dict[str, int]:
    names = [name for name in metadata.tables if not name.startswith("test_") and name not in NOT_MOVED]
    if address.startswith("sqlite"):
        with sqlite3.connect(address.removeprefix("sqlite:///")) as conn:
            return {name: conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
    with psycopg.connect(address.replace("+psycopg", "")) as there:
        rows = {name: there.execute(f"SELECT count(*) FROM {name}".encode()).fetchone() for name in names}
    return {name: row[0] for name, row in rows.items() if row}


def test_every_row_arrives_and_the_house_goes_on(
    county: tuple[Path, str], target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, source = county
    before = counts(source)
    assert sum(count > 0 for count in before.values()) > 12, "the county has something of nearly everything"
    assert main(["migrate", "--from", source, "--to", target]) == 0
    said = capsys.readouterr().out
    assert f"{sum(before.values())} 行" in said
    assert "审计链 audit chain: 完整" in said
    assert counts(target) == counts(source) == before
    assert worklist(folder, target) == worklist(folder, source)
    assert len(worklist(folder, target)["items"]) == 1


def test_a_source_in_use_is_refused(county: tuple[Path, str], target: str) -> None:
    with hold(county[1]), pytest.raises(DatabaseInUse):
        move(county[1], target, lambda _words: None)
    assert schema.found(target) is None


def test_a_target_that_holds_something_is_left_alone(county: tuple[Path, str], target: str) -> None:
    move(county[1], target, lambda _words: None)
    before = counts(target)
    with pytest.raises(TargetNotEmpty):
        move(county[1], target, lambda _words: None)
    assert counts(target) == before


def test_a_row_that_cannot_be_moved_is_named_nothing_stays_and_the_next_try_succeeds(
    county: tuple[Path, str], target: str, tmp_path: Path
) -> None:
    with sqlite3.connect(county[1].removeprefix("sqlite:///")) as here, sqlite3.connect(tmp_path / "x") as copy:
        here.backup(copy)
        copy.execute("UPDATE registry_patient SET name = 'a' || char(0) || 'b'")
    with pytest.raises(CannotMove) as refusal:
        move(f"sqlite:///{tmp_path / 'x'}", target, lambda _words: None)
    assert refusal.value.facts["table"] == "registry_patient"
    assert {name for name, count in counts(target).items() if count} <= SEEDED
    move(county[1], target, lambda _words: None)
    assert counts(target) == counts(county[1])


def test_the_migrations_seed_only_what_a_move_knows(target: str) -> None:
    schema.migrate(target)
    assert {name for name, count in counts(target).items() if count} == SEEDED


def test_one_address_alone_moves_nothing(county: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate", "--from", county[1]]) == 2
    assert "--to" in capsys.readouterr().err
    assert main(["migrate", "--from", county[1], "--to", county[1]]) == 2


def test_a_move_that_is_stopped_half_way_keeps_nothing_and_is_made_again(county: tuple[Path, str], target: str) -> None:
    def stop(words: str) -> None:
        if words.startswith("registry_unit"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(county[1], target, stop)
    assert {name for name, count in counts(target).items() if count} <= SEEDED
    assert move(county[1], target, lambda _words: None).broken is None
    assert counts(target) == counts(county[1])


@pytest.mark.parametrize(
    ("source", "to", "code"),
    [
        ("sqlite:///{folder}/nothing.sqlite3", "{target}", "source-missing"),
        ("{folder}/lianzhen.sqlite3", "{target}", "wrong-way"),
        ("{target}", "sqlite:///{folder}/lianzhen.sqlite3", "wrong-way"),
        ("sqlite:///{folder}/lianzhen.sqlite3", "mysql://somebody:secret@host/x", "wrong-way"),
        ("sqlite:///{folder}/lianzhen.sqlite3", "postgresql+psycopg://a:secret@127.0.0.1:1/x", "database-unreachable"),
    ],
)
def test_addresses_that_cannot_be_are_refused_before_anything_is_made(
    county: tuple[Path, str], target: str, source: str, to: str, code: str
) -> None:
    here, there = (words.format(folder=county[0], target=target) for words in (source, to))
    with pytest.raises(LianzhenError) as refusal:
        move(here, there, lambda _words: None)
    assert refusal.value.code == code
    assert "secret" not in str(refusal.value.facts)
    assert not (county[0] / "nothing.sqlite3").exists()
    assert schema.found(target) is None
