"""An fsync that fails, injected by strace below the running house: what could not be made durable is not acknowledged.

Every fsync and fdatasync of the process answers EIO for a while: objects and writes are refused in words. Then the
disk is well again, the same things are accepted, the power is cut, and what was acknowledged is there.
"""

import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faults.disk import Full, ended, stopped
from faults.outcome import NotHere, Outcome
from faults.place import SHARED, one_process
from foundation.settings import default_address
from scripts.services import Postgresql
from tests.product import Product

ATTACH_SECONDS = 10.0
SYNCS = "fsync,fdatasync,sync_file_range"


@contextmanager
def failing(pids: list[int], said: Path, when: str = "1+") -> Iterator[None]:
    """The syncs of these processes and their threads fail with EIO, each from its `when` on.

    Raises NotHere where strace is missing or may not attach.
    """
    inject = f"inject={SYNCS}:error=EIO:when={when}"
    whom = [word for pid in pids for word in ("-p", str(pid))]
    command = ["strace", "-f", "-qq", "-o", str(said), "-e", f"trace={SYNCS}", "-e", inject, *whom]
    said.touch()
    try:
        tracer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    except FileNotFoundError as fault:
        raise NotHere("strace is not installed: apt-get install strace") from fault
    try:
        until = time.monotonic() + ATTACH_SECONDS
        while not all(_traced(pid, tracer.pid) for pid in pids) and time.monotonic() < until:
            if tracer.poll() is not None and tracer.stderr is not None:
                raise NotHere(f"strace may not attach (ptrace): {tracer.stderr.read().strip()[:200]}")
            time.sleep(0.05)
        yield
    finally:
        if tracer.poll() is None:
            tracer.send_signal(signal.SIGINT)  # it lets go of everybody
            tracer.wait(30)


def _traced(pid: int, tracer: int) -> bool:
    """Whether a process is in the hands of this tracer, or gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except FileNotFoundError:
        return True
    return f"TracerPid:\t{tracer}" in lines


def injected(said: Path) -> int:
    """How many calls were made to fail."""
    return said.read_text(errors="replace").count("(INJECTED)")


def on_sqlite() -> Outcome:
    """The one process: archive, spool and database file."""
    with one_process() as place:
        product = place.house
        assert isinstance(product, Product)
        assert product.process is not None
        full = Full(Outcome("sqlite"), product, place.folder / "films")
        first, second = full.films(full.order())
        log = place.folder / "strace.log"
        with failing([product.process.pid], log):
            said, answer, order = full.send(first), full.upload(second), full.order()
        count = injected(log)
        full.outcome.faults.append(
            f"{count} syncs answered EIO: C-STORE {said}, upload {answer.status_code}, order {order.status_code}"
        )
        full.expect("syncs were made to fail", count > 0, count)
        full.expect("C-STORE is refused with a status", "Refused" in said or "Error" in said, said)
        full.expect("an upload is refused in words", answer.status_code in {503, 507}, answer.text[:200])
        full.expect("a write is refused in words", order.status_code in {503, 507}, order.text[:200])
        full.works(first)
        product.kill()
        product.start()
        ended(full, product.data, default_address(product.data))
    return full.outcome


def on_postgresql() -> Outcome:
    """The server's processes: its log cannot be made durable, so it ends everything and recovers."""
    with tempfile.TemporaryDirectory(prefix="lianzhen-faults-") as name:
        folder = Path(name)
        server = Postgresql(folder / "postgresql")
        server.start()
        try:
            server.create("lianzhen")
            database = server.url("lianzhen", tcp=True)
            product = Product(folder / "data", {**SHARED, "LIANZHEN_DATABASE": database}).start()
            with stopped(product):
                full = Full(Outcome("postgresql"), product, folder / "films")
                first, _ = full.films(full.order())
                with failing(_children(server), folder / "strace.log", when="2"):
                    for _ in range(5):
                        full.order()
                count = injected(folder / "strace.log")
                full.outcome.faults.append(f"{count} syncs answered EIO")
                full.expect("syncs were made to fail", count > 0, count)
                full.works(first)
                ended(full, product.data, database)
        finally:
            server.stop()
    return full.outcome


def _children(server: Postgresql) -> list[int]:
    """The server's processes, but for the one that starts them."""
    assert server.process is not None
    pid = server.process.pid
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def run(_chance: random.Random, seconds: float) -> list[Outcome]:
    """With little time, only the one process."""
    return [on_sqlite()] if seconds < 5 else [on_sqlite(), on_postgresql()]
