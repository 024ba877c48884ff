"""The unified social credit code, GB 32100-2015: two characters of kind, six of place, nine of body, one check."""

import re

_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z (§4)
_FORM = re.compile(rf"[{_LETTERS}]{{2}}\d{{6}}[{_LETTERS}]{{10}}", re.ASCII)
_WEIGHTS = tuple(pow(3, index, 31) for index in range(17))


def check_character(first_seventeen: str) -> str:
    """The eighteenth character (§5.5, MOD 31)."""
    total = sum(_LETTERS.index(letter) * weight for letter, weight in zip(first_seventeen, _WEIGHTS, strict=True))
    return _LETTERS[-total % 31]


def read(number: str) -> str | None:
    """The number in capitals without blanks; None when form or check character is wrong."""
    number = "".join(number.split()).upper()
    if not _FORM.fullmatch(number) or check_character(number[:17]) != number[17]:
        return None
    return number
