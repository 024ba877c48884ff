"""Patients by issuer: registering, correcting, finding."""

import hashlib
from dataclasses import replace
from datetime import date

from foundation.access import PRODUCT, Actor, demand
from foundation.audit import Entry
from foundation.clock import COUNTY_ZONE
from foundation.database import Connection
from foundation.ids import new_accession_number, new_id
from foundation.vocabulary import Sex
from registry import id_card
from registry.api.desk import reason_or_refuse, unit_or_refuse
from registry.api.identities import Identities
from registry.errors import BadIdCard, BadPatient, IdCardMismatch, ImpossibleName, OldIdCard, PatientConflict
from registry.model import NewPatient, Patient, PatientChange, given, mask_id_card, possible_name, same_name, valid_long
from registry.store import patients as store


class Patients(Identities):
    """Who is examined. One patient for each (issuer, patient id), however many register them at once."""

    def register_patient(self, actor: Actor, new: NewPatient) -> Patient:
        """Register a patient for the issuing unit, or find the one already registered under that id.

        Without an id, the unit's patient with this identification number is found, or one of the same name, sex,
        birth date and telephone number that got its id from the registry; else a new id is issued.
        Raises BadPatient, ImpossibleName, OldIdCard, BadIdCard, IdCardMismatch, UnitNotFound; PatientConflict when
        the id or the identification number is another name's.
        """
        demand(actor, "create", "patient", new.issuer)
        wanted = self._checked(new)
        return self._floor.db.write(lambda conn: self.register_in(conn, actor, wanted))

    def register_in(self, conn: Connection, actor: Actor, wanted: Patient) -> Patient:
        """The same inside a write, for a patient that `checked` let through. Raises UnitNotFound, PatientConflict."""
        unit_or_refuse(conn, wanted.issuer)
        known = _known(conn, wanted)
        if known is None:
            made = self._insert(conn, actor, wanted)
            if made.id == wanted.id:
                return made
            known = made
        if not same_name(known.name, wanted.name) or _differ(known, wanted):
            raise PatientConflict(patient=known.patient_id)
        filled = replace(
            known,
            id_card=known.id_card or wanted.id_card,
            phone=wanted.phone or known.phone,
            sex=known.sex or wanted.sex,
            birth_date=known.birth_date or wanted.birth_date,
        )
        if filled != known:
            store.update_patient(conn, filled)
            self._note(conn, actor, "U", "patient.fill", known.id)
            self.link_by_card(conn, actor, filled)
        return filled

    def checked(self, actor: Actor, new: NewPatient) -> Patient:
        """What `register_in` takes: the rules of form are checked outside the write. Raises as `register_patient`."""
        demand(actor, "create", "patient", new.issuer)
        return self._checked(new)

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

    def correct_patient(self, actor: Actor, patient_uid: str, change: PatientChange, reason: str) -> Patient:
        """Correct what was registered; the key stays, and the audit trail keeps what it was.

        A link by identification number that the correction contradicts is undone. Raises ReasonNeeded,
        PatientNotFound, and what `register_patient` raises for the form.
        """
        why = reason_or_refuse(reason)
        patient = self.patient(patient_uid)
        demand(actor, "update", "patient", patient.issuer)
        values = {"sex": patient.sex, "birth_date": patient.birth_date, "id_card": patient.id_card} | given(change)
        if change.id_card and change.id_card != patient.id_card:  # a new number tells sex and birth date anew
            values |= {"sex": change.sex, "birth_date": change.birth_date}
        new = NewPatient(patient.issuer, patient.name, patient.patient_id, phone=patient.phone)
        wanted = replace(self._checked(replace(new, **values)), id=patient.id)

        def work(conn: Connection) -> Patient:
            before = self.patient_in(conn, patient_uid)
            store.update_patient(conn, wanted)
            store.release_id(conn, patient_uid)
            detail = {"reason": why, "before": _told(before), "after": _told(wanted)}
            self._note(conn, actor, "U", "patient.correct", patient_uid, **detail)
            self.unlink_by_card(conn, actor, wanted, why)
            self.link_by_card(conn, actor, wanted)
            return wanted

        return self._floor.db.write(work)

    def shown_patient(self, actor: Actor, patient_uid: str) -> Patient:
        """One patient in full, and an audit entry that it was shown. Raises PatientNotFound."""
        patient = self.seen_patient(actor, patient_uid)
        self._floor.audit.note(actor, Entry("registry", "shown", "R", "patient", patient_uid))
        return patient

    def seen_patient(self, actor: Actor, patient_uid: str) -> Patient:
        """One patient within reach, for an answer that masks it. Raises PatientNotFound."""
        patient = self.patient(patient_uid)
        demand(actor, "read", "patient", patient.issuer, patient=patient.id)
        return patient

    def patients(self, actor: Actor, q: str = "", limit: int = 50) -> list[Patient]:
        """The newest patients within reach, or those that `q` finds: the beginning of a name in hanzi, pinyin or
        initials, of a patient id, or the last four or more characters of a telephone or identification number.
        Lists mask what they show.
        """
        demand(actor, "read", "patient", actor.unit_id)
        with self._floor.db.read() as conn:
            return store.patients(conn, actor, q.strip(), min(limit, 200))

    def _issue_id(self) -> str:
        return new_accession_number(self._settings.patient_id_prefix)

    def _insert(self, conn: Connection, actor: Actor, new: Patient) -> Patient:
        """The new patient; the one that another process made first, when it was quicker."""
        issued = not new.patient_id
        wanted = replace(new, patient_id=self._issue_id()) if issued else new
        person = _person(new) if issued else None
        if not store.insert_patient(conn, wanted, self._floor.now(), person):
            first = store.patient_by_key(conn, new.issuer, wanted.patient_id)
            first = first or (store.patient_issued_for(conn, new.issuer, person) if person else None)
            if first is None:
                raise PatientConflict(patient=wanted.patient_id)
            return first
        detail = {"issuer": wanted.issuer, "patient_id": wanted.patient_id}
        self._note(conn, actor, "C", "patient.register", wanted.id, **detail)
        self.link_by_card(conn, actor, wanted)
        return wanted

    def _checked(self, new: NewPatient) -> Patient:
        today = self._floor.now().astimezone(COUNTY_ZONE).date()
        name, number = new.name.strip(), new.patient_id.strip()
        if not possible_name(name):
            raise ImpossibleName(name=name[:64])
        if number and not valid_long(number):
            raise BadPatient(what=number[:64])
        if new.birth_date and not date(1850, 1, 1) <= new.birth_date <= today:
            raise BadPatient(what=new.birth_date.isoformat())
        sex, birth_date, card = new.sex, new.birth_date, None
        if new.id_card and new.id_card.strip():
            citizen = _citizen(new.id_card, today)
            if birth_date not in (None, citizen.birth_date) or sex not in (None, citizen.sex):
                raise IdCardMismatch(birth_date=citizen.birth_date.isoformat())
            sex, birth_date, card = citizen.sex, citizen.birth_date, citizen.number
        return Patient(new_id(), new.issuer, number, name, sex, birth_date, card, new.phone or None)


