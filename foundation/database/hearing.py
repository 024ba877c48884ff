"""LISTEN: what the other processes on this PostgreSQL database tell."""

import threading
from collections.abc import Callable

import psycopg

from foundation.database.address import connect_arguments, postgresql_url
from foundation.database.link import CHANNEL
from foundation.database.work import log

ROUND_SECONDS = 1.0  # how often the thread looks whether it should end
PAUSE_SECONDS = 0.5  # between two attempts to reach the server


class Hearing:
    """A thread with a connection of its own. After a loss it connects again and says that something was missed."""

    def __init__(self, url: str, notice: Callable[[str], None], missed: Callable[[], None]) -> None:
        self._url = postgresql_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._notice = notice
        self._missed = missed
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="database-hearing", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hear no more."""
        self._ended.set()
        self._thread.join(timeout=5)

    def _serve(self) -> None:
        again = False
        while not self._ended.is_set():
            try:
                with psycopg.Connection.connect(self._url, **connect_arguments(writing=False)) as conn:
                    conn.execute(f"LISTEN {CHANNEL}")
                    if again:
                        self._missed()
                    again = True
                    self._hear(conn)
            except psycopg.Error:
                self._ended.wait(PAUSE_SECONDS)
            except Exception as fault:  # noqa: BLE001 - the edge of the thread: one bad notice must not end the rest
                log.fault("database-hearing-fault", fault)

    def _hear(self, conn: "psycopg.Connection[tuple[object, ...]]") -> None:
        while not self._ended.is_set():
            for told in conn.notifies(timeout=ROUND_SECONDS):
                self._notice(told.payload)
