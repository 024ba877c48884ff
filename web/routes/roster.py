"""The duty roster: the week, who is called now, and the administrator's changes."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Self

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field, model_validator
from starlette.concurrency import run_in_threadpool

from foundation.access import demand
from foundation.clock import COUNTY_ZONE
from foundation.errors import TooLarge
from foundation.vocabulary import Specialty
from registry.api import Contact, NewDuty, OnDuty, mask_phone
from web.deps import SignedIn, TheHouse

router = APIRouter(prefix="/api/roster", tags=["roster"])
FILE_LIMIT = 1 << 20  # bytes


class DutyIn(BaseModel):
    """A stretch of time with one to three people, in the order of calling; repeated for some weeks."""

    specialty: Specialty
    begins: datetime
    ends: datetime
    contacts: list[str] = Field(min_length=1, max_length=3)
    weeks: int = Field(1, ge=1, le=26)

    @model_validator(mode="after")
    def with_zone(self) -> Self:
        """A moment without a zone is the county's."""
        self.begins, self.ends = (
            one if one.tzinfo else one.replace(tzinfo=COUNTY_ZONE) for one in (self.begins, self.ends)
        )
        return self

    def each(self) -> list[NewDuty]:
        """One duty for each week."""
        starts = [timedelta(weeks=week) for week in range(self.weeks)]
        people = tuple(self.contacts)
        return [NewDuty(self.specialty, self.begins + by, self.ends + by, people) for by in starts]


class ContactOut(BaseModel):
    """Somebody to call; the number is masked in lists."""

    person_id: str
    name: str
    title: str
    unit: str
    phone: str


class DutyOut(BaseModel):
    """A duty; `contacts` in the order of calling."""

    id: str
    specialty: Specialty
    begins: datetime
    ends: datetime
    contacts: list[ContactOut]


class Duties(BaseModel):
    """The earliest first."""

    items: list[DutyOut]


class FaultOut(BaseModel):
    """What is wrong in a file, and where."""

    row: int
    column: str
    reason: str
    value: str


class Imported(BaseModel):
    """How many duties were entered; none when there is a fault."""

    added: int
    faults: list[FaultOut]


@router.get("")
def week(
    actor: SignedIn,
    house: TheHouse,
    since: date,
    days: Annotated[int, Query(ge=1, le=31)] = 7,
    specialty: Specialty | None = None,
) -> Duties:
    """The duties that touch these days, county time."""
    begins = datetime.combine(since, time(), COUNTY_ZONE).astimezone(UTC)
    found = house.registry.duties(actor, begins, begins + timedelta(days=days), specialty)
    return Duties(items=[_duty(one) for one in found])


@router.get("/now")
def now(actor: SignedIn, house: TheHouse, specialty: Specialty | None = None) -> Duties:
    """Who is on duty at this moment, for one specialty or each."""
    at = house.floor.now()
    found = house.registry.duties(actor, at, at + timedelta(milliseconds=1), specialty)
    return Duties(items=[_duty(one) for one in found])


@router.post("", status_code=201)
def add(body: DutyIn, actor: SignedIn, house: TheHouse) -> Duties:
    """Enter a duty, and the same in the weeks that follow: all or none."""
    house.registry.add_duties(actor, body.each())
    found = house.registry.duties(actor, body.begins, body.ends, body.specialty)
    return Duties(items=[_duty(one) for one in found])


@router.post("/import")
async def import_(request: Request, actor: SignedIn, house: TheHouse) -> Imported:
    """Enter the duties of a CSV file, all or, when it has a fault, none. The body is the file."""
    demand(actor, "manage", "roster")
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > FILE_LIMIT:
            raise TooLarge(what="1 MiB")
    added, faults = await run_in_threadpool(house.registry.import_duties, actor, bytes(data))
    return Imported(added=added, faults=[FaultOut.model_validate(one, from_attributes=True) for one in faults])


@router.put("/{duty_id}", status_code=204)
def change(duty_id: str, body: DutyIn, actor: SignedIn, house: TheHouse) -> None:
    """Other hours or other people."""
    house.registry.change_duty(actor, duty_id, body.each()[0])


@router.delete("/{duty_id}", status_code=204)
def remove(duty_id: str, actor: SignedIn, house: TheHouse) -> None:
    """Take a duty off the roster."""
    house.registry.remove_duty(actor, duty_id)


@router.post("/{duty_id}/phones")
def phones(duty_id: str, actor: SignedIn, house: TheHouse) -> DutyOut:
    """One duty with whole numbers, to call; that they were shown is audited."""
    return _duty(house.registry.duty_phones(actor, duty_id), masked=False)


def _duty(one: OnDuty, *, masked: bool = True) -> DutyOut:
    return DutyOut(
        id=one.duty.id,
        specialty=one.duty.specialty,
        begins=one.duty.begins,
        ends=one.duty.ends,
        contacts=[_contact(contact, masked=masked) for contact in one.contacts],
    )


def _contact(one: Contact, *, masked: bool) -> ContactOut:
    shown = ContactOut.model_validate(one, from_attributes=True)
    return shown.model_copy(update={"phone": mask_phone(one.phone)}) if masked else shown
