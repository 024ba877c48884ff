"""The house as several processes over one PostgreSQL and one broker: web, gateway, worker and beat."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

from tests.house import PASSWORD
from tests.product import ROOT, Client, Product

START_SECONDS = 90.0


class Process:
    """One command of the product, in a process group of its own, so that a kill takes its children along."""

    def __init__(self, command: str, environment: dict[str, str]) -> None:
        self.command = command
        self._environment = environment
        self.said = ""
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> "Process":
        """Start, and wait for its greeting."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("LIANZHEN_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lianzhen", self.command],
            cwd=ROOT, env={**clean, **self._environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.said = self.process.stdout.readline()
        if not self.said:
            raise AssertionError(f"{self.command} did not start: {self.process.stderr.read()[-3000:]}")
        for stream in (self.process.stdout, self.process.stderr):
            Thread(target=stream.read, daemon=True).start()
        return self

    def stop(self) -> int:
        """A termination signal; the exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """The whole group at once, as a power cut would."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)
            self.process = None

    def _end(self, number: signal.Signals) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        process.send_signal(number)
        try:
            return process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise


class Household:
    """Two web processes that share a port, a gateway, a worker and (with Celery) a beat."""

    def __init__(self, data: Path, environment: dict[str, str], ports: tuple[int, int], webs: int = 2) -> None:
        self.data = data
        self.web_port, self.dicom_port = ports
        self.environment = {
            "LIANZHEN_DATA": str(data),
            "LIANZHEN_DEMO_PASSWORD": PASSWORD,
            "LIANZHEN_WEB__PORT": str(self.web_port),
            "LIANZHEN_WEB__FAILURES_PER_ADDRESS": "10000",
            "LIANZHEN_PACS_GATEWAY__PORT": str(self.dicom_port),
            "LIANZHEN_FOUNDATION__TASK_THREADS": "2",
            **environment,
        }
        names = ["web"] * webs + ["gateway", "worker"] + (["beat"] if "LIANZHEN_BROKER" in environment else [])
        self.processes = [Process(name, self.environment) for name in names]
        self.url = f"http://127.0.0.1:{self.web_port}"

    def __enter__(self) -> "Household":
        try:
            threads = [Thread(target=one.start) for one in self.processes]  # all at once, as after a power cut
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(START_SECONDS)
            silent = [one.command for one in self.processes if not one.said]
            assert not silent, f"did not start: {silent}"
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_fault: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop all, the doors first."""
        for one in self.processes:
            if one.process is not None and one.process.poll() is None:
                one.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 60
        for one in self.processes:
            if one.process is not None:
                try:
                    one.process.wait(max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    one.kill()

    def client(self, account: str) -> Client:
        """A signed-in client; each of its connections ends at one of the web processes."""
        return Client(self.url, account)

    def product(self) -> Product:
        """The same, as the stories know the product; it is started and stopped here."""
        made = Product(self.data, self.environment)
        made.url, made.dicom_port = self.url, self.dicom_port
        return made

    def named(self, command: str) -> list[Process]:
        """The processes of one command."""
        return [one for one in self.processes if one.command == command]
