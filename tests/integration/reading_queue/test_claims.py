"""Claims, leases, giving back and taking over, in a real database."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from foundation.access import PRODUCT, Actor
from foundation.catalogue import say
from foundation.database import Connection
from foundation.dialect import database_now
from foundation.errors import LeaseLost
from foundation.live import News
from foundation.runner import EmbeddedRunner
from foundation.vocabulary import Role
from reading_queue.api import Claim, Kind, ReadingQueueSettings, WorkitemReplaced, WorkitemState
from reading_queue.errors import AlreadyClaimed
from reading_queue.store.tables import workitem
from tests.integration.reading_queue.county import County, Ready, open_county, refusal


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as opened:
        yield opened


def age_lease(county: County, uid: str, seconds: float) -> None:
    """Let a lease have ended so long ago, by the database's clock."""
    row = update(workitem).where(workitem.c.uid == uid).values(lease_until=database_now(-seconds))
    county.desk.floor.db.write(lambda conn: conn.execute(row).rowcount)


def hold(county: County, actor: Actor, claim: Claim) -> None:
    county.desk.floor.db.write(lambda conn: county.queue.hold(conn, actor, claim.workitem_uid, claim.transaction_uid))


# claims


def race(county: County, uid: str) -> tuple[list[tuple[Actor, Claim]], list[str]]:
    """A hundred readers claim at once: who won with what, and whom the others were told to hold it."""
    won: list[tuple[Actor, Claim]] = []
    lost: list[str] = []
    start = threading.Barrier(100)

    def claim(number: int) -> None:
        reader = county.reader(number)
        start.wait()
        try:
            won.append((reader, county.queue.claim(reader, uid)))
        except AlreadyClaimed as refused:
            lost.append(str(refused.facts["name"]))

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won, lost


def test_of_a_hundred_parallel_claims_exactly_one_wins_fifty_times_over(county: County) -> None:
    for _ in range(50):
        uid = county.ready()
        won, lost = race(county, uid)
        ((winner, claim),) = won
        assert lost == [winner.name] * 99
        assert county.queue.workitem(PRODUCT, uid).claimed_by == winner.id
        hold(county, winner, claim)


def test_a_claim_is_audited_and_announced_after_it_is_durable(county: County) -> None:
    uid = county.ready()
    heard: list[News] = []
    seen: list[WorkitemState] = []

    def hear(news: News) -> None:
        heard.append(news)
        seen.append(county.queue.workitem(PRODUCT, uid).state)  # another connection: only what is committed

    county.desk.floor.live.listen(hear)
    county.queue.claim(county.reader(), uid)
    assert heard == [News("worklist", uid, (county.desk.hekou.id,))]
    assert seen == [WorkitemState.IN_PROGRESS]
    assert county.audited()[-1] == "claim"


def test_a_refused_claim_says_why(county: County) -> None:
    uid = county.ready()
    technician = county.desk.actor(Role.TECHNICIAN)
    cardiologist = county.reader(2, Role.CARDIOLOGIST)
    assert refusal(lambda: county.queue.claim(county.reader(), "2.25.0")) == "workitem-not-found"
    assert refusal(lambda: county.queue.claim(technician, uid)) == "workitem-not-qualified"
    assert refusal(lambda: county.queue.claim(cardiologist, uid)) == "workitem-not-qualified"
    assert refusal(lambda: county.queue.claim(county.desk.actor(Role.TECHNICIAN, unit=county.desk.shanqian), uid)) == (
        "workitem-not-found"
    )
    claim = county.queue.claim(county.reader(), uid)
    assert refusal(lambda: county.queue.claim(county.reader(2), uid)) == "workitem-already-claimed"
    county.complete(county.reader(), claim)
    assert refusal(lambda: county.queue.claim(county.reader(2), uid)) == "workitem-ended"


