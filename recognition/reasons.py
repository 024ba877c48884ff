"""The cases in which an examination may be repeated: data, national or the province's. Plain Python."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_SHIPPED = Path(__file__).with_name("reasons.toml")


@dataclass(frozen=True, slots=True)
class Reason:
    """One case; `note` asks for words, `told` for the patient's having been told."""

    code: str
    zh: str
    en: str
    source: str
    note: bool = False
    told: bool = True
    lists: tuple[str, ...] = ()


@cache
def every_reason(file: Path | None = None) -> Mapping[str, Reason]:
    """Every case of the file (the shipped one when none is given), by code. Raises OSError, ValueError, TypeError."""
    rows = tomllib.loads((file or _SHIPPED).read_text(encoding="utf-8"))
    return {code: Reason(code=code, **{**row, "lists": tuple(row.get("lists", ()))}) for code, row in rows.items()}


def listed(name: str, file: Path | None = None) -> list[Reason]:
    """The cases of one list, in the file's order."""
    return [one for one in every_reason(file).values() if name in one.lists]
