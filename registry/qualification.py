"""Who is qualified to write or review a report: licence, professional title, years of practice, unit agreement.

The rules are those of the field (docs/glossary.md names them): a licence that is valid on the day; a professional
title, for a review 主治 or above; at least three years of independent practice for remote reports
(国卫医发〔2018〕25号); and an agreement of the unit that covers the specialty on the day. Plain Python.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from foundation.vocabulary import Role, Specialty
from registry.model import Person

Act = Literal["write", "review"]

PHYSICIAN_TITLES = ("住院医师", "主治医师", "副主任医师", "主任医师")
"""In rising order; from the second on, a physician reviews what others have written."""
TECHNICIAN_TITLES = ("技士", "技师", "主管技师", "副主任技师", "主任技师")
"""In rising order; they issue laboratory reports only, and review them from 主管技师 on."""
TITLES = PHYSICIAN_TITLES + TECHNICIAN_TITLES
_REVIEWERS = frozenset(PHYSICIAN_TITLES[1:] + TECHNICIAN_TITLES[2:])

_SPECIALTY = {"ECG": Specialty.CARDIOLOGY, "LAB": Specialty.LABORATORY}


@dataclass(frozen=True, slots=True)
class Agreement:
    """A unit's agreement on remote reports, for these specialties; both days are included, no end means open."""

    id: str
    unit_id: str
    number: str
    valid_from: date
    valid_until: date | None
    specialties: frozenset[Specialty]


@dataclass(frozen=True, slots=True)
class NewAgreement:
    """What an administrator enters for an agreement."""

    unit_id: str
    valid_from: date
    specialties: frozenset[Specialty]
    valid_until: date | None = None
    number: str = ""


class Fault(StrEnum):
    """What somebody lacks; the words stand in the catalogue under the same code."""

    ACCOUNT_CLOSED = "account-closed"
    NO_LICENCE = "no-licence"
    LICENCE_EXPIRED = "licence-expired"
    NO_TITLE = "no-title"
    TITLE_TOO_LOW = "title-too-low"
    TOO_FEW_YEARS = "too-few-years"
    NO_AGREEMENT = "no-agreement"


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be signed: by which act, on which day (county time), for another unit or not."""

    act: Act
    day: date
    remote: bool
    specialty: Specialty | None
    years: int  # of independent practice, for remote reports


def specialty_of(modality: str) -> Specialty:
    """Whose reports an item of this modality needs; an unlisted one is imaging."""
    return _SPECIALTY.get(modality, Specialty.RADIOLOGY)


def covered(agreements: Iterable[Agreement], day: date, specialty: Specialty | None) -> bool:
    """Whether an agreement holds on the day, for the specialty when one is asked for."""
    return any(
        one.valid_from <= day and (one.valid_until is None or day <= one.valid_until)
        for one in agreements
        if specialty is None or specialty in one.specialties
    )


def faults(person: Person, case: Case, *, agreed: bool) -> tuple[Fault, ...]:
    """Everything this person lacks for the case; nothing when qualified. `agreed` is the units' side of it."""
    found = [Fault.ACCOUNT_CLOSED] if not person.active else []
    if not person.licence_number.strip():
        found.append(Fault.NO_LICENCE)
    elif person.licence_until is not None and person.licence_until < case.day:
        found.append(Fault.LICENCE_EXPIRED)
    found += _title_faults(person, case)
    if case.remote and not _practised(person.practising_since, case):
        found.append(Fault.TOO_FEW_YEARS)
    if case.remote and not agreed:
        found.append(Fault.NO_AGREEMENT)
    return tuple(found)


def _title_faults(person: Person, case: Case) -> list[Fault]:
    laboratory = case.specialty is Specialty.LABORATORY or (
        case.specialty is None and Role.LABORATORY_PHYSICIAN in person.roles
    )
    if person.title not in (TITLES if laboratory else PHYSICIAN_TITLES):
        return [Fault.NO_TITLE]
    return [Fault.TITLE_TOO_LOW] if case.act == "review" and person.title not in _REVIEWERS else []


def _practised(since: date | None, case: Case) -> bool:
    if since is None:
        return False
    anniversary = (since.year + case.years, since.month, since.day)  # 29 February counts from 1 March
    return anniversary <= (case.day.year, case.day.month, case.day.day)
