"""Every test of this folder runs on SQLite and then on PostgreSQL."""

import pytest

from tests.databases import _databases_of_this_module, database, only_once

__all__ = ["_databases_of_this_module", "database"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is about one database runs once."""
    only_once(items, config)
