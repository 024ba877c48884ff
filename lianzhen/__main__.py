"""`python -m lianzhen COMMAND`: one line of help for each, every refusal one clear sentence."""

import argparse
import importlib
import sys

from foundation.catalogue import message
from foundation.errors import LianzhenError

# name, module of lianzhen.commands, help. Modules are imported only when their command runs.
COMMANDS = (
    ("run", "start everything in one process: HTTP, DICOM, background work"),
    ("web", "the HTTP door alone (PostgreSQL)"),
    ("gateway", "the doors of machines alone, DICOM and HL7 (PostgreSQL)"),
    ("worker", "background work alone (PostgreSQL)"),
    ("beat", "send due work to Celery's workers (PostgreSQL)"),
    ("alive", "whether this machine's worker or beat works (health check)"),
    ("migrate", "bring the database to this version's schema, or a county's data to PostgreSQL"),
    ("administrator", "make a production installation's first unit and administrator"),
    ("token", "admit or revoke a system (bearer token)"),
    ("keys", "the county's authority, seal and doctors' certificates; publish lists, revoke, trust an authority"),
    ("verify", "check a signed report (PDF) or the text of its QR code: offline, no database, no network"),
    ("recognition-export", "write a month's recognition for a regional platform (CSV or JSON)"),
    ("film", "write a marked demonstration film, ready for dcmsend"),
    ("backup", "write database, archive and keys into one file"),
    ("restore", "unpack a backup into an empty data folder, every digest checked"),
    ("access", "print who may see and do what, role by role and address by address"),
    ("doctor", "look at everything that can be wrong and say what to do"),
    ("tls-demo", "make a marked demonstration authority with a server's and a device's certificate"),
    ("ecg", "analyse, convert or draw ECG files, without a server"),
)


def _module(name: str) -> str:
    return f"lianzhen.commands.{name.replace('-', '_')}"


def main(words: list[str]) -> int:
    """Run one command; the exit code is 0 when it did what was asked."""
    parser = argparse.ArgumentParser(prog="python -m lianzhen", description="联诊 Lianzhen")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = words[0] if words else ""
    for name, help_text in COMMANDS:
        sub = commands.add_parser(name, help=help_text)
        if name == chosen:
            importlib.import_module(_module(name)).arguments(sub)
    given = parser.parse_args(words)
    try:
        return int(importlib.import_module(_module(given.command)).main(given))
    except LianzhenError as refusal:
        print(f"{message(refusal, 'zh')}\n{message(refusal, 'en')}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
