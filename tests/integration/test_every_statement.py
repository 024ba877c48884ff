"""Every store's statements ran on SQLite and on PostgreSQL. It is collected last, and knows what ran before it."""

import pytest

from tests import statements
from tests.databases import whole_suite


@pytest.mark.one_database("postgresql")
def test_every_stores_statements_ran_on_both_databases(request: pytest.FixtureRequest) -> None:
    on_sqlite, on_postgresql = (statements.heard[kind] for kind in ("sqlite", "postgresql"))
    if whole_suite(request.config):
        wanted = set(statements.functions())
        assert len(wanted) > 80
        assert sorted(wanted - on_sqlite) == []
        assert sorted(wanted - on_postgresql) == []
    assert sorted(on_sqlite ^ on_postgresql) == []
