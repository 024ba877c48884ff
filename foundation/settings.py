"""The foundation's settings."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


def default_address(data: Path) -> str:
    """SQLite in the data folder."""
    return f"sqlite:///{(data / 'lianzhen.sqlite3').absolute()}"


class FoundationSettings(BaseModel):
    """Storage, database and background work."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = Field(Path("data"), description="Folder that holds the database, the archive and the logs.")
    database: str = Field(
        "",
        description="SQLAlchemy address of the database; empty means SQLite in the data folder.",
    )
    database_connections: int = Field(
        12, gt=3, lt=200, description="PostgreSQL connections with which one process reads; it keeps two more."
    )
    task_poll_seconds: float = Field(0.5, gt=0, description="How often the embedded runner looks for due tasks.")
    task_lease_seconds: float = Field(
        60,
        gt=0,
        description="A task whose process has died is taken again after so long; a living one renews its lease.",
    )
    tasks_in_flight: int = Field(
        100, gt=0, description="With Celery: how many tasks may be in messages or running at the same time."
    )
    task_threads: int = Field(4, gt=0, description="Tasks that one process runs at a time; with Celery its children.")
    child_idle_seconds: float = Field(
        120, gt=0, description="Idle time after which a child process with heavy libraries is stopped."
    )
    child_memory_mib: int = Field(4096, gt=255, description="Address space limit of one child process.")

    @property
    def database_url(self) -> str:
        """The address in use."""
        return self.database or default_address(self.data)
