"""Administration: units and their agreements, devices and who knocked, people, background tasks."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, field_validator

from foundation.access import demand
from foundation.audit import Entry
from foundation.database import Row
from foundation.tasks import TaskState
from foundation.vocabulary import Role, Specialty
from registry.api import (
    CharacterSet,
    DeviceChange,
    DeviceLimits,
    NewAgreement,
    NewDevice,
    NewPerson,
    NewUnit,
    PersonChange,
    UnitChange,
    UnitKind,
    UnitLevel,
)
from web.deps import SignedIn, TheHouse

router = APIRouter(prefix="/api/admin", tags=["administration"])


class UnitIn(BaseModel):
    """A member unit."""

    name: str = Field(min_length=1, max_length=64)
    kind: UnitKind
    code: str = Field(min_length=1, max_length=6)
    parent_id: str | None = Field(None, max_length=36)
    level: UnitLevel | None = None
    credit_code: str | None = Field(None, max_length=32)


class Patch(BaseModel):
    """What shall be different: an absent field is left as it is, null empties one that may be empty."""

    def cleared(self, *names: str) -> frozenset[str]:
        """Those of these fields that were sent as null."""
        return frozenset(one for one in names if one in self.model_fields_set and getattr(self, one) is None)


class UnitPatch(Patch):
    """What shall be different about a unit; without a level it is that of its kind."""

    name: str | None = Field(None, min_length=1, max_length=64)
    parent_id: str | None = Field(None, max_length=36)
    level: UnitLevel | None = None
    credit_code: str | None = Field(None, max_length=32)


class UnitOut(UnitIn):
    """A member unit as it is kept."""

    id: str


class AgreementIn(BaseModel):
    """A unit's agreement on remote reports."""

    unit_id: str = Field(max_length=36)
    number: str = Field("", max_length=64)
    valid_from: date
    valid_until: date | None = None
    specialties: frozenset[Specialty]


class AgreementOut(AgreementIn):
    """An agreement as it is kept."""

    id: str


class AgreementEnd(BaseModel):
    """The last day on which an agreement holds."""

    last: date


class Agreements(BaseModel):
    """Every agreement, the latest first."""

    items: list[AgreementOut]


class Limits(BaseModel, from_attributes=True):
    """What one device may ask of the house; None is the house's own limit."""

    object_mib: int | None = Field(None, ge=1, le=100_000)
    associations: int | None = Field(None, ge=1, le=1000)

    def kept(self) -> DeviceLimits:
        """As the registry knows them."""
        return DeviceLimits(self.object_mib, self.associations)


class DeviceIn(BaseModel):
    """A device to be admitted."""

    aet: str = Field(min_length=1, max_length=64)
    unit_id: str = Field(max_length=36)
    name: str = Field("", max_length=64)
    modality: str = Field("", max_length=16)
    address: str | None = Field(None, max_length=64)
    character_set: CharacterSet = CharacterSet.GB18030
    limits: Limits = Limits()


class DevicePatch(BaseModel):
    """What shall be different about a device."""

    unit_id: str | None = Field(None, max_length=36)
    name: str | None = Field(None, min_length=1, max_length=64)
    modality: str | None = Field(None, max_length=16)
    address: str | None = Field(None, max_length=64)
    active: bool | None = None
    character_set: CharacterSet | None = None
    limits: Limits | None = None


class DeviceOut(BaseModel):
    """A device as it is kept."""

    id: str
    aet: str
    unit_id: str
    name: str
    modality: str
    address: str | None
    active: bool
    character_set: CharacterSet
    limits: Limits


class KnockOut(BaseModel):
    """An unknown AE title that asked for an association."""

    aet: str
    address: str
    first_at: datetime
    last_at: datetime
    times: int


