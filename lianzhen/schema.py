"""The database's schema: Alembic from the first table; never a half-start on the wrong version."""

import re
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.exc import DatabaseError, DBAPIError

from foundation.database import DatabaseAddress, check_server, engine_for, is_postgresql, shown
from foundation.errors import Conflict, Refused

MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaOlder(Refused):
    """The database waits for `migrate`."""

    code = "schema-older"


class SchemaNewer(Refused):
    """A newer product wrote the database."""

    code = "schema-newer"


class SchemaForeign(Refused):
    """Another program's database."""

    code = "schema-foreign"


class MigrationFailed(Refused):
    """The database did not let its schema be changed; nothing of it was kept."""

    code = "migration-failed"


class MigrationRunning(Conflict):
    """Somebody else has been changing the schema for longer than one waits."""

    code = "migration-running"


OURS = re.compile(r"\d{4}")  # how revisions of this product are named
WAIT_SECONDS = 120  # for another migration to end


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("wait_seconds", str(WAIT_SECONDS))
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def wanted() -> str:
    """The revision this product needs."""
    head = ScriptDirectory.from_config(_config("sqlite://")).get_current_head()
    assert head is not None
    return head


def found(url: str) -> str | None:
    """The revision the database has, None when it is empty. Raises SchemaForeign and the refusals of `check_server`."""
    check_server(url)
    engine = engine_for(url)
    try:
        with engine.connect() as conn:
            tables = set(inspect(conn).get_table_names()) - {"alembic_version"}  # first: they come with their revision
            revision = MigrationContext.configure(conn).get_current_revision()
    except DatabaseError as fault:
        if is_postgresql(url):
            raise
        raise DatabaseAddress(address=str(engine.url.database)) from fault  # a folder that is missing, no database
    finally:
        engine.dispose()
    if tables and revision is None:
        raise SchemaForeign(address=shown(url), found=min(tables))
    return revision


def check(url: str) -> None:
    """Raises SchemaOlder, SchemaNewer or SchemaForeign."""
    have, want = found(url), wanted()
    known = {script.revision for script in ScriptDirectory.from_config(_config(url)).walk_revisions()}
    if have is not None and have not in known:
        if not OURS.fullmatch(have):
            raise SchemaForeign(address=shown(url), found=f"alembic_version {have}")
        raise SchemaNewer(found=have, wanted=want)
    if have != want:
        raise SchemaOlder(found=have or "-", wanted=want)


def migrate(url: str) -> None:
    """Bring the database to this product's schema, alone: a second migration waits, and finds nothing to do.

    Raises SchemaNewer, SchemaForeign, MigrationRunning or MigrationFailed.
    """
    try:
        check(url)
    except SchemaOlder:
        _upgrade(url)


def _upgrade(url: str) -> None:
    try:
        command.upgrade(_config(url), "head")
    except DBAPIError as fault:
        if getattr(fault.orig, "sqlstate", None) == "55P03" or "database is locked" in str(fault):
            raise MigrationRunning(seconds=WAIT_SECONDS) from fault
        said = str(fault.orig).strip().splitlines()
        raise MigrationFailed(address=shown(url), why=said[0][:200] if said else type(fault.orig).__name__) from fault
