"""DICOM over TLS: mutual certificates, DCMTK as the peer, and connections that say nothing."""

import argparse
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from foundation.tls import BadCertificate
from lianzhen.commands import tls_demo
from lianzhen.settings import environment_names
from pacs_gateway.api import GatewaySettings
from pacs_gateway.errors import TlsIncomplete
from pacs_gateway.scp import Scp
from tests.integration.pacs_gateway.conftest import County
from tests.unit.pacs_gateway.objects import encoded, film


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `python -m lianzhen tls-demo` writes."""
    return made(tmp_path_factory.mktemp("tls") / "ours")


def made(folder: Path) -> Path:
    parser = argparse.ArgumentParser()
    tls_demo.arguments(parser)
    assert tls_demo.main(parser.parse_args(["--folder", str(folder)])) == 0
    return folder


@contextmanager
def secured(county: County, certificates: Path, **settings: object) -> Iterator[Scp]:
    files = {
        "tls_certificate": certificates / "server.pem",
        "tls_key": certificates / "server.key",
        "tls_authority": certificates / "authority.pem",
    }
    base = {"host": "127.0.0.1", "port": 0, "tls_port": 0, "acse_timeout": 3}
    scp = Scp(county.gateway, county.registry, GatewaySettings.model_validate(base | files | settings), {})
    scp.start()
    try:
        yield scp
    finally:
        scp.stop()


@pytest.fixture
def scp(county: County, certificates: Path) -> Iterator[Scp]:
    with secured(county, certificates) as running:
        yield running


def dcmtk(tool: str, port: int, *words: object, tls: tuple[object, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [tool, "-v", *tls, "-aet", "EAST", "-aec", "LIANZHEN", "127.0.0.1", port, *words]
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, check=False)


def shown(folder: Path, authority: Path | None = None) -> tuple[object, ...]:
    return ("+tls", folder / "device.key", folder / "device.pem", "+cf", (authority or folder) / "authority.pem")


def test_a_device_with_a_certificate_sends_over_tls(
    county: County, scp: Scp, certificates: Path, tmp_path: Path
) -> None:
    (tmp_path / "film.dcm").write_bytes(encoded(film()))
    done = dcmtk("storescu", scp.tls_port, tmp_path / "film.dcm", tls=shown(certificates))
    assert done.returncode == 0, done.stderr
    assert len(county.files("archive")) == 1


@pytest.mark.parametrize("profile", ["+py", "+px"])
def test_the_bcp_195_profiles(scp: Scp, certificates: Path, profile: str) -> None:
    assert dcmtk("echoscu", scp.tls_port, tls=(*shown(certificates), profile)).returncode == 0


def test_no_certificate_or_one_of_another_authority_opens_nothing(scp: Scp, certificates: Path, tmp_path: Path) -> None:
    assert dcmtk("echoscu", scp.tls_port, tls=("+tla", "+cf", certificates / "authority.pem")).returncode != 0
    other = made(tmp_path / "other")
    assert dcmtk("echoscu", scp.tls_port, tls=shown(other, certificates)).returncode != 0
    assert dcmtk("echoscu", scp.tls_port).returncode != 0  # plain words at the TLS door
    assert dcmtk("echoscu", scp.tls_port, tls=shown(certificates)).returncode == 0


def test_old_tls_is_refused(scp: Scp, certificates: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.load_cert_chain(certificates / "device.pem", certificates / "device.key")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", scp.tls_port), timeout=5) as raw, pytest.raises(OSError):
        context.wrap_socket(raw)


def test_silent_connections_stall_nobody(county: County, certificates: Path) -> None:
    """TCP only; a handshake that stops half way; an association that is not asked for, or only begun."""
    with secured(county, certificates, acse_timeout=30) as scp, ExitStack() as silent:

        def connected(port: int) -> socket.socket:
            return silent.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))

        for port in (scp.port, scp.tls_port):
            connected(port)
        connected(scp.tls_port).sendall(b"\x16\x03\x01\x02\x00\x01\x00")  # the first bytes of a ClientHello
        connected(scp.port).sendall(b"\x01\x00\x00\x00\x00\xff half")  # an A-ASSOCIATE-RQ of which most is missing
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(certificates / "authority.pem")
        context.load_cert_chain(certificates / "device.pem", certificates / "device.key")
        silent.enter_context(context.wrap_socket(connected(scp.tls_port), server_hostname="127.0.0.1"))
        started = time.monotonic()
        assert dcmtk("echoscu", scp.port).returncode == 0
        assert dcmtk("echoscu", scp.tls_port, tls=shown(certificates)).returncode == 0
        assert time.monotonic() - started < 20  # far below the time limit that the silent ones have


def test_a_silent_connection_is_ended_in_time(county: County, certificates: Path) -> None:
    with secured(county, certificates, acse_timeout=1) as scp:
        for port, words in ((scp.tls_port, b""), (scp.port, b"\x01\x00\x00\x00\x00\xff half")):
            with socket.create_connection(("127.0.0.1", port), timeout=15) as link:
                link.sendall(words)
                try:
                    ended = link.recv(100)
                except ConnectionResetError:
                    ended = b""
                assert len(ended) < 100


def test_files_that_are_wrong_are_named(county: County, certificates: Path, tmp_path: Path) -> None:
    with pytest.raises(BadCertificate), secured(county, certificates, tls_certificate=tmp_path / "no.pem"):
        pass
    with pytest.raises(BadCertificate), secured(county, certificates, tls_key=made(tmp_path / "o") / "server.key"):
        pass
    with pytest.raises(TlsIncomplete), secured(county, certificates, tls_authority=None):
        pass


def test_the_demonstration_prints_settings_that_exist(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made(tmp_path / "tls")
    printed = {line.partition("=")[0] for line in capsys.readouterr().out.splitlines() if line.startswith("LIANZHEN_")}
    assert len(printed) >= 5
    assert printed <= {name for name, _, _ in environment_names()}
