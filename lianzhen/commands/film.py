"""`film`: a marked demonstration film for a fresh demonstration order, ready for dcmsend."""

import argparse
from pathlib import Path

from foundation.vocabulary import Priority, Sex
from lianzhen import demo, schema, settings
from lianzhen.wiring import open_house


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to write, and whose film it is."""
    parser.add_argument("target", type=Path)
    parser.add_argument("--name", default="演示二号", help="the demonstration patient's name")
    parser.add_argument("--emergency", action="store_true", help="an emergency examination")


def main(given: argparse.Namespace) -> int:
    """Make the order at the first township and write the film."""
    chosen = settings.load()
    schema.check(chosen.floor.database_url)
    opened = open_house(chosen)
    try:
        registry = opened.house.registry
        device = registry.device_of(demo.SENDER)
        if not demo.exists(chosen.data) or device is None:
            print("此数据目录没有演示县 · this data folder holds no demonstration county: run `make run` first")
            return 2
        priority = Priority.HIGH if given.emergency else Priority.MEDIUM
        order = demo.new_order(registry, device.unit_id, given.name, Sex.FEMALE, priority)
        demo.write_film(order, given.target)
        print(f"{given.target}  {order.accession_number}  {order.patient.name}")
        return 0
    finally:
        opened.floor.close()
