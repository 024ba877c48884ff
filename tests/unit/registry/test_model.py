"""The registry's rules of form, without a database."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.vocabulary import Role, Sex
from registry import id_card
from registry.model import (
    NEXT,
    DeviceChange,
    OrderStatus,
    OrderStep,
    PersonChange,
    after,
    mask_id_card,
    mask_name,
    mask_patient_id,
    mask_phone,
    same_name,
    valid_aet,
    valid_long,
    valid_short,
)
from registry.model import given as given_fields

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("name", "masked"),
    [("王小芬", "王*芬"), ("王芬", "王*"), ("欧阳小芬", "欧**芬"), ("王", "*"), ("", ""), (" 王小芬 ", "王*芬")],
)
def test_a_name_in_a_list_shows_its_ends_only(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_numbers_in_a_list_show_the_ends_that_the_county_agreed_on() -> None:
    assert mask_id_card("11010519491231002X") == "110105********002X"
    assert mask_phone("13812345678") == "138****5678"
    assert mask_patient_id("11010519491231002X") == "110105********002X"
    assert mask_patient_id("P0001") == "P0001"


@given(st.text(max_size=30))
def test_no_mask_shows_more_than_it_may(text: str) -> None:
    assert len(mask_id_card(text)) == len(text)
    assert mask_id_card(text).count("*") >= max(len(text) - 10, 0)
    assert mask_phone(text).count("*") >= max(len(text) - 7, 0)
    assert len(text.strip()) < 1 or "*" in mask_name(text)


def test_the_published_example_of_gb_11643_is_valid_and_tells_birth_date_and_sex() -> None:
    # GB 11643-1999, annex: 11010519491231002X, a woman born on the last day of 1949
    assert id_card.read("11010519491231002x", TODAY) == id_card.Citizen(
        "11010519491231002X", date(1949, 12, 31), Sex.FEMALE
    )
    read = id_card.read("440524188001010014", TODAY)
    assert read is not None
    assert (read.birth_date, read.sex) == (date(1880, 1, 1), Sex.MALE)


@pytest.mark.parametrize(
    "number",
    [
        "110105194912310021",  # wrong check character
        "11010519491231002",  # too short
        "11010519490231002X",  # no such day
        "",
        "abcdefghijklmnopqr",
        "１1010519491231002X",  # a full-width digit
        "01010519491231002X",  # no place begins with 0
    ],
)
def test_a_number_that_breaks_the_standard_is_not_read(number: str) -> None:
    assert id_card.read(number, TODAY) is None


def test_a_holder_who_is_not_born_yet_is_not_read() -> None:
    first = "11010520301231002"
    assert id_card.read(first + id_card.check_character(first), TODAY) is None


@given(st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_found(place: int, shift: int) -> None:
    number = "11010519491231002X"
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert id_card.read(wrong, TODAY) is None


@given(st.integers(0, 15))
def test_any_two_neighbours_in_the_wrong_order_are_found(place: int) -> None:
    number = "11010519491231002X"
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert wrong == number or id_card.read(wrong, TODAY) is None


@pytest.mark.parametrize("aet", ["TOWNSHIP1", "A", "DR 1", "x" * 16, "_-./"])
def test_an_ae_title_of_the_default_repertoire_is_accepted(aet: str) -> None:
    assert valid_aet(aet)


@pytest.mark.parametrize("aet", ["", "x" * 17, "A\\B", " A", "A ", "   ", "镇卫生院", "A\nB"])
def test_an_ae_title_that_breaks_its_vr_is_refused(aet: str) -> None:
    assert not valid_aet(aet)


def test_accession_number_and_patient_id_keep_to_the_length_of_their_vr() -> None:
    assert valid_short("Y1234567890ABCDE")
    assert not valid_short("Y1234567890ABCDEF")
    assert not valid_short("A\\B")
    assert valid_long("x" * 64)
    assert not valid_long("x" * 65)
    assert not valid_long("")


def test_one_name_written_in_other_ways_is_one_name() -> None:
    assert same_name("WANG^Xiaofen", "wang xiaofen ")
    assert same_name("王 小芬", "王小芬")
    assert not same_name("王小芬", "王小芳")


SQUARES = list(product(OrderStatus, OrderStep))


@pytest.mark.parametrize(("status", "step"), SQUARES)
def test_every_square_of_an_orders_life_is_either_in_the_table_or_refused(status: OrderStatus, step: OrderStep) -> None:
    allowed = {
        ("requested", "receive"): "received",
        ("requested", "cancel"): "cancelled",
        ("requested", "recognise"): "recognised",
        ("received", "receive"): "received",
        ("received", "report"): "reported",
        ("reported", "receive"): "reported",
        ("reported", "report"): "reported",
    }
    assert after(status, step) == allowed.get((status.value, step.value))
    assert len(NEXT) == len(allowed)


@settings(max_examples=30)
@given(st.builds(PersonChange, name=st.none() | st.text(), active=st.none() | st.booleans()))
def test_only_what_is_given_changes(change: PersonChange) -> None:
    named = given_fields(change)
    assert named.get("name") == change.name
    assert ("active" in named) == (change.active is not None)


def test_closing_is_a_change_although_it_is_false() -> None:
    assert given_fields(DeviceChange(active=False)) == {"active": False}
    assert given_fields(PersonChange(roles=frozenset({Role.REVIEWER}))) == {"roles": frozenset({Role.REVIEWER})}
