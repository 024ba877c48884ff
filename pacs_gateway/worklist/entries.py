"""An order as a worklist answer: PS3.4 table K.6-1, every requested key, zero-length where nothing is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pydicom.datadict import dictionary_keyword, dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from foundation.clock import COUNTY_ZONE
from foundation.ids import uid_of
from foundation.vocabulary import Priority
from pacs_gateway.worklist.encoding import Encoder
from pacs_gateway.worklist.keys import STEP, Question, matches
from registry.api import CharacterSet, Device, Order, Unit, alike, person_name

SCHEME = "99LIANZHEN"  # private coding scheme of the county's catalogue (PS3.16 §8.2: 99 and a name)
# Requested Procedure Priority (0040,1003), PS3.3 §C.4.11
_PRIORITY = {Priority.HIGH: "STAT", Priority.MEDIUM: "MEDIUM", Priority.LOW: "LOW"}
_SPECIFIC = {CharacterSet.GB18030: "GB18030", CharacterSet.UTF_8: "ISO_IR 192", CharacterSet.PINYIN: "ISO_IR 100"}
_ALWAYS = ("SpecificCharacterSet", "StudyInstanceUID")
_SHORT, _LONG = 16, 64  # characters of VR SH and LO

Values = Mapping[str, "str | list[Values]"]
Told = dict[int, tuple[str, "str | list[Told] | None"]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One order in the words of one device: its values by keyword, and the spellings by which a name is found."""

    values: Values
    step: Values
    names: tuple[str, ...]

    def fits(self, question: Question) -> bool:
        """Whether every key of the question that has a value finds it here; days are the registry's matter."""
        return _fits(question, self.values, self.names) and _fits(question.step(), self.step, ())

    def answer(self, question: Question) -> Dataset:
        """The requested keys with what is known; character set and Study Instance UID in any case."""
        return _dataset(self._told(question))

    def encoded(self, question: Question, *, implicit: bool) -> bytes:
        """The same as the bytes of a little-endian transfer syntax."""
        return _encoder(str(self.values["SpecificCharacterSet"]), implicit).dataset(self._told(question))

    def _told(self, question: Question) -> Told:
        told = _filled(question, self.values, {STEP: self.step})
        for keyword in _ALWAYS:
            tag, vr = _place(keyword)
            told[tag] = (vr, str(self.values[keyword]))
        return told


def entry(order: Order, device: Device, unit: Unit, asked_modality: str = "") -> Entry:
    """The order for this device."""
    speaks = device.character_set
    chinese = speaks is not CharacterSet.PINYIN
    patient, at = order.patient, order.requested_at.astimezone(COUNTY_ZONE)
    item = order.item_name if chinese else (order.item_name if order.item_name.isascii() else order.body_part)
    code: Values = {
        "CodeValue": order.item_code[:_SHORT],
        "CodingSchemeDesignator": SCHEME,
        "CodeMeaning": item,
    }
    history = order.history if chinese or order.history.isascii() else ""
    values: Values = {
        "SpecificCharacterSet": _SPECIFIC[speaks],
        "AccessionNumber": order.accession_number,
        "IssuerOfAccessionNumberSequence": [{"LocalNamespaceEntityID": unit.code}],
        "StudyInstanceUID": uid_of(order.id),
        "PatientName": person_name(patient.name, ideographic=chinese),
        "PatientID": patient.patient_id if chinese or patient.patient_id.isascii() else "",
        "IssuerOfPatientID": unit.code,
        "PatientBirthDate": patient.birth_date.strftime("%Y%m%d") if patient.birth_date else "",
        "PatientSex": patient.sex.value if patient.sex else "",
        "RequestedProcedureID": order.accession_number,
        "RequestedProcedureDescription": item,
        "RequestedProcedureCodeSequence": [code],
        "RequestedProcedurePriority": _PRIORITY[order.priority],
        "ReasonForTheRequestedProcedure": _line(history, _LONG),
        "AdditionalPatientHistory": history[:10240],
        "RequestingService": (unit.name if chinese else unit.code)[:_LONG],
        "BodyPartExamined": order.body_part,
    }
    step: Values = {
        "ScheduledStationAETitle": device.aet,
        "ScheduledStationName": _line(device.name if chinese or device.name.isascii() else device.aet, _SHORT),
        "ScheduledProcedureStepStartDate": at.strftime("%Y%m%d"),
        "ScheduledProcedureStepStartTime": at.strftime("%H%M%S"),
        "Modality": asked_modality if asked_modality in alike(order.modality) else order.modality,
        "ScheduledProcedureStepID": order.accession_number,
        "ScheduledProcedureStepDescription": item,
        "ScheduledProtocolCodeSequence": [code],
        "ScheduledProcedureStepStatus": "SCHEDULED",
        "ScheduledProcedureStepLocation": "",
        "ScheduledPerformingPhysicianName": "",
        "BodyPartExamined": order.body_part,
    }
    return Entry(values, step, (patient.name, person_name(patient.name, ideographic=False)))


