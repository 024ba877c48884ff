"""The demonstration county: made on first start, clearly marked, refused by a production start.

Its folder is `<data>/demo`: the accounts' password when it was generated, and a film ready to send. The film is a
real Philips CR chest that PyPI's pydicom-data ships (MIT); only its header is changed, never a pixel.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from foundation.access import PRODUCT
from foundation.clock import COUNTY_ZONE
from foundation.errors import Refused
from foundation.ids import new_uid
from foundation.vocabulary import Priority, Role, Sex, Specialty
from lianzhen import demo_patients
from lianzhen.settings import Settings
from recognition.api import NewQuality, QualityKind
from registry.api import NewAgreement, NewDevice, NewDuty, NewOrder, NewPatient, NewPerson, Order, Registry, UnitKind
from web.house import House

FOLDER = "demo"
FILM = "RG1_UNCR.dcm"
SENDER = "TOWNSHIP1"
COMMENT = "DEMO 演示数据，非真实患者"

# code, name, kind; the first is the lead hospital
UNITS = (
    ("YXLEAD", "云溪县人民医院（演示）", UnitKind.LEAD),
    ("YXHK", "河口镇卫生院（演示）", UnitKind.TOWNSHIP),
    ("YXQS", "青石镇卫生院（演示）", UnitKind.TOWNSHIP),
    ("YXCD", "城东社区卫生服务中心（演示）", UnitKind.COMMUNITY),
)
SINCE = date(2026, 1, 1)  # of the townships' agreements on every specialty
# AE title, unit code, name, modality
DEVICES = (
    ("TOWNSHIP1", "YXHK", "河口 DR", "DX"),
    ("TOWNSHIP2", "YXQS", "青石 DR", "DX"),
    ("COMMUNITY1", "YXCD", "城东 DR", "DX"),
    ("LEADDR", "YXLEAD", "县医院 DR", "DX"),
)
# account, name, title, in independent practice since (the year), unit code, roles
PEOPLE: tuple[tuple[str, str, str, int | None, str, frozenset[Role]], ...] = (
    ("technician", "王晓梅", "技师", None, "YXHK", frozenset({Role.TECHNICIAN})),
    ("technician2", "周立", "技师", None, "YXQS", frozenset({Role.TECHNICIAN})),
    ("radiologist", "李文博", "主治医师", 2016, "YXLEAD", frozenset({Role.RADIOLOGIST})),
    ("reviewer", "张建国", "副主任医师", 2004, "YXLEAD", frozenset({Role.REVIEWER, Role.RADIOLOGIST})),
    ("cardiologist", "陈静", "主治医师", 2014, "YXLEAD", frozenset({Role.CARDIOLOGIST})),
    ("laboratory", "刘洋", "主管技师", 2012, "YXLEAD", frozenset({Role.LABORATORY_PHYSICIAN})),
    ("clinician", "赵敏", "住院医师", 2021, "YXHK", frozenset({Role.CLINICIAN})),
    ("clinician2", "孙强", "主治医师", 2018, "YXQS", frozenset({Role.CLINICIAN})),
    ("quality", "吴芳", "主治医师", 2010, "YXLEAD", frozenset({Role.QUALITY_OFFICER})),
    ("admin", "郑伟", "", None, "YXLEAD", frozenset({Role.ADMINISTRATOR})),
)


PHONES = {
    "radiologist": "13800000001",
    "reviewer": "13800000002",
    "cardiologist": "13800000003",
    "laboratory": "13800000004",
}
ON_DUTY = {
    Specialty.RADIOLOGY: ("radiologist", "reviewer"),
    Specialty.CARDIOLOGY: ("cardiologist",),
    Specialty.LABORATORY: ("laboratory",),
}


class DemoInProduction(Refused):
    """Production found demonstration data, keys or passwords."""

    code = "demo-in-production"


@dataclass(frozen=True, slots=True)
class DemoCounty:
    """What the first start prints. `password` is None when the environment gave it."""

    password: str | None
    film: Path
    accession_number: str


def exists(data: Path) -> bool:
    """Whether this data folder holds the demonstration county."""
    return (data / FOLDER / "county.json").is_file()


def refuse_in_production(settings: Settings, house: House) -> None:
    """Raises DemoInProduction when anything of the demonstration would run for real."""
    if settings.demo_password is not None:
        raise DemoInProduction(what="LIANZHEN_DEMO_PASSWORD")
    if exists(settings.data):
        raise DemoInProduction(what=str(settings.data / FOLDER))
    if house.reports.has_demo_keys():
        raise DemoInProduction(what="signing keys of the demonstration county CA")


def create(settings: Settings, house: House) -> DemoCounty:
    """Make the county, its accounts, one order and one film. Repeating an interrupted start completes it."""
    folder = settings.data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    given = settings.demo_password
    password = given.get_secret_value() if given else _password(folder)
    units = _units(house.registry)
    _devices(house.registry, units)
    _quality(house)
    _people(house, units, password)
    _roster(house)
    demo_patients.lay(house.registry, units)
    order = new_order(house.registry, units["YXHK"], "演示一号", Sex.MALE)
    film = folder / "film.dcm"
    write_film(order, film)
    facts = {"accounts": [row[0] for row in PEOPLE], "accession_number": order.accession_number}
    (folder / "county.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
    return DemoCounty(None if given else password, film, order.accession_number)


def _password(folder: Path) -> str:
    kept = folder / "password.txt"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(9), encoding="ascii")
    return kept.read_text(encoding="ascii").strip()


def _units(registry: Registry) -> dict[str, str]:
    """Unit code to id; each township has agreed on remote reports."""
    known = {unit.code: unit.id for unit in registry.units()}
    for code, name, kind in UNITS:
        if code not in known:
            parent = None if kind is UnitKind.LEAD else known[UNITS[0][0]]
            known[code] = registry.add_unit(PRODUCT, name, kind, code, parent).id
    agreed = {one.unit_id for one in registry.agreements(PRODUCT)}
    for code, _, kind in UNITS:
        if kind is not UnitKind.LEAD and known[code] not in agreed:
            new = NewAgreement(known[code], SINCE, frozenset(Specialty), number=f"演示-{code}")
            registry.add_agreement(PRODUCT, new)
    return known


def _devices(registry: Registry, units: dict[str, str]) -> None:
    known = {device.aet for device in registry.devices(PRODUCT)}
    for aet, code, name, modality in DEVICES:
        if aet not in known:
            registry.admit_device(PRODUCT, NewDevice(aet, units[code], name, modality))


def _quality(house: House) -> None:
    """The county's own quality control of every device, for the running year and the next."""
    year = house.recognition.today().year
    for device, known in house.recognition.quality_devices(PRODUCT):
        if not known:
            until = date(year + 1, 12, 31)
            words = f"演示-{device.aet}"
            house.recognition.enter_quality(
                PRODUCT, NewQuality(device.id, QualityKind.INTERNAL, words, date(year, 1, 1), until)
            )


