"""Every test of this folder runs on SQLite and then on PostgreSQL."""

from typing import Any

import pytest

from tests import statements
from tests.databases import _databases_of_this_module, database, end_with, only_once

__all__ = ["_databases_of_this_module", "database"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is about one database runs once; what asks which statements ran comes at the end."""
    only_once(items, config)
    items.sort(key=lambda item: item.name.startswith("test_every_stores_statements"))


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: Any, request: Any) -> None:
    """A county of a module is opened again for each database."""
    end_with("database", fixturedef, request)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """The county that a test was given stands on the database of its turn."""
    kind = getattr(item, "callspec", None) and item.callspec.params.get("database")  # type: ignore[attr-defined]
    given = getattr(item, "funcargs", {}).get("county")
    floor = getattr(getattr(given, "house", given), "floor", None)
    if kind and floor:
        with floor.db.read() as conn:
            assert conn.dialect.name == kind, "the county was opened on another database"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Only a test that runs on both says anything about both."""
    statements.hear(item.get_closest_marker("one_database") is None)


statements.listen()