def _line(text: str, length: int) -> str:
    return " ".join(text.replace("\\", "/").split())[:length]


@lru_cache(maxsize=1024)
def _place(keyword: str) -> tuple[int, str]:
    tag = tag_for_keyword(keyword)
    assert tag is not None
    return tag, dictionary_VR(tag)


def unmatched(question: Question, entry: Entry) -> bool:
    """Whether the question has a value for a key that is not matched here: told as a warning (0xFF01)."""
    known = {**entry.values, **entry.step}
    asked = [*question.keys.items(), *question.step().keys.items()]
    return any(value and keyword != "SpecificCharacterSet" and keyword not in known for keyword, value in asked)


def _fits(question: Question, values: Values, names: tuple[str, ...]) -> bool:
    for keyword, wanted in question.keys.items():
        known = values.get(keyword)
        wild = set(wanted) & set("*?")
        if not wanted or not isinstance(known, str) or (keyword in _BY_REGISTRY and not wild):
            continue
        if not matches(_place(keyword)[1], wanted, names if keyword == "PatientName" else (known,)):
            return False
    return True


# matched by the registry, with the tolerance of the settings
_BY_REGISTRY = frozenset(("SpecificCharacterSet", "ScheduledProcedureStepStartDate", "Modality"))


def _filled(question: Question, values: Values, more: Mapping[str, Values] | None = None) -> Told:
    told: Told = {}
    for tag, vr in question.tags.items():
        keyword = _keyword_of(tag)
        known = values.get(keyword)
        if vr == "SQ":
            told[tag] = (vr, _items(question.items.get(keyword), known, (more or {}).get(keyword)))
        else:
            told[tag] = (vr, known if isinstance(known, str) and known else None)
    return told


def _items(asked: Question | None, known: object, step: Values | None) -> list[Told]:
    items = [step] if step is not None else known if isinstance(known, list) else []
    if asked is None or not asked.tags:
        return [_whole(item) for item in items]
    return [_filled(asked, item) for item in items]


def _whole(values: Values) -> Told:
    """Every attribute, for a sequence that was asked for without items."""
    whole: Told = {}
    for keyword, value in values.items():
        tag, vr = _place(keyword)
        whole[tag] = (vr, value if isinstance(value, str) else [_whole(item) for item in value])
    return whole


def _dataset(told: Told) -> Dataset:
    made = Dataset()
    for tag, (vr, value) in told.items():
        made[tag] = DataElement(
            tag, vr, Sequence([_dataset(item) for item in value]) if isinstance(value, list) else value
        )
    return made


@lru_cache(maxsize=16)
def _encoder(specific: str, implicit: bool) -> Encoder:
    return Encoder(specific, implicit=implicit)


@lru_cache(maxsize=1024)
def _keyword_of(tag: int) -> str:
    try:
        return dictionary_keyword(tag)
    except KeyError:
        return f"{tag:08X}"
