"""Philips Sierra XML 1.03 and 1.04 (`restingecgdata`): XLI or plain samples, calibration tail cut, mean beats.

Elements differ between the versions only in their names; both are looked up. Times of the measurements are ms.
"""

import re
from collections.abc import Iterable
from fractions import Fraction
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

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
from ecg.readers.assembly import MAX_SAMPLES, finished, lead_from_integers, resolution, sampling_frequency
from ecg.readers.bundles import digest
from ecg.readers.calibration import calibration_tail
from ecg.readers.leads import LIMB_LEADS, lead_by_label
from ecg.readers.times import dicom_datetime, iso_date
from ecg.readers.xli import limb_leads_restored, xli_channels
from ecg.readers.xml_safe import base64_bytes, number_of, numbers, parse, root_name, text_of

_STANDARD = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
_MEASUREMENTS = {
    "heartrate": ("HR", "/min"),
    "meanventrate": ("HR", "/min"),
    "atrialrate": ("ATRIAL_RATE", "/min"),
    "rrint": ("RR", "ms"),
    "print": ("PR", "ms"),
    "meanprint": ("PR", "ms"),
    "qrsdur": ("QRS", "ms"),
    "meanqrsdur": ("QRS", "ms"),
    "qtint": ("QT", "ms"),
    "meanqtint": ("QT", "ms"),
    "qtcb": ("QTc", "ms"),
    "meanqtc": ("QTc", "ms"),
    "qtcf": ("QTc_FRIDERICIA", "ms"),
    "pfrontaxis": ("P_AXIS", "deg"),
    "qrsfrontaxis": ("QRS_AXIS", "deg"),
    "tfrontaxis": ("T_AXIS", "deg"),
}
_SECTIONS = (
    "interpretations/interpretation/globalmeasurements",
    "interpretations/interpretation/interpretationmeasurements",
    "internalmeasurements/crossleadmeasurements",
    "measurements/globalmeasurements",
)


class SierraReader:
    """Reads `sierra`."""

    format = "sierra"

    def recognises(self, bundle: Bundle) -> bool:
        """One XML part whose root is restingecgdata."""
        return len(bundle) == 1 and root_name(bundle[0].data) == "restingecgdata"

    def read(self, bundle: Bundle) -> EcgRecord:
        """The strip and the mean beats. Raises UnreadableEcg: `truncated`, `corrupt`, `bad-samples`, `bad-scale`,
        `unsupported-encoding`, and what every reader demands."""
        root = parse(bundle[0].data, self.format)
        signal = root.find("dataacquisition/signalcharacteristics")
        warnings: list[Warning_] = []
        groups = [_rhythm(root, signal, warnings), *_beats(root.find("waveforms/repbeats"), signal, warnings)]
        acquisition = root.find("dataacquisition")
        day, clock = (acquisition.get(key, "") if acquisition is not None else "" for key in ("date", "time"))
        return finished(
            EcgRecord(
                source_format=self.format,
                sha256=digest(bundle),
                groups=tuple(groups),
                started_at=dicom_datetime(re.sub(r"[^0-9]", "", day) + re.sub(r"[^0-9]", "", clock)[:6]),
                subject=_subject(root.find("patient/generalpatientdata")),
                device=_device(root, signal),
                measurements=tuple(_measurements(root)),
                statements=tuple(_statements(root)),
                annotations=tuple(_annotations(root, groups)),
                warnings=tuple(warnings),
            )
        )


def _signal_number(signal: Element | None, *names: str) -> float | None:
    return next((value for value in (number_of(text_of(signal, name)) for name in names) if value is not None), None)


def _rhythm(root: Element, signal: Element | None, warnings: list[Warning_]) -> Group:
    waveform = root.find("waveforms/parsedwaveforms")
    if waveform is None:
        raise UnreadableEcg("no-leads", "the file holds no waveform", "sierra")
    frequency = sampling_frequency(text_of(signal, "samplingrate") or waveform.get("samplespersecond"), "sierra")
    stated = _signal_number(signal, "resolution", "signalresolution")
    lsb = resolution(stated if stated is not None else number_of(waveform.get("resolution")), "sierra")
    labels = _labels(root, waveform, signal)
    channels = _channels(waveform, frequency, labels)
    unused = channels[len(labels) :]
    tail = calibration_tail(channels[: len(labels)] * np.float64(lsb / 1000), float(frequency), "sierra")
    end = channels.shape[1]
    if tail is not None:
        warnings.extend(tail.warnings())
        end = tail.ecg_end
    leads = [lead_from_integers(label, row[:end], lsb) for label, row in zip(labels, channels, strict=False)]
    for number, row in enumerate(unused[:, :end], len(labels) + 1):
        if row.any():
            leads.append(lead_from_integers(f"channel {number}", row, lsb))
    return Group("rhythm", tuple(leads), frequency, label="parsedwaveforms")


