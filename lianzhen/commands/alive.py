"""`alive`: whether this machine's worker or beat does its work, for a health check."""

import argparse

from foundation.presence import seconds_since_pulse
from foundation.runner import RENEWALS
from lianzhen import settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which process."""
    parser.add_argument("what", choices=["worker", "beat"], help="the process")


def main(given: argparse.Namespace) -> int:
    """0 when its last sign of life is younger than a lease."""
    chosen = settings.load()
    since = seconds_since_pulse(chosen.data, given.what)
    limit = max(chosen.floor.task_lease_seconds, RENEWALS * chosen.floor.task_poll_seconds)
    print(f"{given.what}: " + ("没有迹象 no sign of life" if since is None else f"{since:.0f} s"))
    return 0 if since is not None and since <= limit else 1
