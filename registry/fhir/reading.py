"""ServiceRequest and Patient as values of the registry."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from foundation.vocabulary import Priority, Sex
from registry.errors import BadIncoming
from registry.intake import Act, Incoming
from registry.model import NewPatient, VisitType
from registry.names import is_chinese

Json = dict[str, Any]

ID_CARD = "urn:oid:2.16.156.10011.1.3"  # 居民身份证号, the register's OID that Chinese documents use
_CARD_TYPES = frozenset(("NI", "NNCHN", "SB"))
_ACTS = {"active": Act.PLACE, "revoked": Act.CANCEL, "entered-in-error": Act.CANCEL}
_PRIORITY = {
    "": Priority.MEDIUM, "routine": Priority.MEDIUM, "urgent": Priority.HIGH, "asap": Priority.HIGH,
    "stat": Priority.HIGH,
}  # fmt: skip
_GENDER = {"": None, "male": Sex.MALE, "female": Sex.FEMALE, "other": Sex.OTHER, "unknown": None}
_TEXT_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Found:
    """Where a subject's patient comes from: a resource that was sent, or one that we have."""

    sent: Mapping[str, Json]  # by fullUrl, `#id` and relative reference
    ours: Callable[[str], NewPatient]  # by our id; raises PatientNotFound


def patient(resource: Json, unit_id: str, at: str = "Patient") -> NewPatient:
    """A Patient. Raises BadIncoming."""
    number, card = _identifiers(resource, at)
    return NewPatient(
        issuer=unit_id,
        name=_name(resource, at),
        patient_id=number,
        sex=_coded(resource, "gender", _GENDER, at),
        birth_date=_day(_text(resource, "birthDate", at), f"{at}.birthDate"),
        id_card=card,
        phone=next((_text(one, "value", at)[:32] for one in _items(resource, "telecom", at)), None),
    )


def service_request(resource: Json, unit_id: str, found: Found, at: str = "ServiceRequest") -> Incoming:
    """A ServiceRequest with its patient. Raises BadIncoming, PatientNotFound."""
    system, number, accession = _numbers(resource, at)
    status = _text(resource, "status", at)
    if status not in _ACTS:
        _refuse(f"{at}.status", f"“{status[:20]}”：{', '.join(_ACTS)}")
    if _text(resource, "intent", at) not in {"order", "original-order", "instance-order", "filler-order"}:
        _refuse(f"{at}.intent", "order")
    act, who = _ACTS[status], _subject(resource, unit_id, found, at)
    item = _item(resource, at)
    if not item and act is not Act.CANCEL:
        _refuse(f"{at}.code.coding", "缺少检查项目代码", "item code is missing")
    priority = _coded(resource, "priority", _PRIORITY, at)
    history = _history(resource, at)
    facts = (number, who, item, priority, history, accession)
    return Incoming(
        act=act,
        system=system,
        number=number,
        patient=who,
        item_code=item,
        digest=hashlib.sha256(repr(facts).encode()).hexdigest(),
        priority=priority,
        history=history,
        accession_number=accession,
        visit_type=VisitType.EMERGENCY if priority is Priority.HIGH else VisitType.OUTPATIENT,
    )


def _subject(resource: Json, unit_id: str, found: Found, at: str) -> NewPatient:
    subject = resource.get("subject")
    reference = subject.get("reference") if isinstance(subject, dict) else None
    if not isinstance(reference, str) or not reference:
        _refuse(f"{at}.subject.reference", "缺少患者", "patient is missing")
    contained = {f"#{one.get('id')}": one for one in _items(resource, "contained", at)}
    sent = contained.get(reference) or found.sent.get(reference)
    if sent is not None:
        if sent.get("resourceType") != "Patient":
            _refuse(f"{at}.subject.reference", "Patient")
        return patient(sent, unit_id, f"{at}.subject.resolve()")
    kind, _, id_ = reference.rpartition("/")
    if kind.rpartition("/")[2] != "Patient" or not id_:
        _refuse(
            f"{at}.subject.reference", f"消息中找不到“{reference[:40]}”", f"“{reference[:40]}” is not in the message"
        )
    return found.ours(id_)


