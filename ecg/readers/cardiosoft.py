"""GE CardioSoft and CASE XML (`CardiologyXML`): rhythm strip, median complexes and full disclosure as text."""

from collections.abc import Iterable
from datetime import datetime
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from ecg.model import (
    Annotation,
    Bundle,
    Device,
    EcgRecord,
    Group,
    GroupKind,
    MachineMeasurement,
    MachineStatement,
    Subject,
    UnreadableEcg,
    Warning_,
)
from ecg.readers.assembly import finished, lead_from_integers, resolution, sampling_frequency
from ecg.readers.bundles import digest
from ecg.readers.measurement_names import measurement_unit
from ecg.readers.times import iso_date, naive_datetime
from ecg.readers.xml_safe import number_of, numbers, parse, root_name, text_of

_MEASUREMENTS = {
    "VentricularRate": "HR",
    "PQInterval": "PR",
    "PDuration": "P_DURATION",
    "QRSDuration": "QRS",
    "QTInterval": "QT",
    "QTCInterval": "QTc",
    "RRInterval": "RR",
    "PPInterval": "PP",
    "PAxis": "P_AXIS",
    "RAxis": "QRS_AXIS",
    "TAxis": "T_AXIS",
    "QRSNum": "QRS_COUNT",
}
_FIDUCIALS = {"POnset": "P-on", "POffset": "P-off", "QOnset": "QRS-on", "QOffset": "QRS-off", "TOffset": "T-end"}
_UNITS = {"uvperlsb": 1.0, "\u00b5vperlsb": 1.0, "mvperlsb": 1e3, "nvperlsb": 1e-3}
_MEDIAN = "RestingECGMeasurements/MedianSamples"


class CardioSoftReader:
    """Reads `cardiosoft`."""

    format = "cardiosoft"

    def recognises(self, bundle: Bundle) -> bool:
        """One XML part whose root is CardiologyXML."""
        return len(bundle) == 1 and root_name(bundle[0].data) == "CardiologyXML"

    def read(self, bundle: Bundle) -> EcgRecord:
        """The strip, the median complexes and the full disclosure. Raises UnreadableEcg: `bad-samples`,
        `bad-scale`, `contradictory-units`, `truncated`, and what every reader demands."""
        root = parse(bundle[0].data, self.format)
        warnings: list[Warning_] = []
        groups = []
        for path, kind in (("StripData", "rhythm"), (_MEDIAN, "median-beat")):
            section = root.find(path)
            if section is not None and section.find("WaveformData") is not None:
                groups.append(_leadwise(section, "rhythm" if kind == "rhythm" else "median-beat"))
        disclosure = root.find("FullDisclosure")
        if disclosure is not None and text_of(disclosure, "FullDisclosureData"):
            has_strip = bool(groups) and groups[0].kind == "rhythm"
            groups += _disclosure(disclosure, "other" if has_strip else "rhythm", warnings)
        return finished(
            EcgRecord(
                source_format=self.format,
                sha256=digest(bundle),
                groups=tuple(groups),
                started_at=_started(root.find("ObservationDateTime")),
                subject=_subject(root.find("PatientInfo")),
                device=_device(root),
                measurements=tuple(_measurements(root)),
                statements=tuple(_statements(root)),
                annotations=tuple(_annotations(root, tuple(groups))),
                warnings=tuple(warnings),
            )
        )


def _lsb(section: Element) -> float:
    element = section.find("Resolution")
    unit = element.get("units", "uVperLsb").lower() if element is not None else ""
    value = number_of(element.text) if element is not None else None
    if unit not in _UNITS:
        raise UnreadableEcg("contradictory-units", f"resolution in {unit or 'no unit'}", "cardiosoft")
    return resolution(value * _UNITS[unit] if value is not None else None, "cardiosoft")


def _leadwise(section: Element, kind: GroupKind) -> Group:
    lsb = _lsb(section)
    stated = number_of(text_of(section, "ChannelSampleCountTotal"))
    first = number_of(text_of(section, "FirstValid"))
    last = number_of(text_of(section, "LastValid"))
    leads = []
    for element in section.findall("WaveformData"):
        label = element.get("lead", "unnamed")
        stored = _whole_numbers(element.text or "", label)
        if stated is not None and stored.size != stated:
            code = "truncated" if stored.size < stated else "corrupt"
            raise UnreadableEcg(code, f"{label}: {stated:g} samples stated, {stored.size} present", "cardiosoft")
        index = np.arange(stored.size)
        valid = (index >= (first or 0)) & (index <= (last if last is not None else stored.size))
        leads.append(lead_from_integers(label, stored, lsb, None if valid.all() else ~valid))
    count = number_of(text_of(section, "NumberOfLeads"))
    if count is not None and count != len(leads):
        raise UnreadableEcg("truncated", f"{count:g} leads stated, {len(leads)} present", "cardiosoft")
    frequency = sampling_frequency(text_of(section, "SampleRate"), "cardiosoft")
    return Group(kind, tuple(leads), frequency, label=section.tag, start_offset_s=0.0 if kind == "rhythm" else None)


def _whole_numbers(text: str, label: str) -> NDArray[np.int64]:
    stored = numbers(text, ",", "cardiosoft")
    if stored.dtype != np.int64:
        raise UnreadableEcg("bad-samples", f"{label}: a sample is not a whole number", "cardiosoft")
    return stored.astype(np.int64, copy=False)


