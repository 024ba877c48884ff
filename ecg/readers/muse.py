"""GE MUSE XML (`RestingECG`): eight stored leads in base64, the other four computed and flagged.

Times of the measurements (QOnset, POffset, ...) are samples of ECGSampleBase on the median complex; filters are
in hundredths of a hertz for the high pass ("5" is 0.05 Hz) and in hertz for the others.
"""

import zlib
from collections.abc import Iterable
from fractions import Fraction
from xml.etree.ElementTree import Element

import numpy as np

from ecg.model import (
    Annotation,
    Bundle,
    Device,
    EcgRecord,
    Group,
    Lead,
    MachineMeasurement,
    MachineStatement,
    Subject,
    UnreadableEcg,
    Warning_,
)
from ecg.readers.assembly import finished, lead_from_integers, microvolts_per, resolution, sampling_frequency
from ecg.readers.bundles import digest
from ecg.readers.leads import with_derived_limb_leads
from ecg.readers.times import us_date, us_datetime
from ecg.readers.xml_safe import base64_bytes, number_of, parse, root_name, text_of

_MEASUREMENTS = {
    "VentricularRate": ("HR", "/min"),
    "AtrialRate": ("ATRIAL_RATE", "/min"),
    "PRInterval": ("PR", "ms"),
    "QRSDuration": ("QRS", "ms"),
    "QTInterval": ("QT", "ms"),
    "QTCorrected": ("QTc", "ms"),
    "QTcFrederica": ("QTc_FRIDERICIA", "ms"),
    "PAxis": ("P_AXIS", "deg"),
    "RAxis": ("QRS_AXIS", "deg"),
    "TAxis": ("T_AXIS", "deg"),
    "QRSCount": ("QRS_COUNT", "1"),
}
_FIDUCIALS = {"POnset": "P-on", "POffset": "P-off", "QOnset": "QRS-on", "QOffset": "QRS-off", "TOffset": "T-end"}
_KINDS = {"RHYTHM": "rhythm", "MEDIAN": "median-beat"}


class MuseReader:
    """Reads `muse`."""

    format = "muse"

    def recognises(self, bundle: Bundle) -> bool:
        """One XML part whose root is RestingECG."""
        return len(bundle) == 1 and root_name(bundle[0].data) == "RestingECG"

    def read(self, bundle: Bundle) -> EcgRecord:
        """Rhythm and median complex. Raises UnreadableEcg: `corrupt`, `truncated`, `bad-samples`, `bad-scale`,
        `contradictory-units`, `unsupported-encoding`, and what every reader demands."""
        root = parse(bundle[0].data, self.format)
        warnings: list[Warning_] = []
        waveforms = [waveform for waveform in root.findall("Waveform") if waveform.find("LeadData") is not None]
        groups = tuple(_group(waveform, warnings) for waveform in waveforms)
        return finished(
            EcgRecord(
                source_format=self.format,
                sha256=digest(bundle),
                groups=groups,
                started_at=us_datetime(
                    text_of(root, "TestDemographics/AcquisitionDate"), text_of(root, "TestDemographics/AcquisitionTime")
                ),
                subject=_subject(root.find("PatientDemographics")),
                device=_device(root),
                measurements=tuple(_measurements(root)),
                statements=tuple(_statements(root)),
                annotations=tuple(_annotations(root, groups)),
                warnings=tuple(warnings),
            )
        )


def _group(waveform: Element, warnings: list[Warning_]) -> Group:
    frequency = _frequency(waveform.findtext("SampleBase"), waveform.findtext("SampleExponent"))
    label = text_of(waveform, "WaveformType") or ""
    leads = [_lead(data, warnings) for data in waveform.findall("LeadData")]
    start = number_of(text_of(waveform, "WaveformStartTime"))
    kind = _KINDS.get(label.upper(), "other")
    return Group(
        kind="rhythm" if kind == "rhythm" else "median-beat" if kind == "median-beat" else "other",
        leads=with_derived_limb_leads(leads),
        sampling_frequency=frequency,
        label=label,
        start_offset_s=start / 1000 if start is not None else None,
    )


