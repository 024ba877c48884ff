"""kill -9 of the one process on SQLite, at random, while sends, claims, signings and deliveries are in flight."""

import itertools
import random

from faults.outcome import Outcome
from faults.place import Break, Scene, broken, one_process
from tests.product import Product

ACTS = ("send", "claim", "sign", "delivery")
NEEDED = {"run": ("send", "claim", "sign")}


def _kill(act: str) -> Break:
    """The process, its threads and its children die and are started again."""

    def run(scene: Scene) -> str:
        product = scene.place.house
        assert isinstance(product, Product)
        caught = scene.moment(act)
        product.kill()
        product.start()
        return scene.killed("run", act if caught else "")

    return run


def run(chance: random.Random, seconds: float) -> list[Outcome]:
    """At least once during each act."""
    with one_process() as place:
        found = broken(place, itertools.cycle(map(_kill, ACTS)), chance, seconds, at_least=len(ACTS))
    return [found.needing(NEEDED)]
