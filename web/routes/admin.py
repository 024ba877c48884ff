"""Simple administration: units, devices and who knocked, people, the audit trail, background tasks."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, field_validator

from foundation.access import demand
from foundation.audit import Entry
from foundation.database import Row
from foundation.tasks import TaskState
from foundation.vocabulary import Role
from registry.api import DeviceChange, NewDevice, NewPerson, PersonChange, UnitKind
from web.deps import SignedIn, TheHouse

router = APIRouter(prefix="/api/admin", tags=["administration"])


class UnitIn(BaseModel):
    """A member unit."""

    name: str = Field(min_length=1, max_length=64)
    kind: UnitKind
    code: str = Field(min_length=1, max_length=6)
    parent_id: str | None = Field(None, max_length=36)


class UnitOut(UnitIn):
    """A member unit as it is kept."""

    id: str


class DeviceIn(BaseModel):
    """A device to be admitted."""

    aet: str = Field(min_length=1, max_length=64)
    unit_id: str = Field(max_length=36)
    name: str = Field("", max_length=64)
    modality: str = Field("", max_length=16)
    address: str | None = Field(None, max_length=64)


class DevicePatch(BaseModel):
    """What shall be different about a device."""

    unit_id: str | None = Field(None, max_length=36)
    name: str | None = Field(None, min_length=1, max_length=64)
    modality: str | None = Field(None, max_length=16)
    address: str | None = Field(None, max_length=64)
    active: bool | None = None


class DeviceOut(BaseModel):
    """A device as it is kept."""

    id: str
    aet: str
    unit_id: str
    name: str
    modality: str
    address: str | None
    active: bool


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
    password: str = Field(max_length=256)


class PersonPatch(BaseModel):
    """What shall be different about a person; a `password` is to be changed at the next sign-in."""

    name: str | None = Field(None, min_length=1, max_length=64)
    title: str | None = Field(None, max_length=64)
    licence_number: str | None = Field(None, max_length=64)
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
    unit_id: str
    roles: list[Role]
    active: bool

    @field_validator("roles", mode="before")
    @classmethod
    def in_order(cls, roles: Iterable[Role]) -> list[Role]:
        """The same order each time."""
        return sorted(roles)


class AuditOut(BaseModel):
    """One entry of the audit trail."""

    id: int
    at: str
    actor: str
    action: str
    thing: str
    thing_id: str
    outcome: str
    address: str | None
    detail: Any


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


class AuditPage(BaseModel):
    """A page of the audit trail, the newest first."""

    items: list[AuditOut]
    next_cursor: str | None


class Verdict(BaseModel):
    """Whether the whole chain holds; else the number of the first entry that does not."""

    whole: bool
    broken_at: int | None


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
    made = house.registry.add_unit(actor, body.name, body.kind, body.code, body.parent_id)
    return UnitOut.model_validate(made, from_attributes=True)


@router.get("/devices")
def devices(actor: SignedIn, house: TheHouse) -> Devices:
    """Every device."""
    return Devices(items=[_device(one) for one in house.registry.devices(actor)])


@router.post("/devices", status_code=201)
def admit_device(body: DeviceIn, actor: SignedIn, house: TheHouse) -> DeviceOut:
    """Let a device send."""
    return _device(house.registry.admit_device(actor, NewDevice(**body.model_dump())))


@router.patch("/devices/{device_id}")
def change_device(device_id: str, body: DevicePatch, actor: SignedIn, house: TheHouse) -> DeviceOut:
    """Rename, move or close a device."""
    return _device(house.registry.change_device(actor, device_id, DeviceChange(**body.model_dump())))


@router.get("/knocks")
def knocks(actor: SignedIn, house: TheHouse) -> Knocks:
    """Unknown AE titles, the latest first."""
    return Knocks(items=[KnockOut.model_validate(one, from_attributes=True) for one in house.registry.knocks(actor)])


@router.get("/people")
def people(actor: SignedIn, house: TheHouse) -> People:
    """Everybody."""
    return People(items=[_person(one) for one in house.registry.people(actor)])


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
    changed = house.registry.change_person(actor, person_id, PersonChange(**body.model_dump(exclude={"password"})))
    if body.password is not None:
        house.auth.set_password(person_id, body.password, must_change=True)
    return _person(changed)


@router.get("/audit")
def audit(
    actor: SignedIn,
    house: TheHouse,
    q: Annotated[str, Query(max_length=128)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[int | None, Query(ge=1)] = None,
) -> AuditPage:
    """The audit trail, the newest first; `q` is a person's name, or the id of a person or thing."""
    demand(actor, "read", "audit")
    rows = house.floor.audit.entries(q=q.strip(), before=cursor, limit=limit)
    following = str(rows[-1]["seq"]) if len(rows) == limit else None
    return AuditPage(items=[_entry(row) for row in rows], next_cursor=following)


@router.post("/audit/verify")
def verify_audit(actor: SignedIn, house: TheHouse) -> Verdict:
    """Compute the whole chain of the audit trail again."""
    demand(actor, "read", "audit")
    broken_at = house.floor.audit.verify()
    return Verdict(whole=broken_at is None, broken_at=broken_at)


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


def _person(one: object) -> PersonOut:
    return PersonOut.model_validate(one, from_attributes=True)


def _entry(row: Row) -> AuditOut:
    return AuditOut(
        id=row["seq"],
        at=row["recorded"],
        actor=row["agent_name"],
        action=f"{row['type']}.{row['subtype']}",
        thing=row["entity_type"],
        thing_id=row["entity_id"],
        outcome=row["outcome"],
        address=row["address"],
        detail=row["detail"],
    )


def _task(row: Row) -> TaskOut:
    return TaskOut(
        error=row["error_code"], **{name: row[name] for name in ("id", "kind", "state", "attempts", "due_at")}
    )
