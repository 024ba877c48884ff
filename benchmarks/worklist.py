"""The reading worklist of 50 rows, with its counts, among 1,000,000 studies.

The peer is the usual way: the open workitems by LIKE over name, id and number, sorted by a query without the partial
index that only open workitems are in, each row built as a Python object and written as JSON. Ours is then measured on
PostgreSQL as well.
"""

import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.both import SECOND, on_postgresql
from foundation.access import Actor
from foundation.clock import iso
from foundation.floor import open_floor
from foundation.settings import FoundationSettings
from foundation.vocabulary import Role
from lianzhen import schema
from reading_queue.api import ReadingQueue, ReadingQueueSettings, WorklistFilter
from registry.api import Registry, RegistrySettings

STUDIES = 1_000_000
OPEN = 2_000
UNITS = 30
ROUNDS = 200
PEER_ROUNDS = 15
GOAL_MS = 50.0
COLUMNS = (
    "uid", "kind", "label", "state", "priority", "urgency", "specialty", "study_instance_uid", "unit_id", "unit_name",
    "patient_uid", "patient_id", "patient_name", "accession_number", "order_id", "modality", "body_part", "description",
    "instances", "created_at", "deadline_at", "attempt", "claimed_by", "ended_at",
)  # fmt: skip


def workitems(count: int, waiting: int) -> Iterator[tuple[Any, ...]]:
    """So many studies, the newest of which wait."""
    random_ = random.Random(5)
    at = datetime(2024, 1, 1, tzinfo=UTC)
    for number in range(count):
        open_ = number >= count - waiting
        urgency = random_.choices((0, 1, 2), (1, 8, 1))[0]
        came = at + timedelta(seconds=80 * number)
        unit, who = number % UNITS, number % 300_000
        yield (
            f"2.25.{number}", "reading", "DR阅片", "SCHEDULED" if open_ else "COMPLETED",
            ("HIGH", "MEDIUM", "LOW")[urgency], urgency, "radiology", f"2.25.9{number}", f"unit-{unit}",
            f"{unit} 镇卫生院", f"patient-{who}", f"P{who}", f"王{random_.randrange(10**4)}", f"A{number:010d}", "",
            "DX", "CHEST", "胸部正位", 2, iso(came), iso(came + timedelta(hours=2)), 1,
            None if open_ else f"reader-{number % 20}", None if open_ else iso(came + timedelta(minutes=40)),
        )  # fmt: skip


def seed(path: Path, count: int, waiting: int) -> None:
    """Fill the migrated file the quick way: the second indexes are made afterwards."""
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA synchronous=OFF")
    query = "SELECT name, sql FROM sqlite_master WHERE tbl_name=? AND type='index' AND sql IS NOT NULL"
    later = conn.execute(query, ("reading_queue_workitem",)).fetchall()
    for name, _sql in later:
        conn.execute(f"DROP INDEX {name}")
    marks = ",".join("?" * len(COLUMNS))
    insert = f"INSERT INTO reading_queue_workitem ({','.join(COLUMNS)}) VALUES ({marks})"
    conn.executemany(insert, workitems(count, waiting))
    for _name, sql in later:
        conn.execute(sql)
    conn.execute("ANALYZE")
    conn.commit()
    conn.close()


def p95_ms(times: int, act: Callable[[], object]) -> float:
    """The 95th percentile of one answer's time."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        taken.append((time.perf_counter() - started) * 1000)
    return quantiles(taken, n=20)[-1]


def rows() -> list[dict[str, Any]]:
    """What waits in the county, what one sender's reader sees, a search in it, and what the reader has done."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = FoundationSettings(data=Path(folder))
        schema.migrate(chosen.database_url)
        path = Path(folder) / "lianzhen.sqlite3"
        seed(path, STUDIES, OPEN)
        figures, peer = _figures(chosen), _peer_ms(path)
        with on_postgresql(path) as address:
            second = _figures(chosen.model_copy(update={"database": address}))
    found = [*figures.items()] + [(SECOND + name, ours) for name, ours in second.items()]
    return [_row(name, ours, peer) for name, ours in found]


def _figures(chosen: FoundationSettings) -> dict[str, float]:
    """The 95th percentile of each question, on the database of these settings."""
    asked = {"what waits": WorklistFilter(), "a name in it": WorklistFilter(q="王77"),
             "what the reader has done": WorklistFilter(state="done")}  # fmt: skip
    floor = open_floor(chosen)
    try:
        queue = ReadingQueue(floor, Registry(floor, RegistrySettings()), ReadingQueueSettings())
        reader = Actor("reader-7", "医师", "lead", frozenset({Role.RADIOLOGIST}))
        assert len(json.loads(queue.worklist(reader, WorklistFilter()))["items"]) == 50
        return {
            f"worklist of 50 among {STUDIES:,} studies, {what}, P95": p95_ms(
                ROUNDS, partial(queue.worklist, reader, one)
            )
            for what, one in asked.items()
        }
    finally:
        floor.close()


def _peer_ms(path: Path) -> float:
    conn = sqlite3.connect(path)
    conn.row_factory = sqlite3.Row
    scan = (
        "SELECT * FROM reading_queue_workitem NOT INDEXED WHERE state IN ('SCHEDULED', 'IN PROGRESS')"
        " AND (patient_name LIKE ? OR patient_id LIKE ? OR accession_number LIKE ?)"
        " ORDER BY urgency, deadline_at LIMIT 50"
    )

    def answer() -> str:
        return json.dumps([dict(row) for row in conn.execute(scan, ("%王%",) * 3)])

    try:
        return p95_ms(PEER_ROUNDS, answer)
    finally:
        conn.close()


def _row(figure: str, ours: float, peer: float) -> dict[str, Any]:
    return {
        "figure": figure, "unit": "ms", "ours": round(ours, 2), "peer": "LIKE '%…%' without an index, SQLite",
        "peer_value": round(peer, 1), "ratio": round(ours / peer, 3), "goal": f"≤ {GOAL_MS:g}", "met": ours <= GOAL_MS,
    }  # fmt: skip
