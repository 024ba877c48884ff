"""A desk with the reading queue, and readers who come to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from foundation.access import Actor
from foundation.database import Connection
from foundation.errors import LianzhenError
from foundation.ids import new_uid
from foundation.vocabulary import Role
from reading_queue.api import Claim, ReadingQueue, ReadingQueueSettings, WorkitemReplaced, WorklistFilter
from tests.integration.registry.desk import Desk, open_desk


@dataclass(frozen=True)
class Ready:
    """An examination that can be read."""

    study_instance_uid: str
    unit_id: str
    patient_uid: str
    accession_number: str = "A1"
    order_id: str = ""
    modality: str = "DX"
    body_part: str = "CHEST"
    description: str = "胸部正位"
    priority: str = "MEDIUM"
    instances: int = 2


@dataclass(frozen=True)
class County:
    """The queue of a county, and what its readers do."""

    desk: Desk
    queue: ReadingQueue
    replaced: list[WorkitemReplaced]

    def reader(self, number: int = 1, *roles: Role) -> Actor:
        """A radiologist of the lead hospital, or somebody with other roles."""
        return self.desk.actor(*(roles or (Role.RADIOLOGIST,)), unit=self.desk.lead, id_=f"r{number}")

    def reviewer(self, number: int = 9) -> Actor:
        """A reviewer of the lead hospital."""
        return self.reader(number, Role.REVIEWER)

    def ready(self, study: str = "", **facts: object) -> str:
        """Announce an examination of Hekou; the uid of its newest workitem."""
        study = study or new_uid()
        event = Ready(study, self.desk.hekou.id, self.desk.patient().id, **facts)  # type: ignore[arg-type]
        self.desk.floor.db.write(lambda conn: self.queue.on_examination_ready(conn, event))
        return self.queue.history(self.reader(), study)[-1].uid

    def rows(self, actor: Actor, **wanted: object) -> list[dict[str, object]]:
        """The rows of a worklist."""
        items: list[dict[str, object]] = orjson.loads(self.queue.worklist(actor, WorklistFilter(**wanted)))["items"]  # type: ignore[arg-type]
        return items

    def counts(self, actor: Actor) -> dict[str, int]:
        """The counts over a worklist."""
        counts: dict[str, int] = orjson.loads(self.queue.worklist(actor, WorklistFilter()))["counts"]
        return counts

    def complete(self, actor: Actor, claim: Claim) -> None:
        """Complete what is held."""

        def work(conn: Connection) -> None:
            self.queue.complete(conn, actor, claim.workitem_uid, claim.transaction_uid)

        self.desk.floor.db.write(work)

    def written(self, writer: Actor, study: str = "") -> str:
        """Let a writer complete a reading; the uid of the review that follows."""
        uid = self.ready(study)
        self.complete(writer, self.queue.claim(writer, uid))
        reading = self.queue.workitem(writer, uid)
        return self.desk.floor.db.write(lambda conn: self.queue.schedule_review(conn, reading, "report", writer.id))

    def audited(self) -> list[str]:
        """What the audit trail says of workitems, the oldest first."""
        rows = self.desk.floor.audit.entries(limit=1000)
        return [row["subtype"] for row in reversed(rows) if row["type"] == "workitem"]


@contextmanager
def open_county(folder: Path, settings: ReadingQueueSettings | None = None) -> Iterator[County]:
    """Open it over an empty database."""
    with open_desk(folder) as desk:
        queue = ReadingQueue(desk.floor, desk.registry, settings or ReadingQueueSettings())
        replaced: list[WorkitemReplaced] = []
        desk.floor.bus.must(WorkitemReplaced, lambda _conn, event: replaced.append(event))
        yield County(desk, queue, replaced)


def refusal(act: Callable[[], object]) -> str:
    """The code with which something is refused; empty when it is not."""
    try:
        act()
    except LianzhenError as error:
        return error.code
    return ""
