"""The rule of `model.may_hold` as a clause of statements that are compiled once."""

from typing import Any

from sqlalchemy import and_, bindparam, literal_column, or_

from foundation.access import Actor
from foundation.vocabulary import Role, Specialty
from reading_queue.model import Kind, specialties_of
from reading_queue.store.tables import workitem

_C = workitem.c

FITS = or_(
    and_(
        _C.kind == literal_column(f"'{Kind.READING.value}'"),
        or_(*(and_(bindparam(one.name), _C.specialty == literal_column(f"'{one.value}'")) for one in Specialty)),
    ),
    and_(
        _C.kind == literal_column(f"'{Kind.REVIEW.value}'"),
        bindparam("reviewer"),
        or_(_C.excluded_person_id.is_(None), _C.excluded_person_id != bindparam("me")),
    ),
)
"""The workitem is one that this person may hold; the parameters are those of `fitness`."""


def fitness(actor: Actor) -> dict[str, Any]:
    """The parameters of `FITS`."""
    qualified = specialties_of(actor.roles)
    flags = {one.name: one in qualified for one in Specialty}
    return {"me": actor.id, "reviewer": Role.REVIEWER in actor.roles, **flags}
