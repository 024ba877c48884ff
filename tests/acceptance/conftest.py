"""A real browser for the stories, and a folder for what it saw: build/demo."""

import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests import databases
from tests.house import PASSWORD
from tests.product import ROOT, Product

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SHOTS = ROOT / "build" / "demo"

SignIn = Callable[..., Page]

ON_BOTH = {"test_film_over_http.py", "test_one_film.py", "test_revised_reports.py"}
ABOUT_SQLITE = {"test_start_and_stop.py", "test_power_cuts.py", "test_household.py"}


@pytest.fixture(scope="session", params=["sqlite", "postgresql+celery"], autouse=True)
def house_kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """What the product stands on in a story: SQLite and threads, or PostgreSQL and Celery over RabbitMQ."""
    with databases.large() if request.param != "sqlite" else nullcontext():
        yield request.param


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: Any, request: Any) -> None:
    """The product of a module is started again in the second turn."""
    if "house_kind" in request.fixturenames:
        databases.end_with("house_kind", fixturedef, request)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The main stories run on both; in `make soak` every story does, but for those that are about SQLite's process."""
    kept: list[pytest.Item] = []
    for item in items:
        callspec = getattr(item, "callspec", None)
        if callspec is None or callspec.params.get("house_kind", "sqlite") == "sqlite":
            kept.append(item)
        elif item.path.name not in ABOUT_SQLITE and item.get_closest_marker("soak") is None:
            kept.append(item)
            if item.path.name not in ON_BOTH:
                item.add_marker(pytest.mark.soak)
    if len(kept) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    chromium = playwright.chromium.launch(
        executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        args=["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"],
    )
    yield chromium
    chromium.close()


@pytest.fixture
def sign_in(browser: Browser) -> Iterator[SignIn]:
    """Open a browser of one's own and sign in; a fault of the page fails the test."""
    pages: list[tuple[Page, list[str]]] = []

    def opened(product: Product, account: str, *, phone: bool = False) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=phone,
        )
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        pages.append((page, faults))
        page.goto(product.url)
        page.get_by_label("账号").fill(account)
        page.get_by_label("密码").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_label("账号").wait_for(state="detached")
        return page

    yield opened
    for page, faults in pages:
        page.context.close()
        assert faults == []


@pytest.fixture
def shot() -> Callable[[Page, str], Path]:
    """Keep what the page shows."""

    def take(page: Page, name: str) -> Path:
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}.png"
        page.screenshot(path=path)
        return path

    return take
