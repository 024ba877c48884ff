"""Dates as carts write them, read strictly: what is no date becomes None, and no zone is invented."""

from datetime import date, datetime, timedelta, timezone


def dicom_datetime(text: str | None, offset: str | None = None) -> datetime | None:
    """A DICOM DT or HL7 TS ("20230104085844.123+0100"). `offset` is (0008,0201) when the value has none of its own.

    Naive when neither says a zone: the unit's local time.
    """
    body = (text or "").strip()
    if len(body) < 8 or not body[:8].isdigit() or not body.isascii():
        return None
    try:
        found = datetime.fromisoformat(f"{body[:8]}T{body[8:] or '00'}")
    except ValueError:
        return None
    return found if found.tzinfo is not None or not offset else found.replace(tzinfo=_zone(offset.strip()))


def _zone(text: str) -> timezone | None:
    digits = text[1:].replace(":", "")
    if len(digits) != 4 or text[:1] not in "+-" or not digits.isascii() or not digits.isdigit():
        return None
    delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if delta >= timedelta(hours=24):
        return None
    return timezone(-delta if text[0] == "-" else delta)


def naive_datetime(year: str, month: str, day: str, clock: str) -> datetime | None:
    """A local time from its parts; `clock` is "22:41:16" or "22:41"."""
    try:
        hour, minute, second = (*clock.split(":"), "0")[:3]
        whole, _, fraction = second.partition(".")
        micros = int(fraction[:6].ljust(6, "0")) if fraction else 0
        return datetime(int(year), int(month), int(day), int(hour), int(minute), int(whole), micros)  # noqa: DTZ001
    except (ValueError, OverflowError):
        return None


def iso_date(text: str | None) -> str | None:
    """ISO 8601 of "19710123", "1971-01-23"; None for what is no date."""
    digits = (text or "").strip()[:10].replace("-", "")[:8]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).isoformat() if len(digits) == 8 else None
    except ValueError:
        return None


def dicom_age(text: str | None) -> float | None:
    """Years of a DICOM age string "042Y", "003W", "010D", "018M" (PS3.5 §6.2, AS)."""
    days = {"D": 1.0, "W": 7.0, "M": 365.25 / 12, "Y": 365.25}
    if not text or len(text) != 4 or text[3] not in days or not text[:3].isascii() or not text[:3].isdigit():
        return None
    return int(text[:3]) if text[3] == "Y" else round(int(text[:3]) * days[text[3]] / 365.25, 3)


def _us_parts(text: str | None) -> tuple[str, str, str] | None:
    """Year, month, day of "04-29-2023", or of "2023-04-29" and "29-04-2023" where no other reading is possible."""
    parts = (text or "").strip().replace("/", "-").replace(".", "-").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        return None
    if len(parts[0]) == 4:
        return parts[0], parts[1], parts[2]
    month, day, year = parts
    return (year, day, month) if int(month) > 12 else (year, month, day)


def us_date(text: str | None) -> str | None:
    """ISO 8601 of a date written month first (GE), None for what is no date."""
    parts = _us_parts(text)
    return iso_date(f"{parts[0]}{parts[1]:0>2}{parts[2]:0>2}") if parts else None


def us_datetime(day: str | None, clock: str | None) -> datetime | None:
    """A local time from a date written month first and "22:41:16"; None when either is absent."""
    parts = _us_parts(day)
    return naive_datetime(*parts, clock) if parts and clock else None