def _frequency(base: str | None, exponent: str | None) -> Fraction:
    power = number_of(exponent) or 0.0
    if not -9 <= power <= 9:
        raise UnreadableEcg("bad-sampling-frequency", f"sample exponent {exponent!r}", "muse")
    return sampling_frequency(sampling_frequency(base, "muse") * Fraction(10) ** int(power), "muse")


def _lead(data: Element, warnings: list[Warning_]) -> Lead:
    label = text_of(data, "LeadID") or "unnamed"
    if number_of(text_of(data, "LeadSampleSize")) not in (2, None):
        raise UnreadableEcg("unsupported-encoding", f"{label}: samples are not of 2 bytes", "muse")
    raw = base64_bytes(data.findtext("WaveFormData") or "", "muse")
    for element, size in (("LeadSampleCountTotal", 2), ("LeadByteCountTotal", 1)):
        stated = number_of(text_of(data, element))
        if stated is not None and stated * size != len(raw):
            code = "truncated" if stated * size > len(raw) else "corrupt"
            raise UnreadableEcg(code, f"{label}: {element} is {stated:g}, {len(raw)} bytes are present", "muse")
    if len(raw) % 2:
        raise UnreadableEcg("truncated", f"{label} ends in the middle of a sample", "muse")
    _check_sum(data, label, raw)
    if (text_of(data, "LeadOff") or "").upper() == "TRUE":
        warnings.append(Warning_("lead-off", f"the cart marked {label} as off", label))
    unit = text_of(data, "LeadAmplitudeUnits") or ""
    factor = microvolts_per(unit)
    if factor is None:
        raise UnreadableEcg("contradictory-units", f"{label} is given in {unit or 'no unit'}", "muse")
    per_bit = number_of(text_of(data, "LeadAmplitudeUnitsPerBit"))
    lsb = resolution(per_bit * factor if per_bit is not None else None, "muse")
    return lead_from_integers(label, np.frombuffer(raw, "<i2"), lsb)


def _check_sum(data: Element, label: str, raw: bytes) -> None:
    """LeadDataCRC32 is the CRC-32 of ISO 3309 over the decoded bytes (found true in all files seen); 0 is none."""
    stated = text_of(data, "LeadDataCRC32")
    if stated and stated.isascii() and stated.isdigit() and int(stated[:20]) not in (0, zlib.crc32(raw)):
        raise UnreadableEcg("checksum", f"{label}: the samples do not match their checksum", "muse")


def _measurements(root: Element) -> Iterable[MachineMeasurement]:
    """The edited values, and the cart's original ones where they differ."""
    seen: dict[str, float] = {}
    for section in ("RestingECGMeasurements", "OriginalRestingECGMeasurements"):
        for element in root.findall(f"{section}/*"):
            known = _MEASUREMENTS.get(element.tag)
            value = number_of(element.text)
            if known is None or value is None or seen.get(known[0]) == value:
                continue
            seen.setdefault(known[0], value)
            yield MachineMeasurement(known[0], value, known[1], f"MUSE {section}")
    interval = number_of(text_of(root, "QRSTimesTypes/GlobalRR"))
    if interval is not None:
        yield MachineMeasurement("RR", interval, "ms", "MUSE QRSTimesTypes")


def _lines(section: Element | None) -> list[str]:
    """Statements end where ENDSLINE stands; the pieces between belong to one sentence."""
    lines, pieces = [], []
    for statement in section.findall("DiagnosisStatement") if section is not None else ():
        pieces.append(text_of(statement, "StmtText") or "")
        if any((flag.text or "").strip() == "ENDSLINE" for flag in statement.findall("StmtFlag")):
            lines.append(" ".join(filter(None, pieces)))
            pieces = []
    return [line for line in [*lines, " ".join(filter(None, pieces))] if line]


