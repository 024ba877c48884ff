"""The same rows on the second database: a bench seeds a file of SQLite and moves it, as a county would."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lianzhen.moving import move
from scripts.services import Postgresql

SECOND = "PostgreSQL: "
"""Before the name of each figure that was measured there."""


@contextmanager
def on_postgresql(file: Path) -> Iterator[str]:
    """The address of a private PostgreSQL with its own settings that holds what the file of SQLite holds."""
    with tempfile.TemporaryDirectory(prefix="lianzhen-bench-") as folder:
        server = Postgresql(Path(folder) / "postgresql")
        server.start()
        try:
            address = server.create("bench")
            move(f"sqlite:///{file}", address, lambda _words: None)
            yield address
        finally:
            server.stop()