def _disclosure(section: Element, kind: GroupKind, warnings: list[Warning_]) -> list[Group]:
    """Lines of one second of one lead each, the leads in turn: what the line breaks of the file show.

    Left out with a warning when the lines do not come out even, rather than dealt to the wrong leads.
    """
    frequency = sampling_frequency(text_of(section, "SampleRate"), "cardiosoft")
    names = [name.strip() for name in (text_of(section, "LeadOrder") or "").split(",") if name.strip()]
    element = section.find("FullDisclosureData")
    assert element is not None
    rows = [_whole_numbers(line, "full disclosure") for line in (element.text or "").split("\n") if line.strip()]
    stated = number_of(text_of(section, "FullDisclosureData/SampleCountTotal"))
    total = sum(row.size for row in rows)
    even = bool(names) and len(rows) % len(names) == 0 and len({row.size for row in rows}) == 1
    if not even or rows[0].size != frequency or (stated is not None and stated != total):
        text = "the full disclosure's lines do not come out even; it was left out"
        warnings.append(Warning_("part-left-out", text))
        return []
    lsb = _lsb(section)
    leads = tuple(
        lead_from_integers(name, np.concatenate(rows[index :: len(names)]), lsb) for index, name in enumerate(names)
    )
    return [Group(kind, leads, frequency, label="FullDisclosure", start_offset_s=None if kind == "other" else 0.0)]


def _measurements(root: Element) -> Iterable[MachineMeasurement]:
    section = root.find("RestingECGMeasurements")
    for element in section if section is not None else ():
        name, value = _MEASUREMENTS.get(element.tag), number_of(element.text)
        if name is not None and value is not None:
            unit = measurement_unit(element.get("units", "1"))
            yield MachineMeasurement(name, value, unit, "CardioSoft RestingECGMeasurements")
    table = section.find("MeasurementTable") if section is not None else None
    if table is None:
        return
    leads = [name.strip() for name in (text_of(table, "LeadOrder") or "").split(",")]
    for row in table:
        values = (row.text or "").split(",")
        if row.tag == "LeadOrder" or len(values) != len(leads):
            continue
        for lead, text in zip(leads, values, strict=True):
            value = number_of(text)
            if value is not None:
                yield MachineMeasurement(row.tag, value, row.get("units", "1"), "CardioSoft MeasurementTable", lead)


def _statements(root: Element) -> Iterable[MachineStatement]:
    """The conclusion, and the diagnosis where it differs."""
    found: dict[str, list[str]] = {}
    for path in ("Conclusion/ConclusionText", "Diagnosis/DiagnosisText"):
        lines = [(element.text or "").strip() for element in root.findall(f"Interpretation/{path}")]
        found[path.partition("/")[0]] = [line for line in lines if line.strip("-")]
    for name, lines in found.items():
        if name == "Conclusion" or lines != found["Conclusion"]:
            yield from (MachineStatement(line, f"CardioSoft {name}") for line in lines)


def _annotations(root: Element, groups: tuple[Group, ...]) -> Iterable[Annotation]:
    section = root.find("RestingECGMeasurements")
    for number, group in enumerate(groups):
        frequency, length = float(group.sampling_frequency), group.leads[0].samples.size if group.leads else 0
        marks: list[tuple[float | None, str, str]] = []
        if group.kind == "median-beat":
            marks = [(number_of(text_of(section, tag)), kind, "") for tag, kind in _FIDUCIALS.items()]
        elif group.label == "StripData":
            results = root.find("StripData/ArrhythmiaResults")
            times = [number_of(e.text) for e in results.findall("Time")] if results is not None else []
            classes = [(e.text or "").strip() for e in results.findall("BeatClass")] if results is not None else []
            classes += [""] * (len(times) - len(classes))
            marks = [(time, "beat", name) for time, name in zip(times, classes, strict=False)]
        for milliseconds, kind, text in marks:
            sample = round(milliseconds / 1000 * frequency) if milliseconds is not None else -1
            if 0 <= sample < length:
                yield Annotation(sample, kind, number, text=text)


def _started(element: Element | None) -> datetime | None:
    parts = [text_of(element, tag) or "" for tag in ("Year", "Month", "Day", "Hour", "Minute", "Second")]
    return naive_datetime(parts[0], parts[1], parts[2], ":".join(parts[3:]))


def _subject(person: Element | None) -> Subject:
    names = (text_of(person, "Name/FamilyName"), text_of(person, "Name/GivenName"))
    birth = [text_of(person, f"BirthDateTime/{tag}") or "" for tag in ("Year", "Month", "Day")]
    age = person.find("Age") if person is not None else None
    years = number_of(age.text) if age is not None and age.get("units", "YEARS").upper() == "YEARS" else None
    sex = (text_of(person, "Gender") or "").upper()
    return Subject(
        patient_id=text_of(person, "PID"),
        name="^".join(filter(None, names)) or None,
        sex="M" if sex == "MALE" else "F" if sex == "FEMALE" else None,
        birth_date=iso_date(f"{birth[0]}{birth[1]:0>2}{birth[2]:0>2}"),
        age_years=years,
    )


def _device(root: Element) -> Device:
    info = root.find("ClinicalInfo")
    setting = root.find("FilterSetting")
    yes = {hertz: (text_of(setting, f"Filter{hertz}Hz") or "").lower() == "yes" for hertz in (50, 60)}
    filters = {
        "high_pass_hz": number_of(text_of(setting, "HighPass")),
        "low_pass_hz": number_of(text_of(setting, "LowPass")),
        "notch_hz": 50.0 if yes[50] else 60.0 if yes[60] else None,
    }
    technician = (text_of(info, "Technician/FamilyName"), text_of(info, "Technician/GivenName"))
    return Device(
        manufacturer="GE",
        model=text_of(info, "DeviceInfo/Desc"),
        software=text_of(info, "DeviceInfo/SoftwareVer"),
        operator=" ".join(filter(None, technician)) or None,
        institution=text_of(root, "PatientVisit/ServicingFacility/Name"),
        filters={name: value for name, value in filters.items() if value},
    )
