"""The monthly export for a regional platform: docs/recognition-export.md describes it field by field. Plain Python.

The same month gives the same bytes whenever it is made: the ledger's rows never change, only what never changes is
named beside them (codes, versions of the catalogue), and nothing says when or by whom it was made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import rfc8785

from foundation import clock
from recognition.model import Act, Row
from recognition.sheets import csv_file

PROFILE = "urn:lianzhen:recognition-month:1"
COLUMNS = (
    "row", "time", "act", "unit_code", "accession_number", "item_code", "item_name", "item_version_from",
    "result_unit_code", "report_id", "report_version", "doctor_id", "doctor_name", "reason", "patient_told",
    "saved_fen",
)  # fmt: skip
REPORTED = (Act.OFFERED, Act.OPENED, Act.RECOGNISED, Act.REPEATED)


@dataclass(frozen=True, slots=True)
class Names:
    """What never changes of what the rows name: unit id to code, and catalogue version to item and first day."""

    units: Mapping[str, str]
    versions: Mapping[str, tuple[str, str]]


def lines(rows: Iterable[Row], names: Names) -> list[dict[str, str | int | bool]]:
    """The rows that are reported, in their order."""
    return [_line(one, names) for one in rows if one.act in REPORTED]


def _line(one: Row, names: Names) -> dict[str, str | int | bool]:
    name, since = names.versions.get(one.item_version, ("", ""))
    cells: tuple[str | int | bool, ...] = (
        one.id, clock.iso(one.at), one.act.value, names.units.get(one.unit_id, ""), one.accession_number,
        one.item_code, name, since, names.units.get(one.result_unit_id, ""), one.report_id, one.report_number,
        one.doctor_id, one.doctor_name, one.reason, one.told, one.saved,
    )  # fmt: skip
    return dict(zip(COLUMNS, cells, strict=True))


def as_json(month: str, county: str, found: Sequence[Mapping[str, str | int | bool]]) -> bytes:
    """RFC 8785: one object with the profile, the month, the county's code, the counts and the rows."""
    counts = {act.value: sum(1 for one in found if one["act"] == act.value) for act in REPORTED}
    saved = sum(int(one["saved_fen"]) for one in found)
    return rfc8785.dumps(
        {
            "profile": PROFILE,
            "month": month,
            "county_code": county,
            "counts": counts,
            "saved_fen": saved,
            "rows": [dict(one) for one in found],
        }
    )


def as_csv(found: Sequence[Mapping[str, str | int | bool]]) -> bytes:
    """UTF-8 with BOM, CRLF; the columns in the profile's order, true and false as 1 and 0."""
    return csv_file(
        COLUMNS, [[int(cell) if isinstance(cell, bool) else cell for cell in one.values()] for one in found]
    )
