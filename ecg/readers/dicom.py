"""DICOM waveform objects: 12-lead, General, Ambulatory and General 32-bit ECG (PS3.3 §A.34.3 to §A.34.5, §C.10.9).

A value in microvolts is (stored sample x Channel Sensitivity x Correction Factor) + Channel Baseline, in the
Channel Sensitivity Units (PS3.3 §C.10.9.1.4). Every multiplex group is read.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg.model import Bundle, Device, EcgRecord, Group, GroupKind, Lead, Mask, Subject, UnreadableEcg, Warning_
from ecg.readers.assembly import (
    finished,
    lead_from_integers,
    microvolts_per,
    resolution,
    sampling_frequency,
)
from ecg.readers.bundles import digest
from ecg.readers.dicom_annotations import Remarks, remarks
from ecg.readers.dicom_dataset import DataSet, looks_like_dicom, open_dataset
from ecg.readers.leads import lead_by_label, lead_by_number, lead_number
from ecg.readers.times import dicom_age, dicom_datetime, iso_date

# (sample interpretation, bits allocated) to NumPy type: PS3.3 §C.10.9.1.5. MB and AB are companded, never ECG.
_TYPES = {("SB", 8): "i1", ("UB", 8): "u1", ("SS", 16): "i2", ("US", 16): "u2", ("SL", 32): "i4", ("UL", 32): "u4"}
_MEDIAN_WORDS = ("MEDIAN", "REPRESENTATIVE", "AVERAGE", "TEMPLATE", "REFERENCE BEAT")
_LONGEST_BEAT_S = 3.0


class DicomReader:
    """Reads `dicom`."""

    format = "dicom"

    def recognises(self, bundle: Bundle) -> bool:
        """One part that begins as a DICOM file or as a bare data set."""
        return len(bundle) == 1 and looks_like_dicom(bundle[0].data)

    def read(self, bundle: Bundle) -> EcgRecord:
        """All multiplex groups. Raises UnreadableEcg: `not-an-ecg`, `truncated`, `bad-scale`, `contradictory-units`,
        `unsupported-encoding`, and what every reader demands."""
        data_set = open_dataset(bundle[0].data)
        items = data_set.items(0x54000100)
        if not items:
            modality = data_set.text(0x00080060) or "unknown"
            raise UnreadableEcg("not-an-ecg", f"a DICOM object without waveforms (modality {modality})", self.format)
        warnings: list[Warning_] = []
        groups: list[Group] = []
        for item in items:
            group = _group(item, groups, warnings)
            if group.leads:
                groups.append(group)
        triggers = [(item.integers(0x0018106E, 4) or (0,))[0] for item in items]
        found = remarks(data_set, groups, triggers) if len(groups) == len(items) else Remarks()
        started = dicom_datetime(
            data_set.text(0x0008002A) or "".join(data_set.text(tag) or "" for tag in (0x00080023, 0x00080033)),
            data_set.text(0x00080201),
        )
        return finished(
            EcgRecord(
                source_format=self.format,
                sha256=digest(bundle),
                groups=tuple(groups),
                started_at=started,
                subject=_subject(data_set),
                device=_device(data_set, items),
                measurements=found.measurements,
                statements=found.statements,
                annotations=found.annotations,
                warnings=tuple(warnings) + found.warnings,
            )
        )


def _group(item: DataSet, earlier: list[Group], warnings: list[Warning_]) -> Group:
    frequency = sampling_frequency(item.text(0x003A001A), "dicom")
    stored, missing = _samples(item, warnings)
    leads = []
    for index, channel in enumerate(item.items(0x003A0200)):
        lead = _lead(channel, stored[index], missing[index] if missing is not None else None, warnings)
        if lead is not None:
            leads.append(lead)
    label = item.text(0x003A0020) or ""
    offset = item.number(0x00181068)
    return Group(
        kind=_kind(item, label, stored.shape[1] / float(frequency), earlier),
        leads=tuple(leads),
        sampling_frequency=frequency,
        label=label,
        start_offset_s=offset / 1000 if offset is not None else (None if earlier else 0.0),
    )


def _kind(item: DataSet, label: str, seconds: float, earlier: list[Group]) -> GroupKind:
    if any(word in label.upper() for word in _MEDIAN_WORDS):
        return "median-beat"
    if seconds <= _LONGEST_BEAT_S and item.text(0x003A0004) == "DERIVED":
        return "median-beat"
    if "RHYTHM" in label.upper() or not earlier:
        return "rhythm"
    first = earlier[0]
    length = first.leads[0].samples.size / float(first.sampling_frequency)
    # GE labels neither group: the same twelve leads again, a fifth as long, are its median beat.
    if seconds <= _LONGEST_BEAT_S and length >= 2 * seconds and first.kind == "rhythm" and len(first.leads) > 4:
        names = {lead_by_label(lead.name) for lead in first.leads}
        return "median-beat" if len(item.items(0x003A0200)) == len(names) else "rhythm"
    return "rhythm"


def _samples(item: DataSet, warnings: list[Warning_]) -> tuple[NDArray[np.integer], NDArray[np.bool_] | None]:
    """The stored samples, shape (channels, samples), and which are padding (PS3.3 §C.10.9.1.7)."""
    channels = (item.integers(0x003A0005, 2) or (0,))[0]
    count = (item.integers(0x003A0010, 4) or (0,))[0]
    bits = (item.integers(0x54001004, 2) or (0,))[0]
    interpretation = item.text(0x54001006) or ""
    kind = _TYPES.get((interpretation, bits))
    if kind is None:
        text = f"waveform samples of {bits} bits, interpretation {interpretation or 'absent'}"
        raise UnreadableEcg("unsupported-encoding", text, "dicom")
    if not channels or len(item.items(0x003A0200)) != channels:
        text = f"{channels} channels are stated and {len(item.items(0x003A0200))} described"
        raise UnreadableEcg("no-leads" if not channels else "corrupt", text, "dicom")
    if not count:
        raise UnreadableEcg("no-samples", "0 samples in a multiplex group", "dicom")
    raw = item.raw(0x54001010)
    needed = channels * count * bits // 8
    if len(raw) not in (needed, needed + needed % 2):
        code = "truncated" if len(raw) < needed else "corrupt"
        raise UnreadableEcg(code, f"{needed:,} bytes of samples are stated and {len(raw):,} present", "dicom")
    dtype = np.dtype(("<" if item.little else ">") + kind)
    stored = np.frombuffer(raw, dtype, channels * count).reshape(count, channels).T
    padding = item.raw(0x5400100A)
    missing = stored == np.frombuffer(padding, dtype, 1)[0] if len(padding) >= dtype.itemsize else None
    return _sign_extended(item, stored, missing, warnings), missing


def _sign_extended(
    item: DataSet, stored: NDArray[np.integer], missing: NDArray[np.bool_] | None, warnings: list[Warning_]
) -> NDArray[np.integer]:
    """The samples with the sign of fewer stored bits carried into the allocated ones, where a writer left it out."""
    bits = {(channel.integers(0x003A021A, 2) or (0,))[0] for channel in item.items(0x003A0200)}
    significant = max(bits)
    allocated = stored.dtype.itemsize * 8
    if stored.dtype.kind != "i" or not 1 < significant < allocated:
        return stored
    half = 1 << (significant - 1)
    present = stored if missing is None else stored[~missing]
    if not present.size or (present.min() >= -half and present.max() < half):
        return stored
    if present.min() >= 0 and present.max() < 2 * half:
        warnings.append(Warning_("sign-extended", f"{significant}-bit samples stored without their sign bits"))
        return np.where(stored >= half, stored.astype(np.int32) - 2 * half, stored)
    text = f"{significant} bits are stated as stored, but samples use more; all bits are kept"
    warnings.append(Warning_("bits-stored-contradicted", text))
    return stored


def _lead(channel: DataSet, stored: NDArray[np.integer], missing: Mask | None, warnings: list[Warning_]) -> Lead | None:
    label = _label(channel)
    factor = _microvolts(channel, label)
    if factor is None:
        warnings.append(Warning_("channel-not-voltage", f"{label} is no voltage and was left out", label))
        return None
    correction = channel.number(0x003A0212)
    sensitivity = channel.number(0x003A0210)
    if sensitivity is None:
        raise UnreadableEcg("bad-scale", f"{label} has no Channel Sensitivity", "dicom")
    lsb = resolution(sensitivity * (1.0 if correction is None else correction) * factor, "dicom")
    if any(channel.number(tag) for tag in (0x003A0214, 0x003A0215)):
        text = f"{label} was sampled later than its group's first channel; it is not shifted"
        warnings.append(Warning_("channel-skew", text, label))
    lead = lead_from_integers(label, stored, lsb, missing, (channel.number(0x003A0213) or 0.0) * factor)
    return replace(lead, derived=True) if channel.text(0x003A020C) else lead  # Channel Derivation Description


def _label(channel: DataSet) -> str:
    """The lead's name from its code (MDC 2:n or SCPECG 5.6.3-9-n), its meaning, or the channel's own label."""
    own = channel.text(0x003A0203)
    sources = channel.items(0x003A0208)
    if not sources:
        return lead_by_label(own or "unnamed")
    code, scheme = sources[0].text(0x00080100) or "", sources[0].text(0x00080102) or ""
    prefix = {"MDC": "2:", "SCPECG": "5.6.3-9-"}.get(scheme)
    digits = code.removeprefix(prefix) if prefix and code.startswith(prefix) else ""
    if digits.isascii() and digits.isdigit() and len(digits) < 6:
        name = lead_by_number(int(digits))
        if name is not None:
            return name
    meaning = lead_by_label(sources[0].text(0x00080104) or code or "unnamed")
    return meaning if lead_number(meaning) is not None or own is None else lead_by_label(own)


def _microvolts(channel: DataSet, label: str) -> float | None:
    """Microvolts per Channel Sensitivity unit; None when the channel measures no voltage."""
    units = channel.items(0x003A0211)
    if not units:
        raise UnreadableEcg("no-unit", f"{label} has no Channel Sensitivity Units", "dicom")
    code, meaning = units[0].text(0x00080100) or "", units[0].text(0x00080104) or ""
    by_code, by_meaning = microvolts_per(code), microvolts_per(meaning)
    if by_code is not None and by_meaning is not None and by_code != by_meaning:
        raise UnreadableEcg("contradictory-units", f"{label}: unit {code!r} is called {meaning!r}", "dicom")
    return by_code if by_code is not None else by_meaning


def _subject(data_set: DataSet) -> Subject:
    sex = data_set.text(0x00100040)
    return Subject(
        patient_id=data_set.text(0x00100020),
        name=data_set.text(0x00100010),
        sex="M" if sex == "M" else "F" if sex == "F" else "O" if sex == "O" else None,
        birth_date=iso_date(data_set.text(0x00100030)),
        age_years=dicom_age(data_set.text(0x00101010)),
    )


def _device(data_set: DataSet, items: list[DataSet]) -> Device:
    channels = items[0].items(0x003A0200)
    tags = {"high_pass_hz": 0x003A0220, "low_pass_hz": 0x003A0221, "notch_hz": 0x003A0222}
    filters = {name: channels[0].number(tag) for name, tag in tags.items()} if channels else {}
    return Device(
        manufacturer=data_set.text(0x00080070),
        model=data_set.text(0x00081090),
        serial_number=data_set.text(0x00181000),
        software=data_set.text(0x00181020),
        operator=data_set.text(0x00081070),
        institution=data_set.text(0x00080080),
        filters={name: value for name, value in filters.items() if value},
    )
