"""Tasks for tests of the runners, registered alike in this process and in a real worker beside it.

python -m tests.hands DATA DATABASE BROKER LEASE    a Celery worker that knows them
"""

import os
import sys
import time
from pathlib import Path

from foundation import log
from foundation.children import Children
from foundation.errors import Ambiguous, Refused, Unavailable
from foundation.floor import Floor
from foundation.tasks import NotYet, Payload
from lianzhen.settings import Settings
from lianzhen.wiring import Opened, open_house

KIND = "test.hands"


def register(floor: Floor, folder: Path) -> None:
    """One kind of task that does what its payload says and leaves a line for every run in `folder`/NAME."""

    def hands(payload: Payload) -> None:
        note = folder / payload["name"]
        with note.open("a") as file:
            file.write(f"{os.getpid()}\n")
        first = len(note.read_text().split()) == 1
        time.sleep(payload.get("seconds", 0))
        says = payload.get("says", "")
        if says == "child":
            heavy = Children(count=1)
            assert heavy.run(os.getpid) != os.getpid()
            heavy.close()
        if says == "die" and first:
            os.kill(os.getpid(), 9)
        if says == "not-yet" and first:
            raise NotYet(0.2)
        if says == "unavailable" and first:
            raise Unavailable
        if says in {"refused", "ambiguous"}:
            raise {"refused": Refused, "ambiguous": Ambiguous}[says]

    floor.tasks.register(KIND, hands)


def opened(data: Path, database: str, lease_seconds: float) -> Opened:
    """A house over this database whose tasks have a short lease."""
    facts = {"data": data, "database": database, "foundation": {"task_lease_seconds": lease_seconds}}
    house = open_house(Settings.model_validate(facts))
    register(house.floor, data)
    return house


def main(data: Path, database: str, broker: str, lease_seconds: float) -> int:
    """Be the worker."""
    from lianzhen.worker import make_app, serve

    log.configure(data / "log")
    return serve(make_app(broker, lease_seconds, 2), lambda: opened(data, database, lease_seconds))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])))
