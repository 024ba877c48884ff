"""The pages that people read first: their links lead somewhere and they say what must be said."""

import re
from pathlib import Path

import pytest

from lianzhen.__main__ import COMMANDS
from tests.architecture.tree import ROOT, place

PAGES = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PAGES, ids=place)
def test_every_link_of_a_page_leads_somewhere(path: Path) -> None:
    targets = [target for target in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in target]
    assert not [target for target in targets if not (path.parent / target).exists()]


def test_the_readme_names_the_two_commands_and_what_the_product_is_not() -> None:
    assert "make run" in README
    assert "make test" in README
    assert "Not a certified medical device" in README
    assert "不是经注册的医疗器械" in README


def test_every_make_target_that_a_page_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"`make ([a-z]+)[ `]", page.read_text(encoding="utf-8"))}
    assert named <= targets
    assert {"run", "test", "demo", "check", "bench", "soak", "help"} <= targets


def test_every_command_that_a_page_names_exists() -> None:
    known = {command[0] for command in COMMANDS}
    spoken = re.compile(r"-m lianzhen ([a-z][a-z-]*)")
    named = {name for page in PAGES for name in spoken.findall(page.read_text(encoding="utf-8"))}
    assert named <= known
