"""The list of orderable items, read from `items.toml`."""

import tomllib
from functools import cache
from pathlib import Path

from registry.model import Item

_FILE = Path(__file__).with_name("items.toml")


@cache
def items() -> dict[str, Item]:
    """Every orderable item by code, in the file's order."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["item"]
    return {row["code"]: Item(**row) for row in rows}
