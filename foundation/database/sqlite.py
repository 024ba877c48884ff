"""SQLite: one file, one process, one writer thread with group commit (WAL, synchronous=FULL).

SQLite's own busy handler starves writers for seconds (docs/decisions/0004-one-writer.md).
"""

import sqlite3
import time
from collections.abc import Callable, Iterator

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

from foundation.database.address import DatabaseAddress
from foundation.database.line import Group, Line
from foundation.database.work import Flushers, Job, T, Work
from foundation.errors import StorageFault, StorageFull, Unavailable

BUSY_SECONDS = 30.0


class Sqlite:
    """A SQLite file. Raises DatabaseAddress."""

    def __init__(self, url: str, flushers: Flushers) -> None:
        _set_wal(url)
        self._readers = _engine(url, readonly=True)
        self._writer = _engine(url, readonly=False)
        self._line = _Line(self._writer, flushers)

    def write(self, work: Work[T]) -> T:
        """Stand in line."""
        return self._line.write(work)

    def read(self) -> Iterator[Connection]:
        """A read-only connection that sees one consistent state."""
        with self._readers.connect() as conn:
            yield conn

    def hear(self, notice: Callable[[str], None], missed: Callable[[], None]) -> None:
        """There is no other process."""

    def close(self) -> None:
        """Finish the waiting writes, then close every connection."""
        self._line.close()
        self._writer.dispose()
        self._readers.dispose()


class _Line(Line):
    def __init__(self, engine: Engine, flushers: Flushers) -> None:
        self._engine = engine
        self._flushers = flushers
        self._conn: Connection | None = None
        super().__init__()

    def _commit(self, group: Group) -> None:
        """Run the first and whatever has come meanwhile, and commit them together."""
        try:
            conn = self._conn = self._conn or self._engine.connect()
            with conn.begin():
                group.run(lambda job: _run(conn, job))
                self._flushers.flush(conn, [job.scope for job in group.done()])
        except Exception as fault:  # noqa: BLE001 - the edge of the writer thread: every waiting caller is told
            group.fail(_translated(fault))

    def _end(self) -> None:
        if self._conn is not None:
            self._conn.close()


def _run(conn: Connection, job: Job) -> None:
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
    if "disk is full" in text:
        return StorageFull()
    if "disk I/O" in text:
        return StorageFault()
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


def _engine(url: str, *, readonly: bool) -> Engine:
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
