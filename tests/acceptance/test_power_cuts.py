"""Power cuts while a modality sends: what was acknowledged is there and whole, whatever the moment."""

import hashlib
import os
import random
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest
from pydicom.data import get_testdata_file

from foundation.ids import new_uid
from lianzhen.wiring import open_house
from tests.house import demo_settings
from tests.product import Product, until

ACKNOWLEDGED = re.compile(r"I: Received Store Response \(Success\)")


def films(folder: Path, count: int) -> list[Path]:
    """Small objects of one study with uids of their own."""
    source = get_testdata_file("CT_small.dcm", download=False)
    assert isinstance(source, str)
    image = pydicom.dcmread(source)
    image.StudyInstanceUID, image.SeriesInstanceUID = new_uid(), new_uid()
    made = []
    for number in range(count):
        image.SOPInstanceUID = new_uid()
        image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
        image.InstanceNumber = number + 1
        made.append(folder / f"{number:03d}.dcm")
        image.save_as(made[-1])
    return made


def sent_until_the_cut(product: Product, paths: list[Path], seconds: float) -> int:
    """Send in order, cut the power after `seconds`; how many the sender saw acknowledged."""
    sender = subprocess.Popen(
        ["storescu", "-v", "-aet", "TOWNSHIP1", "-aec", "LIANZHEN", "127.0.0.1", str(product.dicom_port),
         *map(str, paths)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    cut = threading.Timer(seconds, product.kill)
    cut.start()
    said, _ = sender.communicate(timeout=120)
    cut.join()
    return len(ACKNOWLEDGED.findall(said))


def kept(data: Path) -> Iterator[str]:
    """The SOP instance uids that the index names and whose objects are whole."""
    opened = open_house(demo_settings(data))
    try:
        assert opened.house.gateway.damaged() == []
        assert opened.floor.audit.verify() is None
        with opened.floor.db.read() as conn:
            rows = conn.exec_driver_sql("SELECT sop_instance_uid, digest FROM pacs_gateway_instance").all()
        for uid, digest in rows:
            found = (data / "archive" / digest[:2] / digest).read_bytes()
            assert hashlib.sha256(found).hexdigest() == digest
            yield uid
    finally:
        opened.floor.close()


def cut_again_and_again(folder: Path, cuts: int, seed: int) -> tuple[int, int]:
    """Acknowledged and lost over `cuts` power cuts."""
    chance = random.Random(seed)
    acknowledged: set[str] = set()
    product = Product(folder / "data")
    for number in range(cuts):
        product.start()
        place = folder / str(number)
        place.mkdir()
        paths = films(place, 200)
        count = sent_until_the_cut(product, paths, chance.uniform(0.2, 2.5))
        acknowledged |= {str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID) for path in paths[:count]}
    product.start()
    assert product.stop() == 0
    return len(acknowledged), len(acknowledged - set(kept(folder / "data")))


def test_nothing_acknowledged_is_lost_in_two_power_cuts(tmp_path: Path) -> None:
    acknowledged, lost = cut_again_and_again(tmp_path, 2, seed=20261122)
    assert acknowledged > 0
    assert lost == 0


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_nothing_acknowledged_is_lost_in_fifty_power_cuts(tmp_path: Path) -> None:
    acknowledged, lost = cut_again_and_again(tmp_path, 50, seed=7)
    print(f"acknowledged {acknowledged}, lost {lost}")
    assert acknowledged > 50 * 5, "the cuts came while objects were on their way"
    assert lost == 0


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_the_house_idles_for_a_minute_within_its_memory(tmp_path: Path) -> None:
    product = Product(tmp_path / "data").start()
    assert product.process is not None
    status = Path(f"/proc/{product.process.pid}/status")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        resident = int(re.search(r"VmRSS:\s+(\d+)", status.read_text())[1])  # type: ignore[index]
        assert resident < 250_000
        time.sleep(2)
    os.kill(product.process.pid, signal.SIGTERM)
    until(lambda: product.process is not None and product.process.poll() == 0, 30)
