"""Credentials, second factors, sessions, tokens and failed sign-ins. Secrets are kept hashed, or wrapped."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from foundation.database import metadata
from foundation.dialect import JsonText, Moment, upsert

credential = Table(
    "web_credential",
    metadata,
    Column("person_id", String(36), primary_key=True),
    Column("hash", String(160), nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

factor = Table(
    "web_factor",
    metadata,
    Column("person_id", String(36), primary_key=True),
    Column("wrapped", LargeBinary),  # the authenticator's secret, none before the first enrolment
    Column("pending", LargeBinary),  # one that waits for its first code
    Column("last_step", Integer, nullable=False),  # the newest time step whose code was used
    Column("enrolled_at", Moment),
)

recovery = Table(
    "web_recovery",
    metadata,
    Column("person_id", String(36), primary_key=True),
    Column("digest", String(64), primary_key=True),
)

session = Table(
    "web_session",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of the cookie's secret
    Column("person_id", String(36), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("address", String(64)),
)

token = Table(
    "web_token",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of the token
    Column("name", String(64), nullable=False),
    Column("unit_id", String(36), nullable=False),
    Column("roles", JsonText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

failure = Table(
    "web_sign_in_failure",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
)
Index("ix_web_sign_in_failure_last_at", failure.c.last_at)


@dataclass(frozen=True, slots=True)
class Credential:
    """A person's password hash (Argon2id)."""

    hash: str
    must_change: bool


@dataclass(frozen=True, slots=True)
class FactorRow:
    """A person's authenticator: its secret and one that waits, both wrapped."""

    wrapped: bytes | None
    pending: bytes | None
    enrolled_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One signed-in browser."""

    id: str
    person_id: str
    csrf: str
    created_at: datetime
    seen_at: datetime
    must_change: bool = False  # the password that opened it was chosen by somebody else
    enrolled: bool = False  # the person has a second factor


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One system's access."""

    id: str
    name: str
    unit_id: str
    roles: list[str]


def read_credential(conn: Connection, person_id: str) -> Credential | None:
    """The person's hash, None when no password was ever set."""
    row = conn.execute(
        select(credential.c.hash, credential.c.must_change).where(credential.c.person_id == person_id)
    ).first()
    return Credential(*row) if row else None


def write_credential(conn: Connection, person_id: str, value: Credential, at: datetime) -> None:
    """Set or replace the person's hash."""
    row = {"hash": value.hash, "must_change": value.must_change, "changed_at": at}
    statement = upsert(conn, credential).values(person_id=person_id, **row)
    conn.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=row))


def read_session(conn: Connection, session_id: str) -> SessionRow | None:
    """The session, whether or not it has expired."""
    columns = (session.c.id, session.c.person_id, session.c.csrf, session.c.created_at, session.c.seen_at)
    joined = session.outerjoin(credential, credential.c.person_id == session.c.person_id)
    joined = joined.outerjoin(factor, factor.c.person_id == session.c.person_id)
    query = select(*columns, credential.c.must_change, factor.c.enrolled_at).select_from(joined)
    row = conn.execute(query.where(session.c.id == session_id)).first()
    return SessionRow(*row[:5], bool(row[5]), row[6] is not None) if row else None


def write_session(conn: Connection, row: SessionRow, address: str | None) -> None:
    """Begin a session."""
    conn.execute(
        insert(session).values(
            id=row.id,
            person_id=row.person_id,
            csrf=row.csrf,
            created_at=row.created_at,
            seen_at=row.seen_at,
            address=address,
        )
    )


def sessions_of(conn: Connection, person_id: str | None = None) -> list[Any]:
    """Every session, or one person's, the last used first: id, person, beginning, last use, address."""
    columns = (session.c.id, session.c.person_id, session.c.created_at, session.c.seen_at, session.c.address)
    query = select(*columns).order_by(session.c.seen_at.desc()).limit(500)
    return list(conn.execute(query.where(session.c.person_id == person_id) if person_id else query))


def touch_session(conn: Connection, session_id: str, at: datetime) -> None:
    """The session was used."""
    conn.execute(update(session).where(session.c.id == session_id).values(seen_at=at))


def end_sessions(
    conn: Connection, *, session_id: str | None = None, person_id: str | None = None, but: str | None = None
) -> None:
    """End one session, or all of a person, or all `but` one."""
    clause = session.c.id == session_id if session_id else session.c.person_id == person_id
    conn.execute(delete(session).where(clause, session.c.id != (but or "")))


def sweep_sessions(conn: Connection, created_before: datetime, seen_before: datetime) -> None:
    """Forget sessions that are over."""
    conn.execute(delete(session).where((session.c.created_at < created_before) | (session.c.seen_at < seen_before)))


def read_factor(conn: Connection, person_id: str) -> FactorRow | None:
    """The person's authenticator, enrolled or waiting."""
    columns = (factor.c.wrapped, factor.c.pending, factor.c.enrolled_at)
    row = conn.execute(select(*columns).where(factor.c.person_id == person_id)).first()
    return FactorRow(*row) if row else None


def enrolled(conn: Connection) -> list[str]:
    """Everybody who has an authenticator."""
    return list(conn.execute(select(factor.c.person_id).where(factor.c.wrapped.is_not(None))).scalars())


