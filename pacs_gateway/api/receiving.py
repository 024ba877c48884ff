"""From bytes to a durable, indexed object; from a quiet study to an examination that can be read."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from foundation.audit import Entry
from foundation.database import Connection
from foundation.errors import LianzhenError, TooLarge
from foundation.floor import Floor
from foundation.ids import new_id
from foundation.live import News
from foundation.log import Log
from foundation.presence import Presence
from foundation.tasks import NotYet, Payload
from foundation.vocabulary import Sex
from pacs_gateway import store
from pacs_gateway.api.matching import Matching
from pacs_gateway.archives.files import FilesArchive
from pacs_gateway.dicom import json
from pacs_gateway.dicom.elements import Limits
from pacs_gateway.dicom.inspection import Bounds, Inspected, inspect
from pacs_gateway.dicom.part10 import file_head
from pacs_gateway.errors import OtherStudy
from pacs_gateway.events import ExaminationReady, InstanceStored, StudyReopened
from pacs_gateway.model import COMPANIONS, MANY_IMAGES, Outcome, Source, Stored, StudyState, study_modality
from pacs_gateway.settings import GatewaySettings
from pacs_gateway.store.reading import modalities
from registry.api import Registry

CLOSE = "pacs_gateway.close-study"
PREPARE = "pacs_gateway.prepare"
_MIB = 1 << 20

log = Log("pacs_gateway")


class Receiving(Matching):
    """What comes in."""

    def __init__(self, floor: Floor, registry: Registry, settings: GatewaySettings) -> None:
        super().__init__(floor, registry)
        self._settings = settings
        full, filling = settings.refuse_when_full_percent, settings.warn_when_full_percent
        self.archive = FilesArchive(floor.data / "archive", full, filling)
        self.quarantine = FilesArchive(floor.data / "quarantine", full, filling)
        self.spool = floor.data / "spool"
        self.spool.mkdir(parents=True, exist_ok=True)
        self._presence = Presence.of(floor.data)
        self._bounds = Bounds(
            Limits(settings.sequence_depth, settings.elements),
            settings.inflated_mib * _MIB,
            settings.object_mib * _MIB,
            self.spool,
        )
        floor.tasks.register(CLOSE, self._close_task)

    def sweep(self) -> int:
        """At start: forget what a crash left half done. Everything that was acknowledged is indexed and stays."""
        left = 0
        for path in self.spool.iterdir():
            if not self._presence.is_anothers(path.name):
                path.unlink(missing_ok=True)
                left += 1
        for archive in (self.archive, self.quarantine):
            left += archive.sweep(self._known)
        return left

    @property
    def spool_prefix(self) -> str:
        """How the names of this process's files in the spool folder begin."""
        return self._presence.prefix

    def new_spool_file(self) -> Path:
        """A name in the spool folder. The caller removes the file."""
        return self.spool / f"{self._presence.prefix}{new_id()}"

    @contextmanager
    def spooled(self, data: bytes = b"") -> Iterator[Path]:
        """A file of the spool folder that is gone afterwards."""
        path = self.new_spool_file()
        path.write_bytes(data)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def store_instance(self, source: Source, data: bytes | Path, study_instance_uid: str | None = None) -> Stored:
        """Keep an object: durable and indexed, or whole in quarantine, before this returns.

        `study_instance_uid` is the only study that is wanted, when there is one. Raises StorageFull, Unavailable,
        and for what leaves nothing behind EmptyObject, NotDicom, Dicomdir, Malformed, TooDeep, TooManyElements,
        InflatesTooMuch, ObjectTooLarge, OtherStudy.
        """
        self.archive.check_room(len(data) if isinstance(data, bytes) else data.stat().st_size)
        if isinstance(data, Path):
            return self._store(source, data, study_instance_uid)
        with self.spooled(data) as path:
            return self._store(source, path, study_instance_uid)

    def _store(self, source: Source, path: Path, wanted: str | None) -> Stored:
        try:
            found = inspect(path, self._bounds)
            if wanted is not None and found.study_instance_uid not in ("", wanted):
                raise OtherStudy(study=wanted)
        except LianzhenError as refusal:
            self._note_refusal(source, refusal)
            raise
        if found.fault is not None:
            return self._detain(source, path, found, store.Conflicting(found.fault.code, {}))
        head = file_head(found.sop_class_uid, found.sop_instance_uid, found.transfer_syntax_uid)
        with self.archive.put(head, path, found.dataset_at) as digest:
            kept = digest, len(head) + path.stat().st_size - found.dataset_at
            verdict = self._floor.db.write(lambda conn: self._enter(conn, source, found, kept))
        if isinstance(verdict, store.Conflicting):
            self.archive.forget(digest, self._known)
            return self._detain(source, path, found, verdict)
        return _stored(found, verdict.outcome, verdict.sop_instance_uid)

    def _note_refusal(self, source: Source, refusal: LianzhenError) -> None:
        """A refused object leaves nothing but the trace that somebody sent it."""
        entry = Entry("dicom", "refuse", "C", "study", "", outcome="4" if not isinstance(refusal, TooLarge) else "8",
                      detail={"code": refusal.code, "channel": source.channel, "aet": source.aet})  # fmt: skip
        self._floor.audit.note(source.actor, entry)

    def _known(self, digests: Iterable[str]) -> set[str]:
        with self._floor.db.read() as conn:
            return store.digests_known(conn, digests)

    def _enter(
        self, conn: Connection, source: Source, found: Inspected, kept: tuple[str, int]
    ) -> store.Verdict | store.Conflicting:
        known = store.known(conn, found, kept[0], source)
        if known is not None:
            return known
        now = self._floor.now()
        if not store.has_study(conn, found.study_instance_uid):
            store.add_study(conn, found, source, self._patient(conn, source, found.header), now)
        verdict = store.enter(conn, found, kept, source, now)
        self.search_order(conn, found.study_instance_uid, complete=False)
        self._owe(conn, found, kept[0])
        detail = {"sop": verdict.sop_instance_uid, "outcome": verdict.outcome.value, "aet": source.aet}
        entry = Entry("dicom", f"store-{source.channel}", "C", "study", found.study_instance_uid, detail=detail)
        self._floor.audit.record(conn, source.actor, entry)
        self._floor.bus.publish(
            conn, InstanceStored(verdict.sop_instance_uid, found.study_instance_uid, source.unit_id)
        )
        self._floor.live.announce(conn, News("study", found.study_instance_uid, (source.unit_id,)))
        return verdict

    def _patient(self, conn: Connection, source: Source, header: json.Json) -> str:
        """The registry's id of the patient that the header names, as the sending unit knows them."""
        sex = json.text(header, "00100040").upper()
        patient = self._registry.patient_for(
            conn,
            source.unit_id,
            store.patient_id(header),
            shown_name(json.text(header, "00100010")),
            next((known for known in Sex if known.value == sex), None),
            _date(json.text(header, "00100030")),
        )
        return patient.id

    def _owe(self, conn: Connection, found: Inspected, digest: str) -> None:
        uid = found.study_instance_uid
        quiet = self._quiet(json.text(found.header, "00080060"))
        self._floor.tasks.owe(conn, CLOSE, {"study_instance_uid": uid}, key=f"close:{uid}"[:160], in_seconds=quiet)
        if found.has_pixels and self._settings.display_frames:
            self._floor.tasks.owe(conn, PREPARE, {"digest": digest})

    def _quiet(self, modality: str) -> float:
        many = modality in MANY_IMAGES
        return self._settings.quiet_seconds_many if many else self._settings.quiet_seconds

    def _detain(self, source: Source, path: Path, found: Inspected, why: store.Conflicting) -> Stored:
        """Keep the bytes whole, as they came, for a person to look at."""
        row = {
            "aet": source.aet[:64],
            "unit_id": source.unit_id,
            "channel": source.channel,
            "code": why.code,
            "sop_instance_uid": found.sop_instance_uid,
            "study_instance_uid": found.study_instance_uid,
            "header": found.header,
            "ours": why.ours,
        }

        def work(conn: Connection) -> None:
            store.detain(conn, {**row, "digest": digest}, self._floor.now())
            entry = Entry("dicom", "quarantine", "C", "study", found.study_instance_uid, "4", {"code": why.code})
            self._floor.audit.record(conn, source.actor, entry)
            self._floor.live.announce(conn, News("study", found.study_instance_uid, (source.unit_id,)))

        with self.quarantine.put(b"", path) as digest:
            self._floor.db.write(work)
        log.warn("quarantined", code=why.code, aet=source.aet, unit=source.unit_id)
        return _stored(found, Outcome.QUARANTINED, found.sop_instance_uid, why.code)

    def _close_task(self, payload: Payload) -> None:
        """Close a study that went quiet."""
        self.close_study(str(payload["study_instance_uid"]))

    def close_study(self, study_instance_uid: str) -> None:
        """READY, when nothing came for the quiet time; told to everybody in the same write. Raises NotYet."""
        with self._floor.db.read() as conn:
            row = store.study_row(conn, study_instance_uid)
        if row is None:
            return
        wait = self._quiet(study_modality(modalities(row.modalities)))
        left = row.last_at + timedelta(seconds=wait) - self._floor.now()
        if left > timedelta(milliseconds=5):
            raise NotYet(left.total_seconds())
        self._floor.db.write(lambda conn: self._close(conn, study_instance_uid))

    def _close(self, conn: Connection, study_instance_uid: str) -> None:
        row = store.study_row(conn, study_instance_uid)
        if row is None or (row.state == StudyState.READY and row.told_count == row.instance_count):
            return
        reopened = row.state == StudyState.READY
        store.close(conn, study_instance_uid, self._floor.now())
        self.search_order(conn, study_instance_uid, complete=True)
        row = store.study_row(conn, study_instance_uid) or row
        modality = study_modality(modalities(row.modalities))
        if reopened:
            event = StudyReopened(study_instance_uid, row.unit_id, row.instance_count)
            self._floor.bus.publish(conn, event)
        elif modality not in COMPANIONS:
            order = self._registry.orders_in(conn, (row.order_id,)) if row.order_id else []
            self._floor.bus.publish(
                conn,
                ExaminationReady(
                    kind="imaging",
                    study_instance_uid=study_instance_uid,
                    unit_id=row.unit_id,
                    patient_uid=order[0].patient.id if order else row.patient_uid,
                    accession_number=order[0].accession_number if order else row.accession_number,
                    order_id=row.order_id or "",
                    modality=modality,
                    body_part=row.body_part,
                    description=row.description,
                    priority=row.priority,
                    instances=row.instance_count,
                ),
            )
        self._floor.live.announce(conn, News("study", study_instance_uid, (row.unit_id, row.requesting_unit_id)))


def _stored(found: Inspected, outcome: Outcome, sop_instance_uid: str, code: str | None = None) -> Stored:
    return Stored(
        outcome, found.sop_class_uid, sop_instance_uid, found.study_instance_uid, found.series_instance_uid, code
    )


def shown_name(name: str) -> str:
    """A person name for people: the ideographic group when there is one, its components with blanks between."""
    groups = name.split("=")
    best = groups[1] if len(groups) > 1 and groups[1].strip() else groups[0]
    return " ".join(part for part in best.replace("^", " ").split(" ") if part)[:256]


def _date(text: str) -> date | None:
    try:
        return datetime.strptime(text.replace(".", ""), "%Y%m%d").date()  # noqa: DTZ007 - a birth date has no zone
    except ValueError:
        return None
