"""Backup and restore: everything comes back, or nothing is touched."""

import hashlib
import io
import json
import shutil
import tarfile
from pathlib import Path

import pytest

from foundation.access import PRODUCT
from lianzhen import backups, demo
from lianzhen.backups import BadBackup, NotEmpty
from lianzhen.wiring import open_house
from pacs_gateway.api import Source
from tests import databases
from tests.house import demo_house, demo_settings


def restored(tar: Path, data: Path) -> int:
    """Into an empty database of the kind that is tested."""
    return backups.restore(tar, data, databases.empty_for(data) if databases.chosen() == "postgresql" else "")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A county with one stored film: its data folder, and a backup taken while it was open."""
    folder = tmp_path_factory.mktemp("backup")
    with demo_house(folder / "data") as opened:
        registry = opened.house.registry
        device = registry.device_of(demo.SENDER)
        assert device is not None
        source = Source(aet=device.aet, unit_id=device.unit_id, address="127.0.0.1", channel="dimse", actor=PRODUCT)
        opened.house.gateway.store_instance(source, (folder / "data" / "demo" / "film.dcm").read_bytes())
        backups.backup(folder / "data", folder / "backup.tar", opened.floor.settings.database_url)
    return folder / "data", folder / "backup.tar"


def test_a_restored_county_has_every_row_and_every_object(made: tuple[Path, Path], tmp_path: Path) -> None:
    data, tar = made
    restored(tar, tmp_path / "restored")
    opened = open_house(demo_settings(tmp_path / "restored"))
    try:
        assert opened.floor.audit.verify() is None
        assert opened.house.gateway.damaged() == []
        assert len(opened.house.gateway.studies(PRODUCT)) == 1
        assert demo.exists(tmp_path / "restored")
    finally:
        opened.floor.close()
    kept = {str(path.relative_to(data)) for path in data.rglob("*.dcm")}
    assert kept <= {str(path.relative_to(tmp_path / "restored")) for path in (tmp_path / "restored").rglob("*.dcm")}


def test_the_restore_drill_compares_the_list_of_hashes(made: tuple[Path, Path], tmp_path: Path) -> None:
    data, tar = made
    with tarfile.open(tar) as archive:
        manifest = archive.extractfile(backups.MANIFEST)
        assert manifest is not None
        listed: dict[str, str] = json.loads(manifest.read())["sha256"]
    count = restored(tar, tmp_path / "restored")
    there = {
        str(path.relative_to(tmp_path / "restored")): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (tmp_path / "restored").rglob("*")
        if path.is_file()
    }
    listed.pop(backups.DATABASE) if databases.chosen() == "postgresql" else None
    assert there == listed
    assert count >= len(listed)
    assert any(name.startswith("archive/") for name in listed)
    assert {name for name in listed if name.startswith("keys/")} == {
        str(path.relative_to(data)) for path in (data / "keys").rglob("*") if path.is_file()
    }


def test_a_restore_never_overwrites(made: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "here.txt").write_text("mine")
    with pytest.raises(NotEmpty):
        backups.restore(made[1], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["here.txt"]


@pytest.mark.parametrize("place", [0.3, 0.6, 0.95])
def test_one_flipped_byte_is_found_and_nothing_is_restored(
    made: tuple[Path, Path], tmp_path: Path, place: float
) -> None:
    damaged = bytearray(made[1].read_bytes())
    damaged[int(len(damaged) * place)] ^= 0x40
    (tmp_path / "damaged.tar").write_bytes(damaged)
    with pytest.raises(BadBackup):
        restored(tmp_path / "damaged.tar", tmp_path / "data")
    assert [path.name for path in tmp_path.iterdir()] == ["damaged.tar"]


def test_a_cut_backup_is_refused(made: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "cut.tar").write_bytes(made[1].read_bytes()[:-300_000])
    with pytest.raises(BadBackup):
        backups.restore(tmp_path / "cut.tar", tmp_path / "data")


@pytest.mark.one_database
def test_a_tar_cannot_write_outside_its_folder(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        entry = tarfile.TarInfo("../escaped.txt")
        entry.size = 4
        tar.addfile(entry, io.BytesIO(b"evil"))
    with pytest.raises(BadBackup):
        backups.restore(tmp_path / "evil.tar", tmp_path / "inside" / "data")
    assert not list(tmp_path.rglob("escaped.txt"))


@pytest.mark.one_database
def test_a_folder_without_a_database_is_no_installation(tmp_path: Path) -> None:
    with pytest.raises(BadBackup):
        backups.backup(tmp_path, tmp_path / "backup.tar")
    assert not list(tmp_path.iterdir())


@pytest.mark.one_database
def test_the_doctor_finds_an_object_whose_bytes_rotted(made: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(made[0], tmp_path / "data")
    largest = max(
        (path for path in (tmp_path / "data" / "archive").rglob("*") if path.is_file()),
        key=lambda path: path.stat().st_size,
    )
    rotten = bytearray(largest.read_bytes())
    rotten[len(rotten) // 2] ^= 1
    largest.chmod(0o644)
    largest.write_bytes(rotten)
    opened = open_house(demo_settings(tmp_path / "data"))
    try:
        assert len(opened.house.gateway.damaged()) == 1
    finally:
        opened.floor.close()
