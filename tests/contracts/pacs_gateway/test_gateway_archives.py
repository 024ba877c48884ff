"""What every archive promises. A new member joins `MAKERS` and passes all of this."""

import errno
import hashlib
import os
import shutil
import threading
import time
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import pytest

from foundation.errors import NotFound, StorageFull
from foundation.presence import SIGN, Presence
from pacs_gateway.archives import Archive
from pacs_gateway.archives.files import FilesArchive

MAKERS: dict[str, Callable[[Path], Archive]] = {"files": lambda folder: FilesArchive(folder / "archive")}


@pytest.fixture(params=sorted(MAKERS))
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Archive]:
    """Opens the archive again and again over the same bytes, like a start after a crash."""
    maker = MAKERS[request.param]
    return lambda: maker(tmp_path)


def source(folder: Path, data: bytes) -> Path:
    path = folder / "source"
    path.write_bytes(data)
    return path


def kept(archive: Archive, path: Path, head: bytes = b"", start: int = 0) -> str:
    with archive.put(head, path, start) as digest:
        return digest


def dies_in(archive: Archive, path: Path) -> str:
    """The process ends inside the block, before or after the index was written."""
    seen: list[str] = []
    with pytest.raises(RuntimeError), archive.put(b"", path) as digest:
        seen.append(digest)
        raise RuntimeError("the process dies here")
    return seen[0]


def test_an_object_is_addressed_by_the_digest_of_head_and_rest(make: Callable[[], Archive], tmp_path: Path) -> None:
    archive = make()
    digest = kept(archive, source(tmp_path, b"old head|dataset"), b"new head|", 9)
    assert digest == hashlib.sha256(b"new head|dataset").hexdigest()
    with archive.open(digest) as file:
        assert file.read() == b"new head|dataset"
    assert archive.exists(digest)


def test_the_same_bytes_twice_are_one_object(make: Callable[[], Archive], tmp_path: Path) -> None:
    archive = make()
    path = source(tmp_path, b"x" * 1000)
    assert kept(archive, path) == kept(archive, path)


def test_what_is_not_here_is_not_found_and_its_deletion_is_no_fault(make: Callable[[], Archive]) -> None:
    archive = make()
    for name in ("0" * 64, "../../etc/passwd", "", "a/b"):
        with pytest.raises(NotFound):
            archive.open(name)
    archive.delete("0" * 64)
    assert not archive.exists("0" * 64)


def test_a_deleted_object_is_gone(make: Callable[[], Archive], tmp_path: Path) -> None:
    archive = make()
    digest = kept(archive, source(tmp_path, b"data"))
    archive.delete(digest)
    assert not archive.exists(digest)


def test_an_object_whose_index_entry_never_came_is_forgotten_at_the_next_start(
    make: Callable[[], Archive], tmp_path: Path
) -> None:
    archive = make()
    indexed = kept(archive, source(tmp_path, b"indexed"))
    lost = dies_in(archive, source(tmp_path, b"lost"))
    assert archive.exists(lost)
    after = make()
    assert after.sweep(lambda digests: set(digests) & {indexed}) == 1
    assert not after.exists(lost)
    assert after.exists(indexed)


def test_an_object_whose_index_entry_came_survives_a_crash_right_after_it(
    make: Callable[[], Archive], tmp_path: Path
) -> None:
    archive = make()
    digest = dies_in(archive, source(tmp_path, b"committed"))
    after = make()
    assert after.sweep(set) == 0
    with after.open(digest) as file:
        assert file.read() == b"committed"
    assert after.sweep(lambda digests: set()) == 0, "what was settled is not looked at again"
    assert after.exists(digest)


def test_what_another_living_process_has_in_flight_is_left_alone(tmp_path: Path) -> None:
    archive = FilesArchive(tmp_path / "archive")
    other = Presence(tmp_path / "alive")  # what a second process has of its own
    for prefix, name in ((other.prefix, "theirs"), (f"p-gone{SIGN}", "of the dead"), ("", "of an older version")):
        (tmp_path / "archive" / "incoming" / f"{prefix}{name}").write_bytes(b"half")
    assert archive.sweep(set) == 2
    del other  # it ends, however it ends
    assert archive.sweep(set) == 1


def test_bytes_that_somebody_is_storing_are_not_forgotten(tmp_path: Path) -> None:
    archive = FilesArchive(tmp_path / "archive")
    indexed: set[str] = set()
    forgotten: list[bool] = []
    with archive.put(b"", source(tmp_path, b"same bytes")) as digest:
        rival = threading.Thread(
            target=lambda: forgotten.append(archive.forget(digest, lambda digests: set(digests) & indexed))
        )
        rival.start()
        time.sleep(0.1)
        assert archive.exists(digest)
        indexed.add(digest)
    rival.join(5)
    assert forgotten == [False]
    assert archive.exists(digest)
    assert archive.forget(digest, lambda _digests: set())


def test_a_half_written_file_is_swept(tmp_path: Path) -> None:
    archive = FilesArchive(tmp_path / "archive")
    (tmp_path / "archive" / "incoming" / "half").write_bytes(b"half")
    assert archive.sweep(set) == 1
    assert not list((tmp_path / "archive" / "incoming").iterdir())


def test_a_full_disk_refuses_before_a_byte_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = FilesArchive(tmp_path / "archive", refuse_percent=95)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(1000, 940, 60))
    archive.check_room(0)
    with pytest.raises(StorageFull):
        archive.check_room(20)
    with pytest.raises(StorageFull), archive.put(b"", source(tmp_path, b"x" * 20)):
        pass
    assert not list((tmp_path / "archive" / "incoming").iterdir())


def test_a_disk_that_fills_while_writing_is_storage_full_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = FilesArchive(tmp_path / "archive", refuse_percent=100)

    def no_room(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(StorageFull), archive.put(b"", source(tmp_path, b"data")):
        pass
    assert not [path for path in (tmp_path / "archive").rglob("*") if path.is_file()]


def test_nothing_is_given_before_it_is_flushed_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order that durability needs: the file's bytes, then its name, then the folder that holds the name."""
    archive = FilesArchive(tmp_path / "archive")
    calls: list[str] = []
    fsync, link = os.fsync, os.link

    def told_fsync(handle: int) -> None:
        calls.append("folder" if Path(f"/proc/self/fd/{handle}").is_dir() else "file")
        fsync(handle)

    def told_link(one: Path, other: Path) -> None:
        calls.append("name")
        link(one, other)

    monkeypatch.setattr(os, "fsync", told_fsync)
    monkeypatch.setattr(os, "link", told_link)
    kept(archive, source(tmp_path, b"data"))
    assert calls == ["file", "folder", "name", "folder"]
    calls.clear()
    kept(archive, source(tmp_path, b"data"))
    assert calls[0] == "file"
    assert calls[-1] == "folder"
