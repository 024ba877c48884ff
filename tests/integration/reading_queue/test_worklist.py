"""What the worklist shows, to whom, and in which order."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, event, text

from foundation.access import Actor
from foundation.database import Connection
from foundation.dialect import Prepared
from foundation.errors import Forbidden
from foundation.vocabulary import Role
from reading_queue.api import Kind, ReadingQueueSettings, WorklistFilter
from tests.integration.reading_queue.county import County, open_county, refusal


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as opened:
        yield opened


def uids(county: County, actor: Actor, **wanted: object) -> list[object]:
    return [row["uid"] for row in county.rows(actor, **wanted)]


def test_a_row_carries_everything_the_list_shows_with_words_of_any_kind_kept_whole(county: County) -> None:
    uid = county.ready("1.2.3", description='胸部"正位"\\ <b>', priority="HIGH")
    (row,) = county.rows(county.reader())
    assert row["patient"] == {
        "name": "王小芬", "sex": "F", "age": "46岁", "patient_id": "P0001", "birth_date": "1980-01-02",
    }  # fmt: skip
    assert row["unit"] == {"id": county.desk.hekou.id, "name": "河口镇卫生院"}
    assert (row["uid"], row["label"], row["state"], row["priority"]) == (uid, "DR阅片", "SCHEDULED", "HIGH")
    assert (row["description"], row["instances"], row["claimed_by"]) == ('胸部"正位"\\ <b>', 2, None)
    assert (row["mine"], row["claimable"]) == (False, True)
    county.queue.claim(county.reader(), uid)
    assert county.rows(county.reader())[0]["mine"] is True
    (seen,) = county.rows(county.reader(2))
    assert (seen["claimed_by"], seen["mine"], seen["claimable"]) == ({"id": "r1", "name": "名r1"}, False, False)
    assert orjson.loads(county.queue.row(county.reader(2), uid)) == seen


def test_the_most_urgent_stands_first_then_the_one_that_is_due_first(tmp_path: Path) -> None:
    minutes = {"HIGH": 30, "MEDIUM": 120, "LOW": 1, "CT MEDIUM": 5}
    with open_county(tmp_path, ReadingQueueSettings(deadline_minutes=minutes)) as county:
        low = county.ready(priority="LOW")
        routine = county.ready()
        quick = county.ready(modality="CT")
        emergency = county.ready(priority="HIGH")
        assert uids(county, county.reader()) == [emergency, quick, routine, low]


def test_a_list_is_narrowed_by_kind_label_modality_and_words(county: County) -> None:
    film = county.ready(accession_number="YXHK123")
    ct = county.ready(modality="CT")
    review = county.written(county.reader(), "1.2.3")
    reviewer = county.reviewer()
    assert set(uids(county, reviewer)) == {film, ct, review}
    assert uids(county, reviewer, kind=Kind.REVIEW) == [review]
    assert uids(county, reviewer, label="CT阅片") == [ct]
    assert uids(county, reviewer, modality="CT") == [ct]
    assert uids(county, reviewer, q="YXHK123") == [film]
    assert set(uids(county, reviewer, q="小芬")) == {film, ct, review}
    assert uids(county, reviewer, q="%") == []
    assert uids(county, reviewer, q="' OR 1=1 --") == []


def test_mine_is_what_i_hold_and_done_is_what_i_have_completed(county: County) -> None:
    reader = county.reader()
    done = county.ready()
    county.complete(reader, county.queue.claim(reader, done))
    mine = county.ready()
    county.queue.claim(reader, mine)
    county.ready()
    assert uids(county, reader, state="mine") == [mine]
    assert uids(county, reader, state="done") == [done]
    assert uids(county, county.reader(2), state="mine") == []
    assert uids(county, county.reader(2), state="done") == []


def test_the_counts_say_what_waits_what_i_hold_and_what_is_late(county: County) -> None:
    uid = county.ready()
    county.ready()
    county.written(county.reader(2))
    county.queue.claim(county.reader(), uid)
    assert county.counts(county.reader()) == {"reading": 2, "review": 1, "mine": 1, "overdue": 0}
    late = text("UPDATE reading_queue_workitem SET deadline_at = '2020-01-01T00:00:00.000Z'")
    county.desk.floor.db.write(lambda conn: conn.execute(late).rowcount)
    assert county.counts(county.reader())["overdue"] == 3


def test_a_township_sees_its_own_examinations_only_in_rows_and_in_counts(county: County) -> None:
    uid = county.ready()
    here, elsewhere = (
        county.desk.actor(Role.TECHNICIAN, unit=unit) for unit in (county.desk.hekou, county.desk.shanqian)
    )
    assert uids(county, here) == [uid]
    assert county.rows(here)[0]["claimable"] is False
    assert uids(county, elsewhere) == []
    assert county.counts(elsewhere) == {"reading": 0, "review": 0, "mine": 0, "overdue": 0}
    for act in (lambda: county.queue.row(elsewhere, uid), lambda: county.queue.workitem(elsewhere, uid)):
        assert refusal(act) == "workitem-not-found"
    assert county.queue.history(elsewhere, county.queue.workitem(here, uid).study_instance_uid) == []
    with pytest.raises(Forbidden):
        county.queue.worklist(county.desk.actor(Role.CLINICIAN), WorklistFilter())


def test_the_writer_sees_the_own_report_wait_and_cannot_claim_it(county: County) -> None:
    writer = county.reader(1, Role.RADIOLOGIST, Role.REVIEWER)
    county.written(writer)
    claimable = {
        actor.id: county.rows(actor, kind=Kind.REVIEW)[0]["claimable"] for actor in (writer, county.reviewer())
    }
    assert claimable == {"r1": False, "r9": True}


@pytest.mark.parametrize("state", ["open", "done"])
def test_pages_follow_each_other_without_a_gap_or_a_repetition(county: County, state: str) -> None:
    reader = county.reader()
    made = [county.ready(priority=("LOW", "HIGH", "MEDIUM")[number % 3]) for number in range(11)]
    if state == "done":
        for uid in made:
            county.complete(reader, county.queue.claim(reader, uid))
    seen: list[object] = []
    cursor = ""
    while True:
        page = orjson.loads(county.queue.worklist(reader, WorklistFilter(state=state, limit=4, cursor=cursor)))
        seen += [row["uid"] for row in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen, key=str) == sorted(made)
    assert seen == uids(county, reader, state=state)


@pytest.mark.parametrize("cursor", ["x", "W10=", "eyJhIjoxfQ==", "WzEsMl0=", "é", "bnVsbA=="])
def test_a_made_up_cursor_is_refused(county: County, cursor: str) -> None:
    assert (
        refusal(lambda: county.queue.worklist(county.reader(), WorklistFilter(cursor=cursor))) == "worklist-bad-cursor"
    )


def test_earlier_examinations_of_the_patient_are_named_once_they_are_read(county: County) -> None:
    county.written(county.reader(), "1.2.3")
    county.ready("1.2.4")
    one = county.queue.workitem(county.reader(), county.ready("1.2.5"))
    assert [(prior.study_instance_uid, prior.description) for prior in county.queue.priors(one)] == [
        ("1.2.3", "胸部正位")
    ]


def test_the_newest_state_of_each_study_is_told_to_other_rooms(county: County) -> None:
    county.ready("1.2.3")
    review = county.written(county.reader(), "1.2.4")
    county.queue.claim(county.reviewer(), review)
    states = county.queue.reading_states(["1.2.3", "1.2.4", "1.2.5"])
    assert {one["priority"] for one in states.values()} == {"MEDIUM"}
    assert {study: (one["kind"], one["state"], one["claimed_name"]) for study, one in states.items()} == {
        "1.2.3": ("reading", "SCHEDULED", None),
        "1.2.4": ("review", "IN PROGRESS", "名r9"),
    }


def asked(act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """The statements, with their parameters, that something puts to the database."""
    seen: list[tuple[str, Any]] = []
    bound = Prepared._bound

    def spy(self: Prepared, conn: Connection, facts: list[dict[str, Any]]) -> tuple[str, list[Any]]:
        text, values = bound(self, conn, facts)
        seen.append((text, values[0]))
        return text, values

    def hear(_conn: object, _cursor: object, text: str, values: Any, *_more: object) -> None:
        seen.append((text, values))

    monkeypatch.setattr(Prepared, "_bound", spy)
    event.listen(Engine, "before_cursor_execute", hear)
    try:
        act()
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
        monkeypatch.undo()
    return seen


@pytest.mark.one_database
def test_every_question_is_answered_from_its_index(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    queue, reader = county.queue, county.reader()
    one = queue.workitem(reader, county.ready("1.2.3"))
    questions: dict[str, Callable[[], object]] = {
        "ix_reading_queue_workitem_worklist": lambda: queue.worklist(reader, WorklistFilter(q="王")),
        "ix_reading_queue_workitem_done": lambda: queue.worklist(reader, WorklistFilter(state="done")),
        "ix_reading_queue_workitem_lease": queue.expire_leases,
        "ix_reading_queue_workitem_study": lambda: queue.history(reader, "1.2.3"),
        "ix_reading_queue_workitem_patient": lambda: queue.priors(one),
        "sqlite_autoindex_reading_queue_workitem_1 (uid=?)": lambda: queue.claim(reader, one.uid),
    }
    for index, act in questions.items():
        text, values = next(pair for pair in asked(act, monkeypatch) if "reading_queue_workitem" in pair[0])
        with county.desk.floor.db.read() as conn:
            plan = [row.detail for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", tuple(values))]
        assert index in plan[0], (text, plan)
        if "worklist" in index:
            assert len(plan) == 1, "the index gives the order as well"
