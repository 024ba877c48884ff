"""EDF and EDF+ (edfplus.info specification): ECG signals as stored digits, gaps of EDF+D kept as gaps.

A signal is a lead when its label names one (`I`, `ECG II`, `EKG V1`) and its unit is a voltage. Signals of different
rates make groups of their own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ecg.model import Annotation, Bundle, Device, EcgRecord, Group, Lead, Subject, UnreadableEcg, Warning_
from ecg.readers.assembly import (
    MAX_SAMPLES,
    exact,
    finished,
    lead_from_integers,
    microvolts_per,
    resolution,
    sampling_frequency,
)
from ecg.readers.bundles import digest
from ecg.readers.leads import lead_by_label, lead_number
from ecg.readers.words import undeclared_text

NAME = "edf"
_START = re.compile(rb"0       [\x20-\x7e\x80-\xff]{160}\d\d[./:-]\d\d[./:-]\d\d\d\d[.:-]\d\d[.:-]\d\d")
_ECG = re.compile(r"^e[ck]g(?![a-z])[ _:.-]*", re.IGNORECASE)
_ELSEWHERE = {"A", "A1", "A2", "A3", "A4", "D", "J"}  # without the word ECG rather electrodes of an EEG
_MONITOR = re.compile(r"^(M(ODIFIED )?L(EAD )?(I{1,3}|[123])|M?V[1-6]|C[CMS][1-6]|MCL[1-6])$", re.IGNORECASE)
_MAX_SIGNALS = 256
_UNFILLED = "dd-MMM-yyyy"  # what a Contec program leaves in the person's field when nothing was entered
_FIELDS = (("label", 16), ("transducer", 80), ("unit", 8), ("physical_min", 8), ("physical_max", 8),
           ("digital_min", 8), ("digital_max", 8), ("prefilter", 80), ("samples", 8), ("reserved", 32))  # fmt: skip
_FILTERS = {"HP": "high_pass_hz", "LP": "low_pass_hz", "N": "notch_hz"}


@dataclass(frozen=True, slots=True)
class _Signal:
    fields: dict[str, str]
    samples: int  # in one data record
    first: int  # place in the data record

    @property
    def label(self) -> str:
        return self.fields["label"]


@dataclass(frozen=True, slots=True)
class _File:
    signals: tuple[_Signal, ...]
    records: NDArray[np.int16]  # (data records, samples of all signals)
    seconds: Fraction  # of one data record
    discontinuous: bool


class EdfReader:
    """Reads `edf`."""

    format = NAME

    def recognises(self, bundle: Bundle) -> bool:
        """One part with version 0 and a start date and time at byte 168."""
        return len(bundle) == 1 and _START.match(bundle[0].data) is not None

    def read(self, bundle: Bundle) -> EcgRecord:
        """A group for each rate. Raises UnreadableEcg: `bad-header`, `truncated`, `bad-scale`, and what all demand."""
        data = bundle[0].data
        file = _parsed(data)
        onsets, annotations = _annotations(file)
        leads = _leads(file)
        rates = dict.fromkeys(signal.samples for signal in leads)
        groups = tuple(
            _group(file, [signal for signal in leads if signal.samples == samples], onsets) for samples in rates
        )
        return finished(
            EcgRecord(
                source_format=NAME,
                sha256=digest(bundle),
                groups=groups,
                started_at=_started(data[168:184], onsets),
                subject=_subject(undeclared_text(data[8:88])),
                device=Device(filters=_filters(leads)),
                annotations=tuple(_marks(annotations, onsets, groups)),
                warnings=(*_trailing(data, file), *_left_out(file)),
            )
        )


def _refuse(code: str, text: str) -> UnreadableEcg:
    return UnreadableEcg(code, text, NAME)


def _integer(text: str, what: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _refuse("bad-header", f"{what} is {text.strip()!r}, not a number") from None


def _parsed(data: bytes) -> _File:
    if len(data) < 256:
        raise _refuse("truncated", "the file ends inside its header")
    count = _integer(data[252:256].decode("latin-1"), "the number of signals")
    size = 256 * (count + 1)
    if not 1 <= count <= _MAX_SIGNALS:
        raise _refuse("bad-header", f"{count} signals")
    if len(data) < size:
        raise _refuse("truncated", "the file ends inside its header")
    signals = tuple(_signals(data[256:size], count))
    width = sum(signal.samples for signal in signals)
    seconds = exact(data[244:252].decode("latin-1").strip()) or Fraction(0)
    stored = (len(data) - size) // (2 * width)
    declared = _integer(data[236:244].decode("latin-1"), "the number of data records")
    if declared > stored:
        raise _refuse("truncated", f"{declared} data records are declared and {stored} are there")
    count_records = stored if declared < 0 else declared
    if seconds <= 0 or count_records * width > MAX_SAMPLES:
        raise _refuse("bad-header", "the duration or the number of data records is impossible")
    body = np.frombuffer(data, "<i2", count_records * width, size)
    return _File(signals, body.reshape(count_records, width), seconds, data[192:197] == b"EDF+D")


def _signals(header: bytes, count: int) -> Iterator[_Signal]:
    columns: dict[str, list[str]] = {}
    position = 0
    for name, width in _FIELDS:
        cells = [header[position + width * n : position + width * (n + 1)] for n in range(count)]
        columns[name] = [undeclared_text(cell).strip() for cell in cells]
        position += width * count
    first = 0
    for number in range(count):
        fields = {name: values[number] for name, values in columns.items()}
        samples = _integer(fields["samples"], "the number of samples")
        if not 1 <= samples <= 1_000_000:
            raise _refuse("bad-header", f"{samples} samples in a data record")
        yield _Signal(fields, samples, first)
        first += samples


def _is_lead(signal: _Signal) -> bool:
    return _names_lead(signal.label) and microvolts_per(signal.fields["unit"]) is not None


def _names_lead(label: str) -> bool:
    """`ECG II`, `ECG1`, `V1`, `Lead aVR`, and the leads of Holter recordings (`MLII`, `CM5`)."""
    bare = _ECG.sub("", label)
    known = lead_number(lead_by_label(bare)) is not None and bare.upper() not in _ELSEWHERE
    return bare != label or known or _MONITOR.match(bare) is not None


def _leads(file: _File) -> list[_Signal]:
    """The signals that are leads. Raises UnreadableEcg `no-unit` where leads are named and none has a voltage."""
    leads = [signal for signal in file.signals if _is_lead(signal)]
    if not leads and (said := next(_left_out(file), None)):
        raise _refuse("no-unit", said.text)
    return leads


def _left_out(file: _File) -> Iterator[Warning_]:
    for signal in file.signals:
        if _names_lead(signal.label) and not _is_lead(signal):
            unit = signal.fields["unit"] or "no unit"
            yield Warning_("channel-not-voltage", f"{signal.label} is given in {unit} and was left out", signal.label)


def _group(file: _File, signals: list[_Signal], onsets: list[Fraction]) -> Group:
    samples = signals[0].samples
    rate = sampling_frequency(samples / file.seconds, NAME)
    places = _places(file, onsets, rate, samples, len(signals))
    return Group("rhythm", tuple(_lead(file, signal, places) for signal in signals), rate)


def _places(file: _File, onsets: list[Fraction], rate: Fraction, samples: int, leads: int) -> NDArray[np.int64] | None:
    """The first sample of each data record of an EDF+D file; None where the records follow each other."""
    if not file.discontinuous:
        return None
    if len(onsets) != len(file.records) or not onsets:
        raise _refuse("bad-header", "EDF+D without the time of each data record")
    places = [round((onset - onsets[0]) * rate) for onset in onsets]
    overlap = any(later - place < samples for place, later in pairwise(places))
    if overlap or (places[-1] + samples) * leads > MAX_SAMPLES:
        raise _refuse("bad-header", "data records of an EDF+D file overlap or lie too far apart")
    return np.array(places, np.int64)


def _marks(
    annotations: list[tuple[Fraction, str]], onsets: list[Fraction], groups: tuple[Group, ...]
) -> Iterator[Annotation]:
    """The annotations within the first group, counted from its first sample."""
    begin = onsets[0] if onsets else Fraction(0)
    for group in groups[:1]:
        for second, text in annotations:
            sample = round((second - begin) * group.sampling_frequency)
            if 0 <= sample < group.leads[0].samples.size:
                yield Annotation(sample, "annotation", text=text)


def _lead(file: _File, signal: _Signal, places: NDArray[np.int64] | None) -> Lead:
    stored = file.records[:, signal.first : signal.first + signal.samples]
    slope, offset = _scale(signal)
    bare = _ECG.sub("", signal.label)
    label = bare if _names_lead(bare) else signal.label
    if places is None:
        return lead_from_integers(label, stored.reshape(-1), slope, None, offset)
    whole = np.zeros(int(places[-1]) + signal.samples, np.int16)
    missing = np.ones(whole.shape, np.bool_)
    for place, record in zip(places.tolist(), stored, strict=True):
        whole[place : place + signal.samples] = record
        missing[place : place + signal.samples] = False
    return lead_from_integers(label, whole, slope, missing, offset)


def _scale(signal: _Signal) -> tuple[float, float]:
    """Microvolts of one digit, and of digit zero."""
    try:
        low, high = float(signal.fields["physical_min"]), float(signal.fields["physical_max"])
        digits = float(signal.fields["digital_max"]) - float(signal.fields["digital_min"])
        slope = (high - low) / digits * (microvolts_per(signal.fields["unit"]) or 0.0)
        offset = low * (microvolts_per(signal.fields["unit"]) or 0.0) - float(signal.fields["digital_min"]) * slope
    except (ValueError, ZeroDivisionError):
        raise _refuse("bad-scale", f"the scale of {signal.label} is not readable") from None
    return resolution(slope, NAME), offset


def _annotations(file: _File) -> tuple[list[Fraction], list[tuple[Fraction, str]]]:
    """The onset of each data record, and the annotations (EDF+ time-stamped annotation lists)."""
    onsets: list[Fraction] = []
    found: list[tuple[Fraction, str]] = []
    for signal in file.signals:
        if signal.label != "EDF Annotations":
            continue
        for record in file.records[:, signal.first : signal.first + signal.samples]:
            for place, (onset, texts) in enumerate(_lists(record.tobytes())):
                if place == 0 and len(onsets) < len(file.records):
                    onsets.append(onset)
                found += [(onset, text) for text in texts if text]
    return onsets, found


def _lists(data: bytes) -> Iterator[tuple[Fraction, list[str]]]:
    for entry in data.split(b"\x14\x00"):
        head, *texts = entry.strip(b"\x00").split(b"\x14")
        onset = exact(head.split(b"\x15")[0].decode("latin-1"))
        if onset is not None:
            yield onset, [text.decode("utf-8", "replace") for text in texts]


def _started(text: bytes, onsets: list[Fraction]) -> datetime | None:
    """The header's start, and from it the onset of the first data record (EDF+ §2.2.4)."""
    try:
        day, month, year, hour, minute, second = (int(part) for part in re.findall(rb"\d\d", text)[:6])
        start = datetime(1900 + year if year >= 85 else 2000 + year, month, day, hour, minute, second)  # noqa: DTZ001
        return start + timedelta(seconds=float(onsets[0] if onsets else 0))
    except (ValueError, OverflowError):
        return None


