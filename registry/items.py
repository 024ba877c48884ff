"""The catalogue of items in versions by effective date, and reading it from a CSV file. Plain Python.

A version holds from its first day to its last; no code has two versions on one day. An open version ends by itself
on the day before a newer one begins; nothing else of a version ever changes.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from registry.sheet import ImportFault, opened

ROWS_LIMIT = 20_000
FAULTS_LIMIT = 500
PRICE_LIMIT = Decimal(1_000_000)  # yuan
MODALITIES = frozenset(
    {"BMD", "CR", "CT", "DX", "ECG", "ES", "IO", "LAB", "MG", "MR", "NM", "PT", "PX", "RF", "US", "XA"}
)


class MarkLevel(StrEnum):
    """How far a result of this item is recognised when its quality control holds."""

    NATION = "nation"  # 全国HR
    PROVINCE = "province"  # 省HR
    CITY = "city"  # 市HR
    COUNTY = "county"  # by agreement within the county


@dataclass(frozen=True, slots=True)
class Item:
    """One version of something that can be ordered.

    `body_part` is Body Part Examined (0018,0015), PS3.16 Annex L; `price` is in fen; `mark` is printed as it stands;
    items of one `group` answer the same question and may stand for each other.
    """

    id: str
    code: str
    name: str
    name_en: str
    modality: str
    body_part: str
    effective_from: date
    effective_until: date | None = None
    price: int | None = None
    mark_level: MarkLevel | None = None
    mark: str = ""
    validity_days: int | None = None
    group: str = ""
    source: str = ""

    def holds(self, on: date) -> bool:
        """Whether this version is in force on a day."""
        return self.effective_from <= on and (self.effective_until is None or on <= self.effective_until)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What importing a file would do."""

    added: tuple[Item, ...] = ()
    ended: tuple[tuple[Item, date], ...] = ()
    unchanged: int = 0
    faults: tuple[ImportFault, ...] = ()


_HEADINGS = {
    "code": ("编码", "项目编码"), "name": ("名称", "项目名称"), "name_en": ("英文名", "英文名称"),
    "modality": ("类别", "设备类别"), "body_part": ("部位", "检查部位"), "price": ("价格", "价格(元)"),
    "mark_level": ("互认级别",), "mark": ("互认标识",), "validity_days": ("有效天数", "有效期(天)"),
    "group": ("等效组",), "effective_from": ("生效日期",), "effective_until": ("失效日期",), "source": ("来源", "依据"),
}  # fmt: skip
COLUMNS = tuple((name, words[0]) for name, words in _HEADINGS.items())
"""The columns of the file with their Chinese headings, in the order of the template."""

_BY_HEADING = {heading: name for name, words in _HEADINGS.items() for heading in (name, *words)}
_NEEDED = ("code", "name", "modality", "effective_from")
_LEVELS = {
    "全国": MarkLevel.NATION, "国家": MarkLevel.NATION, "省": MarkLevel.PROVINCE, "市": MarkLevel.CITY,
    "县": MarkLevel.COUNTY, **{level.value: level for level in MarkLevel},
}  # fmt: skip
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_PART = re.compile(r"[A-Z0-9_ ]{1,16}")
_DAY = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})")


class _Bad(Exception):
    """A cell breaks a rule."""


def read_csv(data: bytes) -> tuple[list[tuple[int, Item]], list[ImportFault]]:
    """The versions in a file with their lines, and every fault. UTF-8 with or without BOM, GBK and GB18030 are read."""
    sheet = opened(data)
    if isinstance(sheet, ImportFault):
        return [], [sheet]
    heading, rows = sheet
    names, faults = _columns([cell.strip().replace("（", "(").replace("）", ")") for cell in heading])
    if faults:
        return [], faults
    items: list[tuple[int, Item]] = []
    for row, cells in rows:
        item, wrong = _item(row, dict(zip(names, cells, strict=False)), cells[len(names) :])
        faults += wrong
        if item:
            items.append((row, item))
        if len(items) > ROWS_LIMIT or len(faults) > FAULTS_LIMIT:
            return items, [*faults[:FAULTS_LIMIT], ImportFault(row, "", "too-many")]
    if not items and not faults:
        faults.append(ImportFault(0, "", "empty-file"))
    return items, faults


def _columns(heading: list[str]) -> tuple[list[str], list[ImportFault]]:
    while heading and not heading[-1]:
        heading.pop()
    names = [_BY_HEADING.get(cell, "") for cell in heading]
    faults = [
        ImportFault(1, cell[:32], "unknown-column" if not name else "double-column")
        for place, (cell, name) in enumerate(zip(heading, names, strict=True))
        if not name or name in names[:place]
    ]
    faults += [ImportFault(1, dict(COLUMNS)[name], "missing-column") for name in _NEEDED if name not in names]
    return names, faults


def _item(row: int, cells: dict[str, str], more: list[str]) -> tuple[Item | None, list[ImportFault]]:
    """The version in one line, or what is wrong with each of its cells."""
    values: dict[str, object] = {}
    faults = [ImportFault(row, "", "too-many-cells", more[0][:32])] if any(more) else []
    for name, rule in _RULES.items():
        cell = cells.get(name, "")
        try:
            values[name] = rule(cell)
        except _Bad as why:
            faults.append(ImportFault(row, dict(COLUMNS)[name], str(why), cell[:32]))
    if not faults:
        faults += _together(row, values)
    return (None if faults else Item(id="", **values)), faults  # type: ignore[arg-type]


