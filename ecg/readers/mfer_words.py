"""What an MFER file says beside its waveforms: person, time, device, comments, events, measured values."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from ecg.model import Annotation, Device, MachineMeasurement, Subject
from ecg.readers.mfer_tags import Found, Value
from ecg.readers.times import naive_datetime

TXC, FLT, NTE, MAN, EVT, VAL, PNM, PID, AGE, SEX, TIM = 3, 17, 22, 23, 0x41, 0x42, 0x81, 0x82, 0x83, 0x84, 0x85
_ENCODINGS = {"utf-8", "shift_jis", "shift-jis", "sjis", "iso-2022-jp", "euc-jp", "gb18030", "gbk",
              "gb2312", "big5", "latin-1", "iso-8859-1"}  # fmt: skip
_WIDE = {"utf-16", "utf16", "unicode", "ucs-2", "ucs2"}
_FILTERS = {"HPF": "high_pass_hz", "LPF": "low_pass_hz", "HUM": "notch_hz", "BEF": "notch_hz"}


def _text(found: Found, value: Value | None) -> str | None:
    """Text in the character code of tag 03h; without one UTF-8, else what a cart made for China writes."""
    stated = found.first(TXC)
    name = stated.data.split(b"\x00")[0].decode("latin-1").strip().lower() if stated else ""
    raw = value.data if value else b""
    if value is not None and name in _WIDE:
        order = "" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "-le" if value.little else "-be"
        raw, name = raw.decode(f"utf-16{order}", "replace").encode(), "utf-8"
    raw = raw.split(b"\x00")[0]
    for encoding in (name if name in _ENCODINGS else "utf-8", "gb18030", "latin-1"):
        try:
            text = raw.decode(encoding).strip()
        except UnicodeDecodeError:
            continue
        return text if text and text.isprintable() else None
    return None


def started_at(found: Found) -> datetime | None:
    """Tag 85h: year, month, day, hour, minute, second, milliseconds, microseconds; the unit's local time."""
    value = found.first(TIM)
    if value is None or len(value.data) < 7:
        return None
    micros = value.number(7, 9) * 1000 + value.number(9, 11)
    hour, minute, second = value.data[4:7]
    clock = f"{hour}:{minute}:{second}.{micros if micros < 1_000_000 else 0:06d}"
    return naive_datetime(str(value.number(0, 2)), str(value.data[2]), str(value.data[3]), clock)


def subject(found: Found) -> Subject:
    """Tags 81h to 84h: name, id, age and birth date, sex."""
    sexes: dict[int, Literal["M", "F"]] = {1: "M", 2: "F"}
    sex, age = found.first(SEX), found.first(AGE)
    years = age.data[0] + age.number(1, 3) / 365.25 if age and len(age.data) >= 3 else None
    return Subject(
        patient_id=_text(found, found.first(PID)),
        name=_text(found, found.first(PNM)),
        sex=sexes.get(sex.data[0]) if sex and sex.data else None,
        birth_date=_birth(age),
        age_years=round(years, 3) if years is not None and 0 < years <= 150 else None,
    )


def _birth(age: Value | None) -> str | None:
    if age is None or len(age.data) < 7:
        return None
    try:
        return date(age.number(3, 5), age.data[5], age.data[6]).isoformat()
    except ValueError:
        return None


def device(found: Found) -> Device:
    """Tag 17h: manufacturer ^ model ^ version ^ serial number; tag 11h: filters as `HPF=0.05`."""
    words = [word.strip() or None for word in (_text(found, found.first(MAN)) or "").split("^")] + [None] * 4
    filters = {}
    for pair in (_text(found, found.first(FLT)) or "").split("^"):
        name, _, value = pair.partition("=")
        number = value.strip().lower().removesuffix("hz").strip()
        if name.strip() in _FILTERS and number.isascii() and number.replace(".", "", 1).isdigit():
            filters[_FILTERS[name.strip()]] = float(number)
    return Device(manufacturer=words[0], model=words[1], software=words[2], serial_number=words[3], filters=filters)


def annotations(found: Found) -> Iterator[Annotation]:
    """Comments (tag 16h) and events (tag 41h: code, start in samples, duration, text) of the first waveform."""
    for tag, value in found.tags:
        if tag == NTE and (text := _text(found, value)):
            yield Annotation(0, "comment", text=text)
        elif tag == EVT and len(value.data) >= 2:
            text = _text(found, Value(value.data[10:], value.little)) or ""
            yield Annotation(value.number(2, 6), f"MFER event {value.number(0, 2):04X}h", text=text)


def measurements(found: Found) -> Iterator[MachineMeasurement]:
    """Tag 42h: code, time, `value^unit`. The codes are the makers' own and keep their number."""
    for tag, value in found.tags:
        text = _text(found, Value(value.data[6:], value.little)) if tag == VAL else None
        number, _, unit = (text or "").partition("^")
        digits = number.strip().removeprefix("-")
        if len(digits) <= 12 and digits.isascii() and digits.replace(".", "", 1).isdigit():
            yield MachineMeasurement(f"MFER {value.number(0, 2):04X}h", float(number), unit.strip(), "MFER tag 42h")
