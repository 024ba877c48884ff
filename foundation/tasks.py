"""Work owed to the outside or to later: a row written in the same write as its cause, so it cannot be lost.

A runner (the threads of `foundation.runner`, or Celery in `lianzhen.worker`) takes due rows. Every task may run
twice. A failure is one of three: *transient* (Unavailable, or a fault of ours: again with back-off), *permanent*
(Refused: never again) or *ambiguous* (a person must look). Retry happens here and nowhere else.

Who runs a task holds it by a lease of the database's clock, renewed while it runs. With Celery a due row is first
*sent*: its id is in a message until `sent_until`; a message that was lost is sent again after that.
"""

import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    String,
    Table,
    and_,
    delete,
    func,
    literal_column,
    or_,
    select,
    update,
)

from foundation import clock
from foundation.database import Database, Row, after_commit, append, metadata
from foundation.database.link import CommitUnknown
from foundation.dialect import JsonText, Moment, database_now, upsert
from foundation.errors import Ambiguous, LianzhenError, Refused, Unavailable
from foundation.ids import new_id
from foundation.log import Log

Payload = dict[str, Any]
Handler = Callable[[Payload], None]

FAULTS_LIMIT = 8  # attempts that a fault of ours gets before a person must look
BACKOFF_LIMIT = 900.0  # seconds between two attempts at most
OUTCOME_SECONDS = 0.5  # between two tries to write down how a task went
KEEP_DONE = timedelta(days=7)

log = Log("tasks")


class TaskState(StrEnum):
    """Where a task stands."""

    DUE = "due"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # permanent
    UNSURE = "unsure"  # ambiguous


