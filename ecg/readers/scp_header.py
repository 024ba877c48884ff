"""What an SCP-ECG record says in words and numbers: sections 1 (patient, acquisition), 7 (measurements), 8 (report)."""

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from typing import Literal

from ecg.model import Annotation, Device, MachineMeasurement, MachineStatement, Subject
from ecg.readers.scp_sections import Sections, u16
from ecg.readers.times import naive_datetime
from ecg.readers.words import undeclared_text

NOT_COMPUTED = 29_999  # EN 1064 §5.10: "not computed"; 29,998 rejected, 19,999 absent
_MISSING = {NOT_COMPUTED, 29_998, 19_999}
_CODED = 1  # type of a statement of section 11 that is a code; 2 is text, 3 an expression
_DAYS = {
    1: 1.0,
    2: 1 / 12,
    3: 7 / 365.25,
    4: 1 / 365.25,
    5: 1 / 8766,
}  # years a unit of age: year, month, week, day, hour


def _tags(sections: Sections) -> dict[int, bytes]:
    """Fields of section 1 by tag; the first of a tag counts."""
    body, place = sections.bodies.get(1, b""), 0
    found: dict[int, bytes] = {}
    while place + 3 <= len(body) and body[place] != 255:
        length = u16(body, place + 1)
        found.setdefault(body[place], body[place + 3 : place + 3 + length])
        place += 3 + length
    return found


def _text(data: bytes | None) -> str | None:
    """Text up to its NUL, in no declared character set."""
    text = undeclared_text((data or b"").split(b"\x00")[0]).strip()
    return text if text and text.isprintable() else None


def _date(data: bytes | None) -> tuple[int, int, int] | None:
    if data is None or len(data) < 4:
        return None
    year, month, day = u16(data, 0), data[2], data[3]
    return (year, month, day) if 1850 <= year <= 2200 and 1 <= month <= 12 and 1 <= day <= 31 else None


def started_at(sections: Sections) -> datetime | None:
    """Acquisition date and time (tags 25 and 26), the unit's local time."""
    tags = _tags(sections)
    day, clock = _date(tags.get(25)), tags.get(26, b"")
    if day is None or len(clock) < 3:
        return None
    year, month, date = (str(part) for part in day)
    return naive_datetime(year, month, date, f"{clock[0]}:{clock[1]}:{clock[2]}")


def subject(sections: Sections) -> Subject:
    """Tags 0 to 8: names, id, age, birth date, sex."""
    tags = _tags(sections)
    names = [name for name in (_text(tags.get(1)), _text(tags.get(0)), _text(tags.get(3))) if name]
    sexes: dict[int, Literal["M", "F"]] = {1: "M", 2: "F"}
    age = tags.get(4, b"")
    years = round(u16(age, 0) * _DAYS[age[2]], 3) if len(age) >= 3 and age[2] in _DAYS else None
    born = _date(tags.get(5))
    return Subject(
        patient_id=_text(tags.get(2)),
        name=" ".join(names) or None,
        sex=sexes.get(tags[8][0]) if tags.get(8) else None,
        birth_date="{:04d}-{:02d}-{:02d}".format(*born) if born else None,
        age_years=years,
    )


def device(sections: Sections) -> Device:
    """Tag 14 (acquiring device), 27 to 29 (filters), institution and operator."""
    tags = _tags(sections)
    machine = tags.get(14, b"")
    strings = [_text(part) for part in machine[36:].split(b"\x00")] if len(machine) > 36 else []
    return Device(
        manufacturer=strings[4] if len(strings) > 4 else None,
        model=_text(machine[8:14]),
        serial_number=strings[1] if len(strings) > 1 else None,
        software=strings[2] if len(strings) > 2 else None,
        operator=_text(tags.get(22)) or _text(tags.get(23)),
        institution=_text(tags.get(16)),
        filters=_filters(tags),
    )


def _filters(tags: dict[int, bytes]) -> dict[str, float]:
    filters: dict[str, float] = {}
    if len(tags.get(27, b"")) >= 2 and u16(tags[27], 0):
        filters["high_pass_hz"] = u16(tags[27], 0) / 100
    if len(tags.get(28, b"")) >= 2 and u16(tags[28], 0):
        filters["low_pass_hz"] = float(u16(tags[28], 0))
    bits = tags[29][0] if tags.get(29) else 0
    if bits & 3:
        filters["notch_hz"] = 60.0 if bits & 1 else 50.0
    return filters


