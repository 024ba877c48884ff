"""PostgreSQL ended at once, as a power cut of its machine would, and started again: four times."""

import itertools
import random
from collections.abc import Iterator

from faults.outcome import Outcome
from faults.place import Break, Many, Scene, broken, many_processes

TIMES = 4


def restarts(place: Many) -> Iterator[Break]:
    """`pg_ctl stop -m immediate`, start, recovery from its log."""

    def act(_scene: Scene) -> str:
        place.postgresql.crash()
        place.postgresql.start()
        return "postgresql stop -m immediate, start"

    return itertools.repeat(act, TIMES)


def run(chance: random.Random, seconds: float) -> list[Outcome]:
    """All four, whatever the time, and people at work between them."""
    pause = (seconds / TIMES / 2, seconds / TIMES)
    with many_processes() as place:
        return [broken(place, restarts(place), chance, seconds, at_least=TIMES, pause=pause)]
