"""kill -9 of web, gateway, worker and beat, at random, while sends, claims, signings and deliveries are in flight."""

import random
from collections.abc import Iterator
from threading import Thread

from faults.outcome import Outcome
from faults.place import Break, Many, Scene, broken, many_processes

ROUND = (
    ("gateway", "send"), ("gateway", "send"), ("web", "claim"), ("web", "sign"), ("worker", "delivery"),
    ("worker", "delivery"), ("beat", ""),
)  # fmt: skip
"""What is killed and during what, in an order of chance; both web processes at once, since either may be the one."""
NEEDED = {"gateway": ("send",), "web": ("claim", "sign"), "worker": ("delivery",)}


def _kill(command: str, act: str) -> Break:
    """The whole process groups at once, and then the same processes again."""

    def run(scene: Scene) -> str:
        assert isinstance(scene.place, Many)
        caught = scene.moment(act)
        processes = scene.place.named(command)
        for one in processes:
            one.kill()
        starts = [Thread(target=one.start) for one in processes]
        for start in starts:
            start.start()
        for start in starts:
            start.join()
        return scene.killed(command, act if caught else "")

    return run


def kills(chance: random.Random) -> Iterator[Break]:
    """Round after round."""
    while True:
        for command, act in chance.sample(ROUND, len(ROUND)):
            yield _kill(command, act)


def run(chance: random.Random, seconds: float) -> list[Outcome]:
    """On PostgreSQL and RabbitMQ; at least one whole round, however long the processes take to start."""
    with many_processes() as place:
        found = broken(place, kills(chance), chance, seconds, at_least=len(ROUND))
    return [found.needing(NEEDED)]
