"""A county's rows, so that a database has a reason to choose an index, and how it then would answer a statement."""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, text

from foundation.clock import now
from foundation.database import Connection
from foundation.tasks import task
from pacs_gateway.store.tables import instance
from reading_queue.store.tables import workitem
from recognition.store.tables import offer
from reports.store.keys import key
from reports.store.tables import delivery

ROWS = 20_000
PLACE = re.compile(r"%(?:\(\w+\))?s")
NEVER = "'2026-01-01T00:00:00.000Z'"
LATER = "'20' || (30 + n % 60) || '-01-01T00:00:00.000Z'"
AT = datetime(2026, 1, 1, tzinfo=UTC)
FIRST: dict[Table, dict[str, Any]] = {
    delivery: {"id": "first", "report_id": "first", "number": 1, "unit_id": "u", "target": "inbox", "state": "pending"},
    instance: {
        "sop_instance_uid": "1.1", "series_instance_uid": "1.2", "study_instance_uid": "1.3", "sop_class_uid": "1.4",
        "transfer_syntax_uid": "1.5", "digest": "d", "size": 1, "number": 1, "rows": 1, "columns": 1, "frames": 1,
        "bits_allocated": 16, "photometric": "MONOCHROME2", "has_pixels": True, "received_at": AT, "aet": "A",
        "channel": "dimse", "header": b"",
    },
    key: {"kid": "first", "person_id": "p", "person_name": "p", "organisation": "o", "custody": "store",
          "algorithm": "ES256", "created_at": AT, "certificate": b"c", "issuers": [], "revocation_reason": ""},
    offer: {
        "id": "first", "order_id": "first", "unit_id": "u", "patient_uid": "p", "item_code": "i", "item_version": "v",
        "candidates": [], "emergency": False, "offered_at": AT, "state": "recognised", "decided_by": "",
        "decided_name": "", "report_id": "", "report_number": 0, "reason": "", "note": "", "told": False, "saved": 0,
    },
}  # fmt: skip
"""The row that the others are copied from, where the product's own deeds have made none yet."""


def county_rows(conn: Connection) -> None:
    """What a county has after a while: a twentieth of it is still to be done."""
    for table, facts in FIRST.items():
        conn.execute(table.insert().values(facts | ({"owed_at": now()} if table is delivery else {})))
    done = "CASE WHEN n % 20 = 0 THEN '{}' ELSE '{}' END"
    study = {"uid": "'9.' || n", "study_instance_uid": "'8.' || n", "replaces": "NULL"}
    open_ = {"state": done.format("SCHEDULED", "COMPLETED"), "claimed_by": "'r' || (n % 50)", "ended_at": NEVER}
    _more(conn, workitem, **study, **open_)
    _more(conn, task, id="'t' || n", key="'k' || n", state=done.format("due", "done"), due_at=LATER, finished_at=NEVER)
    _more(
        conn, delivery, id="'d' || n", report_id="'p' || n", unit_id="'u' || (n % 20)", state="'delivered'",
        delivered_at=NEVER, read_at=f"CASE WHEN n % 500 = 0 THEN NULL ELSE {NEVER} END",
    )  # fmt: skip
    _more(conn, instance, sop_instance_uid="'7.' || n", came_as="CASE WHEN n % 500 = 0 THEN '6.' || n END")
    _more(conn, key, kid="'k' || n", person_id="'p' || (n % 200)", algorithm="'a' || (n % 200)",
          replaced_at=f"CASE WHEN n > 200 THEN {NEVER} END")  # fmt: skip
    _more(conn, offer, id="'o' || n", order_id="'o' || n", unit_id="'u' || (n % 20)",
          state=done.format("open", "recognised"))  # fmt: skip
    conn.exec_driver_sql("ANALYZE")


def _more(conn: Connection, table: Table, **changed: str) -> None:
    """Many rows like the first one of a table, with some columns changed; `n` is their number."""
    names = ", ".join(f'"{column.name}"' for column in table.c)
    values = ", ".join(changed.get(column.name, f'"{column.name}"') for column in table.c)
    numbers = f"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < {ROWS})"
    rows = f"{numbers} SELECT {values} FROM (SELECT * FROM {table.name} LIMIT 1) one, r"
    conn.execute(text(f"INSERT INTO {table.name} ({names}) {rows}"))


def plan(conn: Connection, statement: tuple[str, Any]) -> str:
    """How the database would answer. PostgreSQL's plan is the generic one, made without looking at the parameters:
    a driver that prepares gets no other.
    """
    words, values = statement
    if conn.dialect.name == "sqlite":
        return "\n".join(row.detail for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", tuple(values)))
    count = 0

    def numbered(_found: "re.Match[str]") -> str:
        nonlocal count
        count += 1
        return f"${count}"

    conn.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
    conn.exec_driver_sql(f"PREPARE proof AS {PLACE.sub(numbered, words)}")
    try:
        nothing = f"({', '.join(['NULL'] * count)})" if count else ""
        lines = conn.exec_driver_sql(f"EXPLAIN EXECUTE proof{nothing}")
        return "\n".join(str(row[0]) for row in lines)
    finally:
        conn.exec_driver_sql("DEALLOCATE proof")


def partial_indexes(conn: Connection) -> set[str]:
    """Those that the database has."""
    if conn.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
    else:
        query = "SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL"
    return {str(row[0]) for row in conn.exec_driver_sql(query)}