def _labels(root: Element, waveform: Element, signal: Element | None) -> list[str]:
    """The leads in the order of the channels: stated in 1.04; the order of the lead measurements in 1.03."""
    stated = re.split(r"[\s,;]+", waveform.get("leadlabels", "").strip(" ,;\t\r\n"))
    stated = [lead_by_label(name) for name in stated if name]
    measured = [e.get("leadname", "") for e in root.findall("measurements/leadmeasurements/leadmeasurement")]
    labels = stated or [lead_by_label(name) for name in measured] or list(_STANDARD)
    valid = _signal_number(signal, "numberchannelsvalid")
    return labels[: int(valid)] if valid is not None and 0 < valid < len(labels) else labels


def _channels(waveform: Element, frequency: Fraction, labels: list[str]) -> NDArray[np.int64]:
    """The stored samples, shape (channels, samples)."""
    milliseconds = number_of(waveform.get("durationperchannel")) or 0.0
    samples = round(milliseconds / 1000 * float(frequency))
    if not 0 < samples * len(labels) <= MAX_SAMPLES:
        raise UnreadableEcg("no-samples", f"a duration of {milliseconds:g} ms per channel", "sierra")
    bits = number_of(waveform.get("bitspersample") or waveform.get("nbitspersample") or "16")
    encoding = waveform.get("dataencoding", "").lower()
    compression = (waveform.get("compression") or waveform.get("compressmethod") or "").upper()
    if waveform.get("compressflag", "True").lower() == "false" or compression in ("", "NONE", "UNCOMPRESSED"):
        compression = ""
    text = waveform.text or ""
    if encoding == "base64" and compression == "XLI" and bits == 16:
        channels = xli_channels(base64_bytes(text, "sierra"), samples)
        _restore_limb_leads(channels, labels)
    elif encoding == "plain" and not compression:
        channels = _plain(text, samples)
    else:
        what = f"samples in {encoding or 'no'} encoding, {compression or 'no'} compression, {bits} bits"
        raise UnreadableEcg("unsupported-encoding", what, "sierra")
    if channels.shape[0] < len(labels):
        text = f"{len(labels)} leads are named and {channels.shape[0]} present"
        raise UnreadableEcg("truncated", text, "sierra")
    return channels


def _restore_limb_leads(channels: NDArray[np.int64], labels: list[str]) -> None:
    """XLI stores residuals in rows 2 to 5 where those are III, aVR, aVL and aVF; in another order it is unknown."""
    if channels.shape[0] >= 6 and labels[:6] == list(LIMB_LEADS):
        limb_leads_restored(channels)
    elif channels.shape[0] >= len(labels) and {"III", "aVR", "aVL", "aVF"} & set(labels):
        text = f"XLI leads in the order {' '.join(labels[:6])}: how III, aVR, aVL, aVF are stored is not known"
        raise UnreadableEcg("unsupported-encoding", text, "sierra")


def _plain(text: str, samples: int) -> NDArray[np.int64]:
    stored = numbers(text, "," if "," in text else " ", "sierra")
    if stored.dtype != np.int64 or stored.size % samples or not stored.size:
        raise UnreadableEcg("truncated", f"{stored.size} samples are no multiple of {samples}", "sierra")
    return stored.astype(np.int64).reshape(-1, samples)


def _beats(section: Element | None, signal: Element | None, warnings: list[Warning_]) -> list[Group]:
    """The mean beats. Left out with a warning when they are damaged: the strip is what counts."""
    elements = section.findall("repbeat") if section is not None else []
    if section is None or not elements:
        return []
    rate = section.get("samplespersec") or section.get("samplingrate") or text_of(signal, "samplingrate")
    stated = number_of(section.get("resolution"))
    try:
        frequency = sampling_frequency(rate, "sierra")
        fallback = _signal_number(signal, "resolution", "signalresolution")
        lsb = resolution(stated if stated is not None else fallback, "sierra")
        leads = [_beat(element, section, frequency, lsb) for element in elements]
    except UnreadableEcg as problem:
        warnings.append(Warning_("part-left-out", f"the mean beats are damaged and were left out: {problem.text}"))
        return []
    return [Group("median-beat", tuple(leads), frequency, label="repbeats", start_offset_s=None)]


