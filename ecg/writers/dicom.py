"""DICOM ECG objects (PS3.3 §A.34.3 to §A.34.5): 12-lead where it fits, General, Ambulatory or General 32-bit else.

The uids follow from the original's digest, so that converting twice makes the same object. Identity and order come
from the caller; what the cart wrote stands in unless they say otherwise.
"""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian
from pydicom.valuerep import format_number_as_ds

from ecg.model import Bundle, EcgRecord, Group, Lead, Part
from ecg.readers.leads import lead_number
from ecg.writers import UnwritableEcg
from ecg.writers.dicom_annotations import annotation_items, code_item
from ecg.writers.digits import quantised

TWELVE_LEAD = "1.2.840.10008.5.1.4.1.1.9.1.1"
GENERAL = "1.2.840.10008.5.1.4.1.1.9.1.2"
AMBULATORY = "1.2.840.10008.5.1.4.1.1.9.1.3"
GENERAL_32_BIT = "1.2.840.10008.5.1.4.1.1.9.1.4"
_MAX_12_LEAD_SAMPLES, _MAX_12_LEAD_CHANNELS = 16_384, 13  # PS3.3 §A.34.3.4
_LABELS = {"rhythm": "RHYTHM", "median-beat": "MEDIAN BEAT", "other": "OTHER"}
DERIVED = "computed from leads I and II"


@dataclass(frozen=True, slots=True)
class Identity:
    """What the receiving house knows better than the cart. None leaves the cart's value, or a uid of our making."""

    study_instance_uid: str | None = None
    series_instance_uid: str | None = None
    accession_number: str | None = None
    patient_id: str | None = None
    patient_name: str | None = None
    birth_date: str | None = None  # ISO 8601
    sex: str | None = None


@dataclass(frozen=True, slots=True)
class _Coded:
    """A group with its digits: `digits` of shape (n,) and microvolts per digit for each lead."""

    group: Group
    digits: tuple[tuple[np.ndarray, float], ...]

    @property
    def largest(self) -> int:
        return max(int(np.abs(digits).max()) for digits, _ in self.digits)


def write_dicom(record: EcgRecord, received_at: datetime, identity: Identity | None = None) -> Bundle:
    """One part, a DICOM file in Explicit VR Little Endian: rhythm groups and the median beat.

    `received_at` (aware) is the creation time, and the acquisition time of a recording that has none of its own,
    which is then said in an annotation. Raises UnwritableEcg: `no-rhythm`, `too-many-leads`.
    """
    coded = _selected(record)
    sop_class = _sop_class(coded)
    if sop_class == AMBULATORY:
        coded = coded[:1]
    identity = identity or Identity()
    data_set = Dataset()
    data_set.SOPClassUID = sop_class
    data_set.SOPInstanceUID = _uid(record, "instance")
    data_set.SpecificCharacterSet = "ISO_IR 192"
    _put_patient_and_study(data_set, record, identity)
    _put_series_and_equipment(data_set, record, identity)
    _put_times(data_set, record, received_at)
    offsets = any(one.group.start_offset_s for one in coded)  # PS3.3 §C.10.9: group offsets only with "Y"
    data_set.AcquisitionTimeSynchronized = "Y" if offsets else "N"
    data_set.WaveformSequence = [_multiplex(one, record, sop_class == GENERAL_32_BIT) for one in coded]
    if offsets:
        for item, one in zip(data_set.WaveformSequence, coded, strict=True):
            milliseconds = round((one.group.start_offset_s or 0.0) * 1000, 3)
            item.MultiplexGroupTimeOffset = format_number_as_ds(Decimal(repr(milliseconds)))
    data_set.AcquisitionContextSequence = []
    items = annotation_items(record, [one.group for one in coded])
    if items:
        data_set.WaveformAnnotationSequence = items
    return (Part("ecg.dcm", _file(data_set)),)


def _selected(record: EcgRecord) -> list[_Coded]:
    rhythms = [group for group in record.groups if group.kind == "rhythm"]
    beats = [group for group in record.groups if group.kind == "median-beat"]
    groups = ([*rhythms, *beats[:1]] or list(record.groups))[:4]
    if not groups:
        raise UnwritableEcg("no-rhythm", "the recording holds no samples to write")
    if max(len(group.leads) for group in groups) > 24:
        raise UnwritableEcg("too-many-leads", "a DICOM ECG holds at most 24 channels in a group")
    return [_Coded(group, tuple(quantised(lead) for lead in group.leads)) for group in groups]


def _sop_class(coded: Sequence[_Coded]) -> str:
    rates = [one.group.sampling_frequency for one in coded]
    channels = max(len(one.group.leads) for one in coded)
    samples = max(one.digits[0][0].size for one in coded)
    if any(one.largest > 32_767 for one in coded) or max(rates) > 1000 or min(rates) < 50:
        return GENERAL_32_BIT
    if min(rates) < 200:
        return AMBULATORY if channels <= 12 else GENERAL_32_BIT
    fits = channels <= _MAX_12_LEAD_CHANNELS and samples <= _MAX_12_LEAD_SAMPLES
    return TWELVE_LEAD if fits else GENERAL


def _uid(record: EcgRecord, role: str) -> str:
    """A uid of form 2.25 (PS3.5 §B.2) from the original's digest."""
    return f"2.25.{int.from_bytes(hashlib.sha256(f'{role}:{record.sha256}'.encode()).digest()[:16], 'big')}"