class PersonIn(BaseModel):
    """A person with a first password, to be changed at the first sign-in."""

    account: str = Field(min_length=2, max_length=64)
    name: str = Field(min_length=1, max_length=64)
    unit_id: str = Field(max_length=36)
    roles: frozenset[Role]
    title: str = Field("", max_length=64)
    licence_number: str | None = Field(None, max_length=64)
    licence_until: date | None = None
    practising_since: date | None = None
    phone: str = Field("", max_length=32)
    password: str = Field(max_length=256)


class PersonPatch(Patch):
    """What shall be different about a person; a `password` is to be changed at the next sign-in."""

    name: str | None = Field(None, min_length=1, max_length=64)
    title: str | None = Field(None, max_length=64)
    licence_number: str | None = Field(None, max_length=64)
    licence_until: date | None = None
    practising_since: date | None = None
    phone: str | None = Field(None, max_length=32)
    unit_id: str | None = Field(None, max_length=36)
    roles: frozenset[Role] | None = None
    active: bool | None = None
    password: str | None = Field(None, max_length=256)


class PersonOut(BaseModel):
    """A person as kept."""

    id: str
    account: str
    name: str
    title: str
    licence_number: str
    licence_until: date | None
    practising_since: date | None
    phone: str
    unit_id: str
    roles: list[Role]
    active: bool
    second_factor: bool = False

    @field_validator("roles", mode="before")
    @classmethod
    def in_order(cls, roles: Iterable[Role]) -> list[Role]:
        """The same order each time."""
        return sorted(roles)


class TaskOut(BaseModel):
    """One background task, without its payload."""

    id: str
    kind: str
    state: str
    attempts: int
    due_at: datetime | None
    error: str | None


class Units(BaseModel):
    """Every unit."""

    items: list[UnitOut]


class Devices(BaseModel):
    """Every device."""

    items: list[DeviceOut]


class Knocks(BaseModel):
    """Who knocked."""

    items: list[KnockOut]


class People(BaseModel):
    """Everybody."""

    items: list[PersonOut]


class TaskPage(BaseModel):
    """Background tasks, the newest first, and how many stand in each state."""

    items: list[TaskOut]
    counts: dict[str, int]


@router.get("/units")
def units(actor: SignedIn, house: TheHouse) -> Units:
    """Every member unit."""
    demand(actor, "read", "unit")
    return Units(items=[UnitOut.model_validate(one, from_attributes=True) for one in house.registry.units()])


@router.post("/units", status_code=201)
def add_unit(body: UnitIn, actor: SignedIn, house: TheHouse) -> UnitOut:
    """Add a member unit."""
    made = house.registry.register_unit(actor, NewUnit(**body.model_dump()))
    return UnitOut.model_validate(made, from_attributes=True)


@router.patch("/units/{unit_id}")
def change_unit(unit_id: str, body: UnitPatch, actor: SignedIn, house: TheHouse) -> UnitOut:
    """Rename a unit, or change its level, parent or credit code."""
    change = UnitChange(**body.model_dump(), cleared=body.cleared("parent_id", "level", "credit_code"))
    changed = house.registry.change_unit(actor, unit_id, change)
    return UnitOut.model_validate(changed, from_attributes=True)


@router.get("/agreements")
def agreements(actor: SignedIn, house: TheHouse) -> Agreements:
    """Every unit's agreements on remote reports."""
    return Agreements(items=[_agreement(one) for one in house.registry.agreements(actor)])


@router.post("/agreements", status_code=201)
def add_agreement(body: AgreementIn, actor: SignedIn, house: TheHouse) -> AgreementOut:
    """Enter an agreement."""
    return _agreement(house.registry.add_agreement(actor, NewAgreement(**body.model_dump())))


@router.post("/agreements/{agreement_id}/end")
def end_agreement(agreement_id: str, body: AgreementEnd, actor: SignedIn, house: TheHouse) -> AgreementOut:
    """It holds until a day and no longer."""
    return _agreement(house.registry.end_agreement(actor, agreement_id, body.last))


@router.get("/devices")
def devices(actor: SignedIn, house: TheHouse) -> Devices:
    """Every device."""
    return Devices(items=[_device(one) for one in house.registry.devices(actor)])


