"""Alembic's entry: the tables of every room, one revision line."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import create_engine

import lianzhen.wiring  # noqa: F401 - wiring opens every room, and a room's store puts its tables into the metadata
from foundation.database import metadata
from foundation.dialect import JsonText, Moment


def plain_type(kind: str, item: Any, _autogenerate: AutogenContext) -> str | Literal[False]:
    """Our column types as what they are in the database: a migration must not depend on today's code."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.String(24)"
    return "sa.Text()" if kind == "type" and isinstance(item, JsonText) else False


url = context.config.get_main_option("sqlalchemy.url")
assert url is not None
engine = create_engine(url)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_item=plain_type, compare_type=False)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
