"""The house has the rooms of ARCHITECTURE.md, each with the same furniture, and none is somebody else's."""

import ast
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

from foundation.errors import LianzhenError, every_error
from tests.architecture.tree import FOREIGN, PACKAGES, PRODUCT, ROOMS, ROOT, files, parsed, place

FURNITURE = {"api", "model", "events", "store", "tasks", "settings", "errors"}
# What a room has beside the furniture: its outside worlds and the trades that ARCHITECTURE.md names.
SPECIAL = {
    "registry": {
        "barcode",
        "credit_code",
        "fhir",
        "hl7",
        "grants",
        "id_card",
        "intake",
        "items",
        "linking",
        "meeting",
        "names",
        "qualification",
        "roster",
        "sheet",
        "spelling",
    },
    "pacs_gateway": {"archives", "dicom", "dicomweb", "listener", "pictures", "scp", "worklist"},
    "ecg": {"readers", "writers", "analysis", "drawing", "summary"},
    "reading_queue": set[str](),
    "recognition": {"pictures", "profile", "reasons", "rules", "sheets", "summing"},
    "reports": {"canonical", "encodings", "files", "search", "signers", "templates", "verification", "wording"},
}
FAMILIES = {error.__name__ for error in every_error() if error.__module__ == LianzhenError.__module__}
DRAWERS_FOR_EVERYTHING = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "tools"}


def pieces(folder: Path) -> set[str]:
    """The modules and sub-packages directly in a folder."""
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "__main__"}
    return modules | {path.name for path in folder.iterdir() if path.is_dir() and path.name not in FOREIGN}


def test_the_top_level_is_exactly_the_rooms_and_what_serves_them() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert found == set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_is_imported_from_this_repository(package: str) -> None:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin == str(ROOT / package / "__init__.py")


def test_no_installed_distribution_owns_one_of_our_names() -> None:
    assert not set(packages_distributions()) & set(PRODUCT)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_only_its_furniture_and_its_outside_worlds(room: str) -> None:
    assert pieces(ROOT / room) - FURNITURE - SPECIAL[room] == set()


@pytest.mark.parametrize("room", ROOMS)
def test_no_outside_world_is_listed_that_the_room_does_not_have(room: str) -> None:
    assert SPECIAL[room] - pieces(ROOT / room) == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_says_what_happens_in_it(package: str) -> None:
    words = ast.get_docstring(parsed(ROOT / package / "__init__.py"))
    assert words
    assert len(words) >= 40


def test_nothing_is_a_drawer_for_everything() -> None:
    assert not [place(path) for path in files(".py") if path.stem in DRAWERS_FOR_EVERYTHING]
    assert not [
        place(path)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_dir()
        and path.name in DRAWERS_FOR_EVERYTHING
        and not FOREIGN.intersection(path.relative_to(ROOT).parts)
    ]


def test_errors_are_defined_where_the_room_keeps_them() -> None:
    outside = [
        f"{place(path)}:{node.lineno} {node.name}"
        for path in files(".py", under=ROOMS)
        if path.stem != "errors" and "errors" not in path.relative_to(ROOT).parts
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef) and {ast.unparse(base) for base in node.bases} & FAMILIES
    ]
    assert not outside
