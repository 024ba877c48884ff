"""Which function of which store put a statement to which kind of database, while the tests ran.

Only this process is heard: what a product of its own process does is not counted, for either database.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from foundation.dialect import Prepared

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("registry", "pacs_gateway", "reading_queue", "reports", "recognition", "web")
MORE = ("foundation/tasks.py", "foundation/audit.py")
heard: dict[str, set[tuple[str, str]]] = {"sqlite": set(), "postgresql": set()}
"""Kind of database to (file, function)."""
_state = {"listening": False}


def stores() -> list[Path]:
    """Every file that puts statements to the database."""
    files = [path for room in ROOMS for path in [*(ROOT / room).glob("store/**/*.py"), ROOT / room / "store.py"]]
    return [path for path in [*files, *(ROOT / name for name in MORE)] if path.is_file()]


_FILES = {str(path): str(path.relative_to(ROOT)) for path in stores()}


def functions() -> Iterator[tuple[str, str]]:
    """Every public function of a store that is given a connection."""
    for path in stores():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                names = [argument.arg for argument in node.args.args]
                if names[:1] == ["conn"]:
                    yield str(path.relative_to(ROOT)), node.name


def hear(listening: bool) -> None:
    """Whether statements are noted from now on."""
    _state["listening"] = listening


def _note(kind: str) -> None:
    if not _state["listening"]:
        return
    frame: Any = sys._getframe(2)
    while frame is not None:
        file = _FILES.get(frame.f_code.co_filename)
        if file is not None:
            heard[kind].add((file, frame.f_code.co_qualname))
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
