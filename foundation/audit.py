"""The audit trail: append-only and hash-chained, in the words of FHIR R4 AuditEvent and DICOM PS3.15 §A.5.

Each row's hash covers the row and the hash before it, so an altered, removed or reordered row is found by `verify`.
The database refuses UPDATE and DELETE on the table as well (a trigger, see the first migration).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import Column, ColumnElement, Connection, Integer, String, Table, func, insert, select

from foundation import clock
from foundation.access import Actor
from foundation.database import Database, Row, append, metadata
from foundation.dialect import JsonText, Prepared
from foundation.ids import new_id

Action = Literal["C", "R", "U", "D", "E"]  # FHIR AuditEvent.action
Outcome = Literal["0", "4", "8", "12"]  # FHIR AuditEvent.outcome: success, minor, serious, major failure

audit_event = Table(
    "foundation_audit_event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("recorded", String(24), nullable=False, index=True),
    Column("type", String(32), nullable=False),
    Column("subtype", String(48), nullable=False, index=True),
    Column("action", String(1), nullable=False),
    Column("outcome", String(2), nullable=False),
    Column("agent_id", String(64), nullable=False, index=True),
    Column("agent_name", String(128), nullable=False, index=True),
    Column("unit_id", String(64), nullable=False),
    Column("address", String(64)),
    Column("entity_type", String(32), nullable=False),
    Column("entity_id", String(128), nullable=False, index=True),
    Column("detail", JsonText, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

GENESIS = "0" * 64
_HASHED = ("id", "recorded", "type", "subtype", "action", "outcome", "agent_id", "agent_name", "unit_id", "address",
           "entity_type", "entity_id", "detail", "previous")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody did.

    `type` is the event's kind ("rest", "dicom", "login", "workitem", "report"), `subtype` what was done ("claim").
    """

    type: str
    subtype: str
    action: Action
    entity_type: str
    entity_id: str
    outcome: Outcome = "0"
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: by person (name or id), things (ids; None is every one), what was done, and time."""

    person: str = ""
    things: tuple[str, ...] | None = None
    done: str = ""
    since: datetime | None = None
    until: datetime | None = None


def _clauses(wanted: Wanted) -> list[ColumnElement[bool]]:
    columns = audit_event.c
    found: list[ColumnElement[bool]] = []
    if wanted.person:
        found.append((columns.agent_name == wanted.person) | (columns.agent_id == wanted.person))
    if wanted.things is not None:
        found.append(columns.entity_id.in_(wanted.things))
    if wanted.done:
        found.append(columns.subtype == wanted.done.rpartition(".")[2])
    if wanted.since is not None:
        found.append(columns.recorded >= clock.iso(wanted.since))
    if wanted.until is not None:
        found.append(columns.recorded < clock.iso(wanted.until))
    return found


class Audit:
    """The trail of this installation."""

    def __init__(self, db: Database, now: clock.Clock) -> None:
        self._db = db
        self._now = now
        db.flush_with(audit_event, _chain)

    def record(self, conn: Connection, actor: Actor, entry: Entry) -> None:
        """Append an entry in this write: it is there when the deed is there."""
        append(
            conn,
            audit_event,
            {
                "id": new_id(),
                "recorded": clock.iso(self._now()),
                "type": entry.type,
                "subtype": entry.subtype,
                "action": entry.action,
                "outcome": entry.outcome,
                "agent_id": actor.id,
                "agent_name": actor.name,
                "unit_id": actor.unit_id,
                "address": actor.address,
                "entity_type": entry.entity_type,
                "entity_id": entry.entity_id[:128],
                "detail": entry.detail,
            },
        )

    def note(self, actor: Actor, entry: Entry) -> None:
        """Record something that changed nothing else: a read, a refusal, a sign-in."""
        self._db.write(lambda conn: self.record(conn, actor, entry))

    def latest(self) -> datetime | None:
        """The latest moment at which anything was ever recorded; None in an empty trail."""
        with self._db.read() as conn:
            found = conn.execute(select(func.max(audit_event.c.recorded))).scalar()
        return clock.from_iso(found) if found else None

    def entries(
        self, *, q: str = "", before: int | None = None, limit: int = 100, wanted: Wanted | None = None
    ) -> list[Row]:
        """The newest first, for the administrator's page; `q` is an agent's name, or a thing's or agent's id."""
        query = select(audit_event).order_by(audit_event.c.seq.desc()).limit(limit)
        if q:
            named = audit_event.c.agent_name == q
            query = query.where(named | (audit_event.c.entity_id == q) | (audit_event.c.agent_id == q))
        if before is not None:
            query = query.where(audit_event.c.seq < before)
        if wanted is not None:
            query = query.where(*_clauses(wanted))
        with self._db.read() as conn:
            return [dict(row) for row in conn.execute(query).mappings()]

    def verify(self) -> int | None:
        """None when the whole chain holds; otherwise the `seq` of the first row that does not."""
        previous, expected = GENESIS, 1
        for row in self._rows():
            if row["seq"] != expected or row["previous"] != previous or row["hash"] != _digest(row):
                return int(row["seq"])
            previous, expected = row["hash"], expected + 1
        return None

    def _rows(self) -> Iterator[Row]:
        with self._db.read() as conn:
            query = select(audit_event).order_by(audit_event.c.seq)
            for row in conn.execution_options(yield_per=1000).execute(query).mappings():
                yield dict(row)


def _digest(row: Row) -> str:
    return hashlib.sha256(orjson.dumps([row[name] for name in _HASHED], option=orjson.OPT_SORT_KEYS)).hexdigest()


def _chain(conn: Connection, rows: list[Row]) -> None:
    """Number and chain the rows of one commit, then insert them together."""
    seq, previous = _LAST.first(conn, {}) or (0, GENESIS)
    for row in rows:
        seq += 1
        row["seq"], row["previous"] = seq, previous
        row["hash"] = previous = _digest(row)
    _INSERT.each(conn, [{**row, "detail": orjson.dumps(row["detail"]).decode()} for row in rows])


_LAST = Prepared(select(audit_event.c.seq, audit_event.c.hash).order_by(audit_event.c.seq.desc()).limit(1))
_INSERT = Prepared(insert(audit_event))
