"""Set-up does what is missing, nothing twice, and says exactly what a person must type."""

from pathlib import Path

import pytest

from scripts import setup


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout with a recorder instead of a shell."""
    for name, place in (("ROOT", ""), ("VENV", ".venv"), ("FRONTEND", "web/frontend"), ("STATIC", "web/static")):
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
        monkeypatch.setattr(setup, name, tmp_path / place)
    (tmp_path / "requirements.lock").write_text("one==1\n")
    return tmp_path


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Every command that set-up would have run; whether a daemon might start is asked of a file of the test's own."""
    commands: list[list[str]] = []
    monkeypatch.setattr(setup, "START_POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(setup, "quietly", lambda command, cwd=None: commands.append(list(command)))
    return commands


def test_who_is_not_root_reads_the_line_to_type(monkeypatch: pytest.MonkeyPatch, ran: list[list[str]]) -> None:
    monkeypatch.setattr(setup, "installed", lambda package: package == "dcmtk")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(SystemExit) as stopped:
        setup.debian(["python3-venv", "fonts-noto-cjk", "dcmtk"])
    line = "  sudo apt-get install --yes --no-install-recommends python3-venv fonts-noto-cjk"
    assert line in str(stopped.value).splitlines()
    assert ran == []


def test_root_installs_only_what_is_missing(monkeypatch: pytest.MonkeyPatch, ran: list[list[str]]) -> None:
    monkeypatch.setattr(setup, "installed", lambda package: package != "chromium")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda program: f"/usr/bin/{program}")
    setup.debian(["python3-venv", "chromium"])
    assert [command[1] for command in ran] == ["update", "install"]
    assert ran[1][-1] == "chromium"
    assert "python3-venv" not in ran[1]


def test_a_package_is_installed_without_starting_its_daemon(
    monkeypatch: pytest.MonkeyPatch, ran: list[list[str]]
) -> None:
    asked: list[tuple[str, bool]] = []
    monkeypatch.setattr(setup, "installed", lambda package: False)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda program: f"/usr/bin/{program}")
    monkeypatch.setattr(setup, "quietly", lambda command: asked.append((command[1], setup.START_POLICY.exists())))
    setup.debian(["rabbitmq-server"])
    assert asked == [("update", False), ("install", True)]
    assert not setup.START_POLICY.exists()
    setup.START_POLICY.write_text("the machine's own")
    setup.debian(["redis-server"])
    assert setup.START_POLICY.read_text() == "the machine's own"
    assert ran == []


def test_nothing_is_asked_of_apt_when_nothing_is_missing(monkeypatch: pytest.MonkeyPatch, ran: list[list[str]]) -> None:
    monkeypatch.setattr(setup, "installed", lambda package: True)
    setup.debian(setup.TEST_DEBIAN)
    assert ran == []


def test_a_lock_is_installed_once_with_hashes_and_again_when_it_changes(root: Path, ran: list[list[str]]) -> None:
    setup.python_packages("requirements.lock")
    assert [command[1:3] for command in ran] == [["-m", "venv"], ["-m", "pip"]]
    assert "--require-hashes" in ran[1]
    setup.python_packages("requirements.lock")
    assert len(ran) == 2
    (root / "requirements.lock").write_text("one==2\n")
    setup.python_packages("requirements.lock")
    assert ran[-1][1:3] == ["-m", "pip"]


def test_an_installation_that_failed_is_tried_again(
    root: Path, monkeypatch: pytest.MonkeyPatch, ran: list[list[str]]
) -> None:
    def fails(command: list[str], cwd: Path | None = None) -> None:
        raise SystemExit("no room")

    with monkeypatch.context() as broken, pytest.raises(SystemExit):
        broken.setattr(setup, "quietly", fails)
        setup.python_packages("requirements.lock")
    setup.python_packages("requirements.lock")
    assert ran[-1][1:3] == ["-m", "pip"]


def test_the_workstation_is_built_again_only_when_a_source_changed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(setup, "npm", lambda *words: said.append(words[0]))
    frontend = root / "web" / "frontend"
    (frontend / "node_modules").mkdir()
    (frontend / "package-lock.json").write_text("{}")
    (frontend / "main.ts").write_text("1")
    setup.workstation("build")
    assert said == ["ci", "run"]
    (frontend / "node_modules" / "noise.js").write_text("x")
    setup.workstation("build")
    assert said == ["ci", "run"]
    (frontend / "main.ts").write_text("2")
    setup.workstation("build")
    assert said == ["ci", "run", "run"]


def test_the_checks_need_the_workstations_tools_but_no_bundle(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(setup, "npm", lambda *words: said.append(words[0]))
    (root / "web" / "frontend" / "node_modules").mkdir()
    (root / "web" / "frontend" / "package-lock.json").write_text("{}")
    setup.workstation("modules")
    assert said == ["ci"]


def test_an_old_python_is_told_which_one_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        setup.main("run")
