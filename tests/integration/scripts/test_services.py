"""The project's own RabbitMQ and Redis: up on private ports, durable over a kill, gone without a trace."""

import os
from pathlib import Path

import pytest
import redis
from kombu import Connection

from scripts.services import RabbitMq, Redis, Service, answers

pytestmark = pytest.mark.one_database


def pids(service: Service) -> set[int]:
    """The processes whose environment or folder is this service's."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if (place / "cwd").resolve().is_relative_to(service.folder) and int(place.name) != os.getpid():
                found.add(int(place.name))
        except OSError:
            continue
    return found


def test_rabbitmq_keeps_its_messages_over_a_kill_and_leaves_nothing_behind(tmp_path: Path) -> None:
    broker = RabbitMq(tmp_path)
    broker.start()
    try:
        with Connection(broker.address, transport_options={"confirm_publish": True}) as connection:
            connection.SimpleQueue("kept").put("one")
        broker.kill()
        assert not answers(broker.port)
        broker.start()
        with Connection(broker.address) as connection:
            assert connection.SimpleQueue("kept").get(timeout=10).payload == "one"
        assert pids(broker)
    finally:
        broker.stop()
    assert pids(broker) == set()


def test_redis_is_empty_after_a_kill_unless_it_writes_its_log(tmp_path: Path) -> None:
    for durable, expected in ((False, None), (True, b"1")):
        broker = Redis(tmp_path / str(durable), durable=durable)
        broker.start()
        try:
            with redis.Redis.from_url(broker.address) as client:
                client.set("kept", "1")
            broker.kill()
            broker.start()
            with redis.Redis.from_url(broker.address) as client:
                assert client.get("kept") == expected
        finally:
            broker.stop()
    assert pids(broker) == set()
