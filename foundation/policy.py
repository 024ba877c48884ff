"""Who may see and do what: the whole policy as data. `foundation/access.py` decides by it; docs/access.md prints it.

A line gives a role a *reach* for actions on kinds of things: the own unit, the units that send work to the own one, or
the county. A *basis* opens a single patient beyond that reach, for a time, by a grant that is recorded: recognition
(the patient is examined here, too) or break-glass (a typed reason, reviewed afterwards). Plain Python.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final, Literal, get_args

from foundation.vocabulary import Role

Thing = Literal[
    "patient", "order", "study", "upload", "workitem", "draft", "report", "delivery", "unit", "device", "person",
    "audit", "template", "system", "item", "roster", "access", "recognition", "ledger", "quality",
]  # fmt: skip
Action = Literal["read", "create", "update", "claim", "review", "issue", "manage"]


class Reach(IntEnum):
    """How far a rule goes; a larger reach includes the smaller."""

    NOTHING = 0
    OWN_UNIT = 1  # the row belongs to the actor's unit, or is addressed to it
    SENDERS = 2  # or to a unit that sends its work to the actor's unit; for the lead hospital, the county
    COUNTY = 3


class Basis(StrEnum):
    """Why one patient of another unit is open to somebody for a time."""

    RECOGNITION = "recognition"
    BREAK_GLASS = "break-glass"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: `what` is "thing: action action, thing: action"."""

    roles: tuple[Role, ...]
    reach: Reach
    what: str
    bases: frozenset[Basis] = frozenset()


_WRITERS: Final = (Role.RADIOLOGIST, Role.CARDIOLOGIST, Role.LABORATORY_PHYSICIAN)
_READERS: Final = (*_WRITERS, Role.REVIEWER)
_PEOPLE: Final = tuple(role for role in Role if role is not Role.SYSTEM)
_RECOGNITION: Final = frozenset({Basis.RECOGNITION})
_BOTH: Final = frozenset(Basis)

POLICY: Final[tuple[Line, ...]] = (
    Line((Role.TECHNICIAN,), Reach.OWN_UNIT, "patient: read create update manage, order: read create update"),
    Line((Role.TECHNICIAN,), Reach.OWN_UNIT, "study: read create"),
    Line((Role.TECHNICIAN,), Reach.OWN_UNIT, "upload: read create, report: read, delivery: read, workitem: read"),
    Line((Role.TECHNICIAN,), Reach.OWN_UNIT, "patient: read, order: read, study: read, report: read", _RECOGNITION),
    Line((Role.TECHNICIAN,), Reach.OWN_UNIT, "access: create"),
    Line(_READERS, Reach.SENDERS, "patient: read, order: read, study: read, workitem: read, report: read, draft: read"),
    Line(_READERS, Reach.SENDERS, "workitem: claim, draft: update, patient: manage"),
    Line(_READERS, Reach.COUNTY, "template: read"),
    Line((Role.REVIEWER,), Reach.SENDERS, "workitem: review, report: issue"),
    Line((Role.CLINICIAN,), Reach.OWN_UNIT, "patient: read, order: read, study: read, report: read", _BOTH),
    Line((Role.CLINICIAN,), Reach.OWN_UNIT, "delivery: read update, access: create"),
    Line((Role.TECHNICIAN,), Reach.OWN_UNIT, "recognition: read"),
    Line((Role.CLINICIAN,), Reach.OWN_UNIT, "recognition: read update, ledger: read"),
    Line((Role.QUALITY_OFFICER,), Reach.COUNTY, "quality: read manage, ledger: read review"),
    Line((Role.ADMINISTRATOR,), Reach.COUNTY, "ledger: read review"),
    Line((Role.QUALITY_OFFICER,), Reach.COUNTY, "study: read, report: read, workitem: read, audit: read, unit: read"),
    Line((Role.QUALITY_OFFICER, Role.ADMINISTRATOR), Reach.COUNTY, "item: read manage"),
    Line((Role.QUALITY_OFFICER,), Reach.COUNTY, "access: read review"),
    Line((Role.ADMINISTRATOR,), Reach.COUNTY, "unit: read manage, device: read manage, person: read manage"),
    Line((Role.ADMINISTRATOR,), Reach.COUNTY, "audit: read, workitem: read, system: read manage, roster: manage"),
    Line((Role.ADMINISTRATOR,), Reach.COUNTY, "access: read review"),
    Line(_PEOPLE, Reach.COUNTY, "roster: read"),
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What one role may do with one action on one kind of thing."""

    reach: Reach = Reach.NOTHING
    bases: frozenset[Basis] = frozenset()

    def __or__(self, other: "Rule") -> "Rule":
        """The farther reach, and every basis."""
        return Rule(max(self.reach, other.reach), self.bases | other.bases)


Square = tuple[Role, Thing, Action]


def _squares() -> dict[Square, Rule]:
    things: dict[str, Thing] = {word: word for word in get_args(Thing)}
    actions: dict[str, Action] = {word: word for word in get_args(Action)}
    squares: dict[Square, Rule] = {}
    for line in POLICY:
        for part in line.what.split(","):
            thing, _, words = part.partition(":")
            for role in line.roles:
                for word in words.split():
                    square = (role, things[thing.strip()], actions[word])
                    squares[square] = squares.get(square, Rule()) | Rule(line.reach, line.bases)
    return squares


RULES: Final = _squares()
"""Every square of role × thing × action that has something in it."""
