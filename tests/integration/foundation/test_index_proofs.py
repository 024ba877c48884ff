"""Every partial index is there for a question that the product asks, or a second row that the database refuses.

A question is the product's own statement, and EXPLAIN names the index, with a county's rows, on both databases. A new
index that is not proved here fails.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Index, func, select
from sqlalchemy.exc import IntegrityError

import lianzhen.wiring  # noqa: F401 - puts every table into the metadata
from foundation.access import Actor
from foundation.database import Connection, metadata
from foundation.ids import new_id
from foundation.tasks import Claimed, NotYet, task
from foundation.vocabulary import Role
from pacs_gateway.store import writing
from reading_queue.api import Kind, WorklistFilter
from reading_queue.store import workitems
from recognition.model import Offer
from recognition.store import offers
from registry.linking import Basis, Link
from registry.store import links
from reports.signers.records import Custody, KeyRecord
from reports.store import deliveries, keys
from tests.integration.foundation.rows_for_proofs import AT, county_rows, partial_indexes, plan
from tests.integration.reading_queue.county import County, open_county
from tests.integration.reading_queue.test_worklist import asked

Ask = Callable[[County], object]
STUDY = "1.2.3"


@pytest.fixture(scope="module")
def county(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("proofs")) as opened:
        opened.ready(STUDY)
        opened.desk.floor.db.write(county_rows)
        yield opened


def _in_a_read(act: Callable[[Connection], object]) -> Ask:
    def ask(county: County) -> None:
        with county.desk.floor.db.read() as conn:
            act(conn)

    return ask


def _in_a_write(act: Callable[[Connection], object]) -> Ask:
    return lambda county: county.desk.floor.db.write(act)


def _kept_waiting(county: County) -> None:
    """A watch whose next round is owed while this one runs."""
    tasks = county.desk.floor.tasks

    def not_yet(_payload: object) -> None:
        raise NotYet(60)

    tasks.handlers["proof"] = not_yet
    tasks.run(Claimed(new_id(), "proof", {}, "k-proof", 1, "nobody"))


def _clinic(county: County) -> Actor:
    return county.desk.actor(Role.CLINICIAN, unit=county.desk.hekou)


def _same_object(conn: Connection) -> object:
    return conn.execute(writing._SAME, {"uid": "6.500"}).first()


QUESTIONS: dict[str, tuple[str, Ask]] = {
    "ix_reading_queue_workitem_worklist": (
        "FROM reading_queue_workitem", lambda c: c.queue.worklist(c.reader(), WorklistFilter(kind=Kind.READING)),
    ),
    "ix_reading_queue_workitem_done": (
        "FROM reading_queue_workitem", lambda c: c.queue.worklist(c.reader(), WorklistFilter(state="done")),
    ),
    "ix_reading_queue_workitem_lease": ("FROM reading_queue_workitem", lambda c: c.queue.expire_leases()),
    "ix_foundation_task_due": ("UPDATE foundation_task", lambda c: c.desk.floor.tasks.claim(1)),
    "ix_foundation_task_running": ("UPDATE foundation_task", lambda c: c.desk.floor.tasks.claim(1)),
    "ix_foundation_task_sent": ("count(*)", lambda c: c.desk.floor.tasks.send(10)),
    "ux_foundation_task_key": ("SELECT foundation_task.id", _kept_waiting),
    "ix_reports_delivery_unread": (
        "FROM reports_delivery", lambda c: _in_a_read(lambda conn: deliveries.unread(conn, _clinic(c)))(c),
    ),
    "ux_reports_key_current": ("FROM reports_key", _in_a_read(lambda conn: keys.current(conn, "p7", "a7"))),
    "ix_pacs_gateway_instance_came_as": ("FROM pacs_gateway_instance", _in_a_read(_same_object)),
}  # fmt: skip
"""Index to the words of the statement that it answers, and what puts that statement."""


def _second_workitem(conn: Connection) -> None:
    workitems.insert_workitem(conn, replace(workitems.of_study(conn, STUDY)[0], uid=new_id()))


def _two_successors(conn: Connection) -> None:
    one = workitems.of_study(conn, STUDY)[0]
    for number in (1, 2):
        workitems.insert_workitem(
            conn, replace(one, uid=new_id(), study_instance_uid=f"1.2.{new_id()}.{number}", replaces=one.uid)
        )


def _second_offer(conn: Connection) -> None:
    offers.insert_offer(conn, Offer(new_id(), "o20", "u", "p", "i", "v", (), emergency=False, offered_at=AT))


def _second_key(conn: Connection) -> None:
    keys.add(conn, KeyRecord(new_id(), "p7", "p", "o", Custody.STORE, "a7", AT, certificate=b"c"))


REFUSALS: dict[str, Callable[[Connection], None]] = {
    "ux_reading_queue_workitem_open": _second_workitem,
    "ux_reading_queue_workitem_replaces": _two_successors,
    "ux_recognition_offer_open": _second_offer,
    "ux_reports_key_current": _second_key,
}
"""Index to a deed that would make a second row: a guard below the room's own rules, whatever happens at once."""


