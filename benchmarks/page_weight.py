"""What a browser must load before the first page, and before the first image: gzipped bytes of the built workstation.

Read from web/static as a browser would: the entry of index.html with its style sheets and everything it imports at
once is the first page; the viewer is what its lazily imported chunk adds to that.
"""

import gzip
import re
from pathlib import Path
from typing import Any

STATIC = Path(__file__).resolve().parent.parent / "web" / "static"
MAIN_GOAL, VIEWER_GOAL = 450, 1100  # kB
AT_ONCE = re.compile(r"""(?:import|export)\s*(?:[\w*${}\s,]+?from\s*)?["']\./([\w.-]+\.js)["']""")
LATER = re.compile(r"""import\(\s*["'`]\./([\w.-]+\.js)["'`]""")
IN_PAGE = re.compile(r"""(?:src|href)="/(assets/[\w.-]+\.(?:js|css))\"""")


def closure(names: set[str], assets: Path) -> set[str]:
    """The files and all that they import at once."""
    found: set[str] = set()
    while names:
        name = names.pop()
        found.add(name)
        if name.endswith(".js"):
            names |= set(AT_ONCE.findall((assets / name).read_text(encoding="utf-8"))) - found
    return found


def kilobytes(names: set[str], assets: Path) -> float:
    """Gzipped size at the level servers use by default."""
    return sum(len(gzip.compress((assets / name).read_bytes(), 6)) for name in names) / 1000


def first_page(static: Path) -> set[str]:
    """What index.html loads before anything is shown."""
    page = (static / "index.html").read_text(encoding="utf-8")
    return closure({name.removeprefix("assets/") for name in IN_PAGE.findall(page)}, static / "assets")


def viewer(main: set[str], assets: Path) -> set[str]:
    """What the chunk with Cornerstone adds. Raises ValueError when no lazily loaded chunk carries it."""
    seen, waiting, candidates = set(main), set(main), []
    while waiting:
        words = (assets / waiting.pop()).read_text(encoding="utf-8")
        for name in set(LATER.findall(words)) - seen:
            added = closure({name}, assets) - main
            waiting |= added - seen
            seen |= added
            candidates.append(added)
    with_cornerstone = [
        added for added in candidates if any("cornerstone" in (assets / name).read_text("utf-8") for name in added)
    ]
    if not with_cornerstone:
        raise ValueError("no lazily loaded chunk of web/static carries Cornerstone: is the workstation built?")
    return max(with_cornerstone, key=lambda added: kilobytes(added, assets))


def row(figure: str, ours: float, goal: int) -> dict[str, Any]:
    """One line of the table; there is no peer, the goal is the measure."""
    return {
        "figure": figure, "unit": "kB gzip", "ours": round(ours, 1), "peer": None, "peer_value": None, "ratio": None,
        "goal": f"≤ {goal}", "met": ours <= goal,
    }  # fmt: skip


def rows(static: Path = STATIC) -> list[dict[str, Any]]:
    """The first page, the page a reader works from, and the viewer on top."""
    assets, main = static / "assets", first_page(static)
    worklist = main | closure({path.name for path in assets.glob("WorklistPage-*.js")}, assets)
    return [
        row("sign-in page", kilobytes(main, assets), MAIN_GOAL),
        row("worklist, all that it loads", kilobytes(worklist, assets), MAIN_GOAL),
        row("viewer, loaded at the first reading", kilobytes(viewer(main, assets), assets), VIEWER_GOAL),
    ]
