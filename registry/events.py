"""The registry's news."""

from dataclasses import dataclass

from foundation.events import Event


@dataclass(frozen=True, slots=True)
class OrderPlaced(Event):
    """An examination was ordered, or its order corrected; its film may be here already."""

    order_id: str


@dataclass(frozen=True, slots=True)
class OrderCancelled(Event):
    """An order was taken back."""

    order_id: str
