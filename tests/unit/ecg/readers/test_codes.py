"""Every code that a reader or writer gives is explained in docs/ecg-formats.md, and no code that none gives."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "ecg-formats.md").read_text(encoding="utf-8")
KEBAB = re.compile(r"[a-z]+(-[a-z0-9]+)*")


def given(names: set[str], *folders: str) -> set[str]:
    """The codes of all calls of these in the folders, whichever branch of an expression they stand in."""
    codes = set()
    for folder in folders:
        for path in sorted((ROOT / folder).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in names
                    and node.args
                ):
                    words = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
                    codes |= {word for word in words if isinstance(word, str) and KEBAB.fullmatch(word)}
    return codes


def documented(title: str) -> set[str]:
    """The codes in the first column of the table under a heading."""
    section = PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([a-z0-9-]+)` \|", section, re.MULTILINE))


@pytest.mark.parametrize(
    ("names", "title"), [({"UnreadableEcg", "refuse", "_refuse"}, "Refusals"), ({"Warning_"}, "Warnings")]
)
def test_every_code_of_the_readers_is_explained(names: set[str], title: str) -> None:
    codes = given(names, "ecg/readers")
    assert len(codes) > 10
    assert codes - documented(title) == set()


def test_every_code_of_the_writers_is_explained() -> None:
    codes = given({"UnwritableEcg"}, "ecg/writers")
    assert codes
    assert all(f"`{code}`" in PAGE for code in codes)
