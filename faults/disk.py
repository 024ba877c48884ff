"""A full disk: a small file system of memory below the data folder (SQLite, archive, spool), and below PostgreSQL.

First as an administrator meets it, with the watermark: DICOM 0xA700, HTTP 507. Then with not one block left, where the
system itself says no. Each time there is room again, the same object is kept and the same request is done.
"""

import os
import random
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pydicom

from faults.outcome import NotHere, Outcome
from faults.place import SHARED, drained
from faults.proof import prove
from faults.traffic import Ledger, Person, objects, storescu
from foundation.settings import default_address
from scripts.service import free_port
from scripts.services import Postgresql
from tests.product import Product

MIB = 1 << 20
ORDER = {"patient": {"name": "满盘", "sex": "M", "birth_date": "1962-05-17"}, "item_code": "DR-CHEST-PA"}


@contextmanager
def small_disk(mib: int) -> Iterator[Path]:
    """A file system of so many mebibytes. Raises NotHere where nobody may mount."""
    with tempfile.TemporaryDirectory(prefix="lianzhen-disk-") as name:
        folder = Path(name) / "disk"
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=0711", "tmpfs", str(folder)]
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotHere(f"a small tmpfs cannot be mounted: {done.stderr.strip()}")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)


def fill(folder: Path, leave: int) -> Path:
    """Take the room there is, but for `leave` bytes; the file that holds it."""
    ballast = folder / "ballast"
    with ballast.open("ab") as file, suppress(OSError):
        while (free := os.statvfs(folder).f_bavail * os.statvfs(folder).f_bsize) > leave:
            file.write(b"\0" * min(MIB, max(4096, free - leave)))
            file.flush()
    return ballast


class Full:
    """One house on a disk that is filled and emptied; what it said in the meantime."""

    def __init__(self, outcome: Outcome, product: Product, folder: Path) -> None:
        self.outcome, self.product, self.ledger = outcome, product, Ledger()
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._person = Person(product.url, "technician", threading.Event())
        self._number = 0

    def order(self) -> httpx.Response:
        """Ask for an order, once."""
        answer = self._person.http.post("/api/orders", json=ORDER)
        if answer.status_code == 201:
            self.ledger.orders.append(answer.json()["id"])
        return answer

    def films(self, order: httpx.Response) -> list[Path]:
        """Two objects of an order."""
        self._number += 1
        facts = order.json()
        return objects(self._folder, self._number, facts["accession_number"], facts["patient"])

    def send(self, path: Path) -> str:
        """Send one object: what the gateway said."""
        count, said = storescu(self.product.dicom_port, [path])
        if count:
            one = pydicom.dcmread(path, stop_before_pixels=True)
            self.ledger.objects.append((str(one.SOPInstanceUID), str(one.StudyInstanceUID)))
            return "Success"
        words = [line.split(": ", 1)[-1] for line in said.splitlines() if "Store Response" in line or "Status" in line]
        return words[-1] if words else said[-200:]

    def upload(self, path: Path) -> httpx.Response:
        """The same object through the browser's door."""
        return self._person.http.post("/api/uploads", content=path.read_bytes(), headers={"X-File-Name": path.name})

    def expect(self, what: str, held: bool, seen: object) -> None:
        """Note what did not come out as promised."""
        if not held:
            self.outcome.wrong.append(f"{what}: {seen}")

    def works(self, path: Path) -> None:
        """There is room again: the object and the request of before are accepted."""
        begun = time.monotonic()
        until = begun + 15
        while (said := self.send(path)) != "Success" and time.monotonic() < until:
            time.sleep(0.2)
        self.expect("an object is kept when there is room again", said == "Success", said)
        while (answer := self.order()).status_code != 201 and time.monotonic() < until:
            time.sleep(0.2)
        self.expect("a write is done when there is room again", answer.status_code == 201, answer.text[:200])
        took = time.monotonic() - begun
        self.outcome.recovery_seconds = max(self.outcome.recovery_seconds or 0.0, took)


