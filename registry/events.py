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


@dataclass(frozen=True, slots=True)
class PatientsLinked(Event):
    """Two registrations are one person now, by their number or because somebody said so."""

    one: str
    other: str


@dataclass(frozen=True, slots=True)
class PatientsParted(Event):
    """A link between two registrations was undone; another way may still join them."""

    one: str
    other: str
