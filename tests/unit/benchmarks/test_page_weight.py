"""The weight of the pages is counted as a browser loads them."""

import gzip
from pathlib import Path

import pytest

from benchmarks.page_weight import first_page, rows, viewer

FILES = {
    "index-a1.js": 'import{a as b}from"./shared-b2.js";import"./side-c3.js";const go=()=>import(`./reading-d4.js`)',
    "shared-b2.js": "export const a=1",
    "side-c3.js": "a()",
    "reading-d4.js": 'import{a}from"./shared-b2.js";import{v}from"./vtk-e5.js";/* @cornerstonejs */v(a)',
    "vtk-e5.js": "export const v=" + ",".join(str(number) for number in range(4000)),
    "WorklistPage-g7.js": 'import"./shared-b2.js";' + ";".join(f"row({number})" for number in range(900)),
    "never-f6.js": "x" * 100_000,
    "index-a1.css": "body{margin:0}",
}


@pytest.fixture
def static(tmp_path: Path) -> Path:
    assets = tmp_path / "assets"
    assets.mkdir()
    for name, words in FILES.items():
        (assets / name).write_text(words)
    (tmp_path / "index.html").write_text(
        '<script type="module" crossorigin src="/assets/index-a1.js"></script>'
        '<link rel="stylesheet" crossorigin href="/assets/index-a1.css">'
    )
    return tmp_path


def test_the_first_page_is_the_entry_its_style_and_what_it_imports_at_once(static: Path) -> None:
    assert first_page(static) == {"index-a1.js", "index-a1.css", "shared-b2.js", "side-c3.js"}


def test_the_worklist_is_counted_with_the_page_that_opens_it(static: Path) -> None:
    sign_in, worklist, _ = rows(static)
    assert worklist["ours"] > sign_in["ours"]


def test_the_viewer_is_only_what_its_chunk_adds(static: Path) -> None:
    assert viewer(first_page(static), static / "assets") == {"reading-d4.js", "vtk-e5.js"}


def test_sizes_are_gzipped_kilobytes(static: Path) -> None:
    expected = sum(len(gzip.compress(FILES[name].encode(), 6)) for name in ("reading-d4.js", "vtk-e5.js")) / 1000
    assert rows(static)[-1]["ours"] == pytest.approx(expected, abs=0.05)


def test_a_workstation_without_its_viewer_is_not_praised_for_lightness(static: Path) -> None:
    (static / "assets" / "reading-d4.js").write_text("export{}")
    with pytest.raises(ValueError, match="Cornerstone"):
        rows(static)