def _beat(element: Element, section: Element, frequency: Fraction, lsb: float) -> Lead:
    label = element.get("leadname", "unnamed")
    waveform = element.find("waveform")
    text = (waveform.text if waveform is not None else element.text) or ""
    compression = (section.get("compression") or section.get("compressmethod") or "").upper()
    duration = number_of(waveform.get("duration")) if waveform is not None else None
    samples = round(duration / 1000 * float(frequency)) if duration is not None else None
    if section.get("dataencoding", "").lower() == "plain":
        stored = numbers(text, "," if "," in text else " ", "sierra")
    elif compression == "XLI" and samples:
        stored = xli_channels(base64_bytes(text, "sierra"), samples)[0]
    elif compression in ("", "NONE", "UNCOMPRESSED"):
        raw = base64_bytes(text, "sierra")
        stored = np.frombuffer(raw[: len(raw) // 2 * 2], "<i2").astype(np.int64)
    else:
        raise UnreadableEcg("unsupported-encoding", f"compression {compression}", "sierra")
    if not stored.size or samples not in (None, stored.size):
        raise UnreadableEcg("truncated", f"{label} holds {stored.size} samples, {samples} are stated", "sierra")
    return lead_from_integers(label, stored.astype(np.int64), lsb)


def _measurements(root: Element) -> Iterable[MachineMeasurement]:
    """Each value from the first section that states it: the interpretation's, then the internal ones."""
    seen: set[str] = set()
    for path in _SECTIONS:
        section = root.find(path)
        for element in section if section is not None else ():
            known, value = _MEASUREMENTS.get(element.tag), number_of(element.text)
            if known is not None and value is not None and known[0] not in seen:
                seen.add(known[0])
                yield MachineMeasurement(known[0], value, known[1], f"Sierra {path.rpartition('/')[2]}")


def _statements(root: Element) -> Iterable[MachineStatement]:
    for element in root.findall("interpretations/interpretation/statement"):
        sides = (text_of(element, "leftstatement"), text_of(element, "rightstatement"))
        if any(sides):
            text = ", ".join(filter(None, sides))
            yield MachineStatement(text, "Sierra interpretation", text_of(element, "statementcode"))
    for element in root.findall("interpretations/interpretation/severity"):
        if element.text and element.text.strip(" -"):
            yield MachineStatement(element.text.strip(" -"), "Sierra severity", element.get("code"))


def _annotations(root: Element, groups: list[Group]) -> Iterable[Annotation]:
    """Pacing pulses and the QRS onset of each mean beat, from milliseconds.

    The cart's decision over all leads is a pacer spike; what it saw in one lead alone is often noise.
    """
    frequency, length = float(groups[0].sampling_frequency), groups[0].leads[0].samples.size
    for section in ("internalmeasurements", "measurements"):
        for owner in root.findall(f"{section}/*") + root.findall(f"{section}/leadmeasurements/leadmeasurement"):
            for pulse in owner.findall("pacepulses/pacepulse"):
                start = number_of(pulse.get("starttime"))
                if start is not None and 0 <= start / 1000 * frequency < length - 0.5:
                    lead = owner.get("leadname")
                    kind = "pacer-spike" if lead is None else "spike-in-one-lead"
                    yield Annotation(round(start / 1000 * frequency), kind, 0, lead)
    if len(groups) > 1:
        rate, size = float(groups[1].sampling_frequency), groups[1].leads[0].samples.size
        for beat in root.findall("waveforms/repbeats/repbeat"):
            onset = number_of(text_of(beat, "qonset"))
            if onset is not None and 0 <= onset / 1000 * rate < size - 0.5:
                yield Annotation(round(onset / 1000 * rate), "QRS-on", 1, beat.get("leadname"))


def _subject(person: Element | None) -> Subject:
    names = (text_of(person, "name/lastname"), text_of(person, "name/firstname"))
    sex = (text_of(person, "sex") or "").upper()
    return Subject(
        patient_id=text_of(person, "patientid"),
        name="^".join(filter(None, names)) or None,
        sex="M" if sex == "MALE" else "F" if sex == "FEMALE" else None,
        birth_date=iso_date(text_of(person, "age/dateofbirth")),
        age_years=number_of(text_of(person, "age/years")),
    )


def _device(root: Element, signal: Element | None) -> Device:
    machine = root.find("dataacquisition/machine")
    low, _, high = (text_of(signal, "signalbandwidth") or "").partition("-")
    notch = number_of((text_of(signal, "notchfilterfreqs") or "").split(" ")[0])
    filters = {
        "high_pass_hz": number_of(text_of(signal, "hipass") or low),
        "low_pass_hz": number_of(text_of(signal, "lowpass") or high),
        "notch_hz": notch if (text_of(signal, "notchfiltered") or "").lower() == "true" else None,
    }
    operator = root.find("dataacquisition/acquirer/operator")
    detail = (machine.get("detaildescription", "") if machine is not None else "").split(":")
    return Device(
        manufacturer="Philips",
        model=(machine.text or "").strip() or None if machine is not None else None,
        serial_number=machine.get("machineid") or None if machine is not None else None,
        software=detail[2] if len(detail) > 2 else None,
        operator=operator.get("id") or None if operator is not None else None,
        institution=text_of(root, "dataacquisition/acquirer/institutionname"),
        filters={name: value for name, value in filters.items() if value},
    )
