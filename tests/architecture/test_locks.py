"""What is installed is pinned, hashed, the same everywhere, and fetched from wherever the machine is told to look."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

PYTHON_LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;]+)(?: ;[^\\]*)? \\$")
REGISTRIES = "pypi|pythonhosted|npmjs|npmmirror|debian|aliyun|tsinghua|tencent"
INDEX = re.compile(rf"https?://[^\s\"']*(?:{REGISTRIES})", re.IGNORECASE)
PREPARATION = (
    *PYTHON_LOCKS, "Makefile", "Dockerfile", "docker-compose.yml", "pyproject.toml", "scripts/setup.py",
    "scripts/lock.py", ".ci/run", "web/frontend/package.json", "web/frontend/package-lock.json", "web/frontend/.npmrc",
)  # fmt: skip


def pins(name: str) -> dict[str, str]:
    """Package to version."""
    return {found[1].lower(): found[2] for line in (ROOT / name).read_text().splitlines() if (found := PIN.match(line))}


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_every_package_of_a_lock_is_pinned_and_hashed(name: str) -> None:
    heads = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / name).read_text().strip())
    assert len(heads) == len(pins(name)) > 0
    assert not [head.splitlines()[0] for head in heads if "--hash=sha256:" not in head]


def test_development_runs_on_exactly_the_versions_of_the_product() -> None:
    product, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert product.items() <= development.items()


@pytest.mark.parametrize("name", PREPARATION)
def test_no_registry_is_named(name: str) -> None:
    assert not INDEX.findall((ROOT / name).read_text(encoding="utf-8"))


def resolved(value: object) -> Iterator[str]:
    """Every download address in a package-lock."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "resolved":
                yield str(inner)
            yield from resolved(inner)


def test_the_workstation_lock_has_digests_and_no_download_addresses() -> None:
    lock = json.loads(Path(ROOT, "web/frontend/package-lock.json").read_text())
    assert not list(resolved(lock))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert not [name for name, entry in packages.items() if not entry.get("integrity")]
