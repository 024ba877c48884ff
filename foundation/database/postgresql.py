"""PostgreSQL: one writer at a time across all processes, many readers, faults outlived.

A group of functions is one transaction (READ COMMITTED) that begins with an advisory lock: every process stands in the
server's own queue for it, so functions see each other's effects as if there was one writer, the audit chain has one
end, and nothing has to be repeated because of a neighbour (docs/decisions/0060-one-writer-on-postgresql.md).

A connection that is lost before COMMIT was sent costs a repetition. One that is lost while the answer to COMMIT is
awaited is asked for: every writing connection has a row in `foundation_writer` with the number of its last
transaction, written in that transaction.
"""

import time
from collections.abc import Callable, Iterator

import psycopg
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import NullPool, QueuePool

from foundation.database.address import check_server, postgresql_engine
from foundation.database.hearing import Hearing
from foundation.database.line import Group, Line
from foundation.database.link import PAUSE_SECONDS, Again, CommitUnknown, Link, OneByOne, is_lost, raw, translated
from foundation.database.work import Flushers, T, Work
from foundation.errors import Unavailable

READERS = 12  # connections of one process that read at the same time
CAREFUL_GROUPS = 8  # after a refusal the next ones are likely, as when a hundred readers want one examination
PATIENCE_SECONDS = 8.0  # a restart of the server takes less; then the caller is told
"""A process keeps at most READERS + 2 connections: docs/operations.md has the sum."""


class Postgresql:
    """A PostgreSQL database. Raises the refusals of `check_server`."""

    def __init__(self, url: str, flushers: Flushers, connections: int) -> None:
        check_server(url)
        self._url = url
        self._readers = postgresql_engine(
            url, writing=False, poolclass=QueuePool, pool_size=connections, max_overflow=0, pool_timeout=5,
            pool_use_lifo=True,
        )  # fmt: skip
        self._writers = postgresql_engine(url, writing=True, poolclass=NullPool)
        self._line = _Line(self._writers, flushers)
        self._hearing: Hearing | None = None

    def write(self, work: Work[T]) -> T:
        """Stand in line."""
        return self._line.write(work)

    def read(self) -> Iterator[Connection]:
        """A read-only connection that sees one consistent state (REPEATABLE READ).

        Raises Unavailable, and Invalid for a text that PostgreSQL cannot hold (NUL).
        """
        conn = self._begun()
        driver = raw(conn)
        try:
            yield conn
        except (DBAPIError, psycopg.Error) as fault:
            if is_lost(driver, fault):
                raise Unavailable from fault
            raise translated(fault) from fault
        finally:
            _let_go(conn)

    def _begun(self) -> Connection:
        """A connection in a transaction; one that died in the pool is thrown away and the next one tried."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                conn = self._readers.connect()
            except PoolExhausted as fault:
                raise Unavailable from fault
            except DBAPIError as fault:
                _pause(until, fault)
                continue
            try:
                raw(conn).execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            except psycopg.Error as fault:
                conn.invalidate()
                conn.close()
                _pause(until, fault, 0.0)
            else:
                return conn

    def hear(self, notice: Callable[[str], None], missed: Callable[[], None]) -> None:
        """Begin to listen in a thread of its own."""
        self._hearing = Hearing(self._url, notice, missed)

    def close(self) -> None:
        """Finish the waiting writes, then close every connection."""
        if self._hearing:
            self._hearing.close()
        self._line.close()
        self._writers.dispose()
        self._readers.dispose()


def _let_go(conn: Connection) -> None:
    """Back into the pool; what was read is read, even if the server dies just then."""
    try:
        conn.close()
    except DBAPIError:
        if not conn.closed:
            conn.invalidate()
            conn.close()


def _pause(until: float, fault: Exception, seconds: float = PAUSE_SECONDS) -> None:
    """Wait a moment before the next attempt. Raises Unavailable when there was patience enough."""
    if time.monotonic() > until:
        raise Unavailable from fault
    time.sleep(seconds)


class _Line(Line):
    """The line of this process; the lock of the transaction is the line of all processes."""

    limit = 60  # PostgreSQL keeps 64 savepoints of a transaction at hand

    def __init__(self, engine: Engine, flushers: Flushers) -> None:
        self._engine = engine
        self._flushers = flushers
        self._link: Link | None = None
        self._down_since: float | None = None
        self._careful = 0  # so many groups yet in which the functions are kept apart
        super().__init__()

    def _commit(self, group: Group) -> None:
        """Run it until it is durable, refused, or patience has come to its end."""
        until = (self._down_since or time.monotonic()) + PATIENCE_SECONDS
        while not self._attempted(group):
            if time.monotonic() > until:
                group.fail(Unavailable())
                return
            time.sleep(PAUSE_SECONDS)
            for job in group.jobs:
                job.reset()

    def _attempted(self, group: Group) -> bool:
        """Whether it is settled, one way or the other."""
        try:
            link = self._link = self._link or Link.opened(self._engine)
            self._transact(link, group)
        except Again:
            self._drop()
            self._down_since = self._down_since or time.monotonic()
            return False
        except CommitUnknown as fault:
            self._drop()
            group.fail(fault)
        except Exception as fault:  # noqa: BLE001 - the edge of the writer thread: every waiting caller is told
            self._drop()
            self._alone(group, fault)
        else:
            self._down_since = None
            if link.dead:
                self._drop()
        return True

    def _transact(self, link: Link, group: Group) -> None:
        """A savepoint between the functions costs as much as a short function: only where one fails they get it."""
        try:
            link.begin(apart=self._careful > 0)
            self._careful = max(0, self._careful - 1)
            group.run(link.run)
        except OneByOne:
            self._careful = CAREFUL_GROUPS
            for job in group.jobs:
                job.reset()
            link.begin()
            group.run(link.run)
        done = [job.scope for job in group.done()]
        link.flush(self._flushers, done)
        link.notify([notice for scope in done for notice in scope.notices])
        link.commit()

    def _alone(self, group: Group, fault: Exception) -> None:
        """What was appended could not be inserted: only the one whose row it was is told so."""
        if len(group.jobs) == 1:
            kind = translated(fault)
            group.fail(kind if isinstance(kind, Exception) else fault)
            return
        for job in group.jobs:
            job.reset()
            self._commit(group.only(job))

    def _drop(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None

    def _end(self) -> None:
        self._drop()
