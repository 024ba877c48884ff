"""A hundred reports submitted and approved by eight doctors' desks at once, in a house of one process.

Each must have been signed exactly once: two versions, one file. Rendering and signing go on in two child processes.
"""

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from foundation.children import Children
from foundation.vocabulary import Role
from reports.api import ReportRef
from tests.integration.reports.conftest import County, open_county

REPORTS, DESKS = 100, 8


def row(figure: str, unit: str, ours: float, **more: Any) -> dict[str, Any]:
    """One line of the table."""
    return {"figure": figure, "unit": unit, "ours": ours, "peer": None, "peer_value": None, "ratio": None,
            "goal": None, "met": None, **more}  # fmt: skip


def exactly_once(county: County, refs: list[ReportRef]) -> int:
    """How many of the reports have the writer's version, the reviewer's, and one file."""
    reviewer = county.registry_actor("reviewer")
    opened = [county.reports.report(reviewer, one.report_id) for one in refs]
    files = {path.stem for path in (county.floor.data / "reports").rglob("*.pdf")}
    named = [one.renditions[2].sha256 for one in opened if [each.says.number for each in one.versions] == [1, 2]]
    return len(files & set(named)) if len(files) == len(set(named)) else 0


def rows() -> list[dict[str, Any]]:
    """The count and the wall time, films and claims not counted."""
    children = Children()
    with tempfile.TemporaryDirectory() as folder:
        county = open_county(Path(folder), children)
        writer = county.person("writer", "李文博", county.lead, Role.RADIOLOGIST)
        reviewer = county.person("reviewer", "张建国", county.lead, Role.REVIEWER, Role.RADIOLOGIST, title="副主任医师")
        studies = [county.film(county.order()) for _ in range(REPORTS)]

        def walk(study: str) -> ReportRef:
            county.submitted(writer, study)
            return county.approved(reviewer, study)

        county.reports._settings = county.reports._settings.model_copy(update={"render_seconds": 120})
        walk(county.film(county.order()))  # warm children
        for path in (county.floor.data / "reports").rglob("*.pdf"):
            path.unlink()
        begin = time.monotonic()
        with ThreadPoolExecutor(DESKS) as desks:
            refs = list(desks.map(walk, studies))
        seconds = time.monotonic() - begin
        once = exactly_once(county, refs)
        county.floor.db.close()
    children.close()
    return [
        row(f"of {REPORTS} reports signed in parallel, each exactly once", "reports", once, goal=f"= {REPORTS}",
            met=once == REPORTS),
        row(f"{REPORTS} reports submitted and approved by {DESKS} at once", "s wall", round(seconds, 1)),
    ]  # fmt: skip
