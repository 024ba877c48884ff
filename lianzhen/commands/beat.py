"""`beat`: looks by the clock for work that is due and not in flight, and sends it to Celery's workers."""

import argparse

from lianzhen.server import Server, wait_for_signal
from lianzhen.starting import begin


def arguments(_parser: argparse.ArgumentParser) -> None:
    """Everything is a setting."""


def main(_given: argparse.Namespace) -> int:
    """Send until a signal. Two of them do no harm."""
    with begin("beat") as begun:
        opened = begun.open_hands()
        with Server(opened, begun.runner(opened, by_the_clock=True)):
            print("节拍 beat", flush=True)
            wait_for_signal()
    return 0
