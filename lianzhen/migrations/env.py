"""Alembic's entry: the tables of every room, one revision line."""

import sqlite3
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, create_engine, event

import lianzhen.wiring  # noqa: F401 - wiring opens every room, and a room's store puts its tables into the metadata
from foundation.database import metadata
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
engine = create_engine(url)


@event.listens_for(engine, "connect")
def own_transactions(connection: sqlite3.Connection, _record: object) -> None:
    """The driver would commit before each CREATE TABLE; SQLite itself can take them all back."""
    connection.isolation_level = None


@event.listens_for(engine, "begin")
def begin(conn: Connection) -> None:
    """All revisions or none: a start that is killed half way leaves the database as it was."""
    conn.exec_driver_sql("BEGIN IMMEDIATE")


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