def _subject(text: str) -> Subject:
    """EDF+ writes `code sex birthdate name`; plain EDF writes what it likes, which is kept as the id."""
    parts = text.split()
    if len(parts) >= 4 and parts[1] in {"M", "F", "X"}:
        code, sex, birth, name = parts[:4]
        born = _birth_date(birth)
        return Subject(
            patient_id=None if code == "X" else code,
            name=None if name == "X" else name.replace("_", " "),
            sex="M" if sex == "M" else "F" if sex == "F" else None,
            birth_date=born,
        )
    return Subject(patient_id=text.strip().removeprefix(_UNFILLED) or None)


def _birth_date(text: str) -> str | None:
    try:
        return datetime.strptime(text, "%d-%b-%Y").date().isoformat()  # noqa: DTZ007 - a birth date has no zone
    except ValueError:
        return None


def _filters(signals: list[_Signal]) -> dict[str, float]:
    """`HP:0.05Hz LP:150Hz N:50Hz` of the first lead."""
    text = signals[0].fields["prefilter"] if signals else ""
    found = re.findall(r"\b(HP|LP|N):\s*([\d.]+)\s*Hz", text)
    return {_FILTERS[name]: float(value) for name, value in found if value.count(".") <= 1 and value != "."}


def _trailing(data: bytes, file: _File) -> tuple[Warning_, ...]:
    used = 256 * (len(file.signals) + 1) + file.records.nbytes
    if len(data) == used:
        return ()
    return (Warning_("trailing-bytes", f"{len(data) - used} bytes follow the last data record and were left out"),)
