"""How long after the quiet timer a film stands in the reader's worklist, over the real doors."""

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from tests.product import Product, running

QUIET_SECONDS = 1.0
FILMS = 5
GOAL_SECONDS = 2.0


def _one(product: Product, folder: Path, number: int) -> float:
    film = folder / f"{number}.dcm"
    accession_number = product.film(film)
    with product.client("radiologist") as reader:
        assert product.dcmsend(film).returncode == 0
        sent = time.perf_counter()
        while True:
            rows = reader.get("/api/worklist", q=accession_number).json()["items"]
            if rows:
                return time.perf_counter() - sent - QUIET_SECONDS
            assert time.perf_counter() - sent < 30
            time.sleep(0.02)


def rows() -> list[dict[str, Any]]:
    """Send films one after another; the median and the worst wait."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running(folder / "data", LIANZHEN_PACS_GATEWAY__QUIET_SECONDS=str(QUIET_SECONDS)) as product:
            waits = [_one(product, folder, number) for number in range(FILMS)]
    return [
        _row(f"{FILMS} films, quiet timer to worklist, median", median(waits)),
        _row(f"{FILMS} films, quiet timer to worklist, worst", max(waits)),
    ]


def _row(figure: str, ours: float) -> dict[str, Any]:
    return {
        "figure": figure,
        "unit": "s",
        "ours": round(ours, 3),
        "peer": None,
        "peer_value": None,
        "ratio": None,
        "goal": f"≤ {GOAL_SECONDS:g}",
        "met": ours <= GOAL_SECONDS,
    }
