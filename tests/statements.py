"""Which statement of which store was put to which kind of database, while the tests ran.

A statement is a place in a store's code that calls the database: `conn.execute(…)`, or a prepared statement's `first`,
`all` or `each`. It counts as heard on a database once the database's driver was given what stands at that place, by a
test that runs on both. So no place is reached on one database alone, or on none. How many forms a statement has that is
put together from a filter's fields is the business of that store's own tests.

Only this process is heard: what a product of its own process does is not counted, for either database. Database tools
that belong to one kind (`foundation/database`, `foundation/dialect.py`, migrations, moves) are no stores.
"""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, event

from foundation.dialect import Prepared

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("registry", "pacs_gateway", "reading_queue", "reports", "recognition", "web")
MORE = ("foundation/tasks.py", "foundation/audit.py")
OF_A_CONNECTION = {"execute", "exec_driver_sql", "scalar", "scalars"}
OF_A_PREPARED = {"all", "first", "each"}


class Place(NamedTuple):
    """Where a call of the database ends: a line, and the column after its last letter."""

    file: str
    line: int
    column: int


heard: dict[str, set[Place]] = {"sqlite": set(), "postgresql": set()}
"""Kind of database to the places whose statement it was given."""
_state = {"listening": False}


def stores() -> list[Path]:
    """Every file that puts statements to the database."""
    files = [path for room in ROOMS for path in [*(ROOT / room).glob("store/**/*.py"), ROOT / room / "store.py"]]
    return [path for path in [*files, *(ROOT / name for name in MORE)] if path.is_file()]


_FILES = {str(path): str(path.relative_to(ROOT)) for path in stores()}


def statements() -> dict[Place, str]:
    """Every statement of every store: where it is, and the function that puts it."""
    found: dict[Place, str] = {}
    for path in stores():
        name = str(path.relative_to(ROOT))
        for function in _functions(ast.parse(path.read_text(encoding="utf-8"))):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and _asks(call):
                    place = Place(name, call.end_lineno or 0, call.end_col_offset or 0)
                    found[place] = f"{name}:{call.lineno} {function.name}"
    return found


def elsewhere() -> set[str]:
    """The files of the rooms that put a statement and are no store."""
    files = {path for room in ROOMS for path in (ROOT / room).rglob("*.py")} - set(stores())
    return {
        str(path.relative_to(ROOT))
        for path in files
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and _asks(call)
    }


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Outer functions first, so that the inner one gives its name."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _asks(call: ast.Call) -> bool:
    """Whether a call gives the database a statement."""
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr in OF_A_CONNECTION:
        return _is_connection(call.func.value)
    return call.func.attr in OF_A_PREPARED and bool(call.args) and _is_connection(call.args[0])


def _is_connection(node: ast.expr) -> bool:
    """`conn`, or `conn.execution_options(…)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "execution_options":
        node = node.func.value
    return isinstance(node, ast.Name) and node.id == "conn"


def hear(listening: bool) -> None:
    """Whether statements are noted from now on."""
    _state["listening"] = listening


@cache
def _place(code: CodeType, instruction: int) -> Place | None:
    """Where the call ends that a frame is at."""
    _, line, _, column = next(islice(code.co_positions(), instruction // 2, None))
    return None if line is None or column is None else Place(_FILES[code.co_filename], line, column)


def _note(kind: str) -> None:
    if not _state["listening"]:
        return
    frame: Any = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename in _FILES:
            place = _place(frame.f_code, frame.f_lasti)
            if place:
                heard[kind].add(place)
        frame = frame.f_back


def listen() -> None:
    """From now on, note every statement."""
    bound = Prepared._bound

    def spy(self: Prepared, conn: Connection, facts: list[dict[str, Any]]) -> tuple[str, list[Any]]:
        _note(conn.dialect.name)
        return bound(self, conn, facts)

    def executed(conn: Connection, *_more: object) -> None:
        _note(conn.dialect.name)

    Prepared._bound = spy  # type: ignore[method-assign]
    event.listen(Engine, "before_cursor_execute", executed)
