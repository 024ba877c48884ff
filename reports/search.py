"""What somebody looks for among the issued reports, and one page of the answer. Plain Python."""

from dataclasses import dataclass
from datetime import datetime

from reports.model import Opened


@dataclass(frozen=True, slots=True)
class ReportSearch:
    """Which issued reports a list shows; None and empty mean all. Intervals are half-open."""

    ids: tuple[str, ...] | None = None
    patient_uids: tuple[str, ...] | None = None
    statuses: tuple[str, ...] | None = None
    identifiers: tuple[str, ...] | None = None  # report ids or accession numbers
    study_between: tuple[tuple[str, str], ...] = ()  # local time, as text that sorts
    issued_between: tuple[tuple[datetime, datetime], ...] = ()
    oldest_first: bool = False
    limit: int = 20
    after: tuple[datetime, str] | None = None  # the last row of the page before


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One page of issued reports."""

    reports: tuple[Opened, ...]
    total: int
    after: tuple[datetime, str] | None  # where the next page begins
