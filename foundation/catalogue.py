"""The one catalogue of messages: a code in, a sentence in Chinese or English out.

The words lie in `foundation/messages/<room>.toml`, one table for each code with `zh` and `en`. A message names the
thing, the rule and the next step, in words that a doctor in a township hospital can read.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from foundation.errors import LianzhenError

Language = Literal["zh", "en"]
FOLDER = Path(__file__).parent / "messages"


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every message by code. Raises ValueError when two files claim one code."""
    messages: dict[str, dict[str, str]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for code, words in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if code in messages:
                raise ValueError(f"message {code} stands in {path.name} and in another file")
            messages[code] = words
    return messages


class _Facts(dict[str, str | int | float]):
    def __missing__(self, key: str) -> str:
        return "…"


def say(code: str, language: Language = "zh", /, **facts: str | int | float) -> str:
    """The sentence for `code`; an unknown code is a fault of ours and raises KeyError."""
    return catalogue()[code][language].format_map(_Facts(facts))


def message(error: LianzhenError, language: Language = "zh") -> str:
    """The sentence for an error with its facts filled in; in English, `what_en` is the words for `{what}`."""
    facts = dict(error.facts)
    if language == "en":
        facts |= {name.removesuffix("_en"): value for name, value in error.facts.items() if name.endswith("_en")}
    return say(error.code, language, **facts)
