"""A broker that keeps nothing on disk, killed: every message is gone, and the rows bring them back."""

import itertools
import random

from faults.outcome import Outcome
from faults.place import Many, broken, many_processes


def run(chance: random.Random, seconds: float) -> list[Outcome]:
    """On PostgreSQL and Redis without its log."""
    with many_processes("redis") as place:
        return [broken(place, itertools.repeat(lambda _scene: _empty(place)), chance, seconds)]


def _empty(place: Many) -> str:
    place.broker.kill()
    place.broker.start()
    return "kill -9 redis without its log: empty"
