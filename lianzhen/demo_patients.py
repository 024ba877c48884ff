"""What makes the demonstration's pages alive: a catalogue with prices and marks, patients, one of them at two units.

The validity of laboratory results is the list that a hospital in Hubei published (docs/decisions/0073); prices, the
county's mark and every person are invented.
"""

from datetime import date
from pathlib import Path

from foundation.access import PRODUCT
from foundation.vocabulary import Priority, Sex
from registry.api import NewOrder, NewPatient, Registry, VisitType, identification_number

CATALOGUE = Path(__file__).with_name("demo_catalogue.csv")

# unit code, name, sex, birth date, telephone, whether with an ID card; the same person twice is linked by the card
PATIENTS = (
    ("YXHK", "王小芬", Sex.FEMALE, date(1958, 3, 4), "13900000101", True),
    ("YXQS", "王小芬", Sex.FEMALE, date(1958, 3, 4), "13900000101", True),
    ("YXHK", "单田芳", Sex.MALE, date(1949, 12, 31), "13900000102", True),
    ("YXHK", "曾国强", Sex.MALE, date(1971, 7, 15), "13900000103", True),
    ("YXHK", "欧阳娜娜", Sex.FEMALE, date(2000, 6, 15), "13900000104", True),
    ("YXHK", "阿依古丽·买买提", Sex.FEMALE, date(1986, 9, 1), "13900000105", True),
    ("YXQS", "解晓东", Sex.MALE, date(1965, 2, 11), "13900000106", True),
    ("YXQS", "王晓芬", Sex.FEMALE, date(1958, 3, 4), "13900000107", False),
    ("YXCD", "仇英", Sex.MALE, date(1977, 11, 23), "13900000108", False),
    ("YXCD", "吕布", Sex.MALE, date(1990, 4, 30), "13900000109", False),
)
# the patient's name, item, visit, priority, history; at the first township
ORDERS = (
    ("曾国强", "DR-LSPINE-AP-LAT", VisitType.OUTPATIENT, Priority.MEDIUM, "腰痛伴左下肢麻木 2 周（演示）"),
    ("单田芳", "DR-CHEST-PA", VisitType.EMERGENCY, Priority.HIGH, "突发胸痛 1 小时（演示）"),
    ("欧阳娜娜", "ECG-12", VisitType.CHECK_UP, Priority.LOW, "入职体检（演示）"),
)
_PLACE = "420999"  # in Hubei; no county has this code


def lay(registry: Registry, units: dict[str, str]) -> None:
    """Lay the catalogue, the patients and their orders; a second time changes nothing."""
    registry.import_items(PRODUCT, CATALOGUE.read_bytes())
    made = {}
    for number, (code, name, sex, born, phone, card) in enumerate(PATIENTS):
        id_card = identification_number(_PLACE, born, _order_of(name, number, sex)) if card else None
        new = NewPatient(units[code], name, sex=sex, birth_date=born, id_card=id_card, phone=phone)
        made[code, name] = registry.register_patient(PRODUCT, new)
    for name, item, visit, priority, history in ORDERS:
        patient = made["YXHK", name]
        if not registry.orders_of(PRODUCT, [patient.id]):
            registry.create_order(PRODUCT, NewOrder(patient.id, item, priority, history, "", visit, demo=True))


def _order_of(name: str, number: int, sex: Sex) -> int:
    """The number's order code: odd for a man; the same for the same person."""
    first = next(place for place, row in enumerate(PATIENTS) if row[1] == name and place <= number)
    return 100 + 2 * first + (1 if sex is Sex.MALE else 0)
