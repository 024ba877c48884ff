"""The embedded archive: one file for an object, in folders by digest.

Durable in this order: temporary name, fsync, second name by digest, fsync of the folder, and only then the index. The
temporary name stays until the index has the object, so a start after a crash finds exactly what was in flight. It
begins with the name of its process: what another living process has in flight is left alone.
"""

import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from foundation.errors import NotFound, StorageFull, of_disk
from foundation.ids import new_id
from foundation.log import Log
from foundation.presence import Presence

_CHUNK = 1 << 20

log = Log("pacs_gateway")


class FilesArchive:
    """Objects under `folder/ab/abcdef…`, what is in flight under `folder/incoming`."""

    def __init__(self, folder: Path, refuse_percent: float = 95.0, warn_percent: float = 80.0) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._presence = Presence.of(folder.parent)
        self._refuse = refuse_percent
        self._warn = warn_percent
        self._warned = False
        self._lock = threading.Lock()

    def check_room(self, size: int = 0) -> None:
        """Raises StorageFull when `size` more bytes would pass the watermark."""
        usage = shutil.disk_usage(self._folder)
        percent = 100.0 * (1 - (usage.free - size) / usage.total)
        if percent >= self._refuse:
            raise StorageFull
        if percent >= self._warn and not self._warned:
            log.warn("disk-filling", count=int(percent), folder=self._folder.name)
        self._warned = percent >= self._warn

    @contextmanager
    def put(self, head: bytes, source: Path, start: int = 0) -> Iterator[str]:
        """See `Archive.put`."""
        self.check_room(source.stat().st_size)
        held = self._incoming / f"{self._presence.prefix}{new_id()}"
        with _room_or_refused(held):
            digest = self._write(held, head, source, start)
            held = held.rename(held.with_name(f"{held.name}.{digest}"))
        with self._presence.holding(self._shelf(digest), alone=False):
            with _room_or_refused(held):
                self._link(held, self._path(digest))
            yield digest
        held.unlink(missing_ok=True)

    def _write(self, held: Path, head: bytes, source: Path, start: int) -> str:
        sha = hashlib.sha256(head)
        with held.open("xb") as file, source.open("rb") as data:
            file.write(head)
            data.seek(start)
            while chunk := data.read(_CHUNK):
                sha.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        return sha.hexdigest()

    def _link(self, held: Path, final: Path) -> None:
        """Give the bytes their lasting name; the same digest already there is the same object."""
        if not final.parent.is_dir():
            with self._lock:
                final.parent.mkdir(exist_ok=True)
                _sync_folder(self._folder)
        with suppress(FileExistsError):
            os.link(held, final)
        _sync_folder(final.parent)

    def open(self, digest: str) -> BinaryIO:
        """See `Archive.open`."""
        try:
            return self._path(digest).open("rb")
        except FileNotFoundError:
            raise NotFound from None

    def path(self, digest: str) -> Path:
        """Where the object lies, for a child process that reads it. Raises NotFound."""
        path = self._path(digest)
        if not path.is_file():
            raise NotFound
        return path

    def exists(self, digest: str) -> bool:
        """See `Archive.exists`."""
        return self._path(digest).is_file()

    def delete(self, digest: str) -> None:
        """See `Archive.delete`."""
        self._path(digest).unlink(missing_ok=True)

    def forget(self, digest: str, known: Callable[[Iterable[str]], set[str]]) -> bool:
        """See `Archive.forget`."""
        with self._presence.holding(self._shelf(digest), alone=True):
            if known([digest]):
                return False
            self.delete(digest)
            return True

    def sweep(self, known: Callable[[Iterable[str]], set[str]]) -> int:
        """See `Archive.sweep`."""
        forgotten = 0
        for path in list(self._incoming.iterdir()):
            if self._presence.is_anothers(path.name):
                continue
            digest = path.name.partition(".")[2]
            forgotten += not digest or self.forget(digest, known)
            path.unlink(missing_ok=True)
        return forgotten

    def _shelf(self, digest: str) -> str:
        """The name of the lock under which an object is put or forgotten."""
        return f"{self._folder.name}-{digest[:2]}"

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not digest.isalnum():
            raise NotFound
        return self._folder / digest[:2] / digest


@contextmanager
def _room_or_refused(held: Path) -> Iterator[None]:
    """Nothing is left of an object that could not be written. Raises StorageFull, StorageFault."""
    try:
        yield
    except OSError as fault:
        held.unlink(missing_ok=True)
        if known := of_disk(fault):
            raise known from fault
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