def _put_patient_and_study(data_set: Dataset, record: EcgRecord, identity: Identity) -> None:
    subject = record.subject
    data_set.PatientID = (identity.patient_id or subject.patient_id or "")[:64]
    data_set.PatientName = (identity.patient_name or subject.name or "")[:64]
    data_set.PatientBirthDate = (identity.birth_date or subject.birth_date or "").replace("-", "")
    data_set.PatientSex = identity.sex or subject.sex or ""
    if subject.age_years is not None and 1 <= subject.age_years < 1000:
        data_set.PatientAge = f"{int(subject.age_years):03d}Y"
    data_set.StudyInstanceUID = identity.study_instance_uid or _uid(record, "study")
    data_set.StudyID = "1"
    data_set.AccessionNumber = identity.accession_number or ""
    data_set.ReferringPhysicianName = ""


def _put_series_and_equipment(data_set: Dataset, record: EcgRecord, identity: Identity) -> None:
    device = record.device
    data_set.Modality = "ECG"
    data_set.SeriesInstanceUID = identity.series_instance_uid or _uid(record, "series")
    data_set.SeriesNumber = 1
    data_set.InstanceNumber = 1
    data_set.Manufacturer = (device.manufacturer or "")[:64]
    data_set.ManufacturerModelName = (device.model or "unknown")[:64]
    data_set.DeviceSerialNumber = (device.serial_number or "unknown")[:64]
    data_set.SoftwareVersions = (device.software or "unknown").replace("\\", " ")[:64]
    if device.institution:
        data_set.InstitutionName = device.institution[:64]
    if device.operator:
        data_set.OperatorsName = device.operator[:64]
    data_set.SynchronizationFrameOfReferenceUID = _uid(record, "synchronization")
    data_set.SynchronizationTrigger = "NO TRIGGER"


def _put_times(data_set: Dataset, record: EcgRecord, received_at: datetime) -> None:
    acquired = record.started_at or received_at
    data_set.InstanceCreationDate = f"{received_at:%Y%m%d}"
    data_set.InstanceCreationTime = f"{received_at:%H%M%S}"
    data_set.StudyDate = data_set.ContentDate = f"{acquired:%Y%m%d}"
    data_set.StudyTime = data_set.ContentTime = f"{acquired:%H%M%S}"
    data_set.AcquisitionDateTime = f"{acquired:%Y%m%d%H%M%S}"
    if acquired.tzinfo is not None:
        data_set.TimezoneOffsetFromUTC = f"{acquired:%z}"


def _multiplex(coded: _Coded, record: EcgRecord, wide: bool) -> Dataset:
    group = coded.group
    item = Dataset()
    item.WaveformOriginality = "DERIVED" if group.kind == "median-beat" else "ORIGINAL"
    item.NumberOfWaveformChannels = len(group.leads)
    item.NumberOfWaveformSamples = coded.digits[0][0].size
    frequency = group.sampling_frequency
    item.SamplingFrequency = format_number_as_ds(Decimal(frequency.numerator) / Decimal(frequency.denominator))
    item.MultiplexGroupLabel = _LABELS[group.kind]
    bits = 32 if wide else 16
    item.ChannelDefinitionSequence = [
        _channel(lead, lsb, record, bits) for lead, (_, lsb) in zip(group.leads, coded.digits, strict=True)
    ]
    item.WaveformBitsAllocated = bits
    item.WaveformSampleInterpretation = "SL" if wide else "SS"
    kind = np.dtype(f"<i{bits // 8}")
    padding = -(1 << (bits - 1))
    columns = [
        np.where(lead.missing, padding, digits).astype(kind)
        for lead, (digits, _) in zip(group.leads, coded.digits, strict=True)
    ]
    if any(lead.missing.any() for lead in group.leads):
        item.add_new(0x5400100A, "OW", np.array([padding], kind).tobytes())
    item.add_new(0x54001010, "OW", np.stack(columns, axis=1).tobytes())
    return item


def _channel(lead: Lead, lsb: float, record: EcgRecord, bits: int) -> Dataset:
    channel = Dataset()
    number = lead_number(lead.name)
    meaning = f"Lead {lead.name}" if number else "Unspecified lead"
    channel.ChannelSourceSequence = [code_item(f"2:{number or 0}", "MDC", meaning)]
    channel.ChannelLabel = lead.name[:16]
    if lead.derived:
        channel.ChannelDerivationDescription = DERIVED
    channel.ChannelSensitivity = format_number_as_ds(Decimal(repr(lsb)))
    channel.ChannelSensitivityUnitsSequence = [code_item("uV", "UCUM", "microvolt")]
    channel.ChannelSensitivityCorrectionFactor = "1"
    channel.ChannelBaseline = "0"
    channel.ChannelSampleSkew = "0"
    channel.WaveformBitsStored = bits
    filters = record.device.filters
    tags = {
        "high_pass_hz": "FilterLowFrequency",
        "low_pass_hz": "FilterHighFrequency",
        "notch_hz": "NotchFilterFrequency",
    }
    for name, keyword in tags.items():
        if filters.get(name):
            setattr(channel, keyword, format_number_as_ds(Decimal(repr(float(filters[name])))))
    return channel


def _file(data_set: Dataset) -> bytes:
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data_set.file_meta.MediaStorageSOPClassUID = data_set.SOPClassUID
    data_set.file_meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID
    out = io.BytesIO()
    data_set.save_as(out, enforce_file_format=True)
    return out.getvalue()
