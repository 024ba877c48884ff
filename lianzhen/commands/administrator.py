"""`administrator`: the first unit and its administrator of a production installation, or a way back in."""

import argparse
import getpass
import sys

from foundation.access import PRODUCT
from foundation.vocabulary import Role
from lianzhen import schema, settings
from lianzhen.wiring import Opened, open_house
from registry.api import NewPerson, UnitKind


def arguments(parser: argparse.ArgumentParser) -> None:
    """The lead hospital and the person; the password is asked for, or read from standard input."""
    parser.add_argument("--unit", help="name of the lead hospital")
    parser.add_argument("--code", help="its code, at most 6 capital letters and digits")
    parser.add_argument("--account")
    parser.add_argument("--name")
    parser.add_argument("--reset", metavar="ACCOUNT", help="a new password, and no second factor, for this account")


def main(given: argparse.Namespace) -> int:
    """Refuses to make a first unit when there already is one: from then on the administration page is the way."""
    first = (given.unit, given.code, given.account, given.name)
    if not given.reset and not all(first):
        print("--unit --code --account --name, or --reset ACCOUNT", file=sys.stderr)
        return 2
    chosen = settings.load()
    chosen.data.mkdir(parents=True, exist_ok=True)
    schema.migrate(chosen.floor.database_url)
    opened = open_house(chosen)
    try:
        return _reset(opened, given.reset) if given.reset else _first(opened, given)
    finally:
        opened.floor.close()


def _password() -> str:
    return getpass.getpass("密码 password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _first(opened: Opened, given: argparse.Namespace) -> int:
    registry = opened.house.registry
    if registry.units():
        print("已有单位，请在管理页面添加人员 · units exist: add people on the administration page", file=sys.stderr)
        return 2
    password = _password()
    opened.house.auth.check_strength(given.account, password)
    unit = registry.add_unit(PRODUCT, given.unit, UnitKind.LEAD, given.code)
    new = NewPerson(given.account, given.name, unit.id, frozenset({Role.ADMINISTRATOR}))
    person = registry.add_person(PRODUCT, new)
    opened.house.auth.set_password(person.id, password, must_change=False)
    print(f"{unit.name}  {person.account}")
    return 0


def _reset(opened: Opened, account: str) -> int:
    person = opened.house.registry.person_by_account(account)
    if person is None:
        print(f"没有账号 {account} · there is no account {account}", file=sys.stderr)
        return 2
    password = _password()
    opened.house.auth.check_strength(person.account, password)
    opened.house.auth.factors.reset(PRODUCT, person.id)
    opened.house.auth.set_password(person.id, password, must_change=True)
    print(f"{person.name}  {person.account}")
    return 0
