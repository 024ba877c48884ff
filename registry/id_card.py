"""The citizen identification number, GB 11643-1999: six digits of place, birth date, order, check character."""

import re
from dataclasses import dataclass
from datetime import date

from foundation.vocabulary import Sex

_FORM = re.compile(r"[1-9]\d{16}[\dX]")
_WEIGHTS = tuple(2 ** (17 - index) % 11 for index in range(17))  # ISO 7064 MOD 11-2
_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class Citizen:
    """What a valid number says about its holder."""

    number: str
    birth_date: date
    sex: Sex


def first_generation(number: str) -> bool:
    """Whether this has the form of the old number: fifteen digits, void since 2013."""
    number = number.strip()
    return len(number) == 15 and number.isascii() and number.isdigit()


def check_character(first_seventeen: str) -> str:
    """The eighteenth character (ISO 7064:1983 MOD 11-2)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first_seventeen, _WEIGHTS, strict=True)) % 11]


def read(number: str, today: date) -> Citizen | None:
    """The holder's birth date and sex; None when form, date or check character is wrong."""
    number = number.strip().upper()
    if not _FORM.fullmatch(number) or not number.isascii() or check_character(number[:17]) != number[17]:
        return None
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    if not date(1850, 1, 1) <= born <= today:
        return None
    return Citizen(number, born, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def number_of(place: str, born: date, order: int) -> str:
    """A number with its check character, for demonstrations and tests; `order` is odd for a man."""
    first = f"{place}{born:%Y%m%d}{order:03d}"
    return first + check_character(first)
