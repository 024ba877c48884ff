"""One way to write, many ways to read.

`write(work)` runs a short, repeatable function of a connection and returns its value after the commit is durable.
On SQLite all such functions run on one writer thread, each in a savepoint, committed in groups (WAL,
synchronous=FULL): SQLite's own busy handler starves writers for seconds (docs/decisions/0004-one-writer.md).
A work function does no file, network or cryptographic work: compute first, then write.
"""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

from foundation.errors import Refused, StorageFull, Unavailable
from foundation.log import Log

__all__ = ["Connection", "Database", "DatabaseAddress", "Row", "after_commit", "append", "metadata"]

T = TypeVar("T")
Work = Callable[[Connection], T]
Row = dict[str, Any]

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"},
)

log = Log("database")

BUSY_SECONDS = 30.0
GROUP_LIMIT = 256  # functions in one commit
GROUP_SECONDS = 0.010  # after which none joins any more: the first has waited long enough


class DatabaseAddress(Refused):
    """The setting names a database that this installation cannot use."""

    code = "database-address"


@dataclass
class _Scope:
    """What one work function leaves to be done when it has succeeded."""

    appended: list[tuple[Table, Row]] = field(default_factory=list)
    after: list[Callable[[], None]] = field(default_factory=list)


def append(conn: Connection, table: Table, row: Row) -> None:
    """Insert `row` at the end of this write, in bulk with its neighbours; not visible before the commit."""
    scope: _Scope = conn.info["scope"]
    scope.appended.append((table, row))


def after_commit(conn: Connection, act: Callable[[], None]) -> None:
    """Do `act` once this write is durable; it must be quick and must not raise."""
    scope: _Scope = conn.info["scope"]
    scope.after.append(act)


Flush = Callable[[Connection, list[Row]], None]


class _Job:
    """A function that waits for its turn. A bare lock wakes its caller: a Future costs ten times as much."""

    __slots__ = ("_answered", "fault", "scope", "value", "work")

    def __init__(self, work: Work[Any]) -> None:
        self.work = work
        self.scope = _Scope()
        self.value: Any = None
        self.fault: Exception | None = None
        self._answered = threading.Lock()
        self._answered.acquire()

    def answer(self) -> None:
        """Let the caller go on; once."""
        self._answered.release()

    def wait(self) -> Any:
        """The value, once it is durable; raises the fault."""
        self._answered.acquire()
        if self.fault:
            raise self.fault
        return self.value


