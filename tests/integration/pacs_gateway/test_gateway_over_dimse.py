"""The DICOM port, driven by DCMTK and pynetdicom as modalities drive it."""

import re
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset
from pynetdicom import AE, _config
from pynetdicom.presentation import build_context

from foundation.access import PRODUCT
from pacs_gateway.api import GatewaySettings
from pacs_gateway.dicom.part10 import read_meta
from pacs_gateway.scp import Scp
from registry.api import DeviceChange, DeviceLimits
from tests.integration.pacs_gateway.conftest import County
from tests.product import until
from tests.unit.pacs_gateway.objects import encoded, film, nested, packaged, read

SYNTAXES = {
    "implicit": ("MR_small_implicit.dcm", "1.2.840.10008.1.2"),
    "big endian": ("MR_small_bigendian.dcm", "1.2.840.10008.1.2.2"),
    "deflated": ("image_dfl.dcm", "1.2.840.10008.1.2.1.99"),
    "RLE": ("MR_small_RLE.dcm", "1.2.840.10008.1.2.5"),
    "JPEG-LS": ("MR_small_jpeg_ls_lossless.dcm", "1.2.840.10008.1.2.4.80"),
    "JPEG 2000": ("MR_small_jp2klossless.dcm", "1.2.840.10008.1.2.4.90"),
}


@contextmanager
def listening(county: County, **settings: object) -> Iterator[Scp]:
    chosen = GatewaySettings.model_validate({"host": "127.0.0.1", "port": 0, "acse_timeout": 2} | settings)
    scp = Scp(county.gateway, county.registry, chosen, {})
    scp.start()
    try:
        yield scp
    finally:
        scp.stop()


@pytest.fixture
def scp(county: County) -> Iterator[Scp]:
    with listening(county) as running:
        yield running


def dcmtk(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60, check=False)


@contextmanager
def associated(port: int, *contexts: tuple[str, str], aet: str = "EAST") -> Iterator[Any]:
    ae = AE(aet)
    ae.requested_contexts = [build_context(*context) for context in contexts]
    association = ae.associate("127.0.0.1", port, ae_title="LIANZHEN")
    try:
        yield association
    finally:
        if association.is_established:
            association.release()


def c_store(port: int, data: bytes, folder: Path, sop_class: str = "", syntax: str = "") -> Dataset:
    """Send the bytes as they are; the status."""
    path = folder / "sent.dcm"
    path.write_bytes(data)
    meta = read_meta(data)
    with associated(port, (sop_class or meta.sop_class_uid, syntax or meta.transfer_syntax_uid)) as association:
        assert association.is_established
        answer: Dataset = association.send_c_store(path)
        return answer


@pytest.fixture(autouse=True)
def sender_sends_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """pynetdicom as a sender: private classes too, and the bytes of the file as they are."""
    monkeypatch.setattr(_config, "UNRESTRICTED_STORAGE_SERVICE", True)
    monkeypatch.setattr(_config, "STORE_SEND_CHUNKED_DATASET", True)


def test_a_known_device_gets_an_echo_and_an_unknown_one_a_rejection_that_is_remembered(
    county: County, scp: Scp
) -> None:
    assert dcmtk("echoscu", "-aet", "EAST", "-aec", "LIANZHEN", "127.0.0.1", scp.port).returncode == 0
    refused = dcmtk("echoscu", "-v", "-aet", "STRANGER", "-aec", "LIANZHEN", "127.0.0.1", scp.port)
    assert refused.returncode != 0
    assert "Calling AE Title Not Recognized" in refused.stderr + refused.stdout
    (knock,) = until(lambda: county.registry.knocks(PRODUCT))
    assert (knock.aet, knock.address) == ("STRANGER", "127.0.0.1")


def test_the_called_ae_title_is_checked_only_when_asked(county: County) -> None:
    for check, expected in ((False, 0), (True, 1)):
        with listening(county, check_called_ae_title=check) as scp:
            code = dcmtk("echoscu", "-aet", "EAST", "-aec", "OTHER", "127.0.0.1", scp.port).returncode
            assert min(code, 1) == expected