def test_an_ecg_is_for_the_cardiologist_and_not_for_the_radiologist(county: County) -> None:
    uid = county.ready(modality="ECG", body_part="HEART")
    assert refusal(lambda: county.queue.claim(county.reader(), uid)) == "workitem-not-qualified"
    assert county.queue.claim(county.reader(2, Role.CARDIOLOGIST), uid).attempt == 1


def test_nobody_reviews_what_they_wrote_neither_by_claim_nor_by_take_over(county: County) -> None:
    writer = county.reader(1, Role.RADIOLOGIST, Role.REVIEWER)
    review = county.written(writer)
    assert refusal(lambda: county.queue.claim(writer, review)) == "workitem-own-writing"
    county.queue.claim(county.reviewer(), review)
    assert refusal(lambda: county.queue.take_over(writer, review, "reason")) == "workitem-own-writing"
    assert refusal(lambda: county.queue.take_over(county.reader(2), review, "reason")) == "workitem-not-qualified"


def test_the_lock_is_never_told_again(county: County) -> None:
    uid = county.ready()
    claim = county.queue.claim(county.reader(), uid)
    told = [
        repr(county.queue.workitem(county.reader(), uid)),
        repr(county.rows(county.reader())),
        county.queue.row(county.reader(), uid),
        repr(county.desk.floor.audit.entries(limit=100)),
    ]
    assert not any(claim.transaction_uid in text for text in told)


# leases


def test_a_heartbeat_moves_the_lease_on_by_the_databases_clock(county: County) -> None:
    uid = county.ready()
    claim = county.queue.claim(county.reader(), uid)
    age_lease(county, uid, -5)
    assert county.queue.heartbeat(county.reader(), uid, claim.transaction_uid) >= claim.lease_until


def test_only_the_holder_with_the_lock_holds(county: County) -> None:
    uid = county.ready()
    claim = county.queue.claim(county.reader(), uid)
    for actor, lock in ((county.reader(2), claim.transaction_uid), (county.reader(), "2.25.1"), (county.reader(), "")):
        with pytest.raises(LeaseLost):
            county.queue.heartbeat(actor, uid, lock)


def test_everything_with_a_lost_lease_is_refused_and_changes_nothing(county: County) -> None:
    uid = county.ready()
    reader = county.reader()
    claim = county.queue.claim(reader, uid)
    other = county.queue.take_over(county.reader(2), uid, "急诊")
    lock = claim.transaction_uid
    before = county.queue.history(reader, county.queue.workitem(reader, uid).study_instance_uid)
    acts = [
        lambda: county.queue.heartbeat(reader, uid, lock),
        lambda: county.queue.give_back(reader, uid, lock),
        lambda: hold(county, reader, claim),
        lambda: county.complete(reader, claim),
        lambda: county.queue.heartbeat(reader, other.workitem_uid, lock),
    ]
    assert [refusal(act) for act in acts] == ["lease-lost"] * len(acts)
    assert county.queue.history(reader, before[0].study_instance_uid) == before


def test_an_ended_lease_frees_the_examination_as_a_successor(county: County) -> None:
    uid = county.ready("1.2.3")
    claim = county.queue.claim(county.reader(), uid)
    age_lease(county, uid, 1)
    assert county.queue.expire_leases() == 1
    assert county.queue.expire_leases() == 0
    old, new = county.queue.history(PRODUCT, "1.2.3")
    assert (old.state, old.replaced_by, old.reason) == (WorkitemState.CANCELED, new.uid, say("lease-ended"))
    assert (new.state, new.replaces, new.deadline_at) == (WorkitemState.SCHEDULED, uid, old.deadline_at)
    assert county.replaced[-1].successor_uid == new.uid
    with pytest.raises(LeaseLost):
        hold(county, county.reader(), claim)
    assert county.queue.claim(county.reader(2), new.uid).attempt == 2


def test_a_lease_that_runs_is_not_ended(county: County) -> None:
    county.queue.claim(county.reader(), county.ready())
    assert county.queue.expire_leases() == 0


