"""kill -9 of the one process on SQLite, at random, while everybody is at work."""

import itertools
import random

from faults.outcome import Outcome
from faults.place import Place, broken, one_process
from tests.product import Product


def run(chance: random.Random, seconds: float) -> list[Outcome]:
    """The process, its threads and its children die and are started again."""
    with one_process() as place:
        return [broken(place, itertools.repeat(lambda _chance: _kill(place)), chance, seconds)]


def _kill(place: Place) -> str:
    product = place.house
    assert isinstance(product, Product)
    product.kill()
    product.start()
    return "kill -9 run"
