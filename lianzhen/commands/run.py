"""`run`: everything in one process; with Celery the worker is a process beside it."""

import argparse
from typing import NamedTuple

from lianzhen import demo
from lianzhen.doors import HospitalDoor
from lianzhen.server import DicomDoor, Ending, HttpDoor, Part, Server, WorkerProcess
from lianzhen.settings import Settings
from lianzhen.starting import begin, prepare
from web.routes.about import NOT_CERTIFIED


class Doors(NamedTuple):
    """What is open."""

    http: HttpDoor
    dicom: DicomDoor
    hospital: HospitalDoor


def arguments(_parser: argparse.ArgumentParser) -> None:
    """Everything is a setting."""


def main(_given: argparse.Namespace) -> int:
    """Start, print the addresses, run until Ctrl-C."""
    with begin("run") as begun:
        opened, chosen = begun.open(), begun.settings
        county = prepare(begun, opened)
        http = HttpDoor(chosen.web, opened.house)
        dicom = DicomDoor(chosen, opened.house)
        hospital = HospitalDoor(chosen.registry, opened.house.registry)
        parts: list[Part] = [dicom, hospital, begun.runner(opened, by_the_clock=True), http]
        if begun.celery is not None:
            parts.insert(0, WorkerProcess())
        with Server(opened, *parts):
            ending = Ending()
            _greet(chosen, Doors(http, dicom, hospital), county)
            ending.wait()
            print("\n正在停止 · stopping …", flush=True)
    return 0


def _greet(chosen: Settings, doors: Doors, county: demo.DemoCounty | None) -> None:
    gateway, dicom = chosen.pacs_gateway, doors.dicom
    lines = [
        "",
        "联诊 Lianzhen",
        f"  工作站 workstation   {doors.http.url}",
        f"  DICOM                {gateway.host}:{dicom.port}  AE {gateway.ae_title}",
        *_more_doors(chosen, doors),
        f"  数据 data            {chosen.data.absolute()}",
    ]
    if chosen.mode == "demo":
        film = chosen.data / demo.FOLDER / "film.dcm"
        send = f"dcmsend -aet {demo.SENDER} -aec {gateway.ae_title} 127.0.0.1 {dicom.port} {film}"
        accounts = " ".join(row[0] for row in demo.PEOPLE)
        lines += [
            f"  演示账号 accounts    {accounts}",
            f"  演示密码 password    {password_line(chosen, county)}",
            f"  发送示例胸片 film    {send}",
            "  演示数据与密钥没有法律效力 · demonstration data and keys are worth nothing",
        ]
    lines += [f"  {NOT_CERTIFIED['zh']}", f"  {NOT_CERTIFIED['en']}", "  按 Ctrl-C 停止 · Ctrl-C stops", ""]
    print("\n".join(lines), flush=True)


def _more_doors(chosen: Settings, doors: Doors) -> list[str]:
    lines = []
    if doors.dicom.tls_port:
        lines.append(f"  DICOM TLS            {chosen.pacs_gateway.tls_host}:{doors.dicom.tls_port}  双向证书 mutual")
    if doors.hospital.port:
        secured = "  TLS 双向证书 mutual" if doors.hospital.secured else ""
        lines.append(f"  HL7 MLLP             {chosen.registry.mllp_host}:{doors.hospital.port}{secured}")
    lines.append(f"  FHIR R4              {doors.http.url}/fhir")
    return lines


def password_line(chosen: Settings, county: demo.DemoCounty | None) -> str:
    """Where the demonstration's password is, or the password itself when it was made just now."""
    if chosen.demo_password is not None:
        return "LIANZHEN_DEMO_PASSWORD"
    if county and county.password:
        return county.password
    return f"见 see {chosen.data / demo.FOLDER / 'password.txt'}"
