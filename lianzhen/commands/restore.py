"""`restore`: a backup into an empty data folder."""

import argparse
from pathlib import Path

from lianzhen import backups, settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """The backup; the data folder is LIANZHEN_DATA."""
    parser.add_argument("source", type=Path)


def main(given: argparse.Namespace) -> int:
    """Print how much was restored."""
    chosen = settings.load()
    count = backups.restore(given.source, chosen.data, chosen.database)
    print(f"{chosen.data}  {count} 个文件 files")
    return 0
