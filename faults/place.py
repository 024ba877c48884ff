"""A house under test, and one run of breaking it: traffic, faults one after the other, drain, proof."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from faults.outcome import LEASE_SECONDS, Outcome
from faults.proof import Books, prove
from faults.traffic import Pulse, Traffic
from foundation.settings import default_address
from scripts.service import free_port
from scripts.services import Postgresql, RabbitMq, Redis, Service
from tests.processes import Household, Process
from tests.product import Product

DRAIN_SECONDS = 90.0  # after which what is still owed is said to be lost
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


Break = Callable[[random.Random], str]
"""Breaks something, brings it back, and says what it was."""


def broken(place: Place, breaks: Iterator[Break], chance: random.Random, seconds: float) -> Outcome:
    """Break the house under traffic for so long (at least once), let it drain, prove what is there."""
    outcome = Outcome(place.name)
    house = place.house
    traffic = Traffic(place.folder / "traffic", house.url, house.dicom_port, chance)
    pulse = Pulse(place.folder / "pulse", house.url, house.dicom_port)
    with traffic.at_work():
        until = time.monotonic() + seconds
        for one in breaks:
            time.sleep(chance.uniform(0.3, 1.5))
            outcome.faults.append(one(chance))
            back = time.monotonic()
            outcome.recovery_seconds = max(outcome.recovery_seconds or 0.0, pulse.measured())
            if time.monotonic() > until:
                break
        else:
            time.sleep(max(0.0, until - time.monotonic()))
    outcome.wrong += traffic.faults[:5]
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
