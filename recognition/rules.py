"""What may be recognised on a day, and which mark is printed: every rule with its source. Pure functions.

国卫医发〔2022〕6号《医疗机构检查检验结果互认管理办法》: marked results count (Art. 2: the images and data, never the
conclusion); without a passed evaluation, or when quality control has stopped, there is no mark. Days of validity are
the catalogue's, on the day of the question. Same level mutually, lower accepts higher; higher accepts lower is the
county's choice, and 国卫医政发〔2024〕37号 asks for it inside a county's medical community.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from recognition.model import Quality, QualityKind, Result, Why

LEVELS = ("village", "township", "county", "prefecture", "province")  # of units, the lowest first
MARKS = ("county", "city", "province", "nation")  # of marks, the narrowest first
_CARRIES = {
    QualityKind.INTERNAL: "county", QualityKind.CITY: "city", QualityKind.PROVINCE: "province",
    QualityKind.NATIONAL: "nation",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked on which day, for whom, in which unit.

    `validity` gives the days of every item that answers the question on this day, the ordered one among them.
    """

    validity: Mapping[str, int | None]
    today: date
    persons: frozenset[str]
    level: str
    higher_accepts_lower: bool = True


def covered(devices: Sequence[str], qualities: Sequence[Quality], level: str, on: date) -> bool:
    """Whether every device had quality control on a day that carries a mark of this level."""
    rank = MARKS.index(level)
    carrying = {one.device_id for one in qualities if one.holds(on) and MARKS.index(_CARRIES[one.kind]) >= rank}
    return bool(devices) and carrying.issuperset(devices)


def accepts(asking: str, examining: str, *, higher_accepts_lower: bool) -> bool:
    """Whether a unit of one level counts the results of another's: same mutually, lower accepts higher."""
    return higher_accepts_lower or LEVELS.index(examining) >= LEVELS.index(asking)


def no_mark(
    level: str | None, examined: tuple[date, date], devices: Sequence[str] | None, qualities: Sequence[Quality]
) -> Why | None:
    """Why a report carries no mark, None when it carries the item's.

    `examined` is the examination's day and today; `devices` None means that one of them is not known.
    """
    on, today = examined
    if level is None:
        return Why.NOT_MARKED
    if on > today:
        return Why.FUTURE
    if not devices:
        return Why.DEVICE_UNKNOWN
    return None if covered(devices, qualities, level, on) else Why.QUALITY


def valid_until(result: Result, asked: Asked) -> date | None:
    """The last day on which it counts, None when its item answers nothing or has no days."""
    days = asked.validity.get(result.item_code)
    return result.examined_on + timedelta(days=days) if days else None


def reasons(result: Result, asked: Asked, qualities: Sequence[Quality], examining: str) -> tuple[Why, ...]:
    """Every reason for which a result does not count; none means that it does. `examining` is its unit's level."""
    found: list[Why] = []
    if result.patient_uid not in asked.persons:
        found.append(Why.OTHER_PERSON)
    if result.withdrawn:
        found.append(Why.WITHDRAWN)
    found += _question(result, asked)
    found += _marked(result, qualities)
    if not accepts(asked.level, examining, higher_accepts_lower=asked.higher_accepts_lower):
        found.append(Why.LEVEL)
    return tuple(found)


def _question(result: Result, asked: Asked) -> list[Why]:
    """Whether it answers the question, and on this day."""
    if result.examined_on > asked.today:
        return [Why.FUTURE]
    if result.item_code not in asked.validity:
        return [Why.NO_EQUIVALENT]
    until = valid_until(result, asked)
    if until is None:
        return [Why.NO_VALIDITY]
    return [Why.EXPIRED] if asked.today > until else []


def _marked(result: Result, qualities: Sequence[Quality]) -> list[Why]:
    """Whether its mark was printed, and the device's quality control still stands for its day."""
    if result.withdrawn:
        return []
    if not result.mark:
        return [Why(result.mark_missing) if result.mark_missing else Why.NOT_MARKED]
    return [] if covered(result.devices, qualities, result.mark_level, result.examined_on) else [Why.QUALITY]