_TIMES = (("P_ON", 0), ("P_OFF", 2), ("QRS_ON", 4), ("QRS_OFF", 6), ("T_OFF", 8))
_AXES = (("P_AXIS", 10), ("QRS_AXIS", 12), ("T_AXIS", 14))


def measurements(sections: Sections) -> Iterator[MachineMeasurement]:
    """Section 7: rate, mean RR and PP, QTc, then the intervals and axes of reference beat 0 (EN 1064 §5.10)."""
    body, source = sections.bodies.get(7, b""), "SCP section 7"
    if len(body) < 6:
        return
    rate, corrected = _later(body)
    beats = u16(body, 2)
    if rate:
        yield MachineMeasurement("HR", float(rate), "/min", source)
    elif beats and beats not in _MISSING:
        yield MachineMeasurement("HR", round(60_000 / beats, 1), "/min", source)
    for name, value in (("RR", beats), ("PP", u16(body, 4)), ("QTc", corrected)):
        if value and value not in _MISSING:
            yield MachineMeasurement(name, float(value), "ms", source)
    if body[0] and len(body) >= 6 + 16:
        yield from _intervals(body[6:22], source)


def _later(body: bytes) -> tuple[int, int]:
    """Ventricular rate and QTc, behind the spikes (4 + 6 bytes each) and the types of the QRS; 0 where not given."""
    place = 6 + 16 * body[0] + 10 * body[1]
    if place + 2 > len(body):
        return 0, 0
    count = u16(body, place)
    place += 2 + (0 if count in _MISSING else count)
    if place + 6 > len(body):
        return 0, 0
    rate, corrected = u16(body, place), u16(body, place + 4)
    return (rate if 1 <= rate <= 600 else 0), (corrected if corrected <= 2000 else 0)


def _intervals(block: bytes, source: str) -> Iterator[MachineMeasurement]:
    at = {name: u16(block, place) for name, place in _TIMES}
    spans = (("P_DURATION", "P_ON", "P_OFF"), ("PR", "P_ON", "QRS_ON"), ("QRS", "QRS_ON", "QRS_OFF"),
             ("QT", "QRS_ON", "T_OFF"))  # fmt: skip
    for name, start, end in spans:
        if not {at[start], at[end]} & _MISSING and 0 < at[end] - at[start] < 2000:
            yield MachineMeasurement(name, float(at[end] - at[start]), "ms", source)
    for name, place in _AXES:
        value = int.from_bytes(block[place : place + 2], "little", signed=True)
        if -180 <= value <= 180:
            yield MachineMeasurement(name, float(value), "deg", source)


def spikes(sections: Sections, hertz: Fraction) -> Iterator[Annotation]:
    """Pacemaker spikes of section 7, milliseconds from the start of the recording."""
    body = sections.bodies.get(7, b"")
    if len(body) < 6:
        return
    start = 6 + 16 * body[0]
    for index in range(body[1]):
        place = start + 4 * index
        if place + 4 > len(body):
            return
        yield Annotation(round(u16(body, place) * hertz / 1000), "pacer-spike")


def statements(sections: Sections) -> Iterator[MachineStatement]:
    """Section 8, the report's sentences, and section 11, the universal statements: a code, or free text."""
    for line in _lines(sections.bodies.get(8, b"")):
        if text := _text(line):
            yield MachineStatement(text, "SCP section 8")
    for line in _lines(sections.bodies.get(11, b"")):
        if text := _text(line[1:]):
            yield MachineStatement(text, "SCP section 11", text if line[0] == _CODED else None)


def _lines(body: bytes) -> Iterator[bytes]:
    """The statements of section 8 or 11, which begin with the same date, time and count."""
    place = 9
    for _ in range(body[8] if len(body) > 8 else 0):
        if place + 3 > len(body):
            return
        length = u16(body, place + 1)
        yield body[place + 3 : place + 3 + length]
        place += 3 + length
