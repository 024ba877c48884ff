"""`recognition-export`: a month's decisions for a regional platform, the same bytes whenever it is made."""

import argparse
import sys
from pathlib import Path

from foundation.access import PRODUCT
from lianzhen import schema, settings
from lianzhen.wiring import open_house


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--month 2026-10 --format csv --out FILE`."""
    parser.add_argument("--month", required=True, help="a month that is over, such as 2026-10")
    parser.add_argument("--format", choices=("csv", "json"), default="json")
    parser.add_argument("--out", type=Path, help="the file; standard output when none is given")


def main(given: argparse.Namespace) -> int:
    """Write the file."""
    chosen = settings.load()
    schema.check(chosen.floor.database_url)
    opened = open_house(chosen)
    try:
        data = opened.house.recognition.export_month(PRODUCT, given.month, given.format)
    finally:
        opened.floor.close()
    if given.out is None:
        sys.stdout.buffer.write(data)
    else:
        given.out.write_bytes(data)
    return 0
