"""The registry's door."""

from registry.api.orders import Orders
from registry.api.patients import Patients
from registry.api.people import People
from registry.api.places import Places
from registry.model import (
    Device,
    DeviceChange,
    Item,
    Knock,
    NewDevice,
    NewOrder,
    NewPatient,
    NewPerson,
    Order,
    OrderStatus,
    Patient,
    Person,
    PersonChange,
    Unit,
    UnitKind,
    mask_id_card,
    mask_name,
    mask_phone,
)
from registry.settings import RegistrySettings

__all__ = [
    "Device",
    "DeviceChange",
    "Item",
    "Knock",
    "NewDevice",
    "NewOrder",
    "NewPatient",
    "NewPerson",
    "Order",
    "OrderStatus",
    "Patient",
    "Person",
    "PersonChange",
    "Registry",
    "RegistrySettings",
    "Unit",
    "UnitKind",
    "mask_id_card",
    "mask_name",
    "mask_phone",
]


class Registry(Places, People, Patients, Orders):
    """Units, devices, people, patients and orders: `Registry(floor, settings)`.

    Methods whose first parameter is `conn` run inside the caller's write; all others open their own.
    """
