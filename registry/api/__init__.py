"""The registry's door."""

from registry.api.orders import Orders
from registry.api.patients import Patients
from registry.api.people import People
from registry.api.places import Places
from registry.items import COLUMNS as ITEM_COLUMNS
from registry.items import ImportFault, ImportPlan, Item, MarkLevel
from registry.linking import Basis, Identity, Link
from registry.model import (
    Device,
    DeviceChange,
    Knock,
    NewDevice,
    NewOrder,
    NewPatient,
    NewPerson,
    Order,
    OrderChange,
    OrderStatus,
    Patient,
    PatientChange,
    Person,
    PersonChange,
    Unit,
    UnitKind,
    VisitType,
    mask_id_card,
    mask_name,
    mask_phone,
)
from registry.settings import RegistrySettings

__all__ = [
    "ITEM_COLUMNS",
    "Basis",
    "Device",
    "DeviceChange",
    "Identity",
    "ImportFault",
    "ImportPlan",
    "Item",
    "Knock",
    "Link",
    "MarkLevel",
    "NewDevice",
    "NewOrder",
    "NewPatient",
    "NewPerson",
    "Order",
    "OrderChange",
    "OrderStatus",
    "Patient",
    "PatientChange",
    "Person",
    "PersonChange",
    "Registry",
    "RegistrySettings",
    "Unit",
    "UnitKind",
    "VisitType",
    "mask_id_card",
    "mask_name",
    "mask_phone",
]


class Registry(Places, People, Patients, Orders):
    """Units, devices, people, patients and orders: `Registry(floor, settings)`.

    Methods whose first parameter is `conn` run inside the caller's write; all others open their own.
    """
