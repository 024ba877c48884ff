"""The one table of the reading queue: every attempt at every task, open or ended."""

from sqlalchemy import Column, ColumnElement, Index, Integer, String, Table, Text, literal_column

from foundation.database import metadata
from foundation.dialect import Moment
from reading_queue.model import WorkitemState

workitem = Table(
    "reading_queue_workitem",
    metadata,
    Column("uid", String(64), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("label", String(64), nullable=False),
    Column("state", String(11), nullable=False),
    Column("priority", String(8), nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("specialty", String(16), nullable=False),
    Column("study_instance_uid", String(64), nullable=False),
    Column("unit_id", String(36), nullable=False),
    Column("unit_name", String(64), nullable=False),
    Column("patient_uid", String(36), nullable=False),
    Column("patient_id", String(64), nullable=False),
    Column("patient_name", String(192), nullable=False),
    Column("patient_sex", String(1)),
    Column("patient_birth_date", String(10)),
    Column("patient_age", String(8)),
    Column("accession_number", String(16), nullable=False),
    Column("order_id", String(36), nullable=False),
    Column("modality", String(16), nullable=False),
    Column("body_part", String(64), nullable=False),
    Column("description", String(255), nullable=False),
    Column("instances", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("deadline_at", Moment, nullable=False),
    Column("claimed_by", String(36)),
    Column("claimed_name", String(64)),
    Column("claimed_at", Moment),
    Column("transaction_uid", String(64)),  # the lock; no query returns it
    Column("lease_until", Moment),
    Column("attempt", Integer, nullable=False),
    Column("ended_at", Moment),
    Column("reason", Text),
    Column("replaces", String(64)),
    Column("replaced_by", String(64)),
    Column("report_id", String(36)),
    Column("excluded_person_id", String(36)),
    Column("returned_reason", Text),
)


def is_in(*states: WorkitemState) -> ColumnElement[bool]:
    """The workitem is in one of these states, written out: a partial index serves no query with a parameter there."""
    words: list[ColumnElement[str]] = [literal_column(f"'{state.value}'") for state in states]
    return workitem.c.state == words[0] if len(words) == 1 else workitem.c.state.in_(words)


OPEN = is_in(WorkitemState.SCHEDULED, WorkitemState.IN_PROGRESS)
HELD = is_in(WorkitemState.IN_PROGRESS)
DONE = is_in(WorkitemState.COMPLETED)

# One open workitem of a kind for a study: whatever arrives again finds it.
Index("ux_reading_queue_workitem_open", workitem.c.study_instance_uid, workitem.c.kind, unique=True,
      sqlite_where=OPEN, postgresql_where=OPEN)  # fmt: skip
# A workitem has at most one successor: the history is a line.
Index("ux_reading_queue_workitem_replaces", workitem.c.replaces, unique=True,
      sqlite_where=workitem.c.replaces.is_not(None), postgresql_where=workitem.c.replaces.is_not(None))  # fmt: skip
Index("ix_reading_queue_workitem_worklist", workitem.c.urgency, workitem.c.deadline_at, workitem.c.uid,
      sqlite_where=OPEN, postgresql_where=OPEN)  # fmt: skip
Index("ix_reading_queue_workitem_lease", workitem.c.lease_until, sqlite_where=HELD, postgresql_where=HELD)
Index("ix_reading_queue_workitem_done", workitem.c.claimed_by, workitem.c.ended_at,
      sqlite_where=DONE, postgresql_where=DONE)  # fmt: skip
Index("ix_reading_queue_workitem_study", workitem.c.study_instance_uid, workitem.c.created_at)
Index("ix_reading_queue_workitem_patient", workitem.c.patient_uid)
