"""Write the reference pages of docs/ from the code: settings, errors, events, tasks, access.

    python -m scripts.docs

The words are those of the code (descriptions, docstrings, the message catalogue), so the pages cannot drift from it;
`tests/architecture/test_documentation.py` demands that they are up to date.
"""

import dataclasses
import importlib
import inspect
import json
import pkgutil
import sys
import tempfile
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from pydantic_core import to_jsonable_python

from foundation import errors
from foundation.catalogue import catalogue
from foundation.errors import LianzhenError, every_error
from foundation.events import Event
from lianzhen.commands import access
from lianzhen.settings import PREFIX, Settings, environment_names
from lianzhen.wiring import Opened, open_house

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = (
    "foundation",
    "registry",
    "pacs_gateway",
    "ecg",
    "reading_queue",
    "reports",
    "recognition",
    "web",
    "lianzhen",
)
FOOT = "\n*Written by `make docs` from the code; change the words there.*\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    titles = list(head)
    lines = [
        titles,
        ["---"] * len(titles),
        *([cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows),
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def sentence(thing: object) -> str:
    """The first paragraph of a docstring on one line."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def import_product() -> None:
    """Import every module of the product, so that every class in it is known."""
    for room in PRODUCT:
        for found in pkgutil.walk_packages(importlib.import_module(room).__path__, room + "."):
            if not found.name.endswith("__main__") and ".migrations" not in found.name:
                importlib.import_module(found.name)


# Settings


def default(value: object) -> str:
    """A default as one types it."""
    if value is None or value == "":
        return "–"
    typed = value if isinstance(value, str | Path) else json.dumps(to_jsonable_python(value), ensure_ascii=False)
    return f"`{typed}`"


def settings_page() -> str:
    """docs/settings.md."""
    parts = [
        "# Settings\n",
        "Every setting has a default that works on a laptop. Set one in the environment under its name. An unknown name"
        " that begins with `LIANZHEN_` is an error, so a typing mistake cannot pass unseen.\n",
    ]
    for section, names in groupby(environment_names(), key=lambda entry: entry[0].rpartition("__")[0]):
        name = section.removeprefix(PREFIX).lower()
        model = Settings.model_fields[name].annotation if name else Settings
        rows = ((f"`{name}`", default(value), meaning) for name, meaning, value in names)
        parts += [f"## {sentence(model).removesuffix('.')}\n", table(("Environment name", "Default", "Meaning"), rows)]
    return "\n".join(parts) + FOOT


# Errors


def family(error: type[LianzhenError]) -> str:
    """The class of foundation.errors that the edges know this error by."""
    return next(base.__name__ for base in error.__mro__ if base.__module__ == errors.__name__)


def errors_page() -> str:
    """docs/errors.md."""
    rows = [
        (f"`{error.code}`", family(error), words.get("zh", ""), words.get("en", ""))
        for error in sorted(every_error(), key=lambda error: error.code)
        for words in [catalogue().get(error.code, {})]
    ]
    return (
        "# Errors\n\nEvery refusal has a stable code. People see the sentence, Chinese first; systems read the code"
        " (`code` of an `application/problem+json` answer). The family decides the status at each edge.\n\n"
        + table(("Code", "Family", "中文", "English"), rows) + FOOT
    )  # fmt: skip


# Events and tasks


def events() -> list[type[Event]]:
    """Every event, ordered by room. A dataclass with slots is made twice; only the one that its module names counts."""
    named = [
        event for event in Event.__subclasses__() if getattr(sys.modules[event.__module__], event.__name__) is event
    ]
    return sorted(named, key=lambda event: (event.__module__, event.__name__))


def events_page(house: Opened) -> str:
    """docs/events.md."""
    listeners = house.floor.bus.subscriptions()
    rows = [
        (
            f"`{event.__name__}`",
            event.__module__.split(".")[0],
            sentence(event),
            ", ".join(f"`{field.name}`" for field in dataclasses.fields(event)),
            ", ".join(listeners.get(event.__name__, [])) or "–",
        )
        for event in events()
    ]
    return (
        "# Events\n\nNews that a room publishes inside the write that made it true. A *must* acts in the same write and"
        " can undo it; a *may* is a task whose fault blocks nothing.\n\n"
        + table(("Event", "Room", "What happened", "Fields", "Who listens"), rows)
        + FOOT
    )


def tasks_page(house: Opened) -> str:
    """docs/tasks.md."""
    rows = [
        (f"`{kind}`", handler.__module__.split(".")[0], sentence(handler))
        for kind, handler in sorted(house.floor.tasks.handlers.items())
    ]
    return (
        "# Tasks\n\nWork that is owed to later or to the outside: a row written in the same write as its cause. Every"
        " task may run twice. What ends as `failed` or `unsure` waits for a person.\n\n"
        + table(("Kind", "Room", "What it does"), rows)
        + FOOT
    )


def pages() -> dict[str, str]:
    """Every generated page by its file name, from a house opened on an empty folder."""
    import_product()
    with tempfile.TemporaryDirectory() as folder:
        house = open_house(Settings(data=Path(folder)))
        try:
            return {
                "settings.md": settings_page(),
                "errors.md": errors_page(),
                "events.md": events_page(house),
                "tasks.md": tasks_page(house),
                "access.md": access.page(),
            }
        finally:
            house.floor.close()


if __name__ == "__main__":
    for name, words in pages().items():
        (ROOT / "docs" / name).write_text(words, encoding="utf-8")
