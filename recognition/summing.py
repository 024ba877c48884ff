"""Sums of the ledger: one set of grouped counts folded by unit, item, doctor, month, reason. Plain Python."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from recognition.model import Act

_PERIOD = re.compile(r"(20\d\d)-(?:(0[1-9]|1[0-2])|Q([1-4]))")


@dataclass(frozen=True, slots=True)
class Period:
    """A month (2026-11) or a quarter (2026-Q4) of the county's calendar."""

    name: str
    months: tuple[str, ...]

    @property
    def first(self) -> date:
        """The first day."""
        return date.fromisoformat(f"{self.months[0]}-01")

    @property
    def last(self) -> date:
        """The last day."""
        begins = date.fromisoformat(f"{self.months[-1]}-01")
        return (begins + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def period(name: str) -> Period | None:
    """The period of this name, None when it is none."""
    found = _PERIOD.fullmatch(name)
    if found is None:
        return None
    year, month, quarter = found.groups()
    if month:
        return Period(name, (name,))
    first = 3 * int(quarter) - 2
    return Period(name, tuple(f"{year}-{number:02}" for number in range(first, first + 3)))


@dataclass(frozen=True, slots=True)
class Group:
    """How many rows agree in all of this, and the money they saved, in fen."""

    month: str
    unit_id: str
    item_code: str
    doctor_id: str
    act: str
    reason: str
    told: bool
    rows: int
    saved: int


@dataclass(slots=True)
class Sum:
    """What was done, and the money saved in fen."""

    offered: int = 0
    opened: int = 0
    recognised: int = 0
    repeated: int = 0
    told: int = 0
    saved: int = 0

    @property
    def rate(self) -> float | None:
        """Recognised of all that were decided, None when nothing was."""
        decided = self.recognised + self.repeated
        return round(self.recognised / decided, 4) if decided else None

    def take(self, group: Group) -> None:
        """Add a group."""
        if group.act == Act.OFFERED:
            self.offered += group.rows
        elif group.act == Act.OPENED:
            self.opened += group.rows
        elif group.act == Act.RECOGNISED:
            self.recognised += group.rows
            self.saved += group.saved
        elif group.act == Act.REPEATED:
            self.repeated += group.rows
            self.told += group.rows if group.told else 0


@dataclass(slots=True)
class Sums:
    """One period, from every side."""

    period: Period
    total: Sum = field(default_factory=Sum)
    units: dict[str, Sum] = field(default_factory=lambda: defaultdict(Sum))
    items: dict[str, Sum] = field(default_factory=lambda: defaultdict(Sum))
    doctors: dict[tuple[str, str], Sum] = field(default_factory=lambda: defaultdict(Sum))  # unit, doctor
    months: dict[str, Sum] = field(default_factory=lambda: defaultdict(Sum))
    reasons: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    results_of: dict[str, int] = field(default_factory=lambda: defaultdict(int))


_COUNTED: frozenset[str] = frozenset((Act.OFFERED, Act.OPENED, Act.RECOGNISED, Act.REPEATED))


def fold(wanted: Period, groups: Iterable[Group]) -> Sums:
    """The sums of the groups of this period."""
    sums = Sums(wanted)
    for month in wanted.months:
        sums.months[month] = Sum()
    for one in groups:
        if one.act not in _COUNTED:
            continue
        sides: list[Sum] = [
            sums.total, sums.units[one.unit_id], sums.items[one.item_code], sums.months[one.month],
        ]  # fmt: skip
        if one.doctor_id:
            sides.append(sums.doctors[one.unit_id, one.doctor_id])
        for side in sides:
            side.take(one)
        if one.act == Act.REPEATED:
            sums.reasons[one.reason] += one.rows
    return sums


def by(sums: dict[str, Sum], name: Callable[[str], str]) -> list[tuple[str, str, Sum]]:
    """Key, name and sum, the most recognised first."""
    rows = [(key, name(key), one) for key, one in sums.items()]
    return sorted(rows, key=lambda found: (-found[2].recognised, -found[2].offered, found[0]))
