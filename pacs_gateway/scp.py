"""The DICOM port: verification and storage, and a table for other rooms' services.

Every storage class and transfer syntax that a peer proposes is accepted and stored as received (PS3.4 §B.2). A peer
whose AE title is no active device is rejected before anything is negotiated (PS3.8 §9.3.4).
"""

import functools
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from io import FileIO
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from pydicom.dataset import Dataset
from pynetdicom import AE, _config, dimse_messages, evt

from foundation import errors
from foundation.access import Actor
from foundation.log import Log
from foundation.tls import server_context
from foundation.vocabulary import Role
from pacs_gateway.api import Gateway
from pacs_gateway.errors import KEPT, Incomplete, MissingUid, ObjectTooLarge, TlsIncomplete
from pacs_gateway.listener import Listener, listen, patient
from pacs_gateway.model import Outcome, Source, Stored
from pacs_gateway.settings import GatewaySettings
from registry.api import Device, Registry

log = Log("pacs_gateway")

Handler = Callable[[Any], Any]

VERIFICATION = "1.2.840.10008.1.1"

SUCCESS = 0x0000
COERCION = 0xB000  # PS3.4 table B.2-1: warning
OUT_OF_RESOURCES = 0xA700
NOT_THIS_CLASS = 0xA900
CANNOT_UNDERSTAND = 0xC000
PROCESSING_FAILURE = 0x0110

STATUS: dict[type[errors.LianzhenError], int] = {
    errors.LianzhenError: PROCESSING_FAILURE,
    errors.Unavailable: OUT_OF_RESOURCES,
    errors.Ambiguous: PROCESSING_FAILURE,
    errors.Refused: CANNOT_UNDERSTAND,
    MissingUid: NOT_THIS_CLASS,
    Incomplete: CANNOT_UNDERSTAND,
    errors.Conflict: COERCION,
}
"""This edge's table: the nearest family above an error names the status."""

_KEPT = {kind.code: kind for kind in KEPT}


def status_of(kind: type[errors.LianzhenError]) -> int:
    """The DIMSE status of an error."""
    return next(STATUS[family] for family in kind.__mro__ if family in STATUS)


class Scp:
    """The server: `Scp(gateway, registry, settings, services)`.

    `services` maps a SOP Class UID to its pynetdicom event and handler; the front door fills it. With `shared`,
    several processes of this machine listen on the same port and the system gives each association to one of them.
    """

    def __init__(
        self,
        gateway: Gateway,
        registry: Registry,
        settings: GatewaySettings,
        services: Mapping[str, tuple[Any, Handler]],
        *,
        shared: bool = False,
    ) -> None:
        self._gateway = gateway
        self._registry = registry
        self._settings = settings
        self._services = dict(services)
        self._shared = shared
        self._servers: list[Listener] = []
        self._counting = threading.Lock()
        self._open: Counter[str] = Counter()
        self.port = settings.port
        self.tls_port = 0

    def start(self) -> None:
        """Sweep what a crash left, then listen. Raises OSError when a port is taken, BadCertificate, TlsIncomplete."""
        self._gateway.sweep()
        _receive_into(self._gateway.spool, self._gateway.spool_prefix)
        ae = AE(self._settings.ae_title)
        ae.add_supported_context(VERIFICATION)
        for sop_class_uid in self._services:
            ae.add_supported_context(sop_class_uid)
        ae.require_called_aet = self._settings.check_called_ae_title
        ae.maximum_associations = self._settings.maximum_associations
        ae.acse_timeout = self._settings.acse_timeout
        ae.dimse_timeout = self._settings.dimse_timeout
        ae.network_timeout = self._settings.network_timeout
        handlers: list[Any] = [
            (evt.EVT_REQUESTED, self._requested),
            (evt.EVT_ACCEPTED, patient, [self._settings.network_timeout]),
            (evt.EVT_C_STORE, self._store),
            (evt.EVT_C_ECHO, self._echo),
            (evt.EVT_CONN_CLOSE, self._closed),
            *self._services.values(),
        ]
        context = self._tls_context()
        plain = listen(ae, (self._settings.host, self._settings.port), handlers, shared=self._shared)
        self._servers.append(plain)
        self.port = plain.server_address[1]
        log.info("dicom-listening", port=self.port, aet=self._settings.ae_title)
        if context is not None:
            self._start_tls(ae, handlers, context)

    def _tls_context(self) -> ssl.SSLContext | None:
        """What the TLS port is opened with: mutual or not at all. Raises BadCertificate, TlsIncomplete."""
        chosen = self._settings
        files = (chosen.tls_certificate, chosen.tls_key, chosen.tls_authority)
        if not any(files):
            return None
        certificate, key, authority = files
        if certificate is None or key is None or authority is None:
            raise TlsIncomplete
        return server_context(certificate, key, authority)

    def _start_tls(self, ae: AE, handlers: list[Any], context: ssl.SSLContext) -> None:
        self.tls_port = self._settings.tls_port
        try:
            secured = listen(
                ae, (self._settings.tls_host, self._settings.tls_port), handlers, context, shared=self._shared
            )
        except OSError:
            self.stop()
            raise
        self._servers.append(secured)
        self.tls_port = secured.server_address[1]
        log.info("dicom-tls-listening", port=self.tls_port, aet=self._settings.ae_title)

    def stop(self) -> None:
        """Take no new association; those that run are ended."""
        for server in self._servers:
            server.shutdown()
            for association in server.active_associations:
                association.abort()
        self._servers.clear()

    def _requested(self, event: Any) -> None:
        """Reject a calling AE title that is no active device: result 1, source 1, reason 3 (PS3.8 table 9-21)."""
        calling = str(event.assoc.requestor.primitive.calling_ae_title).strip()
        device = self._registry.device_of(calling)
        address = str(event.assoc.requestor.address)
        if device is not None and (not device.address or device.address == address):
            self._admit(event.assoc, device, address)
            return
        log.warn("association-rejected", aet=calling[:16], address=address)
        self._registry.knocked(calling, address)
        _reject(event.assoc, 0x01, 0x01, 0x03)

    def _admit(self, association: Any, device: Device, address: str) -> None:
        """Serve a device, or reject it as busy: result 2, source 3, reason 2, local limit (PS3.8 table 9-21)."""
        limit = device.limits.associations
        with self._counting:
            busy = limit is not None and self._open[device.id] >= limit
            if not busy:
                self._open[device.id] += 1
        if busy:
            log.warn("device-busy", aet=device.aet, address=address)
            _reject(association, 0x02, 0x03, 0x02)
            return
        association.lianzhen_source = source_of(device, address)
        association.lianzhen_device = device

    def _closed(self, event: Any) -> None:
        """A connection is over: what it left is thrown away, and its device may open another."""
        _discard(event)
        device = event.assoc.__dict__.pop("lianzhen_device", None)
        if device is not None:
            with self._counting:
                self._open[device.id] -= 1

    def _echo(self, _event: Any) -> int:
        return SUCCESS

    def _store(self, event: Any) -> Any:
        """Answer a C-STORE only after the object is durable and indexed."""
        source: Source = event.assoc.lianzhen_source
        path = Path(event.dataset_path)
        try:
            event.request._dataset_file.check()
            _check_size(event.assoc.lianzhen_device, path)
            return self._answer(self._gateway.store_instance(source, path))
        except errors.LianzhenError as refusal:
            log.warn("store-refused", code=refusal.code, aet=source.aet, unit=source.unit_id)
            return _status(status_of(type(refusal)), refusal.code)
        except Exception as fault:  # noqa: BLE001 - the edge of the DICOM port: the peer is told, others go on
            log.fault("store-fault", fault, aet=source.aet)
            return _status(PROCESSING_FAILURE, errors.LianzhenError.code)

    def _answer(self, stored: Stored) -> Any:
        if stored.outcome is not Outcome.QUARANTINED or stored.code is None:
            return SUCCESS
        status = status_of(_KEPT[stored.code])
        if status == COERCION and self._settings.conflict_status == "failure":
            status = NOT_THIS_CLASS
        return _status(status, stored.code)


