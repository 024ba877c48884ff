"""One frame for every bench: the same columns, the same file, and no figure that hides."""

import json
import types
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as frame

ROW = {
    "figure": "claims", "unit": "1/s", "ours": 6123.4, "peer": None, "peer_value": None, "ratio": None,
    "goal": "≥ 5000", "met": True,
}  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A house with two benches; what each gives can be changed."""
    given: dict[str, Any] = {"claims": lambda: [ROW], "report": lambda: [ROW | {"met": False}]}
    monkeypatch.setattr(frame, "ROOT", tmp_path)
    monkeypatch.setattr(frame, "BENCHES", {name: (name,) for name in given})
    monkeypatch.setattr(frame, "find_spec", lambda name: name)
    monkeypatch.setattr(
        "importlib.import_module", lambda name: types.SimpleNamespace(rows=given[name.rpartition(".")[2]])
    )
    return given


def test_every_bench_leaves_its_rows_in_a_file(bench: dict[str, Any], tmp_path: Path) -> None:
    assert frame.main([]) == 0
    kept = json.loads((tmp_path / "build" / "bench" / "claims.json").read_text())
    assert kept["rows"] == [ROW]
    assert (tmp_path / "build" / "bench" / "report.json").is_file()


def test_a_missed_goal_is_shown_and_is_not_a_failure_of_the_bench(
    bench: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert frame.main(["report"]) == 0
    assert " NO" in capsys.readouterr().out


def test_a_row_without_its_goal_is_refused(bench: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    bench["claims"] = lambda: [{"figure": "claims", "unit": "1/s", "ours": 9_999_999}]
    assert frame.main(["claims"]) == 1
    assert "lacks peer, peer_value, ratio, goal, met" in capsys.readouterr().err


def test_a_bench_that_fails_does_not_hide_the_others(
    bench: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> list[dict[str, Any]]:
        raise OSError("no display")

    bench["claims"] = broken
    assert frame.main([]) == 1
    assert "no display" in capsys.readouterr().err
    assert (tmp_path / "build" / "bench" / "report.json").is_file()


def test_an_unknown_name_is_answered_with_the_known_ones(
    bench: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert frame.main(["claimz"]) == 2
    assert "claims, report" in capsys.readouterr().err
