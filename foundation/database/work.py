"""What a write is made of: functions of a connection, what they leave behind, and who waits for them."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, MetaData, Table

from foundation.log import Log

T = TypeVar("T")
Work = Callable[[Connection], T]
Row = dict[str, Any]
Flush = Callable[[Connection, list[Row]], None]

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"},
)

log = Log("database")


@dataclass
class Scope:
    """What one work function leaves to be done when it has succeeded."""

    appended: list[tuple[Table, Row]] = field(default_factory=list)
    after: list[Callable[[], None]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def append(conn: Connection, table: Table, row: Row) -> None:
    """Insert `row` at the end of this write, in bulk with its neighbours; not visible before the commit."""
    scope: Scope = conn.info["scope"]
    scope.appended.append((table, row))


def after_commit(conn: Connection, act: Callable[[], None]) -> None:
    """Do `act` once this write is durable; it must be quick and must not raise."""
    scope: Scope = conn.info["scope"]
    scope.after.append(act)


def notify(conn: Connection, notice: str) -> None:
    """Let the other processes on this database hear `notice` once this write is durable; at most 7 kB of UTF-8."""
    scope: Scope = conn.info["scope"]
    scope.notices.append(notice)


class Job:
    """A function that waits for its turn. A bare lock wakes its caller: a Future costs ten times as much."""

    __slots__ = ("_answered", "fault", "scope", "value", "work")

    def __init__(self, work: Work[Any]) -> None:
        self.work = work
        self._answered = threading.Lock()
        self._answered.acquire()
        self.reset()

    def reset(self) -> None:
        """Forget what the last attempt did: the function runs again."""
        self.scope = Scope()
        self.value: Any = None
        self.fault: Exception | None = None

    def answer(self) -> None:
        """Do what follows the commit and let the caller go on; once."""
        if self.fault is None:
            for act in self.scope.after:
                _act(act)
        self._answered.release()

    def wait(self) -> Any:
        """The value, once it is durable; raises the fault."""
        self._answered.acquire()
        if self.fault:
            raise self.fault
        return self.value


def _act(act: Callable[[], None]) -> None:
    """What follows a commit cannot undo it: its fault is logged and the caller goes on."""
    try:
        act()
    except Exception as fault:  # noqa: BLE001 - the edge of the writer thread
        log.fault("after-commit-fault", fault)


class Flushers:
    """How the appended rows of each table are inserted."""

    def __init__(self) -> None:
        self.by_table: dict[str, Flush] = {}

    def flush(self, conn: Connection, scopes: Iterable[Scope]) -> None:
        """Insert all that was appended, a table at a time."""
        rows: dict[str, list[Row]] = {}
        tables: dict[str, Table] = {}
        for scope in scopes:
            for table, row in scope.appended:
                tables[table.name] = table
                rows.setdefault(table.name, []).append(dict(row))  # a flusher adds to it, and may run again
        for name, table in tables.items():
            flush = self.by_table.get(name)
            if flush:
                flush(conn, rows[name])
            else:
                conn.execute(table.insert(), rows[name])
