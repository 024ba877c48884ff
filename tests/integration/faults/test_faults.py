"""The house while things break: the short ones here, all of them at their full length in `make soak`."""

import pytest

from faults.__main__ import SCENARIOS, scenario
from faults.outcome import NotHere, Outcome

pytestmark = pytest.mark.one_database

SEED = 7


def found(name: str, seconds: float | None) -> list[Outcome]:
    """What a scenario found; a machine that forbids the fault is said."""
    try:
        return scenario(name, SEED, seconds)
    except NotHere as why:
        pytest.skip(str(why))


@pytest.mark.parametrize("name", ["disk", "fsync"])
def test_a_disk_that_is_full_or_broken_is_said_at_every_door_and_nothing_acknowledged_is_lost(name: str) -> None:
    for one in found(name, 1):
        assert one.holds, one


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", SCENARIOS)
def test_what_was_acknowledged_outlives_the_fault_and_is_there_once(name: str) -> None:
    for one in found(name, None):
        assert one.holds, one
