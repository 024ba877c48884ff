"""Which processes share a data folder: each holds a lock on a file of its own name, and the system lets go of it when
the process ends, however it ends. What a dead process left half done can then be told from what a living one does.
"""

import fcntl
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakValueDictionary

from foundation.ids import new_id

PROCESS = "p-"
SIGN = "~"  # between the name of the process and the name of the thing
_known: WeakValueDictionary[Path, "Presence"] = WeakValueDictionary()


def pulse(data: Path, name: str) -> None:
    """A process without a door shows that it works: the time of a file, for this machine's health check."""
    path = _pulse_path(data, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def seconds_since_pulse(data: Path, name: str) -> float | None:
    """How long ago the last pulse of this machine was; None when there was none."""
    try:
        return max(0.0, time.time() - _pulse_path(data, name).stat().st_mtime)
    except FileNotFoundError:
        return None


def _pulse_path(data: Path, name: str) -> Path:
    return data / "alive" / f"{name}-{socket.gethostname()}.pulse"


class Presence:
    """This process, as the others of the data folder see it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._me = f"{PROCESS}{new_id()}"
        with self.holding("arrival", alone=True):  # a name is locked before anybody can look at it
            for path in folder.glob(f"{PROCESS}*.lock"):
                self._lives(path)
            self._file = self._path(self._me).open("w", encoding="ascii")
            fcntl.flock(self._file, fcntl.LOCK_EX)

    @classmethod
    def of(cls, data: Path) -> "Presence":
        """The one presence of this process in a data folder."""
        folder = (data / "alive").absolute()
        found = _known.get(folder)
        if found is None or not found._path(found._me).exists():
            found = _known[folder] = cls(folder)
        return found

    @property
    def prefix(self) -> str:
        """How the names of this process's unfinished files begin."""
        return f"{self._me}{SIGN}"

    def is_anothers(self, name: str) -> bool:
        """Whether the file of this name belongs to another process that lives."""
        owner, sign, _ = name.partition(SIGN)
        return bool(sign) and owner != self._me and self._lives(self._path(owner))

    def _lives(self, path: Path) -> bool:
        """Whether somebody holds this process's file; the file of a dead one is removed."""
        try:
            with path.open(encoding="ascii") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        path.unlink(missing_ok=True)
        return False

    @contextmanager
    def holding(self, what: str, *, alone: bool) -> Iterator[None]:
        """Wait for a lock among all processes and threads: `alone`, or with others that do not ask to be alone."""
        with self._path(what).open("a", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
            yield

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.lock"
