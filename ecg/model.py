"""What an ECG recording is, whatever cart wrote it. Plain values; arrays are NumPy and read-only by convention."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Microvolts = NDArray[np.float32]
Mask = NDArray[np.bool_]

# The names on the screen, in the order of a standard 12-lead sheet (AHA/ACC/HRS 2007).
STANDARD_LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")

GroupKind = Literal["rhythm", "median-beat", "other"]


@dataclass(frozen=True, slots=True)
class Part:
    """One named part of what arrived. The name tells parts of a bundle apart and never decides the format."""

    name: str
    data: bytes


Bundle = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Lead:
    """One lead of one group. `samples` and `missing` have shape (n,).

    `samples` are microvolts, exactly the stored integers times `lsb_uv` (plus the offset that a file states, if any);
    where `missing` is true nothing was measured and the sample is NaN. `derived` marks a lead that was computed
    (III, aVR, aVL, aVF), not stored.
    """

    name: str  # "I", "aVR", "V1", "V4R", ... or the file's own label when it is no known lead
    samples: Microvolts
    missing: Mask
    lsb_uv: float | None  # None where the file gives no digital resolution (floating-point samples)
    derived: bool = False
    mdc_code: str | None = None  # IEEE 11073-10102, e.g. "MDC_ECG_LEAD_II"


@dataclass(frozen=True, slots=True)
class Group:
    """Leads sampled together: a rhythm strip, a median beat, or something else the cart stored.

    Every lead has the same number of samples; `sampling_frequency` is exact in hertz. `start_offset_s` is the
    seconds from the recording's start, None when the file does not say.
    """

    kind: GroupKind
    leads: tuple[Lead, ...]
    sampling_frequency: Fraction
    label: str = ""
    start_offset_s: float | None = 0.0


@dataclass(frozen=True, slots=True)
class MachineMeasurement:
    """A number the cart computed, under the cart's own meaning; never mixed with ours."""

    name: str  # HR RR PR QRS QT QTc P_AXIS QRS_AXIS T_AXIS P_DURATION ..., or the file's own name
    value: float
    unit: str  # UCUM: "ms", "/min", "deg", "uV"
    source: str  # where in the file it stood, e.g. "SCP section 7", "MUSE RestingECGMeasurements"
    lead: str | None = None


@dataclass(frozen=True, slots=True)
class MachineStatement:
    """A sentence or code of the cart's own interpretation."""

    text: str
    source: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """A mark the file carries: `sample` counts from the start of group `group` (0 is the first sample)."""

    sample: int
    kind: str  # "pacer-spike", "P-on", "QRS-on", "R-peak", "T-end", "beat", ... or the file's own word
    group: int = 0
    lead: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Warning_:  # noqa: N801 -- `Warning` is a builtin
    """Something the reader noticed. Codes are stable: docs/ecg-formats.md lists them."""

    code: str  # kebab-case, e.g. "calibration-pulse-removed", "implausible-amplitude", "low-sampling-frequency"
    text: str  # English, for the record; the screen's words come from the message catalogue by code
    lead: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Who was recorded, as found: nothing guessed, nothing normalised away."""

    patient_id: str | None = None
    name: str | None = None
    sex: Literal["M", "F", "O"] | None = None
    birth_date: str | None = None  # ISO 8601 date
    age_years: float | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """What recorded it and who operated it, as found."""

    manufacturer: str | None = None
    model: str | None = None
    serial_number: str | None = None
    software: str | None = None
    operator: str | None = None
    institution: str | None = None
    filters: Mapping[str, float] = field(default_factory=dict)  # "high_pass_hz", "low_pass_hz", "notch_hz"


@dataclass(frozen=True, slots=True)
class EcgRecord:
    """One recording. `sha256` is the hexadecimal digest of the original parts, in the bundle's order."""

    source_format: str  # "dicom", "scp", "aecg", "muse", "cardiosoft", "sierra", "mfer", "contec", "edf", ...
    sha256: str
    groups: tuple[Group, ...]
    started_at: datetime | None = None  # naive when the file gives no zone: the unit's local time
    subject: Subject = Subject()
    device: Device = Device()
    measurements: tuple[MachineMeasurement, ...] = ()
    statements: tuple[MachineStatement, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    warnings: tuple[Warning_, ...] = ()

    @property
    def rhythm(self) -> Group | None:
        """The first rhythm group, None when the file holds none."""
        return next((group for group in self.groups if group.kind == "rhythm"), None)


class UnreadableEcg(Exception):
    """The file is of a known format but cannot be read truthfully. `code` and `text` say why; nothing is kept."""

    def __init__(self, code: str, text: str, source_format: str) -> None:
        super().__init__(f"{source_format}: {text}")
        self.code = code
        self.text = text
        self.source_format = source_format