def write_pending(conn: Connection, person_id: str, wrapped: bytes) -> None:
    """Keep a secret that waits for its first code, in place of one that waited."""
    statement = upsert(conn, factor).values(person_id=person_id, pending=wrapped, last_step=0)
    conn.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_={"pending": wrapped}))


def confirm_pending(conn: Connection, person_id: str, pending: bytes, step: int, at: datetime) -> bool:
    """The waiting secret counts from now on; False when another has taken its place."""
    row = {"wrapped": pending, "pending": None, "last_step": step, "enrolled_at": at}
    clause = (factor.c.person_id == person_id, factor.c.pending == pending)
    return conn.execute(update(factor).where(*clause).values(row)).rowcount == 1


def use_step(conn: Connection, person_id: str, step: int) -> bool:
    """False when a code of this time step, or of a later one, was used."""
    clause = (factor.c.person_id == person_id, factor.c.last_step < step)
    return conn.execute(update(factor).where(*clause).values(last_step=step)).rowcount == 1


def forget_factor(conn: Connection, person_id: str) -> None:
    """No authenticator and no recovery codes any more."""
    for table in (factor, recovery):
        conn.execute(delete(table).where(table.c.person_id == person_id))


def replace_recovery(conn: Connection, person_id: str, digests: list[str]) -> None:
    """New recovery codes in place of the old."""
    conn.execute(delete(recovery).where(recovery.c.person_id == person_id))
    conn.execute(insert(recovery), [{"person_id": person_id, "digest": one} for one in digests])


def has_recovery(conn: Connection, person_id: str, digest: str) -> bool:
    """Whether this recovery code is unused."""
    clause = (recovery.c.person_id == person_id, recovery.c.digest == digest)
    return conn.execute(select(recovery.c.digest).where(*clause)).first() is not None


def count_recovery(conn: Connection, person_id: str) -> int:
    """How many recovery codes are left."""
    query = select(func.count()).select_from(recovery).where(recovery.c.person_id == person_id)
    return conn.execute(query).scalar_one()


def use_recovery(conn: Connection, person_id: str, digest: str) -> bool:
    """False when it was used."""
    clause = (recovery.c.person_id == person_id, recovery.c.digest == digest)
    return conn.execute(delete(recovery).where(*clause)).rowcount == 1


def read_failures(conn: Connection, account: str) -> tuple[int, datetime] | None:
    """How many wrong passwords in a row, and when the last was."""
    row = conn.execute(select(failure.c.count, failure.c.last_at).where(failure.c.account == account)).first()
    return (row[0], row[1]) if row else None


def add_failure(conn: Connection, account: str, at: datetime, forget_after: timedelta) -> int:
    """Count a wrong password; an old count starts again at one. Returns the new count."""
    known = read_failures(conn, account)
    count = known[0] + 1 if known and at - known[1] < forget_after else 1
    row = {"count": count, "last_at": at}
    statement = upsert(conn, failure).values(account=account, **row)
    conn.execute(statement.on_conflict_do_update(index_elements=["account"], set_=row))
    return count


def add_to_window(conn: Connection, key: str, at: datetime, window: timedelta) -> None:
    """Count within a window that begins with its first failure."""
    known = read_failures(conn, key)
    inside = known is not None and at - known[1] < window
    row = {"count": known[0] + 1, "last_at": known[1]} if known and inside else {"count": 1, "last_at": at}
    statement = upsert(conn, failure).values(account=key, **row)
    conn.execute(statement.on_conflict_do_update(index_elements=["account"], set_=row))


def clear_failures(conn: Connection, account: str) -> None:
    """The right password came."""
    conn.execute(delete(failure).where(failure.c.account == account))


def read_token(conn: Connection, token_id: str) -> TokenRow | None:
    """The token, None when it does not exist or was revoked."""
    columns = (token.c.id, token.c.name, token.c.unit_id, token.c.roles)
    row = conn.execute(select(*columns).where(token.c.id == token_id, token.c.revoked_at.is_(None))).first()
    return TokenRow(*row) if row else None


def tokens(conn: Connection) -> list[Any]:
    """Every system that was ever admitted, the newest first: id, name, unit, roles, since, until."""
    columns = (token.c.id, token.c.name, token.c.unit_id, token.c.roles, token.c.created_at, token.c.revoked_at)
    return list(conn.execute(select(*columns).order_by(token.c.created_at.desc(), token.c.id).limit(500)))


def revoke_token_by_id(conn: Connection, token_id: str, at: datetime) -> bool:
    """False when there is no such token, or it was revoked before."""
    clause = (token.c.id == token_id, token.c.revoked_at.is_(None))
    return conn.execute(update(token).where(*clause).values(revoked_at=at)).rowcount == 1


def write_token(conn: Connection, row: TokenRow, at: datetime) -> None:
    """Admit a system."""
    conn.execute(insert(token).values(id=row.id, name=row.name, unit_id=row.unit_id, roles=row.roles, created_at=at))


def revoke_token(conn: Connection, name: str, at: datetime) -> int:
    """Revoke every token of that name; how many there were."""
    return conn.execute(
        update(token).where(token.c.name == name, token.c.revoked_at.is_(None)).values(revoked_at=at)
    ).rowcount
