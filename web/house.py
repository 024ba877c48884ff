"""The rooms as the front desk sees them; `lianzhen/wiring.py` builds it once."""

from dataclasses import dataclass

from foundation.floor import Floor
from pacs_gateway.api import Gateway
from reading_queue.api import ReadingQueue
from recognition.api import Recognition
from registry.api import Registry
from reports.api import Reports
from web.auth import Auth
from web.settings import WebSettings


@dataclass(frozen=True, slots=True)
class House:
    """Every door that a request may be handed to."""

    floor: Floor
    settings: WebSettings
    registry: Registry
    gateway: Gateway
    queue: ReadingQueue
    reports: Reports
    recognition: Recognition
    auth: Auth
    demo: bool = False
