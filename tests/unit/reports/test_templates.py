"""The templates that a reader begins with."""

import pytest

from reports.model import Content, Template
from reports.templates import blanks, fitting, templates
from reports.wording import LIMITS, cleaned

SIDES = ("左侧", "右侧", "左肺", "右肺")


def test_there_are_at_least_fifteen_for_radiography() -> None:
    assert len(fitting("DX", "")) >= 15
    assert len(fitting("CR", "")) >= 15


def test_those_of_the_body_part_come_first_and_none_is_lost() -> None:
    found = fitting("DX", "LSPINE")
    fits = ["LSPINE" in one.body_parts for one in found]
    assert fits[0]
    assert fits == sorted(fits, reverse=True)
    assert len(found) == len(fitting("DX", ""))


def test_a_modality_without_templates_has_none() -> None:
    assert fitting("ECG", "") == []


@pytest.mark.parametrize("one", templates(), ids=lambda one: one.id)
def test_a_template_is_complete_and_decides_no_side(one: Template) -> None:
    assert one.findings
    assert one.impression
    texts = f"{one.findings}{one.impression}{one.recommendation}"
    assert not [side for side in SIDES if side in texts]
    assert "#" not in texts
    assert cleaned(Content(one.findings, one.impression)) == Content(one.findings, one.impression)
    assert len(one.findings) < LIMITS["findings"]


@pytest.mark.parametrize("one", [one for one in templates() if not one.positive], ids=lambda one: one.id)
def test_a_normal_template_can_be_signed_as_it_is(one: Template) -> None:
    assert not blanks(one.findings + one.impression + one.recommendation)


def test_a_place_to_fill_in_is_found_and_a_documents_number_is_not_one() -> None:
    assert blanks("〔侧别〕肺见结节，按国卫医发〔2022〕6号") == ["〔侧别〕"]
