"""The door of hospital systems: HL7 over MLLP."""

from foundation.errors import Invalid
from foundation.tls import is_loopback, server_context
from lianzhen.server import PortTaken
from registry.api import Registry
from registry.hl7.mllp import Limits, Mllp
from registry.settings import RegistrySettings


class MllpTlsRequired(Invalid):
    """An HL7 port that others can reach must speak TLS with certificates on both sides."""

    code = "mllp-tls-required"


class HospitalDoor:
    """The HL7 port. With `shared`, several processes of this machine share it."""

    def __init__(self, settings: RegistrySettings, registry: Registry, *, shared: bool = False) -> None:
        files = (settings.mllp_tls_certificate, settings.mllp_tls_key, settings.mllp_tls_authority)
        certificate, key, authority = files
        complete = certificate is not None and key is not None and authority is not None
        if settings.mllp_enabled and not complete and (any(files) or not is_loopback(settings.mllp_host)):
            raise MllpTlsRequired(host=settings.mllp_host)
        context = server_context(certificate, key, authority) if certificate and key and authority else None
        limits = Limits(
            settings.mllp_message_kib << 10,
            settings.mllp_message_seconds,
            settings.mllp_idle_seconds,
            settings.mllp_connections,
        )
        address = (settings.mllp_host, settings.mllp_port)
        self._enabled = settings.mllp_enabled
        self._mllp = Mllp(registry.hl7, registry.hl7_too_large, address, limits, context, shared=shared)
        self.secured = context is not None
        self.port = 0

    def start(self) -> None:
        """Listen. Raises PortTaken."""
        if not self._enabled:
            return
        try:
            self._mllp.start()
        except OSError:
            raise PortTaken(port=self._mllp.port, what="HL7", name="LIANZHEN_REGISTRY__MLLP_PORT") from None
        self.port = self._mllp.port

    def stop(self) -> None:
        """Take no new message; what was answered is durable."""
        self._mllp.stop()
