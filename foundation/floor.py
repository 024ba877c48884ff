"""What every room is given to stand on."""

from dataclasses import dataclass
from pathlib import Path

from foundation import clock
from foundation.audit import Audit
from foundation.children import Children
from foundation.database import Database
from foundation.events import Bus
from foundation.live import Live
from foundation.settings import FoundationSettings
from foundation.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Floor:
    """The tools of one running installation, shared by its rooms."""

    settings: FoundationSettings
    data: Path
    now: clock.Clock
    db: Database
    audit: Audit
    tasks: Tasks
    bus: Bus
    live: Live
    children: Children

    def close(self) -> None:
        """Let everything down, the database last."""
        self.children.close()
        self.db.close()


def open_floor(settings: FoundationSettings, now: clock.Clock = clock.now) -> Floor:
    """Open the database (its folder is made) and the tools around it. Raises DatabaseAddress."""
    settings.data.mkdir(parents=True, exist_ok=True)
    db = Database(settings.database_url, settings.database_connections)
    tasks = Tasks(db, now, settings.task_lease_seconds)
    return Floor(
        settings=settings,
        data=settings.data,
        now=now,
        db=db,
        audit=Audit(db, now),
        tasks=tasks,
        bus=Bus(tasks),
        live=Live(db),
        children=Children(settings.child_idle_seconds, settings.child_memory_mib),
    )
