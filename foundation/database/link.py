"""One writing connection to PostgreSQL: its transactions, what their faults mean, and what became of a lost one."""

import time
from typing import Any, LiteralString

import psycopg
from sqlalchemy import Column, Connection, Engine, Integer, String, Table
from sqlalchemy.exc import DBAPIError

from foundation.database.work import Flushers, Job, Scope, metadata
from foundation.dialect import Moment
from foundation.errors import Ambiguous, Invalid, StorageFault, StorageFull, Unavailable
from foundation.ids import new_id

LOCK = 7_105_613_201  # the advisory lock of writes; any number that nobody else uses
CHANNEL = "lianzhen_news"
ASK_SECONDS = 30.0  # how long an unknown commit is asked for
PAUSE_SECONDS = 0.1  # between two attempts to reach the server

# The number of each writing connection's last transaction, written in that transaction. SQLite leaves it empty.
writer = Table(
    "foundation_writer",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("at", Moment, nullable=False),
)
_NOW: LiteralString = "to_char((statement_timestamp()) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
_YESTERDAY: LiteralString = _NOW.replace("())", "() - interval '1 day')")
_FORGET: LiteralString = f"DELETE FROM foundation_writer WHERE at < {_YESTERDAY}"  # noqa: S608 - constants
_ENTER: LiteralString = f"INSERT INTO foundation_writer (id, turn, at) VALUES (%s, 0, {_NOW})"  # noqa: S608
_NUMBER: LiteralString = (  # a row that was forgotten because nothing was written for a day comes back
    f"INSERT INTO foundation_writer (id, turn, at) VALUES ('{{id}}', {{turn}}, {_NOW})"  # noqa: S608
    " ON CONFLICT (id) DO UPDATE SET turn = excluded.turn, at = excluded.at"
)


class CommitUnknown(Ambiguous):
    """The database was lost at the commit and could not be asked since: the write may be there or not."""

    code = "commit-unknown"


class Again(Exception):
    """The transaction is certainly not there, through no fault of its own: run it again."""


def raw(conn: Connection) -> "psycopg.Connection[Any]":
    """The driver's connection."""
    driver = conn.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def root(fault: BaseException) -> BaseException:
    """The driver's own fault."""
    return fault.orig or fault if isinstance(fault, DBAPIError) else fault


def is_lost(driver: "psycopg.Connection[Any]", fault: BaseException) -> bool:
    """Whether the connection is gone."""
    return driver.closed or driver.broken or (isinstance(fault, DBAPIError) and fault.connection_invalidated)


def translated(fault: BaseException) -> BaseException:
    """PostgreSQL's faults of the house in our words; everything else as it is."""
    inner = root(fault)
    if not isinstance(inner, psycopg.Error):
        return fault
    state = inner.sqlstate or ""
    if state == "53100":  # disk_full
        return StorageFull()
    if state == "58030":  # io_error
        return StorageFault()
    if state[:2] in {"08", "53", "57"} or state in {"25006", "55P03", "40001", "40P01"}:
        return Unavailable()
    if "NUL" in str(inner) and isinstance(inner, psycopg.DataError):
        return Invalid()
    return fault


class OneByOne(Exception):
    """A function of a group failed, and its neighbours ran without a savepoint between them: run them with one."""


