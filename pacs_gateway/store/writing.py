"""Entering an object into the index, closing a study, filling the quarantine."""

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, and_, bindparam, insert, or_, select, update

from foundation.database import Row
from foundation.dialect import upsert
from foundation.ids import new_id
from pacs_gateway.dicom import json
from pacs_gateway.dicom.inspection import Inspected, frames
from pacs_gateway.model import Outcome, Source, StudyState, name_key
from pacs_gateway.store.attributes import SERIES_TAGS, STUDY_TAGS, pick
from pacs_gateway.store.tables import instance, quarantine, series, study


@dataclass(frozen=True, slots=True)
class Conflicting:
    """The index says that these UIDs belong elsewhere: `code` and our header."""

    code: str
    ours: json.Json


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the index makes of an object."""

    outcome: Outcome
    sop_instance_uid: str


def known(conn: Connection, found: Inspected, digest: str, source: Source) -> Verdict | Conflicting | None:
    """A duplicate or a conflict; None when the object may be entered as it is or as a new version."""
    row = conn.execute(_STUDY_OF, {"uid": found.study_instance_uid}).first()
    if row and (row.unit_id, row.patient_id) != (source.unit_id, patient_id(found.header)):
        return Conflicting("study-of-another-patient", _header(conn, found.study_instance_uid))
    rows = conn.execute(_SAME, {"uid": found.sop_instance_uid}).all()
    for same in rows:
        if same.digest == digest:
            return Verdict(Outcome.DUPLICATE, same.sop_instance_uid)
    here = (found.study_instance_uid, found.series_instance_uid)
    elsewhere = [other for other in rows if (other.study_instance_uid, other.series_instance_uid) != here]
    if elsewhere:
        return Conflicting("instance-of-another-study", _header(conn, elsewhere[0].study_instance_uid))
    owner = conn.execute(_SERIES_OF, {"uid": found.series_instance_uid}).scalar()
    if owner is not None and owner != found.study_instance_uid:
        return Conflicting("instance-of-another-study", _header(conn, owner))
    return None


def patient_id(header: json.Json) -> str:
    """Patient ID (0010,0020) as it is kept in the index."""
    return json.text(header, "00100020")[:256]


def _header(conn: Connection, study_instance_uid: str) -> json.Json:
    row = conn.execute(select(study.c.header).where(study.c.study_instance_uid == study_instance_uid)).first()
    return dict(row.header) if row else {}


def has_study(conn: Connection, study_instance_uid: str) -> bool:
    """Whether the study has a row."""
    return conn.execute(_STUDY_OF, {"uid": study_instance_uid}).first() is not None


def add_study(conn: Connection, found: Inspected, source: Source, patient_uid: str, now: datetime) -> None:
    """The first object of a study makes its row."""
    header = found.header
    conn.execute(
        _ADD_STUDY,
        {
            "study_instance_uid": found.study_instance_uid,
            "unit_id": source.unit_id,
            "requesting_unit_id": source.unit_id,
            "patient_uid": patient_uid,
            "patient_id": patient_id(header),
            "patient_name": json.text(header, "00100010")[:512],
            "name_key": name_key(json.text(header, "00100010"))[:520],
            "patient_sex": json.text(header, "00100040")[:16],
            "patient_birth_date": json.text(header, "00100030")[:32],
            "accession_number": json.text(header, "00080050")[:64],
            "study_id": json.text(header, "00200010")[:64],
            "study_date": json.text(header, "00080020").replace(".", "")[:32],
            "study_time": json.text(header, "00080030").replace(":", "")[:32],
            "description": (json.text(header, "00081030") or json.text(header, "00321060"))[:512],
            "referring_key": name_key(json.text(header, "00080090"))[:520],
            "body_part": json.text(header, "00180015")[:64],
            "modalities": "\\",
            "series_count": 0,
            "instance_count": 0,
            "told_count": 0,
            "state": StudyState.RECEIVING.value,
            "received_at": now,
            "last_at": now,
            "priority": "MEDIUM",
            "flags": [] if patient_id(header) else ["no-patient-id"],
            "revision": 0,
            "header": pick(header, STUDY_TAGS),
        },
    )


def enter(conn: Connection, found: Inspected, kept: tuple[str, int], source: Source, now: datetime) -> Verdict:
    """Add the object to its study and series. `kept` is digest and size. The study's row is there already."""
    digest, size = kept
    taken = conn.execute(_SAME, {"uid": found.sop_instance_uid}).first() is not None
    uid = version_uid(digest) if taken else found.sop_instance_uid
    header = found.header
    conn.execute(
        _ADD_INSTANCE,
        {
            "sop_instance_uid": uid,
            "came_as": found.sop_instance_uid if taken else None,
            "series_instance_uid": found.series_instance_uid,
            "study_instance_uid": found.study_instance_uid,
            "sop_class_uid": found.sop_class_uid,
            "transfer_syntax_uid": found.transfer_syntax_uid,
            "digest": digest,
            "size": size,
            "number": _small(json.number(header, "00200013")),
            "rows": _small(json.number(header, "00280010")),
            "columns": _small(json.number(header, "00280011")),
            "frames": _small(frames(header)),
            "bits_allocated": _small(json.number(header, "00280100")),
            "photometric": json.text(header, "00280004")[:32],
            "has_pixels": found.has_pixels,
            "received_at": now,
            "aet": source.aet[:64],
            "address": (source.address or "")[:64] or None,
            "channel": source.channel,
            "header": packed(_served(header, found, uid)),
        },
    )
    new_series = _count_series(conn, found, now)
    _count_study(conn, found, new_series=new_series, flag="new-version" if taken else None, now=now)
    return Verdict(Outcome.NEW_VERSION if taken else Outcome.STORED, uid)


