"""Every store's statements ran on SQLite and on PostgreSQL. It is collected last, and knows what ran before it."""

import pytest

from tests import statements
from tests.databases import whole_suite


@pytest.mark.one_database
def test_rooms_put_their_statements_in_stores_alone() -> None:
    assert statements.elsewhere() == {"web/routes/about.py"}, "SELECT 1: whether the database answers"


@pytest.mark.one_database("postgresql")
def test_every_stores_statements_ran_on_both_databases(request: pytest.FixtureRequest) -> None:
    if not whole_suite(request.config):
        pytest.skip("only the whole of tests/integration can say it")
    wanted = statements.statements()
    unheard = {
        kind: sorted(words for place, words in wanted.items() if place not in heard)
        for kind, heard in statements.heard.items()
    }
    assert unheard == {"sqlite": [], "postgresql": []}
