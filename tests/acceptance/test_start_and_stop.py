"""Starting and stopping the product as an administrator does, with each mistake that can be made."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.house import PASSWORD
from tests.product import ROOT, Product, running


def run(data: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One command of the product, without the demonstration password."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LIANZHEN_")}
    return subprocess.run(
        [sys.executable, "-m", "lianzhen", *words],
        cwd=ROOT, env={**clean, "LIANZHEN_DATA": str(data), **environment}, capture_output=True, text=True, timeout=60,
        check=False, input=environment.get("STDIN", ""),
    )  # fmt: skip


def test_it_starts_prints_what_one_needs_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    product = Product(tmp_path / "data").start()
    assert httpx.get(f"{product.url}/api/health").json() == {"status": "up"}
    for words in ("工作站", "AE LIANZHEN", "radiologist", "dcmsend -aet TOWNSHIP1", "医疗器械"):
        assert words in product.greeting
    assert product.stop() == 0


def test_a_second_start_and_a_start_after_kill_9_find_everything(tmp_path: Path) -> None:
    product = Product(tmp_path / "data").start()
    with product.client("admin") as admin:
        before = admin.get("/api/admin/people").json()
    product.kill()
    product.start()
    with product.client("admin") as admin:
        assert admin.get("/api/admin/people").json() == before
    assert product.stop() == 0
    product.start()
    with product.client("admin") as admin:
        assert admin.get("/api/admin/people").json() == before
    assert product.stop() == 0


def test_a_first_start_that_was_killed_half_way_is_completed_by_the_next(tmp_path: Path) -> None:
    environment = {**os.environ, "LIANZHEN_DATA": str(tmp_path / "data"), "LIANZHEN_DEMO_PASSWORD": PASSWORD,
                   "LIANZHEN_WEB__PORT": "0", "LIANZHEN_PACS_GATEWAY__PORT": "0",
                   "LIANZHEN_REGISTRY__MLLP_PORT": "0"}  # fmt: skip
    for wait in (0.6, 0.8, 1.0, 1.2, 1.5):
        with subprocess.Popen(
            [sys.executable, "-m", "lianzhen", "run"],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
        ) as process:  # fmt: skip
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(wait)
            process.kill()
    with running(tmp_path / "data") as product, product.client("admin") as admin:
        assert len(admin.get("/api/admin/units").json()["items"]) == 4
        assert len(admin.get("/api/admin/people").json()["items"]) == 10


def test_the_generated_password_is_kept_where_only_its_owner_reads_it(tmp_path: Path) -> None:
    with running(tmp_path / "data", LIANZHEN_DEMO_PASSWORD="") as product:
        kept = tmp_path / "data" / "demo" / "password.txt"
        assert kept.read_text() in product.greeting
        assert kept.stat().st_mode & 0o077 == 0


def test_two_processes_never_share_a_data_folder(tmp_path: Path) -> None:
    with running(tmp_path / "data"):
        second = run(tmp_path / "data", "run")
        assert second.returncode == 2
        assert "另一个联诊进程" in second.stderr


def test_a_door_beyond_loopback_requires_tls(tmp_path: Path) -> None:
    refused = run(tmp_path / "data", "run", LIANZHEN_WEB__HOST="0.0.0.0")
    assert refused.returncode == 2
    assert "LIANZHEN_WEB__TLS_CERTIFICATE" in refused.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ["LIANZHEN_WEB__PORT", "LIANZHEN_PACS_GATEWAY__PORT", "LIANZHEN_REGISTRY__MLLP_PORT"])
def test_a_taken_port_is_named_with_its_setting(tmp_path: Path, name: str) -> None:
    free = {"LIANZHEN_WEB__PORT": "0", "LIANZHEN_PACS_GATEWAY__PORT": "0", "LIANZHEN_REGISTRY__MLLP_PORT": "0"}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = run(tmp_path / "data", "run", **{**free, name: str(taken.getsockname()[1])})
    assert refused.returncode == 2
    assert name in refused.stderr
    assert "Traceback" not in refused.stderr


def test_production_refuses_the_demonstrations_data_and_password(tmp_path: Path) -> None:
    with running(tmp_path / "data"):
        pass
    refused = run(tmp_path / "data", "run", LIANZHEN_MODE="production")
    assert refused.returncode == 2
    assert "演示" in refused.stderr
    refused = run(tmp_path / "other", "run", LIANZHEN_MODE="production", LIANZHEN_DEMO_PASSWORD="x" * 12)
    assert refused.returncode == 2
    assert "LIANZHEN_DEMO_PASSWORD" in refused.stderr


def test_production_begins_with_its_first_administrator(tmp_path: Path) -> None:
    refused = run(tmp_path / "data", "run", LIANZHEN_MODE="production")
    assert refused.returncode == 2
    assert "administrator" in refused.stderr
    words = ("administrator", "--unit", "云溪县人民医院", "--code", "YX", "--account", "boss", "--name", "郑伟")
    weak = run(tmp_path / "data", *words, STDIN="short\n")
    assert weak.returncode == 2
    assert "至少" in weak.stderr
    made = run(tmp_path / "data", *words, STDIN="a-good-long-password\n")
    assert made.returncode == 0, made.stderr
    again = run(tmp_path / "data", *words, STDIN="a-good-long-password\n")
    assert again.returncode == 2
    assert run(tmp_path / "data", "administrator", "--reset", "nobody", STDIN="x\n").returncode == 2
    back = run(tmp_path / "data", "administrator", "--reset", "boss", STDIN="a-way-back-in-again\n")
    assert back.returncode == 0, back.stderr
    with running(tmp_path / "data", LIANZHEN_MODE="production", LIANZHEN_DEMO_PASSWORD="") as product:
        answer = httpx.post(f"{product.url}/api/session", json={"account": "boss", "password": "a-way-back-in-again"})
        assert answer.json()["person"]["roles"] == ["administrator"]
        assert answer.json()["person"]["must_change_password"] is True
        assert httpx.get(f"{product.url}/api/settings").json()["demo"] is False


def test_a_mistyped_setting_stops_the_start(tmp_path: Path) -> None:
    refused = run(tmp_path / "data", "run", LIANZHEN_WEB__PROT="1")
    assert refused.returncode == 2
    assert "LIANZHEN_WEB__PROT" in refused.stderr


def test_the_doctor_is_content_with_a_healthy_house(tmp_path: Path) -> None:
    with running(tmp_path / "data"):
        seen = run(tmp_path / "data", "doctor")
    assert "✓ 审计链" in seen.stdout
    assert "✓ 归档" in seen.stdout
    assert "✗ 数据库" not in seen.stdout


def test_a_token_lets_a_system_in(tmp_path: Path) -> None:
    with running(tmp_path / "data") as product:
        made = run(tmp_path / "data", "token", "add", "his", "--unit", "YXHK", "--role", "technician")
        assert made.returncode == 0, made.stderr
        header = {"Authorization": f"Bearer {made.stdout.strip()}"}
        assert httpx.get(f"{product.url}/api/studies", headers=header).status_code == 200
        assert run(tmp_path / "data", "token", "revoke", "his").stdout.strip() == "1"
        assert httpx.get(f"{product.url}/api/studies", headers=header).status_code == 401
        unknown = run(tmp_path / "data", "token", "add", "his", "--unit", "NOPE", "--role", "technician")
        assert unknown.returncode == 2


@pytest.mark.parametrize(
    ("command", "environment", "word"),
    [
        ("web", {}, "LIANZHEN_DATABASE=postgresql"),
        ("gateway", {}, "LIANZHEN_DATABASE=postgresql"),
        ("run", {"LIANZHEN_TASKS": "celery", "LIANZHEN_BROKER": "amqp://x@127.0.0.1/x"}, "LIANZHEN_TASKS=celery"),
        ("beat", {"LIANZHEN_DATABASE": "postgresql+psycopg://x@127.0.0.1:1/x"}, "LIANZHEN_TASKS"),
        (
            "worker",
            {"LIANZHEN_DATABASE": "postgresql+psycopg://x@127.0.0.1:1/x", "LIANZHEN_TASKS": "celery"},
            "LIANZHEN_BROKER",
        ),
        (
            "web",
            {
                "LIANZHEN_DATABASE": "postgresql+psycopg://x@127.0.0.1:1/x", "LIANZHEN_TASKS": "celery",
                "LIANZHEN_BROKER": "amqp://x:secret@127.0.0.1:1/x",
            },
            "amqp://x:**@127.0.0.1:1",
        ),
    ],
)  # fmt: skip
def test_what_cannot_run_together_is_refused_before_a_door_opens(
    tmp_path: Path, command: str, environment: dict[str, str], word: str
) -> None:
    refused = run(tmp_path / "data", command, **environment)
    assert refused.returncode == 2, refused.stderr
    assert word in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "secret" not in refused.stderr
