"""How a process of the house begins: settings that agree, the data folder held, the schema new, the house open.

One process does it at a time for a data folder, so that several may be started at once. What cannot work is refused
here, before a door is open.
"""

import ctypes
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from foundation import log
from foundation.errors import Invalid, Refused
from foundation.presence import pulse
from foundation.runner import EmbeddedRunner
from lianzhen import demo, schema, settings
from lianzhen.server import Part, check_address, hold, lock
from lianzhen.settings import BadSetting, Settings
from lianzhen.wiring import Opened, open_house

if TYPE_CHECKING:  # Celery is loaded only where it is chosen
    from celery import Celery

HANDS = 4  # connections with which a process reads that does one task at a time
BROKERS = ("amqp://", "amqps://", "pyamqp://", "redis://", "rediss://")


class NeedsPostgresql(Invalid):
    """SQLite serves one process alone."""

    code = "needs-postgresql"


class NoAdministrator(Refused):
    """A production house without anybody in it."""

    code = "no-administrator"


@dataclass(frozen=True, slots=True)
class Begun:
    """A process that may go on: its settings, and Celery where that is chosen."""

    settings: Settings
    celery: "Celery | None"

    @property
    def on_sqlite(self) -> bool:
        """Whether the database belongs to this process alone."""
        return self.settings.floor.database_url.startswith("sqlite")

    def open(self) -> Opened:
        """Open the house."""
        return open_house(self.settings, demo=self.settings.mode == "demo")

    def open_hands(self) -> Opened:
        """Open the house in a process that does one thing after the other: a child of Celery's worker, beat."""
        floor = self.settings.foundation
        few = floor.model_copy(update={"database_connections": min(HANDS, floor.database_connections)})
        return replace(self, settings=self.settings.model_copy(update={"foundation": few})).open()

    def runner(self, opened: Opened, *, by_the_clock: bool) -> Part:
        """Who does, or sends, the work that this process owes."""
        floor = opened.floor
        chosen = floor.settings
        if self.celery is None:
            beats = partial(pulse, floor.data, "worker")
            return EmbeddedRunner(floor.tasks, chosen.task_poll_seconds, chosen.task_threads, beats)
        from lianzhen.worker import Relay

        if by_the_clock:
            beats = partial(pulse, floor.data, "beat")
            return Relay(floor.tasks, self.celery, chosen.tasks_in_flight, chosen.task_poll_seconds, beats)
        return Relay(floor.tasks, self.celery, chosen.tasks_in_flight)


@contextmanager
def begin(command: str) -> Iterator[Begun]:
    """Everything before the house is open; the data folder is held for the length of the block.

    Raises BadSetting, TlsRequired, NeedsPostgresql, DatabaseInUse, SchemaNewer, BrokerRefused, BrokerUnreachable.
    """
    chosen = settings.load()
    if command in {"run", "web"}:
        check_address(chosen.web)
    _check_runner(chosen, command)
    # several processes cannot rotate one file: only `run` writes one, the others write to standard error
    log.configure(chosen.data / "log" if command == "run" else None)
    on_sqlite = chosen.floor.database_url.startswith("sqlite")
    with lock(chosen.data, shared=not on_sqlite), hold(chosen.floor.database_url):
        celery = _celery(chosen)
        with _in_turn(chosen):
            schema.migrate(chosen.floor.database_url)
        yield Begun(chosen, celery)


def _check_runner(chosen: Settings, command: str) -> None:
    sqlite = chosen.floor.database_url.startswith("sqlite")
    if sqlite and (command != "run" or chosen.tasks == "celery"):
        raise NeedsPostgresql(what="LIANZHEN_TASKS=celery" if command == "run" else f"python -m lianzhen {command}")
    if chosen.tasks == "embedded":
        if command == "beat":
            raise BadSetting(name="LIANZHEN_TASKS", why="只有 celery 需要 beat · beat is for celery alone")
        return
    if not chosen.broker.get_secret_value().startswith(BROKERS):
        raise BadSetting(name="LIANZHEN_BROKER", why="须为 must be amqp://… (RabbitMQ) / redis://…")


def _celery(chosen: Settings) -> "Celery | None":
    if chosen.tasks == "embedded":
        return None
    from lianzhen.worker import check_broker, make_app

    floor = chosen.floor
    app = make_app(chosen.broker.get_secret_value(), floor.task_lease_seconds, floor.task_threads)
    check_broker(app)
    return app


@contextmanager
def _in_turn(chosen: Settings) -> Iterator[None]:
    """One process of this data folder at a time."""
    with (chosen.data / "starting.lock").open("a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def prepare(begun: Begun, opened: Opened) -> demo.DemoCounty | None:
    """Refuse what production must not run; make the demonstration county on first start, whoever starts first."""
    chosen, house = begun.settings, opened.house
    if chosen.mode == "production":
        demo.refuse_in_production(chosen, house)
        if not house.registry.units():
            raise NoAdministrator
        return None
    with _in_turn(chosen):
        if demo.exists(chosen.data):
            return None
        county = demo.create(chosen, house)
    _give_back()
    return county


def _give_back() -> None:
    """Return to the machine what only the first start needed (glibc's `malloc_trim`, 23 MB here; elsewhere nothing)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
