"""What arrives, what became of it, and how a study looks from outside. Plain Python."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from foundation.access import Actor

Channel = Literal["dimse", "stow", "upload", "product"]

# Modalities (PS3.3 §C.7.3.1.1.1) that send many images one after another
MANY_IMAGES = frozenset(("CT", "MR", "PT", "NM", "XA", "RF", "US", "SM", "IVUS", "OCT"))

# Modalities of objects that describe an examination instead of being one; they never name the study's modality
COMPANIONS = frozenset(("PR", "KO", "SR", "DOC", "SEG", "REG", "RWV", "PLAN"))


class StudyState(StrEnum):
    """Whether more is expected."""

    RECEIVING = "receiving"
    READY = "ready"


class Outcome(StrEnum):
    """What became of an object."""

    STORED = "stored"
    DUPLICATE = "duplicate"  # the same bytes were here
    NEW_VERSION = "new-version"  # other bytes under a known SOP Instance UID: kept beside it
    QUARANTINED = "quarantined"  # kept whole, not shown, a person must look


@dataclass(frozen=True, slots=True)
class Source:
    """Where an object comes from. `unit_id` is the issuer of its patient's identifier."""

    aet: str
    unit_id: str
    address: str | None
    channel: Channel
    actor: Actor


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer to an object; durable by now. `code` names the reason when it is in quarantine."""

    outcome: Outcome
    sop_class_uid: str
    sop_instance_uid: str
    study_instance_uid: str
    series_instance_uid: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class InstanceSummary:
    """One object of a series."""

    sop_instance_uid: str
    sop_class_uid: str
    instance_number: int
    frames: int
    rows: int
    columns: int
    transfer_syntax_uid: str
    photometric: str
    replaces: str | None  # the SOP Instance UID that it came under, when that was taken


@dataclass(frozen=True, slots=True)
class SeriesSummary:
    """One series."""

    series_instance_uid: str
    modality: str
    number: int
    description: str
    body_part: str
    instances: tuple[InstanceSummary, ...]


@dataclass(frozen=True, slots=True)
class StudySummary:
    """A study as other rooms see it. Dates and times are the header's DICOM text, local to the unit."""

    study_instance_uid: str
    unit_id: str
    patient_uid: str
    patient_id: str
    patient_name: str
    patient_sex: str
    patient_birth_date: str
    accession_number: str
    modality: str
    body_part: str
    description: str
    study_date: str
    study_time: str
    state: StudyState
    received_at: datetime
    last_at: datetime
    ready_at: datetime | None
    order_id: str | None
    priority: str
    instance_count: int
    flags: tuple[str, ...]
    series: tuple[SeriesSummary, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class InstanceFile:
    """What is needed to serve one object."""

    digest: str
    sop_class_uid: str
    sop_instance_uid: str
    study_instance_uid: str
    series_instance_uid: str
    transfer_syntax_uid: str
    frames: int
    rows: int
    columns: int
    bits_allocated: int
    photometric: str
    has_pixels: bool
    size: int


@dataclass(frozen=True, slots=True)
class Detained:
    """An object in quarantine, for the administrator's list."""

    id: str
    received_at: datetime
    times: int
    aet: str
    unit_id: str
    channel: str
    code: str
    sop_instance_uid: str
    study_instance_uid: str
    header: dict[str, Any]
    ours: dict[str, Any]


def study_modality(modalities: list[str]) -> str:
    """The modality that names the study: the first that is an examination itself."""
    return next((found for found in modalities if found not in COMPANIONS), modalities[0] if modalities else "OT")


def name_key(name: str) -> str:
    """A person name for matching: case folded, every group between `=` signs."""
    return f"={name.casefold()}="


@dataclass(frozen=True, slots=True)
class Match:
    """Which order a study met and `how`, or the `doubt` for which it has none."""

    study_instance_uid: str
    order_id: str | None
    how: str | None
    doubt: str | None
    candidates: tuple[str, ...]
    by_person: bool
    decided_by: str
    decided_name: str
    decided_at: datetime
