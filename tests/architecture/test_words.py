"""Nothing is kept ready that nobody asks for: messages of the server, words and classes of the workstation."""

import re
from collections.abc import Iterable

from foundation.catalogue import catalogue
from tests.architecture.tree import PRODUCT, files

WORKSTATION = ("web/frontend/src",)
HOLE = re.compile(r"\$?\{[^{}]*\}")
HOLED = re.compile(r"[\w.-]*(?:\$?\{[^{}\n]*\}[\w.-]*)+")


def text(*suffixes: str, under: tuple[str, ...] = WORKSTATION, words: bool = False) -> str:
    """Everything that is written in these files: the programs, or the workstation's tables of words."""
    chosen = (path for path in files(*suffixes, under=under) if ("i18n" in path.parts) is words)
    return "\n".join(path.read_text(encoding="utf-8") for path in chosen)


def unasked(names: Iterable[str], program: str) -> list[str]:
    """The names that the program neither writes nor makes by filling the holes of a longer text."""
    written = set(re.findall(r"[\w.-]+", program))
    holed = {tuple(HOLE.split(one)) for one in HOLED.findall(program)}
    made = re.compile("|".join(".+".join(map(re.escape, one)) for one in holed if len("".join(one)) > 3))
    return [name for name in names if name not in written and not made.fullmatch(name)]


def test_every_message_of_the_server_is_raised_or_said() -> None:
    assert not unasked(catalogue(), text(".py", under=PRODUCT))


def test_every_word_of_the_workstation_is_shown() -> None:
    names = re.findall(r"^  '([\w.-]+)':", text(".ts", words=True), re.MULTILINE)
    assert len(names) > 500
    assert not unasked(names, text(".ts", ".tsx"))


def test_every_class_of_the_workstation_is_used() -> None:
    names = set(re.findall(r"\.(lz-[\w-]+)", text(".css")))
    assert len(names) > 200
    assert not unasked(names, text(".ts", ".tsx"))
