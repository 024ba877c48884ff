"""`migrate`: bring the database to this version's schema, or a county's data from SQLite to PostgreSQL."""

import argparse

from foundation.database.address import shown
from lianzhen import schema, settings
from lianzhen.settings import BadSetting


def arguments(parser: argparse.ArgumentParser) -> None:
    """Two addresses move the data; none migrates the schema of LIANZHEN_DATABASE."""
    parser.add_argument("--from", dest="source", metavar="sqlite:///FILE", help="the database to move, not in use")
    parser.add_argument("--to", dest="target", metavar="postgresql+psycopg://…", help="an empty database to move into")


def main(given: argparse.Namespace) -> int:
    """Upgrade (a newer schema is refused), or move and prove it."""
    if bool(given.source) != bool(given.target):
        raise BadSetting(name="--from, --to", why="两个须同时给出 · give both or none")
    if given.source:
        return _move(given.source, given.target)
    chosen = settings.load()
    chosen.data.mkdir(parents=True, exist_ok=True)
    url = chosen.floor.database_url
    schema.migrate(url)
    print(f"数据库结构 schema: {schema.found(url)}")
    return 0


def _move(source: str, target: str) -> int:
    from lianzhen.moving import move

    moved = move(source, target, lambda words: print(words, flush=True))
    for table, (count, digest) in moved.tables.items():
        print(f"✓ {table}: {count} 行 rows, sha256 {digest[:16]}")
    chain = "完整 whole" if moved.broken is None else f"seq {moved.broken} (与原库相同 as in the source)"
    total = sum(count for count, _ in moved.tables.values())
    print(f"✓ 审计链 audit chain: {chain}")
    print(f"已迁移并逐行核对 moved and compared row by row: {total} 行 rows")
    print(
        "原文件没有改动；归档、密钥和日志留在原处 the source is as it was; archive, keys and logs stay where they are"
    )
    print(f"现在设置 now set LIANZHEN_DATABASE={shown(target)}")
    return 0
