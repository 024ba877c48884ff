"""Claims a second with 1, 8 and 32 readers on PostgreSQL with its own settings (fsync, synchronous_commit on), audit
entry and live news included; and how long after a restart of the server a claim is done again.

The peer is the usual way: each reader's thread has a transaction of its own, SELECT … FOR UPDATE SKIP LOCKED, an
UPDATE, and an audit entry that is not chained and of which nobody is told.
"""

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from benchmarks.claims import (
    CLAIMS,
    PEER_CLAIMS,
    RACERS,
    RACES,
    READERS,
    ROUNDS,
    Claim,
    _p99,
    _races,
    _readers,
    county,
    reader,
)
from foundation.access import Actor
from foundation.ids import new_id, new_uid
from lianzhen import schema
from reading_queue.api import ReadingQueue
from scripts.services import Postgresql

RESTARTS = 4
PENDING = ROUNDS * sum(CLAIMS.values()) + sum(PEER_CLAIMS.values()) + RACES + RESTARTS
GOAL_RATE, GOAL_P99, GOAL_RECOVERY = 2000, 50.0, 5.0
NOW = "to_char(now() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
LOOK = "SELECT state FROM reading_queue_workitem WHERE uid = %s FOR UPDATE SKIP LOCKED"
TAKE = (
    "UPDATE reading_queue_workitem SET state = 'IN PROGRESS', claimed_by = %s, claimed_name = %s, transaction_uid = %s,"
    f" claimed_at = {NOW}, lease_until = {NOW}, attempt = attempt + 1 WHERE uid = %s"
)
NOTE = (
    "INSERT INTO bench_audit (id, recorded, agent_id, agent_name, subtype, entity_id)"
    f" VALUES (%s, {NOW}, %s, %s, 'claim', %s)"
)


def _peer(dsn: str) -> Claim:
    """A claim as it is usually written; each thread keeps its connection."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute(
            "CREATE TABLE bench_audit (seq bigserial PRIMARY KEY, id text, recorded text, agent_id text,"
            " agent_name text, subtype text, entity_id text)"
        )
    kept: dict[str, psycopg.Connection[Any]] = {}

    def claim(actor: Actor, uid: str) -> None:
        conn = kept.get(actor.id)
        if conn is None:
            conn = kept[actor.id] = psycopg.connect(dsn)
        with conn.transaction():
            row = conn.execute(LOOK, (uid,)).fetchone()
            assert row == ("SCHEDULED",)
            conn.execute(TAKE, (actor.id, actor.name, new_uid(), uid))
            conn.execute(NOTE, (new_id(), actor.id, actor.name, uid))

    return claim


def _recovery(server: Postgresql, queue: ReadingQueue, uids: list[str]) -> float:
    """The longest wait from the moment at which the server serves again to a claim that is done."""
    longest = 0.0
    for uid in uids:
        server.crash()
        server.start()
        begun = time.perf_counter()
        queue.claim(reader(0), uid)
        longest = max(longest, time.perf_counter() - begun)
    return longest


def rows() -> list[dict[str, Any]]:
    """The rate and the 99th percentile for each number of readers (the median of the rounds), ours and the peer's."""
    table: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="lianzhen-bench-") as name:
        server = Postgresql(Path(name) / "postgresql")
        server.start()
        try:
            database = server.create("bench")
            schema.migrate(database)
            with county(Path(name) / "data", PENDING, database) as (_, queue, uids):
                peer, line = _peer(server.dsn("bench")), iter(uids)
                for count in READERS:
                    table += _measured(count, line, queue, peer)
                rest = list(line)
                doubled = _races(queue, rest[:RACES])
                recovery = _recovery(server, queue, rest[RACES : RACES + RESTARTS])
        finally:
            server.stop()
    twice = f"PostgreSQL: claimed twice, {RACES} races of {RACERS}"
    again = f"PostgreSQL: claim after an immediate restart, worst of {RESTARTS}"
    return [
        *table,
        _row(twice, "", doubled, None, "0", met=doubled == 0),
        _row(again, "s", recovery, None, f"≤ {GOAL_RECOVERY:g}", met=recovery <= GOAL_RECOVERY),
    ]


def _measured(count: int, line: Any, queue: ReadingQueue, peer: Claim) -> list[dict[str, Any]]:
    """Two rows for so many readers."""
    rounds = [_readers(count, [next(line) for _ in range(CLAIMS[count])], queue.claim) for _ in range(ROUNDS)]
    took, waits = _readers(count, [next(line) for _ in range(PEER_CLAIMS[count])], peer)
    rate, p99 = median(len(waits) / took for took, waits in rounds), median(_p99(one) for _, one in rounds)
    goal = f"≥ {GOAL_RATE}" if count == max(READERS) else None
    name = f"{count} readers" if count > 1 else "1 reader, one commit for each claim"
    return [
        _row(f"PostgreSQL: claims, {name}", "1/s", rate, len(waits) / took, goal, met=rate >= GOAL_RATE),
        _row(f"PostgreSQL: claim p99, {name}", "ms", p99, _p99(waits), f"≤ {GOAL_P99:g}", met=p99 <= GOAL_P99),
    ]


def _row(figure: str, unit: str, ours: float, theirs: float | None, goal: str | None, *, met: bool) -> dict[str, Any]:
    ratio = None if not theirs else round(ours / theirs if unit == "1/s" else theirs / ours, 2)
    return {
        "figure": figure, "unit": unit, "ours": round(ours, 2),
        "peer": None if theirs is None else "psycopg, a transaction for each thread, SKIP LOCKED",
        "peer_value": None if theirs is None else round(theirs, 2), "ratio": ratio, "goal": goal,
        "met": met if goal else None,
    }  # fmt: skip
