"""PostgreSQL goes away, comes back, or dies in the middle of a commit: acknowledged is there, and there once."""

import contextlib
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, Table, insert, select, text
from sqlalchemy.exc import IntegrityError

from foundation.access import PRODUCT
from foundation.audit import Entry
from foundation.database import Connection, Database, append, engine_for, link, metadata, postgresql
from foundation.database.link import CommitUnknown, writer
from foundation.errors import StorageFull, Unavailable
from foundation.floor import Floor, open_floor
from foundation.ids import new_id
from foundation.settings import FoundationSettings
from lianzhen import schema
from scripts.services import Postgresql
from tests.integration.foundation.cutting import Wire

pytestmark = pytest.mark.one_database("postgresql")

mark = Table("test_mark", metadata, Column("id", Integer, primary_key=True))


@pytest.fixture(scope="module")
def server() -> Iterator[Postgresql]:
    """A server that may be ended; pytest's own folders let nobody else pass."""
    with tempfile.TemporaryDirectory(prefix="lianzhen-postgresql-") as folder:
        made = Postgresql(Path(folder), durable=False)
        made.start()
        schema.migrate(made.create("template"))
        yield made
        made.stop()


@pytest.fixture
def address(server: Postgresql) -> Iterator[str]:
    """A database of the test's own."""
    name = f"d{new_id()}"
    server.create(name, "template")
    yield server.url(name, tcp=True)
    server.drop(name)


def opened(folder: Path, address: str) -> Floor:
    floor = open_floor(FoundationSettings(data=folder, database=address))
    floor.db.write(lambda conn: mark.create(conn, checkfirst=True))
    return floor


@pytest.fixture
def floor(tmp_path: Path, address: str) -> Iterator[Floor]:
    floor = opened(tmp_path, address)
    yield floor
    floor.close()


def marks(floor: Floor) -> list[int]:
    with floor.db.read() as conn:
        return list(conn.execute(select(mark.c.id).order_by(mark.c.id)).scalars())


def make(floor: Floor, number: int) -> None:
    """A row and its audit entry."""

    def work(conn: Connection) -> None:
        conn.execute(insert(mark).values(id=number))
        floor.audit.record(conn, PRODUCT, Entry("test", "made", "C", "mark", str(number)))

    floor.db.write(work)


@dataclass
class Crowd:
    """Eight writers and two readers who never stop of themselves."""

    floor: Floor
    stop: threading.Event = field(default_factory=threading.Event)
    acknowledged: list[int] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)

    def write(self, number: int) -> None:
        while not self.stop.is_set():
            begun = time.monotonic()
            make(self.floor, number)
            self.acknowledged.append(number)
            self.waits.append(time.monotonic() - begun)
            number += 8

    def read(self, _number: int) -> None:
        while not self.stop.is_set():
            with contextlib.suppress(Unavailable):
                marks(self.floor)

    def noted(self, act: Callable[[int], None], number: int) -> None:
        try:
            act(number)
        except Exception as fault:  # noqa: BLE001 - the test says that there was none
            self.faults.append(fault)

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        acts = [(self.write, number) for number in range(8)] + [(self.read, 0), (self.read, 1)]
        threads = [threading.Thread(target=self.noted, args=pair) for pair in acts]
        for thread in threads:
            thread.start()
        yield
        self.stop.set()
        for thread in threads:
            thread.join()


def test_writers_and_readers_outlive_four_immediate_restarts_and_lose_nothing(server: Postgresql, floor: Floor) -> None:
    crowd = Crowd(floor)
    with crowd.at_work():
        for _ in range(4):
            time.sleep(0.4)
            server.crash()
            server.start()
        time.sleep(0.4)
    assert crowd.faults == []
    assert len(crowd.acknowledged) > 50
    assert sorted(crowd.acknowledged) == marks(floor), "acknowledged is there, and nothing else"
    assert floor.audit.verify() is None
    assert len(floor.audit.entries(limit=100_000)) == len(crowd.acknowledged)


@pytest.fixture
def wired(server: Postgresql, tmp_path: Path, address: str) -> Iterator[tuple[Floor, Wire]]:
    """A floor whose connections can be cut."""
    wire = Wire(server.port)
    floor = opened(tmp_path, address.replace(f":{server.port}/", f":{wire.port}/"))
    try:
        yield floor, wire
    finally:
        floor.close()
        wire.close()


@pytest.mark.parametrize("rest", ["busy", "a day of rest"])
@pytest.mark.parametrize("how", ["answer", "question", "late"])
def test_a_connection_that_is_cut_at_the_commit_is_asked_for_and_never_guessed(
    wired: tuple[Floor, Wire], how: str, rest: str
) -> None:
    floor, wire = wired
    make(floor, 1)
    if rest != "busy":  # nothing was written for a day, and another process has forgotten this connection's row
        floor.db.write(lambda conn: conn.execute(writer.delete()).rowcount)
        make(floor, 0)
    wire.cut_next(how)
    make(floor, 2)
    make(floor, 3)
    assert wire.cuts == 1
    assert [number for number in marks(floor) if number] == [1, 2, 3]
    deeds = [entry["entity_id"] for entry in floor.audit.entries() if entry["entity_id"] != "0"]
    assert deeds == ["3", "2", "1"], "each deed once"
    assert floor.audit.verify() is None


