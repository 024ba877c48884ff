"""Files and functions stay small enough to be read at one sitting."""

import ast

from tests.architecture.tree import PACKAGES, files, parsed, place

PYTHON_LINES = 400
WORKSTATION_LINES = 250
FUNCTION_LINES = 50


def test_no_python_file_is_longer_than_400_lines() -> None:
    long = {place(path): count for path in files(".py") if (count := len(path.read_text().splitlines())) > PYTHON_LINES}
    assert not long


def test_no_file_of_the_workstation_is_longer_than_250_lines() -> None:
    long = {
        place(path): count
        for path in files(".ts", ".tsx", under=("web",))
        if (count := len(path.read_text().splitlines())) > WORKSTATION_LINES
    }
    assert not long


def test_no_function_is_longer_than_50_lines() -> None:
    long = [
        f"{place(path)}:{node.lineno} {node.name} has {lines} lines"
        for path in files(".py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert not long


def test_nothing_is_left_unfinished() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "raise NotImplemented" + "Error")
    left = [
        f"{place(path)}:{number} {line.strip()}"
        for path in files(".py", ".ts", ".tsx", under=tuple(name for name in PACKAGES if name != "tests"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if any(mark in line for mark in marks)
    ]
    assert not left
