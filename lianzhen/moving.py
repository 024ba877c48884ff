"""A county's data from SQLite to PostgreSQL: whole and proved, or not at all.

Everything happens in one transaction of the target, which is committed after every row has been read back and
compared. The source is held meanwhile, so that no product writes to it; it is left as it was. The archive, the keys
and the logs stay where they are: they are files, not rows.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Boolean, Table, make_url
from sqlalchemy.exc import ArgumentError

import lianzhen.wiring  # noqa: F401 - wiring opens every room, and a room's store puts its tables into the metadata
from foundation import clock
from foundation.audit import Audit
from foundation.database import Database, check_server, metadata
from foundation.database.address import shown
from foundation.errors import Conflict, Invalid, NotFound
from lianzhen import schema
from lianzhen.server import hold

Values = tuple[Any, ...]
Say = Callable[[str], None]

BATCH = 1000
NOT_MOVED = {"foundation_writer"}  # of the connections of a PostgreSQL, not of the county
SEEDED = {"registry_item"}  # what the migrations themselves put into an empty database


class TargetNotEmpty(Conflict):
    """The database to move into holds something already."""

    code = "target-not-empty"


class WrongWay(Invalid):
    """A move goes from SQLite to PostgreSQL and nowhere else."""

    code = "wrong-way"


class SourceMissing(NotFound):
    """There is no such file to move."""

    code = "source-missing"


class CannotMove(Invalid):
    """A row of the source is one that the target cannot hold, or did not come back the same."""

    code = "cannot-move"


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved: rows and SHA-256 of each table, and the first audit entry that does not hold, if any."""

    tables: dict[str, tuple[int, str]]
    broken: int | None


def move(source: str, target: str, say: Say) -> Moved:
    """Move everything.

    Raises WrongWay, SourceMissing, DatabaseInUse, SchemaOlder, SchemaNewer, TargetNotEmpty, CannotMove and, where the
    target does not answer, the refusals of `check_server`.
    """
    path = _source_file(source, target)
    if not path.is_file():
        raise SourceMissing(path=str(path.absolute()))
    check_server(target)
    with hold(source):
        schema.check(source)
        before = _broken(source)
        schema.migrate(target)
        moved = _all(source, target, say)
    after = _broken(target)
    if after != before:
        raise CannotMove(table="foundation_audit_event", why=f"seq {after}")
    return Moved(moved, after)


def _source_file(source: str, target: str) -> Path:
    """The file of the source. Raises WrongWay."""
    wrong = WrongWay(source=shown(source), target=shown(target))
    try:
        here, there = make_url(source), make_url(target)
    except ArgumentError as fault:
        raise wrong from fault
    if here.get_backend_name() != "sqlite" or not here.database or there.get_backend_name() != "postgresql":
        raise wrong
    return Path(here.database)


def snapshot(source: str, target: Path) -> None:
    """Write one consistent state of a PostgreSQL database into a new SQLite file, and compare it row by row.

    The product goes on meanwhile. Raises SchemaOlder or SchemaNewer.
    """
    schema.check(source)
    schema.migrate(f"sqlite:///{target}")
    address = make_url(source).set(drivername="postgresql").render_as_string(hide_password=False)
    here = sqlite3.connect(target, isolation_level=None)
    try:
        with psycopg.connect(address) as there:
            there.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            there.read_only = True
            here.execute("BEGIN IMMEDIATE")
            for table in _tables():
                here.execute(f'DELETE FROM "{table.name}"')  # noqa: S608 - what the migrations put there
                marks = ", ".join("?" for _ in table.c)
                names = ", ".join(f'"{column.name}"' for column in table.c)
                put = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - our own tables
                here.executemany(put, _rows_there(there, table))
            here.execute("COMMIT")
            for table in _tables():
                _proof(here, there, table)
    finally:
        here.close()


def _broken(url: str) -> int | None:
    database = Database(url)
    try:
        return Audit(database, clock.now).verify()
    finally:
        database.close()


