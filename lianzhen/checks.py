"""What the doctor looks at from outside the house: clock, ports of all doors, certificates of the doors.

A verdict is whether it is fine, what was seen, and what to do.
"""

import errno
import os
import re
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from foundation.errors import LianzhenError
from foundation.tls import server_context
from lianzhen.settings import Settings
from reports.api import CountyCertificate

Verdict = tuple[bool, str, str]

SOON = timedelta(days=30)
AHEAD = timedelta(days=270)  # of silence: longer than any county is quiet
SLACK = timedelta(minutes=5)
NTP = "用 NTP 校准系统时间（timedatectl set-ntp true）· set the clock by NTP"


def clock(now: datetime, database: datetime, built: datetime, newest: datetime | None) -> Verdict:
    """Whether the machine's clock can be right.

    `built` is when this software was installed, `newest` the newest audit entry: no moment before them can be now,
    and a county that was quiet for months has a clock that runs ahead.
    """
    seen = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if abs(now - database) > timedelta(seconds=5):
        return False, f"{seen}, 数据库 database {database:%Y-%m-%d %H:%M:%S}", NTP
    if now < built - SLACK:
        return False, f"{seen}, 早于软件安装 before this software was installed ({built:%Y-%m-%d})", NTP
    if newest is not None and now < newest - SLACK:
        return False, f"{seen}, 早于最近的审计记录 before the newest audit entry ({newest:%Y-%m-%d %H:%M})", NTP
    if newest is not None and now - newest > AHEAD:
        return False, f"{seen}, 最近的审计记录 newest audit entry {newest:%Y-%m-%d}", NTP
    return True, seen, ""


SERVICES = (
    (("chronyc", "-n", "tracking"), re.compile(r"^Leap status +: (?:(Normal|Insert|Delete)|Not)", re.MULTILINE)),
    (("timedatectl", "show", "--property=NTPSynchronized"), re.compile(r"^NTPSynchronized=(?:(yes)|no)", re.MULTILINE)),
)
"""What knows whether the clock follows a time server, and what it says then."""


def synchronised() -> Verdict:
    """Whether the clock follows a time server, as chrony or systemd say; nothing inside sees one that runs ahead.

    Where neither can be asked (a container, another time service) that is said, and is no fault.
    """
    for words, answer in SERVICES:
        said = answer.search(_said(words))
        if said:
            follows = said[1] is not None
            return follows, f"{words[0]}: {'已同步 synchronised' if follows else '未同步 not synchronised'}", NTP
    return True, "本机查不到，请自行确认 not to be told here: make sure that a time service runs", ""


