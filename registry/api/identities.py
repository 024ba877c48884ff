"""One person under the ids of several issuers: links that move nothing and can be undone."""

from dataclasses import replace

from foundation.access import PRODUCT, Actor, demand, may
from foundation.database import Connection
from foundation.ids import new_id
from foundation.live import News
from registry.api.desk import Desk, reason_or_refuse
from registry.errors import DifferentPeople, LinkNotFound, PatientNotFound, SamePatient
from registry.events import PatientsLinked, PatientsParted
from registry.linking import Basis, Identity, Link, one_person, two_people
from registry.model import Patient
from registry.store import links as store
from registry.store import patients


class Identities(Desk):
    """Who is the same person as whom."""

    def patient(self, patient_uid: str) -> Patient:
        """One patient, for other rooms. Raises PatientNotFound."""
        with self._floor.db.read() as conn:
            return self.patient_in(conn, patient_uid)

    def patient_in(self, conn: Connection, patient_uid: str) -> Patient:
        """The same inside a write. Raises PatientNotFound."""
        found = patients.patient_by_id(conn, patient_uid)
        if found is None:
            raise PatientNotFound(patient=patient_uid)
        return found

    def person_of(self, conn: Connection, patient_uid: str) -> list[Patient]:
        """Every registration of this person, the asked one first; unguarded, for other rooms.

        Raises PatientNotFound.
        """
        first = self.patient_in(conn, patient_uid)
        others = store.linked_uids(conn, patient_uid) - {patient_uid}
        return [first, *sorted(patients.patients_by_id(conn, others), key=lambda one: one.id)]

    def namesakes(self, conn: Connection, patient_uid: str) -> list[str]:
        """Registrations that agree in name and birth date with this one and are not linked to it; for other rooms."""
        own = self.patient_in(conn, patient_uid)
        linked = store.linked_uids(conn, patient_uid)
        return [uid for uid in patients.namesakes(conn, own) if uid not in linked]

    def identity(self, actor: Actor, patient_uid: str) -> Identity:
        """The person behind a registration, as far as the actor's reach goes. Raises PatientNotFound."""
        with self._floor.db.read() as conn:
            all_ = self.person_of(conn, patient_uid)
            demand(actor, "read", "patient", all_[0].issuer, patient=patient_uid)
            seen = tuple(one for one in all_ if may(actor, "read", "patient", one.issuer, patient=one.id))
            uids = {one.id for one in seen}
            held = [one for one in store.links_of(conn, uids) if one.undone_at is None and {one.one, one.other} <= uids]
        return Identity(seen, tuple(held))

    def link_patients(self, actor: Actor, one_uid: str, other_uid: str, note: str) -> Link:
        """Say that two registrations are one person, having seen both headers.

        Raises ReasonNeeded, PatientNotFound, SamePatient, DifferentPeople.
        """
        why = reason_or_refuse(note)

        def work(conn: Connection) -> Link:
            one, other = self.patient_in(conn, one_uid), self.patient_in(conn, other_uid)
            demand(actor, "manage", "patient", one.issuer)
            demand(actor, "manage", "patient", other.issuer)
            if other_uid in store.linked_uids(conn, one_uid):
                raise SamePatient
            if two_people(one, other):
                raise DifferentPeople
            return self._link(conn, actor, (one, other), Basis.PERSON, why)

        return self._floor.db.write(work)

    def unlink_patients(self, actor: Actor, link_id: str, note: str) -> Link:
        """Undo a link; the registry does not make it again by itself. Raises ReasonNeeded, LinkNotFound."""
        why = reason_or_refuse(note)

        def work(conn: Connection) -> Link:
            known = store.link_by_id(conn, link_id)
            if known is None or known.undone_at is not None:
                raise LinkNotFound
            for uid in (known.one, known.other):
                demand(actor, "manage", "patient", self.patient_in(conn, uid).issuer)
            undone = self._unlink(conn, actor, known, why)
            self._floor.bus.publish(conn, PatientsParted(known.one, known.other))
            return undone

        return self._floor.db.write(work)

    def link_by_card(self, conn: Connection, actor: Actor, one: Patient) -> None:
        """Link a registration to the earliest of the same identification number, name and birth date, unless a
        person has parted the two before.
        """
        if one.id_card is None:
            return
        mine = store.linked_uids(conn, one.id)
        for other in store.patients_with_card(conn, one.id_card):
            if other.id in mine or not one_person(one, other):
                continue
            theirs = store.linked_uids(conn, other.id)
            if not store.apart(conn, mine, theirs):
                self._link(conn, actor, (other, one), Basis.ID_CARD, "")
                mine |= theirs

    def unlink_by_card(self, conn: Connection, actor: Actor, changed: Patient, why: str) -> None:
        """Undo the links by identification number that a correction contradicts, and join again those that remain.

        Two registrations that were joined through the corrected one alone are joined directly.
        """
        before = store.linked_uids(conn, changed.id)
        known = {one.id: one for one in patients.patients_by_id(conn, before)}
        wrong = [
            one
            for one in store.links_of(conn, {changed.id})
            if one.undone_at is None and one.basis is Basis.ID_CARD and not one_person(known[one.one], known[one.other])
        ]
        for one in wrong:
            self._unlink(conn, actor, one, why, by=PRODUCT)
        if wrong:
            for uid in sorted(before - {changed.id}):
                self.link_by_card(conn, PRODUCT, known[uid])
        for one in wrong:  # only now: who is joined another way was never apart
            self._floor.bus.publish(conn, PatientsParted(one.one, one.other))

    def _link(self, conn: Connection, actor: Actor, pair: tuple[Patient, Patient], basis: Basis, note: str) -> Link:
        one, other = sorted(patient.id for patient in pair)
        new = Link(new_id(), one, other, basis, actor.id, actor.name, self._floor.now(), note)
        if not store.insert_link(conn, new):  # another process was first
            return new
        self._note(conn, actor, "C", "patient.link", one, other=other, basis=basis.value, note=note, link=new.id)
        self._tell(conn, new)
        self._floor.bus.publish(conn, PatientsLinked(one, other))
        return new

    def _unlink(self, conn: Connection, actor: Actor, known: Link, note: str, by: Actor | None = None) -> Link:
        who = by or actor
        undone = replace(known, undone_at=self._floor.now(), undone_by=who.id, undone_name=who.name, undone_note=note)
        if not store.undo_link(conn, undone):
            raise LinkNotFound
        self._note(conn, actor, "U", "patient.unlink", known.one, other=known.other, note=note, link=known.id)
        self._tell(conn, known)
        return undone

    def _tell(self, conn: Connection, one: Link) -> None:
        units = {self.patient_in(conn, uid).issuer for uid in (one.one, one.other)}
        self._floor.live.announce(conn, News("patient", one.one, tuple(sorted(units))))
