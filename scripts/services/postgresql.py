"""A private PostgreSQL: its own cluster in a folder, on its own port."""

import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from scripts.services.process import Missing, Process, free_port, give, plain_user

ROLE = "lianzhen"
PASSWORD = "only-for-this-folder"  # noqa: S105 - of a server that lives as long as the program that started it


def programs() -> Path:
    """The folder of the newest server's programs. Raises Missing."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    found = str(homes[-1]) if homes else shutil.which("postgres")
    if not found:
        raise Missing("apt-get install postgresql")
    return Path(found).parent


class Postgresql:
    """One server. Connections over the folder's socket need no password, those over TCP do."""

    def __init__(self, folder: Path, *, durable: bool = True, port: int | None = None, **options: str) -> None:
        self.folder = folder
        self.port = port or free_port()
        self._user = plain_user("postgres")
        self._options = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(folder),
            "max_connections": "200",
            "shared_buffers": "128MB",
            "fsync": "on" if durable else "off",
            "logging_collector": "off",
            **options,
        }
        self._process: Process | None = None
        self._make()

    def _make(self) -> None:
        data = self.folder / "data"
        if data.exists():
            return
        give(self.folder, self._user)
        words = self.folder / "password"
        words.write_text(PASSWORD)
        words.chmod(0o644)  # the folder is closed
        command = [
            str(programs() / "initdb"), "--pgdata", str(data), "--username", ROLE, "--encoding=UTF8", "--locale=C.UTF-8",
            "--auth-local=trust", "--auth-host=scram-sha-256", "--pwfile", str(words), "--no-sync",
        ]  # fmt: skip
        process = Process(command, self._log(), self._user)
        if process.child.wait(120):
            raise RuntimeError(self._log().read_text(errors="replace")[-3000:])

    def _log(self) -> Path:
        log = self.folder / "log"
        if not log.exists():
            log.touch()
            log.chmod(0o666)
        return log

    @property
    def pid(self) -> int:
        """The main process."""
        assert self._process is not None
        return self._process.child.pid

    def start(self) -> "Postgresql":
        """Start, and return when it answers."""
        command = [str(programs() / "postgres"), "-D", str(self.folder / "data")]
        command += [word for name, value in self._options.items() for word in ("-c", f"{name}={value}")]
        self._process = Process(command, self._log(), self._user)
        self._process.wait_until(self._answers)
        return self

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.dsn("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends it in order, SIGQUIT at once as a crash would (`pg_ctl -m immediate`), SIGKILL as a power cut."""
        if self._process is not None:
            self._process.end(how)
            self._process = None

    def restart(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Stop and start again."""
        self.stop(how)
        self.start()

    def dsn(self, database: str) -> str:
        """The driver's address over the socket."""
        return f"postgresql://{ROLE}@/{database}?host={self.folder}&port={self.port}"

    def url(self, database: str, *, tcp: bool = False) -> str:
        """The value of LIANZHEN_DATABASE."""
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

    def program(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        """One of the server's programs, such as pgbench, with the address of the server in its environment."""
        environment = {"PGHOST": str(self.folder), "PGPORT": str(self.port), "PGUSER": ROLE, "PATH": "/usr/bin:/bin"}
        return subprocess.run(
            [str(programs() / name), *words], env=environment, capture_output=True, text=True, check=True
        )
