"""The audit trail: whole, or the first broken row is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from foundation.access import PRODUCT
from foundation.audit import Entry
from foundation.database import engine_for, is_postgresql
from foundation.floor import Floor
from tests.house import migrated_floor


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    with migrated_floor(tmp_path) as opened:
        for number in range(5):
            opened.audit.note(PRODUCT, Entry("test", "made", "C", "thing", str(number)))
        yield opened


def tamper(floor: Floor, statement: str) -> None:
    """As somebody with the database and a grudge would: past the product and past its triggers."""
    url, sql = floor.settings.database_url, [statement]
    if is_postgresql(url):
        sql.insert(0, "DROP TRIGGER foundation_audit_event_only_grows ON foundation_audit_event")
    else:
        sql[:0] = [f"DROP TRIGGER foundation_audit_event_no_{act}" for act in ("update", "delete")]
    engine = engine_for(url)
    with engine.begin() as conn:
        for one in sql:
            conn.exec_driver_sql(one)
    engine.dispose()


def test_an_untouched_trail_holds(floor: Floor) -> None:
    assert floor.audit.verify() is None
    assert [entry["entity_id"] for entry in floor.audit.entries(limit=2)] == ["4", "3"]


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE foundation_audit_event SET entity_id = 'x' WHERE seq = 3", 3),
        ("DELETE FROM foundation_audit_event WHERE seq = 2", 3),
        ("UPDATE foundation_audit_event SET seq = 99 WHERE seq = 4", 5),
        ("UPDATE foundation_audit_event SET detail = '{\"a\":1}' WHERE seq = 1", 1),
    ],
)
def test_what_was_altered_removed_or_moved_is_named(floor: Floor, statement: str, broken: int) -> None:
    tamper(floor, statement)
    assert floor.audit.verify() == broken


@pytest.mark.parametrize(
    "statement", ["UPDATE foundation_audit_event SET entity_id='x'", "DELETE FROM foundation_audit_event"]
)
def test_the_database_itself_refuses_to_change_the_trail(floor: Floor, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        floor.db.write(lambda conn: conn.execute(text(statement)).rowcount)
    assert floor.audit.verify() is None


def test_an_entry_of_a_write_that_failed_does_not_exist(floor: Floor) -> None:
    def work(conn: object) -> None:
        floor.audit.record(conn, PRODUCT, Entry("test", "never", "C", "thing", "x"))  # type: ignore[arg-type]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        floor.db.write(work)
    assert len(floor.audit.entries()) == 5
