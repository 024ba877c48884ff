"""What the architecture tests look at: this repository's own files, not what was installed or built in it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("registry", "pacs_gateway", "ecg", "reading_queue", "reports", "recognition")
PRODUCT = ("foundation", *ROOMS, "web", "lianzhen")
PACKAGES = (*PRODUCT, "tests", "benchmarks", "faults", "scripts")
FOREIGN = {"node_modules", "__pycache__", "static", "dist", "migrations"}


def files(*suffixes: str, under: tuple[str, ...] = PACKAGES) -> Iterator[Path]:
    """Every own file of these suffixes, in a stable order."""
    for package in under:
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in suffixes and not FOREIGN.intersection(path.relative_to(ROOT).parts):
                yield path


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def place(path: Path) -> str:
    """A path as a person writes it."""
    return path.relative_to(ROOT).as_posix()
