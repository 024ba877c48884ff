"""Issued reports by what a FHIR client asks for."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, tuple_

from foundation.access import Actor, visible
from reports.search import ReportSearch
from reports.store.tables import report

_C = report.c


def _wanted(actor: Actor, search: ReportSearch) -> list[ColumnElement[bool]]:
    clauses = [
        _C.issued_number.is_not(None),
        visible(actor, "read", "report", _C.unit_id, _C.requesting_unit_id, patient=_C.patient_uid),
    ]
    if search.ids is not None:
        clauses.append(_C.id.in_(search.ids))
    if search.patient_uids is not None:
        clauses.append(_C.patient_uid.in_(search.patient_uids))
    if search.statuses is not None:
        clauses.append(_C.status.in_(search.statuses))
    if search.identifiers is not None:
        clauses.append(or_(_C.id.in_(search.identifiers), _C.accession_number.in_(search.identifiers)))
    clauses += [and_(_C.study_at >= low, _C.study_at < high) for low, high in search.study_between]
    clauses += [and_(_C.issued_at >= low, _C.issued_at < high) for low, high in search.issued_between]
    return clauses


def count(conn: Connection, actor: Actor, search: ReportSearch) -> int:
    """How many there are."""
    return conn.execute(select(func.count()).select_from(report).where(*_wanted(actor, search))).scalar_one()


def page(conn: Connection, actor: Actor, search: ReportSearch) -> list[tuple[str, datetime]]:
    """The ids of one page with the time by which it is sorted; one more than asked for when another page follows."""
    keys = tuple_(_C.issued_at, _C.id)
    query = select(_C.id, _C.issued_at).where(*_wanted(actor, search))
    if search.after is not None:
        there = tuple_(*search.after)
        query = query.where(keys > there if search.oldest_first else keys < there)
    order = (_C.issued_at, _C.id) if search.oldest_first else (_C.issued_at.desc(), _C.id.desc())
    return [(row.id, row.issued_at) for row in conn.execute(query.order_by(*order).limit(search.limit + 1))]
