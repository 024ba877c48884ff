"""What every service needs: a free port, a user who is not root, and an end by process id."""

import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


class Missing(Exception):
    """The Debian package of a service is not installed."""


def free_port() -> int:
    """A port of the loopback that nobody has just now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def plain_user(*wanted: str) -> str | None:
    """The first of these users that this machine has, when we are root; None when we are somebody already."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in (*wanted, "nobody") if name in known), None)


def give(folder: Path, user: str | None) -> None:
    """A folder of the service's own."""
    folder.mkdir(parents=True, exist_ok=True)
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        for parent in folder.parents:  # others may pass through, and see nothing
            if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
    folder.chmod(0o700)


class Process:
    """One service's main process, with its words in a log file."""

    def __init__(
        self, command: Sequence[str], log: Path, user: str | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        self.log = log
        entry = pwd.getpwnam(user) if user else None
        with log.open("ab") as words:
            self.child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=words, stderr=words, cwd=log.parent,
                env={**os.environ, **(environment or {})}, start_new_session=True,
                user=entry.pw_uid if entry else None, group=entry.pw_gid if entry else None,
                extra_groups=[] if entry else None,
            )  # fmt: skip

    def wait_until(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        """Return when `ready` says so. Raises RuntimeError with the end of the log when it never does."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.child.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.child.args!r} did not start:\n{self.log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)

    def end(self, number: signal.Signals = signal.SIGTERM, seconds: float = 30) -> None:
        """Send it a signal and wait; what does not go is killed."""
        if self.child.poll() is None:
            self.child.send_signal(number)
        try:
            self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait(seconds)
