"""The registry's door."""

from registry.api.agreements import Agreements
from registry.api.orders import Orders
from registry.api.patients import Patients
from registry.api.people import People
from registry.api.places import Places
from registry.api.scheduling import Scheduling
from registry.barcode import svg as barcode_svg
from registry.id_card import number_of as identification_number
from registry.items import COLUMNS as ITEM_COLUMNS
from registry.items import ImportFault, ImportPlan, Item, MarkLevel
from registry.linking import Basis, Identity, Link
from registry.model import (
    Agreement,
    CharacterSet,
    Device,
    DeviceChange,
    DeviceLimits,
    Knock,
    NewAgreement,
    NewDevice,
    NewOrder,
    NewPatient,
    NewPerson,
    NewUnit,
    Order,
    OrderChange,
    OrderStatus,
    Patient,
    PatientChange,
    Person,
    PersonChange,
    Unit,
    UnitChange,
    UnitKind,
    UnitLevel,
    VisitType,
    alike,
    mask_id_card,
    mask_name,
    mask_phone,
)
from registry.qualification import TITLES, Act, Fault
from registry.settings import RegistrySettings
from registry.spelling import agrees, person_name

__all__ = [
    "ITEM_COLUMNS",
    "TITLES",
    "Act",
    "Agreement",
    "Basis",
    "CharacterSet",
    "Device",
    "DeviceChange",
    "DeviceLimits",
    "Fault",
    "Identity",
    "ImportFault",
    "ImportPlan",
    "Item",
    "Knock",
    "Link",
    "MarkLevel",
    "NewAgreement",
    "NewDevice",
    "NewOrder",
    "NewPatient",
    "NewPerson",
    "NewUnit",
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
    "UnitChange",
    "UnitKind",
    "UnitLevel",
    "VisitType",
    "agrees",
    "alike",
    "barcode_svg",
    "identification_number",
    "mask_id_card",
    "mask_name",
    "mask_phone",
    "person_name",
]


class Registry(Places, People, Agreements, Patients, Orders, Scheduling):
    """Units, devices, people, patients and orders: `Registry(floor, settings)`.

    Methods whose first parameter is `conn` run inside the caller's write; all others open their own.
    """
