"""The annotation sets of an aECG series: numbers, sentences, waves and peaks, down to any depth of nesting.

Codes: HL7 aECG implementation guide, ISO/IEEE 11073-10102 (MDC).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from ecg.model import Annotation, Group, MachineMeasurement, MachineStatement
from ecg.readers.leads import lead_by_label
from ecg.readers.measurement_names import by_mdc_reference, measurement_unit
from ecg.readers.times import dicom_datetime
from ecg.readers.xml_safe import number_of

_SOURCE = "aECG annotation"
_WAVES = {
    "MDC_ECG_WAVC_PWAVE": ("P-on", "P-off"),
    "MDC_ECG_WAVC_QRSWAVE": ("QRS-on", "QRS-off"),
    "MDC_ECG_WAVC_TWAVE": ("T-on", "T-end"),
    "MDC_ECG_WAVC_QWAVE": ("Q-on", "Q-off"),
    "MDC_ECG_WAVC_RWAVE": ("R-on", "R-off"),
}
_POINTS = {
    "MDC_ECG_WAVC_PWAVE": "P-peak",
    "MDC_ECG_WAVC_RWAVE": "R-peak",
    "MDC_ECG_WAVC_QRSWAVE": "R-peak",
    "MDC_ECG_WAVC_TWAVE": "T-peak",
}
_MS = {"s": 1000.0, "ms": 1.0, "us": 0.001}
_DEEPEST = 12
_Boundaries = list[tuple[str, Element | None]]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the annotations of a file said so far."""

    measurements: tuple[MachineMeasurement, ...] = ()
    statements: tuple[MachineStatement, ...] = ()
    annotations: tuple[Annotation, ...] = ()

    def __add__(self, other: "Findings") -> "Findings":
        return Findings(
            tuple(dict.fromkeys(self.measurements + other.measurements)),
            self.statements + other.statements,
            self.annotations + other.annotations,
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """The groups of one series, for turning times into samples."""

    groups: Sequence[Group]
    heads: Sequence[datetime | None]
    low: datetime | None
    first: int  # index of the series' first group in the record


def findings(
    series: Element, groups: Sequence[Group], heads: Sequence[datetime | None], low: datetime | None, first: int
) -> Findings:
    """The series' annotations; `heads` are the instants of the groups' first samples, `low` that of the series."""
    place = _Place(groups, heads, low, first)
    measurements: dict[tuple[str, str, str, str | None], MachineMeasurement] = {}
    statements: list[MachineStatement] = []
    marks: list[Annotation] = []
    for owner in series.findall("subjectOf/annotationSet/component/annotation"):
        for one in _walk(owner, "", 0):
            lead = next((lead_by_label(name) for name, _ in one.boundaries if name.startswith("MDC_ECG_LEAD")), None)
            if one.value is not None and one.code.startswith("MDC_ECG_"):
                key = (one.code, one.value.get("value", ""), one.value.get("unit", ""), lead)
                if key not in measurements and (found := _measurement(*key)) is not None:
                    measurements[key] = found
                statements += _statements(one.code, one.value)
            if one.boundaries:
                marks += _marks(_code(one.value) or one.code, one.parent, one.boundaries, lead, place)
    return Findings(tuple(measurements.values()), tuple(statements), tuple(marks))


@dataclass(frozen=True, slots=True)
class _One:
    """One annotation taken apart; `parent` is the wave that the one above names ("" at the top)."""

    code: str
    value: Element | None
    boundaries: _Boundaries
    parent: str


def _walk(annotation: Element, parent: str, depth: int) -> Iterable[_One]:
    code, value = "", None
    boundaries: _Boundaries = []
    below: list[Element] = []
    for child in annotation:
        tag = child.tag
        if tag == "code":
            code = child.get("code", "")
        elif tag == "value":
            value = child
        elif tag == "support":
            found = child.findall("supportingROI/component/boundary")
            boundaries += [(_code(boundary.find("code")), boundary.find("value")) for boundary in found]
        elif tag == "component":
            below += child.findall("annotation")
    yield _One(code, value, boundaries, parent)
    if depth < _DEEPEST:
        for child in below:
            yield from _walk(child, _code(value) or parent, depth + 1)


def _code(element: Element | None) -> str:
    return element.get("code", "") if element is not None else ""


def _measurement(code: str, value: str, unit: str, lead: str | None) -> MachineMeasurement | None:
    number = number_of(value)
    if number is None or code.startswith("MDC_ECG_WAVC"):
        return None
    default = "/min" if code == "MDC_ECG_HEART_RATE" else "ms" if code.startswith("MDC_ECG_TIME") else "1"
    return MachineMeasurement(by_mdc_reference(code), number, measurement_unit(unit or default), _SOURCE, lead)


def _statements(code: str, value: Element) -> Iterable[MachineStatement]:
    text = (value.text or "").strip()
    if text and code.startswith(("MDC_ECG_INTERPRETATION", "MDC_ECG_RHY")):
        yield MachineStatement(text, _SOURCE)
    elif code == "MDC_ECG_RHY" and value.get("code"):
        yield MachineStatement(value.get("displayName") or value.get("code") or "", _SOURCE, value.get("code"))


def _marks(own: str, parent: str, boundaries: _Boundaries, lead: str | None, place: _Place) -> Iterable[Annotation]:
    """The marks of one annotation; `own` is what it names, `parent` what the one above names."""
    for code, value in boundaries:
        if value is None or not code.startswith("TIME_"):
            continue
        wave = parent if own == "MDC_ECG_WAVC_PEAK" else own
        low, high = value.find("low"), value.find("high")
        if low is None and high is None:
            yield from _mark(value, _POINTS.get(wave) or wave, lead, place)
        elif wave in _WAVES:
            yield from _mark(low, _WAVES[wave][0], lead, place)
            yield from _mark(high, _WAVES[wave][1], lead, place)


def _mark(time: Element | None, kind: str, lead: str | None, place: _Place) -> Iterable[Annotation]:
    """The mark in the first group that holds its time; none when no group does."""
    if time is None:
        return
    for number, (group, head) in enumerate(zip(place.groups, place.heads, strict=True)):
        seconds = _seconds(time, head, group, place.low)
        sample = round(seconds * float(group.sampling_frequency)) if seconds is not None else -1
        if 0 <= sample < group.leads[0].samples.size:
            yield Annotation(sample, kind, place.first + number, lead)
            return


def _seconds(time: Element, head: datetime | None, group: Group, low: datetime | None) -> float | None:
    """Seconds from the group's first sample: TIME_RELATIVE counts from the series' start."""
    unit = time.get("unit")
    number = number_of(time.get("value"))
    if unit in _MS and number is not None:
        return number * _MS[unit] / 1000 - (group.start_offset_s or 0.0)
    at = dicom_datetime(time.get("value"))
    origin = head or low
    if at is None or origin is None or (at.tzinfo is None) != (origin.tzinfo is None):
        return None
    return (at - origin).total_seconds()
