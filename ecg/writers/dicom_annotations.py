"""The Waveform Annotation Sequence from what the cart measured, said and marked (PS3.3 §C.10.10)."""

from collections.abc import Sequence
from decimal import Decimal

from pydicom.dataset import Dataset
from pydicom.valuerep import format_number_as_ds

from ecg.model import Annotation, EcgRecord, Group, MachineMeasurement
from ecg.readers.measurement_names import BY_CODE, FIDUCIALS

# PS3.16 CID 3689 and 3229; what has no code there is named in a private scheme.
_CODE_OF = {name: code for (scheme, code), name in BY_CODE.items() if scheme == "MDC" and code != "2:16144"}
_FIDUCIAL_OF = {name: code for (_, code), name in FIDUCIALS.items()}
_PRIVATE = "99LIANZHEN"
_MEANING = {
    "ms": "millisecond",
    "/min": "per minute",
    "deg": "degree",
    "uV": "microvolt",
    "1": "no units",
    "uV/s": "microvolt per second",
}
_UNKNOWN_TIME = "The recording does not say when it was made; the time of receipt stands in its place."


def code_item(value: str, scheme: str, meaning: str) -> Dataset:
    """A code sequence item (PS3.3 §8.8)."""
    item = Dataset()
    item.CodeValue = value[:16]
    item.CodingSchemeDesignator = scheme
    if scheme == "SCPECG":
        item.CodingSchemeVersion = "1.3"  # PS3.16 §8.1: the code values differ between its versions
    item.CodeMeaning = meaning[:64]
    return item


def annotation_items(record: EcgRecord, groups: Sequence[Group]) -> list[Dataset]:
    """Statements, measurements and marks of the written groups, in that order."""
    statements = [statement.text for statement in record.statements]
    if record.started_at is None:
        statements.append(_UNKNOWN_TIME)
    items = []
    for text in statements:
        item = _item(1, 0, 0)
        item.UnformattedTextValue = text[:1024]
        items.append(item)
    items += [_measurement(measurement, groups[0]) for measurement in record.measurements]
    places = {id(group): number for number, group in enumerate(groups)}
    homes = [places.get(id(group)) for group in record.groups]
    marks: dict[tuple[int, str, str | None], list[Annotation]] = {}
    for mark in record.annotations:
        home = homes[mark.group] if mark.group < len(homes) else None
        if home is not None:
            marks.setdefault((home, mark.kind, mark.lead), []).append(mark)
    return items + [_marks(key, found, groups) for key, found in marks.items()]


def _item(group: int, channel: int, cluster: int) -> Dataset:
    item = Dataset()
    item.ReferencedWaveformChannels = [group, channel]
    item.AnnotationGroupNumber = cluster
    return item


def _channel(lead: str | None, group: Group) -> int:
    """The 1-based channel of a lead, 0 for all of them (PS3.3 §C.10.10.1.1)."""
    return next((number for number, found in enumerate(group.leads, 1) if found.name == lead), 0)


def _measurement(measurement: MachineMeasurement, group: Group) -> Dataset:
    item = _item(1, _channel(measurement.lead, group), 1)
    code = _CODE_OF.get(measurement.name)
    name = measurement.name
    item.ConceptNameCodeSequence = [code_item(code, "MDC", name) if code else code_item(name, _PRIVATE, name)]
    unit = measurement.unit or "1"
    item.MeasurementUnitsCodeSequence = [code_item(unit, "UCUM", _MEANING.get(unit, unit))]
    item.NumericValue = format_number_as_ds(Decimal(repr(measurement.value)))
    return item


def _marks(key: tuple[int, str, str | None], marks: list[Annotation], groups: Sequence[Group]) -> Dataset:
    home, kind, lead = key
    item = _item(home + 1, _channel(lead, groups[home]), 2 + home)
    code = _FIDUCIAL_OF.get(kind)
    item.ConceptNameCodeSequence = [code_item(code, "SCPECG", kind) if code else code_item(kind, _PRIVATE, kind)]
    item.TemporalRangeType = "POINT" if len(marks) == 1 else "MULTIPOINT"
    item.ReferencedSamplePositions = [mark.sample + 1 for mark in marks]
    return item
