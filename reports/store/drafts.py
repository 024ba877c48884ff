"""Drafts by revision, and the text that found no draft."""

from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from foundation.dialect import upsert
from foundation.ids import new_id
from reports import canonical
from reports.model import Draft, Stray
from reports.store.tables import draft, stray


def read(conn: Connection, workitem_uid: str) -> Draft | None:
    """The newest saved text, None when nothing was saved."""
    row = conn.execute(select(draft).where(draft.c.workitem_uid == workitem_uid)).first()
    if row is None:
        return None
    return Draft(
        row.workitem_uid, row.revision, canonical.content(row.content), row.saved_at, row.author_id, row.author_name
    )


def save(conn: Connection, new: Draft) -> bool:
    """Save `new` as the successor of the revision before it; False when that is not the newest."""
    row = {
        "revision": new.revision,
        "content": canonical.content_json(new.content),
        "saved_at": new.saved_at,
        "author_id": new.author_id,
        "author_name": new.author_name,
    }
    if new.revision == 1:
        first = upsert(conn, draft).values(workitem_uid=new.workitem_uid, **row).on_conflict_do_nothing()
        return conn.execute(first).rowcount == 1
    wanted = (draft.c.workitem_uid == new.workitem_uid, draft.c.revision == new.revision - 1)
    return conn.execute(update(draft).where(*wanted).values(**row)).rowcount == 1


def move(conn: Connection, workitem_uid: str, successor_uid: str) -> None:
    """The draft belongs to the successor now."""
    conn.execute(update(draft).where(draft.c.workitem_uid == workitem_uid).values(workitem_uid=successor_uid))


def drop(conn: Connection, workitem_uid: str) -> None:
    """The text went into a version."""
    conn.execute(delete(draft).where(draft.c.workitem_uid == workitem_uid))


def keep_stray(conn: Connection, study_instance_uid: str, one: Stray) -> None:
    """Keep a text; the same words of the same author once."""
    text = canonical.content_json(one.content)
    row: dict[str, Any] = {
        "id": new_id(),
        "study_instance_uid": study_instance_uid,
        "workitem_uid": one.workitem_uid,
        "digest": canonical.digest(canonical.dumps(text)),
        "content": text,
        "reason": one.reason,
        "kept_at": one.kept_at,
        "author_id": one.author_id,
        "author_name": one.author_name,
    }
    conn.execute(upsert(conn, stray).values(**row).on_conflict_do_nothing())


def strays(conn: Connection, study_instance_uid: str) -> list[Stray]:
    """Every unsaved copy of a study, the newest first."""
    query = select(stray).where(stray.c.study_instance_uid == study_instance_uid).order_by(stray.c.id.desc())
    return [
        Stray(
            row.id, row.workitem_uid, canonical.content(row.content), row.reason, row.kept_at, row.author_id,
            row.author_name,
        )
        for row in conn.execute(query)
    ]  # fmt: skip


def seed(conn: Connection, first: Draft) -> None:
    """Lay a first text into a workitem that has none."""
    conn.execute(
        insert(draft).values(
            workitem_uid=first.workitem_uid,
            revision=first.revision,
            content=canonical.content_json(first.content),
            saved_at=first.saved_at,
            author_id=first.author_id,
            author_name=first.author_name,
        )
    )
