"""Alembic's entry: the tables of every room, one revision line."""

import sqlite3
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, event

import lianzhen.wiring  # noqa: F401 - wiring opens every room, and a room's store puts its tables into the metadata
from foundation.database import engine_for, is_postgresql, metadata
from foundation.dialect import Day, JsonText, Moment


def plain_type(kind: str, item: Any, _autogenerate: AutogenContext) -> str | Literal[False]:
    """Our column types as what they are in the database: a migration must not depend on today's code."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.String(24)"
    if kind == "type" and isinstance(item, Day):
        return "sa.String(10)"
    return "sa.Text()" if kind == "type" and isinstance(item, JsonText) else False


url = context.config.get_main_option("sqlalchemy.url")
assert url is not None
engine = engine_for(url)
LOCK = 7_105_613_202  # the advisory lock of migrations
WAIT_SECONDS = int(context.config.get_main_option("wait_seconds") or 120)


def own_transactions(connection: sqlite3.Connection, _record: object) -> None:
    """The driver would commit before each CREATE TABLE; SQLite itself can take them all back."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}")


def begin(conn: Connection) -> None:
    """All revisions or none: a start that is killed half way leaves the database as it was."""
    conn.exec_driver_sql("BEGIN IMMEDIATE")


def alone(conn: Connection) -> None:
    """Two migrations at once: the second waits, and then finds nothing to do."""
    conn.exec_driver_sql(f"SET LOCAL lock_timeout = {WAIT_SECONDS * 1000}")
    conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")


if is_postgresql(url):
    event.listen(engine, "begin", alone)
else:
    event.listen(engine, "connect", own_transactions)
    event.listen(engine, "begin", begin)

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=plain_type,
        compare_type=False,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
