"""`web`: the HTTP door alone. Several may run; on one machine they share the port."""

import argparse

from lianzhen.commands.run import password_line
from lianzhen.server import HttpDoor, Part, Server, wait_for_signal
from lianzhen.starting import begin, prepare


def arguments(_parser: argparse.ArgumentParser) -> None:
    """Everything is a setting."""


def main(_given: argparse.Namespace) -> int:
    """Start, print the address, run until a signal."""
    with begin("web") as begun:
        opened, chosen = begun.open(), begun.settings
        county = prepare(begun, opened)
        http = HttpDoor(chosen.web, opened.house, shared=True)
        parts: list[Part] = [http]
        if begun.celery is not None:
            parts.insert(0, begun.runner(opened, by_the_clock=False))
        with Server(opened, *parts):
            print(f"工作站 workstation   {http.url}", flush=True)
            if chosen.mode == "demo":
                print(f"演示密码 password    {password_line(chosen, county)}", flush=True)
            wait_for_signal()
    return 0
