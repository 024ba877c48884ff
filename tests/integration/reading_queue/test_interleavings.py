"""Readers and the clock in any order: one holder at most, one line of history, no work lost."""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import update

from foundation.access import PRODUCT, Actor
from foundation.dialect import database_now
from reading_queue.api import Claim, Workitem, WorkitemState
from reading_queue.store.tables import workitem
from tests.integration.reading_queue.county import County, open_county, refusal

READERS = st.integers(1, 3)
STUDY = "1.2.3"


class Quarrel(RuleBasedStateMachine):
    """One study, three readers, and a model of who may still act: the holder of the newest claim."""

    county: County

    def __init__(self) -> None:
        super().__init__()
        self.county.desk.floor.db.write(lambda conn: conn.execute(workitem.delete()).rowcount)
        self.county.replaced.clear()
        self.uid = self.county.ready(STUDY)
        self.holder: tuple[int, Claim] | None = None
        self.lost: list[tuple[int, Claim]] = []
        self.lease_over = False
        self.done = False

    def actor(self, number: int) -> Actor:
        return self.county.reader(number)

    def line(self) -> list[Workitem]:
        return self.county.queue.history(PRODUCT, STUDY)

    def lose(self, uid: str) -> None:
        assert self.holder is not None
        self.lost.append(self.holder)
        self.holder, self.uid, self.lease_over = None, uid, False

    @rule(number=READERS)
    def claim(self, number: int) -> None:
        """Whoever comes first gets it; everybody else is told why not."""
        if self.done:
            assert refusal(lambda: self.county.queue.claim(self.actor(number), self.uid)) == "workitem-ended"
        elif self.holder:
            assert refusal(lambda: self.county.queue.claim(self.actor(number), self.uid)) == "workitem-already-claimed"
        else:
            self.holder = number, self.county.queue.claim(self.actor(number), self.uid)

    @rule()
    def heartbeat(self) -> None:
        """The holder holds on, even when the lease is over but nobody has ended it."""
        if self.holder:
            number, claim = self.holder
            self.county.queue.heartbeat(self.actor(number), claim.workitem_uid, claim.transaction_uid)
            self.lease_over = False

    @rule()
    def give_back(self) -> None:
        """The holder has enough."""
        if self.holder:
            number, claim = self.holder
            self.lose(self.county.queue.give_back(self.actor(number), claim.workitem_uid, claim.transaction_uid))

    @rule(number=READERS, reason=st.sampled_from(["", "急诊"]))
    def take_over(self, number: int, reason: str) -> None:
        """Somebody wants it from somebody."""
        if self.holder is None:
            expected = "workitem-ended" if self.done else "workitem-not-held"
        else:
            expected = "" if reason or self.lease_over or self.holder[0] == number else "workitem-reason-missing"
        if expected:
            assert refusal(lambda: self.county.queue.take_over(self.actor(number), self.uid, reason)) == expected
        else:
            claim = self.county.queue.take_over(self.actor(number), self.uid, reason)
            self.lose(claim.workitem_uid)
            self.holder = number, claim

    @rule()
    def let_the_lease_end(self) -> None:
        """Time passes."""
        ended = update(workitem).where(workitem.c.uid == self.uid).values(lease_until=database_now(-1))
        if self.holder:
            self.county.desk.floor.db.write(lambda conn: conn.execute(ended).rowcount)
            self.lease_over = True

    @rule()
    def expire(self) -> None:
        """The watch makes its round."""
        assert self.county.queue.expire_leases() == int(self.lease_over)
        if self.lease_over:
            self.lose(self.line()[-1].uid)

    @rule()
    def complete(self) -> None:
        """The holder is done."""
        if self.holder:
            self.county.complete(self.actor(self.holder[0]), self.holder[1])
            self.lost.append(self.holder)
            self.holder, self.done, self.lease_over = None, True, False

    @rule()
    def arrive_again(self) -> None:
        """The same study is announced once more."""
        assert self.county.ready(STUDY) == self.uid

    @invariant()
    def whoever_lost_it_can_do_nothing(self) -> None:
        """Every lost lock stays lost."""
        for number, claim in self.lost[-3:]:
            actor, uid, lock = self.actor(number), claim.workitem_uid, claim.transaction_uid
            assert refusal(lambda a=actor, u=uid, t=lock: self.county.queue.heartbeat(a, u, t)) == "lease-lost"  # type: ignore[misc]

    @invariant()
    def the_history_is_one_line_with_one_open_end(self) -> None:
        """Each attempt replaces the one before it, all but the last are canceled, and every move was told."""
        line = self.line()
        assert [one.attempt for one in line] == list(range(1, len(line) + 1))
        assert [one.replaces for one in line] == [None, *(one.uid for one in line[:-1])]
        assert [one.replaced_by for one in line] == [*(one.uid for one in line[1:]), None]
        assert {one.state for one in line[:-1]} <= {WorkitemState.CANCELED}
        state = (
            WorkitemState.COMPLETED
            if self.done
            else WorkitemState.IN_PROGRESS
            if self.holder
            else WorkitemState.SCHEDULED
        )
        assert line[-1].state is state
        assert [(event.uid, event.successor_uid) for event in self.county.replaced] == [
            (one.uid, one.replaced_by) for one in line[:-1]
        ]


def test_in_any_order_there_is_one_holder_and_one_line_of_history() -> None:
    with tempfile.TemporaryDirectory() as folder, open_county(Path(folder)) as county:
        Quarrel.county = county
        run_state_machine_as_test(
            Quarrel, settings=settings(max_examples=60, stateful_step_count=25, deadline=None, database=None)
        )
        assert county.desk.floor.audit.verify() is None