task = Table(
    "foundation_task",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("payload", JsonText, nullable=False),
    Column("key", String(160)),
    Column("state", String(8), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("holder", String(36)),  # who runs it: fences an outcome against a later holder
    Column("lease_until", Moment),
    Column("sent_until", Moment),
    Column("error_code", String(64)),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
)
# Written out, since a partial index serves no query that has a parameter in its place.
_DUE = task.c.state == literal_column("'due'")
_RUNNING = task.c.state == literal_column("'running'")
Index("ix_foundation_task_due", task.c.due_at, sqlite_where=_DUE, postgresql_where=_DUE)
Index("ix_foundation_task_running", task.c.lease_until, sqlite_where=_RUNNING, postgresql_where=_RUNNING)
Index("ix_foundation_task_sent", task.c.sent_until, sqlite_where=_DUE, postgresql_where=_DUE)
Index("ux_foundation_task_key", task.c.key, unique=True, sqlite_where=_DUE, postgresql_where=_DUE)


def _ready() -> ColumnElement[bool]:
    """Due, or running in the hands of somebody whose lease is over."""
    return or_(
        and_(_DUE, task.c.due_at <= database_now()),
        and_(_RUNNING, task.c.lease_until < database_now()),
    )


def _next(limit: int | ColumnElement[int], *more: ColumnElement[bool]) -> CTE:
    """The ids of ready tasks, the longest due first; rows in somebody else's hands are passed over."""
    wanted = select(task.c.id).where(_ready(), *more).order_by(task.c.due_at).limit(limit)
    return wanted.with_for_update(skip_locked=True).cte("wanted")


class NotYet(Exception):
    """A task's way to say: the time has not come, ask again in so many seconds. Not a failure."""

    def __init__(self, in_seconds: float) -> None:
        super().__init__(in_seconds)
        self.in_seconds = in_seconds


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task in this runner's hands; `holder` fences the outcome against a later one."""

    id: str
    kind: str
    payload: Payload
    key: str | None
    attempts: int
    holder: str


class Tasks:
    """The table of owed work and the functions that do it."""

    def __init__(self, db: Database, now: clock.Clock, lease_seconds: float = 60) -> None:
        self._db = db
        self._now = now
        self.lease_seconds = lease_seconds
        self._held: dict[str, str] = {}  # task id to holder
        self._lock = threading.Lock()
        self.handlers: dict[str, Handler] = {}
        self.wake: Callable[[], None] = lambda: None

    def register(self, kind: str, handler: Handler) -> None:
        """Name the function that does `kind`. Its first docstring line becomes its documentation."""
        if kind in self.handlers:
            raise ValueError(f"task {kind} has two handlers")
        self.handlers[kind] = handler

    def owe(
        self,
        conn: Connection,
        kind: str,
        payload: Payload,
        *,
        key: str | None = None,
        in_seconds: float = 0.0,
        push: bool = True,
    ) -> None:
        """Owe a task in this write.

        With a `key`, a waiting task of that key is pushed to the new time instead of standing twice; without `push`
        it keeps its time, as the round of a watch must.
        """
        row = {
            "id": new_id(),
            "kind": kind,
            "payload": payload,
            "key": key,
            "state": TaskState.DUE.value,
            "due_at": self._now() + timedelta(seconds=in_seconds),
            "attempts": 0,
            "created_at": self._now(),
        }
        if key is None:
            append(conn, task, row)
        else:
            insert = upsert(conn, task).values(row)
            due_at = {"due_at": insert.excluded.due_at, "sent_until": None}
            conn.execute(
                insert.on_conflict_do_update(index_elements=["key"], index_where=_DUE, set_=due_at)
                if push
                else insert.on_conflict_do_nothing(index_elements=["key"], index_where=_DUE)
            )
        if in_seconds <= 0:
            after_commit(conn, self.wake)

    def claim(self, limit: int) -> list[Claimed]:
        """Take up to `limit` due tasks, and those whose holder's lease is over."""
        return self._take(lambda: task.c.id.in_(select(_next(limit).c.id)))

    def claim_one(self, task_id: str) -> Claimed | None:
        """Take the task that a message names; None when it is done, in other hands, or not due any more."""
        return next(iter(self._take(lambda: and_(task.c.id == task_id, _ready()))), None)

    def _take(self, wanted: Callable[[], ColumnElement[bool]]) -> list[Claimed]:
        holder = new_id()
        values = {
            "state": TaskState.RUNNING.value,
            "attempts": task.c.attempts + 1,
            "holder": holder,
            "lease_until": database_now(self.lease_seconds),
            "sent_until": None,
        }
        columns = (task.c.id, task.c.kind, task.c.payload, task.c.key, task.c.attempts, task.c.holder)

        def work(conn: Connection) -> list[Claimed]:
            rows = conn.execute(update(task).where(wanted()).values(values).returning(*columns))
            return [Claimed(*row) for row in rows]

        return self._db.write(work)

    def send(self, window: int) -> list[str]:
        """The ids of ready tasks to put into messages, so that at most about `window` are sent or running at a time.

        They count as sent for one lease; what was lost on the way is given out again after it.
        """
        in_flight = select(func.count()).where(
            or_(
                and_(_DUE, task.c.sent_until >= database_now()),
                and_(_RUNNING, task.c.lease_until >= database_now()),
            )
        )
        unsent = or_(task.c.sent_until.is_(None), task.c.sent_until < database_now())

        def work(conn: Connection) -> list[str]:
            room = window - conn.execute(in_flight).scalar_one()
            if room <= 0:
                return []
            chosen = task.c.id.in_(select(_next(room, unsent).c.id))
            sent = update(task).where(chosen).values(sent_until=database_now(self.lease_seconds))
            return list(conn.execute(sent.returning(task.c.id)).scalars())

        return self._db.write(work)

    def unsend(self, task_ids: Iterable[str]) -> None:
        """These could not be sent after all."""
        ids = list(task_ids)
        self._db.write(
            lambda conn: conn.execute(update(task).where(task.c.id.in_(ids)).values(sent_until=None)).rowcount
        )

    def renew(self) -> None:
        """Hold on to what runs in this process: called a few times within each lease."""
        with self._lock:
            held = dict(self._held)
        if held:
            mine = and_(_RUNNING, task.c.id.in_(list(held)), task.c.holder.in_(list(held.values())))
            until = database_now(self.lease_seconds)
            self._db.write(lambda conn: conn.execute(update(task).where(mine).values(lease_until=until)).rowcount)

    def run(self, claimed: Claimed) -> None:
        """Do one claimed task and write down how it went."""
        with self._lock:
            self._held[claimed.id] = claimed.holder
        try:
            self._run(claimed)
        finally:
            with self._lock:
                self._held.pop(claimed.id, None)

    def _run(self, claimed: Claimed) -> None:
        try:
            self.handlers[claimed.kind](claimed.payload)
        except NotYet as wait:
            self._again(claimed, wait.in_seconds, None)
        except CommitUnknown as fault:  # of our own database: every task may run twice
            self._again(claimed, backoff(claimed.attempts), fault.code)
        except Ambiguous as fault:
            self._finish(claimed, TaskState.UNSURE, fault.code)
        except Refused as fault:
            self._finish(claimed, TaskState.FAILED, fault.code)
        except Unavailable as fault:
            self._again(claimed, backoff(claimed.attempts), fault.code)
        except Exception as fault:  # noqa: BLE001 - the edge of the runner: a fault of ours must not stop the others
            log.fault("task-fault", fault, task=claimed.id, kind=claimed.kind, attempts=claimed.attempts)
            if claimed.attempts >= FAULTS_LIMIT:
                self._finish(claimed, TaskState.FAILED, LianzhenError.code)
            else:
                self._again(claimed, backoff(claimed.attempts), LianzhenError.code)
        else:
            self._finish(claimed, TaskState.DONE, None)

    def _finish(self, claimed: Claimed, state: TaskState, error_code: str | None) -> None:
        if error_code:
            log.warn("task-ended", task=claimed.id, kind=claimed.kind, state=state.value, code=error_code)
        self._write_outcome(lambda conn: _settle(conn, claimed, state, error_code, self._now()))

    def _write_outcome(self, work: Callable[[Connection], None]) -> None:
        """A database that comes back within the lease still learns how it went. Raises Unavailable."""
        deadline = time.monotonic() + self.lease_seconds
        while True:
            try:
                return self._db.write(work)
            except (Unavailable, CommitUnknown):  # fenced by the holder: a second time changes nothing
                if time.monotonic() > deadline:
                    raise
                time.sleep(min(OUTCOME_SECONDS, self.lease_seconds / 4))

    def _again(self, claimed: Claimed, in_seconds: float, error_code: str | None) -> None:
        due_at = self._now() + timedelta(seconds=in_seconds)

        def work(conn: Connection) -> None:
            waiting = select(task.c.id).where(_DUE, task.c.key == claimed.key)
            if claimed.key and conn.execute(waiting).first():
                _settle(conn, claimed, TaskState.DONE, error_code, self._now())
                return
            attempts = claimed.attempts if error_code else 0
            conn.execute(
                update(task)
                .where(_held_by(claimed))
                .values(state=TaskState.DUE.value, due_at=due_at, attempts=attempts, error_code=error_code)
            )

        self._write_outcome(work)

    def sweep(self) -> None:
        """Forget tasks that were done long ago."""
        limit = self._now() - KEEP_DONE
        self._db.write(
            lambda conn: conn.execute(delete(task).where(task.c.state == "done", task.c.finished_at < limit)).rowcount
        )

    def retry(self, task_id: str) -> None:
        """Let a failed or unsure task run again, after a person has looked."""
        self._db.write(
            lambda conn: (
                conn.execute(
                    update(task)
                    .where(task.c.id == task_id, task.c.state.in_(["failed", "unsure"]))
                    .values(state=TaskState.DUE.value, due_at=self._now(), attempts=0, key=None)
                ).rowcount
            )
        )
        self.wake()

    def listed(self, state: TaskState | None, limit: int) -> list[Row]:
        """Tasks for the administrator's page, the newest first, without their payload, which may name a patient."""
        query = select(*(column for column in task.c if column.name != "payload")).limit(limit)
        if state:
            query = query.where(task.c.state == state.value)
        with self._db.read() as conn:
            return [dict(row) for row in conn.execute(query.order_by(task.c.created_at.desc())).mappings()]

    def counts(self) -> dict[str, int]:
        """How many tasks stand in each state."""
        with self._db.read() as conn:
            rows = conn.exec_driver_sql("SELECT state, count(*) FROM foundation_task GROUP BY state").all()
        return dict(rows)


def _held_by(claimed: Claimed) -> ColumnElement[bool]:
    return and_(_RUNNING, task.c.id == claimed.id, task.c.holder == claimed.holder)


def _settle(conn: Connection, claimed: Claimed, state: TaskState, error_code: str | None, now: Any) -> None:
    conn.execute(
        update(task)
        .where(_held_by(claimed))
        .values(state=state.value, error_code=error_code, finished_at=now, lease_until=None)
    )


def backoff(attempts: int) -> float:
    """Seconds to wait after the n-th failure: 2, 4, 8 … up to 15 minutes, with a quarter of jitter."""
    return float(min(BACKOFF_LIMIT, 2.0**attempts) * random.uniform(0.75, 1.25))
