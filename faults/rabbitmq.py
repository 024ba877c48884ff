"""RabbitMQ killed and started again: what it had confirmed is there, and what it had not is sent again."""

import itertools
import random
import time

from faults.outcome import Outcome
from faults.place import Many, broken, many_processes

AWAY_SECONDS = 1.5


def run(chance: random.Random, seconds: float) -> list[Outcome]:
    """On PostgreSQL and RabbitMQ."""
    with many_processes() as place:
        return [broken(place, itertools.repeat(lambda _scene: _kill(place)), chance, seconds)]


def _kill(place: Many) -> str:
    place.broker.kill()
    time.sleep(AWAY_SECONDS)  # requests go on meanwhile
    place.broker.start()
    return f"kill -9 rabbitmq, away for {AWAY_SECONDS:g} s and its start"
