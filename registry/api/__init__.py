"""The registry's door."""

from registry.api.agreements import Agreements
from registry.api.hospital import Hospital
from registry.api.meetings import Meetings
from registry.api.opening import Opening, Sought
from registry.api.people import People
from registry.api.places import Places
from registry.api.roster import Roster
from registry.api.scheduling import Scheduling
from registry.barcode import svg as barcode_svg
from registry.errors import BadIncoming, IncomingConflict, OrderNotFound
from registry.events import OrderCancelled, OrderPlaced, PatientsLinked, PatientsParted
from registry.fhir.reading import Found as FhirSource
from registry.fhir.reading import patient as read_patient
from registry.fhir.reading import service_request as read_service_request
from registry.fhir.writing import patient as fhir_patient
from registry.fhir.writing import service_request as fhir_service_request
from registry.grants import Grant
from registry.id_card import number_of as identification_number
from registry.intake import Act as IncomingAct
from registry.intake import Incoming, Known, Message, Outcome, Sender, Taken
from registry.items import COLUMNS as ITEM_COLUMNS
from registry.items import ImportPlan, Item, MarkLevel
from registry.linking import Basis, Identity, Link
from registry.meeting import LATE, WAITING, Doubt, How, Meeting, Seen, is_patient, meets_late
from registry.model import (
    CharacterSet,
    Device,
    DeviceChange,
    DeviceLimits,
    Knock,
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
    mask_patient_id,
    mask_phone,
)
from registry.qualification import Act, Agreement, Fault, NewAgreement
from registry.roster import Contact, Duty, NewDuty, OnDuty
from registry.settings import RegistrySettings
from registry.sheet import ImportFault
from registry.spelling import agrees, person_name

__all__ = [
    "ITEM_COLUMNS",
    "LATE",
    "WAITING",
    "Act",
    "Agreement",
    "BadIncoming",
    "Basis",
    "CharacterSet",
    "Contact",
    "Device",
    "DeviceChange",
    "DeviceLimits",
    "Doubt",
    "Duty",
    "Fault",
    "FhirSource",
    "Grant",
    "How",
    "Identity",
    "ImportFault",
    "ImportPlan",
    "Incoming",
    "IncomingAct",
    "IncomingConflict",
    "Item",
    "Knock",
    "Known",
    "Link",
    "MarkLevel",
    "Meeting",
    "Message",
    "NewAgreement",
    "NewDevice",
    "NewDuty",
    "NewOrder",
    "NewPatient",
    "NewPerson",
    "NewUnit",
    "OnDuty",
    "Order",
    "OrderCancelled",
    "OrderChange",
    "OrderNotFound",
    "OrderPlaced",
    "OrderStatus",
    "Outcome",
    "Patient",
    "PatientChange",
    "PatientsLinked",
    "PatientsParted",
    "Person",
    "PersonChange",
    "Registry",
    "RegistrySettings",
    "Seen",
    "Sender",
    "Sought",
    "Taken",
    "Unit",
    "UnitChange",
    "UnitKind",
    "UnitLevel",
    "VisitType",
    "agrees",
    "alike",
    "barcode_svg",
    "fhir_patient",
    "fhir_service_request",
    "identification_number",
    "is_patient",
    "mask_id_card",
    "mask_name",
    "mask_patient_id",
    "mask_phone",
    "meets_late",
    "person_name",
    "read_patient",
    "read_service_request",
]


class Registry(Places, People, Roster, Agreements, Opening, Hospital, Scheduling, Meetings):
    """Units, devices, people, patients and orders: `Registry(floor, settings)`.

    Methods whose first parameter is `conn` run inside the caller's write; all others open their own.
    """
