"""PostgreSQL answers the questions that are asked all day from their partial indexes: EXPLAIN, with a county's rows.

The plan is the generic one, made without looking at the parameters: a driver that prepares gets no other.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Table

from foundation.clock import now
from foundation.database import Connection
from foundation.tasks import task
from foundation.vocabulary import Role
from reading_queue.api import Kind, WorklistFilter
from reading_queue.store.tables import workitem
from reports.store import deliveries
from reports.store.tables import delivery, report
from tests.integration.reading_queue.county import County, open_county
from tests.integration.reading_queue.test_worklist import asked

pytestmark = pytest.mark.one_database("postgresql")

ROWS = 20_000
PLACE = re.compile(r"%(?:\(\w+\))?s")
NEVER = "'2026-01-01T00:00:00.000Z'"


@pytest.fixture(scope="module")
def county(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("proofs")) as opened:
        opened.ready("1.2.3")
        opened.desk.floor.db.write(_many)
        yield opened


def _more(conn: Connection, table: Table, **changed: str) -> None:
    """Many rows like the first one of a table, with some columns changed; `n` is their number."""
    names = [f'"{column.name}"' for column in table.c]
    values = [changed.get(column.name, f'"{column.name}"') for column in table.c]
    conn.exec_driver_sql(
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)}"
        f" FROM (SELECT * FROM {table.name} LIMIT 1) one, generate_series(1, {ROWS}) n"
    )


def _many(conn: Connection) -> None:
    """What a county has after a while: a twentieth of it is still to be done."""
    study = {"uid": "'9.' || n", "study_instance_uid": "'8.' || n"}
    open_ = "CASE WHEN mod(n, 20) = 0 THEN 'SCHEDULED' ELSE 'COMPLETED' END"
    _more(conn, workitem, **study, state=open_, claimed_by="'r' || mod(n, 50)", ended_at=NEVER)
    waits = "CASE WHEN mod(n, 20) = 0 THEN 'due' ELSE 'done' END"
    later = "to_char(now() + n * interval '1 minute', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
    _more(conn, task, id="'t' || n", key="NULL", state=waits, due_at=later, finished_at=NEVER)
    first = {"id": "first", "report_id": "first", "number": 1, "unit_id": "u", "target": "inbox", "state": "pending"}
    conn.execute(delivery.insert().values(**first, owed_at=now()))
    _more(
        conn, delivery, id="'d' || n", report_id="'p' || n", unit_id="'u' || mod(n, 20)", state="'delivered'",
        delivered_at=NEVER, read_at=f"CASE WHEN mod(n, 500) = 0 THEN NULL ELSE {NEVER} END",
    )  # fmt: skip
    for one in (workitem, task, delivery, report):
        conn.exec_driver_sql(f"ANALYZE {one.name}")


def plan(county: County, text: str) -> str:
    """How PostgreSQL would answer, whatever the parameters are."""
    count = 0

    def numbered(_found: "re.Match[str]") -> str:
        nonlocal count
        count += 1
        return f"${count}"

    with county.desk.floor.db.read() as conn:
        conn.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
        conn.exec_driver_sql(f"PREPARE proof AS {PLACE.sub(numbered, text)}")
        try:
            nothing = f"({', '.join(['NULL'] * count)})" if count else ""
            lines = conn.exec_driver_sql(f"EXPLAIN EXECUTE proof{nothing}")
            return "\n".join(str(row[0]) for row in lines)
        finally:
            conn.exec_driver_sql("DEALLOCATE proof")


def statement(act: Callable[[], object], monkeypatch: pytest.MonkeyPatch, words: str) -> str:
    """The first statement of `act` that has these words."""
    return next(text for text, _ in asked(act, monkeypatch) if words in text)


def test_the_reading_queue_is_answered_from_its_partial_indexes(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue, reader = county.queue, county.reader()
    one = queue.workitem(reader, county.ready("1.2.3"))
    questions: dict[str, Callable[[], object]] = {
        "ix_reading_queue_workitem_worklist": lambda: queue.worklist(reader, WorklistFilter(kind=Kind.READING)),
        "ix_reading_queue_workitem_done": lambda: queue.worklist(reader, WorklistFilter(state="done")),
        "ix_reading_queue_workitem_lease": queue.expire_leases,
        "ix_reading_queue_workitem_study": lambda: queue.history(reader, "1.2.3"),
        "pk_reading_queue_workitem": lambda: queue.claim(reader, one.uid),
    }
    for index, act in questions.items():
        found = plan(county, statement(act, monkeypatch, "reading_queue_workitem"))
        assert index in found, found
        assert "Seq Scan on reading_queue_workitem" not in found, found


def test_owed_work_is_found_by_its_partial_indexes(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = county.desk.floor.tasks
    claim = statement(lambda: tasks.claim(1), monkeypatch, "UPDATE foundation_task")
    assert "FOR UPDATE SKIP LOCKED" in claim, "one statement"
    count = statement(lambda: tasks.send(10), monkeypatch, "count(*)")
    send = statement(lambda: tasks.send(10), monkeypatch, "UPDATE foundation_task")
    for text, indexes in (
        (claim, {"ix_foundation_task_due", "ix_foundation_task_running"}),
        (count, {"ix_foundation_task_sent", "ix_foundation_task_running"}),
        (send, {"ix_foundation_task_running"}),
    ):
        found = plan(county, text)
        assert not [index for index in indexes if index not in found], found
        assert "Seq Scan on foundation_task" not in found, found


def test_unread_reports_are_counted_from_their_partial_index(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic = county.desk.actor(Role.CLINICIAN, unit=county.desk.hekou)

    def look() -> None:
        with county.desk.floor.db.read() as conn:
            deliveries.unread(conn, clinic)

    assert "ix_reports_delivery_unread" in plan(county, statement(look, monkeypatch, "reports_delivery"))
