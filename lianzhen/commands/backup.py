"""`backup`: the whole installation in one file, while it runs."""

import argparse
from pathlib import Path

from lianzhen import backups, settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """The file to write."""
    parser.add_argument("target", type=Path, help="for example backup-2026-11-22.tar")


def main(given: argparse.Namespace) -> int:
    """Print how much was written."""
    chosen = settings.load()
    count = backups.backup(chosen.data, given.target, chosen.floor.database_url)
    print(f"{given.target}  {count} 个文件 files  {given.target.stat().st_size / 1e6:.1f} MB")
    return 0
