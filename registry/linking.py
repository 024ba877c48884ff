"""When two patients of different issuers are one person, and the link that says so. Plain Python.

A link moves nothing: orders and studies stay with the patient they came with, so undoing it needs no repair.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from registry.model import Patient, same_name


class Basis(StrEnum):
    """Why two patients are held for one person."""

    ID_CARD = "id-card"  # the same valid number, name and birth date agree
    PERSON = "person"  # somebody saw both headers and said so


@dataclass(frozen=True, slots=True)
class Link:
    """Two patients that are one person, while it is not undone."""

    id: str
    one: str
    other: str
    basis: Basis
    made_by: str
    made_name: str
    made_at: datetime
    note: str
    undone_at: datetime | None = None
    undone_by: str | None = None
    undone_name: str | None = None
    undone_note: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as the asker may see it: every linked registration within reach, and the links between those."""

    patients: tuple[Patient, ...]
    links: tuple[Link, ...]


def one_person(one: Patient, other: Patient) -> bool:
    """Whether the registry may link these by itself: same identification number, name and birth date."""
    return (
        one.id_card is not None
        and one.id_card == other.id_card
        and one.birth_date is not None
        and one.birth_date == other.birth_date
        and same_name(one.name, other.name)
    )


def two_people(one: Patient, other: Patient) -> bool:
    """Whether not even a person may link these: two different valid identification numbers."""
    return one.id_card is not None and other.id_card is not None and one.id_card != other.id_card
