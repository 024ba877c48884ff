"""`access`: print who may see and do what, as docs/access.md."""

import argparse
from collections.abc import Iterable
from typing import get_args

from foundation.policy import RULES, Action, Basis, Reach, Rule, Thing
from foundation.vocabulary import Role
from web import pages
from web.app import TOPICS
from web.policy import GUARDS, Guard, addresses

ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
SHORT = {
    Role.TECHNICIAN: "技师 technician",
    Role.RADIOLOGIST: "影像医师 radiologist",
    Role.REVIEWER: "审核医师 reviewer",
    Role.CARDIOLOGIST: "心电医师 cardiologist",
    Role.LABORATORY_PHYSICIAN: "检验医师 laboratory",
    Role.CLINICIAN: "临床医师 clinician",
    Role.QUALITY_OFFICER: "质控员 quality",
    Role.ADMINISTRATOR: "管理员 administrator",
}
REACH = {Reach.NOTHING: "–", Reach.OWN_UNIT: "本单位", Reach.SENDERS: "送检单位", Reach.COUNTY: "全县"}
BASIS = {Basis.RECOGNITION: "互认", Basis.BREAK_GLASS: "紧急"}
DOORS = {
    "open": "everybody, without signing in",
    "arriving": "every signed-in person, about themselves, even before the sign-in is finished",
    "signed-in": "everybody who is signed in, and systems",
    "person": "every signed-in person, about themselves",
    "own": "the holder of the lock, nobody else",
}
SYSTEMS = "a hospital system's bearer token, for its own unit"
HEAD = """# Who may see what

The policy is data in `foundation/policy.py`; what each address demands is data in `web/policy.py`. From the same rules
every list is filtered in SQL and every single thing is decided, so nothing out of reach is shown or counted: another
unit's address answers 404, like one that does not exist; an action that no role of the asker gives answers 403.
`tests/integration/access/test_matrix.py` tries every address below for every role in two units. Under
the policy, `/fhir` lets in bearer tokens of hospital systems only, with the roles that they were given, for their unit.

| Word | Scope |
| --- | --- |
| 本单位 | the own unit: the row belongs to it or is addressed to it |
| 送检单位 | the own unit and the units that send their work to it; for the lead hospital, every unit of the county |
| 全县 | the county centre: every unit |
| 互认 | one patient of another unit for a time, because the own unit examines the same person (recognition basis) |
| 紧急 | one patient of another unit for a time, with a typed reason, reviewed afterwards (break-glass) |
| – | refused |
"""
FOOT = "\n*Written by `make docs` from the code; `python -m lianzhen access` prints it. Change the rules there.*\n"


def arguments(_parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def main(_given: argparse.Namespace) -> int:
    """Print the page."""
    print(page())
    return 0


def every_address() -> list[str]:
    """Every method and path that the product answers, in the order of the app."""
    inner = (address for topic in (*TOPICS, pages) for address in addresses(topic.router.routes))
    return ["GET /api/openapi.json", *inner]


def page() -> str:
    """docs/access.md. Raises KeyError with the address for which web/policy.py has no row."""
    titles = ["", *(SHORT[role] for role in ROLES)]
    things = [
        [f"{thing}: {action}", *(_square(role, thing, action) for role in ROLES)]
        for thing in get_args(Thing)
        for action in get_args(Action)
        if any((role, thing, action) in RULES for role in ROLES)
    ]
    guarded = [(address, GUARDS[address]) for address in every_address()]
    plain = [
        [f"`{address}`", SYSTEMS if guard.systems else DOORS[guard.door]]
        for address, guard in guarded
        if guard.door != "policy"
    ]
    ruled = [[f"`{address}`", *_row(guard)] for address, guard in guarded if guard.door == "policy"]
    return "\n".join(
        [HEAD, "## Things and actions\n", _table(titles, things), "## Addresses under the policy\n",
         _table(["Address", "Demands", *titles[1:]], ruled), "## Other addresses\n",
         _table(["Address", "Who"], plain)]
    ) + FOOT  # fmt: skip


def _square(role: Role, thing: Thing | None, action: Action | None) -> str:
    rule = RULES.get((role, thing, action), Rule()) if thing and action else Rule()
    return " ".join([REACH[rule.reach], *(BASIS[basis] for basis in Basis if basis in rule.bases)])


def _row(guard: Guard) -> list[str]:
    return [f"{guard.thing}: {guard.action}", *(_square(role, guard.thing, guard.action) for role in ROLES)]


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
