"""The demonstration county with people who were examined in one township and are ordered for in another."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pydicom

from foundation.access import PRODUCT, Actor
from foundation.vocabulary import Priority
from lianzhen import demo
from pacs_gateway.api import Source
from reading_queue.api import Kind
from recognition.api import Recognition
from registry.api import NewOrder, NewPatient, Order, Patient, VisitType, identification_number
from reports.api import Content, ReportRef, Revision
from tests.house import PASSWORD, demo_house, quick_settings
from web.house import House

FIRST, SECOND, LEAD = "YXHK", "YXQS", "YXLEAD"
SENDERS = {FIRST: "TOWNSHIP1", SECOND: "TOWNSHIP2", LEAD: "LEADDR"}
CONTENT = Content("右肺下野见斑片状密度增高影。", "右肺下野炎症。", positive=True)
ITEM = "DR-CHEST-PA"
_serials = count(1)


def card() -> str:
    """A citizen identification number that nobody has had yet (GB 11643)."""
    return identification_number("420116", date(1962, 5, 17), 2 * next(_serials))


@dataclass
class County:
    """The open house and what is done in it."""

    house: House
    folder: Path
    units: dict[str, str]
    _actors: dict[str, Actor] = field(default_factory=dict)

    @property
    def recognition(self) -> Recognition:
        """The room."""
        return self.house.recognition

    def actor(self, account: str) -> Actor:
        """A person of the demonstration, as their next request would find them."""
        person = self.house.registry.person_by_account(account)
        assert person is not None
        return self.house.registry.actor_of(person)

    def patient(self, unit: str, number: str, name: str = "王小芬") -> Patient:
        """A registration of the person with this identification number."""
        new = NewPatient(self.units[unit], name, id_card=number)
        return self.house.registry.register_patient(PRODUCT, new)

    def order(self, unit: str, patient: Patient, item: str = ITEM, **more: object) -> Order:
        """An order of the unit, as it stands after it was placed."""
        new = NewOrder(patient.id, item, demo=True, **more)  # type: ignore[arg-type]
        placed = self.house.registry.create_order(PRODUCT, new)
        return self.house.registry.order(PRODUCT, placed.id)

    def emergency(self, unit: str, patient: Patient) -> Order:
        """An urgent order."""
        return self.order(unit, patient, priority=Priority.HIGH, visit_type=VisitType.EMERGENCY)

    def film(
        self, order: Order, unit: str, *, on: date | None = None, aet: str | None = None, station: str = ""
    ) -> str:
        """The order's film, stored and complete: its Study Instance UID. Without an AE title it is an upload."""
        path = self.folder / f"{order.id}.dcm"
        demo.write_film(order, path)
        film = pydicom.dcmread(path)
        if on is not None:
            film.StudyDate = film.SeriesDate = film.AcquisitionDate = film.ContentDate = f"{on:%Y%m%d}"
        film.StationName = station
        film.PixelData = film.pixel_array[:32, :32].tobytes()
        film.Rows = film.Columns = 32
        film.save_as(path, enforce_file_format=True)
        sender = SENDERS[unit] if aet is None else aet
        source = Source(sender, self.units[unit], None, "dimse" if sender else "upload", PRODUCT)
        stored = self.house.gateway.store_instance(source, path)
        self.house.gateway.close_study(stored.study_instance_uid)
        return stored.study_instance_uid

    def signed(self, study: str, content: Content = CONTENT) -> ReportRef:
        """The study's report, written and reviewed."""
        queue, reports = self.house.queue, self.house.reports
        writer, reviewer = self.actor("radiologist"), self.actor("reviewer")
        for doctor in (writer, reviewer):
            reports.unlock(doctor, PASSWORD)
        claim = queue.claim(writer, self._workitem(study, Kind.READING))
        revision = reports.draft(writer, claim.workitem_uid).revision
        reports.submit(writer, claim.workitem_uid, claim.transaction_uid, revision, content)
        claim = queue.claim(reviewer, self._workitem(study, Kind.REVIEW))
        return reports.approve(reviewer, claim.workitem_uid, claim.transaction_uid, 0, content)

    def _workitem(self, study: str, kind: Kind) -> str:
        waiting = self.house.queue.history(self.actor("radiologist"), study)
        return next(one.uid for one in waiting if one.kind is kind and one.state.value == "SCHEDULED")

    def examined(
        self, unit: str, number: str, *, days_ago: int = 3, item: str = ITEM, aet: str | None = None
    ) -> ReportRef:
        """Somebody was examined in a unit some days ago, and the report is signed."""
        order = self.order(unit, self.patient(unit, number), item)
        day = self.recognition.today() - timedelta(days=days_ago)
        return self.signed(self.film(order, unit, on=day, aet=aet))

    def corrected(self, study: str, report_id: str) -> ReportRef:
        """The report was corrected by two doctors."""
        self.house.reports.start_revision(self.actor("radiologist"), report_id, Revision.CORRECTION, "左右写反")
        words = Content("左肺下野见斑片状密度增高影。", "左肺下野炎症。", positive=True)
        return self.signed(study, words)

    def withdrawn(self, report_id: str) -> None:
        """The report was withdrawn."""
        reviewer = self.actor("reviewer")
        self.house.reports.unlock(reviewer, PASSWORD)
        self.house.reports.withdraw(reviewer, report_id, "患者错误")


@contextmanager
def open_county(folder: Path) -> Iterator[County]:
    """The county, without doors."""
    with demo_house(folder, quick_settings(folder)) as opened:
        units = {unit.code: unit.id for unit in opened.house.registry.units()}
        yield County(opened.house, folder, units)
