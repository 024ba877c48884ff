"""A start on the wrong database: one clear sentence in two languages, no traceback, nothing half-started."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from foundation.database import address as addresses
from foundation.database import check_server
from foundation.database.address import DatabaseTooOld
from scripts.postgresql import PASSWORD
from scripts.services import free_port
from tests import databases
from tests.product import ROOT, running


def start(data: Path, address: str, *words: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LIANZHEN_")}
    settings = {"LIANZHEN_DATA": str(data), "LIANZHEN_DATABASE": address, "LIANZHEN_WEB__PORT": "0",
                "LIANZHEN_PACS_GATEWAY__PORT": "0"}  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "lianzhen", *(words or ("run",))],
        cwd=ROOT, env={**clean, **settings}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.one_database("postgresql")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("@127.0.0.1:{port}/", "@127.0.0.1:{free}/"), "没有应答"),
        (("@127.0.0.1:", "@no.such.host.invalid:"), "没有应答"),
        ((PASSWORD, "a-wrong-one"), "拒绝连接"),
        (("lianzhen:", "nobody-known:"), "拒绝连接"),
        (("/lianzhen_template", "/no_such_database"), "拒绝连接"),
        (("postgresql+psycopg", "postgresql+asyncpg"), "数据库地址不可用"),
    ],
)
def test_a_wrong_address_stops_the_start_with_a_sentence(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    server = databases.server()
    old, new = (part.format(port=server.port, free=free_port()) for part in change)
    address = server.url("lianzhen_template", tcp=True)
    assert old in address
    stopped = start(tmp_path / "data", address.replace(old, new, 1))
    assert stopped.returncode == 2
    assert said in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert PASSWORD not in stopped.stderr + stopped.stdout
    assert "a-wrong-one" not in stopped.stderr


@pytest.mark.one_database("postgresql")
def test_a_server_that_is_too_old_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "OLDEST", 990000)
    with pytest.raises(DatabaseTooOld) as refusal:
        check_server(databases.server().url("lianzhen_template"))
    assert int(str(refusal.value.facts["found"])) >= 13


@pytest.mark.one_database("postgresql")
def test_a_database_that_cannot_keep_every_name_is_refused(tmp_path: Path) -> None:
    server = databases.server()
    server.run("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    stopped = start(tmp_path / "data", server.url("latin"), "migrate")
    assert stopped.returncode == 2
    assert "LATIN1" in stopped.stderr


@pytest.fixture
def newer(tmp_path: Path) -> Iterator[str]:
    """A PostgreSQL database of tomorrow's product."""
    address = databases.address(tmp_path / "newer")
    with psycopg.connect(address.replace("+psycopg", "")) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    yield address
    databases.forget(tmp_path / "newer")


@pytest.mark.one_database("postgresql")
@pytest.mark.parametrize("words", [("run",), ("migrate",), ("token", "revoke", "his"), ("doctor",)])
def test_a_newer_schema_stops_every_command(tmp_path: Path, newer: str, words: tuple[str, ...]) -> None:
    stopped = start(tmp_path / "data", newer, *words)
    assert stopped.returncode != 0
    assert "9999" in stopped.stderr + stopped.stdout or "schema-newer" in stopped.stdout
    assert "Traceback" not in stopped.stderr


@pytest.mark.one_database
@pytest.mark.parametrize("path", ["the same", "a link", "a hard link"])
def test_two_embedded_processes_never_share_one_sqlite_file(tmp_path: Path, path: str) -> None:
    file = tmp_path / "shared.sqlite3"
    file.touch()
    other = tmp_path / "other.sqlite3"
    if path == "a link":
        other.symlink_to(file)
    elif path == "a hard link":
        other.hardlink_to(file)
    else:
        other = file
    with running(tmp_path / "one", LIANZHEN_DATABASE=f"sqlite:///{file}"):
        second = start(tmp_path / "two", f"sqlite:///{other}")
    assert second.returncode == 2
    assert "另一个联诊进程" in second.stderr