def source_of(device: Device, address: str) -> Source:
    """A device as the one who acts."""
    actor = Actor(device.id, device.name, device.unit_id, frozenset({Role.SYSTEM}), address=address)
    return Source(device.aet, device.unit_id, address, "dimse", actor)


def _reject(association: Any, result: int, source: int, reason: int) -> None:
    """Say no, and wait until it is said: the connection is closed when the handler returns."""
    association.acse.send_reject(result, source, reason)
    association.kill()


def _check_size(device: Device, path: Path) -> None:
    """Raises ObjectTooLarge beyond the device's own limit; the house's is looked at with every object."""
    limit = device.limits.object_mib
    if limit is not None and path.stat().st_size > limit << 20:
        raise ObjectTooLarge(limit=limit)


def _status(status: int, code: str) -> Dataset:
    """A status with the reason in Error Comment (0000,0902), which is at most 64 characters."""
    answer = Dataset()
    answer.Status = status
    answer.ErrorComment = code[:64]
    return answer


class _Arriving:
    """The file of an object that arrives. A disk without room is remembered until the answer, so that the sender hears
    0xA700 and is not cut off in the middle of its object.
    """

    def __init__(self, spool: Path, prefix: str, **_wishes: Any) -> None:
        self.file = self  # where pynetdicom looks for `flush`
        self._fault: OSError | None = None
        number, self.name = mkstemp(dir=spool, prefix=prefix, suffix=".dcm")
        self._raw = FileIO(number, "wb")  # no buffer: what does not fit is known at once

    def write(self, data: bytes) -> int:
        """All of it, unless something before did not fit."""
        left = memoryview(data)
        try:
            while left and self._fault is None:
                left = left[self._raw.write(left) :]
        except OSError as fault:
            self._fault = fault
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def check(self) -> None:
        """Raises StorageFull or StorageFault when it is not whole."""
        if self._fault is not None:
            raise errors.of_disk(self._fault) or self._fault

    def close(self) -> None:
        """Nothing more comes."""
        self._raw.close()


def _receive_into(spool: Path, prefix: str) -> None:
    """Let pynetdicom write arriving datasets to files of the spool folder, never to memory.

    The library offers no setting for the folder; its one use of NamedTemporaryFile is given another maker.
    """
    _config.STORE_RECV_CHUNKED_DATASET = True
    _config.UNRESTRICTED_STORAGE_SERVICE = True
    _config.LOG_HANDLER_LEVEL = "none"
    _config.LOG_REQUEST_IDENTIFIERS = _config.LOG_RESPONSE_IDENTIFIERS = False  # made up for nobody, and names in it
    setattr(dimse_messages, "NamedTemporaryFile", functools.partial(_Arriving, spool, prefix))  # noqa: B010


def _discard(event: Any) -> None:
    """A link that ended in the middle of an object leaves no half file."""
    message = event.assoc.dimse.message
    file = getattr(message, "_data_set_file", None)
    if file is not None:
        file.close()
        with suppress(OSError):
            Path(file.name).unlink()
