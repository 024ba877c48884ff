"""`administrator`: the first unit and its administrator of a production installation."""

import argparse
import getpass
import sys

from foundation.access import PRODUCT
from foundation.vocabulary import Role
from lianzhen import schema, settings
from lianzhen.wiring import open_house
from registry.api import NewPerson, UnitKind


def arguments(parser: argparse.ArgumentParser) -> None:
    """The lead hospital and the person; the password is asked for, or read from standard input."""
    parser.add_argument("--unit", required=True, help="name of the lead hospital")
    parser.add_argument("--code", required=True, help="its code, at most 6 capital letters and digits")
    parser.add_argument("--account", required=True)
    parser.add_argument("--name", required=True)


def main(given: argparse.Namespace) -> int:
    """Refuses when there already is a unit: from then on the administration page is the way."""
    chosen = settings.load()
    chosen.data.mkdir(parents=True, exist_ok=True)
    schema.migrate(chosen.floor.database_url)
    opened = open_house(chosen)
    try:
        registry = opened.house.registry
        if registry.units():
            print(
                "已有单位，请在管理页面添加人员 · units exist: add people on the administration page", file=sys.stderr
            )
            return 2
        password = getpass.getpass("密码 password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        opened.house.auth.check_strength(given.account, password)
        unit = registry.add_unit(PRODUCT, given.unit, UnitKind.LEAD, given.code)
        person = registry.add_person(
            PRODUCT, NewPerson(given.account, given.name, unit.id, frozenset({Role.ADMINISTRATOR}))
        )
        opened.house.auth.set_password(person.id, password, must_change=False)
        print(f"{unit.name}  {person.account}")
        return 0
    finally:
        opened.floor.close()
