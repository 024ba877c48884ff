"""Every test of this folder runs on SQLite and then on PostgreSQL."""

from typing import Any

import pytest

from tests.databases import _databases_of_this_module, database, end_with, only_once

__all__ = ["_databases_of_this_module", "database"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is about one database runs once."""
    only_once(items, config)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: Any, request: Any) -> None:
    """A county of a module is opened again for each database."""
    end_with("database", fixturedef, request)
