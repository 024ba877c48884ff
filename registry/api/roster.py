"""The duty roster: who is called for a specialty, now and at any hour."""

from dataclasses import replace
from datetime import datetime, timedelta

from foundation.access import Actor, demand
from foundation.clock import iso, shown
from foundation.database import Connection
from foundation.ids import new_id
from foundation.vocabulary import Specialty
from registry.api.desk import Desk
from registry.errors import BadDuty, DutyNotFound, DutyOverlaps, DutyPerson
from registry.roster import CARRIERS, Contact, Duty, Line, NewDuty, OnDuty, read_csv
from registry.sheet import ImportFault
from registry.store import people as people_store
from registry.store import roster as store


class Roster(Desk):
    """Who is on duty, and who says so."""

    def on_duty(self, specialty: Specialty, at: datetime) -> tuple[Contact, ...]:
        """Whom to call at this moment, first, second, third; nobody when the roster has a gap there."""
        with self._floor.db.read() as conn:
            found = _shown(conn, store.duties(conn, at, at + timedelta(milliseconds=1), specialty))
        return found[0].contacts if found else ()

    def duties(
        self, actor: Actor, since: datetime, until: datetime, specialty: Specialty | None = None
    ) -> list[OnDuty]:
        """The duties of a stretch of time, the earliest first."""
        demand(actor, "read", "roster")
        with self._floor.db.read() as conn:
            return _shown(conn, store.duties(conn, since, until, specialty))

    def duty_phones(self, actor: Actor, duty_id: str) -> OnDuty:
        """One duty with whole telephone numbers; that they were shown is audited. Raises DutyNotFound."""
        demand(actor, "read", "roster")
        with self._floor.db.read() as conn:
            found = _shown(conn, [_duty(conn, duty_id)])[0]
        self._floor.db.write(lambda conn: self._note(conn, actor, "R", "duty.shown", duty_id))
        return found

    def add_duties(self, actor: Actor, new: list[NewDuty]) -> list[Duty]:
        """Enter duties, all or none. Raises BadDuty, DutyPerson, DutyOverlaps."""
        demand(actor, "manage", "roster")

        def work(conn: Connection) -> list[Duty]:
            made = [Duty(one.specialty, one.begins, one.ends, one.contacts, new_id()) for one in new]
            for one in made:
                _check(conn, one)
                store.insert_duty(conn, one)
                self._note(conn, actor, "C", "duty.add", one.id, **_facts(one))
            return made

        return self._floor.db.write(work)

    def change_duty(self, actor: Actor, duty_id: str, new: NewDuty) -> Duty:
        """Other hours or other people. Raises DutyNotFound and what `add_duties` raises."""
        demand(actor, "manage", "roster")

        def work(conn: Connection) -> Duty:
            known = _duty(conn, duty_id)
            changed = replace(known, specialty=new.specialty, begins=new.begins, ends=new.ends, contacts=new.contacts)
            _check(conn, changed)
            store.update_duty(conn, changed)
            self._note(conn, actor, "U", "duty.change", duty_id, **_facts(changed), before=_facts(known))
            return changed

        return self._floor.db.write(work)

    def remove_duty(self, actor: Actor, duty_id: str) -> None:
        """Take a duty off the roster. Raises DutyNotFound."""
        demand(actor, "manage", "roster")

        def work(conn: Connection) -> None:
            known = _duty(conn, duty_id)
            store.delete_duty(conn, duty_id)
            self._note(conn, actor, "D", "duty.remove", duty_id, **_facts(known))

        self._floor.db.write(work)

    def import_duties(self, actor: Actor, data: bytes) -> tuple[int, list[ImportFault]]:
        """Enter the duties of a CSV file, all or, when anything is wrong, none: how many, or every fault."""
        demand(actor, "manage", "roster")
        rows, faults = read_csv(data)

        def work(conn: Connection) -> list[ImportFault]:
            made: list[Duty] = []
            wrong: list[ImportFault] = []
            for line in rows:
                read = _read(conn, line, made)
                if isinstance(read, Duty):
                    made.append(read)
                else:
                    wrong.append(read)
            if wrong or faults:
                return wrong
            for one in made:
                store.insert_duty(conn, one)
            self._note(conn, actor, "C", "duty.import", "", count=len(made))
            return []

        faults = sorted([*faults, *self._floor.db.write(work)], key=lambda fault: fault.row)
        return 0 if faults else len(rows), faults


def _shown(conn: Connection, duties: list[Duty]) -> list[OnDuty]:
    people = store.contacts(conn, {one for duty in duties for one in duty.contacts})
    return [OnDuty(duty, tuple(people[one] for one in duty.contacts if one in people)) for duty in duties]


def _duty(conn: Connection, duty_id: str) -> Duty:
    found = store.duty_by_id(conn, duty_id)
    if found is None:
        raise DutyNotFound(duty=duty_id)
    return found


def _check(conn: Connection, one: Duty) -> None:
    """Raises BadDuty, DutyPerson, DutyOverlaps."""
    if not one.holds():
        raise BadDuty
    for person_id in one.contacts:
        person = people_store.person_by_id(conn, person_id)
        if person is None or not person.active or CARRIERS[one.specialty].isdisjoint(person.roles):
            raise DutyPerson(name=person.name if person else person_id)
    clash = [other for other in store.duties(conn, one.begins, one.ends, one.specialty) if other.id != one.id]
    if clash:
        raise DutyOverlaps(begins=shown(clash[0].begins), ends=shown(clash[0].ends))


def _read(conn: Connection, line: Line, made: list[Duty]) -> Duty | ImportFault:
    """The duty of a line, or what is wrong with it."""
    people = [people_store.person_by_account(conn, account) for account in line.accounts]
    for account, person in zip(line.accounts, people, strict=True):
        if person is None:
            return ImportFault(line.row, "", "account", account)
    contacts = tuple(person.id for person in people if person)
    one = Duty(line.specialty, line.begins, line.ends, contacts, new_id())
    for other in made:
        if other.specialty is one.specialty and other.begins < one.ends and one.begins < other.ends:
            return ImportFault(line.row, "", "duty-overlaps", shown(other.begins))
    try:
        _check(conn, one)
    except (BadDuty, DutyPerson, DutyOverlaps) as fault:
        return ImportFault(line.row, "", fault.code, str(fault.facts.get("name", fault.facts.get("begins", ""))))
    return one


def _facts(one: NewDuty) -> dict[str, object]:
    return {
        "specialty": one.specialty.value, "begins": iso(one.begins), "ends": iso(one.ends),
        "contacts": list(one.contacts),
    }  # fmt: skip
