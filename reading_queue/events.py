"""The reading queue's news."""

from dataclasses import dataclass

from foundation.events import Event


@dataclass(frozen=True, slots=True)
class WorkitemScheduled(Event):
    """An examination waits for a reader or a reviewer."""

    uid: str
    kind: str
    study_instance_uid: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class WorkitemClaimed(Event):
    """Somebody took it."""

    uid: str
    study_instance_uid: str
    unit_id: str
    person_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class WorkitemReplaced(Event):
    """It was given back, taken over, or its lease ended: its draft belongs to the successor now."""

    uid: str
    successor_uid: str


@dataclass(frozen=True, slots=True)
class WorkitemCompleted(Event):
    """The holder has done it."""

    uid: str
    kind: str
    study_instance_uid: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class WorkitemCanceled(Event):
    """It is not to be done any more."""

    uid: str
    kind: str
    study_instance_uid: str
    unit_id: str
