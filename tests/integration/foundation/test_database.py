"""One writer: grouped, all or nothing for each caller, durable when it returns."""

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, Table, insert, select, update
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError

from foundation.database import Connection, Database, DatabaseAddress, after_commit, append, metadata
from foundation.errors import Unavailable
from foundation.floor import Floor
from foundation.settings import FoundationSettings
from tests.house import migrated_floor

counter = Table("test_counter", metadata, Column("id", Integer, primary_key=True), Column("value", Integer))


@pytest.fixture
def db(tmp_path: Path) -> Database:
    """A database of its own, with one more table."""
    database = Database(FoundationSettings(data=tmp_path).database_url)
    database.write(counter.create)
    return database


def rows(db: Database) -> list[tuple[int, int]]:
    with db.read() as conn:
        return [tuple(row) for row in conn.execute(select(counter).order_by(counter.c.id))]


def test_a_failing_function_takes_nothing_of_its_own_and_nothing_of_its_neighbours(db: Database) -> None:
    gate = threading.Event()
    faults: list[BaseException] = []

    def hold(_conn: Connection) -> None:
        gate.wait(5)  # until the others stand in line, so that they share one commit

    def good(number: int) -> None:
        db.write(lambda conn: conn.execute(insert(counter).values(id=number, value=number)).rowcount)

    def bad() -> None:
        def work(conn: Connection) -> None:
            conn.execute(insert(counter).values(id=99, value=99))
            raise RuntimeError("no")

        try:
            db.write(work)
        except RuntimeError as fault:
            faults.append(fault)

    threads = [threading.Thread(target=db.write, args=(hold,))]
    threads += [threading.Thread(target=good, args=(n,)) for n in range(5)] + [threading.Thread(target=bad)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert rows(db) == [(n, n) for n in range(5)]
    assert [str(fault) for fault in faults] == ["no"]


def test_increments_of_many_threads_are_all_there(db: Database) -> None:
    db.write(lambda conn: conn.execute(insert(counter).values(id=1, value=0)).rowcount)

    def add() -> None:
        for _ in range(50):
            db.write(lambda conn: conn.execute(update(counter).values(value=counter.c.value + 1)).rowcount)

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows(db) == [(1, 400)]


def test_a_reader_cannot_write(db: Database) -> None:
    with db.read() as conn, pytest.raises((OperationalError, InternalError), match=r"read-?only"):
        conn.execute(insert(counter).values(id=1, value=1))


def test_appended_rows_are_there_after_the_write_and_not_after_a_failure(db: Database) -> None:
    def fails(conn: Connection) -> None:
        append(conn, counter, {"id": 1, "value": 1})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        db.write(fails)
    db.write(lambda conn: append(conn, counter, {"id": 2, "value": 2}))
    assert rows(db) == [(2, 2)]


def test_what_is_done_after_the_commit_sees_the_commit_and_is_not_done_after_a_failure(db: Database) -> None:
    seen: list[list[tuple[int, int]]] = []

    def good(conn: Connection) -> None:
        conn.execute(insert(counter).values(id=1, value=1))
        after_commit(conn, lambda: seen.append(rows(db)))

    def fails(conn: Connection) -> None:
        after_commit(conn, lambda: seen.append([]))
        raise RuntimeError

    db.write(good)
    with pytest.raises(RuntimeError):
        db.write(fails)
    assert seen == [[(1, 1)]]


def test_a_constraint_fault_comes_back_to_its_caller(db: Database) -> None:
    db.write(lambda conn: conn.execute(insert(counter).values(id=1, value=1)).rowcount)
    with pytest.raises(IntegrityError):
        db.write(lambda conn: conn.execute(insert(counter).values(id=1, value=2)).rowcount)


@pytest.mark.one_database
def test_a_lock_held_by_another_program_is_a_refusal_and_no_hang(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("foundation.database.sqlite.BUSY_SECONDS", 0.3)
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    database.write(counter.create)
    other = sqlite3.connect(tmp_path / "x.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for _ in range(2):
        with pytest.raises(Unavailable):
            database.write(lambda conn: conn.execute(insert(counter).values(id=1, value=1)).rowcount)
    other.execute("ROLLBACK")
    database.write(lambda conn: conn.execute(insert(counter).values(id=1, value=1)).rowcount)
    assert rows(database) == [(1, 1)]
    database.close()


def test_a_fault_after_the_commit_stops_neither_its_caller_nor_the_next(db: Database) -> None:
    def unlucky() -> None:
        raise RuntimeError

    def work(conn: Connection) -> None:
        conn.execute(insert(counter).values(id=1, value=1))
        after_commit(conn, unlucky)

    db.write(work)
    db.write(lambda conn: conn.execute(insert(counter).values(id=2, value=2)).rowcount)
    assert rows(db) == [(1, 1), (2, 2)]


def test_a_write_after_the_end_is_refused(db: Database) -> None:
    db.close()
    with pytest.raises(Unavailable):
        db.write(lambda conn: conn.execute(insert(counter).values(id=1, value=1)).rowcount)


@pytest.mark.one_database
def test_many_programs_open_one_new_database_together(tmp_path: Path) -> None:
    url, opened = f"sqlite:///{tmp_path / 'x.sqlite3'}", []
    threads = [threading.Thread(target=lambda: opened.append(Database(url))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 8
    opened[0].write(counter.create)
    for number, database in enumerate(opened):
        row = {"id": number, "value": number}
        database.write(lambda conn, row=row: append(conn, counter, row))  # type: ignore[misc]
    assert len(rows(opened[0])) == 8


def test_a_write_inside_a_write_is_a_fault_and_not_a_deadlock(db: Database) -> None:
    with pytest.raises(RuntimeError, match="inside"):
        db.write(lambda _conn: db.write(lambda _inner: None))


@pytest.mark.one_database
def test_an_address_that_this_installation_cannot_use_is_refused_without_its_password() -> None:
    with pytest.raises(DatabaseAddress) as refusal:
        Database("mysql://user:secret@host/db")
    assert "secret" not in str(refusal.value.facts)


@pytest.mark.one_database
def test_every_commit_is_on_disk_before_it_is_acknowledged(tmp_path: Path) -> None:
    with migrated_floor(tmp_path) as floor, floor.db.read() as conn:
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert conn.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2  # FULL


def test_the_floor_closes_twice_without_harm(tmp_path: Path) -> None:
    def opened() -> Floor:
        with migrated_floor(tmp_path) as floor:
            return floor

    opened().children.close()
