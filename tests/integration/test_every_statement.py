"""Every store's statements ran on SQLite and on PostgreSQL. It is collected last, and knows what ran before it."""

import pytest

from tests import statements
from tests.databases import whole_suite


@pytest.mark.one_database("postgresql")
def test_every_stores_statements_ran_on_both_databases(request: pytest.FixtureRequest) -> None:
    if not whole_suite(request.config):
        pytest.skip("only the whole of tests/integration can say it")
    wanted = set(statements.functions())
    on_sqlite, on_postgresql = (wanted & statements.heard[kind] for kind in ("sqlite", "postgresql"))
    assert sorted(on_sqlite ^ on_postgresql) == []
    # what is new today may be reached by a story alone; no room may be
    unheard = sorted(wanted - on_sqlite)
    assert len(unheard) <= len(wanted) // 20, unheard
