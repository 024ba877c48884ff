"""The registry's door."""

from registry.api.agreements import Agreements
from registry.api.opening import Opening, Sought
from registry.api.orders import Orders
from registry.api.patients import Patients
from registry.api.people import People
from registry.api.places import Places
from registry.api.scheduling import Scheduling
from registry.model import (
    Agreement,
    CharacterSet,
    Device,
    DeviceChange,
    DeviceLimits,
    Grant,
    Item,
    Knock,
    NewAgreement,
    NewDevice,
    NewOrder,
    NewPatient,
    NewPerson,
    NewUnit,
    Order,
    OrderStatus,
    Patient,
    Person,
    PersonChange,
    Unit,
    UnitChange,
    UnitKind,
    UnitLevel,
    alike,
    mask_id_card,
    mask_name,
    mask_phone,
)
from registry.names import agrees, person_name
from registry.qualification import TITLES, Act, Fault
from registry.settings import RegistrySettings

__all__ = [
    "TITLES",
    "Act",
    "Agreement",
    "CharacterSet",
    "Device",
    "DeviceChange",
    "DeviceLimits",
    "Fault",
    "Grant",
    "Item",
    "Knock",
    "NewAgreement",
    "NewDevice",
    "NewOrder",
    "NewPatient",
    "NewPerson",
    "NewUnit",
    "Order",
    "OrderStatus",
    "Patient",
    "Person",
    "PersonChange",
    "Registry",
    "RegistrySettings",
    "Sought",
    "Unit",
    "UnitChange",
    "UnitKind",
    "UnitLevel",
    "agrees",
    "alike",
    "mask_id_card",
    "mask_name",
    "mask_phone",
    "person_name",
]


class Registry(Places, People, Agreements, Opening, Patients, Orders, Scheduling):
    """Units, devices, people, patients and orders: `Registry(floor, settings)`.

    Methods whose first parameter is `conn` run inside the caller's write; all others open their own.
    """