def watermark(full: Full, disk: Path) -> None:
    """Above the watermark new objects are refused in both doors; small writes go on."""
    order = full.order()
    first, second = full.films(order)
    ballast = fill(disk, leave=3 * MIB)
    said, answer = full.send(first), full.upload(second)
    full.outcome.faults.append(f"the disk is fuller than its watermark: C-STORE {said}, upload {answer.status_code}")
    full.expect("C-STORE answers 0xA700", "OutOfResources" in said, said)
    full.expect("an upload answers 507", answer.status_code == 507, answer.text[:200])
    full.expect("what was kept is shown", full._person.http.get("/api/orders").status_code == 200, "GET /api/orders")
    ballast.unlink()
    full.works(first)


def to_the_last_block(full: Full, disk: Path) -> None:
    """Not one block is left: whatever cannot be written is refused in words, and nothing half written is kept."""
    first, second = full.films(full.order())
    ballast = fill(disk, leave=0)
    said, answer = full.send(first), full.upload(second)
    full.outcome.faults.append(f"not one block is left: C-STORE {said}, upload {answer.status_code}")
    full.expect("C-STORE answers 0xA700", "OutOfResources" in said, said)
    full.expect("an upload answers 507", answer.status_code == 507, f"{answer.status_code} {answer.text[:200]}")
    _until_full(full)
    ballast.unlink()
    full.works(first)


def _until_full(full: Full) -> None:
    """Small writes are done as long as the database finds room in itself; then they are refused with 507."""
    for _ in range(300):
        answer = full.order()
        if answer.status_code != 201:
            full.expect("a write answers 507", answer.status_code == 507, f"{answer.status_code} {answer.text[:200]}")
            return
    full.outcome.note = "the database found room in itself for 300 orders"


def ended(full: Full, data: Path, database: str) -> None:
    """What is owed is done, the house stops in order, and everything is there."""
    full.outcome.drained_seconds = drained(database, time.monotonic())
    full.expect("it stops in order", full.product.stop() == 0, "exit code")
    prove(full.outcome, full.ledger, data, database)


@contextmanager
def stopped(product: Product) -> Iterator[None]:
    """Whatever happens, nothing stays behind."""
    try:
        yield
    finally:
        if product.process is not None and product.process.poll() is None:
            product.kill()


def on_sqlite(act: Callable[[Full, Path], None], percent: int) -> Outcome:
    """Database, archive and spool on one small disk that refuses objects from so many percent on."""
    with small_disk(64) as disk:
        data = disk / "data"
        ports = {
            "LIANZHEN_WEB__PORT": str(free_port()), "LIANZHEN_PACS_GATEWAY__PORT": str(free_port()),
            "LIANZHEN_PACS_GATEWAY__REFUSE_WHEN_FULL_PERCENT": str(percent),
        }  # fmt: skip
        product = Product(data, {**SHARED, **ports}).start()
        with stopped(product):
            full = Full(Outcome("sqlite"), product, disk.parent / "films")
            act(full, disk)
            ended(full, data, default_address(data))
    return full.outcome


def on_postgresql() -> Outcome:
    """The server's own disk is full, the archive's is not."""
    with small_disk(400) as disk, tempfile.TemporaryDirectory(prefix="lianzhen-faults-") as name:
        server = Postgresql(disk / "postgresql", max_wal_size="64MB", min_wal_size="32MB")
        server.start()
        try:
            server.create("lianzhen")
            database = server.url("lianzhen", tcp=True)
            data = Path(name) / "data"
            product = Product(data, {**SHARED, "LIANZHEN_DATABASE": database}).start()
            with stopped(product):
                full = Full(Outcome("postgresql"), product, Path(name) / "films")
                first, _ = full.films(full.order())
                ballast = fill(disk, leave=0)
                _until_full(full)
                full.outcome.faults.append("not one block is left for PostgreSQL")
                ballast.unlink()
                if not server.ready():  # it ends itself when its log finds no room
                    server.kill()
                    server.start()
                full.works(first)
                ended(full, data, database)
        finally:
            server.stop()
    return full.outcome


def run(_chance: random.Random, seconds: float) -> list[Outcome]:
    """With little time, only what needs one small disk."""
    found = [on_sqlite(watermark, 95), on_sqlite(to_the_last_block, 100)]
    return found if seconds < 5 else [*found, on_postgresql()]
