"""What other rooms and the workstation ask of the index."""

import zlib
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from foundation import access
from foundation.access import Actor
from pacs_gateway.dicom import json
from pacs_gateway.dicom.json import Json
from pacs_gateway.model import (
    Detained,
    InstanceFile,
    InstanceSummary,
    SeriesSummary,
    StudyState,
    StudySummary,
    study_modality,
)
from pacs_gateway.store.tables import instance, quarantine, series, study

StudyRow = Row[Any]
STATION_TAGS = ("00080055", "00081010", "00400241", "00400242")  # of the station: AE title, name; performed: both


def unpacked(header: bytes) -> Json:
    """A stored header."""
    value: Json = orjson.loads(zlib.decompress(header))
    return value


def study_row(conn: Connection, study_instance_uid: str) -> Row[Any] | None:
    """The study's row."""
    return conn.execute(select(study).where(study.c.study_instance_uid == study_instance_uid)).first()


def senders(conn: Connection, study_instance_uid: str) -> frozenset[str]:
    """The AE titles that sent the study's images and tracings; empty text for what came another way."""
    query = select(instance.c.aet).where(instance.c.study_instance_uid == study_instance_uid)
    return frozenset(conn.execute(query.where(instance.c.channel != "product").distinct()).scalars())


def stations(conn: Connection, study_instance_uid: str) -> list[frozenset[str]]:
    """The stations that the files of a study name, for every series that did not come from an AE title.

    One file speaks for its series: the equipment belongs to the series (PS3.3 table A.1-1).
    """
    here = instance.c.study_instance_uid == study_instance_uid
    foreign = select(func.min(instance.c.sop_instance_uid)).where(here, instance.c.channel != "product")
    first = foreign.where(instance.c.aet == "").group_by(instance.c.series_instance_uid)
    headers = conn.execute(select(instance.c.header).where(instance.c.sop_instance_uid.in_(first))).scalars()
    named = [{json.text(unpacked(header), tag).strip() for tag in STATION_TAGS} for header in headers]
    return [frozenset(names - {""}) for names in named]


def study_summary(conn: Connection, study_instance_uid: str) -> StudySummary | None:
    """A study with its series and instances."""
    row = study_row(conn, study_instance_uid)
    return _summary(row, _series(conn, study_instance_uid)) if row else None


def summaries(conn: Connection, actor: Actor, q: str, since: datetime | None, limit: int) -> list[StudySummary]:
    """The newest studies within the actor's reach, without series. `q` is in a name, or begins an id or number."""
    query = select(study).where(reach(actor)).order_by(study.c.received_at.desc()).limit(limit)
    if since is not None:
        query = query.where(study.c.received_at >= since)
    if q:
        query = query.where(
            or_(
                study.c.name_key.contains(q.casefold(), autoescape=True),
                study.c.patient_id.startswith(q, autoescape=True),
                study.c.accession_number.startswith(q, autoescape=True),
            )
        )
    return [_summary(row, ()) for row in conn.execute(query)]


def summaries_of(conn: Connection, actor: Actor, patient_uids: Collection[str], limit: int) -> list[StudySummary]:
    """The newest studies of these patients within the actor's reach, without series."""
    query = select(study).where(study.c.patient_uid.in_(patient_uids), reach(actor))
    return [_summary(row, ()) for row in conn.execute(query.order_by(study.c.received_at.desc()).limit(limit))]


def reach(actor: Actor) -> Any:
    """Which studies the actor may read."""
    units = (study.c.unit_id, study.c.requesting_unit_id)
    return access.visible(actor, "read", "study", *units, patient=study.c.patient_uid)


def instance_file(conn: Connection, uids: tuple[str, str, str]) -> InstanceFile | None:
    """Where an object lies, by its study, series and SOP Instance UID."""
    query = _files().where(_is(uids))
    row = conn.execute(query).first()
    return _file(row) if row else None


def instance_files(conn: Connection, study_instance_uid: str, series_instance_uid: str | None) -> list[InstanceFile]:
    """The objects of a study or series in a stable order."""
    query = _files().where(instance.c.study_instance_uid == study_instance_uid)
    if series_instance_uid:
        query = query.where(instance.c.series_instance_uid == series_instance_uid)
    query = query.order_by(instance.c.series_instance_uid, instance.c.number, instance.c.sop_instance_uid)
    return [_file(row) for row in conn.execute(query)]


def digests_known(conn: Connection, digests: Iterable[str]) -> set[str]:
    """Which of the digests the index or the quarantine has."""
    wanted = list(digests)
    found: set[str] = set()
    for at in range(0, len(wanted), 500):
        part = wanted[at : at + 500]
        for column in (instance.c.digest, quarantine.c.digest):
            found.update(conn.execute(select(column).where(column.in_(part))).scalars())
    return found


