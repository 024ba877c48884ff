"""An encoder of DICOM waveform objects through pydicom, with the freedoms that real carts take."""

import io
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, generate_uid

from tests.ecg_encoders.truth import Truth

SCPECG = {"I": 1, "II": 2, "III": 61, "aVR": 62, "aVL": 63, "aVF": 64, **{f"V{n}": n + 2 for n in range(1, 7)}}


@dataclass(slots=True)
class Groove:
    """One multiplex group: the truth and how it is told."""

    truth: Truth
    scheme: str = "MDC"
    sensitivity: str = ""  # of the unit; by default the truth's microvolts
    unit: tuple[str, str] = ("uV", "microvolt")
    correction: str | None = "1"
    baseline: str = "0"
    bits: int = 16
    stored: int | None = None
    interpretation: str = "SS"
    label: str | None = None
    originality: str = "ORIGINAL"
    padding: int | None = None
    missing: NDArray[np.bool_] | None = None  # (leads, samples): written as padding
    unsigned_mask: int | None = None  # digits & mask: a writer that leaves the sign bits out
    trigger: int | None = None
    offset_ms: float | None = None
    extra: dict[str, object] = field(default_factory=dict)

    def item(self, little: bool) -> Dataset:
        """The item of the Waveform Sequence."""
        item = Dataset()
        item.WaveformOriginality = self.originality
        item.NumberOfWaveformChannels, item.NumberOfWaveformSamples = self.truth.digits.shape
        item.SamplingFrequency = str(self.truth.frequency)
        if self.label is not None:
            item.MultiplexGroupLabel = self.label
        if self.trigger is not None:
            item.TriggerSamplePosition = self.trigger
        if self.offset_ms is not None:
            item.MultiplexGroupTimeOffset = str(self.offset_ms)
        item.ChannelDefinitionSequence = [self._channel(name) for name in self.truth.names]
        item.WaveformBitsAllocated = self.bits
        item.WaveformSampleInterpretation = self.interpretation
        kind = np.dtype(("<" if little else ">") + f"i{self.bits // 8}")
        digits = self.truth.digits if self.unsigned_mask is None else self.truth.digits & self.unsigned_mask
        if self.padding is not None:
            item.add_new(0x5400100A, "OW", np.array([self.padding], kind).tobytes())
        if self.missing is not None and self.padding is not None:
            digits = np.where(self.missing, self.padding, digits)
        raw = digits.T.astype(kind).tobytes()
        item.add_new(0x54001010, "OB" if self.bits == 8 else "OW", raw + b"\0" * (len(raw) % 2))
        for keyword, value in self.extra.items():
            setattr(item, keyword, value)
        return item

    def _channel(self, name: str) -> Dataset:
        channel = Dataset()
        code = f"2:{SCPECG[name]}" if self.scheme == "MDC" else f"5.6.3-9-{SCPECG[name]}"
        channel.ChannelSourceSequence = [coded(code, self.scheme, f"Lead {name}")]
        channel.ChannelSensitivity = self.sensitivity or f"{self.truth.lsb_uv:g}"
        channel.ChannelSensitivityUnitsSequence = [coded(self.unit[0], "UCUM", self.unit[1])]
        if self.correction is not None:
            channel.ChannelSensitivityCorrectionFactor = self.correction
        channel.ChannelBaseline = self.baseline
        channel.WaveformBitsStored = self.stored or self.bits
        return channel


def coded(value: str, scheme: str, meaning: str) -> Dataset:
    """A code sequence item."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def dicom(
    *grooves: Groove, syntax: UID = ExplicitVRLittleEndian, preamble: bool = True, notes: tuple[Dataset, ...] = ()
) -> bytes:
    """A 12-lead ECG object with these multiplex groups."""
    data_set = Dataset()
    data_set.SpecificCharacterSet = "GB18030"
    data_set.SOPClassUID = "1.2.840.10008.5.1.4.1.1.9.1.1"
    data_set.SOPInstanceUID = generate_uid(entropy_srcs=["test"])
    data_set.AcquisitionDateTime = "20230104085844.250"
    data_set.TimezoneOffsetFromUTC = "+0800"
    data_set.Modality = "ECG"
    data_set.Manufacturer = "Mindray"
    data_set.PatientName = "张智宏"
    data_set.PatientID = "8"
    data_set.PatientBirthDate = "19710123"
    data_set.PatientSex = "F"
    data_set.PatientAge = "003W"
    if notes:
        data_set.WaveformAnnotationSequence = list(notes)
    data_set.WaveformSequence = [groove.item(syntax != ExplicitVRBigEndian) for groove in grooves]
    out = io.BytesIO()
    if not preamble:
        implicit = syntax == ImplicitVRLittleEndian
        dcmwrite(out, data_set, implicit_vr=implicit, little_endian=True, enforce_file_format=False)
        return out.getvalue()
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = syntax
    dcmwrite(out, data_set, enforce_file_format=True)
    return out.getvalue()
