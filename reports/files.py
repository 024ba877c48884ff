"""Files of this room: there whole and durable, or not there at all.

Renditions lie under their SHA-256. A file that no version names (the process ended before its write) is not a
report: nothing leads to it.
"""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from foundation.errors import StorageFull, of_disk
from foundation.ids import new_id
from reports.errors import RenditionDamaged, ReportNotFound


def write_durable(path: Path, data: bytes, mode: int = 0o640) -> None:
    """Write, fsync, rename, fsync the folder. Raises StorageFull and leaves nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_name(f".{new_id()}.part")
    try:
        handle = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        waiting.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as fault:
        with suppress(OSError):
            waiting.unlink()
        raise of_disk(fault) or StorageFull() from fault


class Renditions:
    """The signed PDFs of this installation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep the bytes; returns their SHA-256. Durable on return; the same bytes twice are kept once."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        if not path.exists():
            write_durable(path, data)
        return sha256

    def open(self, sha256: str) -> bytes:
        """The bytes, as they were issued. Raises ReportNotFound or RenditionDamaged."""
        try:
            data = self._path(sha256).read_bytes()
        except FileNotFoundError:
            raise ReportNotFound from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise RenditionDamaged
        return data

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256}.pdf"
