"""The HTTPS door: connections that say nothing stall nobody."""

import argparse
import socket
import ssl
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from lianzhen.commands import tls_demo
from lianzhen.server import HttpDoor
from tests.house import demo_house

pytestmark = pytest.mark.one_database


def test_idle_connections_and_half_handshakes_do_not_keep_others_out(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    tls_demo.arguments(parser)
    assert tls_demo.main(parser.parse_args(["--folder", str(tmp_path / "tls")])) == 0
    files = {"tls_certificate": tmp_path / "tls" / "server.pem", "tls_key": tmp_path / "tls" / "server.key"}
    with demo_house(tmp_path / "data") as opened, ExitStack() as silent:
        door = HttpDoor(opened.house.settings.model_copy(update=files), opened.house)
        door.start()
        silent.callback(door.stop)
        context = ssl.create_default_context(cafile=str(tmp_path / "tls" / "authority.pem"))

        port = int(door.url.rsplit(":", 1)[1])

        def connected() -> socket.socket:
            return silent.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))

        for _ in range(20):
            connected()
        connected().sendall(b"\x16\x03\x01\x02\x00\x01\x00")  # the first bytes of a ClientHello
        shaken = silent.enter_context(context.wrap_socket(connected(), server_hostname="127.0.0.1"))
        shaken.sendall(b"GET /api/health HTTP/1.1\r\nHost:")  # a request that stops half way
        started = time.monotonic()
        with httpx.Client(verify=context, base_url=door.url) as client:
            assert client.get("/api/health").status_code == 200
        assert time.monotonic() - started < 5
