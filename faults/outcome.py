"""What a scenario found, and where it is written down."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


LEASE_SECONDS = 10.0  # of a task in a house under test
TIMES = "times"
RECOVERY_GOAL, DRAIN_GOAL = 5.0, 2 * LEASE_SECONDS


class NotHere(Exception):
    """This machine does not let the fault be made; the words say why."""


@dataclass
class Outcome:
    """One house under one kind of fault.

    `recovery_seconds` is the longest time from the moment at which everything was up again to the first write and the
    first object that were acknowledged; `drained_seconds` from that moment of the last fault to the last owed task.
    `during` counts what was acknowledged between the first fault and the last; `hit` says of each process how often it
    was killed, and how often during which act.
    """

    house: str
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    corrupt: int = 0
    recovery_seconds: float | None = None
    drained_seconds: float | None = None
    faults: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    during: dict[str, int] = field(default_factory=dict)
    hit: dict[str, dict[str, int]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def holds(self) -> bool:
        """Nothing lost, doubled or corrupt, and there was something to lose."""
        return self.acknowledged > 0 and not (self.lost or self.doubled or self.corrupt or self.wrong)

    @property
    def missed(self) -> list[str]:
        """The figures that were promised and not reached: they depend on the machine, and fail nothing."""
        goals = {"recovery": (self.recovery_seconds, RECOVERY_GOAL), "drained": (self.drained_seconds, DRAIN_GOAL)}
        return [f"{what} ≤ {goal:g} s: NO" for what, (took, goal) in goals.items() if took is not None and took > goal]

    def needing(self, needed: Mapping[str, tuple[str, ...]]) -> "Outcome":
        """The same, wrong when one of these was not killed twice, or never during one of these acts."""
        for what, acts in needed.items():
            hit = self.hit.get(what, {})
            if hit.get(TIMES, 0) < 2:
                self.wrong.append(f"nothing is proved about {what}: killed {hit.get(TIMES, 0)} times")
            self.wrong += [
                f"nothing is proved about {what}: never killed during {act}" for act in acts if act not in hit
            ]
        return self


def silent(during: dict[str, int]) -> list[str]:
    """Why a run says nothing: an act that nobody was promised while things broke."""
    return [
        f"nothing is proved about {act}: none was acknowledged between the faults" for act, n in during.items() if not n
    ]


def line(name: str, one: Outcome) -> str:
    """One outcome as a person reads it."""
    words = [
        f"{name:<10} {one.house:<20}", f"acknowledged {one.acknowledged}", f"lost {one.lost}",
        f"doubled {one.doubled}", f"corrupt {one.corrupt}", f"recovery {_seconds(one.recovery_seconds)}",
        f"drained {_seconds(one.drained_seconds)}", f"faults {len(one.faults)}",
    ]  # fmt: skip
    more = [
        _counted("between the faults", one.during),
        *(_counted(f"kill -9 {what}", hit) for what, hit in one.hit.items()),
    ]
    return "  ".join(words) + "".join(f"\n    {what}" for what in [*one.wrong, *one.missed, one.note, *more] if what)


def _counted(what: str, counts: dict[str, int]) -> str:
    return f"{what}: {', '.join(f'{name} {count}' for name, count in counts.items())}" if counts else ""


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} s"


def keep(name: str, seed: int, outcomes: list[Outcome], missing: str = "") -> Path:
    """Write build/faults/NAME.json."""
    path = ROOT / "build" / "faults" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    content: dict[str, Any] = {
        "name": name,
        "seed": seed,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
            "system": platform.platform(),
        },
        "not_run": missing,
        "outcomes": [{**asdict(one), "holds": one.holds, "missed": one.missed} for one in outcomes],
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path
