"""One patient of another unit, open to one person for a time. Plain Python."""

from dataclasses import dataclass
from datetime import datetime

from foundation.policy import Basis


@dataclass(frozen=True, slots=True)
class Grant:
    """One patient of another unit that somebody opened for a time; `justified` is the review's verdict."""

    id: str
    person_id: str
    person_name: str
    unit_id: str
    basis: Basis
    patient_uid: str
    issuer: str
    reason: str
    opened_at: datetime
    until: datetime
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None
    justified: bool | None = None
    note: str | None = None
