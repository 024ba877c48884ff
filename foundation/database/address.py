"""Addresses of databases, the plain engine behind one, and what a PostgreSQL server must be before it is used."""

import re
from typing import Any

import psycopg
from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from foundation.dialect import json_is_text, speak
from foundation.errors import Refused, Unavailable

OLDEST = 130000  # server_version_num: the oldest whose planner and JSON these statements were written for
CONNECT_SECONDS = 3
IDLE_SECONDS = 10  # a work function is short: a process that hangs in one loses the connection, and with it the lock
_DRIVERS = {"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"}
_SAID_NO = re.compile(r"FATAL|致命错误")


class DatabaseAddress(Refused):
    """The setting names a database that this installation cannot use."""

    code = "database-address"


class DatabaseUnreachable(Unavailable):
    """Nobody answers at the database's address."""

    code = "database-unreachable"


class DatabaseSaysNo(Refused):
    """The server answers, and does not let us in: password, role or name of the database."""

    code = "database-says-no"


class DatabaseTooOld(Refused):
    """The PostgreSQL server is older than this product can use."""

    code = "database-too-old"


class DatabaseEncoding(Refused):
    """The database does not keep Unicode."""

    code = "database-encoding"


def is_postgresql(url: str) -> bool:
    """Whether the address is one of PostgreSQL, not of SQLite. Raises DatabaseAddress when it is neither."""
    try:
        made = make_url(url)
    except ArgumentError as fault:
        raise DatabaseAddress(address=shown(url)) from fault
    if made.drivername not in _DRIVERS:
        raise DatabaseAddress(address=shown(url))
    return made.get_backend_name() == "postgresql"


def shown(url: str) -> str:
    """The address, or what was given for one, without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return re.sub(r":[^:@/]*@", ":***@", url)


def postgresql_url(url: str) -> URL:
    """The address with the one driver that is used."""
    return make_url(url).set(drivername="postgresql+psycopg")


def connect_arguments(*, writing: bool) -> dict[str, Any]:
    """How a connection of this product is opened: quick to notice a dead server, and noticed when it hangs itself."""
    options = ["-c client_min_messages=warning"]
    if writing:
        options += [f"-c idle_in_transaction_session_timeout={IDLE_SECONDS * 1000}", "-c lock_timeout=20000"]
    return {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "lianzhen",
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 8000,
        "options": " ".join(options),
        "autocommit": True,  # transactions are ours, not the driver's
    }


def postgresql_engine(url: str, *, writing: bool, **pool: Any) -> Engine:
    """An engine that speaks as `foundation.dialect` says."""
    made = postgresql_url(url)
    engine = create_engine(
        made, connect_args=connect_arguments(writing=writing), use_native_hstore=False,
        execution_options={"preserve_rowcount": True}, **pool,
    )  # fmt: skip
    speak(engine)
    json_is_text(engine)
    return engine


def engine_for(url: str) -> Engine:
    """A plain engine without a pool, for the schema and for tools. Raises DatabaseAddress."""
    if not is_postgresql(url):
        return create_engine(url)
    engine = create_engine(postgresql_url(url), poolclass=NullPool, use_native_hstore=False)
    speak(engine)
    return engine


def check_server(url: str) -> None:
    """Look at a PostgreSQL server once, before anything is opened; a SQLite address is only read.

    Raises DatabaseAddress, DatabaseUnreachable, DatabaseSaysNo, DatabaseTooOld or DatabaseEncoding.
    """
    if not is_postgresql(url):
        return
    engine = engine_for(url)
    try:
        with engine.connect() as conn:
            version, encoding = conn.exec_driver_sql(
                "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')"
            ).one()
    except DBAPIError as fault:
        raise no_entry(url, fault.orig or fault) from fault
    except psycopg.Error as fault:
        raise no_entry(url, fault) from fault
    finally:
        engine.dispose()
    if version < OLDEST:
        raise DatabaseTooOld(found=f"{version // 10000}", wanted=f"{OLDEST // 10000}")
    if encoding != "UTF8":
        raise DatabaseEncoding(found=str(encoding))


def no_entry(url: str, fault: BaseException) -> Exception:
    """Why a connection could not be opened, in our words and the server's."""
    made = make_url(url)
    lines = [line.strip() for line in str(fault).splitlines() if line.strip()]
    why = next((line for line in lines if _SAID_NO.search(line)), lines[0] if lines else "")
    why = re.sub(r"^.*?(FATAL|致命错误)\s*[::]\s*", "", why)
    if made.password:
        why = why.replace(str(made.password), "***")
    kind = DatabaseSaysNo if any(_SAID_NO.search(line) for line in lines) else DatabaseUnreachable
    return kind(address=shown(url), why=why[:300])
