"""Live news for open browsers: after the commit, without patient data; the page fetches what it may see."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from foundation.database import after_commit


@dataclass(frozen=True, slots=True)
class News:
    """Something changed: which list (`topic`), which row, and the units it concerns (empty: every unit)."""

    topic: str  # "worklist", "upload", "inbox", "study", "device"
    id: str
    unit_ids: tuple[str, ...] = ()


class Live:
    """Who listens in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[int, Callable[[News], None]] = {}
        self._next = 0

    def announce(self, conn: Connection, news: News) -> None:
        """Tell the listeners once this write is durable."""
        after_commit(conn, lambda: self._tell(news))

    def listen(self, hear: Callable[[News], None]) -> Callable[[], None]:
        """Hear all news until the returned function is called. `hear` must be quick and must not raise."""
        with self._lock:
            self._next += 1
            number = self._next
            self._listeners[number] = hear

        def leave() -> None:
            with self._lock:
                self._listeners.pop(number, None)

        return leave

    def _tell(self, news: News) -> None:
        with self._lock:
            listeners = list(self._listeners.values())
        for hear in listeners:
            hear(news)
