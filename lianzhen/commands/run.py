"""`run`: everything in one process."""

import argparse

from foundation import log
from foundation.errors import Refused
from lianzhen import demo, schema, settings
from lianzhen.server import Server, check_address, hold, lock, wait_for_signal
from lianzhen.settings import Settings
from lianzhen.wiring import Opened, open_house
from web.routes.about import NOT_CERTIFIED


class NoAdministrator(Refused):
    """A production house without anybody in it."""

    code = "no-administrator"


def arguments(_parser: argparse.ArgumentParser) -> None:
    """Everything is a setting."""


def main(_given: argparse.Namespace) -> int:
    """Start, print the addresses, run until Ctrl-C."""
    chosen = settings.load()
    check_address(chosen.web)
    log.configure(chosen.data / "log")
    with lock(chosen.data), hold(chosen.floor.database_url):
        schema.migrate(chosen.floor.database_url)
        opened = open_house(chosen, demo=chosen.mode == "demo")
        county = _prepare(chosen, opened)
        server = Server(chosen, opened)
        server.start()
        _greet(chosen, server, county)
        wait_for_signal()
        print("\n正在停止 · stopping …", flush=True)
        server.stop()
    return 0


def _prepare(chosen: Settings, opened: Opened) -> demo.DemoCounty | None:
    """Refuse what production must not run; make the demonstration county on first start."""
    house = opened.house
    if chosen.mode == "production":
        demo.refuse_in_production(chosen, house)
        if not house.registry.units():
            raise NoAdministrator
        return None
    return None if demo.exists(chosen.data) else demo.create(chosen, house)


def _greet(chosen: Settings, server: Server, county: demo.DemoCounty | None) -> None:
    gateway = chosen.pacs_gateway
    lines = [
        "",
        "联诊 Lianzhen",
        f"  工作站 workstation   {server.url}",
        f"  DICOM                {gateway.host}:{server.dicom_port}  AE {gateway.ae_title}",
        *_more_doors(chosen, server),
        f"  数据 data            {chosen.data.absolute()}",
    ]
    if chosen.mode == "demo":
        film = chosen.data / demo.FOLDER / "film.dcm"
        send = f"dcmsend -aet {demo.SENDER} -aec {gateway.ae_title} 127.0.0.1 {server.dicom_port} {film}"
        accounts = " ".join(row[0] for row in demo.PEOPLE)
        lines += [
            f"  演示账号 accounts    {accounts}",
            f"  演示密码 password    {_password_line(chosen, county)}",
            f"  发送示例胸片 film    {send}",
            "  演示数据与密钥没有法律效力 · demonstration data and keys are worth nothing",
        ]
    lines += [f"  {NOT_CERTIFIED['zh']}", f"  {NOT_CERTIFIED['en']}", "  按 Ctrl-C 停止 · Ctrl-C stops", ""]
    print("\n".join(lines), flush=True)


def _more_doors(chosen: Settings, server: Server) -> list[str]:
    doors = []
    if server.dicom_tls_port:
        doors.append(f"  DICOM TLS            {chosen.pacs_gateway.tls_host}:{server.dicom_tls_port}  双向证书 mutual")
    return doors


def _password_line(chosen: Settings, county: demo.DemoCounty | None) -> str:
    if chosen.demo_password is not None:
        return "LIANZHEN_DEMO_PASSWORD"
    if county and county.password:
        return county.password
    return f"见 see {chosen.data / demo.FOLDER / 'password.txt'}"
