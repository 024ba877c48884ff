"""What one decision of the policy costs: for every role in its own unit, with senders, and with open patients."""

import time
from itertools import product
from statistics import median
from typing import Any

from foundation.access import Actor, Basis, may
from foundation.policy import RULES
from foundation.vocabulary import Role

GOAL_MICROSECONDS = 5.0
ROUNDS = 200
UNITS = [f"01a21255-82e6-772e-bcf8-{number:012d}" for number in range(40)]
PATIENTS = [f"01a21255-82e7-7173-bcec-{number:012d}" for number in range(20)]


def _actors() -> list[Actor]:
    serves = (None, frozenset[str](), frozenset(UNITS[1:]))
    granted = (frozenset[tuple[Basis, str]](), frozenset((Basis.BREAK_GLASS, one) for one in PATIENTS))
    return [
        Actor("person", "某人", UNITS[0], frozenset({role, Role.CLINICIAN}), serves=below, granted=opened)
        for role, below, opened in product(Role, serves, granted)
    ]


def _one_round(actors: list[Actor], squares: list[tuple[Any, Any]]) -> float:
    started = time.perf_counter()
    for actor in actors:
        for action, thing in squares:
            may(actor, action, thing, UNITS[7], UNITS[3], patient=PATIENTS[5])
    return (time.perf_counter() - started) / (len(actors) * len(squares)) * 1e6


def rows() -> list[dict[str, Any]]:
    """Decide every square for every actor, many times; the median round and the worst."""
    actors, squares = _actors(), sorted({(action, thing) for _, thing, action in RULES})
    rounds = [_one_round(actors, squares) for _ in range(ROUNDS)]
    return [
        _row(f"{len(actors) * len(squares)} decisions, mean of the median round", median(rounds)),
        _row("mean of the worst round", max(rounds), promised=False),
    ]


def _row(figure: str, ours: float, *, promised: bool = True) -> dict[str, Any]:
    return {
        "figure": figure, "unit": "µs", "ours": round(ours, 3), "peer": None, "peer_value": None, "ratio": None,
        "goal": f"≤ {GOAL_MICROSECONDS:g}" if promised else "", "met": ours <= GOAL_MICROSECONDS if promised else None,
    }  # fmt: skip