def every_digest(conn: Connection) -> tuple[list[str], list[str]]:
    """The digests of all that the archive and the quarantine must hold."""
    archived, held = (conn.execute(select(table.c.digest).distinct()).scalars() for table in (instance, quarantine))
    return sorted(archived), sorted(held)


def detained(conn: Connection, actor: Actor, limit: int) -> list[Detained]:
    """The newest objects in quarantine."""
    may = access.visible(actor, "manage", "device", quarantine.c.unit_id)
    query = select(quarantine).where(may).order_by(quarantine.c.received_at.desc()).limit(limit)
    return [
        Detained(
            id=row.id,
            received_at=row.received_at,
            times=row.times,
            aet=row.aet,
            unit_id=row.unit_id,
            channel=row.channel,
            code=row.code,
            sop_instance_uid=row.sop_instance_uid,
            study_instance_uid=row.study_instance_uid,
            header=row.header,
            ours=row.ours,
        )
        for row in conn.execute(query)
    ]


def _is(uids: tuple[str, str, str]) -> Any:
    return and_(
        instance.c.study_instance_uid == uids[0],
        instance.c.series_instance_uid == uids[1],
        instance.c.sop_instance_uid == uids[2],
    )


def _files() -> Select[Any]:
    return select(
        instance.c.digest,
        instance.c.sop_class_uid,
        instance.c.sop_instance_uid,
        instance.c.study_instance_uid,
        instance.c.series_instance_uid,
        instance.c.transfer_syntax_uid,
        instance.c.frames,
        instance.c.rows,
        instance.c.columns,
        instance.c.bits_allocated,
        instance.c.photometric,
        instance.c.has_pixels,
        instance.c.size,
    )


def _file(row: Row[Any]) -> InstanceFile:
    return InstanceFile(**row._mapping)


def modalities(text: str) -> list[str]:
    """The modalities between backslashes."""
    return [part for part in text.split("\\") if part]


def summary(row: Row[Any]) -> StudySummary:
    """A study without its series."""
    return _summary(row, ())


def _summary(row: Row[Any], of_series: tuple[SeriesSummary, ...]) -> StudySummary:
    return StudySummary(
        study_instance_uid=row.study_instance_uid,
        unit_id=row.unit_id,
        patient_uid=row.patient_uid,
        patient_id=row.patient_id,
        patient_name=row.patient_name,
        patient_sex=row.patient_sex,
        patient_birth_date=row.patient_birth_date,
        accession_number=row.accession_number,
        modality=study_modality(modalities(row.modalities)),
        body_part=row.body_part,
        description=row.description,
        study_date=row.study_date,
        study_time=row.study_time,
        state=StudyState(row.state),
        received_at=row.received_at,
        last_at=row.last_at,
        ready_at=row.ready_at,
        order_id=row.order_id,
        priority=row.priority,
        instance_count=row.instance_count,
        flags=tuple(row.flags),
        series=of_series,
    )


def _series(conn: Connection, study_instance_uid: str) -> tuple[SeriesSummary, ...]:
    query = (
        select(
            instance.c.series_instance_uid,
            instance.c.sop_instance_uid,
            instance.c.sop_class_uid,
            instance.c.number,
            instance.c.frames,
            instance.c.rows,
            instance.c.columns,
            instance.c.transfer_syntax_uid,
            instance.c.photometric,
            instance.c.came_as,
        )
        .where(instance.c.study_instance_uid == study_instance_uid)
        .order_by(instance.c.number, instance.c.received_at, instance.c.sop_instance_uid)
    )
    instances: dict[str, list[InstanceSummary]] = {}
    for row in conn.execute(query):
        instances.setdefault(row[0], []).append(_instance(row))
    rows = conn.execute(
        select(series)
        .where(series.c.study_instance_uid == study_instance_uid)
        .order_by(series.c.number, series.c.series_instance_uid)
    )
    return tuple(
        SeriesSummary(
            series_instance_uid=row.series_instance_uid,
            modality=row.modality,
            number=row.number,
            description=row.description,
            body_part=row.body_part,
            instances=tuple(instances.get(row.series_instance_uid, ())),
        )
        for row in rows
    )


def _instance(row: Any) -> InstanceSummary:
    return InstanceSummary(
        sop_instance_uid=row.sop_instance_uid,
        sop_class_uid=row.sop_class_uid,
        instance_number=row.number,
        frames=row.frames,
        rows=row.rows,
        columns=row.columns,
        transfer_syntax_uid=row.transfer_syntax_uid,
        photometric=row.photometric,
        replaces=row.came_as,
    )
