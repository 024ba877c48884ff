"""The duty roster (值班表): who is called for a specialty at an hour, first, second and third. Plain Python."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from foundation.clock import COUNTY_ZONE
from foundation.vocabulary import Role, Specialty
from registry.sheet import ImportFault, opened

SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=48)
CONTACTS = 3
ROWS_LIMIT = 2000
CARRIERS: dict[Specialty, frozenset[Role]] = {
    Specialty.RADIOLOGY: frozenset({Role.RADIOLOGIST, Role.REVIEWER}),
    Specialty.CARDIOLOGY: frozenset({Role.CARDIOLOGIST}),
    Specialty.LABORATORY: frozenset({Role.LABORATORY_PHYSICIAN}),
}
"""Who can be on duty for a specialty."""


@dataclass(frozen=True, slots=True)
class NewDuty:
    """A stretch of time with the ids of one to three people, in the order of calling. It ends before `ends`."""

    specialty: Specialty
    begins: datetime
    ends: datetime
    contacts: tuple[str, ...]

    def holds(self) -> bool:
        """Whether length and contacts are as they may be."""
        distinct = len(set(self.contacts)) == len(self.contacts)
        return SHORTEST <= self.ends - self.begins <= LONGEST and 1 <= len(self.contacts) <= CONTACTS and distinct


@dataclass(frozen=True, slots=True)
class Duty(NewDuty):
    """A duty as it is kept."""

    id: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to call. `phone` is whole here: lists mask it."""

    person_id: str
    name: str
    title: str
    unit: str
    phone: str


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A duty with the people of it whose accounts are open."""

    duty: Duty
    contacts: tuple[Contact, ...]


COLUMNS = (
    ("date", "日期"), ("specialty", "专业"), ("begins", "开始"), ("ends", "结束"), ("first", "一线"),
    ("second", "二线"), ("third", "三线"),
)  # fmt: skip
"""The columns of the file, in the order of the template; contacts are accounts."""

_NEEDED = ("date", "specialty", "begins", "ends", "first")
_SPECIALTIES = {
    "影像": Specialty.RADIOLOGY, "放射": Specialty.RADIOLOGY, "心电": Specialty.CARDIOLOGY,
    "检验": Specialty.LABORATORY, **{one.value: one for one in Specialty},
}  # fmt: skip
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_HOUR = re.compile(r"(\d{1,2})[:：](\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file; the contacts are accounts still."""

    row: int
    specialty: Specialty
    begins: datetime
    ends: datetime
    accounts: tuple[str, ...]


def read_csv(data: bytes) -> tuple[list[Line], list[ImportFault]]:
    """The duties of a file, and every fault of its form. An end that is not after the beginning is the next day's."""
    sheet = opened(data)
    if isinstance(sheet, ImportFault):
        return [], [sheet]
    heading, rows = sheet
    known = {word: name for name, chinese in COLUMNS for word in (name, chinese)}
    names = [known.get(cell.lower(), "") for cell in heading]
    faults = [ImportFault(1, cell[:32], "unknown-column") for cell in heading if cell.lower() not in known]
    faults += [ImportFault(1, dict(COLUMNS)[name], "missing-column") for name in _NEEDED if name not in names]
    found: list[Line] = []
    for row, cells in () if faults else rows:
        line = _line(row, dict.fromkeys(dict(COLUMNS), "") | dict(zip(names, cells, strict=False)))
        if isinstance(line, ImportFault):
            faults.append(line)
        else:
            found.append(line)
        if row > ROWS_LIMIT:
            return found, [*faults, ImportFault(row, "", "too-many")]
    return found, faults or ([] if found else [ImportFault(0, "", "empty-file")])


def _line(row: int, cells: dict[str, str]) -> Line | ImportFault:
    day, begins, ends = _day(cells["date"]), _hour(cells["begins"]), _hour(cells["ends"])
    specialty = _SPECIALTIES.get(cells["specialty"].lower())
    parts = (("date", day), ("specialty", specialty), ("begins", begins), ("ends", ends), ("first", cells["first"]))
    for name, value in parts:
        if value is None or value == "":
            return ImportFault(row, dict(COLUMNS)[name], "value" if cells[name] else "needed", cells[name][:32])
    assert day is not None
    assert begins is not None
    assert ends is not None
    assert specialty is not None
    start = datetime.combine(day, begins, COUNTY_ZONE)
    end = datetime.combine(day if ends > begins else day + timedelta(days=1), ends, COUNTY_ZONE)
    accounts = tuple(cells[name].lower() for name in ("first", "second", "third") if cells.get(name))
    return Line(row, specialty, start, end, accounts)


def _day(cell: str) -> date | None:
    parts = _DAY.fullmatch(cell)
    try:
        return date(int(parts[1]), int(parts[2]), int(parts[3])) if parts else None
    except ValueError:
        return None


def _hour(cell: str) -> time | None:
    parts = _HOUR.fullmatch(cell)
    try:
        return time(int(parts[1]), int(parts[2])) if parts else None
    except ValueError:
        return None
