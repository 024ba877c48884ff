"""`migrate`: bring the database to this version's schema."""

import argparse

from lianzhen import schema, settings


def arguments(_parser: argparse.ArgumentParser) -> None:
    """Everything is a setting."""


def main(_given: argparse.Namespace) -> int:
    """Upgrade; a newer schema is refused."""
    chosen = settings.load()
    chosen.data.mkdir(parents=True, exist_ok=True)
    url = chosen.floor.database_url
    schema.migrate(url)
    print(f"数据库结构 schema: {schema.found(url)}")
    return 0
