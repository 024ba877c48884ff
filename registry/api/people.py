"""People and the Actor that each of them is."""

import re
from dataclasses import replace

from foundation.access import Actor, demand
from foundation.database import Connection
from foundation.ids import new_id
from foundation.vocabulary import Role
from registry.api.desk import Desk, unit_or_refuse
from registry.errors import AccountTaken, BadPerson, LastAdministrator, PersonInactive, PersonNotFound
from registry.model import NewPerson, Person, PersonChange, given
from registry.store import access as access_store
from registry.store import people as store

_PHONE = re.compile(r"(?:\+?[0-9][0-9 -]{3,28}[0-9])?", re.ASCII)
_ACCOUNT = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


class People(Desk):
    """Who works here and what they may do."""

    def people(self, actor: Actor) -> list[Person]:
        """Everybody within the actor's reach, by account."""
        demand(actor, "read", "person", actor.unit_id)
        with self._floor.db.read() as conn:
            return store.people(conn, actor)

    def person(self, person_id: str) -> Person:
        """One person. Raises PersonNotFound."""
        with self._floor.db.read() as conn:
            return _person(conn, person_id)

    def person_by_account(self, account: str) -> Person | None:
        """The person who signs in so; capitals and blanks around it do not matter."""
        with self._floor.db.read() as conn:
            return store.person_by_account(conn, account.strip().lower())

    def actor_of(self, person: Person, session_id: str | None = None, address: str | None = None) -> Actor:
        """The Actor of a person's request. Raises PersonInactive."""
        if not person.active:
            raise PersonInactive(name=person.name)
        with self._floor.db.read() as conn:
            serves = access_store.senders_of(conn, person.unit_id)
            granted = access_store.granted(conn, person.id, self._floor.now())
        return Actor(
            person.id, person.name, person.unit_id, person.roles, session_id, address, serves=serves, granted=granted
        )

    def senders_of(self, unit_id: str) -> frozenset[str] | None:
        """The units that send their work to this one; None for the centre, which serves the county."""
        with self._floor.db.read() as conn:
            return access_store.senders_of(conn, unit_id)

    def add_person(self, actor: Actor, new: NewPerson) -> Person:
        """Add somebody. Raises BadPerson, AccountTaken, UnitNotFound."""
        demand(actor, "manage", "person", new.unit_id)
        account, name = new.account.strip().lower(), new.name.strip()
        if not _ACCOUNT.fullmatch(account) or not 0 < len(name) <= 64 or not _PHONE.fullmatch(new.phone.strip()):
            raise BadPerson(account=new.account[:64])
        person = Person(
            new_id(), account, name, new.title, new.licence_number, new.unit_id, new.roles, active=True,
            licence_until=new.licence_until, practising_since=new.practising_since, phone=new.phone.strip(),
        )  # fmt: skip

        def work(conn: Connection) -> None:
            unit_or_refuse(conn, person.unit_id)
            if not store.insert_person(conn, person):
                raise AccountTaken(account=account)
            self._note(conn, actor, "C", "person.add", person.id, account=account, roles=sorted(person.roles))

        self._floor.db.write(work)
        return person

    def change_person(self, actor: Actor, person_id: str, change: PersonChange) -> Person:
        """Rename, move, qualify or close. Raises PersonNotFound, BadPerson, UnitNotFound, LastAdministrator."""

        def work(conn: Connection) -> Person:
            person = _person(conn, person_id)
            demand(actor, "manage", "person", person.unit_id)
            changed = replace(person, **given(change))
            if not _PHONE.fullmatch(changed.phone):
                raise BadPerson(account=person.account)
            unit_or_refuse(conn, changed.unit_id)
            if _administers(person) and not any(map(_administers, [changed, *store.others_active(conn, person_id)])):
                raise LastAdministrator(name=person.name)
            store.update_person(conn, changed)
            detail = {key: sorted(value) if key == "roles" else value for key, value in given(change).items()}
            self._note(conn, actor, "U", "person.change", person_id, **detail)
            return changed

        return self._floor.db.write(work)


def _person(conn: Connection, person_id: str) -> Person:
    person = store.person_by_id(conn, person_id)
    if person is None:
        raise PersonNotFound(person=person_id)
    return person


def _administers(person: Person) -> bool:
    return person.active and Role.ADMINISTRATOR in person.roles
