"""The Waveform Annotation Sequence: sentences, numbers and marks (PS3.3 §C.10.10)."""

from collections.abc import Sequence
from dataclasses import dataclass

from ecg.model import Annotation, Group, MachineMeasurement, MachineStatement, Warning_
from ecg.readers.dicom_dataset import DataSet
from ecg.readers.measurement_names import FIDUCIALS, measurement_name, measurement_unit
from ecg.readers.xml_safe import number_of

_MAX_MARKS = 200_000
_SOURCE = "DICOM Waveform Annotation"


@dataclass(frozen=True, slots=True)
class Remarks:
    """What the annotations of an object said."""

    measurements: tuple[MachineMeasurement, ...] = ()
    statements: tuple[MachineStatement, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    warnings: tuple[Warning_, ...] = ()


def remarks(data_set: DataSet, groups: Sequence[Group], triggers: Sequence[int]) -> Remarks:
    """All annotations. `triggers` are the groups' Trigger Sample Positions (0018,106E), 0 where absent."""
    measurements: list[MachineMeasurement] = []
    statements: list[MachineStatement] = []
    marks: list[tuple[int, Annotation]] = []
    for item in data_set.items(0x0040B020):
        text = item.text(0x00700006)
        positions = _positions(item, groups)
        if item.number(0x0040A30A) is not None:
            measurements.append(_measurement(item, groups))
        elif positions:
            cluster = (item.integers(0x0040A180, 2) or (0,))[0]
            marks += [(cluster, mark) for mark in _marks(item, positions, groups)]
        elif text or item.items(0x0040A168):
            statements += _statements(item, text)
    annotations, warnings = _homed(marks[:_MAX_MARKS], triggers, groups)
    return Remarks(tuple(measurements), tuple(statements), annotations, warnings)


def _concept(item: DataSet, tag: int) -> tuple[str, str, str]:
    codes = item.items(tag)
    if not codes:
        return "", "", ""
    return codes[0].text(0x00080102) or "", codes[0].text(0x00080100) or "", codes[0].text(0x00080104) or ""


def _channel(item: DataSet, groups: Sequence[Group]) -> tuple[int, str | None]:
    """The referenced group (0 is the first) and lead, None for all leads: (0040,A0B0) counts both from 1."""
    numbers = item.integers(0x0040A0B0, 2)
    group = numbers[0] - 1 if len(numbers) >= 2 and 1 <= numbers[0] <= len(groups) else 0
    channel = numbers[1] if len(numbers) >= 2 else 0
    leads = groups[group].leads
    return group, leads[channel - 1].name if 1 <= channel <= len(leads) else None


def _measurement(item: DataSet, groups: Sequence[Group]) -> MachineMeasurement:
    scheme, code, meaning = _concept(item, 0x0040A043)
    unit = _concept(item, 0x004008EA)[1]
    value = item.number(0x0040A30A)
    assert value is not None
    return MachineMeasurement(
        measurement_name(scheme, code, meaning), value, measurement_unit(unit), _SOURCE, _channel(item, groups)[1]
    )


def _statements(item: DataSet, text: str | None) -> list[MachineStatement]:
    concept = _concept(item, 0x0040A168)
    coded = f"{concept[0]}:{concept[1]}" if concept[1] else None
    if not text:
        return [MachineStatement(concept[2] or concept[1], _SOURCE, coded)]
    return [MachineStatement(line.strip(), _SOURCE, coded) for line in text.splitlines() if line.strip()]


def _positions(item: DataSet, groups: Sequence[Group]) -> list[int]:
    """Samples counted from 0; the standard counts Referenced Sample Positions from 1 (PS3.3 §C.10.10)."""
    group = groups[_channel(item, groups)[0]]
    numbers = [position - 1 for position in item.integers(0x0040A132, 4)]
    if not numbers:
        offsets = (item.text(0x0040A138) or "").split("\\")
        milliseconds = [number_of(text) for text in offsets]
        rate = float(group.sampling_frequency)
        numbers = [round(value / 1000 * rate) for value in milliseconds if value is not None]
    return [number for number in numbers if 0 <= number < group.leads[0].samples.size]


def _marks(item: DataSet, positions: list[int], groups: Sequence[Group]) -> list[Annotation]:
    scheme, code, meaning = _concept(item, 0x0040A043)
    kind = FIDUCIALS.get((scheme, code)) or meaning or "mark"
    if "PACE" in kind.upper() or "PACING" in kind.upper():
        kind = "pacer-spike"
    group, lead = _channel(item, groups)
    return [Annotation(position, kind, group, lead, item.text(0x00700006) or "") for position in positions]


def _homed(
    marks: list[tuple[int, Annotation]], triggers: Sequence[int], groups: Sequence[Group]
) -> tuple[tuple[Annotation, ...], tuple[Warning_, ...]]:
    """The marks, with those of the median beat moved to it.

    Mortara refers the median beat's marks to the rhythm group; their fiducial point is the median group's own
    Trigger Sample Position, which tells them apart.
    """
    beats = {
        trigger - 1: number
        for number, (trigger, group) in enumerate(zip(triggers, groups, strict=True))
        if trigger and group.kind == "median-beat"
    }
    homes = {
        cluster: beats[mark.sample]
        for cluster, mark in marks
        if mark.kind == "fiducial" and mark.group not in beats.values() and mark.sample in beats
    }
    moved = tuple(
        Annotation(mark.sample, mark.kind, homes.get(cluster, mark.group), mark.lead, mark.text)
        for cluster, mark in marks
    )
    if not homes:
        return moved, ()
    text = "marks that refer to the rhythm carry the median beat's trigger; they were given to the median beat"
    return moved, (Warning_("annotations-rehomed", text),)
