"""GB 32100: the check character finds every single wrong character."""

import pytest

from registry.credit_code import check_character, read

REAL = "91350100M000100Y43"  # the standard's own example


def test_the_standards_example_holds() -> None:
    assert read(REAL) == REAL


def test_blanks_and_small_letters_are_a_way_of_typing() -> None:
    assert read(" 9135 0100 m000100y43 ") == REAL


@pytest.mark.parametrize("number", ["", REAL[:17], REAL + "3", "91350100I000100Y43", "９1350100M000100Y43", "x" * 18])
def test_another_form_is_none(number: str) -> None:
    assert read(number) is None


@pytest.mark.parametrize("place", range(18))
def test_one_wrong_character_is_found(place: int) -> None:
    for other in "0123456789ABCDEFGHJKLMNPQRTUWXY":
        if other != REAL[place]:
            assert read(REAL[:place] + other + REAL[place + 1 :]) is None


def test_the_check_character_is_that_of_the_body() -> None:
    assert check_character(REAL[:17]) == "3"
