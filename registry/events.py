"""The registry's news."""

from dataclasses import dataclass

from foundation.events import Event


@dataclass(frozen=True, slots=True)
class OrderPlaced(Event):
    """An examination was ordered, by a person or a hospital system; its film may be here already."""

    order_id: str
    unit_id: str
