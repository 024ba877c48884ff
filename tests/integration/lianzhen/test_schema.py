"""The schema: what the migrations make is what the code needs; never a half-start on another one."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

import lianzhen.wiring  # noqa: F401 - puts every table into the metadata
from foundation.database import metadata
from lianzhen import schema
from lianzhen.schema import SchemaNewer, SchemaOlder

pytestmark = pytest.mark.one_database


def address(folder: Path) -> str:
    return f"sqlite:///{folder / 'x.sqlite3'}"


def test_the_migrations_make_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    schema.migrate(address(tmp_path))
    engine = create_engine(address(tmp_path))
    with engine.connect() as conn:
        ours = [name for name in metadata.tables if name.startswith("test_")]
        context = MigrationContext.configure(conn, opts={"include_name": lambda name, *_: name not in ours})
        differences = [
            change
            for change in compare_metadata(context, metadata)
            if not str(getattr(change[1], "name", "")).startswith("test_")
        ]
    engine.dispose()
    assert differences == []


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    schema.migrate(address(tmp_path))
    schema.migrate(address(tmp_path))
    assert schema.found(address(tmp_path)) == schema.wanted()


def test_an_empty_database_waits_for_migrate(tmp_path: Path) -> None:
    with pytest.raises(SchemaOlder):
        schema.check(address(tmp_path))


def test_a_database_of_a_newer_product_is_left_alone(tmp_path: Path) -> None:
    schema.migrate(address(tmp_path))
    with sqlite3.connect(tmp_path / "x.sqlite3") as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaNewer):
        schema.migrate(address(tmp_path))
    assert schema.found(address(tmp_path)) == "9999"