def _numbers(resource: Json, at: str) -> tuple[str, str, str]:
    """The placer's system and number, and the accession number when the system gave one."""
    placer, accession = ("", ""), ""
    for one in _items(resource, "identifier", at):
        value, system = _text(one, "value", f"{at}.identifier"), _text(one, "system", f"{at}.identifier")
        if "ACSN" in _types(one, at):
            accession = value
        if value and not placer[1]:
            placer = (system, value)
    if not placer[1]:
        _refuse(f"{at}.identifier", "缺少申请单号", "order number is missing")
    if len(placer[1]) > 64 or len(placer[0]) > 128:
        _refuse(f"{at}.identifier", "system ≤ 128 字，value ≤ 64 字", "system ≤ 128, value ≤ 64 characters")
    return *placer, accession


def _identifiers(resource: Json, at: str) -> tuple[str, str | None]:
    number, card = "", None
    for one in _items(resource, "identifier", at):
        value = _text(one, "value", f"{at}.identifier")
        if _text(one, "system", at) == ID_CARD or _CARD_TYPES & _types(one, at):
            card = card or value or None
        elif value and not number:
            number = value
    number = number or card or ""
    if not number:
        _refuse(f"{at}.identifier", "缺少患者编号", "patient id is missing")
    return number, card


def _types(identifier: Json, at: str) -> set[str]:
    kind = identifier.get("type")
    return {_text(one, "code", at) for one in _items(kind, "coding", at)} if isinstance(kind, dict) else set()


def _name(resource: Json, at: str) -> str:
    names = _items(resource, "name", at)
    if not names:
        _refuse(f"{at}.name", "缺少姓名", "name is missing")
    text = _text(names[0], "text", f"{at}.name")
    if text:
        return text
    family, given = _text(names[0], "family", f"{at}.name"), names[0].get("given", [])
    parts = [family, *(one for one in given if isinstance(one, str))] if isinstance(given, list) else [family]
    joined = "".join(parts)
    name = joined if is_chinese(joined) else "^".join(part for part in parts if part)
    if not name:
        _refuse(f"{at}.name", "缺少姓名", "name is missing")
    return name


def _item(resource: Json, at: str) -> str:
    code = resource.get("code")
    coding = _items(code, "coding", f"{at}.code") if isinstance(code, dict) else []
    ours = [one for one in coding if _text(one, "system", at).startswith("urn:lianzhen:item")] or coding
    return _text(ours[0], "code", f"{at}.code.coding") if ours else ""


def _history(resource: Json, at: str) -> str:
    reasons = [_text(one, "text", at) for one in _items(resource, "reasonCode", at)]
    notes = [_text(one, "text", at) for one in _items(resource, "note", at)]
    return "；".join(part for part in (*reasons, *notes) if part)[:_TEXT_LIMIT]


def _coded(resource: Json, name: str, table: Mapping[str, Any], at: str) -> Any:
    value = _text(resource, name, at)
    if value not in table:
        _refuse(f"{at}.{name}", f"“{value[:20]}”：{', '.join(code for code in table if code)}")
    return table[value]


def _day(text: str, at: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        _refuse(at, f"“{text[:20]}”：YYYY-MM-DD")


def _text(one: Any, name: str, at: str) -> str:
    value = one.get(name) if isinstance(one, dict) else None
    if value is None:
        return ""
    if not isinstance(value, str):
        _refuse(f"{at}.{name}", "string")
    return value.strip()


def _items(one: Any, name: str, at: str) -> list[Json]:
    value = one.get(name) if isinstance(one, dict) else None
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value) or len(value) > 200:
        _refuse(f"{at}.{name}", "array of objects")
    return value


def _refuse(field: str, what: str, what_en: str = "") -> NoReturn:
    raise BadIncoming(field=field, what=what, what_en=what_en or what, expression=field)
