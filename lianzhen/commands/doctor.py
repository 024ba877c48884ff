"""`doctor`: what can be wrong with this installation, and what to do about it."""

import argparse
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from foundation.database import health
from foundation.dialect import database_now
from foundation.errors import LianzhenError
from foundation.floor import Floor
from lianzhen import schema, settings
from lianzhen.settings import Settings
from lianzhen.wiring import open_house

FREE_GIB = 5
Verdict = tuple[bool, str, str]  # fine, what was seen, what to do


def arguments(_parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def main(_given: argparse.Namespace) -> int:
    """Print a line for each check; 1 when anything needs a person."""
    chosen = settings.load()
    checks: list[tuple[str, Callable[[], Verdict]]] = [
        ("磁盘 disk", lambda: _disk(chosen.data)),
        ("字体 fonts", lambda: _fonts(chosen)),
        ("工作站 workstation", _workstation),
        ("数据库结构 schema", lambda: _schema(chosen)),
    ]
    verdicts = [_look(name, check) for name, check in checks]
    if verdicts[-1]:
        verdicts += _inside(chosen)
    return 0 if all(verdicts) else 1


def _look(name: str, check: Callable[[], Verdict]) -> bool:
    try:
        fine, seen, advice = check()
    except LianzhenError as refusal:
        fine, seen, advice = False, refusal.code, "docs/errors.md"
    print(f"{'✓' if fine else '✗'} {name}: {seen}" + ("" if fine else f"\n    → {advice}"))
    return fine


def _disk(data: Path) -> Verdict:
    usage = shutil.disk_usage(data if data.exists() else Path.cwd())
    free = usage.free / 2**30
    return free > FREE_GIB, f"{free:.0f} GiB 可用 free", "清理空间或换更大的磁盘 · free space or use a larger disk"


def _fonts(chosen: Settings) -> Verdict:
    folder = chosen.reports.fonts
    return folder.is_dir(), str(folder), "apt-get install fonts-noto-cjk"


def _workstation() -> Verdict:
    index = Path(__file__).parents[2] / "web" / "static" / "index.html"
    return index.is_file(), "已构建 built" if index.is_file() else "未构建 not built", "make run"


def _schema(chosen: Settings) -> Verdict:
    schema.check(chosen.floor.database_url)
    return True, schema.wanted(), ""


def _inside(chosen: Settings) -> list[bool]:
    opened = open_house(chosen)
    try:
        floor = opened.floor
        return [
            _look("数据库 database", lambda: _integrity(floor)),
            _look("审计链 audit chain", lambda: _audit(floor)),
            _look("归档 archive", lambda: _archive(opened.house.gateway.damaged())),
            _look("任务 tasks", lambda: _tasks(floor)),
            _look("时钟 clock", lambda: _clock(floor)),
        ]
    finally:
        opened.floor.close()


def _integrity(floor: Floor) -> Verdict:
    with floor.db.read() as conn:
        fine, seen = health.look(conn)
    return (
        fine,
        seen,
        "docs/operations.md: 恢复备份或调整数据库设置 · restore the latest backup, or set the server right",
    )


def _audit(floor: Floor) -> Verdict:
    broken = floor.audit.verify()
    return broken is None, "完整 whole" if broken is None else f"seq {broken}", "审计记录被改动，请保全现场 · tampered"


def _archive(damaged: list[str]) -> Verdict:
    seen = "每个对象与摘要一致 every object matches its digest" if not damaged else ", ".join(damaged[:5])
    return not damaged, seen, "从备份恢复这些对象 · restore these objects from a backup"


def _tasks(floor: Floor) -> Verdict:
    counts = floor.tasks.counts()
    waiting = {state: count for state, count in counts.items() if state in {"failed", "unsure"}}
    return not waiting, str(counts), "管理页面 → 任务 · administration page → tasks"


def _clock(floor: Floor) -> Verdict:
    with floor.db.read() as conn:
        database = conn.execute(select(database_now())).scalar_one()
    skew = abs((datetime.now(UTC) - database).total_seconds())
    return skew < 5 and database.year >= 2026, f"{database:%Y-%m-%d %H:%M:%S} UTC", "校准系统时间 · set the clock"