def test_dcmsend_delivers_and_the_index_has_it(county: County, scp: Scp, tmp_path: Path) -> None:
    paths = []
    for number in range(3):
        paths.append(tmp_path / f"{number}.dcm")
        paths[-1].write_bytes(encoded(film(PatientID=f"P{number}")))
    sent = dcmtk("dcmsend", "-v", "-dn", "-aet", "EAST", "-aec", "LIANZHEN", "127.0.0.1", scp.port, *paths)
    assert sent.returncode == 0, sent.stderr
    studies = county.gateway.studies(county.technician)
    assert sorted(study.patient_id for study in studies) == ["P0", "P1", "P2"]
    assert studies[0].unit_id == county.east


@pytest.mark.parametrize("name", sorted(SYNTAXES))
def test_every_transfer_syntax_is_stored_as_received(county: County, scp: Scp, tmp_path: Path, name: str) -> None:
    path, syntax = SYNTAXES[name]
    data = packaged(path).read_bytes()
    meta = read_meta(data)
    assert c_store(scp.port, data, tmp_path, read(data).SOPClassUID).Status == 0x0000
    (kept,) = county.files("archive")
    stored = read_meta(kept.read_bytes())
    assert stored.transfer_syntax_uid == syntax
    assert kept.read_bytes()[stored.dataset_at :] == data[meta.dataset_at :]


@pytest.mark.parametrize(
    ("sop_class", "syntax"),
    [
        ("1.2.840.10008.5.1.4.1.1.5", "1.2.840.10008.1.2.1"),  # Nuclear Medicine, retired
        ("1.2.999.1.2.3.4", "1.2.840.10008.1.2.1"),  # private
        ("2.25.99999", "1.2.840.10008.1.2.1"),
        ("1.2.840.10008.5.1.4.1.1.1", "1.2.840.10008.1.2.4.202"),
        ("1.2.840.10008.5.1.4.1.1.1", "1.2.840.10008.1.2.4.110"),  # JPEG XL
        ("1.2.840.10008.5.1.4.1.1.77.1.1.1", "1.2.840.10008.1.2.4.102"),  # video
        ("1.2.840.10008.5.1.4.1.1.1", "1.2.999.5.5"),  # a transfer syntax that nobody knows
    ],
)
def test_any_storage_class_is_accepted_in_any_syntax(scp: Scp, sop_class: str, syntax: str) -> None:
    with associated(scp.port, (sop_class, syntax)) as association:
        assert association.is_established
        assert [context.transfer_syntax for context in association.accepted_contexts] == [[syntax]]


def test_an_object_of_a_private_class_is_kept_and_listed(county: County, scp: Scp, tmp_path: Path) -> None:
    data = encoded(film(SOPClassUID="1.2.999.1.2.3.4"))
    assert c_store(scp.port, data, tmp_path).Status == 0x0000
    assert county.gateway.studies(county.technician)[0].instance_count == 1


def test_every_refusal_has_its_status_and_its_code(county: County, scp: Scp, tmp_path: Path) -> None:
    original = film()
    whole = encoded(original)
    stranger = encoded(film(StudyInstanceUID=original.StudyInstanceUID, PatientID="OTHER"))
    cr = "1.2.840.10008.5.1.4.1.1.1"
    cases = [
        (whole, 0x0000, None),
        (whole, 0x0000, None),
        (encoded(film(StudyInstanceUID=None)), 0xA900, "missing-uid"),
        (whole[:-100], 0xC000, "object-incomplete"),
        (stranger, 0xB000, "study-of-another-patient"),
        (nested(10_000), 0xC000, "sequence-too-deep"),
    ]
    for data, status, code in cases:
        answer = c_store(scp.port, data, tmp_path, cr)
        assert (answer.Status, answer.get("ErrorComment")) == (status, code)
    assert county.files("spool") == []


def test_a_full_disk_answers_out_of_resources(open_county: Callable[..., County], tmp_path: Path) -> None:
    county = open_county(refuse_when_full_percent=0.0001)
    with listening(county) as scp:
        assert c_store(scp.port, encoded(film()), tmp_path).Status == 0xA700


def test_a_patient_conflict_can_be_made_a_failure(county: County, tmp_path: Path) -> None:
    original = film()
    with listening(county, conflict_status="failure") as scp:
        c_store(scp.port, encoded(original), tmp_path)
        stranger = film(StudyInstanceUID=original.StudyInstanceUID, PatientID="OTHER")
        assert c_store(scp.port, encoded(stranger), tmp_path).Status == 0xA900


