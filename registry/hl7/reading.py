"""ORM and ADT messages as values of the registry. A field in the wrong place is named, never guessed around."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import NoReturn

from foundation.vocabulary import Priority, Sex
from registry.errors import BadIncoming
from registry.hl7.codec import Received
from registry.intake import Act, Incoming
from registry.model import NewPatient, VisitType

_ACTS = {"NW": Act.PLACE, "CA": Act.CANCEL, "OC": Act.CANCEL, "DC": Act.CANCEL, "XO": Act.CHANGE}  # table 0119
_SEX = {
    "M": Sex.MALE, "F": Sex.FEMALE, "O": Sex.OTHER, "U": None, "A": Sex.OTHER, "N": None, "": None, "男": Sex.MALE,
    "女": Sex.FEMALE, "1": Sex.MALE, "2": Sex.FEMALE, "0": None, "9": None, "未知": None,
}  # fmt: skip  # table 0001, and the codes of GB/T 2261.1 that Chinese systems send
_URGENT = frozenset(("S", "A", "STAT", "ASAP", "E", "URGENT", "急"))  # tables 0027 and 0485
_VISITS = {"O": VisitType.OUTPATIENT, "I": VisitType.INPATIENT, "E": VisitType.EMERGENCY}  # table 0004
_CARD_TYPES = frozenset(("NI", "NNCHN", "SFZ", "ID"))  # table 0203
_LETTER = re.compile(r"[^\W\d_]")
_ID_LIMIT = 64


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a PID segment names."""

    patient_id: str
    name: str
    sex: Sex | None
    birth_date: date | None
    id_card: str | None
    phone: str | None


def person(got: Received) -> Person:
    """The PID segment. Raises BadIncoming with the field that is wrong."""
    if "PID" not in got.segments():
        raise BadIncoming(field="PID", what="缺少 PID 段", what_en="the PID segment is missing")
    number, card = _identifiers(got)
    name = "".join(part for part in (got.field("PID", 5, 1), got.field("PID", 5, 2)) if part)
    if got.field("PID", 5, 2) and name.isascii():
        name = f"{got.field('PID', 5, 1)}^{got.field('PID', 5, 2)}"
    if not name or not _LETTER.search(name):
        _shifted("PID-5", ("姓名", "the patient's name"), name)
    sex = got.field("PID", 8).upper()
    if sex not in _SEX:
        _shifted("PID-8", ("性别（M、F、O、U）", "the sex (M, F, O, U)"), sex)
    return Person(number, name, _SEX[sex], _birth(got.field("PID", 7)), card, got.field("PID", 13)[:32] or None)


def _identifiers(got: Received) -> tuple[str, str | None]:
    number, card = "", got.field("PID", 19) or None
    for index in range(1, max(1, got.repetitions("PID", 3)) + 1):
        value, kind = got.field("PID", 3, 1, index), got.field("PID", 3, 5, index).upper()
        if kind in _CARD_TYPES:
            card = card or value
        elif value and not number:
            number = value
    number = number or (card or "")
    if not number:
        raise BadIncoming(field="PID-3", what="缺少患者编号", what_en="patient id is missing")
    if len(number) > _ID_LIMIT:
        raise BadIncoming(
            field="PID-3", what=f"{len(number)} > {_ID_LIMIT} 字", what_en=f"{len(number)} > {_ID_LIMIT} characters"
        )
    return number, card


def _birth(text: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007 - a birth date has no zone
    except ValueError:
        _shifted("PID-7", ("出生日期（YYYYMMDD）", "the birth date (YYYYMMDD)"), text)


def _shifted(field: str, expected: tuple[str, str], got: str) -> NoReturn:
    """Refuse a value that another field would have: the columns are shifted, or the field is missing.

    `expected` is what the field holds, in Chinese and English.
    """
    zh, en = expected
    if not got:
        raise BadIncoming(field=field, what=f"缺少{zh}", what_en=f"{en} is missing")
    raise BadIncoming(
        field=field,
        what=f"应为{zh}，收到“{got[:20]}”，请检查字段是否错位",
        what_en=f"it holds {en}, but “{got[:20]}” came; check whether the fields are shifted",
    )


def incoming(got: Received, unit_id: str) -> list[Incoming]:
    """Every order of an ORM^O01. Raises BadIncoming."""
    who, system = person(got), f"hl7:{got.field('MSH', 3)[:64]}"
    patient = NewPatient(unit_id, who.name, who.patient_id, who.sex, who.birth_date, who.id_card, who.phone)
    visit = _VISITS.get(got.field("PV1", 2).upper(), VisitType.OUTPATIENT)
    names = got.segments()
    if "ORC" not in names:
        raise BadIncoming(field="ORC", what="缺少 ORC 段", what_en="the ORC segment is missing")
    found, details = [], 0
    for index, position in enumerate([at for at, name in enumerate(names) if name == "ORC"], 1):
        following = names[position + 1 :]
        ours = following[: following.index("ORC")] if "ORC" in following else following
        has_detail = "OBR" in ours
        details += has_detail
        found.append(_order(got, (system, patient, visit), index, details if has_detail else 0))
    return found


def _order(got: Received, of: tuple[str, NewPatient, VisitType], index: int, detail: int) -> Incoming:
    system, patient, visit = of

    def orc(number: int, component: int = 1) -> str:
        return got.field("ORC", number, component, occurrence=index)

    def obr(number: int, component: int = 1) -> str:
        return got.field("OBR", number, component, occurrence=detail) if detail else ""

    act = _ACTS.get(orc(1).upper())
    if act is None:
        _shifted("ORC-1", ("医嘱控制（NW、CA、XO）", "the order control (NW, CA, XO)"), orc(1))
    number = orc(2) or obr(2)
    if not number:
        raise BadIncoming(field="ORC-2", what="缺少申请单号", what_en="placer order number is missing")
    if len(number) > _ID_LIMIT:
        raise BadIncoming(
            field="ORC-2", what=f"{len(number)} > {_ID_LIMIT} 字", what_en=f"{len(number)} > {_ID_LIMIT} characters"
        )
    item = obr(4)
    if not item and act is not Act.CANCEL:
        raise BadIncoming(field="OBR-4", what="缺少检查项目代码", what_en="item code is missing")
    urgent = {obr(5).upper(), obr(27, 6).upper(), orc(7, 6).upper(), got.field("TQ1", 9, occurrence=index).upper()}
    history = "；".join(part for part in (obr(13), obr(31, 2) or obr(31)) if part)[:2000]
    facts = (act, number, patient, item, bool(urgent & _URGENT), history, obr(18), visit)
    return Incoming(
        act=act,
        system=system,
        number=number,
        patient=patient,
        item_code=item,
        digest=hashlib.sha256(repr(facts[1:]).encode()).hexdigest(),
        priority=Priority.HIGH if urgent & _URGENT else Priority.MEDIUM,
        history=history,
        accession_number=obr(18),
        visit_type=VisitType.EMERGENCY if urgent & _URGENT and visit is VisitType.OUTPATIENT else visit,
    )
