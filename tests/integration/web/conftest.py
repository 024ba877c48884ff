"""A demonstration county behind the real app, spoken to over HTTP in process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from foundation.access import PRODUCT
from lianzhen import demo
from lianzhen.wiring import Opened
from pacs_gateway.api import Source
from tests.house import PASSWORD, demo_house, quick_settings
from web.app import create_app
from web.settings import WebSettings

SignIn = Callable[[str], TestClient]


@pytest.fixture(scope="module")
def county(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """One county for a file of tests and a kind of database."""
    folder: Path = tmp_path_factory.mktemp("county")
    with demo_house(folder) as opened:
        yield opened


@contextmanager
def with_film(folder: Path) -> Iterator[Opened]:
    """A county whose film has arrived; studies are complete at once."""
    with demo_house(folder, quick_settings(folder)) as opened:
        device = opened.house.registry.device_of(demo.SENDER)
        assert device is not None
        source = Source(demo.SENDER, device.unit_id, None, "dimse", PRODUCT)
        stored = opened.house.gateway.store_instance(source, folder / demo.FOLDER / "film.dcm")
        opened.house.gateway.close_study(stored.study_instance_uid)
        yield opened


@pytest.fixture
def stranger(county: Opened) -> TestClient:
    """Nobody signed in."""
    return TestClient(create_app(county.house), base_url="http://127.0.0.1", raise_server_exceptions=False)


@pytest.fixture
def sign_in(county: Opened) -> SignIn:
    """A client signed in as an account."""

    def signed(account: str) -> TestClient:
        client = TestClient(create_app(county.house), base_url="http://127.0.0.1", raise_server_exceptions=False)
        answer = client.post("/api/session", json={"account": account, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return client

    return signed


def settings(**changes: float) -> WebSettings:
    """Settings of the front desk with some changed."""
    return WebSettings.model_validate(changes)
