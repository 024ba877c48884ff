"""What the doctor sees from outside: clock, ports, certificates; and the whole command over a real county."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lianzhen import checks
from lianzhen.checks import Door
from lianzhen.commands import doctor, tls_demo
from reports.api import CountyCertificate
from tests.house import demo_house

pytestmark = pytest.mark.one_database
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
YEAR = timedelta(days=365)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("off", "fine"),
    [
        (timedelta(), True),
        (YEAR, False),
        (-YEAR, False),
        (timedelta(minutes=2), True),
        (-DAY, False),
        (200 * DAY, True),
    ],
)
def test_a_clock_that_is_a_year_off_is_seen(off: timedelta, fine: bool) -> None:
    now = NOW + off
    verdict = checks.clock(now, now, NOW - 100 * DAY, NOW)
    assert verdict[0] is fine
    assert (verdict[2] == "") is fine


def test_a_clock_before_the_installation_or_apart_from_the_databases_is_seen() -> None:
    assert not checks.clock(NOW, NOW, NOW + DAY, None)[0]
    assert not checks.clock(NOW, NOW + timedelta(seconds=30), NOW, None)[0]
    assert checks.clock(NOW, NOW, NOW, None)[0]


CHRONY = "Reference ID    : CB00710F (203.0.113.15)\\nStratum         : 3\\nLeap status     : %s\\n"


@pytest.mark.parametrize(
    ("program", "says", "fine", "seen"),
    [
        ("chronyc", CHRONY % "Normal", True, "chronyc: "),
        ("chronyc", CHRONY % "Not synchronised", False, "chronyc: "),
        ("timedatectl", "NTPSynchronized=yes\\n", True, "timedatectl: "),
        ("timedatectl", "NTPSynchronized=no\\n", False, "timedatectl: "),
        ("ntpq", "", True, "not to be told here"),
    ],
)
def test_a_clock_that_follows_no_time_server_is_a_fault_where_that_can_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, says: str, fine: bool, seen: str
) -> None:
    script = tmp_path / program
    script.write_text(f"#!/bin/sh\nprintf '{says}'\n", encoding="ascii")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    verdict = checks.synchronised()
    assert (verdict[0], seen in verdict[1], "NTP" in verdict[2]) == (fine, True, program != "ntpq")


def test_a_seal_that_ends_soon_or_is_not_there_is_a_fault_with_what_to_do() -> None:
    seal = CountyCertificate("county-seal", "云溪县人民医院 电子印章", NOW + YEAR)
    root = CountyCertificate("county-authority", "云溪县 签发机构", NOW + 2 * YEAR)
    assert checks.county([seal, root], NOW, made=False)[0]
    fine, shown, hint = checks.county([seal, root], NOW + YEAR - DAY, made=False)
    assert (fine, "电子印章" in shown, "签发机构" in shown, hint) == (False, True, False, checks.RENEW[seal.slot])
    assert checks.NOT_RENEWED in checks.county([seal, root], NOW + 3 * YEAR, made=False)[2]
    assert checks.county([root], NOW, made=False)[:2] == (False, checks.NO_SEAL)
    assert checks.county([], NOW, made=True)[0]


@pytest.fixture
def taken() -> Iterator[Door]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield Door("DICOM", "127.0.0.1", other.getsockname()[1], "LIANZHEN_PACS_GATEWAY__PORT")


def test_a_port_that_another_program_has_is_a_fault_with_a_hint(taken: Door) -> None:
    fine, seen, hint = checks.port(taken, running=False)
    assert (fine, "taken" in seen, "LIANZHEN_PACS_GATEWAY__PORT" in hint) == (False, True, True)
    assert checks.port(taken, running=True)[0]  # then it is the product itself
    assert not checks.port(Door("HTTP", "203.0.113.9", 8000, "LIANZHEN_WEB__PORT"), running=False)[0]


def test_a_door_that_should_be_open_and_is_not_is_a_fault(taken: Door) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]
    assert checks.port(Door("HL7", "127.0.0.1", free, "X"), running=False)[0]
    assert not checks.port(Door("HL7", "127.0.0.1", free, "X"), running=True)[0]


def test_a_certificate_that_ends_soon_or_fits_no_key_is_a_fault(tmp_path: Path) -> None:
    import argparse

    parser = argparse.ArgumentParser()
    tls_demo.arguments(parser)
    for name in ("one", "other"):
        assert tls_demo.main(parser.parse_args(["--folder", str(tmp_path / name)])) == 0
    file, key = tmp_path / "one" / "server.pem", tmp_path / "one" / "server.key"
    now = datetime.now(UTC)
    assert checks.certificate(file, key, None, now)[0]
    assert not checks.certificate(file, key, None, now + 20 * YEAR)[0]
    assert not checks.certificate(file, tmp_path / "other" / "server.key", None, now)[0]
    assert not checks.certificate(tmp_path / "none.pem", key, None, now)[0]


def test_the_doctor_passes_a_sound_county_and_names_what_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], taken: Door
) -> None:
    with demo_house(tmp_path / "data"):
        pass
    for name, value in (("DATA", tmp_path / "data"), ("WEB__PORT", 0), ("PACS_GATEWAY__PORT", 0)):
        monkeypatch.setenv(f"LIANZHEN_{name}", str(value))
    monkeypatch.setenv("LIANZHEN_REGISTRY__MLLP_PORT", str(taken.port))
    doctor.main(None)  # type: ignore[arg-type]
    told = capsys.readouterr().out
    lines = {line.split(":")[0].split(" ", 1)[1]: line[0] for line in told.splitlines() if line[0] in "✓✗"}
    assert lines["端口 port HL7"] == "✗"
    assert "LIANZHEN_REGISTRY__MLLP_PORT" in told
    for sound in ("端口 port HTTP", "字体 fonts", "数据库结构 migrations", "时钟 clock", "签名证书 signing keys",
                  "县级证书 county certificates"):  # fmt: skip
        assert lines[sound] == "✓", told
