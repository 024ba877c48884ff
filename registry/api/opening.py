"""One patient of another unit, opened for a time: by recognition, or by breaking the glass."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from foundation.access import Actor, Basis, demand, usable
from foundation.audit import Entry
from foundation.database import Connection
from foundation.errors import Forbidden
from foundation.ids import new_id
from registry.api.desk import Desk
from registry.errors import (
    GrantNotFound,
    GrantReviewed,
    NotExaminedHere,
    OwnGrant,
    PatientNotFound,
    ReasonTooShort,
    SearchTooWide,
)
from registry.grants import Grant
from registry.model import Patient
from registry.store import access as store
from registry.store import links
from registry.store import patients as patients_store

REASON_LENGTH = 5


@dataclass(frozen=True, slots=True)
class Sought:
    """Whom somebody looks for in other units: the identification number, or name and birth date, exactly."""

    id_card: str = ""
    name: str = ""
    birth_date: date | None = None


class Opening(Desk):
    """Who opened whom, why, until when, and what the review said."""

    def patients_elsewhere(self, actor: Actor, sought: Sought) -> list[Patient]:
        """Other units' patients who are exactly the one sought; the search is audited. Raises SearchTooWide."""
        demand(actor, "create", "access", actor.unit_id)
        card, name = sought.id_card.strip().upper(), sought.name.strip()
        if not card and not (name and sought.birth_date):
            raise SearchTooWide
        with self._floor.db.read() as conn:
            found = store.patients_elsewhere(conn, actor.unit_id, card, name, sought.birth_date)
        detail = {"found": [one.id for one in found]}
        self._floor.audit.note(actor, Entry("registry", "search-elsewhere", "R", "patient", "", detail=detail))
        return found

    def open_patient(self, actor: Actor, patient_uid: str, basis: Basis, reason: str = "") -> Grant:
        """Open another unit's patient to this person for a time.

        Breaking the glass needs a reason in words; recognition needs the same person among the own unit's patients.
        Raises ReasonTooShort, PatientNotFound, NotExaminedHere.
        """
        return self._floor.db.write(lambda conn: self.open_patient_in(conn, actor, patient_uid, basis, reason))

    def open_patient_in(
        self, conn: Connection, actor: Actor, patient_uid: str, basis: Basis, reason: str = ""
    ) -> Grant:
        """The same inside a write."""
        demand(actor, "create", "access", actor.unit_id)
        if not usable(actor, basis):
            raise Forbidden
        words = " ".join(reason.split())
        if basis is Basis.BREAK_GLASS and not _says_something(words):
            raise ReasonTooShort(length=REASON_LENGTH)
        now = self._floor.now()
        until = now + timedelta(hours=self._settings.open_patient_hours)
        patient = patients_store.patient_by_id(conn, patient_uid)
        if patient is None:
            raise PatientNotFound(patient=patient_uid)
        if basis is Basis.RECOGNITION and not _examined_here(conn, actor, patient):
            raise NotExaminedHere
        new = Grant(new_id(), actor.id, actor.name, actor.unit_id, basis, patient.id, patient.issuer, words, now, until)
        store.insert_grant(conn, new)
        facts = {"basis": basis.value, "reason": words, "grant": new.id, "issuer": patient.issuer}
        self._note(conn, actor, "E", "patient.open", patient.id, **facts)
        return new

    def things_of_patient(self, actor: Actor, number: str) -> list[str]:
        """For the audit's search: ids of a patient, its orders and studies, by patient id or identification number."""
        demand(actor, "read", "audit")
        with self._floor.db.read() as conn:
            return store.things_of(conn, number.strip())

    def own_grants(self, actor: Actor, limit: int = 50) -> list[Grant]:
        """What this person has opened, the newest first."""
        demand(actor, "create", "access", actor.unit_id)
        with self._floor.db.read() as conn:
            return store.grants(conn, person_id=actor.id, limit=limit)

    def grants(self, actor: Actor, *, waiting: bool = False, limit: int = 200) -> tuple[list[Grant], int]:
        """Everybody's openings for the review, the newest first, and how many still wait for one."""
        demand(actor, "read", "access")
        with self._floor.db.read() as conn:
            return store.grants(conn, waiting=waiting, limit=limit), store.waiting(conn)

    def review_grant(self, actor: Actor, grant_id: str, *, justified: bool, note: str = "") -> Grant:
        """Say whether the glass was broken for good reason. Raises GrantNotFound, OwnGrant, GrantReviewed."""
        demand(actor, "review", "access")

        def work(conn: Connection) -> Grant:
            known = store.grant_by_id(conn, grant_id)
            if known is None:
                raise GrantNotFound
            if known.person_id == actor.id:
                raise OwnGrant
            now = self._floor.now()
            reviewed = replace(
                known, reviewed_at=now, reviewed_by=actor.name, justified=justified, note=" ".join(note.split())[:500]
            )
            if not store.review_grant(conn, reviewed):
                raise GrantReviewed
            self._note(
                conn, actor, "U", "patient.open-reviewed", known.patient_uid, grant=grant_id, justified=justified
            )
            return reviewed

        return self._floor.db.write(work)


def _says_something(words: str) -> bool:
    return sum(letter.isalnum() for letter in words) >= REASON_LENGTH and len(words) <= 500


def _examined_here(conn: Connection, actor: Actor, patient: Patient) -> bool:
    """The same person among the actor's unit's own patients: linked, never merely alike."""
    linked = patients_store.patients_by_id(conn, links.linked_uids(conn, patient.id))
    return any(own.issuer == actor.unit_id for own in linked)
