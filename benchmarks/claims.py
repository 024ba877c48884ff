"""Claims a second with 1, 8 and 32 readers on SQLite with synchronous=FULL, audit entry and live news included.

The peer is the usual way: each reader's thread opens a BEGIN IMMEDIATE transaction of its own and lets SQLAlchemy's
ORM read the workitem, look at its state, change it, and add an audit entry (not chained, nobody told).
"""

import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import create_engine as engine_for
from sqlalchemy import event, select
from sqlalchemy.orm import Session, registry

from foundation.access import PRODUCT, Actor
from foundation.audit import audit_event
from foundation.database import Connection, metadata
from foundation.floor import Floor, open_floor
from foundation.ids import new_id, new_uid
from foundation.live import News
from foundation.settings import FoundationSettings
from foundation.vocabulary import Role, Sex
from reading_queue.api import ReadingQueue, ReadingQueueSettings
from reading_queue.errors import AlreadyClaimed
from reading_queue.store.tables import workitem
from registry.api import NewPatient, Registry, RegistrySettings, UnitKind

READERS = (1, 8, 32)
ROUNDS = 5
CLAIMS = {1: 300, 8: 1200, 32: 2400}  # in each round
PEER_CLAIMS = {1: 150, 8: 250, 32: 250}
RACES = 50
RACERS = 100
PENDING = ROUNDS * sum(CLAIMS.values()) + sum(PEER_CLAIMS.values()) + RACES
GOAL_RATE, GOAL_P99 = 5000, 50.0

Claim = Callable[[Actor, str], object]


@dataclass(frozen=True, slots=True)
class Ready:
    """An examination that can be read."""

    study_instance_uid: str
    unit_id: str
    patient_uid: str
    accession_number: str = "BENCH1"
    order_id: str = ""
    modality: str = "DX"
    body_part: str = "CHEST"
    description: str = "胸部正位"
    priority: str = "MEDIUM"
    instances: int = 2


def reader(number: int) -> Actor:
    """One of many radiologists."""
    return Actor(f"reader-{number}", f"医师{number}", "lead", frozenset({Role.RADIOLOGIST}))


@contextmanager
def county(folder: Path, pending: int, database: str = "") -> Iterator[tuple[Floor, ReadingQueue, list[str]]]:
    """An open floor, its queue, and the uids of so many workitems that wait for a radiologist."""
    floor = open_floor(FoundationSettings(data=folder, database=database))
    try:
        floor.db.write(metadata.create_all)
        desk = Registry(floor, RegistrySettings())
        queue = ReadingQueue(floor, desk, ReadingQueueSettings())
        unit = desk.add_unit(PRODUCT, "演示乡镇卫生院", UnitKind.TOWNSHIP, "BENCH")
        patient = desk.register_patient(PRODUCT, NewPatient(unit.id, "演示", "P1", Sex.FEMALE))
        for first in range(0, pending, 500):
            batch = [Ready(new_uid(), unit.id, patient.id) for _ in range(min(500, pending - first))]
            floor.db.write(partial(_schedule, queue, batch))
        with floor.db.read() as conn:
            uids = list(conn.execute(select(workitem.c.uid)).scalars())
        yield floor, queue, uids
    finally:
        floor.close()


def _schedule(queue: ReadingQueue, batch: list[Ready], conn: Connection) -> None:
    for one in batch:
        queue.on_examination_ready(conn, one)


def _readers(count: int, uids: Iterable[str], claim: Claim) -> tuple[float, list[float]]:
    """Let `count` readers claim until nothing is left: seconds in all, and milliseconds of each claim."""
    line = iter(uids)
    turn = threading.Lock()
    start = threading.Barrier(count + 1)
    waits: list[float] = []

    def read(number: int) -> None:
        me, mine = reader(number), []
        start.wait()
        while True:
            with turn:
                uid = next(line, None)
            if uid is None:
                break
            begun = time.perf_counter()
            claim(me, uid)
            mine.append((time.perf_counter() - begun) * 1000)
        waits.extend(mine)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun, waits


class _Item:
    """The peer's mapped workitem."""

    state: str
    attempt: int


