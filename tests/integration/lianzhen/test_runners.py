"""One table of owed work, two runners: what holds for the embedded threads holds for Celery over RabbitMQ."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from kombu import Connection
from sqlalchemy import select

from foundation.runner import EmbeddedRunner
from foundation.tasks import task
from lianzhen.wiring import Opened
from lianzhen.worker import QUEUE, BrokerRefused, BrokerUnreachable, Relay, check_broker, make_app
from scripts.services import RabbitMq, Redis
from tests import databases, hands
from tests.product import ROOT, until

pytestmark = pytest.mark.one_database("postgresql")

LEASE = 2.0
Owe = Callable[..., str]


@pytest.fixture(scope="module")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMq]:
    """One broker for this file."""
    broker = RabbitMq(tmp_path_factory.mktemp("rabbitmq"))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Opened]:
    """A house whose tasks leave their traces in its folder."""
    opened = hands.opened(tmp_path, databases.address(tmp_path), LEASE)
    yield opened
    opened.floor.close()


@contextmanager
def worker(house: Opened, broker: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A real Celery worker beside this process."""
    data = house.floor.data
    command = [sys.executable, "-m", "tests.hands", str(data), databases.address(data), broker, str(LEASE)]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            assert process.wait(30) == 0


@contextmanager
def relay(house: Opened, broker: str, every: float | None = 0.1, window: int = 100) -> Iterator[Relay]:
    """What sends the due tasks of this process."""
    sender = Relay(house.floor.tasks, make_app(broker, LEASE), window, every)
    sender.start()
    try:
        yield sender
    finally:
        sender.stop()


@pytest.fixture(params=["embedded", "celery"])
def running(request: pytest.FixtureRequest, house: Opened, rabbitmq: RabbitMq) -> Iterator[str]:
    """The house with one of its runners at work."""
    if request.param == "embedded":
        runner = EmbeddedRunner(house.floor.tasks, 0.05)
        runner.start()
        yield request.param
        runner.stop()
        return
    with relay(house, rabbitmq.address), worker(house, rabbitmq.address):
        yield request.param


def owe(house: Opened, name: str, in_seconds: float = 0, **facts: Any) -> None:
    payload = {"name": name, **facts}
    house.floor.db.write(lambda conn: house.floor.tasks.owe(conn, hands.KIND, payload, in_seconds=in_seconds))


def states(house: Opened) -> dict[str, str]:
    with house.floor.db.read() as conn:
        return {row.payload["name"]: row.state for row in conn.execute(select(task.c.payload, task.c.state))}


def runs(house: Opened, name: str) -> int:
    path = house.floor.data / name
    return len(path.read_text().split()) if path.exists() else 0


def test_every_outcome_ends_where_it_belongs_whoever_runs_the_task(house: Opened, running: str) -> None:
    says = {
        "plain": "",
        "later": "not-yet",
        "down": "unavailable",
        "no": "refused",
        "perhaps": "ambiguous",
        "heavy": "child",
    }
    for name, what in says.items():
        owe(house, name, says=what)
    wanted = {"plain": "done", "later": "done", "down": "done", "no": "failed", "perhaps": "unsure", "heavy": "done"}
    until(lambda: states(house) == wanted, 30)
    assert {name: runs(house, name) for name in says} == {**dict.fromkeys(says, 1), "later": 2, "down": 2}
    owe(house, "tomorrow", in_seconds=86_400)
    time.sleep(0.5)
    assert states(house)["tomorrow"] == "due", running


def test_a_task_longer_than_its_lease_runs_once(house: Opened, running: str) -> None:
    owe(house, "long", seconds=LEASE * 2)
    until(lambda: states(house)["long"] == "done", 30)
    assert runs(house, "long") == 1, running


def test_a_child_that_dies_and_a_worker_that_is_killed_cost_one_lease(house: Opened, rabbitmq: RabbitMq) -> None:
    with relay(house, rabbitmq.address):
        with worker(house, rabbitmq.address) as first:
            owe(house, "child", says="die")
            until(lambda: states(house)["child"] == "done", 30)
            assert runs(house, "child") == 2
            owe(house, "group", seconds=3)
            until(lambda: runs(house, "group") == 1)
            os.killpg(first.pid, signal.SIGKILL)
            first.wait()
        with worker(house, rabbitmq.address):
            until(lambda: states(house)["group"] == "done", 30)
    assert runs(house, "group") == 2


def test_a_broker_that_is_down_fails_no_write_and_loses_nothing(house: Opened, rabbitmq: RabbitMq) -> None:
    with relay(house, rabbitmq.address), worker(house, rabbitmq.address):
        owe(house, "before")
        until(lambda: states(house)["before"] == "done", 30)
        rabbitmq.kill()
        begun = time.monotonic()
        for number in range(20):
            owe(house, f"meanwhile{number}")
        assert time.monotonic() - begun < 5, "a request does not wait for the broker"
        rabbitmq.start()
        until(lambda: set(states(house).values()) == {"done"}, 60)
    assert all(runs(house, name) == 1 for name in states(house))


