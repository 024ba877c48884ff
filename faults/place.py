"""A house under test, and one run of breaking it: traffic, faults one after the other, drain, proof."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from faults.outcome import LEASE_SECONDS, TIMES, Outcome, silent
from faults.proof import Books, prove
from faults.traffic import Pulse, Traffic
from foundation.settings import default_address
from scripts.service import free_port
from scripts.services import Postgresql, RabbitMq, Redis, Service
from tests.processes import Household, Process
from tests.product import Product

DRAIN_SECONDS = 90.0  # after which what is still owed is said to be lost
PATIENCE_SECONDS = 120.0  # with a machine on which everything takes long
MOMENT_SECONDS = 8.0
LATER_SECONDS = {"send": 0.15, "claim": 0.02, "sign": 0.3, "delivery": 0.0}  # into the act, at most: they take so long
SHARED = {
    "LIANZHEN_FOUNDATION__TASK_LEASE_SECONDS": f"{LEASE_SECONDS:g}",
    "LIANZHEN_PACS_GATEWAY__QUIET_SECONDS": "0.5",
    "LIANZHEN_READING_QUEUE__LEASE_SECONDS": "30",
    "LIANZHEN_READING_QUEUE__EXPIRY_SECONDS": "2",
    "LIANZHEN_WEB__FAILURES_PER_ADDRESS": "10000",
}


class House(Protocol):
    """What a scenario breaks."""

    data: Path
    url: str
    dicom_port: int


@dataclass
class Place:
    """A running house with its database."""

    name: str
    folder: Path
    database: str
    house: House


@dataclass
class Many(Place):
    """Several processes, their database and their broker."""

    household: Household
    postgresql: Postgresql
    broker: Service

    def named(self, command: str) -> list[Process]:
        """The processes of one command."""
        return self.household.named(command)


@contextmanager
def one_process(**environment: str) -> Iterator[Place]:
    """The house on SQLite in one process; its ports stay the same over every restart."""
    with tempfile.TemporaryDirectory(prefix="lianzhen-faults-") as name:
        folder = Path(name)
        ports = {"LIANZHEN_WEB__PORT": str(free_port()), "LIANZHEN_PACS_GATEWAY__PORT": str(free_port())}
        product = Product(folder / "data", {**SHARED, **ports, **environment}).start()
        try:
            yield Place("sqlite", folder, default_address(folder / "data"), product)
        finally:
            if product.process is not None and product.process.poll() is None:
                product.stop()


@contextmanager
def many_processes(broker: str = "rabbitmq", **environment: str) -> Iterator[Many]:
    """The house as compose has it: two web processes, gateway, worker and beat over PostgreSQL and a broker."""
    with tempfile.TemporaryDirectory(prefix="lianzhen-faults-") as name:
        folder = Path(name)
        postgresql = Postgresql(folder / "postgresql")
        mover: RabbitMq | Redis = RabbitMq(folder / broker) if broker == "rabbitmq" else Redis(folder / broker)
        try:
            postgresql.start()
            mover.start()
            postgresql.create("lianzhen")
            database = postgresql.url("lianzhen", tcp=True)
            chosen = {
                **SHARED, "LIANZHEN_DATABASE": database, "LIANZHEN_TASKS": "celery",
                "LIANZHEN_BROKER": mover.address, **environment,
            }  # fmt: skip
            with Household(folder / "data", chosen, (free_port(), free_port())) as household:
                product = household.product()
                yield Many(f"postgresql+{broker}", folder, database, product, household, postgresql, mover)
        finally:
            mover.stop()
            postgresql.stop()


@dataclass
class Scene:
    """A house, the people at work in it, and what is noted of it while it is broken."""

    place: Place
    traffic: Traffic
    books: Books
    outcome: Outcome
    chance: random.Random

    def acts(self) -> dict[str, int]:
        """What was acknowledged so far, and what was delivered."""
        return {**self.traffic.ledger.counts(), "delivered": self.books.delivered()}

    def moment(self, act: str) -> bool:
        """Wait for a moment within a send, a claim, a signing, a delivery; False when none was in time."""
        until = time.monotonic() + MOMENT_SECONDS
        while act and time.monotonic() < until:
            if self._in_flight(act):
                time.sleep(self.chance.uniform(0, LATER_SECONDS[act]))
                if self._in_flight(act):
                    return True
            time.sleep(0.005)
        return False

    def _in_flight(self, act: str) -> bool:
        return bool(self.books.delivering() if act == "delivery" else self.traffic.in_flight.now(act))

    def killed(self, what: str, act: str) -> str:
        """Note that this was killed, and during what; the words for it."""
        hit = self.outcome.hit.setdefault(what, {TIMES: 0})
        hit[TIMES] += 1
        if act:
            hit[act] = hit.get(act, 0) + 1
        return f"kill -9 {what}" + (f" during a {act}" if act else "")


Break = Callable[[Scene], str]
"""Breaks something, brings it back, and says what it was."""


def broken(
    place: Place,
    breaks: Iterator[Break],
    chance: random.Random,
    seconds: float,
    *,
    at_least: int = 1,
    pause: tuple[float, float] = (0.3, 1.5),
) -> Outcome:
    """Break the house under traffic for so long and so often, let it drain, prove what is there.

    Everybody has done everything once before the first fault, and once more before the last.
    """
    outcome, house, books = Outcome(place.name), place.house, Books(place.database)
    traffic = Traffic(place.folder / "traffic", house.url, house.dicom_port, chance)
    pulse = Pulse(place.folder / "pulse", house.url, house.dicom_port)
    scene = Scene(place, traffic, books, outcome, chance)
    with traffic.at_work():
        until = time.monotonic() + PATIENCE_SECONDS
        while silent(before := scene.acts()) and time.monotonic() < until:
            time.sleep(0.2)
        until = time.monotonic() + seconds
        for number, one in enumerate(breaks, 1):
            time.sleep(chance.uniform(*pause))
            outcome.faults.append(one(scene))
            back = time.monotonic()
            outcome.recovery_seconds = max(outcome.recovery_seconds or 0.0, pulse.measured())
            outcome.during = {act: count - before[act] for act, count in scene.acts().items()}
            late = time.monotonic() - until
            if late > PATIENCE_SECONDS or (late > 0 and number >= at_least and not silent(outcome.during)):
                break
    books.close()
    outcome.wrong += [*traffic.faults[:5], *silent(outcome.during)]
    outcome.drained_seconds = drained(place.database, back)
    return _proved(place, traffic, outcome)


def drained(database: str, back: float) -> float:
    """Seconds since `back` until nothing is owed any more; DRAIN_SECONDS when it never came so far."""
    books = Books(database)
    try:
        while books.owed() and time.monotonic() - back < DRAIN_SECONDS:
            time.sleep(0.1)
        return time.monotonic() - back
    finally:
        books.close()


def _proved(place: Place, traffic: Traffic, outcome: Outcome) -> Outcome:
    if isinstance(place, Many):
        place.household.close()
    elif isinstance(place.house, Product):
        place.house.stop()
    prove(outcome, traffic.ledger, place.house.data, place.database)
    return outcome
