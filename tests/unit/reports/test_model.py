"""The rules of a report's text."""

from hypothesis import given
from hypothesis import strategies as some

from reports.model import Content
from reports.wording import age, changed_share, changes, cleaned, edits


def test_signed_text_has_one_kind_of_line_end_and_nothing_invisible() -> None:
    typed = Content(findings="\n第一行 \r\n第二\t行\x00\u202e倒\u202c\r末行\n\n", impression="\ufeff正常")
    assert cleaned(typed) == Content(findings="第一行\n第二 行倒\n末行", impression="正常")


def test_cleaning_twice_changes_nothing_more() -> None:
    once = cleaned(Content(findings=" a \r\n\x07b\t\n"))
    assert cleaned(once) == once


def test_an_age_is_written_as_chinese_records_write_it() -> None:
    assert age("2026-11-20", "2026-11-22") == "2天"
    assert age("2026-10-22", "2026-11-22") == "1月"
    assert age("2024-01-31", "2026-11-22") == "33月"
    assert age("2023-11-22", "2026-11-22T09:00") == "3岁"
    assert age("1958-11-23", "2026-11-22") == "67岁"


def test_an_age_that_cannot_be_known_is_left_empty() -> None:
    assert age("", "2026-11-22") == ""
    assert age("2026-11-23", "2026-11-22") == ""
    assert age("19580304", "x") == ""


def test_what_a_reviewer_changed_is_named_field_by_field() -> None:
    before = Content(findings="左肺清晰", impression="正常", positive=False)
    after = Content(findings="右肺清晰", impression="正常", positive=True)
    assert [(one.field, one.before, one.after) for one in changes(before, after)] == [
        ("findings", "左肺清晰", "右肺清晰"),
        ("positive", False, True),
    ]


def test_the_share_of_changed_characters_is_edits_by_length() -> None:
    assert changed_share(Content(findings="右肺"), Content(findings="右肺")) == 0
    assert changed_share(Content(findings="12345678"), Content(findings="1234567x")) == 0.1  # two line ends count


def test_two_long_texts_are_compared_in_a_moment() -> None:
    assert edits("啊" * 8000, "啊" * 7000 + "波" * 1000) == 1000


@given(some.text("abc", max_size=8), some.text("abc", max_size=8))
def test_edits_are_levenshteins_distance(old: str, new: str) -> None:
    row = list(range(len(new) + 1))
    for index, letter in enumerate(old, 1):
        above, row = row, [index]
        for place, other in enumerate(new, 1):
            row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (letter != other)))
    assert edits(old, new) == row[-1]