def test_a_worker_tries_an_absent_broker_every_second_however_long_it_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a minute passes at once: only the waiting is not real. Celery's own waits of 2, 4, 6 … s make five tries."""
    tries: list[object] = []
    waited: list[float] = []

    class Enough(Exception):
        pass

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if sum(waited) >= 30:
            raise Enough

    def hang_up(door: socket.socket) -> None:
        with suppress(OSError):  # until it is closed
            while True:
                tries.append(door.accept()[1])

    monkeypatch.setattr("kombu.utils.functional.sleep", wait)
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=hang_up, args=(door,), daemon=True).start()
        app = make_app(f"amqp://a:b@127.0.0.1:{door.getsockname()[1]}/v", LEASE)
        app.finalize()
        consumer = app.conf.worker_consumer(None, app=app, controller=SimpleNamespace(use_eventloop=False))
        with pytest.raises(Enough):
            consumer.connect()
        door.shutdown(socket.SHUT_RDWR)
    assert len(tries) > 20


def test_a_message_says_the_id_of_a_row_and_the_window_bounds_them(house: Opened, rabbitmq: RabbitMq) -> None:
    for number in range(30):
        owe(house, f"secret-name-{number}")
    with Connection(rabbitmq.address) as connection:
        queue = next(iter(make_app(rabbitmq.address, LEASE).conf.task_queues)).bind(connection.default_channel)
        queue.purge()  # of what other tests sent twice
        with relay(house, rabbitmq.address, window=10):
            time.sleep(1)
        messages = []
        while (message := queue.get(no_ack=True)) is not None:
            messages.append(message)
    assert len(messages) == 10
    with house.floor.db.read() as conn:
        ids = set(conn.execute(select(task.c.id)).scalars())
    assert {message.payload[0][0] for message in messages} <= ids
    assert not [message for message in messages if "secret-name" in str((message.body, message.headers))]
    with relay(house, rabbitmq.address), worker(house, rabbitmq.address):  # all ten were lost: the lease brings them
        until(lambda: set(states(house).values()) == {"done"}, 60)


def test_redis_is_a_second_choice_even_when_it_forgets_everything(house: Opened, tmp_path: Path) -> None:
    broker = Redis(tmp_path / "redis")
    broker.start()
    try:
        with relay(house, broker.address):
            for number in range(10):
                owe(house, f"r{number}")
            time.sleep(0.5)
            broker.kill()
            broker.start()
            with worker(house, broker.address):
                until(lambda: set(states(house).values()) == {"done"}, 60)
    finally:
        broker.stop()
    assert all(runs(house, name) == 1 for name in states(house))


def test_a_worker_whose_acknowledgements_redis_did_not_hear_goes_on(house: Opened, tmp_path: Path) -> None:
    broker = Redis(tmp_path / "redis")
    broker.start()
    try:
        with relay(house, broker.address), worker(house, broker.address):
            for name in ("one", "other"):  # as many as are fetched at a time
                owe(house, name, seconds=2)
            until(lambda: runs(house, "one") + runs(house, "other") == 2, 30)
            broker.kill()
            until(lambda: set(states(house).values()) == {"done"}, 30)
            time.sleep(0.5)  # nobody is told
            broker.start()
            owe(house, "after")
            until(lambda: states(house)["after"] == "done", 30)
    finally:
        broker.stop()


@pytest.mark.parametrize(
    ("user", "password", "vhost", "why"),
    [
        ("stranger", "stranger", "lianzhen", "refused"),
        ("lianzhen", "wrong", "lianzhen", "refused"),
        ("lianzhen", "lianzhen", "nowhere", "not found"),
    ],
)
def test_a_broker_that_does_not_let_us_in_is_refused_by_name_without_the_password(
    rabbitmq: RabbitMq, user: str, password: str, vhost: str, why: str
) -> None:
    with pytest.raises(BrokerRefused) as refused:
        check_broker(make_app(rabbitmq.address_of(user, password, vhost), LEASE))
    assert why in str(refused.value.facts["why"])
    assert f":{password}@" not in str(refused.value.facts["address"])


@pytest.mark.parametrize("kind", ["amqp", "redis"])
def test_a_broker_that_is_not_there_is_unreachable(kind: str) -> None:
    with pytest.raises(BrokerUnreachable) as refused:
        check_broker(make_app(f"{kind}://a:secret@127.0.0.1:1/0", LEASE))
    assert "secret" not in str(refused.value.facts)


def test_a_queue_of_another_kind_is_not_taken_over(rabbitmq: RabbitMq, tmp_path: Path) -> None:
    other = RabbitMq(tmp_path)
    other.start()
    try:
        with Connection(other.address) as connection:
            connection.default_channel.queue_declare(QUEUE, durable=True, auto_delete=False)
        with pytest.raises(BrokerRefused, match="broker-refused"):
            check_broker(make_app(other.address, LEASE))
    finally:
        other.stop()
    check_broker(make_app(rabbitmq.address, LEASE))
