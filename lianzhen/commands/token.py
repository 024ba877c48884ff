"""`token`: admit or revoke a system."""

import argparse

from foundation.vocabulary import Role
from lianzhen import schema, settings
from lianzhen.wiring import open_house


def arguments(parser: argparse.ArgumentParser) -> None:
    """`add NAME --unit CODE --role ROLE…`, `revoke NAME`."""
    acts = parser.add_subparsers(dest="act", required=True)
    add = acts.add_parser("add", help="print a new token once")
    add.add_argument("name")
    add.add_argument("--unit", required=True, help="unit code, as on the administration page")
    add.add_argument("--role", action="append", required=True, choices=[role.value for role in Role])
    acts.add_parser("revoke", help="revoke every token of this name").add_argument("name")


def main(given: argparse.Namespace) -> int:
    """Print the token, or how many were revoked."""
    chosen = settings.load()
    schema.check(chosen.floor.database_url)
    opened = open_house(chosen)
    try:
        if given.act == "revoke":
            print(opened.house.auth.revoke_token(given.name))
            return 0
        units = {unit.code: unit.id for unit in opened.house.registry.units()}
        if given.unit not in units:
            print(f"没有代码为 {given.unit} 的单位 · no unit has this code; known: {', '.join(units)}")
            return 2
        print(opened.house.auth.add_token(given.name, units[given.unit], frozenset(map(Role, given.role))))
        return 0
    finally:
        opened.floor.close()
