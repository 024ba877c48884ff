"""Every test of this folder runs on SQLite and then on PostgreSQL."""

import pytest

from tests import statements
from tests.databases import _databases_of_this_module, database, last, only_once

__all__ = ["_databases_of_this_module", "database"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is about one database runs once; what asks which statements ran comes at the end."""
    only_once(items, config)
    last(items, "test_every_stores_statements")


statements.listen()
