"""Live news for open browsers: after the commit, without patient data; the page fetches what it may see."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection

from foundation.database import Database, after_commit, notify
from foundation.ids import new_id


@dataclass(frozen=True, slots=True)
class News:
    """Something changed: which list (`topic`), which row, and the units it concerns (empty: every unit)."""

    topic: str  # "worklist", "upload", "inbox", "study", "device"
    id: str
    unit_ids: tuple[str, ...] = ()


TOPICS = ("worklist", "upload", "inbox", "study", "device", "order", "recognition")
LOOK_AGAIN = tuple(News(topic, "") for topic in TOPICS)
"""What a page is told when news may have been missed: every list is worth a look."""


class Live:
    """Who listens in this process, and what the other processes of this installation tell."""

    def __init__(self, db: Database) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[int, Callable[[News], None]] = {}
        self._next = 0
        self._db = db
        self._me = new_id()
        self._hears = False

    def announce(self, conn: Connection, news: News) -> None:
        """Tell the listeners of every process once this write is durable."""
        after_commit(conn, lambda: self._tell(news))
        notify(conn, orjson.dumps([self._me, news.topic, news.id, news.unit_ids]).decode())

    def hear_others(self) -> None:
        """From now on, hear what other processes announce; for a process that has listeners."""
        with self._lock:
            if self._hears:
                return
            self._hears = True
        self._db.hear(self._heard, self._missed)

    def _heard(self, notice: str) -> None:
        sender, topic, id_, unit_ids = orjson.loads(notice)
        if sender != self._me:
            self._tell(News(topic, id_, tuple(unit_ids)))

    def _missed(self) -> None:
        for news in LOOK_AGAIN:
            self._tell(news)

    def listen(self, hear: Callable[[News], None]) -> Callable[[], None]:
        """Hear all news until the returned function is called. `hear` must be quick and must not raise."""
        self.hear_others()
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