def test_a_link_cut_in_the_middle_of_an_object_leaves_nothing(county: County, scp: Scp, tmp_path: Path) -> None:
    large = tmp_path / "large.dcm"
    large.write_bytes(encoded(film(Rows=2000, Columns=2000, PixelData=bytes(8_000_000))))
    door = socket.create_server(("127.0.0.1", 0))

    def cut() -> None:
        client, _ = door.accept()
        server = socket.create_connection(("127.0.0.1", scp.port))
        threading.Thread(target=lambda: client.sendall(server.recv(65536)), daemon=True).start()
        passed = 0
        while passed < 2_000_000 and (data := client.recv(65536)):
            server.sendall(data)
            passed += len(data)
        server.close()
        client.close()

    thread = threading.Thread(target=cut, daemon=True)
    thread.start()
    sent = dcmtk("dcmsend", "-dn", "-aet", "EAST", "-aec", "LIANZHEN", "127.0.0.1", door.getsockname()[1], large)
    thread.join(20)
    door.close()
    assert sent.returncode != 0
    until(lambda: county.files("spool") == [])
    assert county.files("archive") == []
    assert dcmtk("dcmsend", "-dn", "-aet", "EAST", "-aec", "LIANZHEN", "127.0.0.1", scp.port, large).returncode == 0


def test_silent_connections_do_not_keep_others_out(scp: Scp) -> None:
    idle = [socket.create_connection(("127.0.0.1", scp.port)) for _ in range(20)]
    try:
        begun = time.monotonic()
        assert dcmtk("echoscu", "-aet", "EAST", "-aec", "LIANZHEN", "127.0.0.1", scp.port).returncode == 0
        assert time.monotonic() - begun < 5
    finally:
        for one in idle:
            one.close()


def test_the_port_keeps_a_large_object_out_of_memory(county: County, scp: Scp, tmp_path: Path) -> None:
    """An object of 256 MiB passes; the process grows by far less."""
    rows = 8192
    big = encoded(film(Rows=rows, Columns=rows, PixelData=b"", NumberOfFrames=2))
    at = big.rindex(b"\xe0\x7f\x10\x00OW")
    path = tmp_path / "big.dcm"
    size = rows * rows * 2 * 2
    with path.open("wb") as file:
        file.write(big[: at + 8] + size.to_bytes(4, "little"))
        file.truncate(at + 12 + size)
    grown = {"most": 0}
    done = threading.Event()
    before = anonymous_memory()

    def watch() -> None:
        while not done.wait(0.05):
            grown["most"] = max(grown["most"], anonymous_memory() - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    sent = dcmtk("dcmsend", "-dn", "-aet", "EAST", "-aec", "LIANZHEN", "127.0.0.1", scp.port, path)
    done.set()
    watcher.join()
    assert sent.returncode == 0, sent.stderr
    assert grown["most"] < 64 << 20


def anonymous_memory() -> int:
    """Bytes of this process that are no file's."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"RssAnon:\s+(\d+) kB", text)
    assert found
    return int(found[1]) * 1024


def test_a_device_keeps_to_its_own_limits(county: County, scp: Scp, tmp_path: Path) -> None:
    """Two associations at a time are one too many; an object over the device's size is refused, others pass."""
    device = county.registry.device_of("EAST")
    assert device is not None
    county.registry.change_device(PRODUCT, device.id, DeviceChange(limits=DeviceLimits(1, 1)))
    ae = AE("EAST")
    ae.add_requested_context("1.2.840.10008.1.1")
    first = ae.associate("127.0.0.1", scp.port, ae_title="LIANZHEN")
    assert first.is_established
    second = ae.associate("127.0.0.1", scp.port, ae_title="LIANZHEN")
    assert second.is_rejected
    first.release()
    third = until(lambda: _established(ae, scp.port))
    third.abort()
    until(lambda: _established(ae, scp.port)).release()
    small, large = tmp_path / "small.dcm", tmp_path / "large.dcm"
    small.write_bytes(encoded(film()))
    large.write_bytes(encoded(film(Rows=1024, Columns=1024, PixelData=b"\0" * (2 << 20))))
    command = ("dcmsend", "-v", "-dn", "-aet", "EAST", "-aec", "LIANZHEN", "127.0.0.1", scp.port)
    until(lambda: dcmtk(*command, small).returncode == 0)
    refused = dcmtk(*command, large)
    assert "with status ERROR    : 1" in refused.stderr
    assert len(county.files("archive")) == 1
    assert county.files("spool") == []


def _established(ae: AE, port: int) -> Any:
    association = ae.associate("127.0.0.1", port, ae_title="LIANZHEN")
    return association if association.is_established else None
