"""Dates of carts: read strictly, without a zone invented."""

import pytest

from ecg.readers import times


@pytest.mark.parametrize(
    ("text", "offset", "iso"),
    [
        ("20230104085844", None, "2023-01-04T08:58:44"),
        ("20230104085844.5", "+0100", "2023-01-04T08:58:44.500000+01:00"),
        ("20230104085844-0800", "+0100", "2023-01-04T08:58:44-08:00"),
        ("20230104", None, "2023-01-04T00:00:00"),
        ("20230230", None, None),
        ("2023", None, None),
        ("yesterday", None, None),
        ("20230104250000", None, None),
        ("２０２３０１０４", None, None),
        ("20230104085844", "+9900", "2023-01-04T08:58:44"),
        (None, None, None),
    ],
)
def test_a_dicom_or_hl7_time(text: str | None, offset: str | None, iso: str | None) -> None:
    found = times.dicom_datetime(text, offset)
    assert (found.isoformat() if found else None) == iso


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("04-29-2023", "2023-04-29"),
        ("29-04-2023", "2023-04-29"),
        ("2023-04-29", "2023-04-29"),
        ("00-00-0000", None),
        ("", None),
    ],
)
def test_a_date_written_month_first(text: str, iso: str | None) -> None:
    assert times.us_date(text) == iso


@pytest.mark.parametrize(("text", "years"), [("042Y", 42), ("006M", 0.5), ("42", None), ("04aY", None), (None, None)])
def test_a_dicom_age(text: str | None, years: float | None) -> None:
    assert times.dicom_age(text) == years


def test_a_clock_without_seconds_is_a_time() -> None:
    assert str(times.us_datetime("04-29-2023", "22:41")) == "2023-04-29 22:41:00"
    assert times.us_datetime("04-29-2023", "25:00:00") is None
    assert times.us_datetime("04-29-2023", "soon") is None
