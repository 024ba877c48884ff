"""Alembic's entry: the tables of every room, one revision line."""

from alembic import context
from sqlalchemy import create_engine

import web.store  # noqa: F401 - importing a store puts its tables into the metadata
from foundation.database import metadata

url = context.config.get_main_option("sqlalchemy.url")
assert url is not None
engine = create_engine(url)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
