"""Periods and sums, and tables as files."""

import csv
import io
from datetime import date

import openpyxl
import pytest

from recognition.model import Act
from recognition.sheets import csv_file, xlsx_file
from recognition.summing import Group, fold, period


def group(act: Act, rows: int = 1, **facts: object) -> Group:
    known = {"month": "2026-11", "unit_id": "u1", "item_code": "i1", "doctor_id": "d1", "reason": "", "told": False,
             "saved": 0}  # fmt: skip
    return Group(act=act.value, rows=rows, **(known | facts))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["2026", "2026-13", "2026-00", "2026-Q5", "2026-Q0", "26-11", "2026-11-01", "", "x"])
def test_what_is_neither_month_nor_quarter_is_no_period(name: str) -> None:
    assert period(name) is None


def test_a_period_knows_its_days() -> None:
    quarter, month = period("2026-Q1"), period("2024-02")
    assert quarter is not None
    assert month is not None
    assert (quarter.months, quarter.first, quarter.last) == (
        ("2026-01", "2026-02", "2026-03"), date(2026, 1, 1), date(2026, 3, 31),
    )  # fmt: skip
    assert (month.first, month.last) == (date(2024, 2, 1), date(2024, 2, 29))


def test_groups_are_folded_from_every_side() -> None:
    chosen = period("2026-Q4")
    assert chosen is not None
    sums = fold(
        chosen,
        [
            group(Act.OFFERED, 5, doctor_id=""),
            group(Act.OPENED, 4),
            group(Act.RECOGNISED, 2, saved=11000),
            group(Act.RECOGNISED, 1, saved=2000, doctor_id="d2", month="2026-12", unit_id="u2"),
            group(Act.REPEATED, 1, reason="emergency"),
            group(Act.REPEATED, 2, reason="other", told=True),
            group(Act.TOLD_UNIT, 9),
        ],
    )
    total = sums.total
    assert (total.offered, total.opened, total.recognised, total.repeated, total.told, total.saved) == (
        5, 4, 3, 3, 2, 13000,
    )  # fmt: skip
    assert total.rate == 0.5
    assert (sums.units["u1"].saved, sums.units["u2"].rate) == (11000, 1.0)
    assert sums.doctors["u1", "d1"].recognised == 2
    assert ("u1", "") not in sums.doctors
    assert dict(sums.reasons) == {"emergency": 1, "other": 2}
    assert {month: one.recognised for month, one in sums.months.items()} == {
        "2026-10": 0, "2026-11": 2, "2026-12": 1,
    }  # fmt: skip
    assert fold(chosen, []).total.rate is None


def test_no_cell_of_a_file_is_a_formula() -> None:
    heading, rows = ("名称", "数"), [("=1+1", 3), ("王", None), ("@x", 2.5)]
    told = csv_file(heading, rows)
    assert told.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(told.decode("utf-8-sig")))) == [
        ["名称", "数"], ["'=1+1", "3"], ["王", ""], ["'@x", "2.5"],
    ]  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(xlsx_file([("单位", heading, rows)])))
    cells = list(book["单位"].iter_rows())
    assert [[cell.value for cell in row] for row in cells] == [["名称", "数"], ["=1+1", 3], ["王", None], ["@x", 2.5]]
    assert {cell.data_type for row in cells for cell in row} <= {"s", "n"}
