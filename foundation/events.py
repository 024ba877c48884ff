"""How rooms hear of each other's news: two kinds of subscriber, both named in `lianzhen/wiring.py`.

A *must* runs inside the write that publishes and rolls it back when it fails. A *may* is a task: its fault never
blocks what was published.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection

from foundation.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Event:
    """A room's news, past tense, flat and JSON-able. Subclasses live in the rooms' `events.py`."""


E = TypeVar("E", bound=Event)


class Bus:
    """The table of subscriptions."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._must: dict[type[Event], list[Callable[[Connection, Any], None]]] = {}
        self._may: dict[type[Event], list[str]] = {}

    def must(self, kind: type[E], act: Callable[[Connection, E], None]) -> None:
        """Let `act` run inside every write that publishes `kind`."""
        self._must.setdefault(kind, []).append(act)

    def may(self, kind: type[Event], task_kind: str) -> None:
        """Let every `kind` owe a task whose payload is the event's fields."""
        self._may.setdefault(kind, []).append(task_kind)

    def publish(self, conn: Connection, event: Event) -> None:
        """Tell everybody, in this write."""
        for act in self._must.get(type(event), ()):
            act(conn, event)
        for task_kind in self._may.get(type(event), ()):
            self._tasks.owe(conn, task_kind, asdict(event))

    def subscriptions(self) -> dict[str, list[str]]:
        """Event name to subscribers, for the documentation test."""
        names: dict[str, list[str]] = {}
        for kind, acts in self._must.items():
            names.setdefault(kind.__name__, []).extend(f"must {act.__qualname__}" for act in acts)
        for kind, tasks in self._may.items():
            names.setdefault(kind.__name__, []).extend(f"may {task}" for task in tasks)
        return names