@router.post("/devices", status_code=201)
def admit_device(body: DeviceIn, actor: SignedIn, house: TheHouse) -> DeviceOut:
    """Let a device send."""
    new = NewDevice(**body.model_dump(exclude={"limits"}), limits=body.limits.kept())
    return _device(house.registry.admit_device(actor, new))


@router.patch("/devices/{device_id}")
def change_device(device_id: str, body: DevicePatch, actor: SignedIn, house: TheHouse) -> DeviceOut:
    """Rename, move or close a device."""
    limits = body.limits.kept() if body.limits else None
    change = DeviceChange(**body.model_dump(exclude={"limits"}), limits=limits)
    return _device(house.registry.change_device(actor, device_id, change))


@router.get("/knocks")
def knocks(actor: SignedIn, house: TheHouse) -> Knocks:
    """Unknown AE titles, the latest first."""
    return Knocks(items=[KnockOut.model_validate(one, from_attributes=True) for one in house.registry.knocks(actor)])


@router.get("/people")
def people(actor: SignedIn, house: TheHouse) -> People:
    """Everybody."""
    enrolled = house.auth.factors.enrolled()
    shown = (_person(one) for one in house.registry.people(actor))
    return People(items=[one.model_copy(update={"second_factor": one.id in enrolled}) for one in shown])


@router.post("/people", status_code=201)
def add_person(body: PersonIn, actor: SignedIn, house: TheHouse) -> PersonOut:
    """Add a person; the password must be changed at the first sign-in."""
    house.auth.check_strength(body.account.strip().lower(), body.password)
    new = NewPerson(
        account=body.account,
        name=body.name,
        unit_id=body.unit_id,
        roles=body.roles,
        title=body.title,
        licence_number=body.licence_number or "",
        licence_until=body.licence_until,
        practising_since=body.practising_since,
        phone=body.phone,
    )
    person = house.registry.add_person(actor, new)
    house.auth.set_password(person.id, body.password, must_change=True)
    return _person(person)


@router.patch("/people/{person_id}")
def change_person(person_id: str, body: PersonPatch, actor: SignedIn, house: TheHouse) -> PersonOut:
    """Rename, move, qualify or close a person, or give a new first password."""
    account = house.registry.person(person_id).account
    if body.password is not None:
        house.auth.check_strength(account, body.password)
    emptied = dict.fromkeys(body.cleared("title", "licence_number", "phone"), "")
    dates = body.cleared("licence_until", "practising_since")
    change = PersonChange(**{**body.model_dump(exclude={"password"}), **emptied}, cleared=dates)
    changed = house.registry.change_person(actor, person_id, change)
    if body.password is not None:
        house.auth.set_password(person_id, body.password, must_change=True)
    return _person(changed)


@router.get("/tasks")
def tasks(
    actor: SignedIn,
    house: TheHouse,
    state: TaskState | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> TaskPage:
    """Background tasks, the newest first."""
    demand(actor, "read", "system")
    return TaskPage(
        items=[_task(row) for row in house.floor.tasks.listed(state, limit)], counts=house.floor.tasks.counts()
    )


@router.post("/tasks/{task_id}/retry", status_code=204)
def retry_task(task_id: str, actor: SignedIn, house: TheHouse) -> None:
    """Let a failed or unsure task run again, after a person has looked."""
    demand(actor, "manage", "system")
    house.floor.audit.note(actor, Entry("system", "retry", "E", "task", task_id))
    house.floor.tasks.retry(task_id)


def _device(one: object) -> DeviceOut:
    return DeviceOut.model_validate(one, from_attributes=True)


def _agreement(one: object) -> AgreementOut:
    return AgreementOut.model_validate(one, from_attributes=True)


def _person(one: object) -> PersonOut:
    return PersonOut.model_validate(one, from_attributes=True)


def _task(row: Row) -> TaskOut:
    return TaskOut(
        error=row["error_code"], **{name: row[name] for name in ("id", "kind", "state", "attempts", "due_at")}
    )