def _people(house: House, units: dict[str, str], password: str) -> None:
    for account, name, title, since, code, roles in PEOPLE:
        person = house.registry.person_by_account(account)
        if person is None:
            practising = date(since, 7, 1) if since else None
            licence = f"演示-{account}" if title else ""
            new = NewPerson(
                account, name, units[code], roles, title, licence,
                practising_since=practising, phone=PHONES.get(account, ""),
            )  # fmt: skip
            person = house.registry.add_person(PRODUCT, new)
        house.auth.set_password(person.id, password, must_change=False)


def _roster(house: House) -> None:
    """Two weeks of duty from this week's Monday, each from eight to eight; a roster that somebody wrote stays."""
    registry, today = house.registry, house.floor.now().astimezone(COUNTY_ZONE)
    begins = today.replace(hour=8, minute=0, second=0, microsecond=0) - timedelta(days=today.weekday())
    if registry.duties(PRODUCT, begins - timedelta(days=1), begins + timedelta(days=14)):
        return
    people = {one.account: one.id for one in registry.people(PRODUCT)}
    new = []
    for day in range(-1, 14):
        start = begins + timedelta(days=day)
        for specialty, accounts in ON_DUTY.items():
            called = tuple(people[account] for account in (accounts if day % 2 else accounts[::-1]))
            new.append(NewDuty(specialty, start, start + timedelta(days=1), called))
    registry.add_duties(PRODUCT, new)


def new_order(registry: Registry, unit_id: str, name: str, sex: Sex, priority: Priority = Priority.MEDIUM) -> Order:
    """A marked order for a chest film of a demonstration patient."""
    patient = registry.register_patient(
        PRODUCT, NewPatient(issuer=unit_id, name=name, sex=sex, birth_date=date(1962, 5, 17))
    )
    new = NewOrder(patient.id, "DR-CHEST-PA", priority, history="咳嗽、咳痰一周（演示）", demo=True)
    return registry.create_order(PRODUCT, new)


def write_film(order: Order, target: Path) -> None:
    """A copy of the packaged chest film that carries the order's patient, number and new uids; pixels untouched."""
    import pydicom
    from pydicom.data import get_testdata_file

    source = get_testdata_file(FILM, download=False)
    assert isinstance(source, str), f"{FILM} is part of the locked package pydicom-data"
    film = pydicom.dcmread(source)
    at = order.requested_at.astimezone(COUNTY_ZONE)
    patient = order.patient
    film.SpecificCharacterSet = "ISO_IR 192"
    film.PatientName = patient.name
    film.PatientID = patient.patient_id
    film.PatientSex = patient.sex.value if patient.sex else ""
    film.PatientBirthDate = patient.birth_date.strftime("%Y%m%d") if patient.birth_date else ""
    film.AccessionNumber = order.accession_number
    film.StudyDate = film.SeriesDate = film.AcquisitionDate = film.ContentDate = at.strftime("%Y%m%d")
    film.StudyTime = film.SeriesTime = film.AcquisitionTime = film.ContentTime = at.strftime("%H%M%S")
    film.StudyDescription = order.item_name
    film.BodyPartExamined = order.body_part
    film.InstitutionName = "联诊演示"
    film.ImageComments = COMMENT
    film.StudyInstanceUID, film.SeriesInstanceUID, film.SOPInstanceUID = new_uid(), new_uid(), new_uid()
    film.file_meta.MediaStorageSOPInstanceUID = film.SOPInstanceUID
    target.parent.mkdir(parents=True, exist_ok=True)
    film.save_as(target, enforce_file_format=True)
