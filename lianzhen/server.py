"""One process that runs the whole house: HTTP, DICOM and background work, started and stopped in order."""

import fcntl
import os
import signal
import socket
import threading
from pathlib import Path
from types import FrameType
from typing import IO

import uvicorn
from pynetdicom import evt
from sqlalchemy import make_url

from foundation.database import DatabaseAddress, is_postgresql
from foundation.errors import Conflict, Invalid
from foundation.runner import EmbeddedRunner
from foundation.tls import is_loopback
from lianzhen.settings import Settings
from lianzhen.wiring import Opened
from pacs_gateway.scp import Scp
from pacs_gateway.worklist.service import MODALITY_WORKLIST, Worklist
from web.app import create_app
from web.settings import WebSettings


class TlsRequired(Invalid):
    """A door that others can reach must speak TLS."""

    code = "tls-required"


class DatabaseInUse(Conflict):
    """One embedded process a data folder."""

    code = "database-in-use"


class PortTaken(Conflict):
    """Another program has the port."""

    code = "port-taken"


def hold(database_url: str) -> IO[bytes]:
    """Hold the SQLite file, by whatever path it is reached, until the returned file is closed. Raises DatabaseInUse.

    PostgreSQL is made for many: there is nothing to hold.
    """
    path = None if is_postgresql(database_url) else make_url(database_url).database
    if path is None:
        return Path(os.devnull).open("rb")
    try:
        file = Path(path).open("ab")  # noqa: SIM115 - the caller closes it
    except OSError as fault:
        raise DatabaseAddress(address=path) from fault
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise DatabaseInUse(folder=path) from None
    return file


def lock(folder: Path) -> IO[str]:
    """Hold the data folder for this process until the file is closed. Raises DatabaseInUse."""
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / "lianzhen.lock").open("a", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise DatabaseInUse(folder=str(folder)) from None
    return file


def check_address(settings: WebSettings) -> None:
    """Raises TlsRequired when a door beyond loopback has no certificate."""
    if not is_loopback(settings.host) and not (settings.tls_certificate and settings.tls_key):
        raise TlsRequired(host=settings.host)


def _socket(settings: WebSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((settings.host, settings.port))
    except OSError:
        door.close()
        raise PortTaken(port=settings.port, what="HTTP", name="LIANZHEN_WEB__PORT") from None
    door.listen(512)
    return door


class _Http(uvicorn.Server):
    """Uvicorn in a thread of ours: signals belong to the main thread."""

    def install_signal_handlers(self) -> None:
        """Leave them alone."""


class Server:
    """The running house. `start` returns when every door is open; `stop` when every door is closed."""

    def __init__(self, settings: Settings, opened: Opened) -> None:
        check_address(settings.web)
        self._opened = opened
        house, floor = opened.house, opened.floor
        self._runner = EmbeddedRunner(floor.tasks, floor.settings.task_poll_seconds)
        worklist = Worklist(house.registry, settings.pacs_gateway)
        services = {MODALITY_WORKLIST: (evt.EVT_C_FIND, worklist.find)}
        self._scp = Scp(house.gateway, house.registry, settings.pacs_gateway, services)
        self._door = _socket(settings.web)
        config = uvicorn.Config(
            create_app(house),
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
            ssl_certfile=settings.web.tls_certificate,
            ssl_keyfile=settings.web.tls_key,
        )
        self._http = _Http(config)
        self._thread = threading.Thread(target=self._http.run, args=([self._door],), name="http", daemon=True)
        scheme = "https" if settings.web.tls_certificate else "http"
        host = "127.0.0.1" if settings.web.host in {"localhost", "127.0.0.1"} else settings.web.host
        self.url = f"{scheme}://{host}:{self._door.getsockname()[1]}"
        self.dicom_port = self.dicom_tls_port = 0

    def start(self) -> None:
        """Open the doors. Raises PortTaken."""
        try:
            self._scp.start()
        except OSError:
            self._door.close()
            setting, port = ("TLS_PORT", self._scp.tls_port) if self._scp.tls_port else ("PORT", self._scp.port)
            raise PortTaken(port=port, what="DICOM", name=f"LIANZHEN_PACS_GATEWAY__{setting}") from None
        self.dicom_port, self.dicom_tls_port = self._scp.port, self._scp.tls_port
        self._runner.start()
        self._thread.start()

    def stop(self) -> None:
        """Close the doors, finish what runs, let the house down."""
        self._http.should_exit = True
        self._scp.stop()
        self._thread.join(timeout=10)
        self._runner.stop()
        self._opened.floor.close()


def wait_for_signal() -> None:
    """Sleep until Ctrl-C or a termination signal."""
    stop = threading.Event()

    def heard(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, heard)
    stop.wait()