def _said(words: tuple[str, ...]) -> str:
    """What a program prints; nothing where there is none, or where it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            words, capture_output=True, text=True, timeout=5, check=False, env={**os.environ, "LC_ALL": "C"}
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


@dataclass(frozen=True, slots=True)
class Door:
    """An address that the product opens, and the setting that moves it."""

    name: str
    host: str
    port: int
    setting: str


def doors(chosen: Settings) -> list[Door]:
    """Every door that these settings open."""
    web, dicom, hospital = chosen.web, chosen.pacs_gateway, chosen.registry
    found = [
        Door("HTTP", web.host, web.port, "LIANZHEN_WEB__PORT"),
        Door("DICOM", dicom.host, dicom.port, "LIANZHEN_PACS_GATEWAY__PORT"),
    ]
    if dicom.tls_certificate is not None:
        found.append(Door("DICOM TLS", dicom.tls_host, dicom.tls_port, "LIANZHEN_PACS_GATEWAY__TLS_PORT"))
    if hospital.mllp_enabled:
        found.append(Door("HL7", hospital.mllp_host, hospital.mllp_port, "LIANZHEN_REGISTRY__MLLP_PORT"))
    return found


def port(door: Door, *, running: bool) -> Verdict:
    """Free, or held by the running product. `running`: its HTTP door answers."""
    where = f"{door.host}:{door.port}"
    move = f"换端口 {door.setting}，或停掉占用它的程序 · choose another port, or stop the program that has it"
    if door.port == 0:
        return True, f"{where} (由系统选择 chosen by the system)", ""
    try:
        with closing(socket.create_server((door.host, door.port))):
            return (not running, f"{where} 空闲 free", f"{door.name} 没有打开，看日志 · not open: see the log")
    except OSError as fault:
        if fault.errno == errno.EADDRNOTAVAIL:
            return False, f"{where} 本机没有这个地址 not an address of this machine", move.replace("PORT", "HOST")
        if fault.errno in (errno.EACCES, errno.EPERM):
            return False, f"{where} 没有权限 no permission", "端口用 1024 以上 · choose a port above 1023"
    return running, f"{where} {'产品正在使用 in use by the product' if running else '被占用 taken'}", move


def is_running(chosen: Settings) -> bool:
    """Whether this product answers at its HTTP door."""
    scheme = "https" if chosen.web.tls_certificate else "http"
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(chosen.web.host, chosen.web.host)  # noqa: S104 - looked at only
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # it is our own; nothing is sent
    address = f"{scheme}://{host}:{chosen.web.port}/api/settings"
    with (
        suppress(urllib.error.URLError, OSError, ValueError),
        urllib.request.urlopen(  # noqa: S310 - our own address
            address, timeout=5, context=context if scheme == "https" else None
        ) as answer,
    ):
        return b"not_certified" in answer.read(10_000)
    return False


def door_certificates(chosen: Settings) -> list[tuple[str, Path, Path | None, Path | None]]:
    """Every certificate file that a door is opened with: the door, certificate, key, authority."""
    web, dicom, hospital = chosen.web, chosen.pacs_gateway, chosen.registry
    found = [
        ("HTTP", web.tls_certificate, web.tls_key, None),
        ("DICOM TLS", dicom.tls_certificate, dicom.tls_key, dicom.tls_authority),
        ("HL7", hospital.mllp_tls_certificate, hospital.mllp_tls_key, hospital.mllp_tls_authority),
    ]
    return [(name, certificate, key, authority) for name, certificate, key, authority in found if certificate]


def certificate(file: Path, key: Path | None, authority: Path | None, now: datetime) -> Verdict:
    """Whether a door's files belong together and are good for a month yet."""
    renew = "换新证书并重启 · put a new certificate there and restart"
    try:
        server_context(file, key or file, authority)
    except LianzhenError as refusal:
        return False, f"{file}: {refusal.facts.get('why', refusal.code)}", renew
    first = x509.load_pem_x509_certificates(file.read_bytes())[0]
    return until(first.not_valid_after_utc, now, str(file), renew)


RENEW = {
    "county-seal": "印章用 keys seal 更换 · a new seal by `keys seal`",
    "county-seal-sm2": "国密印章：证书移入 former/，删除其密钥，下次签发时重新生成 · "
    "the SM2 seal: move its certificate to former/ and delete its key, the next report makes a new one",
}
NO_SEAL = "没有印章，不能签发 no seal: nothing can be issued"
NOT_RENEWED = (
    "县级签发机构不能续期，改用持牌机构的证书（keys trust、keys seal 文件）· "
    "the county's own authority is not renewed: go over to a licensed one's (`keys trust`, `keys seal FILE`)"
)


def county(known: Sequence[CountyCertificate], now: datetime, *, made: bool) -> Verdict:
    """The seal and the county's own authority; `made`: a missing seal is made when it is first needed."""
    if not made and not any(one.slot == "county-seal" for one in known):
        return False, NO_SEAL, RENEW["county-seal"]
    ending = [one for one in known if one.not_after - now <= SOON]
    shown = "；".join(f"{one.name} {one.not_after:%Y-%m-%d}" for one in ending or known)
    advice = dict.fromkeys(RENEW.get(one.slot, NOT_RENEWED) for one in ending)
    return not ending, shown or "首次签发时生成 made with the first report", "；".join(advice)


def until(last: datetime, now: datetime, what: str, advice: str) -> Verdict:
    """Good for longer than a month yet?"""
    return last - now > SOON, f"{what}: 有效期至 until {last:%Y-%m-%d}", advice
