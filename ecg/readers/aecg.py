"""HL7 annotated ECG (`AnnotatedECG`, HL7 V3 PORT_MT020001): rhythm and derived series, every sequence set.

A sequence set holds one time sequence (GLIST_TS or GLIST_PQ: head and increment) and one SLIST_PQ per lead; a
value is origin + digit x scale, each in its own stated unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from xml.etree.ElementTree import Element

import numpy as np

from ecg.model import (
    Bundle,
    Device,
    EcgRecord,
    Group,
    GroupKind,
    Lead,
    Subject,
    UnreadableEcg,
    Warning_,
)
from ecg.readers.aecg_annotations import Findings, findings
from ecg.readers.assembly import (
    exact,
    finished,
    lead_from_integers,
    lead_from_microvolts,
    microvolts_per,
    resolution,
    sampling_frequency,
)
from ecg.readers.bundles import digest
from ecg.readers.calibration import Tail, calibration_tail
from ecg.readers.times import dicom_datetime, iso_date
from ecg.readers.xml_safe import XSI_TYPE, number_of, numbers, parse, root_name, text_of

_KINDS: dict[str, GroupKind] = {"RHYTHM": "rhythm", "REPRESENTATIVE_BEAT": "median-beat"}
_SECONDS = {"s": Fraction(1), "ms": Fraction(1, 1000), "us": Fraction(1, 1_000_000)}
_SECONDS |= {"\u00b5s": _SECONDS["us"], "\u03bcs": _SECONDS["us"]}
_CONVERSION_NOISE_UV = 10.0  # a converter's filter leaves 1 or 2 digits where the cart wrote zero
_YEARS = {"a": 1.0, "mo": 1 / 12, "wk": 7 / 365.25, "d": 1 / 365.25}


@dataclass(frozen=True, slots=True)
class _Clock:
    """The time sequence of a set: the rate, and the head as an instant or as seconds."""

    frequency: Fraction
    head_at: datetime | None
    head_s: float | None


class AecgReader:
    """Reads `aecg`."""

    format = "aecg"

    def recognises(self, bundle: Bundle) -> bool:
        """One XML part whose root is AnnotatedECG."""
        return len(bundle) == 1 and root_name(bundle[0].data) == "AnnotatedECG"

    def read(self, bundle: Bundle) -> EcgRecord:
        """Every series. Raises UnreadableEcg: `bad-samples`, `bad-scale`, `bad-sampling-frequency`, `no-unit`,
        `contradictory-units`, and what every reader demands."""
        root = parse(bundle[0].data, self.format)
        groups: list[Group] = []
        found = Findings()
        warnings: list[Warning_] = []
        started = None
        for series in _series(root):
            low = _instant(series.find("effectiveTime/low"))
            clocks, new = _groups(series, low, warnings)
            found += findings(series, new, [clock.head_at for clock in clocks], low, len(groups))
            groups += new
            started = started or low or (clocks[0].head_at if clocks else None)
        return finished(
            EcgRecord(
                source_format=self.format,
                sha256=digest(bundle),
                groups=tuple(groups),
                started_at=started
                or _instant(root.find("effectiveTime/low"))
                or _instant(root.find("effectiveTime/center")),
                subject=_subject(root),
                device=_device(root),
                measurements=found.measurements,
                statements=found.statements,
                annotations=found.annotations,
                warnings=tuple(warnings),
            )
        )


def _series(root: Element) -> Iterator[Element]:
    for series in root.findall("component/series"):
        yield series
        yield from series.findall("derivation/derivedSeries")


def _instant(element: Element | None) -> datetime | None:
    return dicom_datetime(element.get("value")) if element is not None else None


def _groups(series: Element, low: datetime | None, warnings: list[Warning_]) -> tuple[list[_Clock], list[Group]]:
    code = series.find("code")
    label = code.get("code", "") if code is not None else ""
    clocks: list[_Clock] = []
    groups: list[Group] = []
    lasts: list[float] = []  # where each set ends, in seconds from the series' start
    for number, sequences in enumerate(series.findall("component/sequenceSet")):
        clock, leads = _sequence_set(sequences)
        if not leads:
            continue
        kind = _KINDS.get(label.upper(), "rhythm" if series.tag == "series" else "other")
        length = leads[0].samples.size / float(clock.frequency)
        leads, tail = _without_calibration(leads, clock, kind)
        warnings += tail.warnings() if tail is not None else ()
        offset = clock.head_s if clock.head_s is not None else (0.0 if number == 0 else None)
        if clock.head_at is not None and low is not None and (clock.head_at.tzinfo is None) == (low.tzinfo is None):
            offset = (clock.head_at - low).total_seconds()
        clocks.append(clock)
        groups.append(Group(kind, tuple(leads), clock.frequency, label, offset if kind == "rhythm" else None))
        lasts.append((offset or 0.0) + length)
    if label.upper() == "RHYTHM":
        _demand_whole(low, _instant(series.find("effectiveTime/high")), lasts)
    return clocks, groups


def _demand_whole(low: datetime | None, high: datetime | None, lasts: list[float]) -> None:
    """Refuse a rhythm of which less than half of the stated time is there."""
    if low is None or high is None or (low.tzinfo is None) != (high.tzinfo is None) or not lasts:
        return
    stated = (high - low).total_seconds()
    if max(lasts) < stated / 2:
        text = f"{stated:g} s of rhythm are stated and {max(lasts):g} s present"
        raise UnreadableEcg("truncated", text, "aecg")


def _sequence_set(sequences: Element) -> tuple[_Clock, list[Lead]]:
    clock: _Clock | None = None
    leads: list[Lead] = []
    for sequence in sequences.findall("component/sequence"):
        code, value = sequence.find("code"), sequence.find("value")
        name = code.get("code", "") if code is not None else ""
        if value is None:
            raise UnreadableEcg("no-samples", f"the sequence {name or '?'} has no value", "aecg")
        kind = value.get(XSI_TYPE, "").rpartition(":")[2]
        if name.startswith("TIME_") or kind in ("GLIST_TS", "GLIST_PQ"):
            clock = _clock(value)
        else:
            leads.append(_lead(name, kind, value))
    if clock is None:
        if leads:
            raise UnreadableEcg("bad-sampling-frequency", "the leads have no time sequence", "aecg")
        clock = _Clock(Fraction(1), None, None)
    return clock, leads


def _clock(value: Element) -> _Clock:
    increment, head = value.find("increment"), value.find("head")
    unit = increment.get("unit", "") if increment is not None else ""
    if increment is None or unit not in _SECONDS:
        raise UnreadableEcg("bad-sampling-frequency", f"a time increment in {unit or 'no unit'}", "aecg")
    step = exact(increment.get("value", ""))
    if not step:
        text = f"a time increment of {increment.get('value', '')[:40]!r}"
        raise UnreadableEcg("bad-sampling-frequency", text, "aecg")
    frequency = sampling_frequency(1 / (step * _SECONDS[unit]), "aecg")
    head_unit = head.get("unit") if head is not None else None
    seconds = number_of(head.get("value")) if head is not None and head_unit in _SECONDS else None
    return _Clock(
        frequency,
        _instant(head) if head_unit is None else None,
        seconds * float(_SECONDS[head_unit]) if seconds is not None and head_unit is not None else None,
    )


def _lead(name: str, kind: str, value: Element) -> Lead:
    if kind not in ("SLIST_PQ", "SLIST_INT"):
        raise UnreadableEcg("unsupported-encoding", f"{name}: samples of type {kind or 'unknown'}", "aecg")
    scale, origin = value.find("scale"), value.find("origin")
    if scale is None:
        raise UnreadableEcg("bad-scale", f"{name} has no scale", "aecg")
    unit = scale.get("unit")
    factor = _factor(name, unit)
    stated = number_of(scale.get("value"))
    lsb = resolution(stated * factor if stated is not None else None, "aecg")
    start = number_of(origin.get("value")) if origin is not None else 0.0
    if start is None:
        raise UnreadableEcg("bad-scale", f"{name}: the origin is no number", "aecg")
    offset = start * _factor(name, origin.get("unit", unit)) if origin is not None and start else 0.0
    digits = value.findtext("digits") or ""
    stored = numbers(digits, "," if "," in digits else " ", "aecg")
    if stored.dtype.kind == "f":
        return lead_from_microvolts(name, (stored * lsb + offset).astype(np.float32))
    return lead_from_integers(name, stored.astype(np.int64, copy=False), lsb, offset_uv=offset)


def _factor(name: str, unit: str | None) -> float:
    if not unit:
        raise UnreadableEcg("no-unit", f"{name} does not say its unit", "aecg")
    factor = microvolts_per(unit)
    if factor is None:
        raise UnreadableEcg("contradictory-units", f"{name} is given in {unit}, which is no voltage", "aecg")
    return factor


def _without_calibration(leads: list[Lead], clock: _Clock, kind: GroupKind) -> tuple[list[Lead], Tail | None]:
    """The leads without the calibration tail that files converted from Philips carts keep."""
    if (
        kind != "rhythm"
        or len(leads) < 2
        or len({lead.samples.size for lead in leads}) > 1
        or not leads[0].samples.size
    ):
        return leads, None
    if any(abs(lead.samples[-1]) > _CONVERSION_NOISE_UV for lead in leads):
        return leads, None
    stacked = np.stack([lead.samples for lead in leads]).astype(np.float64) / 1000
    tail = calibration_tail(stacked, float(clock.frequency), "aecg", _CONVERSION_NOISE_UV / 1000)
    if tail is None:
        return leads, None
    end = tail.ecg_end
    return [replace(lead, samples=lead.samples[:end], missing=lead.missing[:end]) for lead in leads], tail


def _subject(root: Element) -> Subject:
    subject = root.find("componentOf/timepointEvent/componentOf/subjectAssignment/subject/trialSubject")
    person = subject.find("subjectDemographicPerson") if subject is not None else None
    identifier = subject.find("id") if subject is not None else None
    gender = person.find("administrativeGenderCode") if person is not None else None
    birth = person.find("birthTime") if person is not None else None
    sex = gender.get("code") if gender is not None else None
    return Subject(
        patient_id=identifier.get("extension") or identifier.get("root") if identifier is not None else None,
        name=text_of(person, "name"),
        sex="M" if sex == "M" else "F" if sex == "F" else "O" if sex == "UN" else None,
        birth_date=iso_date(birth.get("value")) if birth is not None else None,
        age_years=_age(root),
    )


def _age(root: Element) -> float | None:
    """LOINC 21612-7, reported age."""
    for observation in root.findall("controlVariable/relatedObservation"):
        code, value = observation.find("code"), observation.find("value")
        if code is not None and value is not None and code.get("code") in ("21612-7", "30525-0"):
            number, factor = number_of(value.get("value")), _YEARS.get(value.get("unit", "a"))
            return round(number * factor, 3) if number is not None and factor else None
    return None


def _device(root: Element) -> Device:
    series = root.find("component/series")
    author = series.find("author/seriesAuthor") if series is not None else None
    device = author.find("manufacturedSeriesDevice") if author is not None else None
    identifier = author.find("id") if author is not None else None
    if identifier is None and device is not None:
        identifier = device.find("id")
    return Device(
        manufacturer=text_of(author, "manufacturerOrganization/name"),
        model=text_of(device, "manufacturerModelName"),
        serial_number=identifier.get("extension") if identifier is not None else None,
        software=text_of(device, "softwareName"),
        operator=text_of(series, "secondaryPerformer/seriesPerformer/assignedPerson/name"),
        institution=text_of(root, "location/testingSite/location/name"),
        filters=_filters(series) if series is not None else {},
    )


_FILTER = "MDC_ECG_CTL_VBL_ATTR_FILTER_"
_FILTERS = {
    f"{_FILTER}LOW_PASS": "low_pass_hz",
    f"{_FILTER}HIGH_PASS": "high_pass_hz",
    f"{_FILTER}NOTCH": "notch_hz",
}


def _filters(series: Element) -> dict[str, float]:
    filters: dict[str, float] = {}
    for variable in series.findall("controlVariable/controlVariable"):
        code = variable.find("code")
        name = _FILTERS.get(code.get("code", "")) if code is not None else None
        for value in variable.findall("component/controlVariable/value") if name else ():
            number = number_of(value.get("value"))
            if name and number and value.get("unit") == "Hz":
                filters.setdefault(name, number)
    return filters