def _citizen(number: str, today: date) -> id_card.Citizen:
    if id_card.first_generation(number):
        raise OldIdCard
    citizen = id_card.read(number, today)
    if citizen is None:
        raise BadIdCard(id_card=mask_id_card(number.strip()))
    return citizen


def _known(conn: Connection, wanted: Patient) -> Patient | None:
    """Whom the unit knows by this id; without an id, by the identification number or as the same person."""
    if wanted.patient_id:
        return store.patient_by_key(conn, wanted.issuer, wanted.patient_id)
    if wanted.id_card:
        known = store.patients_of_card(conn, wanted.issuer, wanted.id_card)
        return next((one for one in known if same_name(one.name, wanted.name)), known[0] if known else None)
    person = _person(wanted)
    return store.patient_issued_for(conn, wanted.issuer, person) if person else None


def _person(one: Patient) -> str | None:
    """What two registrations of one person share; None when too little is known to say so."""
    if one.id_card:
        return one.id_card
    if not (one.phone and one.birth_date and one.sex):
        return None
    facts = "|".join((one.name, one.sex.value, one.birth_date.isoformat(), one.phone))
    return hashlib.sha256(facts.encode()).hexdigest()


def _differ(known: Patient, wanted: Patient) -> bool:
    pairs = ((known.sex, wanted.sex), (known.birth_date, wanted.birth_date), (known.id_card, wanted.id_card))
    return any(one and other and one != other for one, other in pairs)


def _told(one: Patient) -> dict[str, str]:
    """A registration as the audit trail keeps it."""
    facts = {"name": one.name, "sex": one.sex or "", "birth_date": one.birth_date or "", "phone": one.phone or ""}
    return {name: str(value) for name, value in facts.items()} | {"id_card": mask_id_card(one.id_card or "")}