def _tables() -> list[Table]:
    """Every table of the product, a table after those that it refers to."""
    return [table for table in metadata.sorted_tables if table.name not in NOT_MOVED and not _of_a_test(table)]


def _of_a_test(table: Table) -> bool:
    return table.name.startswith("test_")


def _all(source: str, target: str, say: Say) -> dict[str, tuple[int, str]]:
    path = make_url(source).database
    address = make_url(target).set(drivername="postgresql").render_as_string(hide_password=False)
    here = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        with psycopg.connect(address) as there:
            _refuse_unless_empty(there)
            for table in _tables():
                say(f"{table.name} …")
                _copy(here, there, table)
            proof = {table.name: _proof(here, there, table) for table in _tables()}
        with psycopg.connect(address, autocommit=True) as there:
            there.execute("VACUUM (ANALYZE)")  # an index alone answers once its rows are known as visible
    finally:
        here.close()
    return proof


def _refuse_unless_empty(there: "psycopg.Connection[Any]") -> None:
    """Nobody else writes from now on, and nothing has been written."""
    for table in _tables():
        name = sql.Identifier(table.name)
        there.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(name))
        if table.name in SEEDED:
            there.execute(sql.SQL("DELETE FROM {}").format(name))
        elif there.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(name)).fetchone():
            raise TargetNotEmpty(table=table.name)


def _copy(here: sqlite3.Connection, there: "psycopg.Connection[Any]", table: Table) -> None:
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.c)
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    try:
        with there.cursor() as cursor, cursor.copy(command) as copy:
            for row in _in_order(table, _rows_here(here, table)):
                copy.write_row(row)
    except psycopg.DataError as fault:
        raise CannotMove(table=table.name, why=str(fault).splitlines()[0]) from fault


def _key(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.primary_key)


def _rows_here(here: sqlite3.Connection, table: Table) -> Iterator[Values]:
    names = ", ".join(f'"{column.name}"' for column in table.c)
    cursor = here.execute(f'SELECT {names} FROM "{table.name}" ORDER BY {_key(table)}')  # noqa: S608 - our own tables
    truths = [place for place, column in enumerate(table.c) if isinstance(column.type, Boolean)]
    while rows := cursor.fetchmany(BATCH):
        for row in rows:
            values = list(row)
            for place in truths:
                values[place] = None if values[place] is None else bool(values[place])
            yield tuple(values)


def _rows_there(there: "psycopg.Connection[Any]", table: Table) -> Iterator[Values]:
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.c)
    key = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.primary_key)
    query = sql.SQL("SELECT {} FROM {} ORDER BY {}").format(columns, sql.Identifier(table.name), key)
    with there.cursor(name=f"rows_{table.name}") as cursor:
        cursor.itersize = BATCH
        cursor.execute(query)
        yield from cursor


def _in_order(table: Table, rows: Iterator[Values]) -> Iterator[Values]:
    """A row of a table that refers to itself comes after the row that it refers to."""
    own = [
        (list(table.c).index(foreign.parent), list(table.c).index(foreign.column))
        for foreign in table.foreign_keys
        if foreign.column.table is table
    ]
    if not own:
        yield from rows
        return
    waiting, known = list(rows), {place: set[Any]() for _, place in own}
    while waiting:
        ready = [row for row in waiting if all(row[at] is None or row[at] in known[place] for at, place in own)]
        if not ready:
            raise CannotMove(table=table.name, why="a circle of references")
        for row in ready:
            for place, seen in known.items():
                seen.add(row[place])
        yield from ready
        waiting = [row for row in waiting if row not in ready]


def _proof(here: sqlite3.Connection, there: "psycopg.Connection[Any]", table: Table) -> tuple[int, str]:
    """Compare row by row; how many there are, and the SHA-256 over all of them. Raises CannotMove."""
    digest, count = hashlib.sha256(), 0
    for ours, theirs in zip_longest(_rows_here(here, table), _rows_there(there, table)):
        if ours != theirs:
            raise CannotMove(table=table.name, why=f"row {count + 1}")
        digest.update(repr(theirs).encode("utf-8", "surrogatepass"))
        count += 1
    return count, digest.hexdigest()
