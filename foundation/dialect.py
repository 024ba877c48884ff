"""The only place where SQLite and PostgreSQL differ: the database's clock, JSON text, stored moments, LIKE, columns.

Moments are stored as ISO 8601 text in UTC with milliseconds, so they sort, compare and travel as JSON alike on both.
"""

from datetime import date, datetime
from typing import Any

import orjson
import psycopg
from psycopg.types.string import TextLoader
from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Float,
    Integer,
    String,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    case,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from foundation import clock

Upsert = sqlite.Insert | postgresql.Insert


class Moment(TypeDecorator[datetime]):
    """An aware datetime, stored as `2026-11-22T06:30:49.123Z`."""

    impl = String(24)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Raises ValueError for a naive datetime."""
        return None if value is None else clock.iso(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The aware datetime in UTC."""
        return None if value is None else clock.from_iso(value)


class Day(TypeDecorator[date]):
    """A date, stored as `2026-11-22`."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """None stays NULL."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:  # noqa: ARG002
        """The date."""
        return None if value is None else date.fromisoformat(value)


class JsonText(TypeDecorator[Any]):
    """A JSON value stored as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """None stays NULL."""
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """The decoded value."""
        return None if value is None else orjson.loads(value)


def Bytewise(length: int) -> TypeEngine[str]:  # noqa: N802 - a type, written where types are written
    """Text that sorts and compares byte by byte on both, so that a prefix is one range of an index."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class _DatabaseNow(FunctionElement[datetime]):
    name = "database_now"
    inherit_cache = True
    type = Moment()


@compiles(_DatabaseNow, "sqlite")
def _sqlite_now(element: _DatabaseNow, compiler: SQLCompiler, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ({seconds}) || ' seconds')"


@compiles(_DatabaseNow, "postgresql")
def _postgresql_now(element: _DatabaseNow, compiler: SQLCompiler, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    # the statement's, not the transaction's, which may have waited for its turn; not volatile, so that an index serves
    shifted = f"statement_timestamp() + ({seconds}) * interval '1 second'"
    return f"to_char(({shifted}) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"


def database_now(plus_seconds: float | ColumnElement[float] = 0.0) -> ColumnElement[datetime]:
    """The database's clock, shifted. Leases expire by it, whatever the clock of a process says."""
    if isinstance(plus_seconds, (int, float)):
        plus_seconds = bindparam(None, float(plus_seconds), type_=Float())
    return _DatabaseNow(plus_seconds)


def upsert(conn: Connection, table: Table) -> Upsert:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`; both dialects take the same words."""
    if conn.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


# PostgreSQL's columns hold and sort what SQLite's do: any length, byte by byte, whole numbers of 64 bits.


@compiles(String, "postgresql")
@compiles(Text, "postgresql")
def _postgresql_text(_type: String, _compiler: Any, **options: Any) -> str:
    return 'TEXT COLLATE "C"' if "type_expression" in options else "TEXT"


@compiles(Integer, "postgresql")
def _postgresql_integer(_type: Integer, _compiler: Any, **options: Any) -> str:
    return "BIGINT" if "type_expression" in options else "INTEGER"


class _Postgresql(PGCompiler_psycopg):
    """LIKE finds letters of either case, as SQLite's does: in a column of collation C, those of ASCII.

    A whole number is as wide as it needs to be: no cast makes it 32 bits.
    """

    def render_bind_cast(self, type_: Any, dbapi_type: Any, sqltext: Any) -> Any:
        if dbapi_type._type_affinity is Integer:
            return sqltext
        return super().render_bind_cast(type_, dbapi_type, sqltext)  # type: ignore[no-untyped-call]

    def visit_like_op_binary(self, binary: Any, operator: Any, **options: Any) -> str:
        return f"{super().visit_ilike_op_binary(binary, operator, **options)}{_no_escape(binary)}"  # type: ignore[no-untyped-call]

    def visit_not_like_op_binary(self, binary: Any, operator: Any, **options: Any) -> str:
        return f"{super().visit_not_ilike_op_binary(binary, operator, **options)}{_no_escape(binary)}"  # type: ignore[no-untyped-call]


def _no_escape(binary: Any) -> str:
    """SQLite's LIKE has no escape character unless one is named; PostgreSQL's has the backslash."""
    return "" if binary.modifiers.get("escape") else " ESCAPE ''"


def speak(engine: Engine) -> None:
    """Teach an engine of PostgreSQL to find with LIKE what SQLite finds."""
    engine.dialect.statement_compiler = _Postgresql


def json_is_text(engine: Engine) -> None:
    """Let JSON that PostgreSQL makes come as text, as SQLite's does."""

    @event.listens_for(engine, "connect")
    def configure(connection: psycopg.Connection[Any], _record: object) -> None:
        connection.adapters.register_loader("json", TextLoader)


class JsonObject(FunctionElement[str]):
    """A JSON object of (name, value, name, value …), made by the database."""

    name = "json_object_of"
    inherit_cache = True
    type = Text()


class JsonValue(FunctionElement[str]):
    """A condition as true or false, or an object that may be NULL, as a value inside a JSON object."""

    name = "json_value"
    inherit_cache = True
    type = Text()


@compiles(JsonObject, "sqlite")
def _sqlite_object(element: JsonObject, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_object({compiler.process(element.clauses, **options)})"


@compiles(JsonObject, "postgresql")
def _postgresql_object(element: JsonObject, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_build_object({compiler.process(element.clauses, **options)})"


@compiles(JsonValue, "sqlite")
def _sqlite_value(element: JsonValue, compiler: SQLCompiler, **options: Any) -> str:
    return f"json({compiler.process(element.clauses, **options)})"


@compiles(JsonValue, "postgresql")
def _postgresql_value(element: JsonValue, compiler: SQLCompiler, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)})::json"


def json_bool(condition: ColumnElement[bool]) -> ColumnElement[str]:
    """A condition as JSON true or false."""
    return JsonValue(case((condition, "true"), else_="false"))


class Prepared:
    """A hot statement, compiled once: building its execution anew costs several times what the database needs for it.

    Values go in and rows come out as the database keeps them, so a moment is text on both sides. No IN lists.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, dict[str, Any], list[str] | None]] = {}

    def all(self, conn: Connection, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Execute it once and fetch every row."""
        text, values = self._bound(conn, [facts])
        cursor = conn.connection.cursor()
        cursor.execute(text, values[0])
        rows = [tuple(row) for row in cursor.fetchall()]
        cursor.close()
        return rows

    def first(self, conn: Connection, facts: dict[str, Any]) -> tuple[Any, ...] | None:
        """Execute it once; the first row, if there is one."""
        rows = self.all(conn, facts)
        return rows[0] if rows else None

    def each(self, conn: Connection, facts: list[dict[str, Any]]) -> None:
        """Execute it once for each set of facts."""
        text, values = self._bound(conn, facts)
        cursor = conn.connection.cursor()
        cursor.executemany(text, values)
        cursor.close()

    def _bound(self, conn: Connection, facts: list[dict[str, Any]]) -> tuple[str, list[Any]]:
        known = self._compiled.get(conn.dialect.name)
        if known is None:
            made = self._statement.compile(dialect=conn.dialect)
            order = made.positiontup if isinstance(made, SQLCompiler) else None
            known = self._compiled[conn.dialect.name] = (made.string, dict(made.params), order and list(order))
        text, fixed, order = known
        merged = [{**fixed, **one} for one in facts]
        return text, merged if order is None else [[one[name] for name in order] for one in merged]