def _linked(county: County) -> None:
    """Two patients are linked once, and once more after that was undone."""
    one, other = (county.desk.patient(number=new_id()).id for _ in range(2))
    new = Link(new_id(), one, other, Basis.PERSON, "p", "p", AT, "")

    def work(conn: Connection) -> list[bool]:
        held = [links.insert_link(conn, new), links.insert_link(conn, replace(new, id=new_id()))]
        links.undo_link(conn, replace(new, undone_at=AT, undone_by="p", undone_name="p", undone_note=""))
        return [*held, links.insert_link(conn, replace(new, id=new_id()))]

    assert county.desk.floor.db.write(work) == [True, False, True]


def _owed(county: County) -> None:
    """A watch is owed three times, and stands once."""

    def work(conn: Connection) -> int:
        for push in (True, False, True):
            county.desk.floor.tasks.owe(conn, "proof", {}, key="proof", in_seconds=999, push=push)
        return conn.execute(select(func.count()).where(task.c.key == "proof")).scalar_one()

    assert county.desk.floor.db.write(work) == 1


ARBITERS: dict[str, tuple[str, Ask]] = {
    "ux_registry_patient_link_holds": ("INSERT INTO registry_patient_link", _linked),
    "ux_foundation_task_key": ("INSERT INTO foundation_task", _owed),
}
"""Index to the insertion that it decides, and a deed that puts it several times."""


def _indexes() -> dict[str, Index]:
    """The partial indexes of the code."""
    indexes = (index for table in metadata.tables.values() for index in table.indexes)
    return {str(one.name): one for one in indexes if one.dialect_options["postgresql"]["where"] is not None}


def _heard(county: County, ask: Ask, words: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Any]:
    """The first statement with these words, and its parameters."""
    return next(pair for pair in asked(lambda: ask(county), monkeypatch) if words in pair[0])


def _plan(county: County, statement: tuple[str, Any]) -> str:
    with county.desk.floor.db.read() as conn:
        return plan(conn, statement)


def test_each_partial_index_is_proved_here_and_is_in_the_database(county: County) -> None:
    known = _indexes()
    assert set(known) == QUESTIONS.keys() | REFUSALS.keys() | ARBITERS.keys()
    assert all(one.dialect_options["sqlite"]["where"] is not None for one in known.values())
    with county.desk.floor.db.read() as conn:
        assert partial_indexes(conn) == set(known)


@pytest.mark.parametrize("index", sorted(QUESTIONS))
def test_a_question_is_answered_from_its_partial_index(
    county: County, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, ask = QUESTIONS[index]
    found = _plan(county, _heard(county, ask, words, monkeypatch))
    assert index in found, found
    table = _indexes()[index].table
    whole = (f"Seq Scan on {table}", f"SCAN {table}\n")
    assert not [one for one in whole if one in f"{found}\n"], found


@pytest.mark.parametrize("index", sorted(REFUSALS))
def test_a_second_row_is_refused_by_its_partial_index(county: County, index: str) -> None:
    with pytest.raises(IntegrityError) as refused:
        county.desk.floor.db.write(REFUSALS[index])
    one = _indexes()[index]
    columns = ", ".join(f"{one.table}.{column.name}" for column in one.columns)
    assert str(refused.value.orig).splitlines()[0].split(": ")[-1] in {
        columns, f'duplicate key value violates unique constraint "{index}"',
    }  # fmt: skip


@pytest.mark.parametrize("index", sorted(ARBITERS))
def test_an_insertion_is_decided_by_its_partial_index(
    county: County, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, deed = ARBITERS[index]
    statement = _heard(county, deed, words, monkeypatch)
    assert "ON CONFLICT (" in statement[0]
    with county.desk.floor.db.read() as conn:
        if conn.dialect.name == "postgresql":  # SQLite's plan does not say, and refuses an arbiter that is none
            assert f"Conflict Arbiter Indexes: {index}" in plan(conn, statement)


def test_tasks_are_claimed_in_one_statement_that_passes_over_rows_in_other_hands(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, _ = statement = _heard(county, lambda c: c.desk.floor.tasks.claim(1), "UPDATE foundation_task", monkeypatch)
    with county.desk.floor.db.read() as conn:
        assert ("FOR UPDATE SKIP LOCKED" in text) is (conn.dialect.name == "postgresql")
    found = _plan(county, statement)
    assert "ix_foundation_task_due" in found and "ix_foundation_task_running" in found, found
    assert "Seq Scan" not in found, found


def test_a_claim_and_a_history_are_answered_from_whole_indexes(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    queue, reader = county.queue, county.reader()
    uid = queue.history(reader, STUDY)[0].uid
    claim = _plan(county, _heard(county, lambda _: queue.claim(reader, uid), "UPDATE reading_queue", monkeypatch))
    assert "pk_reading_queue_workitem" in claim or "sqlite_autoindex_reading_queue_workitem_1 (uid=?)" in claim, claim
    history = _plan(county, _heard(county, lambda _: queue.history(reader, STUDY), "reading_queue", monkeypatch))
    assert "ix_reading_queue_workitem_study" in history, history
