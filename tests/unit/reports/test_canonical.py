"""The bytes that are signed."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reports import canonical
from reports.model import Content, ReportStatus
from tests.unit.reports.statements import CONTENT, EXAMINATION, final


def test_the_example_of_the_standard_comes_out_byte_for_byte() -> None:
    # RFC 8785 §3.2.2 and §3.2.3, without its numbers that are not integers
    given_values = {"string": '€$\x0f\nA\'B"\\\\"/', "literals": [None, True, False], "€": 1, "1": 2, "\r": 3}
    expected = '{"\\r":3,"1":2,"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/","€":1}'
    assert canonical.dumps(given_values) == expected.encode()


def test_the_bytes_read_back_say_the_same() -> None:
    says = final()
    assert canonical.statement(canonical.canonical(says)) == says


def test_the_same_statement_has_the_same_bytes_and_another_character_has_others() -> None:
    first = canonical.digest(canonical.canonical(final()))
    assert first == canonical.digest(canonical.canonical(final()))
    assert first != canonical.digest(canonical.canonical(final(replace(CONTENT, findings=CONTENT.findings + "。"))))


def test_members_stand_in_the_order_of_the_standard() -> None:
    names = list(json.loads(canonical.canonical(final())))
    assert names == sorted(names)


def test_a_bare_a_withdrawn_and_an_emergency_statement_survive() -> None:
    bare = replace(
        EXAMINATION, accession_number="", modality="", body_part="", history="", order_id="", patient_sex="",
        patient_birth_date="", study_at="2026-11-22", requesting_unit_id="unit-2", requesting_unit_name="青石镇卫生院",
    )  # fmt: skip
    for says in (
        final(Content(findings="a", impression="b"), bare),
        replace(
            final(), status=ReportStatus.ENTERED_IN_ERROR, reason="写错了患者", centre_id="c", centre_name="县医院"
        ),
        replace(final(), status=ReportStatus.PRELIMINARY, emergency=True, reviewer=None, reviewed_at=None, replaces=""),
        replace(final(replace(CONTENT, addendum="补充")), status=ReportStatus.APPENDED),
    ):
        assert canonical.statement(canonical.canonical(says)) == says


def test_another_format_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="unknown format"):
        canonical.statement(b'{"resourceType":"Bundle","meta":{"profile":["urn:lianzhen:report-document:2"]}}')


@given(some.text(some.characters(exclude_categories=["Cs"])), some.booleans() | some.none())
def test_any_text_survives(findings: str, positive: bool | None) -> None:
    content = Content(findings=findings, positive=positive)
    assert canonical.content(canonical.content_json(content)) == content
    assert canonical.statement(canonical.canonical(final(content))).content == content
