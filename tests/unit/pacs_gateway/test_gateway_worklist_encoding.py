"""What is encoded ahead is, byte for byte, what pydicom writes."""

from datetime import UTC, date, datetime

import pytest
from pydicom.dataset import Dataset
from pynetdicom.dsutils import encode

from foundation.ids import new_id
from foundation.vocabulary import Priority, Sex
from pacs_gateway.worklist.entries import entry
from pacs_gateway.worklist.keys import question
from registry.api import CharacterSet, Device, Order, OrderStatus, Patient, Unit, UnitKind

UNIT = Unit("u", "河口镇卫生院", UnitKind.TOWNSHIP, None, "YXHK")


def order(name: str, patient_id: str, history: str) -> Order:
    patient = Patient("p", "u", patient_id, name, Sex.FEMALE, date(1980, 1, 2), None, None)
    return Order(
        new_id(), "YXHK1234567", "u", patient, "DR-CHEST-PA", "胸部正位", "DX", "CHEST", Priority.HIGH, history,
        "u", "t", datetime(2026, 6, 1, 1, 2, 3, tzinfo=UTC), OrderStatus.REQUESTED, None,
    )  # fmt: skip


def asked(*, whole: bool) -> Dataset:
    """A device's question: sequences without items, which asks for all of them, or with the keys it wants."""
    found = Dataset()
    for name in ("PatientName", "PatientID", "PatientSex", "PatientBirthDate", "AccessionNumber", "PatientWeight",
                 "AdditionalPatientHistory", "RequestedProcedureDescription", "ReferringPhysicianName",
                 "StudyInstanceUID", "RequestedProcedureID", "PregnancyStatus"):  # fmt: skip
        setattr(found, name, None)
    step = Dataset()
    for name in ("Modality", "ScheduledProcedureStepStartDate", "ScheduledProcedureStepDescription"):
        setattr(step, name, "")
    step.ScheduledProtocolCodeSequence = []
    found.ScheduledProcedureStepSequence = [] if whole else [step]
    found.RequestedProcedureCodeSequence = []
    found.ReferencedStudySequence = []
    return found


@pytest.mark.parametrize("implicit", [True, False])
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("speaks", CharacterSet)
@pytest.mark.parametrize(
    ("name", "patient_id", "history"),
    [("张玥霖", "P1", "咳嗽两周"), ("李珅", "编号7", ""), ("Anna^Maria", "AB", "cough"), ("𠮷野", "P22", "x" * 300)],
)
def test_the_bytes_are_those_of_pydicom(
    name: str, patient_id: str, history: str, speaks: CharacterSet, whole: bool, implicit: bool
) -> None:
    device = Device("d", "EAST", "u", "DR 一号", "DX", character_set=speaks)
    one, wanted = entry(order(name, patient_id, history), device, UNIT), question(asked(whole=whole))
    plain = encode(one.answer(wanted), implicit, is_little_endian=True)
    assert plain is not None
    assert one.encoded(wanted, implicit=implicit) == plain
