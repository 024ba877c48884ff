"""Claims, leases, replacements: each a single statement whose WHERE clause is the lock."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, literal_column, select, update

from foundation.access import Actor, reachable, scope
from foundation.dialect import Moment, Prepared, database_now
from foundation.vocabulary import Priority, Sex, Specialty
from reading_queue.model import Kind, Prior, Step, Workitem, WorkitemState, before, urgency
from reading_queue.store.fitting import FITS, fitness
from reading_queue.store.tables import DONE, HELD, is_in, workitem

_HIDDEN = {"transaction_uid", "urgency"}
COLUMNS = [column for column in workitem.c if column.name not in _HIDDEN]
_MINE = and_(
    workitem.c.uid == bindparam("item"),
    HELD,
    workitem.c.claimed_by == bindparam("me"),
    workitem.c.transaction_uid == bindparam("lock"),
)


def _workitem(row: Any) -> Workitem:
    plain = dict(row._mapping)
    born, sex = plain["patient_birth_date"], plain["patient_sex"]
    return Workitem(
        **{
            **plain,
            "kind": Kind(plain["kind"]),
            "state": WorkitemState(plain["state"]),
            "priority": Priority(plain["priority"]),
            "specialty": Specialty(plain["specialty"]),
            "patient_sex": Sex(sex) if sex else None,
            "patient_birth_date": date.fromisoformat(born) if born else None,
        }
    )


_INSERT = insert(workitem)


def insert_workitem(conn: Connection, new: Workitem) -> None:
    """Keep a new workitem."""
    row = {column.name: getattr(new, column.name) for column in COLUMNS}
    born = new.patient_birth_date
    row |= {"urgency": urgency(new.priority), "patient_birth_date": born.isoformat() if born else None}
    conn.execute(_INSERT, row)


_BY_UID = select(*COLUMNS).where(workitem.c.uid == bindparam("item"))


def by_uid(conn: Connection, uid: str) -> Workitem | None:
    """The workitem, if there is one."""
    row = conn.execute(_BY_UID, {"item": uid}).first()
    return _workitem(row) if row else None


def of_studies(conn: Connection, study_instance_uids: Sequence[str]) -> list[Workitem]:
    """Every attempt at every task of these studies, in the order they began."""
    query = select(*COLUMNS).where(workitem.c.study_instance_uid.in_(study_instance_uids))
    rows = conn.execute(query.order_by(workitem.c.created_at, workitem.c.kind, workitem.c.attempt))
    return [_workitem(row) for row in rows]


def of_study(conn: Connection, study_instance_uid: str) -> list[Workitem]:
    """Every attempt at every task of a study, in the order they began."""
    return of_studies(conn, [study_instance_uid])


# Who may take it stands in the WHERE as well, so nothing can change between looking and taking.
_CLAIM = Prepared(
    update(workitem)
    .where(
        workitem.c.uid == bindparam("item"),
        is_in(*before(Step.CLAIM)),
        reachable(workitem.c.unit_id),
        FITS,
    )
    .values(
        state=literal_column(f"'{WorkitemState.IN_PROGRESS.value}'"),
        claimed_by=bindparam("me"),
        claimed_name=bindparam("name"),
        claimed_at=database_now(),
        transaction_uid=bindparam("lock"),
        lease_until=database_now(bindparam("lease")),
    )
    .returning(workitem.c.attempt, workitem.c.lease_until, workitem.c.study_instance_uid, workitem.c.unit_id)
)


def claim(conn: Connection, actor: Actor, uid: str, transaction_uid: str, seconds: float) -> tuple[Any, ...] | None:
    """Take the workitem if nobody has and this person may.

    (attempt, lease_until as text, study, unit), or None.
    """
    facts = {"item": uid, "name": actor.name, "lock": transaction_uid, "lease": seconds}
    return _CLAIM.first(conn, facts | fitness(actor) | scope(actor, "claim", "workitem"))


_EXTEND = update(workitem).where(_MINE).values(lease_until=database_now(bindparam("lease"))).returning(*COLUMNS)


def extend(conn: Connection, actor: Actor, uid: str, transaction_uid: str, seconds: float) -> Workitem | None:
    """Hold on to it: a new lease, and the workitem; None when this person holds it no more."""
    facts = {"item": uid, "me": actor.id, "lock": transaction_uid, "lease": seconds}
    row = conn.execute(_EXTEND, facts).first()
    return _workitem(row) if row else None


def end(conn: Connection, one: Workitem, step: Step, now: datetime, reason: str | None = None) -> bool:
    """Complete or cancel an attempt; False when its state does not allow it."""
    state = {Step.COMPLETE: WorkitemState.COMPLETED, Step.CANCEL: WorkitemState.CANCELED}[step]
    ended = (
        update(workitem)
        .where(workitem.c.uid == one.uid, is_in(*before(step)))
        .values(state=state.value, ended_at=now, reason=reason, lease_until=None, transaction_uid=None)
    )
    return conn.execute(ended).rowcount == 1


def name_successor(conn: Connection, uid: str, successor_uid: str) -> None:
    """Write into the old one who replaces it."""
    conn.execute(update(workitem).where(workitem.c.uid == uid).values(replaced_by=successor_uid))


_EXPIRED = select(*COLUMNS).where(HELD, workitem.c.lease_until < database_now())


def expired(conn: Connection, limit: int) -> list[Workitem]:
    """Workitems whose lease is over by the database's clock, the oldest first."""
    rows = conn.execute(_EXPIRED.order_by(workitem.c.lease_until).limit(limit))
    return [_workitem(row) for row in rows]


def lease_is_over(conn: Connection, uid: str) -> bool:
    """Whether the holder's lease has ended by the database's clock."""
    return conn.execute(_EXPIRED.where(workitem.c.uid == uid)).first() is not None


def grow(conn: Connection, uid: str, instances: int) -> None:
    """More objects of the examination have arrived."""
    conn.execute(update(workitem).where(workitem.c.uid == uid).values(instances=instances))


_OF_ORDER = (
    "order_id", "accession_number", "priority", "deadline_at", "patient_uid", "patient_id", "patient_name",
    "patient_sex", "patient_birth_date", "patient_age",
)  # fmt: skip


def follow_order(conn: Connection, changed: Workitem) -> None:
    """Keep what comes from the examination's order."""
    born = changed.patient_birth_date
    row = {name: getattr(changed, name) for name in _OF_ORDER}
    row |= {"urgency": urgency(changed.priority), "patient_birth_date": born.isoformat() if born else None}
    conn.execute(update(workitem).where(workitem.c.uid == changed.uid).values(row))


def priors(conn: Connection, one: Workitem, limit: int) -> list[Prior]:
    """The patient's other examinations that were read, the newest first."""
    query = (
        select(
            workitem.c.study_instance_uid,
            func.min(workitem.c.created_at, type_=Moment()),
            workitem.c.description,
            func.max(workitem.c.report_id),
        )
        .where(
            workitem.c.patient_uid == one.patient_uid,
            workitem.c.study_instance_uid != one.study_instance_uid,
            DONE,
        )
        .group_by(workitem.c.study_instance_uid, workitem.c.description)
        .order_by(func.min(workitem.c.created_at).desc())
        .limit(limit)
    )
    return [Prior(*row) for row in conn.execute(query)]
