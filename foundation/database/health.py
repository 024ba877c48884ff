"""Whether the database is sound, for the doctor: what the two kinds can be asked."""

from sqlalchemy import Connection

_DURABLE = ("fsync", "full_page_writes")


def look(conn: Connection) -> tuple[bool, str]:
    """Whether it is, and what was seen.

    SQLite checks its own file. PostgreSQL is asked whether it waits for the disk, and how many connections are taken.
    """
    if conn.dialect.name == "sqlite":
        said = str(conn.exec_driver_sql("PRAGMA quick_check").scalar_one())
        return said == "ok", said
    version, most = conn.exec_driver_sql(
        "SELECT current_setting('server_version'),"
        " current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
    ).one()
    taken = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
    used = conn.exec_driver_sql(taken).scalar_one()
    off = [name for name in _DURABLE if conn.exec_driver_sql(f"SHOW {name}").scalar_one() != "on"]
    seen = f"PostgreSQL {version}, {used}/{most} 连接 connections" + "".join(f", {name}=off" for name in off)
    return not off and used < most * 0.9, seen
