"""Patients by issuer."""

from dataclasses import replace
from datetime import date

from foundation.access import PRODUCT, Actor, demand
from foundation.audit import Entry
from foundation.clock import COUNTY_ZONE
from foundation.database import Connection
from foundation.ids import new_accession_number, new_id
from foundation.vocabulary import Sex
from registry import id_card
from registry.api.desk import Desk, unit_or_refuse
from registry.errors import BadIdCard, BadPatient, IdCardMismatch, PatientConflict, PatientNotFound
from registry.model import NewPatient, Patient, mask_id_card, same_name, valid_long
from registry.store import patients as store


class Patients(Desk):
    """Who is examined. One patient for each (issuer, patient id), however many register them at once."""

    def register_patient(self, actor: Actor, new: NewPatient) -> Patient:
        """Register a patient for the issuing unit, or find the one already registered under that id.

        Raises BadPatient, BadIdCard, IdCardMismatch, UnitNotFound; PatientConflict when the id is another name's.
        """
        demand(actor, "create", "patient", new.issuer)
        wanted = self._checked(new)

        def work(conn: Connection) -> Patient:
            unit_or_refuse(conn, wanted.issuer)
            known = store.patient_by_key(conn, wanted.issuer, wanted.patient_id)
            if known is None:
                return self._insert(conn, actor, wanted)
            if not same_name(known.name, wanted.name) or _differ(known, wanted):
                raise PatientConflict(patient=wanted.patient_id)
            id_card_number, phone = known.id_card or wanted.id_card, wanted.phone or known.phone
            if (id_card_number, phone) != (known.id_card, known.phone):
                store.fill_patient(conn, known.id, id_card_number, phone)
                self._note(conn, actor, "U", "patient.fill", known.id)
            return replace(known, id_card=id_card_number, phone=phone)

        return self._floor.db.write(work)

    def patient_for(
        self, conn: Connection, issuer: str, patient_id: str, name: str, sex: Sex | None, birth_date: date | None
    ) -> Patient:
        """The patient of an object's header: found by (issuer, patient id), else made as the header says.

        A header that names somebody else than the registry is audited and changes nothing. A header without a
        patient id makes a patient of its own, since two of those are not one person.
        """
        known = store.patient_by_key(conn, issuer, patient_id) if patient_id else None
        if known is None:
            number = patient_id or self._issue_id()
            return self._insert(conn, PRODUCT, Patient(new_id(), issuer, number, name, sex, birth_date, None, None))
        if name and not same_name(known.name, name):
            detail = {"registered": known.name, "header": name}
            entry = Entry("registry", "name-differs", "R", "patient", known.id, outcome="4", detail=detail)
            self._floor.audit.record(conn, PRODUCT, entry)
        return known

    def patient(self, patient_uid: str) -> Patient:
        """One patient, for other rooms. Raises PatientNotFound."""
        with self._floor.db.read() as conn:
            return self.patient_in(conn, patient_uid)

    def patient_in(self, conn: Connection, patient_uid: str) -> Patient:
        """The same inside a write. Raises PatientNotFound."""
        found = store.patient_by_id(conn, patient_uid)
        if found is None:
            raise PatientNotFound(patient=patient_uid)
        return found

    def shown_patient(self, actor: Actor, patient_uid: str) -> Patient:
        """One patient in full, and an audit entry that it was shown. Raises PatientNotFound."""
        patient = self.patient(patient_uid)
        demand(actor, "read", "patient", patient.issuer, patient=patient_uid)
        self._floor.audit.note(actor, Entry("registry", "shown", "R", "patient", patient_uid))
        return patient

    def patients(self, actor: Actor, q: str = "", limit: int = 50) -> list[Patient]:
        """The newest patients within reach whose name or id begins with `q`. Lists mask what they show."""
        demand(actor, "read", "patient", actor.unit_id)
        with self._floor.db.read() as conn:
            return store.patients(conn, actor, q.strip(), min(limit, 200))

    def _issue_id(self) -> str:
        return new_accession_number(self._settings.patient_id_prefix)

    def _insert(self, conn: Connection, actor: Actor, new: Patient) -> Patient:
        if not store.insert_patient(conn, new, self._floor.now()):  # another process was first (PostgreSQL)
            return store.patient_by_key(conn, new.issuer, new.patient_id) or new
        self._note(conn, actor, "C", "patient.register", new.id, issuer=new.issuer, patient_id=new.patient_id)
        return new

    def _checked(self, new: NewPatient) -> Patient:
        today = self._floor.now().astimezone(COUNTY_ZONE).date()
        name, number = new.name.strip(), new.patient_id.strip() or self._issue_id()
        if not valid_long(name) or not valid_long(number):
            raise BadPatient(what=name[:64] or number[:64])
        if new.birth_date and not date(1850, 1, 1) <= new.birth_date <= today:
            raise BadPatient(what=new.birth_date.isoformat())
        sex, birth_date, card = new.sex, new.birth_date, None
        if new.id_card:
            citizen = id_card.read(new.id_card, today)
            if citizen is None:
                raise BadIdCard(id_card=mask_id_card(new.id_card.strip()))
            if birth_date not in (None, citizen.birth_date) or sex not in (None, citizen.sex):
                raise IdCardMismatch(birth_date=citizen.birth_date.isoformat())
            sex, birth_date, card = citizen.sex, citizen.birth_date, citizen.number
        return Patient(new_id(), new.issuer, number, name, sex, birth_date, card, new.phone)


def _differ(known: Patient, wanted: Patient) -> bool:
    pairs = ((known.sex, wanted.sex), (known.birth_date, wanted.birth_date), (known.id_card, wanted.id_card))
    return any(one and other and one != other for one, other in pairs)