class Database:
    """The database of this installation. Safe to share between threads.

    `flushers` say how the appended rows of a table are inserted (the audit trail chains them first);
    tables without one get a plain bulk insert.
    """

    def __init__(self, url: str) -> None:
        if make_url(url).get_backend_name() != "sqlite":
            raise DatabaseAddress(address=make_url(url).render_as_string(hide_password=True))
        _set_wal(url)
        self._writer_engine = _sqlite_engine(url, readonly=False)
        self._reader_engine = _sqlite_engine(url, readonly=True)
        self._flushers: dict[str, Flush] = {}
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._door = threading.Lock()  # nothing joins the queue behind its end
        self._thread = threading.Thread(target=self._serve, name="database-writer", daemon=True)
        self._thread.start()

    def flush_with(self, table: Table, flush: Flush) -> None:
        """Let `flush` insert the rows appended to `table`."""
        self._flushers[table.name] = flush

    def write(self, work: Work[T]) -> T:
        """Run `work` in a transaction; its value comes back after the commit.

        Whatever `work` raises comes back too, and nothing of it is kept. Raises StorageFull when the disk is
        full and Unavailable when the database does not answer.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("a write inside a write: pass the connection on instead")
        job = _Job(work)
        with self._door:
            if self._closed:
                raise Unavailable
            self._jobs.put(job)
        value: T = job.wait()
        return value

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only connection that sees one consistent state."""
        with self._reader_engine.connect() as conn:
            yield conn

    def close(self) -> None:
        """Finish the waiting writes, then close every connection."""
        with self._door:
            self._closed = True
            self._jobs.put(None)
        self._thread.join(timeout=30)
        self._writer_engine.dispose()
        self._reader_engine.dispose()

    def _serve(self) -> None:
        try:
            with self._writer_engine.connect() as conn:
                while (job := self._jobs.get()) is not None and self._commit(conn, job):
                    pass
        except Exception as fault:  # noqa: BLE001 - the edge of the writer thread: nobody may wait for a dead one
            log.fault("database-writer-fault", fault)
        with self._door:
            self._closed = True
        while not self._jobs.empty():
            job = self._jobs.get_nowait()
            if job is not None:
                job.fault = Unavailable()
                job.answer()

    def _commit(self, conn: Connection, first: _Job) -> bool:
        """Run `first` and whatever has come meanwhile, and commit them together; False when it was the last group."""
        group = [first]
        more = True
        until = time.monotonic() + GROUP_SECONDS
        try:
            with conn.begin():
                _run(conn, first)
                while more and len(group) < GROUP_LIMIT and time.monotonic() < until:
                    job, more = self._next()
                    if job is None:
                        break
                    group.append(job)
                    _run(conn, job)
                self._flush(conn, [job for job in group if job.fault is None])
        except Exception as fault:  # noqa: BLE001 - the edge of the writer thread: every waiting caller is told
            for job in group:
                job.fault = job.fault or _translated(fault)
        for job in group:
            if job.fault is None:
                for act in job.scope.after:
                    _act(act)
            job.answer()
        return more

    def _next(self) -> tuple[_Job | None, bool]:
        """The next function that waits, if any, and whether there may be more."""
        try:
            job = self._jobs.get_nowait()
        except queue.Empty:
            return None, True
        return job, job is not None

    def _flush(self, conn: Connection, done: list[_Job]) -> None:
        rows: dict[str, list[Row]] = {}
        tables: dict[str, Table] = {}
        for job in done:
            for table, row in job.scope.appended:
                tables[table.name] = table
                rows.setdefault(table.name, []).append(row)
        for name, table in tables.items():
            flush = self._flushers.get(name)
            if flush:
                flush(conn, rows[name])
            else:
                conn.execute(table.insert(), rows[name])


def _act(act: Callable[[], None]) -> None:
    """What follows a commit cannot undo it: its fault is logged and the caller goes on."""
    try:
        act()
    except Exception as fault:  # noqa: BLE001 - the edge of the writer thread
        log.fault("after-commit-fault", fault)


def _run(conn: Connection, job: _Job) -> None:
    """Run one function in its savepoint; a failure is that caller's alone."""
    cursor = conn.connection.driver_connection
    assert isinstance(cursor, sqlite3.Connection)
    conn.info["scope"] = job.scope
    cursor.execute("SAVEPOINT work")
    try:
        job.value = job.work(conn)
    except Exception as fault:
        translated = _translated(fault)
        if cursor.in_transaction:
            cursor.execute("ROLLBACK TO work")
            cursor.execute("RELEASE work")
        job.fault = translated
        if not cursor.in_transaction:  # SQLite itself rolled everything back (disk full, I/O error)
            raise translated from fault
        return
    cursor.execute("RELEASE work")


def _translated(fault: Exception) -> Exception:
    """SQLite's disk faults in our words; everything else as it is."""
    if not isinstance(fault, OperationalError | sqlite3.OperationalError):
        return fault
    text = str(fault)
    if "disk is full" in text or "disk I/O" in text:
        return StorageFull()
    if "locked" in text or "unable to open" in text or "readonly" in text:
        return Unavailable()
    return fault


def _set_wal(url: str) -> None:
    """Turn the file to write-ahead logging, once and alone: SQLite does not wait for a lock to do so."""
    path = make_url(url).database
    if not path or path == ":memory:":
        raise DatabaseAddress(address=url)
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
            try:
                connection.execute("PRAGMA journal_mode=WAL")
            finally:
                connection.close()
        except sqlite3.OperationalError as fault:
            if "locked" not in str(fault) or time.monotonic() > deadline:
                raise _translated(fault) from fault
            time.sleep(0.05)
        else:
            return


def _sqlite_engine(url: str, *, readonly: bool) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=16 if readonly else 1,
        max_overflow=48 if readonly else 0,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS, "cached_statements": 512},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions are ours, not the driver's
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA wal_autocheckpoint=4000")  # 16 MiB: pages written often are copied back once
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-16000")
        if readonly:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine
