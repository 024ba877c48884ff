"""From the opening of the reading page, with nothing in the browser's cache, to the film on the screen.

The window is there before the address is opened, as a reader's is: Chromium loads pages of its own (the address bar's)
into every new window, and on two cores they would be measured with ours.
"""

import os
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.house import PASSWORD
from tests.product import Product, running

FILMS = 5
WINDOW_SECONDS = 2.0  # in which a new window of the browser brings up what surrounds the page: its own business
GOAL_SECONDS = 1.0
# Milliseconds since the navigation began, noted by the page itself at the moment the viewer says so.
WATCH = """
new MutationObserver(() => {
  const stage = document.querySelector('.lz-viewer-stage');
  if (stage?.dataset.status !== 'ready') return;
  window.firstImage ??= performance.now();
  if (stage.dataset.quality === 'lossless') window.wholeImage ??= performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true });
"""


def _waiting(product: Product, film: Path, number: int) -> str:
    """Send a film; its workitem once its display frames are there."""
    accession_number = product.film(film, name=f"演示{number}")
    assert product.dcmsend(film).returncode == 0
    deadline = time.monotonic() + 60
    with product.client("radiologist") as reader:
        while not (items := reader.get("/api/worklist", q=accession_number).json()["items"]):
            assert time.monotonic() < deadline, "the film does not reach the worklist"
            time.sleep(0.05)
    time.sleep(1)
    return str(items[0]["uid"])


def _sign_in(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("账号").fill("radiologist")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("账号").wait_for(state="detached")


def _open(browser: Browser, cookies: Any, address: str) -> tuple[float, float]:
    """Seconds to the first picture and to the whole film."""
    context = browser.new_context(storage_state=cookies, viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.add_init_script(WATCH)
    page = context.new_page()
    page.wait_for_timeout(WINDOW_SECONDS * 1000)
    page.goto(address)
    deadline = time.monotonic() + 60
    while not page.evaluate("window.wholeImage ?? 0"):
        assert time.monotonic() < deadline, "the film is not shown"
        page.wait_for_timeout(50)
    first, whole = page.evaluate("[window.firstImage, window.wholeImage]")
    context.close()
    return first / 1000, whole / 1000


def _times(product: Product, folder: Path) -> list[tuple[float, float]]:
    uids = [_waiting(product, folder / f"{number}.dcm", number) for number in range(FILMS)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context(locale="zh-CN")
        _sign_in(context.new_page(), product.url)
        cookies = context.storage_state()
        times = [_open(browser, cookies, f"{product.url}/read/{uid}") for uid in uids]
        browser.close()
    return times


def rows() -> list[dict[str, Any]]:
    """The median of a few films, each opened by a browser that knows nothing yet."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running(folder / "data", LIANZHEN_PACS_GATEWAY__QUIET_SECONDS="1") as product:
            times = _times(product, folder)
    return [
        _row(f"cold page to first picture, median of {FILMS}", median(first for first, _ in times), GOAL_SECONDS),
        _row(f"cold page to the whole film, median of {FILMS}", median(whole for _, whole in times), None),
    ]


def _row(figure: str, ours: float, goal: float | None) -> dict[str, Any]:
    return {
        "figure": figure, "unit": "s", "ours": round(ours, 3), "peer": None, "peer_value": None, "ratio": None,
        "goal": None if goal is None else f"≤ {goal:g}", "met": None if goal is None else ours <= goal,
    }  # fmt: skip
