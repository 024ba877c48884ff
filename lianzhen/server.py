"""What a process of the house is made of: doors and runners, started and stopped in order."""

import fcntl
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol

import uvicorn
from pynetdicom import evt
from sqlalchemy import make_url

from foundation.database import DatabaseAddress, is_postgresql
from foundation.errors import Conflict, Invalid
from foundation.log import Log
from foundation.tls import is_loopback
from lianzhen.settings import Settings
from lianzhen.wiring import Opened
from pacs_gateway.scp import Scp
from pacs_gateway.worklist.service import MODALITY_WORKLIST, Worklist
from web.app import create_app
from web.house import House
from web.settings import WebSettings

log = Log("server")


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


def lock(folder: Path, *, shared: bool = False) -> IO[str]:
    """Hold the data folder until the file is closed: alone, or with others that share it too. Raises DatabaseInUse."""
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / "lianzhen.lock").open("a", encoding="ascii")
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise DatabaseInUse(folder=str(folder)) from None
    return file


def check_address(settings: WebSettings) -> None:
    """Raises TlsRequired when a door beyond loopback has no certificate."""
    if not is_loopback(settings.host) and not (settings.tls_certificate and settings.tls_key):
        raise TlsRequired(host=settings.host)


def _socket(settings: WebSettings, *, shared: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
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


class Part(Protocol):
    """Something that runs in this process from `start` to `stop`."""

    def start(self) -> None:
        """Begin."""
        ...

    def stop(self) -> None:
        """Finish what runs, take nothing new."""
        ...


class HttpDoor:
    """The workstation, DICOMweb and the API. With `shared`, several processes of this machine share the port."""

    def __init__(self, settings: WebSettings, house: House, *, shared: bool = False) -> None:
        check_address(settings)
        self._door = _socket(settings, shared=shared)
        config = uvicorn.Config(
            create_app(house),
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
            ssl_certfile=settings.tls_certificate,
            ssl_keyfile=settings.tls_key,
        )
        self._http = _Http(config)
        self._thread = threading.Thread(target=self._http.run, args=([self._door],), name="http", daemon=True)
        scheme = "https" if settings.tls_certificate else "http"
        host = "127.0.0.1" if settings.host in {"localhost", "127.0.0.1"} else settings.host
        self.url = f"{scheme}://{host}:{self._door.getsockname()[1]}"

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Answer what was asked, then close."""
        self._http.should_exit = True
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        self._door.close()


class DicomDoor:
    """The DICOM port. With `shared`, several processes of this machine share it."""

    def __init__(self, settings: Settings, house: House, *, shared: bool = False) -> None:
        worklist = Worklist(house.registry, settings.pacs_gateway)
        services = {MODALITY_WORKLIST: (evt.EVT_C_FIND, worklist.find)}
        self._scp = Scp(house.gateway, house.registry, settings.pacs_gateway, services, shared=shared)
        self.port = self.tls_port = 0

    def start(self) -> None:
        """Listen. Raises PortTaken, BadCertificate, TlsIncomplete."""
        try:
            self._scp.start()
        except OSError:
            setting, port = ("TLS_PORT", self._scp.tls_port) if self._scp.tls_port else ("PORT", self._scp.port)
            raise PortTaken(port=port, what="DICOM", name=f"LIANZHEN_PACS_GATEWAY__{setting}") from None
        self.port, self.tls_port = self._scp.port, self._scp.tls_port

    def stop(self) -> None:
        """Take no new association; those that run are ended."""
        self._scp.stop()


class WorkerProcess:
    """`python -m lianzhen worker` beside this process, started again when it ends by itself."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="worker-process", daemon=True)

    def start(self) -> None:
        """Begin; it ends with this process, however that ends."""
        self._thread.start()

    def stop(self) -> None:
        """Let it finish what runs."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=60)

    def _serve(self) -> None:
        command = [sys.executable, "-m", "lianzhen", "worker", "--parent", str(os.getpid())]
        while not self._stop.is_set():
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
            while process.poll() is None and not self._stop.wait(0.2):
                pass
            if process.poll() is None:
                process.terminate()
                process.wait()
            elif not self._stop.wait(1):
                log.warn("worker-ended", status=process.returncode)


def stop_with_parent(pid: int) -> None:
    """End this process as a signal would when the process `pid` is no more its parent."""

    def watch() -> None:
        while os.getppid() == pid:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


class Server:
    """The parts of one process over an open house, started in order and stopped in the opposite one."""

    def __init__(self, opened: Opened, *parts: Part) -> None:
        self._opened = opened
        self._parts = parts

    def __enter__(self) -> "Server":
        started: list[Part] = []
        try:
            for part in self._parts:
                part.start()
                started.append(part)
        except BaseException:
            self._stop(started)
            raise
        _leave_to_stay()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop(list(self._parts))

    def _stop(self, parts: list[Part]) -> None:
        for part in reversed(parts):
            part.stop()
        self._opened.floor.close()


def _leave_to_stay() -> None:
    """What is there at the start stays: a full collection that looks through it stops every request for 0.1 s."""
    gc.collect()
    gc.freeze()


class Ending:
    """Ctrl-C or a termination signal, heard from now on: make it before the greeting that invites them.

    The number that the interpreter writes for a signal waits in a pipe. An Event that a handler sets can be slept
    through, when the signal comes between the last look and the sleep.
    """

    def __init__(self) -> None:
        self._heard, tell = os.pipe()
        os.set_blocking(tell, False)
        signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _number, _frame: None)

    def wait(self) -> None:
        """Sleep until one has come, or return at once."""
        while os.read(self._heard, 1)[0] not in (signal.SIGINT, signal.SIGTERM):
            pass


def wait_for_signal() -> None:
    """Sleep until Ctrl-C or a termination signal."""
    Ending().wait()
