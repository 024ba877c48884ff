"""The one place where rooms are built and joined: adapters chosen, every subscription in one table."""

from dataclasses import dataclass

from foundation.floor import Floor, open_floor
from lianzhen.settings import Settings
from pacs_gateway.api import ExaminationReady, Gateway, StudyMatched, StudyReopened
from reading_queue.api import ReadingQueue, WorkitemReplaced
from recognition.api import Recognition
from registry.api import OrderCancelled, OrderPlaced, PatientsLinked, PatientsParted, Registry
from reports.api import ReportRevised, Reports, ReportSigned
from web.auth import Auth
from web.house import House


@dataclass(frozen=True, slots=True)
class Opened:
    """An open house and the floor it stands on."""

    floor: Floor
    house: House


def subscribe(floor: Floor, gateway: Gateway, queue: ReadingQueue, reports: Reports, recognition: Recognition) -> None:
    """Who hears of what. A *must* runs in the same write; a *may* would be a task."""
    floor.bus.must(OrderPlaced, gateway.on_order_placed)
    floor.bus.must(ExaminationReady, queue.on_examination_ready)
    floor.bus.must(StudyReopened, queue.on_study_reopened)
    floor.bus.must(StudyMatched, queue.on_study_matched)
    floor.bus.must(WorkitemReplaced, reports.on_workitem_replaced)
    floor.bus.must(OrderPlaced, recognition.on_order_placed)
    floor.bus.must(OrderCancelled, recognition.on_order_cancelled)
    floor.bus.must(PatientsLinked, recognition.on_patients_linked)
    floor.bus.must(PatientsParted, recognition.on_patients_parted)
    floor.bus.must(ReportSigned, recognition.on_report_signed)
    floor.bus.must(ReportRevised, recognition.on_report_revised)


def open_house(settings: Settings, *, demo: bool = False) -> Opened:
    """Open every room on one floor. The database must have the newest schema."""
    floor = open_floor(settings.floor)
    registry = Registry(floor, settings.registry)
    gateway = Gateway(floor, registry, settings.pacs_gateway)
    queue = ReadingQueue(floor, registry, settings.reading_queue)
    # outside the demonstration no key is ever made up: a county signs with keys that it has been given
    keys = settings.reports if demo else settings.reports.model_copy(update={"demo_keys": False})
    reports = Reports(floor, registry, gateway, queue, keys)
    recognition = Recognition(floor, registry, gateway, reports, settings.recognition)
    reports.mark_by(recognition.mark)
    subscribe(floor, gateway, queue, reports, recognition)
    house = House(
        floor=floor,
        settings=settings.web,
        registry=registry,
        gateway=gateway,
        queue=queue,
        reports=reports,
        recognition=recognition,
        auth=Auth(floor, registry, settings.web),
        demo=demo,
    )
    return Opened(floor, house)