def test_a_lease_that_is_over_but_not_yet_ended_revives_with_the_next_heartbeat(county: County) -> None:
    uid = county.ready()
    claim = county.queue.claim(county.reader(), uid)
    age_lease(county, uid, 60)
    county.queue.heartbeat(county.reader(), uid, claim.transaction_uid)
    assert county.queue.expire_leases() == 0


def test_leases_are_watched_from_the_first_workitem_on_and_again_after_a_restart(tmp_path: Path) -> None:
    quick = ReadingQueueSettings(lease_seconds=0.05, expiry_seconds=0.05)
    with open_county(tmp_path, quick) as county:
        uid = county.ready("1.2.3")
        county.ready("1.2.4")
        assert county.desk.floor.tasks.counts() == {"due": 1}
        county.queue.claim(county.reader(), uid)
    with open_county(tmp_path, quick) as county:
        runner = EmbeddedRunner(county.desk.floor.tasks, poll_seconds=0.02)
        freed = threading.Event()
        county.desk.floor.live.listen(lambda _news: freed.set())
        runner.start()
        try:
            assert freed.wait(10)
        finally:
            runner.stop()
        assert [one.state for one in county.queue.history(PRODUCT, "1.2.3")] == [
            WorkitemState.CANCELED,
            WorkitemState.SCHEDULED,
        ]
        assert county.desk.floor.tasks.counts() == {"due": 1}


# giving back and taking over


def test_giving_back_keeps_the_attempt_in_the_history_and_the_work_on_the_list(county: County) -> None:
    uid = county.ready("1.2.3")
    claim = county.queue.claim(county.reader(), uid)
    successor = county.queue.give_back(county.reader(), uid, claim.transaction_uid, "下班")
    old, new = county.queue.history(PRODUCT, "1.2.3")
    assert (old.state, old.claimed_by, old.reason, old.replaced_by) == (WorkitemState.CANCELED, "r1", "下班", successor)
    assert (new.uid, new.state, new.claimed_by) == (successor, WorkitemState.SCHEDULED, None)
    assert [row["uid"] for row in county.rows(county.reader(2))] == [successor]
    assert [(event.uid, event.successor_uid) for event in county.replaced] == [(uid, successor)]
    assert county.audited()[-1] == "give-back"


def test_taking_over_needs_a_reason_while_the_lease_runs_and_none_afterwards(county: County) -> None:
    uid = county.ready()
    county.queue.claim(county.reader(), uid)
    other = county.reader(2)
    assert refusal(lambda: county.queue.take_over(other, uid, "  ")) == "workitem-reason-missing"
    age_lease(county, uid, 1)
    claim = county.queue.take_over(other, uid)
    assert claim.workitem_uid != uid
    assert claim.attempt == 2
    assert county.queue.workitem(other, claim.workitem_uid).claimed_by == "r2"
    assert county.audited()[-2:] == ["take-over", "claim"]


def test_the_holder_whose_browser_died_takes_over_without_a_word(county: County) -> None:
    uid = county.ready()
    county.queue.claim(county.reader(), uid)
    assert county.queue.take_over(county.reader(), uid).attempt == 2


def test_what_nobody_holds_or_what_has_ended_cannot_be_taken_over(county: County) -> None:
    uid = county.ready()
    reader = county.reader()
    assert refusal(lambda: county.queue.take_over(reader, uid, "急")) == "workitem-not-held"
    county.complete(reader, county.queue.claim(reader, uid))
    assert refusal(lambda: county.queue.take_over(reader, uid, "急")) == "workitem-ended"


def test_a_fault_in_what_must_follow_a_replacement_undoes_the_replacement(county: County) -> None:
    def fail(_conn: Connection, _event: WorkitemReplaced) -> None:
        raise LeaseLost

    uid = county.ready("1.2.3")
    claim = county.queue.claim(county.reader(), uid)
    county.desk.floor.bus.must(WorkitemReplaced, fail)
    assert refusal(lambda: county.queue.give_back(county.reader(), uid, claim.transaction_uid)) == "lease-lost"
    assert [one.state for one in county.queue.history(PRODUCT, "1.2.3")] == [WorkitemState.IN_PROGRESS]
    hold(county, county.reader(), claim)


