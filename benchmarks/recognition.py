"""What counts for an order among 1,000,000 results, and a quarter's sums over 1,000,000 rows of the ledger.

The peers are the usual ways: the results of a person looked for without an index of their own, and sums made by reading
the rows. Both answer the same questions in one run, from the same file of SQLite;
ours then on PostgreSQL as well.
"""

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.both import SECOND, on_postgresql
from foundation.access import PRODUCT, Actor
from foundation.clock import iso
from foundation.database import Connection
from foundation.ids import new_id
from foundation.vocabulary import Role
from lianzhen import schema
from lianzhen.demo_patients import CATALOGUE
from lianzhen.settings import Settings
from lianzhen.wiring import open_house
from recognition.api import NewQuality, QualityKind, Recognition
from registry.api import NewDevice, NewOrder, NewPatient, Registry, UnitKind
from registry.linking import Basis, Link
from registry.store import links

RESULTS = 1_000_000
PERSONS = 250_000
ROWS = 1_000_000
UNITS = 30
ORDERS = 300
PEER_ORDERS = 10
ROUNDS = 5
GOAL_MS, GOAL_S = 50.0, 2.0
ITEMS = ("DR-CHEST-PA", "DR-CHEST-PA-LAT", "DR-LSPINE-AP-LAT", "DR-KNEE-AP-LAT")
QUARTER = ("2026-07", "2026-08", "2026-09")
SURNAMES, GIVEN = "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗", "伟芳娜秀英敏静丽强磊军洋勇艳杰"

Row = tuple[Any, ...]


def people() -> Iterator[tuple[str, str, str, str, str]]:
    """Id, unit, name, birth date and number of each; a name and a day are had by many."""
    chance = random.Random(3)
    for number in range(PERSONS):
        name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2))
        born = date(1940, 1, 1) + timedelta(days=chance.randrange(25_000))
        yield f"person-{number}", f"unit-{number % UNITS}", name, born.isoformat(), f"P{number:07d}"


def results(devices: dict[str, str], today: date) -> Iterator[Row]:
    """Four results of everybody, within the last two years."""
    chance = random.Random(4)
    now = iso(datetime.now(UTC))
    units = list(devices)
    for number in range(RESULTS):
        unit = units[number % len(units)]
        day = today - timedelta(days=chance.randrange(730))
        yield (
            f"report-{number}", 2, "final", f"person-{number % PERSONS}", f"2.25.{number}", unit,
            chance.choice(ITEMS), "胸部正位", "DX", day.isoformat(), f'["{devices[unit]}"]', "云溪HR", "county", "",
            now,
        )  # fmt: skip


def acts(units: list[str]) -> Iterator[Row]:
    """A quarter in which every unit's doctors had much to decide."""
    chance = random.Random(5)
    kinds = ("offered", "opened", "recognised", "repeated")
    for number in range(ROWS):
        act, month = kinds[number % 4], QUARTER[number % 3]
        unit = chance.choice(units)
        yield (
            f"row-{number}", f"{month}-05T03:00:00.000Z", month, act, unit, "o", f"N{number}", f"f{number}",
            chance.choice(units) if act == "recognised" else "", chance.choice(ITEMS), "v",
            "" if act == "offered" else f"{unit[-6:]}-{chance.randrange(12)}", "某", "r", 2,
            chance.choice(("emergency", "fast-course", "other")) if act == "repeated" else "", "",
            int(act == "repeated"), 5500 if act == "recognised" else 0,
        )  # fmt: skip


def fill(conn: sqlite3.Connection, table: str, rows: Iterator[Row]) -> None:
    """Fill a table the quick way: its second indexes are made afterwards."""
    columns = [row[1] for row in conn.execute(f"PRAGMA table_info({table})") if row[1] != "seq"]
    query = "SELECT name, sql FROM sqlite_master WHERE tbl_name=? AND type='index' AND sql IS NOT NULL"
    later = conn.execute(query, (table,)).fetchall()
    for name, _sql in later:
        conn.execute(f"DROP INDEX {name}")
    conn.executemany(f"INSERT INTO {table} ({','.join(columns)}) VALUES ({','.join('?' * len(columns))})", rows)
    for _name, sql in later:
        conn.execute(sql)
    conn.commit()


def seed(path: Path, devices: dict[str, str], today: date) -> None:
    """Persons with the keys of their names, results, the ledger."""
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA synchronous=OFF")
    at = iso(datetime(2026, 1, 1, tzinfo=UTC))
    known = list(people())
    conn.executemany(
        "INSERT INTO registry_patient (id, issuer, patient_id, name, birth_date, created_at) VALUES (?,?,?,?,?,?)",
        ((uid, unit, number, name, born, at) for uid, unit, name, born, number in known),
    )
    conn.executemany(
        "INSERT INTO registry_patient_key (issuer, key, patient_uid) VALUES (?,?,?)",
        sorted((unit, name, uid) for uid, unit, name, _, _ in known),
    )
    fill(conn, "recognition_result", results(devices, today))
    fill(conn, "recognition_ledger", acts(list(devices)))
    conn.execute("ANALYZE")
    conn.commit()
    conn.close()


def county(registry: Registry, recognition: Recognition) -> dict[str, str]:
    """Units, each with a device whose quality control holds: unit id to device id."""
    lead = registry.add_unit(PRODUCT, "云溪县人民医院", UnitKind.LEAD, "YX")
    made = {}
    registry.import_items(PRODUCT, CATALOGUE.read_bytes())
    today = recognition.today()
    for number in range(UNITS):
        unit = registry.add_unit(PRODUCT, f"{number} 镇卫生院", UnitKind.TOWNSHIP, f"U{number}", lead.id)
        device = registry.admit_device(PRODUCT, NewDevice(f"DR{number}", unit.id, "DR", "DX"))
        since = today - timedelta(days=740)
        known = NewQuality(device.id, QualityKind.INTERNAL, "2026", since, today + timedelta(days=99))
        recognition.enter_quality(PRODUCT, known)
        made[unit.id] = device.id
    return made


def times(acts: list[Callable[[], object]]) -> list[float]:
    """How long each takes, in seconds."""
    taken = []
    for act in acts:
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return taken


def p95_ms(acts: list[Callable[[], object]]) -> float:
    """The 95th percentile, in milliseconds."""
    return quantiles(times(acts), n=20)[-1] * 1000


def rows() -> list[dict[str, Any]]:
    """Orders placed and shown, the quarter summed; the peers; then ours on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = Settings.model_validate({"data": Path(folder)})
        schema.migrate(chosen.floor.database_url)
        path = Path(folder) / "lianzhen.sqlite3"
        opened = open_house(chosen)
        try:
            devices = county(opened.house.registry, opened.house.recognition)
            seed(path, devices, opened.house.recognition.today())
        finally:
            opened.floor.close()
        unit = next(iter(devices))
        with on_postgresql(path) as address:
            first, peer = _figures(chosen, unit), _peers(path)
            second = _figures(chosen.model_copy(update={"database": address}), unit)
    return [*_rows("", first, peer), *_rows(SECOND, second, peer)]


def _figures(chosen: Settings, unit: str) -> tuple[float, float, float]:
    """Candidates and orders in ms (P95), the sums in s, on the database of these settings."""
    opened = open_house(chosen)
    registry, recognition = opened.house.registry, opened.house.recognition
    orders: list[str] = []

    def place(patient: str) -> None:
        orders.append(registry.create_order(PRODUCT, NewOrder(patient, ITEMS[0])).id)

    try:
        placed = []
        for number in range(ORDERS):
            own = registry.register_patient(PRODUCT, NewPatient(unit, "王伟芳", f"N{number}"))
            opened.floor.db.write(partial(_link, own=own.id, other=f"person-{number * 7}"))
            placed.append(own.id)
        ordering = p95_ms([partial(place, one) for one in placed])
        doctor = Actor("doctor", "医师", unit, frozenset({Role.CLINICIAN}), serves=frozenset())
        shown = p95_ms([partial(recognition.laid, doctor, one) for one in orders])
        assert any(recognition.laid(doctor, one).candidates for one in orders), "the seed is found"
        officer = Actor("officer", "质控", unit, frozenset({Role.QUALITY_OFFICER}), serves=None)
        sums = median(times([partial(recognition.sums, officer, "2026-Q3")] * ROUNDS))
        total = recognition.sums(officer, "2026-Q3").total
        assert total.offered + total.opened + total.recognised + total.repeated == ROWS
        return shown, ordering, sums
    finally:
        opened.floor.close()


def _link(conn: Connection, own: str, other: str) -> None:
    """Say that two registrations are one person, as the registry keeps it."""
    one, two = sorted((own, other))
    links.insert_link(conn, Link(new_id(), one, two, Basis.PERSON, "p", "p", datetime(2026, 1, 1, tzinfo=UTC), ""))


def _peers(path: Path) -> tuple[float, float]:
    """The person's results by a scan, P95 in ms; the sums by reading every row, in s."""
    conn = sqlite3.connect(path)
    conn.row_factory = sqlite3.Row
    scan = "SELECT * FROM recognition_result NOT INDEXED WHERE patient_uid = ? ORDER BY examined_on DESC LIMIT 50"

    def ask(number: int) -> object:
        return conn.execute(scan, (f"person-{number}",)).fetchall()

    def add_up() -> None:
        sums: dict[tuple[str, ...], list[int]] = {}
        marks = ",".join("?" * len(QUARTER))
        for row in conn.execute(f"SELECT * FROM recognition_ledger WHERE month IN ({marks}) ORDER BY seq", QUARTER):
            for key in ((row["unit_id"],), ("", row["item_code"]), (row["unit_id"], row["doctor_id"])):
                one = sums.setdefault((*key, row["act"]), [0, 0])
                one[0] += 1
                one[1] += row["saved"]

    try:
        return p95_ms([partial(ask, number) for number in range(PEER_ORDERS)]), min(times([add_up]))
    finally:
        conn.close()


def _rows(where: str, ours: tuple[float, float, float], peer: tuple[float, float]) -> list[dict[str, Any]]:
    shown, ordering, sums = ours
    scan, read = "the person's results without an index, SQLite", "every row read and added up, SQLite"
    among = f"among {RESULTS:,} results"
    return [
        _row(f"{where}candidates of an order {among}, P95", "ms", (shown, peer[0], GOAL_MS), scan),
        _row(f"{where}placing an order {among}, offer included, P95", "ms", (ordering, peer[0], GOAL_MS), scan),
        _row(f"{where}a quarter's sums over {ROWS:,} ledger rows", "s", (sums, peer[1], GOAL_S), read),
    ]


def _row(figure: str, unit: str, values: tuple[float, float, float], peer: str) -> dict[str, Any]:
    ours, theirs, goal = values
    return {
        "figure": figure, "unit": unit, "ours": round(ours, 3), "peer": peer, "peer_value": round(theirs, 2),
        "ratio": round(ours / theirs, 3), "goal": f"≤ {goal:g}", "met": ours <= goal,
    }  # fmt: skip
