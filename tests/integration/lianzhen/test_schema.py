"""The schema: what the migrations make is what the code needs; never a half-start on another one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

import lianzhen.wiring  # noqa: F401 - puts every table into the metadata
from foundation.database import Database, DatabaseAddress, engine_for, metadata
from foundation.ids import new_id
from lianzhen import schema
from lianzhen.schema import MigrationFailed, MigrationRunning, SchemaForeign, SchemaNewer, SchemaOlder
from tests import databases
from tests.product import ROOT


@pytest.fixture
def address(tmp_path: Path, database: str) -> str:
    """A database without a schema."""
    if database == "postgresql":
        return databases.empty(f"s{new_id()}")
    return f"sqlite:///{tmp_path / 'x.sqlite3'}"


def test_the_migrations_make_exactly_the_tables_of_the_code(address: str) -> None:
    schema.migrate(address)
    engine = engine_for(address)
    with engine.connect() as conn:
        ours = [name for name in metadata.tables if name.startswith("test_")]
        context = MigrationContext.configure(
            conn, opts={"include_name": lambda name, *_: name not in ours, "compare_type": engine.name == "sqlite"}
        )
        differences = [
            change
            for change in compare_metadata(context, metadata)
            if not str(getattr(change[1], "name", "")).startswith("test_")
        ]
    engine.dispose()
    assert differences == []


@pytest.mark.one_database("postgresql")
def test_text_sorts_byte_by_byte_and_numbers_have_64_bits_in_every_table(address: str) -> None:
    schema.migrate(address)
    engine = engine_for(address)
    query = text(
        "SELECT DISTINCT data_type, collation_name FROM information_schema.columns WHERE table_schema = 'public'"
    )
    with engine.connect() as conn:
        kinds = {tuple(row) for row in conn.execute(query)}
    engine.dispose()
    assert kinds == {
        ("text", "C"), ("bigint", None), ("boolean", None), ("bytea", None), ("double precision", None),
    }  # fmt: skip


def test_migrating_twice_changes_nothing(address: str) -> None:
    schema.migrate(address)
    schema.migrate(address)
    assert schema.found(address) == schema.wanted()


def test_of_two_migrations_at_once_one_waits_and_both_are_content(tmp_path: Path, address: str) -> None:
    settings = {**os.environ, "LIANZHEN_DATA": str(tmp_path), "LIANZHEN_DATABASE": address}
    command = [sys.executable, "-m", "lianzhen", "migrate"]
    both = [
        subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert schema.found(address) == schema.wanted()


def test_a_migration_that_hangs_is_named_to_the_next_one(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "WAIT_SECONDS", 1)
    engine = engine_for(address)
    with engine.connect() as conn:
        if engine.name == "postgresql":
            conn.execute(text("SELECT pg_advisory_xact_lock(7105613202)"))
        else:
            raw = conn.connection.driver_connection
            assert raw is not None
            raw.isolation_level = None
            conn.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(MigrationRunning):
            schema.migrate(address)
        conn.rollback()
    engine.dispose()
    assert schema.found(address) is None, "nothing was left behind"


def test_a_migration_that_fails_half_way_leaves_the_database_as_it_was(address: str) -> None:
    engine = engine_for(address)
    with engine.begin() as conn:
        conn.execute(text("CREATE VIEW web_token AS SELECT 1 AS id"))  # in the way of one of the last
    with pytest.raises(MigrationFailed) as refusal:
        schema.migrate(address)
    assert "web_token" in str(refusal.value.facts["why"])
    with engine.connect() as conn:
        assert not engine.dialect.has_table(conn, "foundation_audit_event")
    engine.dispose()
    assert schema.found(address) is None


def test_another_programs_database_is_left_alone(address: str) -> None:
    engine = engine_for(address)
    with engine.begin() as conn:
        conn.execute(text("CREATE TABLE invoice (id INTEGER)"))
    with pytest.raises(SchemaForeign, match="schema-foreign") as refusal:
        schema.migrate(address)
    assert refusal.value.facts["found"] == "invoice"
    with engine.begin() as conn:
        conn.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        conn.execute(text("INSERT INTO alembic_version VALUES ('5a0c91d3b7e2')"))
    with pytest.raises(SchemaForeign) as refusal:
        schema.check(address)
    assert "5a0c91d3b7e2" in str(refusal.value.facts["found"])
    with engine.connect() as conn:
        assert sorted(inspect(conn).get_table_names()) == ["alembic_version", "invoice"]
    engine.dispose()


@pytest.mark.one_database("postgresql")
def test_an_account_that_may_make_no_tables_and_a_standby_are_refused(address: str) -> None:
    engine = engine_for(address)
    with engine.begin() as conn:
        conn.exec_driver_sql("REVOKE CREATE ON SCHEMA public FROM public")  # as PostgreSQL 15 does by itself
    for options in ("-c role=pg_monitor", "-c default_transaction_read_only=on"):
        asked = engine.url.update_query_dict({"options": options}).render_as_string(hide_password=False)
        with pytest.raises(MigrationFailed):
            schema.migrate(asked)
    engine.dispose()
    assert schema.found(address) is None


def test_an_empty_database_waits_for_migrate(address: str) -> None:
    with pytest.raises(SchemaOlder):
        schema.check(address)


def test_a_database_of_a_newer_product_is_left_alone(address: str) -> None:
    schema.migrate(address)
    engine = engine_for(address)
    with engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(SchemaNewer):
        schema.migrate(address)
    assert schema.found(address) == "9999"


def test_what_only_grows_cannot_be_changed_removed_or_emptied(address: str) -> None:
    schema.migrate(address)
    database = Database(address)
    row = "INSERT INTO reports_version VALUES ('r', 1, 'final', '{}', 'x', NULL, '[]', 0)"
    database.write(lambda conn: conn.execute(text(row)).rowcount)
    acts = ["UPDATE reports_version SET status = 'x'", "DELETE FROM reports_version"]
    if address.startswith("postgresql"):
        acts.append("TRUNCATE reports_version")
    for act in acts:

        def work(conn: Connection, act: str = act) -> None:
            conn.execute(text(act))

        with pytest.raises(Exception, match="append-only"):
            database.write(work)
    database.close()


@pytest.mark.one_database
@pytest.mark.parametrize(
    "address",
    [
        "sqlite:////nowhere/at/all/x.sqlite3",
        "sqlite:///{folder}",
        "mysql://u:secret@h/d",
        "postgresql+asyncpg://u:secret@h/d",
        "nonsense:secret@x",
    ],
)
def test_an_address_that_cannot_be_used_is_named_without_its_password(tmp_path: Path, address: str) -> None:
    with pytest.raises(DatabaseAddress) as refusal:
        schema.migrate(address.format(folder=tmp_path))
    assert "secret" not in str(refusal.value.facts)


@pytest.mark.one_database
def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite3").write_text("the minutes of the last meeting")
    with pytest.raises(DatabaseAddress):
        schema.migrate(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    assert (tmp_path / "x.sqlite3").read_text() == "the minutes of the last meeting"