class _Trail:
    """The peer's mapped audit entry."""

    def __init__(self, **columns: Any) -> None:
        for name, value in columns.items():
            setattr(self, name, value)


def _orm(url: str) -> Claim:
    """A claim as it is usually written."""
    engine = engine_for(url, pool_size=64, connect_args={"timeout": 60, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE")

    mapped = registry()
    mapped.map_imperatively(_Item, workitem)
    mapped.map_imperatively(_Trail, audit_event)

    def claim(actor: Actor, uid: str) -> None:
        now = datetime.now(UTC)
        with Session(engine) as session, session.begin():
            item: Any = session.get(_Item, uid)
            if item.state != "SCHEDULED":
                raise AlreadyClaimed(name=item.claimed_name)
            item.state, item.claimed_by, item.claimed_name = "IN PROGRESS", actor.id, actor.name
            item.claimed_at, item.lease_until = now, now + timedelta(seconds=120)
            item.transaction_uid, item.attempt = new_uid(), item.attempt + 1
            columns = {"id": new_id(), "recorded": now.isoformat(timespec="milliseconds")[:24], "type": "workitem"}
            columns |= {"subtype": "claim", "action": "U", "outcome": "0", "agent_id": actor.id, "entity_id": uid}
            columns |= {"agent_name": actor.name, "unit_id": actor.unit_id, "entity_type": "workitem"}
            session.add(_Trail(**columns, detail={"attempt": item.attempt}, previous="", hash=""))

    return claim


def _races(queue: ReadingQueue, uids: list[str]) -> int:
    """How many workitems more than one reader won, when a hundred claim each at once."""
    doubled = 0
    for uid in uids:
        wins: list[int] = []

        def race(number: int, uid: str = uid, wins: list[int] = wins) -> None:
            try:
                queue.claim(reader(number), uid)
            except AlreadyClaimed:
                return
            wins.append(number)

        threads = [threading.Thread(target=race, args=(number,)) for number in range(RACERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        doubled += len(wins) != 1
    return doubled


def rows() -> list[dict[str, Any]]:
    """The rate and the 99th percentile for each number of readers (the median of the rounds), ours and the peer's."""
    table: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name, county(Path(name), PENDING) as (floor, queue, uids):
        heard: list[News] = []
        floor.live.listen(heard.append)
        peer = _orm(floor.settings.database_url)
        line = iter(uids)
        for count in READERS:
            rounds = [_readers(count, [next(line) for _ in range(CLAIMS[count])], queue.claim) for _ in range(ROUNDS)]
            theirs = _readers(count, [next(line) for _ in range(PEER_CLAIMS[count])], peer)
            rate, p99 = median(len(waits) / took for took, waits in rounds), median(_p99(one) for _, one in rounds)
            readers = f"{count} readers" if count > 1 else "1 reader, one commit for each claim"
            goal = GOAL_RATE if count > 1 else None
            table.append(_row(f"claims, {readers}", "1/s", rate, len(theirs[1]) / theirs[0], goal))
            table.append(_row(f"claim p99, {readers}", "ms", p99, _p99(theirs[1]), GOAL_P99))
        doubled = _races(queue, list(line))
        assert len(heard) == ROUNDS * sum(CLAIMS.values()) + RACES  # everybody was told of every claim
        assert floor.audit.entries(limit=1)
    table.append(
        {"figure": f"claimed twice, {RACES} races of {RACERS}", "unit": "", "ours": doubled, "peer": None,
         "peer_value": None, "ratio": None, "goal": "0", "met": doubled == 0}
    )  # fmt: skip
    return table


def _p99(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.99)]


def _row(figure: str, unit: str, ours: float, theirs: float, goal: float | None) -> dict[str, Any]:
    more = unit == "1/s"
    return {
        "figure": figure,
        "unit": unit,
        "ours": round(ours, 2),
        "peer": "SQLAlchemy ORM, a transaction for each thread",
        "peer_value": round(theirs, 2),
        "ratio": round(ours / theirs if more else theirs / ours, 2),
        "goal": None if goal is None else f"{'≥' if more else '≤'} {goal:g}",
        "met": None if goal is None else (ours >= goal if more else ours <= goal),
    }
