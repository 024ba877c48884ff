"""The socket of a DICOM port: one connection never waits for another, whatever it does not say.

pynetdicom's own server shakes hands for TLS in the thread that accepts, so a silent client would keep everybody out;
here each connection has its own thread from the first byte, and a time limit.
"""

import socket
import ssl
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from pynetdicom import AE
from pynetdicom.transport import ThreadedAssociationServer

from foundation.log import Log

log = Log("pacs_gateway")


class Listener(ThreadedAssociationServer):
    """A listening DICOM port, plain or TLS."""

    request_queue_size = 128
    daemon_threads = True

    def get_request(self) -> tuple[Any, Any]:
        """Accept and nothing else: the handshake belongs to the connection's own thread."""
        assert self.socket is not None
        return self.socket.accept()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Shake hands within the time limit, then serve the association."""
        request.settimeout(self.ae.acse_timeout)
        # an answer is several small writes: each would wait until the device, after 40 ms, acknowledges the one before
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.ssl_context is not None:
            try:
                request = self.ssl_context.wrap_socket(request, server_side=True)
            except (OSError, ValueError) as fault:
                why = getattr(fault, "reason", None) or type(fault).__name__
                log.warn("tls-refused", address=str(client_address[0]), code=str(why)[:80])
                with suppress(OSError):
                    request.close()
                return
        super().process_request_thread(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the library's signature
        """A fault of one connection is logged; the others go on."""
        log.warn("connection-fault", address=str(client_address[0]))


class SharedListener(Listener):
    """A port that several processes of this machine listen on; the system gives each connection to one of them."""

    def server_bind(self) -> None:
        """Say so before the port is taken."""
        assert self.socket is not None
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        super().server_bind()


def patient(event: Any, seconds: float) -> None:
    """After the association is accepted a peer may be silent for longer."""
    with suppress(OSError, AttributeError):
        event.assoc.dul.socket.socket.settimeout(seconds)


def listen(
    ae: AE,
    address: tuple[str, int],
    handlers: Sequence[Any],
    context: ssl.SSLContext | None = None,
    *,
    shared: bool = False,
) -> Listener:
    """Open the port and serve it in a thread. Raises OSError when the port is taken."""
    kind = SharedListener if shared else Listener
    server: Any = ae.make_server(address, ssl_context=context, evt_handlers=list(handlers), server_class=kind)
    assert isinstance(server, Listener)
    ae._servers.append(server)
    name = "dicom-tls" if context else "dicom"
    threading.Thread(target=server.serve_forever, name=name, daemon=True).start()
    return server
