"""Ids, clock, messages and the log's rule."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import clock, ids
from foundation.catalogue import catalogue, message, say
from foundation.errors import LianzhenError, TooMany, every_error
from foundation.log import Log
from registry.errors import BadUnit


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_stored_time_comes_back_to_the_millisecond(moment: datetime) -> None:
    assert abs(clock.from_iso(clock.iso(moment)) - moment) < timedelta(milliseconds=1)


@given(st.lists(st.datetimes(timezones=st.just(UTC), min_value=datetime(1900, 1, 1)), min_size=2, max_size=5))
def test_stored_times_sort_as_text(moments: list[datetime]) -> None:
    whole = [moment.replace(microsecond=moment.microsecond // 1000 * 1000) for moment in moments]
    assert sorted(map(clock.iso, whole)) == [clock.iso(moment) for moment in sorted(whole)]


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        clock.iso(datetime(2026, 1, 1))


def test_a_report_shows_county_time() -> None:
    assert clock.shown(datetime(2026, 11, 22, 6, 30, tzinfo=UTC)) == "2026-11-22 14:30"


def test_ids_are_unique_and_sorted_by_time() -> None:
    made = [ids.new_id() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert made == sorted(made)


def test_a_dicom_uid_fits_its_vr() -> None:
    uid = ids.new_uid()
    assert uid.startswith("2.25.")
    assert len(uid) <= 64


def test_an_accession_number_fits_sixteen_characters_whatever_the_prefix() -> None:
    assert all(len(ids.new_accession_number(prefix)) <= 16 for prefix in ("", "HK", "VERYLONGPREFIX"))


def test_a_message_names_its_facts_in_both_languages() -> None:
    error = TooMany(seconds=30)
    assert "30" in message(error, "zh")
    assert "30" in message(error, "en")


def test_a_missing_fact_never_breaks_a_message() -> None:
    assert "…" in say("too-large", "zh")


def test_a_fact_may_have_any_name() -> None:
    assert "YX" in message(BadUnit(unit="医院", code="YX", language="x"), "zh")


def test_an_error_as_text_is_its_code_so_facts_reach_no_log() -> None:
    assert str(LianzhenError(name="王芬")) == "error"


def test_every_family_has_words() -> None:
    for error in every_error():
        assert {"zh", "en"} <= catalogue()[error.code].keys()


def test_a_fact_that_is_not_on_the_list_cannot_be_logged() -> None:
    with pytest.raises(ValueError, match="not loggable"):
        Log("test").info("x", patient_name="王芬")
