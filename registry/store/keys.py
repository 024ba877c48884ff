"""Finding patients by their search keys: each question is one range of an index, whatever the table's size."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from foundation.access import Actor, Thing, visible
from registry import names
from registry.model import Patient
from registry.store.tables import patient_key

_C = patient_key.c
_LAST = "\U0010ffff"  # behind every character that follows a prefix
_SHARE = 4  # keys of one patient that may begin alike; so many rows are read for one patient
TAIL_DIGITS = 4  # a shorter number is no tail


def keep_keys(conn: Connection, patient: Patient) -> None:
    """Replace the keys of a patient by today's."""
    conn.execute(delete(patient_key).where(_C.patient_uid == patient.id))
    conn.execute(insert(patient_key), key_rows(patient))


def key_rows(patient: Patient) -> list[dict[str, Any]]:
    """The rows that find a patient."""
    found = names.keys(patient.name, patient.patient_id, patient.id_card, patient.phone)
    return [{"issuer": patient.issuer, "key": key, "patient_uid": patient.id} for key in sorted(found)]


def ranges(q: str) -> list[str]:
    """The beginnings of keys that answer a question: as typed, and from the end where it looks like a number."""
    typed = names.plain(q)
    if not typed:
        return []
    digits = typed.isascii() and len(typed) >= TAIL_DIGITS and typed.rstrip("x").isdigit()
    return [names.tail(typed), typed] if digits else [typed]


def search(conn: Connection, actor: Actor, thing: Thing, q: str, limit: int) -> list[str]:
    """Ids of patients within reach that a question finds, the shortest matching key first."""
    found: dict[str, None] = {}
    for beginning in ranges(q):
        query = (
            select(_C.patient_uid)
            .where(_begins(beginning), visible(actor, "read", thing, _C.issuer, patient=_C.patient_uid))
            .order_by(_C.key, _C.patient_uid)
            .limit(limit * _SHARE)
        )
        found |= dict.fromkeys(conn.execute(query).scalars())
        if len(found) >= limit:
            break
    return list(found)[:limit]


def _begins(beginning: str) -> ColumnElement[bool]:
    return (beginning <= _C.key) & (_C.key < beginning + _LAST)