def _statements(root: Element) -> Iterable[MachineStatement]:
    edited = _lines(root.find("Diagnosis"))
    original = _lines(root.find("OriginalDiagnosis"))
    yield from (MachineStatement(line, "MUSE Diagnosis") for line in edited)
    if original != edited:
        yield from (MachineStatement(line, "MUSE OriginalDiagnosis") for line in original)


def _annotations(root: Element, groups: tuple[Group, ...]) -> Iterable[Annotation]:
    places = {group.kind: (number, group) for number, group in reversed(list(enumerate(groups)))}
    if "median-beat" in places:
        yield from _beat_marks(root.find("RestingECGMeasurements"), *places["median-beat"])
    if "rhythm" not in places:
        return
    number, group = places["rhythm"]
    length = group.leads[0].samples.size if group.leads else 0
    for beat in root.findall("QRSTimesTypes/QRS"):
        milliseconds = number_of(text_of(beat, "Time"))
        if milliseconds is not None:
            sample = round(milliseconds / 1000 * float(group.sampling_frequency))
            if 0 <= sample < length:
                yield Annotation(sample, "beat", number, text=text_of(beat, "Type") or "")
    filled = [waveform for waveform in root.findall("Waveform") if waveform.find("LeadData") is not None]
    for waveform_number, waveform in enumerate(filled):
        for offset in (text_of(waveform, "PaceSpikes/IndexOffsets") or "").split()[:10_000]:
            if offset.isascii() and offset.isdigit() and len(offset) < 10 and int(offset) < length:
                yield Annotation(int(offset), "pacer-spike", waveform_number)


def _beat_marks(section: Element | None, number: int, group: Group) -> Iterable[Annotation]:
    base = number_of(text_of(section, "ECGSampleBase"))
    exponent = number_of(text_of(section, "ECGSampleExponent")) or 0.0
    if not base or not -9 <= exponent <= 9:
        return
    ratio = float(group.sampling_frequency) / (base * 10**exponent)
    for element, kind in _FIDUCIALS.items():
        value = number_of(text_of(section, element))
        if value and group.leads and 0 < value * ratio < group.leads[0].samples.size:
            yield Annotation(round(value * ratio), kind, number)


def _subject(person: Element | None) -> Subject:
    names = (text_of(person, "PatientLastName"), text_of(person, "PatientFirstName"))
    age = number_of(text_of(person, "PatientAge"))
    years = {"YEARS": 1.0, "MONTHS": 1 / 12, "WEEKS": 7 / 365.25, "DAYS": 1 / 365.25}
    factor = years.get((text_of(person, "AgeUnits") or "YEARS").upper())
    sex = (text_of(person, "Gender") or "").upper()
    return Subject(
        patient_id=text_of(person, "PatientID"),
        name="^".join(filter(None, names)) or None,
        sex="M" if sex == "MALE" else "F" if sex == "FEMALE" else None,
        birth_date=us_date(text_of(person, "DateofBirth")),
        age_years=round(age * factor, 3) if age is not None and factor else None,
    )


def _device(root: Element) -> Device:
    test = root.find("TestDemographics")
    rhythm = next((w for w in root.findall("Waveform") if (text_of(w, "WaveformType") or "").upper() == "RHYTHM"), None)
    high_pass = number_of(text_of(rhythm, "HighPassFilter"))
    filters = {
        "high_pass_hz": high_pass / 100 if high_pass else None,
        "low_pass_hz": number_of(text_of(rhythm, "LowPassFilter")),
        "notch_hz": number_of(text_of(rhythm, "ACFilter")),
    }
    technician = (text_of(test, "AcquisitionTechLastName"), text_of(test, "AcquisitionTechFirstName"))
    return Device(
        manufacturer="GE",
        model=text_of(test, "AcquisitionDevice"),
        serial_number=text_of(root, "PharmaData/PharmaCartID"),
        software=text_of(test, "AcquisitionSoftwareVersion"),
        operator=" ".join(filter(None, technician)) or None,
        institution=text_of(test, "SiteName"),
        filters={name: value for name, value in filters.items() if value},
    )
