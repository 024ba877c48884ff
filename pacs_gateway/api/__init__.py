"""The gateway's door."""

import hashlib
from collections.abc import Collection
from datetime import timedelta

from foundation.access import Actor, demand
from foundation.database import Connection
from foundation.errors import NotFound
from pacs_gateway import store
from pacs_gateway.api.matching import Choice, Choices
from pacs_gateway.api.receiving import shown_name
from pacs_gateway.api.retrieving import Body, Matches
from pacs_gateway.api.submitting import Result, Submitting
from pacs_gateway.archives import Archive
from pacs_gateway.dicomweb.query import check_uid, frame_numbers, range_of
from pacs_gateway.errors import ObjectTooLarge
from pacs_gateway.events import ExaminationReady, InstanceStored, StudyMatched, StudyReopened
from pacs_gateway.model import (
    Channel,
    Detained,
    InstanceSummary,
    Match,
    Outcome,
    SeriesSummary,
    Source,
    Stored,
    StudyState,
    StudySummary,
)
from pacs_gateway.settings import GatewaySettings
from pacs_gateway.store import Level

__all__ = [
    "Body",
    "Channel",
    "Choice",
    "Choices",
    "Detained",
    "ExaminationReady",
    "Gateway",
    "GatewaySettings",
    "InstanceStored",
    "InstanceSummary",
    "Level",
    "Match",
    "Matches",
    "Outcome",
    "Result",
    "SeriesSummary",
    "Source",
    "Stored",
    "StudyMatched",
    "StudyReopened",
    "StudyState",
    "StudySummary",
    "frame_numbers",
    "range_of",
    "shown_name",
    "upload_too_large",
]


def upload_too_large(limit: int) -> ObjectTooLarge:
    """The refusal of a body of more than `limit` bytes."""
    return ObjectTooLarge(limit=limit >> 20)


class Gateway(Submitting):
    """DICOM in and out: `Gateway(floor, registry, settings)`."""

    def studies(self, actor: Actor, q: str = "", days: int = 0, limit: int = 100) -> list[StudySummary]:
        """The newest studies within reach, without their series; `days` back from now, 0 for all."""
        demand(actor, "read", "study", actor.unit_id)
        since = self._floor.now() - timedelta(days=days) if days else None
        with self._floor.db.read() as conn:
            return store.summaries(conn, actor, q.strip(), since, max(1, min(limit, 500)))

    def studies_of(self, actor: Actor, patient_uids: Collection[str], limit: int = 100) -> list[StudySummary]:
        """The newest studies of these patients within reach, without their series."""
        demand(actor, "read", "study", actor.unit_id)
        with self._floor.db.read() as conn:
            return store.summaries_of(conn, actor, patient_uids, max(1, min(limit, 500)))

    def study(self, actor: Actor, study_instance_uid: str) -> StudySummary:
        """A study with its series and instances. Raises NotFound."""
        check_uid(study_instance_uid)
        with self._floor.db.read() as conn:
            found = self.study_for(conn, study_instance_uid)
            if found is None:
                raise NotFound
            row = store.study_row(conn, study_instance_uid)
        self._reachable(row, actor)
        return found

    def study_for(self, conn: Connection, study_instance_uid: str) -> StudySummary | None:
        """The same for other rooms, which have checked who asks."""
        return store.study_summary(conn, study_instance_uid)

    def senders_in(self, conn: Connection, study_instance_uid: str) -> frozenset[str]:
        """The AE titles that sent this study; empty text for what came another way. For other rooms."""
        return store.senders(conn, study_instance_uid)

    def stations_in(self, conn: Connection, study_instance_uid: str) -> list[frozenset[str]]:
        """What the files call their station, for each series that came by upload or STOW. For other rooms."""
        return store.stations(conn, study_instance_uid)

    def detained(self, actor: Actor, limit: int = 100) -> list[Detained]:
        """The newest objects in quarantine, for the administrator."""
        demand(actor, "manage", "device", actor.unit_id)
        with self._floor.db.read() as conn:
            return store.detained(conn, actor, max(1, min(limit, 500)))

    def damaged(self) -> list[str]:
        """Read every object that is kept: the digests of those that are missing or whose bytes have changed."""
        with self._floor.db.read() as conn:
            archived, held = store.every_digest(conn)
        kept = [*((self.archive, digest) for digest in archived), *((self.quarantine, digest) for digest in held)]
        return [digest for archive, digest in kept if not _whole(archive, digest)]


def _whole(archive: Archive, digest: str) -> bool:
    try:
        found = hashlib.sha256()
        with archive.open(digest) as file:
            while chunk := file.read(1 << 20):
                found.update(chunk)
        return found.hexdigest() == digest
    except (NotFound, OSError):
        return False
