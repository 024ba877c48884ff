"""Chinese person names as devices write them: split, spelled in pinyin, and compared.

A device that cannot show Chinese sends what it was given: `WANG^XIAOFANG` for 王小芳. Two spellings agree when one is
a possible reading of the other; nothing is guessed beyond that.
Standards: PS3.5 §6.2.1 (person names, component groups), Annex J (Chinese), ISO 7098 (pinyin).
"""

from functools import lru_cache

from registry.names import COMPOUND, SURNAMES, family_length, flat, is_chinese, words

_READING_LIMIT = 64  # letters of a name that is compared


def split(name: str) -> tuple[str, str]:
    """Family name and given name: 王小芳 → 王, 小芳; 欧阳修 → 欧阳, 修. A name with a dot or blanks stays whole."""
    name = name.strip()
    if not is_chinese(name) or not 2 <= len(name) <= 5 or any(mark in name for mark in "·• ^."):
        return name, ""
    cut = family_length(name)
    return name[:cut], name[cut:]


@lru_cache(maxsize=4096)
def spelled(name: str) -> str:
    """The name in ASCII for a device without Chinese: 单小芳 → `Shan^XiaoFang`; other scripts keep their ASCII."""
    family, given = split(name)
    if not is_chinese(name):
        return "^".join(part for part in name.replace("^", " ").split() if part.isascii())[:64]
    read = COMPOUND.get(family, SURNAMES.get(family, "")).replace(" ", "") or "".join(_commonest(family))
    parts = [read.capitalize(), "".join(one.capitalize() for one in _commonest(given))]
    return "^".join(part for part in parts if part)[:64]


def person_name(name: str, *, ideographic: bool) -> str:
    """The value of a PN: `Wang^XiaoFang=王^小芳`, or its first group alone."""
    if not ideographic:
        return spelled(name)
    if not is_chinese(name):
        return "^".join(name.replace("^", " ").split())[:64]
    return f"{spelled(name)}={'^'.join(part for part in split(name) if part)}"


def agrees(registered: str, header: str) -> bool:
    """Whether a header's PN can be this person's: one of its groups is the name, or a reading of it in Latin letters.

    An empty header names nobody and agrees with nobody.
    """
    mine = flat(registered)
    for group in header.split("="):
        theirs = flat(group)
        if theirs and (theirs == mine or (theirs.isascii() and _reads(registered, group))):
            return True
    return False


def _commonest(text: str) -> list[str]:
    from pypinyin import Style, pinyin

    return [one[0] for one in pinyin(text, style=Style.NORMAL) if one[0].isascii()]


def _reads(registered: str, group: str) -> bool:
    """Whether the letters can be cut into readings of the characters, the family name first or last."""
    if not is_chinese(registered):
        return sorted(words(registered)) == sorted(words(group))
    letters = flat(group)[:_READING_LIMIT]
    family, given = split("".join(letter for letter in registered if is_chinese(letter)))
    return _spells(letters, family, given) or _spells(letters, given, family)


def _spells(letters: str, *parts: str) -> bool:
    """Whether `letters` is one reading of each character in turn."""
    ends = {0}
    for part in parts:
        for character, readings in zip(part, _readings(part), strict=False):
            known = {SURNAMES[character]} if character in SURNAMES else set()
            forms = {form for one in readings | known for form in (one, one.replace("v", "u"), one.replace("v", "yu"))}
            ends = {end + len(form) for end in ends for form in forms if letters.startswith(form, end)}
        if part in COMPOUND and part in SURNAMES and letters.startswith(SURNAMES[part]):
            ends |= {len(SURNAMES[part])}
    return len(letters) in ends


@lru_cache(maxsize=4096)
def _readings(text: str) -> list[set[str]]:
    from pypinyin import Style, pinyin

    return [set(one) for one in pinyin(text, style=Style.NORMAL, heteronym=True)] if text else []
