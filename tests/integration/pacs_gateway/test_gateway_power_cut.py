"""`kill -9` in the middle of a send of 200 objects: what was acknowledged is there and whole."""

import hashlib
import threading
import time
from pathlib import Path

import pytest
from pydicom.uid import generate_uid
from pynetdicom import AE

from pacs_gateway.dicom.part10 import read_meta
from tests.databases import seen
from tests.product import Product
from tests.unit.pacs_gateway.objects import CR_STORAGE, encoded, film

OBJECTS = 200
QUIET = {"LIANZHEN_PACS_GATEWAY__DISPLAY_FRAMES": "false"}  # pictures are not what is tested here


def send_all(port: int, paths: list[Path], acknowledged: list[Path]) -> None:
    """One association, 200 C-STOREs; every success is noted when it comes, until the link breaks."""
    ae = AE("TOWNSHIP1")
    ae.add_requested_context(CR_STORAGE, "1.2.840.10008.1.2.1")
    association = ae.associate("127.0.0.1", port, ae_title="LIANZHEN")
    if not association.is_established:
        return
    for path in paths:
        try:
            answer = association.send_c_store(path)
        except RuntimeError:
            return
        if "Status" not in answer:
            return
        assert answer.Status == 0x0000
        acknowledged.append(path)
    association.release()


@pytest.mark.parametrize("after", [5, 120])
def test_every_acknowledged_object_survives_a_power_cut(tmp_path: Path, after: int) -> None:
    study, series = generate_uid(), generate_uid()
    sent = []
    for number in range(OBJECTS):
        path = tmp_path / f"{number}.dcm"
        path.write_bytes(encoded(film(StudyInstanceUID=study, SeriesInstanceUID=series, InstanceNumber=number + 1)))
        sent.append(path)
    product = Product(tmp_path / "data", QUIET).start()
    acknowledged: list[Path] = []
    sender = threading.Thread(target=send_all, args=(product.dicom_port, sent, acknowledged), daemon=True)
    sender.start()
    deadline = time.monotonic() + 60
    while len(acknowledged) < after and time.monotonic() < deadline:
        time.sleep(0.001)
    product.kill()
    time.sleep(1)  # what was on its way when the power went is noted by now; the sender itself waits much longer
    survived = list(acknowledged)
    assert after <= len(survived) < OBJECTS

    product = Product(tmp_path / "data", QUIET).start()
    try:
        archive = tmp_path / "data" / "archive"
        rows = dict(seen(tmp_path / "data", "SELECT sop_instance_uid, digest FROM pacs_gateway_instance"))
        whole = {}
        for uid, digest in rows.items():
            data = (archive / digest[:2] / digest).read_bytes()
            assert hashlib.sha256(data).hexdigest() == digest
            whole[uid] = data[read_meta(data).dataset_at :]
        for path in survived:
            data = path.read_bytes()
            meta = read_meta(data)
            assert whole[meta.sop_instance_uid] == data[meta.dataset_at :]
        files = {path.name for path in archive.rglob("*") if path.is_file()}
        assert files == set(rows.values()), "nothing half-written and nothing without an index row is left"
        assert not list((tmp_path / "data" / "spool").iterdir())
        again: list[Path] = []
        send_all(product.dicom_port, sent, again)
        assert len(again) == OBJECTS, "the modality sends all again and all are taken"
        assert seen(tmp_path / "data", "SELECT count(*) FROM pacs_gateway_instance") == [(OBJECTS,)]
    finally:
        product.stop()
