"""The gateway's tables and every query."""

from pacs_gateway.store.reading import (
    StudyRow,
    detained,
    digests_known,
    every_digest,
    instance_file,
    instance_files,
    study_row,
    study_summary,
    summaries,
)
from pacs_gateway.store.searching import KEYS, Found, Level, Search, metadata_of, search
from pacs_gateway.store.writing import (
    Conflicting,
    Verdict,
    add_study,
    close,
    detain,
    enter,
    has_study,
    known,
    link_order,
    patient_id,
)

__all__ = [
    "KEYS",
    "Conflicting",
    "Found",
    "Level",
    "Search",
    "StudyRow",
    "Verdict",
    "add_study",
    "close",
    "detain",
    "detained",
    "digests_known",
    "enter",
    "every_digest",
    "has_study",
    "instance_file",
    "instance_files",
    "known",
    "link_order",
    "metadata_of",
    "patient_id",
    "search",
    "study_row",
    "study_summary",
    "summaries",
]
