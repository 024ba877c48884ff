"""Units' agreements on remote reports, and whether somebody is qualified to write or review one."""

from dataclasses import replace
from datetime import date, datetime

from foundation.access import Actor, demand
from foundation.clock import COUNTY_ZONE
from foundation.database import Connection
from foundation.ids import new_id
from registry.api.desk import Desk, unit_or_refuse
from registry.errors import AgreementNotFound, BadAgreement, PersonNotFound
from registry.model import Unit, UnitKind
from registry.qualification import Act, Agreement, Case, Fault, NewAgreement, covered, faults, specialty_of
from registry.store import agreements as store
from registry.store import people as people_store
from registry.store.items import item_at


class Agreements(Desk):
    """What was agreed with whom, and what follows from it for a signer."""

    def agreements(self, actor: Actor) -> list[Agreement]:
        """Every unit's agreements, the latest first."""
        demand(actor, "read", "unit")
        with self._floor.db.read() as conn:
            return store.agreements(conn)

    def add_agreement(self, actor: Actor, new: NewAgreement) -> Agreement:
        """Enter an agreement. Raises BadAgreement, UnitNotFound."""
        demand(actor, "manage", "unit")
        number = new.number.strip()
        if len(number) > 64 or not new.specialties or (new.valid_until and new.valid_until < new.valid_from):
            raise BadAgreement(number=number[:64])
        made = Agreement(new_id(), new.unit_id, number, new.valid_from, new.valid_until, new.specialties)

        def work(conn: Connection) -> None:
            unit_or_refuse(conn, made.unit_id)
            store.insert_agreement(conn, made)
            facts = {"unit": made.unit_id, "number": number, "valid_from": made.valid_from.isoformat()}
            self._note(conn, actor, "C", "agreement.add", made.id, **facts, specialties=sorted(made.specialties))

        self._floor.db.write(work)
        return made

    def end_agreement(self, actor: Actor, agreement_id: str, last: date) -> Agreement:
        """It holds until this day and no longer. Raises AgreementNotFound, BadAgreement."""
        demand(actor, "manage", "unit")

        def work(conn: Connection) -> Agreement:
            known = store.agreement_by_id(conn, agreement_id)
            if known is None:
                raise AgreementNotFound(agreement=agreement_id)
            if last < known.valid_from:
                raise BadAgreement(number=known.number)
            store.end_agreement(conn, agreement_id, last)
            self._note(conn, actor, "U", "agreement.end", agreement_id, valid_until=last.isoformat())
            return replace(known, valid_until=last)

        return self._floor.db.write(work)

    def qualification(
        self, person_id: str, act: Act, at: datetime, *, remote: bool, item_code: str = "", unit_id: str = ""
    ) -> tuple[Fault, ...]:
        """What this person lacks to write or review such a report at this moment; nothing when qualified.

        `remote`: the examination is another unit's. `item_code` gives the specialty. `unit_id` is the unit that
        examined: its agreement, and that of the person's unit unless it is the lead hospital, must cover the
        specialty on the day. The words of a Fault stand in the catalogue: `say(fault)`. Raises PersonNotFound.
        """
        with self._floor.db.read() as conn:
            person = people_store.person_by_id(conn, person_id)
            if person is None:
                raise PersonNotFound(person=person_id)
            day = at.astimezone(COUNTY_ZONE).date()
            item = item_at(conn, item_code, day)
            specialty = specialty_of(item.modality) if item else None
            case = Case(act, day, remote, specialty, self._settings.remote_practice_years)
            asked = dict.fromkeys((person.unit_id, unit_id)) if unit_id else {person.unit_id: None}
            units = [unit_or_refuse(conn, one) for one in asked] if remote else []
            agreed = all(_agreed(conn, one, case) for one in units)
        return faults(person, case, agreed=agreed)


def _agreed(conn: Connection, unit: Unit, case: Case) -> bool:
    """The lead hospital is the centre that the others have agreed with: it needs no agreement with itself."""
    return unit.kind is UnitKind.LEAD or covered(store.agreements(conn, unit.id), case.day, case.specialty)
