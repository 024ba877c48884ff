"""Backup and restore: one tar with the database, the archive, the keys and a list of every digest.

The database is copied first, while the product runs: by SQLite's own backup, or as one consistent state of PostgreSQL
written into a SQLite file, so that every backup has one form and can be restored into either. Every object it names was
durable before its row, so the archive copied afterwards holds them all.
"""

import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from sqlalchemy import make_url

from foundation.clock import iso, now
from foundation.database import is_postgresql
from foundation.errors import Conflict, Invalid
from foundation.settings import default_address
from lianzhen.moving import move, snapshot

MANIFEST = "MANIFEST.json"
DATABASE = "lianzhen.sqlite3"
LEFT_OUT = ("lianzhen.lock", "starting.lock", "alive", "log", "spool", "tmp")
CHUNK = 1 << 20


class NotEmpty(Conflict):
    """A restore never overwrites."""

    code = "not-empty"


class BadBackup(Invalid):
    """The backup is damaged, or is none."""

    code = "bad-backup"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(data: Path) -> Iterator[Path]:
    for path in sorted(data.rglob("*")):
        inner = path.relative_to(data)
        if path.is_file() and inner.parts[0] not in LEFT_OUT and not inner.name.startswith(DATABASE):
            yield path


def backup(data: Path, target: Path, database_url: str = "") -> int:
    """Write the installation in `data` to `target` (a tar). Returns the number of files.

    The target appears whole under its name or not at all. Raises BadBackup when there is no database.
    """
    url = database_url or default_address(data)
    source = None if is_postgresql(url) else Path(make_url(url).database or "")
    if source is not None and not source.is_file():
        raise BadBackup(what=str(source))
    digests: dict[str, str] = {}
    partial = target.with_name(target.name + ".partial")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder, tarfile.open(partial, "w") as tar:
        copy = Path(folder) / DATABASE
        if source is None:
            snapshot(url, copy)
        else:
            _copy_database(source, copy)
        for path, name in [(copy, DATABASE), *((path, str(path.relative_to(data))) for path in _files(data))]:
            digests[name] = _digest(path)
            tar.add(path, name, recursive=False)
        manifest = json.dumps({"made_at": iso(now()), "sha256": digests}, indent=1).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(manifest)
        tar.addfile(entry, io.BytesIO(manifest))
    partial.replace(target)
    return len(digests)


def _copy_database(source: Path, copy: Path) -> None:
    here, there = sqlite3.connect(source), sqlite3.connect(copy)
    try:
        here.backup(there)
    finally:
        there.close()
        here.close()


def restore(source: Path, data: Path, database_url: str = "") -> int:
    """Unpack `source` into the empty folder `data`, every digest checked before anything has its name.

    With a PostgreSQL address the rows go into that empty database. Returns the number of files. Raises NotEmpty,
    BadBackup, or the refusals of `moving.move`; then nothing is left behind.
    """
    if data.exists() and any(data.iterdir()):
        raise NotEmpty(folder=str(data))
    data.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f"{data.name}.", dir=data.parent))
    try:
        count = _unpack(source, partial)
        if database_url and is_postgresql(database_url):
            move(f"sqlite:///{partial / DATABASE}", database_url, lambda _words: None)
            for left in partial.glob(f"{DATABASE}*"):
                left.unlink()
        if data.exists():
            data.rmdir()
        partial.rename(data)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return count


def _unpack(source: Path, folder: Path) -> int:
    try:
        with tarfile.open(source) as tar:
            for member in tar:
                _extract(tar, member, folder)
        wanted: dict[str, str] = json.loads((folder / MANIFEST).read_bytes())["sha256"]
    except (tarfile.TarError, OSError, ValueError, KeyError) as fault:
        raise BadBackup(what=type(fault).__name__) from fault
    (folder / MANIFEST).unlink()
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    for name in sorted(present ^ wanted.keys()):
        raise BadBackup(what=name)
    for name, digest in wanted.items():
        if _digest(folder / name) != digest:
            raise BadBackup(what=name)
    return len(wanted)


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """One plain file below `folder`, with its mode; the safe filters of tarfile are newer than Python 3.11.2."""
    target = folder / member.name
    inner = PurePosixPath(member.name)
    file = tar.extractfile(member) if member.isreg() else None
    if file is None or inner.is_absolute() or ".." in inner.parts:
        raise BadBackup(what=member.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with file, target.open("xb") as written:
        shutil.copyfileobj(file, written, CHUNK)
    target.chmod(member.mode & 0o777)
