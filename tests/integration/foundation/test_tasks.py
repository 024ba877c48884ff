"""Owed work: nothing lost, retried with patience, three kinds of failure."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from foundation import clock
from foundation.database import Connection
from foundation.errors import Ambiguous, Refused, Unavailable
from foundation.floor import Floor
from foundation.runner import EmbeddedRunner
from foundation.tasks import FAULTS_LIMIT, NotYet, Tasks, backoff, task
from tests.house import migrated_floor


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    with migrated_floor(tmp_path) as opened:
        yield opened


def owe(floor: Floor, kind: str = "t", key: str | None = None, in_seconds: float = 0) -> None:
    floor.db.write(lambda conn: floor.tasks.owe(conn, kind, {"n": 1}, key=key, in_seconds=in_seconds))


def row(floor: Floor) -> Any:
    with floor.db.read() as conn:
        return conn.execute(select(task)).one()


def one_run(floor: Floor) -> None:
    for claimed in floor.tasks.claim(1):
        floor.tasks.run(claimed)


def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("fault", "state"), [(Refused(), "failed"), (Ambiguous(), "unsure"), (Unavailable(), "due"), (ValueError(), "due")]
)
def test_each_kind_of_failure_ends_where_it_belongs(floor: Floor, fault: Exception, state: str) -> None:
    def fail(_payload: dict[str, Any]) -> None:
        raise fault

    floor.tasks.register("t", fail)
    owe(floor)
    one_run(floor)
    assert row(floor).state == state


def test_a_transient_failure_waits_longer_each_time() -> None:
    assert 1.5 <= backoff(1) <= 2.5
    assert backoff(4) > backoff(1)
    assert backoff(60) <= 900 * 1.25


def test_a_fault_of_ours_is_not_tried_for_ever(floor: Floor) -> None:
    floor.tasks.register("t", lambda _payload: 1 / 0)  # type: ignore[arg-type]
    owe(floor)
    for _ in range(FAULTS_LIMIT):
        floor.db.write(lambda conn: conn.execute(update(task).values(due_at=clock.now())).rowcount)
        one_run(floor)
    assert row(floor).state == "failed"


def test_a_task_owed_by_a_write_that_failed_does_not_exist(floor: Floor) -> None:
    def work(conn: Connection) -> None:
        floor.tasks.owe(conn, "t", {})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        floor.db.write(work)
    assert floor.tasks.counts() == {}


def test_a_key_stands_once_and_the_last_call_sets_its_time(floor: Floor) -> None:
    owe(floor, key="k", in_seconds=0)
    owe(floor, key="k", in_seconds=60)
    assert floor.tasks.claim(10) == []
    assert floor.tasks.counts() == {"due": 1}


def test_a_task_that_is_owed_again_while_it_runs_runs_again(floor: Floor) -> None:
    runs: list[int] = []
    floor.tasks.register("t", lambda _payload: runs.append(1))
    owe(floor, key="k")
    (claimed,) = floor.tasks.claim(1)
    owe(floor, key="k")
    floor.tasks.run(claimed)
    one_run(floor)
    assert len(runs) == 2
    assert floor.tasks.counts() == {"done": 2}


def test_not_yet_is_no_failure_and_gives_way_to_a_waiting_twin(floor: Floor) -> None:
    def wait(_payload: dict[str, Any]) -> None:
        raise NotYet(0)

    floor.tasks.register("t", wait)
    owe(floor, key="k")
    (claimed,) = floor.tasks.claim(1)
    owe(floor, key="k", in_seconds=60)
    floor.tasks.run(claimed)
    assert floor.tasks.counts() == {"due": 1, "done": 1}


def test_a_task_whose_holder_died_is_taken_again_after_the_lease(floor: Floor) -> None:
    short = Tasks(floor.db, floor.now, lease_seconds=0.05)
    owe(floor)
    (first,) = short.claim(1)
    until(lambda: bool(short.claim(1)), 5)
    short.register("t", lambda _payload: None)
    short.run(first)  # the first holder comes back too late: its outcome counts for nothing
    assert row(floor).state == "running"
    assert row(floor).attempts == 2


def test_the_runner_does_a_task_as_soon_as_it_is_owed(floor: Floor) -> None:
    done = threading.Event()
    floor.tasks.register("t", lambda _payload: done.set())
    runner = EmbeddedRunner(floor.tasks, poll_seconds=30)
    runner.start()
    try:
        until(lambda: floor.tasks.counts() == {})
        owe(floor)
        assert done.wait(2), "the poll of 30 s must not be what starts it"
    finally:
        runner.stop()


def test_one_slow_task_does_not_hold_up_the_others(floor: Floor) -> None:
    slow, quick = threading.Event(), threading.Event()

    def wait(_payload: dict[str, Any]) -> None:
        slow.wait(10)

    floor.tasks.register("slow", wait)
    floor.tasks.register("quick", lambda _payload: quick.set())
    runner = EmbeddedRunner(floor.tasks, poll_seconds=0.05)
    runner.start()
    try:
        owe(floor, "slow")
        owe(floor, "quick")
        assert quick.wait(5)
    finally:
        slow.set()
        runner.stop()


def test_a_failed_task_can_be_sent_again_by_a_person(floor: Floor) -> None:
    faults = [Refused()]

    def once(_payload: dict[str, Any]) -> None:
        if faults:
            raise faults.pop()

    floor.tasks.register("t", once)
    owe(floor)
    one_run(floor)
    floor.tasks.retry(row(floor).id)
    one_run(floor)
    assert row(floor).state == "done"


def test_tasks_done_long_ago_are_forgotten(floor: Floor) -> None:
    floor.tasks.register("t", lambda _payload: None)
    owe(floor)
    one_run(floor)
    floor.tasks.sweep()
    assert floor.tasks.counts() == {"done": 1}
    long_ago = clock.now() - timedelta(days=8)
    floor.db.write(lambda conn: conn.execute(update(task).values(finished_at=long_ago)).rowcount)
    floor.tasks.sweep()
    assert floor.tasks.counts() == {}


def test_a_late_holder_never_ends_the_task_of_a_new_one(floor: Floor) -> None:
    short = Tasks(floor.db, floor.now, lease_seconds=0.05)
    turns = [NotYet(0)]

    def handler(_payload: dict[str, Any]) -> None:
        if turns:
            raise turns.pop()

    short.register("t", handler)
    owe(floor)
    (late,) = short.claim(1)
    time.sleep(0.1)
    (second,) = short.claim(1)
    short.run(second)  # not yet: the count of attempts begins again
    (third,) = short.claim(1)
    assert third.attempts == late.attempts
    short.run(late)
    assert row(floor).state == "running"
    short.run(third)
    assert row(floor).state == "done"


def test_a_running_task_keeps_its_lease_however_long_it_takes(floor: Floor) -> None:
    short = Tasks(floor.db, floor.now, lease_seconds=0.3)
    runs: list[int] = []

    def slow(_payload: dict[str, Any]) -> None:
        runs.append(1)
        time.sleep(1)

    short.register("t", slow)
    runner = EmbeddedRunner(short, poll_seconds=0.02)
    runner.start()
    try:
        owe(floor)
        until(lambda: floor.tasks.counts() == {"done": 1})
    finally:
        runner.stop()
    assert len(runs) == 1


def test_what_is_sent_is_bounded_and_each_message_takes_one_task(floor: Floor) -> None:
    floor.tasks.register("t", lambda _payload: None)
    for _ in range(5):
        owe(floor)
    owe(floor, in_seconds=60)
    sent = floor.tasks.send(3)
    assert len(set(sent)) == 3
    assert floor.tasks.send(3) == []
    claimed = floor.tasks.claim_one(sent[0])
    assert claimed is not None
    assert floor.tasks.claim_one(sent[0]) is None, "a message that comes twice finds the task taken"
    assert floor.tasks.send(3) == [], "what runs is in flight as well"
    floor.tasks.run(claimed)
    assert floor.tasks.claim_one(sent[0]) is None
    assert len(floor.tasks.send(3)) == 1
    assert floor.tasks.claim_one("no such task") is None


def test_what_could_not_be_sent_or_was_lost_is_given_out_again(floor: Floor) -> None:
    short = Tasks(floor.db, floor.now, lease_seconds=0.6)
    owe(floor)
    (first,) = short.send(10)
    assert short.send(10) == []
    short.unsend([first])
    assert short.send(10) == [first]
    time.sleep(0.7)  # the message was lost
    assert short.send(10) == [first]


def test_a_task_pushed_to_a_later_time_is_sent_again_when_that_comes(floor: Floor) -> None:
    owe(floor, key="k")
    (first,) = floor.tasks.send(10)
    owe(floor, key="k", in_seconds=0.2)
    assert floor.tasks.claim_one(first) is None
    assert floor.tasks.send(10) == []
    until(lambda: floor.tasks.send(10) == [first], 3)


def test_a_database_that_comes_back_still_learns_how_a_task_went(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    floor.tasks.register("t", lambda _payload: None)
    owe(floor)
    (claimed,) = floor.tasks.claim(1)
    write, refused = floor.db.write, [Unavailable(), Unavailable()]

    def sometimes(work: Any) -> Any:
        if refused:
            raise refused.pop()
        return write(work)

    monkeypatch.setattr(floor.db, "write", sometimes)
    floor.tasks.run(claimed)
    assert row(floor).state == "done"
