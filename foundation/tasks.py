"""Work owed to the outside or to later: a row written in the same write as its cause, so it cannot be lost.

A runner (the embedded threads of this file, or Celery in `lianzhen.worker`) takes due rows. Every task may run
twice. A failure is one of three: *transient* (Unavailable, or a fault of ours: again with back-off), *permanent*
(Refused: never again) or *ambiguous* (a person must look). Retry happens here and nowhere else.
"""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    and_,
    delete,
    literal_column,
    or_,
    select,
    update,
)

from foundation import clock
from foundation.database import Database, Row, after_commit, append, metadata
from foundation.dialect import JsonText, Moment, database_now, upsert
from foundation.errors import Ambiguous, LianzhenError, Refused, Unavailable
from foundation.ids import new_id
from foundation.log import Log

Payload = dict[str, Any]
Handler = Callable[[Payload], None]

FAULTS_LIMIT = 8  # attempts that a fault of ours gets before a person must look
BACKOFF_LIMIT = 900.0  # seconds between two attempts at most
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
    Column("lease_until", Moment),
    Column("error_code", String(64)),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
)
# Written out, since a partial index serves no query that has a parameter in its place.
_DUE = task.c.state == literal_column("'due'")
_RUNNING = task.c.state == literal_column("'running'")
Index("ix_foundation_task_due", task.c.due_at, sqlite_where=_DUE, postgresql_where=_DUE)
Index("ix_foundation_task_running", task.c.lease_until, sqlite_where=_RUNNING, postgresql_where=_RUNNING)
Index("ux_foundation_task_key", task.c.key, unique=True, sqlite_where=_DUE, postgresql_where=_DUE)


class NotYet(Exception):
    """A task's way to say: the time has not come, ask again in so many seconds. Not a failure."""

    def __init__(self, in_seconds: float) -> None:
        super().__init__(in_seconds)
        self.in_seconds = in_seconds


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task in this runner's hands; `attempts` fences the outcome against a later holder."""

    id: str
    kind: str
    payload: Payload
    key: str | None
    attempts: int


class Tasks:
    """The table of owed work and the functions that do it."""

    def __init__(self, db: Database, now: clock.Clock, lease_seconds: float = 120) -> None:
        self._db = db
        self._now = now
        self._lease_seconds = lease_seconds
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
            due_at = {"due_at": insert.excluded.due_at}
            conn.execute(
                insert.on_conflict_do_update(index_elements=["key"], index_where=_DUE, set_=due_at)
                if push
                else insert.on_conflict_do_nothing(index_elements=["key"], index_where=_DUE)
            )
        if in_seconds <= 0:
            after_commit(conn, self.wake)

    def claim(self, limit: int) -> list[Claimed]:
        """Take up to `limit` due tasks, and those whose holder's lease is over."""
        return self._db.write(lambda conn: self._claim(conn, limit))

    def _claim(self, conn: Connection, limit: int) -> list[Claimed]:
        ready = or_(
            and_(_DUE, task.c.due_at <= database_now()),
            and_(_RUNNING, task.c.lease_until < database_now()),
        )
        wanted = select(task.c.id).where(ready).order_by(task.c.due_at).limit(limit)
        rows = conn.execute(
            update(task)
            .where(task.c.id.in_(wanted.scalar_subquery()))
            .values(
                state=TaskState.RUNNING.value,
                attempts=task.c.attempts + 1,
                lease_until=database_now(self._lease_seconds),
            )
            .returning(task.c.id, task.c.kind, task.c.payload, task.c.key, task.c.attempts)
        )
        return [Claimed(*row) for row in rows]

    def run(self, claimed: Claimed) -> None:
        """Do one claimed task and write down how it went."""
        try:
            self.handlers[claimed.kind](claimed.payload)
        except NotYet as wait:
            self._again(claimed, wait.in_seconds, None)
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
        self._db.write(lambda conn: _settle(conn, claimed, state, error_code, self._now()))

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
                .where(task.c.id == claimed.id, task.c.attempts == claimed.attempts)
                .values(state=TaskState.DUE.value, due_at=due_at, attempts=attempts, error_code=error_code)
            )

        self._db.write(work)

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


def _settle(conn: Connection, claimed: Claimed, state: TaskState, error_code: str | None, now: Any) -> None:
    conn.execute(
        update(task)
        .where(task.c.id == claimed.id, task.c.attempts == claimed.attempts)
        .values(state=state.value, error_code=error_code, finished_at=now, lease_until=None)
    )


def backoff(attempts: int) -> float:
    """Seconds to wait after the n-th failure: 2, 4, 8 … up to 15 minutes, with a quarter of jitter."""
    return float(min(BACKOFF_LIMIT, 2.0**attempts) * random.uniform(0.75, 1.25))


class EmbeddedRunner:
    """Threads of this process that do due tasks."""

    def __init__(self, tasks: Tasks, poll_seconds: float = 0.5, threads: int = 4) -> None:
        self._tasks = tasks
        self._poll = poll_seconds
        self._threads = threads
        self._free = threading.Semaphore(threads)
        self._awake = threading.Event()
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="task")
        self._thread = threading.Thread(target=self._serve, name="task-runner", daemon=True)

    def start(self) -> None:
        """Begin; tasks owed from now on wake the runner at once."""
        self._tasks.wake = self._awake.set
        self._thread.start()

    def stop(self) -> None:
        """Finish what is running, take nothing new."""
        self._stop.set()
        self._awake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)
        self._pool.shutdown(wait=True)

    def _serve(self) -> None:
        while not self._stop.is_set():
            self._awake.clear()
            if not self._take():
                self._awake.wait(self._poll)

    def _take(self) -> bool:
        self._free.acquire()
        try:
            claimed = self._tasks.claim(1)
        except Exception as fault:  # noqa: BLE001 - a full disk must not end the runner
            log.fault("task-claim-fault", fault)
            claimed = []
        if not claimed:
            self._free.release()
            return False
        self._pool.submit(self._run, claimed[0])
        return True

    def _run(self, claimed: Claimed) -> None:
        try:
            self._tasks.run(claimed)
        except Exception as fault:  # noqa: BLE001 - the outcome could not be written: the lease ends by itself
            log.fault("task-outcome-fault", fault, task=claimed.id, kind=claimed.kind)
        finally:
            self._free.release()