def version_uid(digest: str) -> str:
    """The UID that other bytes under a known SOP Instance UID are shown by: the same for the same bytes."""
    return f"2.25.{int(digest[:31], 16)}"


def packed(header: json.Json) -> bytes:
    """A header as it is stored."""
    return zlib.compress(orjson.dumps(header), 6)


def _served(header: json.Json, found: Inspected, uid: str) -> json.Json:
    """The header that metadata answers give: our UID, and the syntax of the stored bytes (0008,3002)."""
    return {
        **header,
        "00080018": {"vr": "UI", "Value": [uid]},
        "00083002": {"vr": "UI", "Value": [found.transfer_syntax_uid]},
    }


def _small(value: int) -> int:
    return max(-(2**31), min(value, 2**31 - 1))


def _count_series(conn: Connection, found: Inspected, now: datetime) -> bool:
    header = found.header
    added = conn.execute(_COUNT_SERIES, {"uid": found.series_instance_uid}).rowcount
    if added:
        return False
    conn.execute(
        _ADD_SERIES,
        {
            "series_instance_uid": found.series_instance_uid,
            "study_instance_uid": found.study_instance_uid,
            "modality": json.text(header, "00080060")[:32],
            "number": _small(json.number(header, "00200011")),
            "description": json.text(header, "0008103E")[:512],
            "body_part": json.text(header, "00180015")[:64],
            "performed_date": json.text(header, "00400244").replace(".", "")[:32],
            "performed_time": json.text(header, "00400245").replace(":", "")[:32],
            "instance_count": 1,
            "received_at": now,
            "header": pick(header, SERIES_TAGS),
        },
    )
    return True


def _count_study(conn: Connection, found: Inspected, *, new_series: bool, flag: str | None, now: datetime) -> None:
    row = conn.execute(_STUDY_OF, {"uid": found.study_instance_uid}).one()
    modality = json.text(found.header, "00080060").replace("\\", "")[:32]
    modalities = row.modalities
    if modality and f"\\{modality}\\" not in modalities:
        modalities = f"{modalities}{modality}\\"[:256]
    flags = row.flags if flag is None or flag in row.flags else [*row.flags, flag]
    conn.execute(
        update(study)
        .where(study.c.study_instance_uid == found.study_instance_uid)
        .values(
            instance_count=study.c.instance_count + 1,
            series_count=study.c.series_count + int(new_series),
            revision=study.c.revision + 1,
            modalities=modalities,
            flags=flags,
            body_part=row.body_part or json.text(found.header, "00180015")[:64],
            last_at=now,
        )
    )


def link_order(conn: Connection, study_instance_uid: str, order_id: str, unit_id: str, priority: str) -> None:
    """The order that the study answers, the unit that asked for it, and its urgency."""
    conn.execute(
        update(study)
        .where(study.c.study_instance_uid == study_instance_uid)
        .values(order_id=order_id, requesting_unit_id=unit_id, priority=priority)
    )


def close(conn: Connection, study_instance_uid: str, now: datetime) -> None:
    """The study is READY and everything that it has by now was told."""
    conn.execute(
        update(study)
        .where(study.c.study_instance_uid == study_instance_uid)
        .values(state=StudyState.READY.value, ready_at=now, told_count=study.c.instance_count)
    )


def detain(conn: Connection, row: Row, now: datetime) -> None:
    """Put an object on the quarantine list; the same bytes again only count."""
    statement = upsert(conn, quarantine).values({**row, "id": new_id(), "received_at": now, "last_at": now, "times": 1})
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=["digest", "code", "unit_id"],
            set_={"times": quarantine.c.times + 1, "last_at": now},
        )
    )


def _bound(column: Any) -> Any:
    return column == bindparam("uid")


_SAME = select(
    instance.c.sop_instance_uid, instance.c.digest, instance.c.study_instance_uid, instance.c.series_instance_uid
).where(or_(_bound(instance.c.sop_instance_uid), and_(instance.c.came_as.is_not(None), _bound(instance.c.came_as))))
_SERIES_OF = select(series.c.study_instance_uid).where(_bound(series.c.series_instance_uid))
_STUDY_OF = select(study).where(_bound(study.c.study_instance_uid))
_ADD_STUDY, _ADD_SERIES, _ADD_INSTANCE = insert(study), insert(series), insert(instance)
_COUNT_SERIES = (
    update(series).where(_bound(series.c.series_instance_uid)).values(instance_count=series.c.instance_count + 1)
)
