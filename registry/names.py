"""Search keys of a patient: hanzi, pinyin and initials of the name, the id, and the tails of numbers.

A key is compared byte by byte from its beginning, so every search is one range of an index. A surname with a reading
of its own (单 Shan, 曾 Zeng, 仇 Qiu …) is found under that reading and under the ordinary one.
"""

import re
import unicodedata
from itertools import islice, product

KEY_LIMIT = 64  # characters of a key; a longer name is found by its beginning
READINGS_LIMIT = 8  # combinations of readings kept for one name
TAIL = "#"  # begins the keys of numbers that are read from their end

SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "区": "ou", "解": "xie", "任": "ren", "华": "hua", "查": "zha",
    "盖": "ge", "缪": "miao", "朴": "piao", "乐": "yue", "覃": "qin", "纪": "ji", "翟": "zhai", "黑": "he",
    "员": "yun", "折": "she", "种": "chong", "秘": "bi", "宓": "mi", "冼": "xian", "逄": "pang",
    "召": "shao", "谌": "chen", "隗": "wei", "洗": "xian", "祭": "zhai", "牟": "mu", "那": "na",
    "能": "nai", "柏": "bai", "卜": "bu", "车": "che", "燕": "yan", "应": "ying", "曲": "qu", "葛": "ge",
    "过": "guo", "宁": "ning", "贾": "jia", "句": "gou", "撒": "sa", "郇": "xun", "尹": "yin", "繁": "po",
    "瞿": "qu", "訾": "zi", "笪": "da", "晟": "cheng", "长": "zhang", "行": "xing", "尧": "yao", "哈": "ha",
    "都": "du", "幺": "yao", "重": "chong", "臧": "zang", "佴": "nai", "阙": "que", "厍": "she",
    "茆": "mao", "令": "ling",
}  # fmt: skip
"""Single surnames whose reading as a surname is not, or not always, the ordinary one."""

COMPOUND = {
    "万俟": "mo qi", "尉迟": "yu chi", "单于": "chan yu", "长孙": "zhang sun", "澹台": "tan tai",
    "令狐": "ling hu", "欧阳": "ou yang", "司马": "si ma", "上官": "shang guan", "诸葛": "zhu ge",
    "夏侯": "xia hou", "东方": "dong fang", "皇甫": "huang fu", "公孙": "gong sun", "慕容": "mu rong",
    "司徒": "si tu", "司空": "si kong", "端木": "duan mu", "宇文": "yu wen", "轩辕": "xuan yuan",
    "申屠": "shen tu", "呼延": "hu yan", "钟离": "zhong li", "濮阳": "pu yang", "淳于": "chun yu",
    "太叔": "tai shu", "公冶": "gong ye", "宗政": "zong zheng", "赫连": "he lian", "独孤": "du gu",
    "南宫": "nan gong", "西门": "xi men", "百里": "bai li", "东郭": "dong guo", "闻人": "wen ren",
    "完颜": "wan yan",
}  # fmt: skip

GIVEN = {
    "乐": ("le", "yue"), "长": ("chang", "zhang"), "行": ("xing", "hang"), "茜": ("qian", "xi"),
    "晟": ("sheng", "cheng"), "重": ("chong", "zhong"), "朝": ("chao", "zhao"), "盛": ("sheng", "cheng"),
    "曾": ("zeng", "ceng"), "传": ("chuan", "zhuan"), "调": ("diao", "tiao"), "藏": ("cang", "zang"),
    "柏": ("bai", "bo"), "覃": ("tan", "qin"), "莎": ("sha", "suo"), "车": ("che", "ju"),
    "朴": ("pu", "piao"), "娜": ("na", "nuo"), "露": ("lu", "lou"), "奇": ("qi", "ji"),
    "颉": ("xie", "jie"), "炅": ("jiong", "gui"), "隽": ("juan", "jun"), "甯": ("ning",),
}  # fmt: skip
"""Readings that are both usual in given names."""

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_LEFT_OUT = re.compile(r"[\s^·•.\-'’,，=]+")


def flat(text: str) -> str:
    """How names, ids and questions are compared: width and capitals aside, no blanks, carets or dots; ü is v."""
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKC", text).casefold().replace("ü", "v"))


def words(name: str) -> list[str]:
    """The words of a name in Latin letters, as they are compared."""
    return [word for word in map(flat, re.split(r"[\s^,]+", name)) if word]


def is_chinese(name: str) -> bool:
    """Whether the name has a character that the default repertoire lacks and pinyin can spell."""
    return bool(_HAN.search(name))


def family_length(name: str) -> int:
    """Characters of the family name that a name in hanzi begins with: 王小芳 1, 欧阳修 2."""
    return 2 if name[:2] in COMPOUND and len(name) > 2 else 1


def plain(text: str) -> str:
    """The same as `flat`, as long as a key may be."""
    return flat(text)[:KEY_LIMIT]


def keys(name: str, patient_id: str, *numbers: str | None) -> set[str]:
    """Every key under which a patient is found; `numbers` (identification, telephone) are found by their tail."""
    found = {plain(patient_id)} | {tail(number) for number in numbers if number}
    for component in name.split("="):  # PS3.5 §6.2.1: alphabetic, ideographic and phonetic writing of one name
        found |= _han(plain(component)) if is_chinese(component) else _latin(component)
    return {key[:KEY_LIMIT] for key in found if key.strip(TAIL)}


def tail(number: str) -> str:
    """A number's key, from its end: the last digits typed are the beginning of the key."""
    return TAIL + "".join(letter for letter in plain(number) if letter.isalnum())[::-1]


def _latin(name: str) -> set[str]:
    parts = words(name)
    initials = "".join(word[0] for word in parts)
    return {"".join(parts), *parts[1:], *([initials] if len(parts) > 1 else [])}


def _han(name: str) -> set[str]:
    """The name, the given name, and pinyin with initials for every usual reading."""
    length = family_length(name)
    found = {name}
    if len(name) - length > 1:
        found.add(name[length:])
    for reading in islice(product(_surname(name[:length]), *map(_given, _syllables(name, length))), READINGS_LIMIT):
        flat = [syllable for part in reading for syllable in part]
        found |= {"".join(flat), "".join(syllable[0] for syllable in flat)}
    return found


def _syllables(name: str, start: int) -> list[tuple[str, str]]:
    """Each character after `start` with its ordinary reading in this name."""
    readings = _pinyin(name)
    return [(name[place], readings[place]) for place in range(start, len(name))]


def _surname(surname: str) -> list[tuple[str, ...]]:
    ordinary = tuple(_pinyin(surname))
    if surname in COMPOUND:
        return list(dict.fromkeys([tuple(COMPOUND[surname].split()), ordinary]))
    special = SURNAMES.get(surname) or ("lyu" if ordinary == ("lv",) else ordinary[0])  # 吕: LYU in passports
    return list(dict.fromkeys([(special,), ordinary]))


def _given(pair: tuple[str, str]) -> list[tuple[str, ...]]:
    character, ordinary = pair
    return [(reading,) for reading in dict.fromkeys((ordinary, *GIVEN.get(character, ())))]


def _pinyin(text: str) -> list[str]:
    """One syllable for each character; what is no hanzi stays as it is."""
    from pypinyin import Style, lazy_pinyin

    return [
        plain(syllable) or character
        for character, syllable in zip(text, lazy_pinyin(list(text), style=Style.NORMAL, v_to_u=False), strict=True)
    ]
