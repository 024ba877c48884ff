"""The real product in a process of its own, on free ports, with a data folder of its own; driven as its users do."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import httpx

from tests.house import PASSWORD
from tests.house import environment as environment_of

ROOT = Path(__file__).resolve().parent.parent
T = TypeVar("T")


def until(look: Callable[[], T], seconds: float = 20, every: float = 0.05) -> T:
    """The first true value of `look`; an assertion after the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        value = look()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {seconds} s: {value!r}"
        time.sleep(every)


@dataclass
class Product:
    """One run of `python -m lianzhen run`."""

    data: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[str] | None" = None
    url: str = ""
    dicom_port: int = 0
    greeting: str = ""

    def start(self) -> "Product":
        """Start and wait for the greeting; its addresses are kept."""
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LIANZHEN_")},
            "LIANZHEN_DATA": str(self.data),
            "LIANZHEN_DEMO_PASSWORD": PASSWORD,
            "LIANZHEN_WEB__PORT": "0",
            "LIANZHEN_PACS_GATEWAY__PORT": "0",
            "LIANZHEN_REGISTRY__MLLP_PORT": "0",
            **environment_of(self.data),
            **self.environment,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lianzhen", "run"],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._read_greeting()
        return self

    def _read_greeting(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        self.greeting = "".join(lines)
        address = re.search(r"https?://\S+", self.greeting)
        dicom = re.search(r"DICOM +\S+:(\d+)", self.greeting)
        if not address or not dicom:
            assert self.process.stderr is not None
            raise AssertionError(f"did not start: {self.greeting}{self.process.stderr.read()}")
        self.url, self.dicom_port = address[0], int(dicom[1])

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        return self._end(signal.SIGINT)

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        self.process.communicate(timeout=30)
        return self.process.returncode

    def client(self, account: str) -> "Client":
        """A signed-in client, as the workstation is one."""
        return Client(self.url, account)

    def command(self, *words: str) -> str:
        """What `python -m lianzhen WORDS…` says of this product's data."""
        environment = {
            **os.environ, "LIANZHEN_DATA": str(self.data), "LIANZHEN_DEMO_PASSWORD": PASSWORD,
            **environment_of(self.data), **self.environment,
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "lianzhen", *words],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    def film(self, target: Path, *, name: str = "演示二号", emergency: bool = False) -> str:
        """A marked film for a fresh order of the first township; its accession number."""
        return self.command("film", str(target), "--name", name, *(["--emergency"] if emergency else [])).split()[1]

    def dcmsend(
        self, *files: Path, aet: str = "TOWNSHIP1", options: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Send as the modality does, every object as it is."""
        return subprocess.run(
            ["dcmsend", "-v", "-dn", "-aet", aet, "-aec", "LIANZHEN", *options, "127.0.0.1", str(self.dicom_port),
             *map(str, files)],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip


@contextmanager
def running(data: Path, **environment: str) -> Iterator[Product]:
    """A product for the length of a block; Ctrl-C ends it."""
    product = Product(data, environment).start()
    try:
        yield product
    finally:
        if product.process is not None and product.process.poll() is None:
            product.stop()


class Client:
    """A browser's session without the browser: cookie, CSRF header, JSON."""

    def __init__(self, url: str, account: str, password: str = PASSWORD) -> None:
        self.http = httpx.Client(base_url=url, timeout=30)
        answer = self.http.post("/api/session", json={"account": account, "password": password})
        answer.raise_for_status()
        self.person = answer.json()["person"]
        self.http.headers["X-CSRF-Token"] = answer.json()["csrf"]

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def get(self, path: str, **query: str | int) -> httpx.Response:
        """GET."""
        return self.http.get(path, params=query)

    def post(self, path: str, **body: object) -> httpx.Response:
        """POST a JSON body."""
        return self.http.post(path, json=body)

    def put(self, path: str, **body: object) -> httpx.Response:
        """PUT a JSON body."""
        return self.http.put(path, json=body)
