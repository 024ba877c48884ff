"""python -m faults [--seed N] [--seconds S] [NAME …]: break the house in every way, or in the named ones.

Prints what was acknowledged, lost, doubled and corrupt and how long the house took to be itself again; writes
build/faults/NAME.json; answers 1 when something did not hold.
"""

import argparse
import importlib
import random
import sys
import traceback
from collections.abc import Callable
from typing import cast

from faults.outcome import ROOT, NotHere, Outcome, keep, line

SCENARIOS: dict[str, tuple[str, float]] = {
    "kills": ("kill -9 of web, gateway, worker and beat while sends, claims, signing and delivery are in flight", 40),
    "sqlite": ("kill -9 of the one process on SQLite during the same", 30),
    "postgresql": ("PostgreSQL ended at once (immediate), four times", 30),
    "rabbitmq": ("RabbitMQ killed and restarted", 30),
    "emptied": ("a broker that keeps nothing (Redis without its log), killed: every message gone", 25),
    "disk": ("a full disk below the data folder, below SQLite, below PostgreSQL", 10),
    "fsync": ("fsync that fails, below the archive, SQLite and PostgreSQL", 10),
}
"""Name to what is broken, and for how many seconds (where the scenario is a matter of time)."""

Run = Callable[[random.Random, float], list[Outcome]]


def scenario(name: str, seed: int, seconds: float | None = None) -> list[Outcome]:
    """What one scenario found. Raises NotHere."""
    run = cast(Run, importlib.import_module(f"faults.{name}").run)
    return run(random.Random(f"{name}{seed}"), SCENARIOS[name][1] if seconds is None else seconds)


def tried(name: str, seed: int, seconds: float | None) -> bool:
    """Run one, print and keep it; whether it held. What this machine forbids is said, and does not fail."""
    print(f"\n{name}: {SCENARIOS[name][0]}", flush=True)
    try:
        found = scenario(name, seed, seconds)
    except NotHere as why:
        print(f"  NOT RUN HERE: {why}")
        keep(name, seed, [], str(why))
        return True
    except Exception:  # noqa: BLE001 - one scenario that cannot be run must not hide the others
        traceback.print_exc()
        return False
    for one in found:
        print(f"  {line(name, one)}")
    print(f"→ {keep(name, seed, found).relative_to(ROOT)}", flush=True)
    return all(one.holds for one in found)


def main(words: list[str]) -> int:
    """Every scenario, or the named ones."""
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SCENARIOS))
    parser.add_argument("--seed", type=int, default=20261125)
    parser.add_argument("--seconds", type=float, default=None, help="how long each is broken")
    given = parser.parse_args(words)
    if unknown := set(given.names) - set(SCENARIOS):
        parser.error(f"no scenario {', '.join(sorted(unknown))}; there are {', '.join(SCENARIOS)}")
    held = [tried(name, given.seed, given.seconds) for name in given.names or SCENARIOS]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
