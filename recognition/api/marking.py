"""Marks and what they stand on: the results of signed reports, the devices' quality control."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from foundation.access import Actor, demand
from foundation.audit import Entry
from foundation.database import Connection
from foundation.ids import new_id
from recognition import rules
from recognition.api.room import Room
from recognition.errors import QualityEnded, QualityNotFound, QualityPeriod
from recognition.model import Quality, QualityKind, Result, Why
from recognition.store import results
from registry.api import Device, Item, MarkLevel
from reports.api import Examination, Mark, ReportSigned

LONGEST = timedelta(days=3 * 366)  # of one quality control
_MARKS = {
    MarkLevel.NATION: "nation", MarkLevel.PROVINCE: "province", MarkLevel.CITY: "city", MarkLevel.COUNTY: "county",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewQuality:
    """What a quality officer enters."""

    device_id: str
    kind: QualityKind
    certificate: str
    valid_from: date
    valid_until: date


class Marking(Room):
    """Which reports bear a mark."""

    def mark(self, exam: Examination) -> Mark:
        """The mark that a report on this examination carries when it is signed now, or why it carries none."""
        with self._floor.db.read() as conn:
            return self._mark(conn, exam)

    def _mark(self, conn: Connection, exam: Examination) -> Mark:
        on = day_of(exam)
        item = self._item_of(conn, exam, on)
        if item is None:
            return Mark(missing=Why.ITEM_ENDED.value if exam.item_code else Why.NOT_MARKED.value)
        level = _MARKS[item.mark_level] if item.mark_level else None
        devices = self._devices_of(conn, exam)
        known = results.of_devices(conn, devices)
        missing = rules.no_mark(level, (on, self.today()), devices, known)
        return Mark(missing=missing.value) if missing else Mark(item.mark, level or "")

    def _item_of(self, conn: Connection, exam: Examination, on: date) -> Item | None:
        """The version of the examined item in force on the examination's day."""
        if not exam.item_code:
            return None
        return self._registry.item_on(conn, exam.item_code, on)

    def _devices_of(self, conn: Connection, exam: Examination) -> tuple[str, ...]:
        """The devices that made the study; none when one of them is not known, or is not its unit's.

        A series that came by upload or STOW has the device that its file names, when exactly one of the unit's is so
        called.
        """
        aets = self._gateway.senders_in(conn, exam.study_instance_uid)
        fitting = [[one] for one in self._registry.devices_in(conn, aets - {""}) if one.unit_id == exam.unit_id]
        wanted = len(aets - {""})
        if "" in aets:
            stations = self._gateway.stations_in(conn, exam.study_instance_uid)
            own = [one for one in self._registry.every_device(conn) if one.unit_id == exam.unit_id]
            fitting += [[one for one in own if {one.aet, one.name} & names] for names in stations]
            wanted += len(stations)
        if len(fitting) != wanted or any(len(one) != 1 for one in fitting):
            return ()
        return tuple(sorted({device.id for one in fitting for device in one}))

    def on_report_signed(self, conn: Connection, news: ReportSigned) -> None:
        """Keep what a signed version says as the report's result, in the write that signs it."""
        report, version = self._reports.version_in(conn, news.report_id, news.number)
        exam, mark = version.says.examination, version.says.mark
        new = Result(
            report_id=report.id,
            number=news.number,
            status=version.says.status.value,
            patient_uid=report.patient_uid,
            study_instance_uid=report.study_instance_uid,
            unit_id=report.unit_id,
            item_code=exam.item_code,
            item_name=exam.item_name[:128],
            modality=exam.modality,
            examined_on=day_of(exam),
            devices=self._devices_of(conn, exam),
            mark=mark.text,
            mark_level=mark.level,
            mark_missing=mark.missing,
            updated_at=self._now(),
        )
        results.keep(conn, new)

    def marks_of(self, actor: Actor, report_id: str) -> tuple[int, Mark]:
        """The newest issued version's number and mark, for a page that shows its film. Raises ReportNotFound."""
        opened = self._reports.report(actor, report_id)
        issued = [one for one in opened.versions if one.says.number == opened.report.issued_number]
        return (issued[0].says.number, issued[0].says.mark) if issued else (0, Mark())

    # device quality control

    def qualities(self, actor: Actor, device_id: str = "") -> list[tuple[Quality, Device]]:
        """Quality controls with their devices, the newest first. Raises Forbidden."""
        demand(actor, "read", "quality")
        with self._floor.db.read() as conn:
            known = {one.id: one for one in self._registry.every_device(conn)}
            return [(one, known[one.device_id]) for one in results.qualities(conn, device_id) if one.device_id in known]

    def quality_devices(self, actor: Actor) -> list[tuple[Device, list[Quality]]]:
        """Every device with its quality controls. Raises Forbidden."""
        demand(actor, "read", "quality")
        with self._floor.db.read() as conn:
            devices, known = self._registry.every_device(conn), results.qualities(conn)
        return [(device, [one for one in known if one.device_id == device.id]) for device in devices]

    def enter_quality(self, actor: Actor, new: NewQuality) -> Quality:
        """Enter a device's quality control. Raises Forbidden, QualityPeriod, DeviceNotFound."""
        demand(actor, "manage", "quality")
        if not timedelta() <= new.valid_until - new.valid_from <= LONGEST:
            raise QualityPeriod
        if new.valid_from > self.today() + timedelta(days=366):
            raise QualityPeriod
        words = " ".join(new.certificate.split())
        made = Quality(
            new_id(), new.device_id, new.kind, words, new.valid_from, new.valid_until, actor.id, actor.name, self._now()
        )

        def work(conn: Connection) -> Quality:
            device = self._registry.device_in(conn, new.device_id)
            results.insert_quality(conn, made)
            self._note(conn, actor, "C", made, "quality.enter", device)
            return made

        return self._floor.db.write(work)

    def end_quality(self, actor: Actor, quality_id: str, last_day: date, reason: str) -> Quality:
        """Cut a quality control short: from the day after, reports carry no mark, and results of then do not count.

        Raises Forbidden, QualityNotFound, QualityEnded, QualityPeriod.
        """
        demand(actor, "manage", "quality")
        words = " ".join(reason.split())

        def work(conn: Connection) -> Quality:
            known = results.quality_by_id(conn, quality_id)
            if known is None:
                raise QualityNotFound
            if not known.valid_from - timedelta(days=1) <= last_day <= known.valid_until or not words:
                raise QualityPeriod
            ended = replace(known, ended_on=last_day, end_reason=words)
            if not results.end_quality(conn, ended):
                raise QualityEnded
            self._note(conn, actor, "U", ended, "quality.end", self._registry.device_in(conn, known.device_id))
            return ended

        return self._floor.db.write(work)

    def _note(self, conn: Connection, actor: Actor, action: str, one: Quality, what: str, device: Device) -> None:
        facts = {"device": device.id, "kind": one.kind.value, "from": one.valid_from.isoformat(),
                 "last_day": one.last_day.isoformat(), "reason": one.end_reason}  # fmt: skip
        kind, _, act = what.partition(".")
        entry = Entry("recognition", act, "C" if action == "C" else "U", kind, one.id, detail=facts)
        self._floor.audit.record(conn, actor, entry)
        self._announce(conn, one.id, device.unit_id)


def day_of(exam: Examination) -> date:
    """The day of the examination; a header's day that no calendar has lies in the future, and counts for nothing."""
    try:
        return date.fromisoformat(exam.study_at[:10])
    except ValueError:
        return date.max
