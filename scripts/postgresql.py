"""A private PostgreSQL: its own cluster in a folder, on its own port, as a user who is not root."""

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from scripts.service import Service

ROLE = "lianzhen"
PASSWORD = "only-for-this-folder"  # noqa: S105 - of a server that lives as long as the program that started it


def programs() -> Path:
    """The folder of the newest server's programs. Raises RuntimeError."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    found = str(homes[-1]) if homes else shutil.which("postgres")
    if not found:
        raise RuntimeError("PostgreSQL is missing: apt-get install postgresql")
    return Path(found).parent


class Postgresql(Service):
    """One server. Over the folder's socket no password is needed, over TCP it is.

    Without `durable` it does not wait for the disk: for tests, whose folder is gone when the machine is.
    """

    def __init__(self, folder: Path, *, durable: bool = True, **options: str) -> None:
        super().__init__("postgresql", folder)
        self._options = {
            "port": str(self.port), "listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder),
            "max_connections": "200", "shared_buffers": "128MB", "fsync": "on" if durable else "off", **options,
        }  # fmt: skip
        if not (folder / "data").exists():
            self._make_cluster()

    def account(self) -> str | None:
        """The server refuses to run as root."""
        if os.geteuid() != 0:
            return None
        known = {entry.pw_name for entry in pwd.getpwall()}
        return "postgres" if "postgres" in known else "nobody"

    def _make_cluster(self) -> None:
        words = self.folder / "password"
        words.write_text(PASSWORD)
        (self.folder / "output.log").touch()
        if user := self.account():
            entry = pwd.getpwnam(user)
            for path in (self.folder, words):
                os.chown(path, entry.pw_uid, entry.pw_gid)
            for parent in self.folder.parents:  # the server's user may pass through, and see nothing
                if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
                    parent.chmod(parent.stat().st_mode | 0o011)
        self.folder.chmod(0o700)
        command = [
            str(programs() / "initdb"), "--pgdata", str(self.folder / "data"), "--username", ROLE, "--encoding=UTF8",
            "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=scram-sha-256", "--pwfile", str(words), "--no-sync",
        ]  # fmt: skip
        if self.begin(command).wait(120):
            raise RuntimeError((self.folder / "output.log").read_text(errors="replace")[-2000:])

    def command(self) -> list[str]:
        """In the foreground."""
        options = [word for name, value in self._options.items() for word in ("-c", f"{name}={value}")]
        return [str(programs() / "postgres"), "-D", str(self.folder / "data"), *options]

    def ready(self) -> bool:
        """Whether it lets somebody in."""
        try:
            psycopg.connect(self.dsn("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """In order, whoever is connected."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """At once, as `pg_ctl stop -m immediate`."""
        self._end(signal.SIGQUIT)

    @property
    def address(self) -> str:
        """For LIANZHEN_DATABASE."""
        return self.url("postgres", tcp=True)

    def dsn(self, database: str) -> str:
        """The driver's address over the socket."""
        return f"postgresql://{ROLE}@/{database}?host={self.folder}&port={self.port}"

    def url(self, database: str, *, tcp: bool = False) -> str:
        """The product's address of a database."""
        if tcp:
            return f"postgresql+psycopg://{ROLE}:{PASSWORD}@127.0.0.1:{self.port}/{database}"
        return f"postgresql+psycopg://{ROLE}@/{database}?host={self.folder}&port={self.port}"

    def create(self, database: str, template: str = "template0") -> str:
        """A new database, empty or as another one; its address."""
        self.run(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Forget a database, whoever is connected."""
        self.run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def run(self, statement: str, database: str = "postgres") -> None:
        """One statement, by itself."""
        with psycopg.connect(self.dsn(database), autocommit=True) as conn:
            conn.execute(statement.encode())

    def program(self, name: str, *words: str) -> "subprocess.CompletedProcess[str]":
        """One of the server's programs, such as pgbench, told where the server is."""
        place = {"PGHOST": str(self.folder), "PGPORT": str(self.port), "PGUSER": ROLE, "PATH": "/usr/bin:/bin"}
        command = [str(programs() / name), *words]
        return subprocess.run(command, env=place, capture_output=True, text=True, check=True)
