"""The reports room's news."""

from dataclasses import dataclass

from foundation.events import Event


@dataclass(frozen=True, slots=True)
class ReportSubmitted(Event):
    """A writer has signed a version; it waits for review."""

    report_id: str
    number: int
    study_instance_uid: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class ReportReturned(Event):
    """A reviewer has sent a report back to be written again."""

    report_id: str
    number: int
    study_instance_uid: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class ReportSigned(Event):
    """A version is final: reviewed, signed and sealed."""

    report_id: str
    number: int
    study_instance_uid: str
    unit_id: str
    order_id: str


@dataclass(frozen=True, slots=True)
class ReportRevised(Event):
    """A version has taken the place of one that clinics had; `status` says how (final, corrected, appended …)."""

    report_id: str
    number: int
    replaced_number: int
    status: str
    study_instance_uid: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class ReportDelivered(Event):
    """A unit has a final version in its inbox."""

    report_id: str
    number: int
    unit_id: str


@dataclass(frozen=True, slots=True)
class ReportRead(Event):
    """A unit's clinician has opened a version for the first time."""

    report_id: str
    number: int
    unit_id: str
    person_id: str
