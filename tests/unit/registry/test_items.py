"""The catalogue's file: encodings, every fault told, and versions that never overlap."""

from dataclasses import replace
from datetime import date
from itertools import count

import pytest

from registry.items import Item, MarkLevel, plan, read_csv

HEAD = "编码,名称,类别,价格,互认级别,互认标识,有效天数,生效日期,失效日期,来源"
ROW = "LAB-K,血钾,LAB,8.50,省,鄂HR,7,2025-01-01,,湖北某院公示"


def file(*rows: str, head: str = HEAD) -> str:
    return "\r\n".join((head, *rows)) + "\r\n"


def fault(*rows: str, head: str = HEAD) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.reason) for one in read_csv(file(*rows, head=head).encode())[1]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    ((row, item),), faults = read_csv(file(ROW).encode(encoding))
    assert not faults
    assert row == 2
    assert (item.name, item.price, item.mark_level, item.mark) == ("血钾", 850, MarkLevel.PROVINCE, "鄂HR")
    assert (item.validity_days, item.effective_from, item.effective_until) == (7, date(2025, 1, 1), None)


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_other_separators_are_read(separator: str) -> None:
    assert len(read_csv(file(ROW).replace(",", separator).encode())[0]) == 1


def test_a_file_in_no_encoding_is_told_as_such() -> None:
    for data in (file(ROW).encode("utf-16"), b"\xff\xfe\x00\x81", "编码".encode("gbk") + b"\xff\xff"):
        items, faults = read_csv(data)
        assert not items
        assert [one.reason for one in faults] == ["encoding"]


def test_wrong_columns_are_told_by_name() -> None:
    assert fault(ROW, head=HEAD.replace("价格", "单价")) == [(1, "单价", "unknown-column")]
    assert fault(ROW, head=HEAD.replace("来源", "名称")) == [(1, "名称", "double-column")]
    assert (1, "生效日期", "missing-column") in fault("LAB-K,血钾,LAB", head="编码,名称,类别")
    assert fault() == [(0, "", "empty-file")]
    assert fault(head="") == [(0, "", "empty-file")]


@pytest.mark.parametrize(
    ("was", "now", "column", "reason"),
    [
        ("8.50", "八元", "价格", "number"), ("8.50", "-1", "价格", "price"), ("8.50", "8.505", "价格", "price"),
        ("8.50", "NaN", "价格", "price"), (",7,", ",7天,", "有效天数", "number"), (",7,", ",0,", "有效天数", "days"),
        ("2025-01-01", "2025-02-30", "生效日期", "date"), ("2025-01-01", "", "生效日期", "needed"),
        ("LAB-K", "钾", "编码", "code"), ("LAB-K", "", "编码", "needed"), (",LAB,", ",XYZ,", "类别", "modality"),
        (",省,", ",乡,", "互认级别", "level"), (",省,", ",,", "互认级别", "mark-and-level"),
        ("01-01,,", "01-01,2024-12-31,", "失效日期", "ends-before"), ("血钾", "", "名称", "needed"),
        ("公示", "公示,多", "", "too-many-cells"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_told_with_line_column_and_rule(was: str, now: str, column: str, reason: str) -> None:
    assert fault(ROW, ROW.replace(was, now)) == [(3, column, reason)]


def test_every_fault_of_a_file_is_told_at_once() -> None:
    assert len(fault(ROW.replace("8.50", "x").replace("2025", "20x5"), ROW.replace("LAB-K", ""))) == 3


NUMBERS = count()


def new_id() -> str:
    return f"v{next(NUMBERS)}"


def version(since: date, until: date | None = None, **more: object) -> Item:
    return replace(Item(new_id(), "LAB-K", "血钾", "", "LAB", "", since, until), **more)  # type: ignore[arg-type]


def test_a_newer_version_ends_the_open_one_on_the_day_before() -> None:
    old = version(date(2025, 1, 1))
    done = plan([(2, version(date(2026, 1, 1), price=900))], [old], new_id)
    assert done.ended == ((old, date(2025, 12, 31)),)
    assert not done.faults
    assert [one.price for one in done.added] == [900]


def test_two_versions_on_one_day_are_refused_in_the_file_and_against_what_is_known() -> None:
    known = version(date(2025, 1, 1), date(2025, 12, 31))
    same = plan([(2, version(date(2025, 1, 1), price=1))], [known], new_id)
    assert [(one.row, one.reason) for one in same.faults] == [(2, "same-day")]
    inside = plan([(2, version(date(2025, 6, 1)))], [known], new_id)
    assert [(one.row, one.reason) for one in inside.faults] == [(2, "overlap")]
    both = plan([(2, version(date(2026, 1, 1))), (3, version(date(2026, 1, 1), price=1))], [known], new_id)
    assert [(one.row, one.reason) for one in both.faults] == [(3, "same-day")]
    before = plan([(2, version(date(2024, 1, 1)))], [known], new_id)
    assert [(one.row, one.reason) for one in before.faults] == [(2, "overlap")]


def test_a_version_within_a_gap_of_the_calendar_fits_and_a_repeated_line_changes_nothing() -> None:
    known = [version(date(2024, 1, 1), date(2024, 12, 31)), version(date(2026, 1, 1))]
    gap = plan([(2, version(date(2025, 1, 1), date(2025, 12, 31)))], known, new_id)
    assert (len(gap.added), gap.faults, gap.ended) == (1, (), ())
    again = plan([(2, replace(known[0], id="")), (3, replace(known[1], id=""))], known, new_id)
    assert (again.added, again.ended, again.unchanged, again.faults) == ((), (), 2, ())
    reopened = plan([(2, replace(known[0], id="", effective_until=None))], known, new_id)
    assert reopened.unchanged == 1


def test_three_versions_in_one_file_follow_one_another() -> None:
    rows = [(row, version(date(2024 + row, 1, 1))) for row in (3, 1, 2)]
    done = plan(rows, [], new_id)
    assert [(one.effective_from.year, one.effective_until) for one in done.added] == [
        (2025, date(2025, 12, 31)),
        (2026, date(2026, 12, 31)),
        (2027, None),
    ]
