"""A real browser for the stories, and a folder for what it saw: build/demo."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.house import PASSWORD
from tests.product import ROOT, Product

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SHOTS = ROOT / "build" / "demo"

SignIn = Callable[..., Page]


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
