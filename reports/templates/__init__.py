"""Texts to begin with: data in TOML files, one file for each modality group, plain text without markup.

A place that the doctor must fill in stands in 〔tortoise shell brackets〕; a report with one left is not submitted, so
no template ever decides a side or a level by itself.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

from reports.model import Template

FOLDER = Path(__file__).parent
_BLANK = re.compile(r"〔[^〔〕0-9]{1,24}〕")


@cache
def templates() -> tuple[Template, ...]:
    """Every template, in the order of the files. Raises ValueError when two have one id."""
    found: dict[str, Template] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        for row in document["template"]:
            if row["id"] in found:
                raise ValueError(f"template {row['id']} stands twice")
            found[row["id"]] = Template(
                id=row["id"],
                name=row["name"],
                modalities=tuple(row.get("modalities", document["modalities"])),
                body_parts=tuple(row["body_parts"]),
                findings=row["findings"].strip(),
                impression=row["impression"].strip(),
                positive=row["positive"],
                recommendation=row.get("recommendation", "").strip(),
            )
    return tuple(found.values())


def fitting(modality: str, body_part: str) -> list[Template]:
    """The templates for a modality; those of the body part first, then the others. Empty text fits everything."""
    usable = [one for one in templates() if not modality or modality in one.modalities]
    if not body_part:
        return usable
    return sorted(usable, key=lambda one: body_part not in one.body_parts)


def blanks(text: str) -> list[str]:
    """The places of a text that are still to be filled in."""
    return _BLANK.findall(text)
