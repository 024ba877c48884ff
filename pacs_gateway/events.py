"""The gateway's news."""

from dataclasses import dataclass
from typing import Literal

from foundation.events import Event


@dataclass(frozen=True, slots=True)
class InstanceStored(Event):
    """An object is durable and indexed."""

    sop_instance_uid: str
    study_instance_uid: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class ExaminationReady(Event):
    """A study is complete and can be read."""

    kind: Literal["imaging"]
    study_instance_uid: str
    unit_id: str
    patient_uid: str
    accession_number: str
    order_id: str
    modality: str
    body_part: str
    description: str
    priority: str
    instances: int


@dataclass(frozen=True, slots=True)
class StudyReopened(Event):
    """Instances arrived after the study was ready: it stays readable, and its readers are told."""

    study_instance_uid: str
    unit_id: str
    instances: int


@dataclass(frozen=True, slots=True)
class StudyMatched(Event):
    """A person linked a study with its order, or parted them (`order_id` empty): header and urgency follow."""

    study_instance_uid: str
    unit_id: str
    order_id: str
    patient_uid: str
    accession_number: str
    priority: str
