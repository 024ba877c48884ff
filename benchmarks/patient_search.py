"""Finding a patient among 500,000 by pinyin, initials, hanzi and the telephone's tail.

The peer is the usual way: one column with the pinyin of the name and `LIKE '%…%'`, which reads the whole table.
Both answer the same questions in one run, from the same file of SQLite; ours then on PostgreSQL as well.
"""

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.both import SECOND, on_postgresql
from foundation.access import Actor
from foundation.clock import iso
from foundation.floor import open_floor
from foundation.ids import new_id
from foundation.settings import FoundationSettings
from foundation.vocabulary import Role
from lianzhen import schema
from registry import names
from registry.api import Registry, RegistrySettings

PATIENTS = 500_000
UNITS = 30
QUESTIONS = 400
PEER_QUESTIONS = 40
GOAL_MS = 100.0
SURNAMES = "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕单仇区解任华查盖"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂香建国志文玉梅红小芬晓东大力海燕春花永福金凤"

Row = tuple[Any, ...]


def people(count: int, random_: random.Random) -> Iterator[tuple[str, str, str, str, set[str]]]:
    """Id, unit, name, telephone and the keys of each; the keys of a name are made once."""
    known: dict[str, set[str]] = {}
    for number in range(count):
        name = random_.choice(SURNAMES) + "".join(random_.choices(GIVEN, k=random_.choice((1, 2, 2, 2))))
        keys = known.setdefault(name, names.keys(name, ""))
        phone = f"13{random_.randrange(10**9):09d}"
        yield new_id(), f"unit-{number % UNITS}", name, phone, keys | {f"p{number:07d}", names.tail(phone)}


def seed(path: Path, count: int) -> None:
    """Fill the migrated file the quick way: rows in the order of their index, second indexes made afterwards."""
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA synchronous=OFF")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    patients: list[Row] = []
    keys: list[Row] = []
    for number, (uid, unit, name, phone, found) in enumerate(people(count, random.Random(11))):
        patients.append((uid, unit, f"P{number:07d}", name, phone, iso(at + timedelta(seconds=number))))
        keys += [(unit, key, uid) for key in found]
    indexes = conn.execute(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name='registry_patient_key' AND sql LIKE 'CREATE INDEX%'"
    )
    later = indexes.fetchall()
    for name, _sql in later:
        conn.execute(f"DROP INDEX {name}")
    conn.executemany(
        "INSERT INTO registry_patient (id, issuer, patient_id, name, phone, created_at) VALUES (?,?,?,?,?,?)", patients
    )
    conn.executemany("INSERT INTO registry_patient_key (issuer, key, patient_uid) VALUES (?,?,?)", sorted(keys))
    for _name, sql in later:
        conn.execute(sql)
    conn.execute("CREATE TABLE peer (id TEXT PRIMARY KEY, name TEXT, pinyin TEXT)")
    conn.executemany("INSERT INTO peer VALUES (?,?,?)", ((row[0], row[3], _pinyin(row[3])) for row in patients))
    conn.execute("ANALYZE")
    conn.commit()
    conn.close()


def _pinyin(name: str) -> str:
    ascii_keys = [key for key in names.keys(name, "") if key.isascii()]
    return " ".join(sorted(ascii_keys, key=len, reverse=True))


def questions(count: int) -> list[str]:
    """What people type: from one letter to the whole name, in pinyin, initials and hanzi, and tails of numbers."""
    random_ = random.Random(12)
    asked = []
    for _uid, _unit, name, phone, keys in people(count, random_):
        spelled = max((key for key in keys if key.isascii() and key.isalpha()), key=len)
        initials = min((key for key in keys if key.isascii() and key.isalpha()), key=len)
        asked.append(
            random_.choice((spelled, spelled[: random_.randint(1, len(spelled))], initials, name, name[:2], phone[-4:]))
        )
    return asked


def p95_ms(asked: list[str], ask: Callable[[str], object]) -> float:
    """The 95th percentile of one answer's time."""
    taken = []
    for q in asked:
        started = time.perf_counter()
        ask(q)
        taken.append((time.perf_counter() - started) * 1000)
    return quantiles(taken, n=20)[-1]


def rows() -> list[dict[str, Any]]:
    """The county's reader, one township's technician, and the peer."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = FoundationSettings(data=Path(folder))
        schema.migrate(chosen.database_url)
        path, asked = Path(folder) / "lianzhen.sqlite3", questions(QUESTIONS)
        seed(path, PATIENTS)
        figures, peer = _figures(chosen, asked), _peer_ms(path, asked[:PEER_QUESTIONS])
        with on_postgresql(path) as address:
            second = _figures(chosen.model_copy(update={"database": address}), asked)
    found = [*figures.items()] + [(SECOND + name, ours) for name, ours in second.items()]
    return [_row(name, ours, peer) for name, ours in found]


def _figures(chosen: FoundationSettings, asked: list[str]) -> dict[str, float]:
    """The 95th percentile of each one's searches, on the database of these settings."""
    floor = open_floor(chosen)
    try:
        desk = Registry(floor, RegistrySettings())
        reader = Actor("reader", "医师", "lead", frozenset({Role.RADIOLOGIST}))
        technician = Actor("technician", "技师", "unit-7", frozenset({Role.TECHNICIAN}), serves=frozenset())
        assert desk.patients(reader, "wang"), "the seed is found"
        return {
            f"search of {who} among {PATIENTS:,} patients, P95": p95_ms(asked, partial(desk.patients, actor))
            for who, actor in (("the county's reader", reader), ("one township's technician", technician))
        }
    finally:
        floor.close()


def _peer_ms(path: Path, asked: list[str]) -> float:
    conn = sqlite3.connect(path)
    scan = "SELECT * FROM peer WHERE name LIKE ? OR pinyin LIKE ? ORDER BY id DESC LIMIT 50"
    try:
        return p95_ms(asked, lambda q: conn.execute(scan, (f"%{q}%", f"%{q}%")).fetchall())
    finally:
        conn.close()


def _row(figure: str, ours: float, peer: float) -> dict[str, Any]:
    return {
        "figure": figure, "unit": "ms", "ours": round(ours, 2), "peer": "LIKE '%…%' over a pinyin column, SQLite",
        "peer_value": round(peer, 1), "ratio": round(ours / peer, 3), "goal": f"≤ {GOAL_MS:g}", "met": ours <= GOAL_MS,
    }  # fmt: skip