@pytest.mark.parametrize("how", ["answer", "question"])
def test_a_commit_of_which_nobody_can_be_asked_is_told_as_unknown(
    wired: tuple[Floor, Wire], how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is away for longer than it is asked for: neither yes nor no is said, and nothing is done again."""
    floor, wire = wired
    monkeypatch.setattr(link, "ASK_SECONDS", 0.5)
    make(floor, 1)
    wire.cut_next(how, barred=True)
    begun: list[int] = []

    def work(conn: Connection) -> None:
        begun.append(1)
        conn.execute(insert(mark).values(id=2))

    with pytest.raises(CommitUnknown):
        floor.db.write(work)
    wire.open()
    assert marks(floor) == ([1, 2] if how == "answer" else [1])
    assert begun == [1]
    make(floor, 3)


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03", "57P01", "08006"])
def test_a_fault_of_the_moment_costs_a_repetition_and_the_neighbours_nothing(floor: Floor, state: str) -> None:
    """A serialisation fault, a deadlock, a lock that was not given, a shutdown, a lost connection."""
    attempts: list[int] = []

    def work(conn: Connection) -> int:
        attempts.append(1)
        conn.execute(insert(mark).values(id=7))
        if len(attempts) < 3:
            conn.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'just now' USING ERRCODE = '{state}'; END $$"))
        return len(attempts)

    assert floor.db.write(work) == 3
    make(floor, 8)
    assert marks(floor) == [7, 8]


def test_a_writing_connection_that_an_administrator_ends_costs_a_repetition(floor: Floor) -> None:
    make(floor, 1)
    ended = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid != pg_backend_pid()"
    )
    with floor.db.read() as conn:
        conn.execute(ended)
    make(floor, 2)
    assert marks(floor) == [1, 2]


def test_a_deadlock_with_another_program_is_repeated(floor: Floor, address: str) -> None:
    floor.db.write(lambda conn: conn.execute(insert(mark), [{"id": 1}, {"id": 2}]).rowcount)
    other = engine_for(address).connect()
    other.execute(text("SET deadlock_timeout = '10s'"))
    other.execute(text("SELECT 1 FROM test_mark WHERE id = 2 FOR UPDATE"))
    attempts: list[int] = []
    held = threading.Event()

    def work(conn: Connection) -> None:
        attempts.append(1)
        conn.execute(text("SELECT 1 FROM test_mark WHERE id = 1 FOR UPDATE"))
        held.set()
        conn.execute(text("SELECT 1 FROM test_mark WHERE id = 2 FOR UPDATE"))

    writer = threading.Thread(target=lambda: floor.db.write(work))
    writer.start()
    held.wait(5)
    other.execute(text("SELECT 1 FROM test_mark WHERE id = 1 FOR UPDATE"))  # the server ends the product's attempt
    other.rollback()
    other.close()
    writer.join(20)
    assert not writer.is_alive()
    assert len(attempts) == 2


def test_a_server_that_stays_away_is_a_refusal_and_no_hang(
    server: Postgresql, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "PATIENCE_SECONDS", 0.5)
    make(floor, 1)
    server.stop()
    try:
        for act in (lambda: make(floor, 2), lambda: marks(floor)):
            with pytest.raises(Unavailable):
                act()
    finally:
        server.start()
    make(floor, 3)
    assert marks(floor) == [1, 3]


def test_a_full_disk_is_told_as_such_and_the_house_works_again_when_there_is_room(
    server: Postgresql, floor: Floor
) -> None:
    def full(conn: Connection) -> None:
        conn.execute(insert(mark).values(id=9))
        conn.execute(text("DO $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$"))

    with pytest.raises(StorageFull):
        floor.db.write(full)
    make(floor, 1)
    assert marks(floor) == [1]


def test_a_row_that_the_database_refuses_at_the_end_of_a_group_is_its_owners_fault_alone(floor: Floor) -> None:
    floor.db.write(lambda conn: append(conn, mark, {"id": 1}))
    gate = threading.Event()
    faults: list[int] = []

    def put(number: int) -> None:
        try:
            floor.db.write(lambda conn: append(conn, mark, {"id": number}))
        except IntegrityError:
            faults.append(number)

    threads = [threading.Thread(target=floor.db.write, args=(lambda _conn: gate.wait(5),))]
    threads += [threading.Thread(target=put, args=(number,)) for number in (1, 2, 3)]
    for thread in threads:
        thread.start()
        time.sleep(0.05)
    gate.set()
    for thread in threads:
        thread.join()
    assert faults == [1]
    assert marks(floor) == [1, 2, 3]


def test_a_process_keeps_the_connections_that_operations_md_says(address: str) -> None:
    """Thirty readers, writers and a listener at once: as many as it reads with, one that writes, one that listens."""
    made = Database(address, 5)
    counts: list[int] = []
    query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'lianzhen' AND datname = current_database()"

    def look(number: int) -> None:
        with made.read() as conn:
            conn.execute(text("SELECT pg_sleep(0.1)"))
            counts.append(conn.execute(text(query)).scalar_one())
        made.write(lambda conn: conn.execute(writer.delete().where(writer.c.id == str(number))).rowcount)

    try:
        made.hear(lambda _notice: None, lambda: None)
        with ThreadPoolExecutor(30) as pool:
            list(pool.map(look, range(60)))
    finally:
        made.close()
    assert max(counts) == 5 + 1 + 1


def test_two_processes_write_one_chain(tmp_path: Path, floor: Floor, address: str) -> None:
    other = opened(tmp_path / "other", address)
    try:

        def half(one: Floor, first: int) -> None:
            for number in range(first, 80, 2):
                make(one, number)

        threads = [threading.Thread(target=half, args=pair) for pair in ((floor, 0), (other, 1))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert marks(floor) == list(range(80))
        assert floor.audit.verify() is None
    finally:
        other.close()
