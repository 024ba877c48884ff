"""On which database a test runs. The suites under `integration` run on both: first all on SQLite, then all again on
a private PostgreSQL, where each data folder has a database of its own, copied from one that was migrated once.

Mark a test `one_database` when no database is in it, or when it is about one kind of database.
"""

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

import foundation.settings
from foundation.database import engine_for
from foundation.settings import FoundationSettings
from lianzhen import schema
from scripts.services import Postgresql, RabbitMq

KINDS = ("sqlite", "postgresql")
TEMPLATE = "lianzhen_template"
_state = {"chosen": "sqlite"}
VHOSTS = 24
_made: dict[Path, str] = {}
_brokers: list[RabbitMq] = []
_vhosts: dict[Path, int] = {}


def chosen() -> str:
    """The kind of the running test."""
    return _state["chosen"]


@cache
def server() -> Postgresql:
    """The one PostgreSQL of this session, started when it is first needed."""
    folder = Path(tempfile.mkdtemp(prefix="lianzhen-postgresql-"))
    made = Postgresql(folder, durable=False, full_page_writes="off", max_connections="400")
    made.start()

    def end() -> None:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    schema.migrate(made.create(TEMPLATE))
    return made


def empty(name: str) -> str:
    """The address of a new PostgreSQL database without a schema."""
    server().drop(name)
    return server().create(name)


def address(data: Path) -> str:
    """The PostgreSQL database of a data folder, made with today's schema when it is first asked for."""
    folder = data.absolute()
    if folder not in _made:
        name = "t_" + hashlib.sha256(str(folder).encode()).hexdigest()[:24]
        _made[folder] = server().create(name, TEMPLATE)
    return _made[folder]


def empty_for(folder: Path) -> str:
    """Let a data folder's PostgreSQL database be one without a schema; its address."""
    name = "e_" + hashlib.sha256(str(folder).encode()).hexdigest()[:24]
    _made[folder.absolute()] = empty(name)
    return _made[folder.absolute()]


def seen(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """What a query finds in the database of a data folder, past the product."""
    engine = engine_for(FoundationSettings(data=folder).database_url)
    with engine.connect() as conn:
        rows = [tuple(row) for row in conn.exec_driver_sql(query)]
    engine.dispose()
    return rows


def broker(data: Path) -> str:
    """The broker of a data folder, a vhost of its own; empty where this session has none."""
    made = _brokers[0] if _brokers else None
    if made is None:
        return ""
    number = _vhosts.setdefault(data.absolute(), len(_vhosts))
    return made.address_of("lianzhen", "lianzhen", f"v{number % VHOSTS}")


@contextmanager
def large() -> Iterator[None]:
    """For the length of the block, whatever is started has PostgreSQL and Celery over RabbitMQ."""
    with tempfile.TemporaryDirectory(prefix="lianzhen-rabbitmq-") as folder:
        made = RabbitMq(Path(folder), [f"v{number}" for number in range(VHOSTS)])
        made.start()
        _brokers.append(made)
        try:
            with _on_postgresql():
                yield
        finally:
            _brokers.remove(made)
            made.stop()


@contextmanager
def _on_postgresql() -> Iterator[None]:
    before = foundation.settings.default_address
    _state["chosen"], foundation.settings.default_address = "postgresql", address
    try:
        yield
    finally:
        _state["chosen"], foundation.settings.default_address = "sqlite", before


def forget(folder: Path) -> None:
    """Let go of the databases below a folder."""
    for one in [path for path in _made if path.is_relative_to(folder.absolute())]:
        server().drop(_made.pop(one).split("@/")[1].split("?")[0])


@pytest.fixture(scope="session", params=KINDS, autouse=True)
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The kind of database for what follows."""
    with _on_postgresql() if request.param == "postgresql" else nullcontext():
        yield request.param


def end_with(name: str, fixturedef: Any, request: Any) -> None:
    """Let what a module keeps end with the fixture `name`: the next turn has another database.

    pytest would keep it over both turns when only that module is run.
    """
    if fixturedef.scope == "module":
        above = request._get_active_fixturedef(name)
        above.addfinalizer(partial(fixturedef.finish, request=request))


@pytest.fixture(scope="module", autouse=True)
def _databases_of_this_module(database: str) -> Iterator[None]:
    """Nothing is left on the server when a module is done."""
    yield
    forget(Path("/"))


def only_once(items: list[pytest.Item], config: pytest.Config) -> None:
    """Leave out the second run of what is marked `one_database`."""
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        callspec = getattr(item, "callspec", None)
        mark = item.get_closest_marker("one_database")
        runs_on = mark.args[0] if mark and mark.args else "sqlite"
        other = callspec is not None and callspec.params.get("database", runs_on) != runs_on
        (left if mark and other else kept).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept
