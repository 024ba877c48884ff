"""Sums equal the ledger's rows: every number of the page is computed again by SQL of the test's own."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from foundation.database import Connection
from foundation.errors import Forbidden
from recognition.api import Act, LedgerWanted, Row
from recognition.errors import BadPeriod
from recognition.store import ledger
from tests.integration.recognition.county import FIRST, SECOND, County, open_county

QUARTER = "2026-Q3"
MONTHS = ("2026-07", "2026-08", "2026-09")
ACTS = (Act.OFFERED, Act.OPENED, Act.RECOGNISED, Act.REPEATED, Act.VOID, Act.ACKNOWLEDGED)


def rows(county: County) -> Iterator[Row]:
    """A thousand acts of eleven months, as chance has it."""
    chance = random.Random(2026)
    units = list(county.units.values())
    for number in range(1000):
        at = datetime(2026, 1, 5, 3, tzinfo=UTC) + timedelta(hours=8 * number)
        act = chance.choice(ACTS)
        unit = chance.choice(units)
        yield Row(
            id=f"row-{number}", at=at, month=f"{at:%Y-%m}", act=act, unit_id=unit,
            item_code=chance.choice(("DR-CHEST-PA", "ECG-12", "LAB-K")),
            doctor_id="" if act is Act.OFFERED else f"{unit[-4:]}-{chance.randrange(4)}",
            doctor_name="某", result_unit_id=chance.choice(units),
            reason=chance.choice(("emergency", "other")) if act is Act.REPEATED else "",
            told=act is Act.REPEATED and chance.random() < 0.8,
            saved=chance.choice((2000, 5500, 800)) if act is Act.RECOGNISED else 0,
        )  # fmt: skip


@pytest.fixture(scope="module")
def county(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    folder: Path = tmp_path_factory.mktemp("ledger")
    with open_county(folder) as opened:
        made = list(rows(opened))

        def work(conn: Connection) -> None:
            for one in made:
                ledger.add(conn, one)

        opened.house.floor.db.write(work)
        yield opened


def asked(county: County, what: str, where: str = "", by: str = "") -> Any:
    """What SQL written here says of the quarter."""
    columns = f"{by}, {what}" if by else what
    query = f"SELECT {columns} FROM recognition_ledger WHERE month IN ('2026-07', '2026-08', '2026-09') {where}"
    if by:
        query += f" GROUP BY {by}"
    with county.house.floor.db.read() as conn:
        found = list(conn.execute(text(query)))
    return {tuple(row[:-1]) if len(row) > 2 else row[0]: row[-1] for row in found} if by else found[0][0]


@pytest.mark.parametrize("side", ["units", "items", "months", "total"])
@pytest.mark.parametrize("name", ["offered", "opened", "recognised", "repeated", "told", "saved"])
def test_every_sum_is_the_sum_of_its_rows(county: County, side: str, name: str) -> None:
    sums = county.recognition.sums(county.actor("quality"), QUARTER)
    where = {"told": "AND act = 'repeated' AND told", "saved": ""}.get(name, f"AND act = '{name}'")
    what = "sum(saved)" if name == "saved" else "count(*)"
    if side == "total":
        assert getattr(sums.total, name) == asked(county, what, where)
        return
    wanted = asked(county, what, where, {"units": "unit_id", "items": "item_code", "months": "month"}[side])
    found = {key: getattr(one, name) for key, one in getattr(sums, side).items() if getattr(one, name)}
    assert found == {key: value for key, value in wanted.items() if value}


def test_doctors_reasons_and_whose_results_too(county: County) -> None:
    sums = county.recognition.sums(county.actor("quality"), QUARTER)
    wanted = asked(county, "count(*)", "AND act = 'recognised' AND doctor_id <> ''", "unit_id, doctor_id")
    assert {key: one.recognised for key, one in sums.doctors.items() if one.recognised} == wanted
    money = asked(county, "sum(saved)", "AND doctor_id <> ''", "unit_id, doctor_id")
    assert {key: one.saved for key, one in sums.doctors.items() if one.saved} == {
        key: value for key, value in money.items() if value
    }
    assert dict(sums.reasons) == asked(county, "count(*)", "AND act = 'repeated'", "reason")
    assert dict(sums.results_of) == asked(county, "count(*)", "AND act = 'recognised'", "result_unit_id")
    decided = sums.total.recognised + sums.total.repeated
    assert sums.total.rate == round(sums.total.recognised / decided, 4)


def test_a_quarter_is_its_months(county: County) -> None:
    officer = county.actor("quality")
    quarter = county.recognition.sums(officer, QUARTER).total
    months = [county.recognition.sums(officer, name).total for name in MONTHS]
    for name in ("offered", "opened", "recognised", "repeated", "told", "saved"):
        assert getattr(quarter, name) == sum(getattr(one, name) for one in months)


def test_a_clinician_sums_the_own_units_rows_alone(county: County) -> None:
    own = county.recognition.sums(county.actor("clinician2"), QUARTER)
    every = county.recognition.sums(county.actor("quality"), QUARTER)
    unit = county.units[SECOND]
    assert set(own.units) == {unit}
    assert own.total == every.units[unit]
    listed = county.recognition.ledger(county.actor("clinician"), LedgerWanted(limit=500))
    assert {one.unit_id for one in listed} == {county.units[FIRST]}
    with pytest.raises(Forbidden):
        county.recognition.sums(county.actor("radiologist"), QUARTER)


@pytest.mark.parametrize("name", ["2026", "2026-Q5", "", "'; DROP TABLE recognition_ledger"])
def test_a_period_that_is_none_is_refused(county: County, name: str) -> None:
    with pytest.raises(BadPeriod):
        county.recognition.sums(county.actor("quality"), name)


def test_rows_are_paged_without_a_gap(county: County) -> None:
    officer = county.actor("quality")
    seen: list[int] = []
    before = None
    while page := county.recognition.ledger(officer, LedgerWanted(before=before, limit=300)):
        seen += [one.seq for one in page]
        before = page[-1].seq
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == 1000
    since, until = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)
    some = county.recognition.ledger(officer, LedgerWanted(since, until, Act.REPEATED, limit=500))
    assert some
    assert {(one.act, one.month) for one in some} == {(Act.REPEATED, "2026-08")}


def test_rows_that_no_write_of_the_product_has_made_are_found(county: County) -> None:
    found = county.recognition.verify_ledger(county.actor("quality"))
    with county.house.floor.db.read() as conn:
        first = next(ledger.every(conn)).seq
    assert (found.sound, found.rows, found.first_bad) == (False, 1000, first)
