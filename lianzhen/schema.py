"""The database's schema: Alembic from the first table; never a half-start on the wrong version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from foundation.database import engine_for
from foundation.errors import Refused

MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaOlder(Refused):
    """The database waits for `migrate`."""

    code = "schema-older"


class SchemaNewer(Refused):
    """A newer product wrote the database."""

    code = "schema-newer"


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def wanted() -> str:
    """The revision this product needs."""
    head = ScriptDirectory.from_config(_config("sqlite://")).get_current_head()
    assert head is not None
    return head


def found(url: str) -> str | None:
    """The revision the database has, None when it is empty."""
    engine = engine_for(url)
    try:
        with engine.connect() as conn:
            return MigrationContext.configure(conn).get_current_revision()
    finally:
        engine.dispose()


def check(url: str) -> None:
    """Raises SchemaOlder or SchemaNewer."""
    have, want = found(url), wanted()
    known = {script.revision for script in ScriptDirectory.from_config(_config(url)).walk_revisions()}
    if have is not None and have not in known:
        raise SchemaNewer(found=have, wanted=want)
    if have != want:
        raise SchemaOlder(found=have or "-", wanted=want)


def migrate(url: str) -> None:
    """Bring the database to this product's schema. Raises SchemaNewer."""
    try:
        check(url)
    except SchemaOlder:
        command.upgrade(_config(url), "head")
