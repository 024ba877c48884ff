"""The doctors' keys and the open signing windows."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Index, LargeBinary, String, Table, and_, delete, insert, select, update

from foundation.database import metadata
from foundation.dialect import JsonText, Moment, upsert
from reports.signers.records import Custody, KeyRecord, Window
from reports.signers.x509 import ALGORITHM

key = Table(
    "reports_key",
    metadata,
    Column("kid", String(32), primary_key=True),
    Column("person_id", String(36), nullable=False, index=True),
    Column("person_name", String(64), nullable=False),
    Column("organisation", String(64), nullable=False),
    Column("custody", String(16), nullable=False),
    Column("algorithm", String(32), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("certificate", LargeBinary),
    Column("issuers", JsonText, nullable=False),
    Column("wrapped", LargeBinary),
    Column("not_before", Moment),
    Column("not_after", Moment),
    Column("replaced_at", Moment),
    Column("revoked_at", Moment),
    Column("revocation_reason", String(32), nullable=False),
)
_CURRENT = and_(key.c.replaced_at.is_(None), key.c.certificate.is_not(None))
# a doctor has one key of each algorithm that signs; a replaced one stays for those who verify
_OF_WHOM = (key.c.person_id, key.c.algorithm)
Index("ux_reports_key_current", *_OF_WHOM, unique=True, sqlite_where=_CURRENT, postgresql_where=_CURRENT)

window = Table(
    "reports_signing_window",
    metadata,
    Column("session_id", String(64), primary_key=True),
    Column("person_id", String(36), nullable=False, index=True),
    Column("kid", String(32), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("expires_at", Moment, nullable=False),
)


def current(conn: Connection, person_id: str, algorithm: str = ALGORITHM) -> KeyRecord | None:
    """The person's certified key that was not replaced; it may be revoked or expired."""
    mine = (key.c.person_id == person_id, key.c.algorithm == algorithm)
    row = conn.execute(select(key).where(*mine, _CURRENT)).first()
    return _record(row) if row else None


def requested(conn: Connection, person_id: str) -> KeyRecord | None:
    """The person's key whose certificate is still to come."""
    mine = (key.c.person_id == person_id, key.c.certificate.is_(None))
    row = conn.execute(select(key).where(*mine)).first()
    return _record(row) if row else None


def forget_requested(conn: Connection, person_id: str) -> None:
    """A request that nobody answered signed nothing: it may go."""
    conn.execute(delete(key).where(key.c.person_id == person_id, key.c.certificate.is_(None)))


def by_kid(conn: Connection, kid: str) -> KeyRecord | None:
    """The key of that name."""
    row = conn.execute(select(key).where(key.c.kid == kid)).first()
    return _record(row) if row else None


def every(conn: Connection, person_id: str = "") -> list[KeyRecord]:
    """All keys, or a person's, the newest first."""
    query = select(key).order_by(key.c.created_at.desc(), key.c.kid)
    return [_record(row) for row in conn.execute(query.where(key.c.person_id == person_id) if person_id else query)]


def revoked(conn: Connection) -> list[KeyRecord]:
    """The keys that count no more."""
    return [_record(row) for row in conn.execute(select(key).where(key.c.revoked_at.is_not(None)))]


def add(conn: Connection, new: KeyRecord) -> None:
    """A further key; the person's current one must have been replaced before."""
    conn.execute(insert(key).values(**_row(new)))


def replace(conn: Connection, person_id: str, at: datetime, algorithm: str = ALGORITHM) -> None:
    """The person's current key signs no more; its wrapped private key is forgotten."""
    mine = (key.c.person_id == person_id, key.c.algorithm == algorithm)
    conn.execute(update(key).where(*mine, _CURRENT).values(replaced_at=at, wrapped=None))
    conn.execute(delete(window).where(window.c.person_id == person_id))


def rewrap(conn: Connection, kid: str, wrapped: bytes) -> None:
    """The same key under another password."""
    conn.execute(update(key).where(key.c.kid == kid).values(wrapped=wrapped))


def put(conn: Connection, one: KeyRecord) -> None:
    """Add a key, or certify the request that it was."""
    row = _row(one)
    statement = upsert(conn, key).values(**row)
    certificate = {name: row[name] for name in ("certificate", "issuers", "not_before", "not_after")}
    conn.execute(statement.on_conflict_do_update(index_elements=["kid"], set_=certificate))


def revoke(conn: Connection, kid: str, at: datetime, reason: str) -> bool:
    """False when it was revoked before: the first moment stays."""
    wanted = (key.c.kid == kid, key.c.revoked_at.is_(None))
    changed = conn.execute(update(key).where(*wanted).values(revoked_at=at, revocation_reason=reason, wrapped=None))
    conn.execute(delete(window).where(window.c.kid == kid))
    return changed.rowcount == 1


def open_window(conn: Connection, new: Window) -> None:
    """Open or prolong a session's window, and forget those that are over."""
    row = {"person_id": new.person_id, "kid": new.kid, "wrapped": new.wrapped, "expires_at": new.expires_at}
    statement = upsert(conn, window).values(session_id=new.session_id, **row)
    conn.execute(statement.on_conflict_do_update(index_elements=["session_id"], set_=row))


def sweep_windows(conn: Connection, before: datetime) -> None:
    """Forget windows that ended before."""
    conn.execute(delete(window).where(window.c.expires_at < before))


def read_window(conn: Connection, session_id: str) -> Window | None:
    """The session's window, whether or not it is over."""
    row = conn.execute(select(window).where(window.c.session_id == session_id)).first()
    return Window(row.session_id, row.person_id, row.kid, row.wrapped, row.expires_at) if row else None


def close_window(conn: Connection, session_id: str) -> None:
    """The password is asked for again."""
    conn.execute(delete(window).where(window.c.session_id == session_id))


def _texts(issuers: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in issuers]


def _row(one: KeyRecord) -> dict[str, Any]:
    row = {column.name: getattr(one, column.name) for column in key.c}
    return {**row, "custody": one.custody.value, "issuers": _texts(one.issuers)}


def _record(row: Any) -> KeyRecord:
    values = dict(row._mapping)
    issuers = tuple(base64.b64decode(one) for one in values.pop("issuers"))
    return KeyRecord(**{**values, "custody": Custody(values["custody"]), "issuers": issuers})