def test_a_canceled_workitem_is_gone_from_the_list_and_cannot_be_canceled_twice(county: County) -> None:
    uid = county.ready()
    for expected in ("", "workitem-ended"):
        assert expected == refusal(
            lambda: county.desk.floor.db.write(lambda conn: county.queue.cancel(conn, PRODUCT, uid, "误送"))
        )
    assert county.rows(county.reader()) == []


# examinations that arrive again


def test_the_same_study_again_makes_no_second_workitem_and_tells_the_readers_what_is_new(county: County) -> None:
    uid = county.ready("1.2.3")
    heard: list[News] = []
    county.desk.floor.live.listen(heard.append)
    assert county.ready("1.2.3", instances=3) == uid
    county.queue.claim(county.reader(), uid)
    assert county.ready("1.2.3", instances=4) == uid
    one = county.queue.workitem(PRODUCT, uid)
    assert (one.instances, one.state, one.claimed_by) == (4, WorkitemState.IN_PROGRESS, "r1")
    assert [news.id for news in heard] == [uid] * 3


def test_late_instances_are_told_to_whoever_reads_and_take_nothing_away(county: County) -> None:
    uid = county.ready("1.2.3")
    claim = county.queue.claim(county.reader(), uid)
    event = Ready("1.2.3", county.desk.hekou.id, "", instances=7)
    county.desk.floor.db.write(lambda conn: county.queue.on_study_reopened(conn, event))
    assert county.rows(county.reader())[0]["instances"] == 7
    hold(county, county.reader(), claim)


def test_new_images_after_the_reading_are_read_again_and_a_mere_repetition_is_not(county: County) -> None:
    reader = county.reader()
    first = county.ready("1.2.3")
    county.complete(reader, county.queue.claim(reader, first))
    assert county.ready("1.2.3") == first
    again = county.ready("1.2.3", instances=3)
    assert again != first
    assert county.queue.workitem(reader, again).returned_reason == say("late-images")


def test_a_study_under_review_gets_no_second_reading(county: County) -> None:
    review = county.written(county.reader(), "1.2.3")
    assert county.ready("1.2.3", instances=9) == review


def test_the_database_itself_refuses_a_second_open_reading_and_a_second_successor(county: County) -> None:
    uid = county.ready("1.2.3")
    with county.desk.floor.db.read() as conn:
        row = dict(conn.execute(select(workitem).where(workitem.c.uid == uid)).mappings().one())

    def insert(**change: str) -> int:
        return county.desk.floor.db.write(lambda conn: conn.execute(workitem.insert(), {**row, **change}).rowcount)

    with pytest.raises(IntegrityError):
        insert(uid="2.25.8")
    insert(uid="2.25.9", state="CANCELED", replaces="2.25.1")
    with pytest.raises(IntegrityError):
        insert(uid="2.25.10", state="CANCELED", replaces="2.25.1")


def test_a_review_and_its_rewriting_keep_the_line_from_reading_to_reading(county: County) -> None:
    writer, reviewer = county.reader(), county.reviewer()
    review = county.written(writer, "1.2.3")
    claim = county.queue.claim(reviewer, review)
    one = county.queue.workitem(reviewer, review)

    def send_back(conn: Connection) -> str:
        county.queue.complete(conn, reviewer, review, claim.transaction_uid)
        return county.queue.schedule_rewriting(conn, one, "请补充侧位所见")

    again = county.queue.workitem(writer, county.desk.floor.db.write(send_back))
    assert (again.kind, again.returned_reason, again.report_id) == (Kind.READING, "请补充侧位所见", "report")
    assert county.queue.claim(writer, again.uid).attempt == 1
