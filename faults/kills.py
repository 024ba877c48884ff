"""kill -9 of web, gateway, worker and beat, at random, while everybody is at work."""

import random
from collections.abc import Iterator

from faults.outcome import Outcome
from faults.place import Break, Many, broken, many_processes

COMMANDS = ("web", "gateway", "worker", "beat")


def _kill(place: Many, command: str) -> Break:
    """The whole process group at once, and then the same process again."""

    def act(chance: random.Random) -> str:
        process = chance.choice(place.named(command))
        process.kill()
        process.start()
        return f"kill -9 {command}"

    return act


def kills(place: Many, chance: random.Random) -> Iterator[Break]:
    """Every kind of process in each round, in an order of chance."""
    while True:
        for command in chance.sample(COMMANDS, len(COMMANDS)):
            yield _kill(place, command)


def run(chance: random.Random, seconds: float) -> list[Outcome]:
    """On PostgreSQL and RabbitMQ."""
    with many_processes() as place:
        return [broken(place, kills(place, chance), chance, seconds)]
