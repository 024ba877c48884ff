"""One way to write, many ways to read, on SQLite or PostgreSQL alike.

`write(work)` runs a short, repeatable function of a connection and returns its value after the commit is durable.
Such functions run one after the other, however many processes there are, and are committed in groups: see
docs/decisions/0004-one-writer.md for SQLite and 0060-one-writer-on-postgresql.md for PostgreSQL.
A work function does no file, network or cryptographic work: compute first, then write.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from sqlalchemy import Connection, Engine, Table

from foundation.database import postgresql, sqlite
from foundation.database.address import DatabaseAddress, check_server, engine_for, is_postgresql, shown
from foundation.database.work import Flush, Flushers, Row, T, Work, after_commit, append, metadata, notify

__all__ = [
    "Connection", "Database", "DatabaseAddress", "Engine", "Row", "after_commit", "append", "check_server",
    "engine_for", "is_postgresql", "metadata", "notify", "shown",
]  # fmt: skip


class _Kind(Protocol):
    """What the two databases have in common."""

    def write(self, work: Work[T]) -> T: ...
    def read(self) -> Iterator[Connection]: ...
    def hear(self, notice: Callable[[str], None], missed: Callable[[], None]) -> None: ...
    def close(self) -> None: ...


class Database:
    """The database of this installation. Safe to share between threads.

    `flushers` say how the appended rows of a table are inserted (the audit trail chains them first);
    tables without one get a plain bulk insert. Raises DatabaseAddress, and on PostgreSQL the refusals of
    `foundation.database.address.check_server`.
    """

    def __init__(self, url: str, connections: int = postgresql.READERS) -> None:
        self._flushers = Flushers()
        self._kind: _Kind
        if is_postgresql(url):
            self._kind = postgresql.Postgresql(url, self._flushers, connections)
        else:
            self._kind = sqlite.Sqlite(url, self._flushers)

    def flush_with(self, table: Table, flush: Flush) -> None:
        """Let `flush` insert the rows appended to `table`."""
        self._flushers.by_table[table.name] = flush

    def write(self, work: Work[T]) -> T:
        """Run `work` in a transaction, alone; its value comes back after the commit.

        Whatever `work` raises comes back too, and nothing of it is kept. Raises StorageFull when the disk is
        full, Unavailable when the database does not answer, and CommitUnknown when it can not say what became of it.
        """
        return self._kind.write(work)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only connection that sees one consistent state. Raises Unavailable."""
        yield from self._kind.read()

    def hear(self, notice: Callable[[str], None], missed: Callable[[], None]) -> None:
        """Let `notice` hear what other processes `notify`, and `missed` that some of it may have been lost.

        On SQLite there is one process, which knows its own news.
        """
        self._kind.hear(notice, missed)

    def close(self) -> None:
        """Finish the waiting writes, then close every connection."""
        self._kind.close()
