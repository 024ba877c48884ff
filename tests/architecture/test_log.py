"""No patient data in the log: every line is a fixed event with facts of the list, and nothing else is written."""

import ast
from collections.abc import Iterator
from pathlib import Path

from foundation.log import LOGGABLE
from tests.architecture.tree import PRODUCT, files, parsed, place

SAYS = {"info", "warn", "fault"}
WRITES = {"debug", "info", "warning", "error", "exception", "critical", "log", "basicConfig"}


def sayings() -> Iterator[tuple[Path, ast.Call]]:
    """Every call of a room's log."""
    for path in files(".py", under=PRODUCT):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SAYS:
                owner = ast.unparse(node.func.value).rpartition(".")[2]
                if owner in {"log", "_log", "LOG"}:
                    yield path, node


def test_a_log_line_carries_only_facts_that_may_be_logged() -> None:
    calls = list(sayings())
    assert calls
    unlisted = {
        f"{place(path)}:{call.lineno}": names
        for path, call in calls
        if (names := {keyword.arg for keyword in call.keywords if keyword.arg} - LOGGABLE)
    }
    assert not unlisted


def test_a_log_line_is_a_fixed_event_and_never_a_built_sentence() -> None:
    built = [
        f"{place(path)}:{call.lineno}"
        for path, call in sayings()
        if not (call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str))
    ]
    assert not built


def test_only_the_foundation_writes_through_the_logging_library() -> None:
    writers = [
        f"{place(path)}:{node.lineno}"
        for path in files(".py", under=PRODUCT)
        if place(path) != "foundation/log.py"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and ast.unparse(node.func.value).startswith("logging")
    ]
    assert not writers
