"""The structured log: one JSON object a line, and no patient data.

A fact may be logged only under a name of `LOGGABLE`; anything else is a fault of ours and raises in every test.
"""

import logging
import sys
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

import orjson

LOGGABLE = frozenset(
    {
        "address", "aet", "attempts", "bytes", "code", "count", "event", "fault", "instance", "kind", "method", "path",
        "pid", "port", "route", "seconds", "state", "status", "study", "task", "token", "unit", "user", "version",
        "workitem", "report", "where", "folder",
    }
)  # fmt: skip

Fact = str | int | float | bool | None


class Log:
    """A room's log."""

    def __init__(self, room: str) -> None:
        self._logger = logging.getLogger(f"lianzhen.{room}")

    def info(self, event: str, **facts: Fact) -> None:
        """Something worth knowing happened."""
        self._say(logging.INFO, event, facts)

    def warn(self, event: str, **facts: Fact) -> None:
        """Something that somebody should look at."""
        self._say(logging.WARNING, event, facts)

    def fault(self, event: str, fault: BaseException, **facts: Fact) -> None:
        """A fault of ours: its type and the places it passed, never its words, which may name a patient."""
        frames = traceback.extract_tb(fault.__traceback__)[-6:]
        where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
        self._say(logging.ERROR, event, {**facts, "fault": type(fault).__name__, "where": where})

    def _say(self, level: int, event: str, facts: dict[str, Fact]) -> None:
        unknown = facts.keys() - LOGGABLE
        if unknown:
            raise ValueError(f"not loggable: {sorted(unknown)}")
        self._logger.log(level, event, extra={"facts": facts})


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = getattr(record, "facts", None)
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            # another library's words may quote a file: only its kind of message is kept
            "event": record.msg if facts is not None else f"library:{record.levelname.lower()}",
            **(facts or {}),
        }
        return orjson.dumps(line).decode()


def configure(folder: Path | None, level: int = logging.INFO) -> None:
    """Write the log to `folder`/lianzhen.log (rotating), or to standard error when there is no folder."""
    handler: logging.Handler
    if folder is None:
        handler = logging.StreamHandler(sys.stderr)
    else:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / "lianzhen.log", maxBytes=20_000_000, backupCount=10, encoding="utf-8")
    handler.setFormatter(_Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("lianzhen").setLevel(level)
    for library in ("pynetdicom", "pydicom"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
