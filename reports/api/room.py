"""What every part of the door stands on."""

from collections.abc import Callable
from datetime import datetime

from foundation import clock
from foundation.floor import Floor
from pacs_gateway.api import Gateway
from reading_queue.api import ReadingQueue
from registry.api import Registry, UnitKind
from reports.encodings.pdf import Letterhead
from reports.files import Renditions
from reports.model import Examination, Mark
from reports.settings import ReportsSettings
from reports.signers.keys import KeyStore

Marker = Callable[[Examination], Mark]


def unmarked(_: Examination) -> Mark:
    """No mark, and nothing said of why."""
    return Mark()


class Room:
    """The room's tools and neighbours."""

    def __init__(
        self, floor: Floor, registry: Registry, gateway: Gateway, queue: ReadingQueue, settings: ReportsSettings
    ) -> None:
        self._floor = floor
        self._registry = registry
        self._gateway = gateway
        self._queue = queue
        self._settings = settings
        public = f"{settings.public_address}/api/keys/crl" if settings.public_address else ""
        self._keys = KeyStore(
            floor.data / "keys", settings.key_secret_file, demo=settings.demo_keys, crl_address=public
        )
        self._renditions = Renditions(floor.data / "reports")
        self._marker: Marker = unmarked

    @property
    def fonts(self) -> str:
        """The folder with the fonts of everything that is printed."""
        return str(self._settings.fonts)

    def mark_by(self, marker: Marker) -> None:
        """From now on, let `marker` say which mark of recognition a version carries when it is signed."""
        self._marker = marker

    def has_demo_keys(self) -> bool:
        """Whether a demonstration's keys lie in this installation; a production start refuses them."""
        return self._keys.has_demo_keys()

    def _now(self) -> datetime:
        """The present moment as it is stored and signed: to the millisecond."""
        return clock.from_iso(clock.iso(self._floor.now()))

    def _letterhead(self) -> Letterhead:
        return Letterhead(self._centre()[1], self._settings.demo_keys, self._settings.paper)

    def _centre(self) -> tuple[str, str]:
        """The issuing unit's id, and the name at the head of the report."""
        lead = next((unit for unit in self._registry.units() if unit.kind is UnitKind.LEAD), None)
        return lead.id if lead else "", self._settings.centre_name or (lead.name if lead else "联诊")
