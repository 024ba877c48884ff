"""The HL7 port: MLLP frames in, acknowledgements out. Each link has its own thread and its own limits.

    0x0B message 0x1C 0x0D

Junk before 0x0B is skipped, a second 0x0B begins the message anew, 0x1C may be followed by anything. Neither GB18030
nor UTF-8 ever contains these bytes inside a character.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from foundation.log import Log

log = Log("registry")

START, END, CR = b"\x0b", b"\x1c", b"\x0d"
Handle = Callable[[bytes, str], bytes]
_DRAINED = 256  # reads of at most 64 KiB
_HEAD = 4096  # bytes of a message that is too large in which its header is looked for


class TooLong(OSError):
    """A message that is longer than the port takes; `head` is how it begins."""

    def __init__(self, head: bytes) -> None:
        super().__init__("too large")
        self.head = head


class Limits:
    """How long and how much one link may take."""

    def __init__(self, size: int, seconds: float, idle: float, links: int) -> None:
        self.size = size
        self.seconds = seconds
        self.idle = idle
        self.links = links


class Mllp:
    """A listening HL7 port: `Mllp(handle, too_large, address, limits, context)`; neither callable ever raises."""

    def __init__(
        self,
        handle: Handle,
        too_large: Handle,
        address: tuple[str, int],
        limits: Limits,
        context: ssl.SSLContext | None = None,
        *,
        shared: bool = False,
    ) -> None:
        self._handle = handle
        self._too_large = too_large
        self._address = address
        self._limits = limits
        self._context = context
        self._shared = shared
        self._links: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._door: socket.socket | None = None
        self.port = address[1]

    def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        door = socket.socket(family, socket.SOCK_STREAM)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if self._shared:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            door.bind(self._address)
        except OSError:
            door.close()
            raise
        door.listen(64)
        self._door, self.port = door, door.getsockname()[1]
        threading.Thread(target=self._accept, args=(door,), name="mllp", daemon=True).start()
        log.info("mllp-listening", port=self.port)

    def stop(self) -> None:
        """Take no new link; those that are open are closed. An answer on its way was durable before."""
        if self._door is not None:
            with suppress(OSError):
                self._door.shutdown(socket.SHUT_RDWR)
            self._door.close()
            self._door = None
        with self._lock:
            links = list(self._links)
        for link in links:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    def _accept(self, door: socket.socket) -> None:
        while True:
            try:
                link, address = door.accept()
            except OSError:
                return
            with self._lock:
                crowded = len(self._links) >= self._limits.links
                if not crowded:
                    self._links.add(link)
            if crowded:
                log.warn("mllp-crowded", address=str(address[0]))
                link.close()
                continue
            arguments = (link, str(address[0]))
            threading.Thread(target=self._serve, args=arguments, name="mllp-link", daemon=True).start()

    def _serve(self, raw: socket.socket, address: str) -> None:
        link = raw
        try:
            raw.settimeout(self._limits.seconds)
            if self._context is not None:
                link = self._context.wrap_socket(raw, server_side=True)
            self._talk(link, address)
        except OSError as fault:
            log.warn("mllp-ended", address=address, code=str(getattr(fault, "reason", "") or type(fault).__name__)[:64])
        finally:
            with self._lock:
                self._links.discard(raw)
            with suppress(OSError):
                link.close()

    def _talk(self, link: socket.socket, address: str) -> None:
        """One message after another, each answered before the next is read."""
        buffer = bytearray()
        try:
            while (message := self._next(link, buffer)) is not None:
                link.settimeout(self._limits.seconds)
                link.sendall(START + self._handle(message, address) + END + CR)
        except TooLong as fault:
            link.sendall(START + self._too_large(fault.head, address) + END + CR)
            _drain(link)
            raise

    def _next(self, link: socket.socket, buffer: bytearray) -> bytes | None:
        """The next framed message; None at the end. Raises TimeoutError, and TooLong for one that is too large."""
        deadline = time.monotonic() + (self._limits.seconds if START in buffer else self._limits.idle)
        begun = START in buffer
        while True:
            end = buffer.find(END, max(buffer.find(START), 0))
            if begun and end >= 0:
                start = buffer.rfind(START, 0, end) + 1
                message = bytes(buffer[start:end])
                del buffer[: end + 1]
                return message
            if len(buffer) > self._limits.size:
                raise TooLong(bytes(buffer[buffer.find(START) + 1 :][:_HEAD]))
            link.settimeout(max(0.01, deadline - time.monotonic()))
            chunk = link.recv(65536)
            if not chunk:
                return None
            buffer += chunk
            if not begun and START in buffer:
                begun, deadline = True, time.monotonic() + self._limits.seconds
            if not begun:
                buffer.clear()  # junk between messages


def _drain(link: socket.socket) -> None:
    """Read what is still coming, for a moment: closing before would take the answer back (RFC 9293 §3.10.7.1)."""
    link.settimeout(1)
    with suppress(OSError):
        for _ in range(_DRAINED):
            if not link.recv(65536):
                return
