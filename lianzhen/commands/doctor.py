"""`doctor`: what can be wrong with this installation, and what to do about it."""

import argparse
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import select

from foundation.access import PRODUCT
from foundation.catalogue import message
from foundation.clock import from_iso
from foundation.database import health
from foundation.dialect import database_now
from foundation.errors import LianzhenError
from foundation.floor import Floor
from lianzhen import checks, demo, schema, settings
from lianzhen.checks import Verdict
from lianzhen.settings import Settings
from lianzhen.wiring import open_house
from web.house import House

FREE_GIB = 5


def arguments(_parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def main(_given: argparse.Namespace) -> int:
    """Print a line for each check; 1 when anything needs a person."""
    chosen = settings.load()
    looked: list[tuple[str, Callable[[], Verdict]]] = [
        ("磁盘 disk", lambda: _disk(chosen.data)),
        ("字体 fonts", lambda: _fonts(chosen)),
        ("工作站 workstation", _workstation),
        *_outside(chosen),
        ("数据库结构 migrations", lambda: _schema(chosen)),
    ]
    verdicts = [_look(name, check) for name, check in looked]
    if verdicts[-1]:
        verdicts += _inside(chosen)
    return 0 if all(verdicts) else 1


def _look(name: str, check: Callable[[], Verdict]) -> bool:
    try:
        fine, seen, advice = check()
    except LianzhenError as refusal:
        fine, seen, advice = False, refusal.code, f"{message(refusal, 'zh')} · {message(refusal, 'en')}"
    print(f"{'✓' if fine else '✗'} {name}: {seen}" + ("" if fine else f"\n    → {advice}"))
    return fine


def _outside(chosen: Settings) -> list[tuple[str, Callable[[], Verdict]]]:
    """The doors' ports and certificates."""
    running, now = checks.is_running(chosen), datetime.now(UTC)
    found: list[tuple[str, Callable[[], Verdict]]] = [
        (f"端口 port {door.name}", partial(checks.port, door, running=running)) for door in checks.doors(chosen)
    ]
    found += [
        (f"证书 certificate {name}", partial(checks.certificate, file, key, authority, now))
        for name, file, key, authority in checks.door_certificates(chosen)
    ]
    return found


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
    opened = open_house(chosen, demo=demo.exists(chosen.data))
    try:
        floor = opened.floor
        return [
            _look("数据库 database", lambda: _integrity(floor)),
            _look("审计链 audit chain", lambda: _audit(floor)),
            _look("归档 archive", lambda: _archive(opened.house.gateway.damaged())),
            _look("任务 tasks", lambda: _tasks(floor)),
            _look("时钟 clock", lambda: _clock(floor)),
            _look("对时 time synchronisation", checks.synchronised),
            _look("签名证书 signing keys", lambda: _keys(opened.house)),
            _look("县级证书 county certificates", lambda: _county(opened.house)),
            _look("动态码密钥 second factors", lambda: _factors(opened.house)),
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
    newest = floor.audit.entries(limit=1)
    built = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    return checks.clock(datetime.now(UTC), database, built, from_iso(newest[0]["recorded"]) if newest else None)


def _keys(house: House) -> Verdict:
    """The doctors' certificates: one that ends within a month is named."""
    now = datetime.now(UTC)
    known = [one for one in house.reports.all_keys(PRODUCT) if not (one.replaced_at or one.revoked_at)]
    dated = [(one.person_name, one.not_after) for one in known if one.not_after is not None]
    ending = [f"{name} {last:%Y-%m-%d}" for name, last in dated if last - now <= checks.SOON]
    advice = "医师在“签名证书”里续期 · the doctors renew on their page"
    return not ending, "；".join(ending) or f"{len(known)} 张有效 valid", advice


def _county(house: House) -> Verdict:
    """The seal and the county's own authority; what is missing is made when first needed in a demonstration only."""
    reports = house.reports
    return checks.county(reports.county_certificates(PRODUCT), datetime.now(UTC), made=reports.makes_keys)


def _factors(house: House) -> Verdict:
    """Whoever has an authenticator needs the key that their secrets are wrapped with."""
    count, file = len(house.auth.factors.enrolled()), house.floor.data / "keys" / "second-factor"
    advice = f"从备份恢复 {file}，否则动态码无法核对 · restore it from a backup: without it no code can be checked"
    return not count or file.is_file(), f"{count} 人 people", advice