class Link:
    """One connection that writes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.conn = engine.connect()
        self.driver = raw(self.conn)
        self.id = new_id()
        self._turn = 0
        self._apart = True
        self.dead = False
        self.driver.execute(_FORGET)
        self.driver.execute(_ENTER, (self.id,))
        if self.driver.execute("SHOW synchronous_commit").fetchone() == ("off",):
            self.driver.execute("SET synchronous_commit = on")  # durable, then acknowledge

    @classmethod
    def opened(cls, engine: Engine) -> "Link":
        """A new one. Raises Again when the server cannot be reached."""
        try:
            return cls(engine)
        except (DBAPIError, psycopg.OperationalError) as fault:
            if isinstance(root(fault), psycopg.OperationalError):
                raise Again from fault
            raise

    def begin(self, *, apart: bool = True) -> None:
        """Begin a transaction when all others have ended, and number it.

        `apart` puts a savepoint between the functions; without it the first failure raises OneByOne.
        """
        self._turn += 1
        self._apart = apart
        lock = f"SELECT pg_advisory_xact_lock({LOCK})"
        number = _NUMBER.format(turn=self._turn, id=self.id)
        savepoint = "; SAVEPOINT work" if apart else ""
        self._tell(f"BEGIN ISOLATION LEVEL READ COMMITTED; {lock}; {number}{savepoint}")

    def run(self, job: Job) -> None:
        """Run one function; between two savepoints a failure is that caller's alone. Raises Again, OneByOne."""
        self.conn.info["scope"] = job.scope
        try:
            job.value = job.work(self.conn)
        except Exception as fault:
            self._raise_again(fault)
            if not self._apart:
                self._tell("ROLLBACK")
                self.conn.rollback()
                raise OneByOne from fault
            self._tell("ROLLBACK TO SAVEPOINT work")
            kind = translated(fault)
            job.fault = kind if isinstance(kind, Exception) else fault
        else:
            if self._apart:
                self._tell("RELEASE SAVEPOINT work; SAVEPOINT work")

    def flush(self, flushers: Flushers, scopes: list[Scope]) -> None:
        """Insert what was appended. Raises Again, or why a row was refused."""
        try:
            flushers.flush(self.conn, scopes)
        except Exception as fault:
            self._raise_again(fault)
            raise

    def notify(self, notices: list[str]) -> None:
        """Let the other processes hear, once it is durable."""
        if notices:
            self.driver.execute("SELECT pg_notify(%s, notice) FROM unnest(%s::text[]) AS notice", (CHANNEL, notices))

    def commit(self) -> None:
        """Make it durable. Raises Again, CommitUnknown, or why the database refused."""
        try:
            tag = self.driver.execute("COMMIT").statusmessage
        except psycopg.Error as fault:
            if is_lost(self.driver, fault):
                self.dead = True
                if settled(self._engine, self.id, self._turn):
                    return
                raise Again from fault
            self._raise_again(fault)
            raise
        if tag != "COMMIT":
            raise RuntimeError(f"COMMIT answered {tag}")
        self.conn.commit()  # nothing is left to commit: SQLAlchemy learns that its transaction is over

    def close(self) -> None:
        """Let the connection go, in whatever state it is."""
        self.dead = True
        self.conn.invalidate()
        self.conn.close()

    def _tell(self, words: str) -> None:
        try:
            self.driver.execute(words.encode())
        except psycopg.Error as fault:
            self._raise_again(fault)
            raise

    def _raise_again(self, fault: BaseException) -> None:
        """A lost connection, a deadlock or a serialisation fault: nothing of the transaction is there."""
        state = getattr(root(fault), "sqlstate", None) or ""
        if is_lost(self.driver, fault) or state in {"40001", "40P01", "55P03"} or state.startswith(("08", "57P")):
            raise Again from fault


def settled(engine: Engine, link_id: str, turn: int) -> bool:
    """Whether the lost transaction `turn` of a connection was committed. Raises CommitUnknown.

    The row is locked to read it: as long as the lost transaction still runs on the server, this waits for its end.
    """
    until = time.monotonic() + ASK_SECONDS
    while True:
        try:
            with engine.connect() as conn:
                query = "SELECT turn FROM foundation_writer WHERE id = %s FOR UPDATE"
                row = raw(conn).execute(query, (link_id,)).fetchone()
        except (DBAPIError, psycopg.Error) as fault:
            if time.monotonic() > until:
                raise CommitUnknown from fault
            time.sleep(PAUSE_SECONDS)
        else:
            if row is None:
                raise CommitUnknown
            return int(row[0]) >= turn
