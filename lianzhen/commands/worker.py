"""`worker`: background work alone, by Celery or by the embedded runner. Several may run."""

import argparse

from lianzhen.server import Server, stop_with_parent, wait_for_signal
from lianzhen.starting import begin


def arguments(parser: argparse.ArgumentParser) -> None:
    """Everything else is a setting."""
    parser.add_argument("--parent", type=int, default=0, help="stop when this process has ended")


def main(given: argparse.Namespace) -> int:
    """Work until a signal."""
    with begin("worker") as begun:
        if given.parent:
            stop_with_parent(given.parent)
        if begun.celery is not None:
            from lianzhen.worker import serve

            print("任务 worker   Celery", flush=True)
            return serve(begun.celery, begun.open_hands)
        opened = begun.open()
        with Server(opened, begun.runner(opened, by_the_clock=True)):
            print("任务 worker", flush=True)
            wait_for_signal()
    return 0
