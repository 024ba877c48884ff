"""`keys`: the county's authority and seal, what is published, a doctor's certificate revoked."""

import argparse
import sys
from getpass import getpass
from pathlib import Path

from foundation.access import PRODUCT
from lianzhen import demo, schema, settings
from lianzhen.wiring import open_house
from reports.api import Reports
from reports.api.signing import REASONS
from reports.errors import BadKeyFile


def arguments(parser: argparse.ArgumentParser) -> None:
    """One act."""
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser("list", help="every doctor's certificate with its state")
    acts.add_parser("authority", help="make this county's own certificate authority (not a licensed one)")
    acts.add_parser("trust", help="accept the authorities of a PEM file").add_argument("file", type=Path)
    seal = acts.add_parser("seal", help="the seal from a PKCS#12 file, or issued by the county's own authority")
    seal.add_argument("file", type=Path, nargs="?", help="PKCS#12; its password is asked for")
    publish = acts.add_parser("publish", help="write county.pem, county.crl and keys.json into a folder")
    publish.add_argument("folder", type=Path)
    revoke = acts.add_parser("revoke", help="a certificate counts no more from now on")
    revoke.add_argument("kid")
    revoke.add_argument("--reason", default="unspecified", choices=list(REASONS))
    acts.add_parser("token", help="a key on the PKCS#11 token for a doctor").add_argument("account")


def main(given: argparse.Namespace) -> int:
    """Do it, and print what was done."""
    chosen = settings.load()
    schema.check(chosen.floor.database_url)
    opened = open_house(chosen, demo=demo.exists(chosen.data))
    try:
        registry, reports = opened.house.registry, opened.house.reports
        if given.act == "token":
            person = registry.person_by_account(given.account)
            if person is None:
                print(f"没有账号 {given.account} · no such account", file=sys.stderr)
                return 2
            print(reports.put_on_token(PRODUCT, person.id).kid)
        else:
            _ACTS[given.act](reports, given)
        return 0
    finally:
        opened.floor.close()


def _list(reports: Reports, _given: argparse.Namespace) -> None:
    now = reports.now()
    for one in reports.all_keys(PRODUCT):
        until = f"{one.not_after:%Y-%m-%d}" if one.not_after else "—"
        print(f"{one.kid}  {one.state(now).value:<9}  {until}  {one.person_name}  {one.organisation}  {one.issuer}")


def _authority(reports: Reports, _given: argparse.Namespace) -> None:
    print(reports.found_authority(PRODUCT))


def _trust(reports: Reports, given: argparse.Namespace) -> None:
    print("\n".join(reports.trust(PRODUCT, _bytes(given.file))))


def _seal(reports: Reports, given: argparse.Namespace) -> None:
    secret = ""
    if given.file:
        secret = getpass("PKCS#12 密码 password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    print(reports.new_seal(PRODUCT, _bytes(given.file) if given.file else None, secret))


def _publish(reports: Reports, given: argparse.Namespace) -> None:
    given.folder.mkdir(parents=True, exist_ok=True)
    files = {
        "county.pem": reports.roots_pem(),
        "county.crl": reports.revocation_list(),
        "keys.json": reports.key_list(),
    }
    for name, data in files.items():
        (given.folder / name).write_bytes(data)
        print(given.folder / name)


def _revoke(reports: Reports, given: argparse.Namespace) -> None:
    one = reports.revoke(PRODUCT, given.kid, given.reason)
    print(f"{one.kid}  {one.person_name}  {one.revoked_at:%Y-%m-%d %H:%M} UTC")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise BadKeyFile(why=str(path)) from None


_ACTS = {
    "list": _list,
    "authority": _authority,
    "trust": _trust,
    "seal": _seal,
    "publish": _publish,
    "revoke": _revoke,
}
