"""A wire between the product and its PostgreSQL that is cut at the worst moment: the commit."""

import contextlib
import socket
import threading
import time

QUERY = b"COMMIT\x00"
LATE_SECONDS = 0.5


class Wire:
    """Forwards one port to another. `cut_next` lets the next COMMIT through, or not, and then both ends hang up."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._how: str | None = None
        self._bar = self._barred = False
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_next(self, how: str, *, barred: bool = False) -> None:
        """`answer`: the server commits and nobody hears of it. `question`: the server never hears of the commit.

        `late`: the server hears of it when this end has hung up long ago, and commits then. `barred`: from
        the cut on, nobody is let through until `open`.
        """
        self._how, self._bar = how, barred

    def open(self) -> None:
        """Whoever comes is let through again."""
        self._barred = False

    def close(self) -> None:
        """No more connections."""
        self._door.close()

    def _accept(self) -> None:
        while True:
            try:
                here, _ = self._door.accept()
            except OSError:
                return
            if self._barred:
                here.close()
                continue
            there = socket.create_connection(("127.0.0.1", self._target))
            threading.Thread(target=self._forward, args=(here, there, True), daemon=True).start()
            threading.Thread(target=self._forward, args=(there, here, False), daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket, asking: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                how = self._how if asking and data.endswith(QUERY) else None
                if how is not None:
                    self._how = None
                    self.cuts += 1
                    self._barred = self._bar
                    source.shutdown(socket.SHUT_RDWR)  # whatever the server answers, nobody hears
                    if how == "late":
                        time.sleep(LATE_SECONDS)
                    if how != "question":
                        target.sendall(data)
                        target.recv(65536)  # the server has done it
                    break
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
                end.close()
