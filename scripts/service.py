"""One service of a large installation, run by whoever needs it: its folder, its port, its start and its end."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

START_SECONDS = 90.0
STOP_SECONDS = 30.0


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody listens on this port of loopback."""
    with socket.socket() as door:
        door.settimeout(1)
        return door.connect_ex(("127.0.0.1", port)) == 0


class Service:
    """One program with a folder and a port of its own; `start`, `stop`, `kill` as often as wanted, data kept."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def command(self) -> list[str]:
        """What to run."""
        raise AssertionError(self.name)

    def environment(self) -> dict[str, str]:
        """What it needs beside this process's environment."""
        return {}

    def ready(self) -> bool:
        """Whether it serves."""
        return answers(self.port)

    def account(self) -> str | None:
        """The user who runs it, when it may not be root."""
        return None

    def begin(self, command: list[str]) -> "subprocess.Popen[bytes]":
        """Start a program of the service; what it says goes to output.log."""
        user = self.account()
        with (self.folder / "output.log").open("ab") as said:
            return subprocess.Popen(
                command, cwd=self.folder, env={**os.environ, **self.environment()}, user=user, group=user,
                extra_groups=[] if user else None,
                stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def start(self) -> None:
        """Start and wait until it serves. Raises RuntimeError with the end of what it said."""
        self.process = self.begin(self.command())
        deadline = time.monotonic() + START_SECONDS
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                words = (self.folder / "output.log").read_text(errors="replace")
                raise RuntimeError(f"{self.name} did not start:\n{words[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ask it to end, and wait."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