def _together(row: int, values: dict[str, object]) -> list[ImportFault]:
    """What no cell says alone."""
    begins, ends = values["effective_from"], values["effective_until"]
    if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
        return [ImportFault(row, dict(COLUMNS)["effective_until"], "ends-before", ends.isoformat())]
    if bool(values["mark"]) != bool(values["mark_level"]):
        return [ImportFault(row, dict(COLUMNS)["mark" if values["mark_level"] else "mark_level"], "mark-and-level")]
    return []


def _text(limit: int, *, needed: bool = False) -> Callable[[str], str]:
    def rule(cell: str) -> str:
        if needed and not cell:
            raise _Bad("needed")
        if len(cell) > limit or not cell.isprintable():
            raise _Bad("text")
        return cell

    return rule


def _code(cell: str) -> str:
    if not _CODE.fullmatch(cell):
        raise _Bad("code" if cell else "needed")
    return cell.upper()


def _modality(cell: str) -> str:
    if cell.upper() not in MODALITIES:
        raise _Bad("modality" if cell else "needed")
    return cell.upper()


def _part(cell: str) -> str:
    if cell and not _PART.fullmatch(cell):
        raise _Bad("part")
    return cell


def _price(cell: str) -> int | None:
    if not cell:
        return None
    try:
        yuan = Decimal(cell)
    except InvalidOperation as fault:
        raise _Bad("number") from fault
    if not yuan.is_finite() or not 0 <= yuan <= PRICE_LIMIT or yuan != yuan.quantize(Decimal("0.01")):
        raise _Bad("price")
    return int(yuan * 100)


def _days(cell: str) -> int | None:
    if not cell:
        return None
    if not (cell.isascii() and cell.isdigit()):
        raise _Bad("number")
    if not 1 <= int(cell) <= 3650:
        raise _Bad("days")
    return int(cell)


def _level(cell: str) -> MarkLevel | None:
    if cell and cell not in _LEVELS:
        raise _Bad("level")
    return _LEVELS.get(cell)


def _day(cell: str) -> date | None:
    if not cell:
        return None
    parts = _DAY.fullmatch(cell)
    try:
        found = date(int(parts[1]), int(parts[3]), int(parts[4])) if parts else None
    except ValueError:
        found = None
    if found is None or not 1990 <= found.year <= 2199:
        raise _Bad("date")
    return found


def _first_day(cell: str) -> date:
    found = _day(cell)
    if found is None:
        raise _Bad("needed")
    return found


_RULES: dict[str, Callable[[str], object]] = {
    "code": _code, "name": _text(64, needed=True), "name_en": _text(64), "modality": _modality, "body_part": _part,
    "price": _price, "mark_level": _level, "mark": _text(16), "validity_days": _days, "group": _text(32),
    "effective_from": _first_day, "effective_until": _day, "source": _text(255),
}  # fmt: skip


def plan(rows: list[tuple[int, Item]], known: Iterable[Item], new_id: Callable[[], str]) -> ImportPlan:
    """What adding these versions to the known ones does, and every clash of days."""
    by_code: dict[str, list[tuple[int, Item]]] = defaultdict(list)
    had = {(item.code, item.effective_from): item for item in known}
    for item in had.values():
        by_code[item.code].append((0, item))
    unchanged = 0
    touched = set[str]()
    for row, item in rows:
        before = had.get((item.code, item.effective_from))
        if before and _same(before, item):
            unchanged += 1
        else:
            touched.add(item.code)
            by_code[item.code].append((row, replace(item, id=new_id())))
    added: list[Item] = []
    ended: list[tuple[Item, date]] = []
    faults: list[ImportFault] = []
    for code in touched:
        line = sorted(by_code[code], key=lambda pair: (pair[1].effective_from, pair[0]))
        settled, cut, wrong = _settled(line)
        faults += wrong
        added += [item for row, item in settled if row]
        ended += cut
    faults.sort(key=lambda fault: fault.row)
    return ImportPlan(tuple(added), tuple(ended), unchanged, tuple(faults))


def _settled(
    line: list[tuple[int, Item]],
) -> tuple[list[tuple[int, Item]], list[tuple[Item, date]], list[ImportFault]]:
    """One code's versions in order of their first days: open ones ended, clashes told."""
    settled: list[tuple[int, Item]] = []
    ended: list[tuple[Item, date]] = []
    faults: list[ImportFault] = []
    for place, (row, item) in enumerate(line):
        following = line[place + 1] if place + 1 < len(line) else None
        if following is None or (item.effective_until and item.effective_until < following[1].effective_from):
            settled.append((row, item))
            continue
        later, next_ = following
        if item.effective_from < next_.effective_from and item.effective_until is None and later:
            until = next_.effective_from - timedelta(days=1)
            settled.append((row, replace(item, effective_until=until) if row else item))
            if not row:
                ended.append((item, until))
            continue
        settled.append((row, item))
        if row or later:
            same = item.effective_from == next_.effective_from
            column = dict(COLUMNS)["effective_from"]
            faults.append(ImportFault(later or row, column, "same-day" if same else "overlap", item.code))
    return settled, ended, faults


def _same(known: Item, item: Item) -> bool:
    """Whether a line repeats a known version; one that was ended since then counts as repeated when it was open."""
    until = known.effective_until if item.effective_until is None else item.effective_until
    return replace(item, id=known.id, effective_until=until) == known
