"""The modality worklist, asked by DCMTK's findscu and by pynetdicom as modalities ask it."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)
from pynetdicom import AE, evt

from foundation.access import PRODUCT
from foundation.ids import uid_of
from foundation.vocabulary import Priority, Sex
from pacs_gateway.api import GatewaySettings
from pacs_gateway.scp import Scp
from pacs_gateway.worklist.service import MODALITY_WORKLIST, Worklist
from registry.api import CharacterSet, DeviceChange, NewDevice, NewOrder, NewPatient, Order
from tests.integration.pacs_gateway.conftest import County
from tests.product import until

TODAY = "20260601"


@contextmanager
def listing(county: County, **settings: object) -> Iterator[int]:
    chosen = GatewaySettings.model_validate({"host": "127.0.0.1", "port": 0, "acse_timeout": 2} | settings)
    service = {MODALITY_WORKLIST: (evt.EVT_C_FIND, Worklist(county.registry, chosen).find)}
    scp = Scp(county.gateway, county.registry, chosen, service)
    scp.start()
    try:
        yield scp.port
    finally:
        scp.stop()


@pytest.fixture
def port(county: County) -> Iterator[int]:
    with listing(county) as running:
        yield running


def ordered(
    county: County, name: str, number: str, *, item: str = "DR-CHEST-PA", unit: str = "", urgent: bool = False
) -> Order:
    issuer = unit or county.east
    patient = county.registry.register_patient(PRODUCT, NewPatient(issuer, name, number, Sex.FEMALE, date(1980, 1, 2)))
    priority = Priority.HIGH if urgent else Priority.MEDIUM
    return county.registry.create_order(PRODUCT, NewOrder(patient.id, item, priority, "咳嗽两周"))


def findscu(
    port: int, folder: Path, *keys: str, aet: str = "EAST", query: Path | None = None
) -> tuple[str, list[Dataset]]:
    """What findscu says, and the answers that it has written."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        ["findscu", "-W", "-d", "-X", "-aet", aet, "-aec", "LIANZHEN", "-od", str(folder), "127.0.0.1", str(port),
         *([str(query)] if query else []), *(word for key in keys for word in ("-k", key))],
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    answers: list[Dataset] = [dcmread(path, force=True) for path in sorted(folder.glob("rsp*.dcm"))]
    return (done.stdout + done.stderr).decode("utf-8", "replace"), answers


STEP = "ScheduledProcedureStepSequence[0]."
ASKED = ("PatientName", "PatientID", "AccessionNumber", "RequestedProcedureDescription", "StudyInstanceUID")


@pytest.mark.parametrize(
    ("characters", "term", "codec"),
    [(CharacterSet.GB18030, "GB18030", "gb18030"), (CharacterSet.UTF_8, "ISO_IR 192", "utf-8")],
)
def test_a_chinese_list_in_the_devices_own_characters(
    county: County, port: int, tmp_path: Path, characters: CharacterSet, term: str, codec: str
) -> None:
    """findscu prints it: the bytes of its answer files are the declared encoding, name by name."""
    device = county.registry.device_of("EAST")
    assert device is not None
    county.registry.change_device(PRODUCT, device.id, DeviceChange(character_set=characters))
    order = ordered(county, "张玥霖", "P1")
    _said, answers = findscu(port, tmp_path / "out", *ASKED, f"{STEP}Modality=DX")
    assert len(answers) == 1
    raw = next((tmp_path / "out").glob("rsp*.dcm")).read_bytes()
    assert "Zhang^YueLin=张^玥霖".encode(codec) in raw
    assert "胸部正位".encode(codec) in raw
    assert answers[0].SpecificCharacterSet == term
    assert str(answers[0].PatientName.ideographic) == "张^玥霖"
    assert answers[0].StudyInstanceUID == uid_of(order.id)


def test_a_device_without_chinese_gets_pinyin(county: County, port: int, tmp_path: Path) -> None:
    device = county.registry.device_of("EAST")
    assert device is not None
    county.registry.change_device(PRODUCT, device.id, DeviceChange(character_set=CharacterSet.PINYIN))
    ordered(county, "单玥霖", "P1")
    _said, answers = findscu(port, tmp_path / "out", *ASKED, "AdditionalPatientHistory", STEP + "Modality")
    assert str(answers[0].PatientName) == "Shan^YueLin"
    assert next((tmp_path / "out").glob("rsp*.dcm")).read_bytes().isascii() or answers[0].AdditionalPatientHistory == ""
    assert answers[0].RequestedProcedureDescription == "CHEST"


def test_every_key_of_the_standard_is_answered(county: County, port: int, tmp_path: Path) -> None:
    """The keys of PS3.4 table K.6-1: what is not known has length zero, nothing that was asked is missing."""
    order = ordered(county, "张玥霖", "P1", urgent=True)
    top = (
        "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "PatientWeight",
        "ConfidentialityConstraintOnPatientDataDescription", "PatientState", "PregnancyStatus", "MedicalAlerts",
        "Allergies", "SpecialNeeds", "AdmissionID", "CurrentPatientLocation", "ReferencedPatientSequence",
        "AccessionNumber", "RequestingPhysician", "ReferringPhysicianName", "RequestedProcedureID",
        "RequestedProcedureDescription", "RequestedProcedureCodeSequence", "StudyInstanceUID",
        "ReferencedStudySequence", "RequestedProcedurePriority", "PatientTransportArrangements",
    )  # fmt: skip
    step = (
        "ScheduledStationAETitle", "ScheduledProcedureStepStartDate", "ScheduledProcedureStepStartTime", "Modality",
        "ScheduledPerformingPhysicianName", "ScheduledProcedureStepDescription", "ScheduledStationName",
        "ScheduledProcedureStepLocation", "ScheduledProtocolCodeSequence", "PreMedication",
        "ScheduledProcedureStepID", "RequestedContrastAgent", "ScheduledProcedureStepStatus",
    )  # fmt: skip
    _said, answers = findscu(port, tmp_path / "out", *top, *(STEP + key for key in step))
    (answer,) = answers
    assert all(key in answer for key in top)
    (item,) = answer.ScheduledProcedureStepSequence
    assert all(key in item for key in step)
    known = {
        "ScheduledStationAETitle": "EAST", "ScheduledProcedureStepStartDate": TODAY, "Modality": "DX",
        "ScheduledProcedureStepStartTime": "160000", "ScheduledProcedureStepID": order.accession_number,
    }  # fmt: skip
    assert {key: item[key].value for key in known} == known
    assert answer.RequestedProcedurePriority == "STAT"
    assert answer.RequestedProcedureCodeSequence[0].CodeValue == "DR-CHEST-PA"
    assert not answer.Allergies
    assert len(answer.ReferencedStudySequence) == 0


def names(answers: list[Dataset]) -> list[str]:
    return [str(answer.PatientName).split("=")[-1].replace("^", "") for answer in answers]


def query_file(folder: Path, charset: str, name: str) -> Path:
    """A query as a device writes it, in its own characters."""
    dump = folder / "q.dump"
    codec = {"GB18030": "gb18030", "ISO_IR 192": "utf-8", "": "gb18030"}[charset]
    lines = [f"(0008,0005) CS [{charset}]"] if charset else []
    lines += [
        f"(0010,0010) PN [{name}]",
        "(0040,0100) SQ",
        "(fffe,e000) -",
        "(0008,0060) CS",
        "(fffe,e00d) -",
        "(fffe,e0dd) -",
    ]
    dump.write_bytes("\n".join(lines).encode(codec))
    subprocess.run(["dump2dcm", str(dump), str(folder / "q.dcm")], check=True, capture_output=True)
    return folder / "q.dcm"


@pytest.mark.parametrize("charset", ["GB18030", "ISO_IR 192", ""])
@pytest.mark.parametrize(("wanted", "found"), [("张*", {"张玥霖", "张三"}), ("*玥?", {"张玥霖"}), ("张三", {"张三"})])
def test_names_are_found_by_wildcards_in_any_characters(
    county: County, port: int, tmp_path: Path, charset: str, wanted: str, found: set[str]
) -> None:
    """Even a device that does not say in which characters it asks."""
    for number, name in enumerate(("张玥霖", "张三", "李四")):
        ordered(county, name, f"P{number}")
    _said, answers = findscu(port, tmp_path / "out", query=query_file(tmp_path, charset, wanted))
    assert set(names(answers)) == found


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("PatientName=zhang^yue*", ["张玥霖"]),
        ("PatientID=P1", ["张三"]),
        (f"{STEP}ScheduledProcedureStepStartDate={TODAY}", ["张玥霖", "张三", "李四"]),
        (f"{STEP}ScheduledProcedureStepStartDate=20260601-20260602", ["张玥霖", "张三", "李四"]),
        (f"{STEP}ScheduledProcedureStepStartDate=20260604-", []),
        (f"{STEP}ScheduledProcedureStepStartTime=150000-170000", ["张玥霖", "张三", "李四"]),
        (f"{STEP}ScheduledProcedureStepStartTime=0800-0900", []),
        (f"{STEP}Modality=CR", ["张玥霖", "张三", "李四"]),
        (f"{STEP}Modality=CT", []),
        (f"{STEP}ScheduledStationAETitle=EAST", ["张玥霖", "张三", "李四"]),
        (f"{STEP}ScheduledStationAETitle=WEST", []),
        ("StudyInstanceUID=1.2.3", []),
        ("RequestedProcedureID=*", ["张玥霖", "张三", "李四"]),
    ],
)
def test_matching(county: County, port: int, tmp_path: Path, key: str, found: list[str]) -> None:
    for number, name in enumerate(("张玥霖", "张三", "李四")):
        ordered(county, name, f"P{number}")
    _said, answers = findscu(port, tmp_path / "out", "PatientName", "StudyInstanceUID", key)
    assert sorted(names(answers)) == sorted(found)


def test_a_list_of_study_uids(county: County, port: int, tmp_path: Path) -> None:
    orders = [ordered(county, name, name) for name in ("张三", "李四", "王五")]
    uids = "\\".join(uid_of(order.id) for order in orders[:2])
    _said, answers = findscu(port, tmp_path / "out", "PatientName", f"StudyInstanceUID={uids}")
    assert sorted(names(answers)) == ["张三", "李四"]


def test_a_device_sees_its_unit_and_its_kind_only_and_the_urgent_first(
    county: County, port: int, tmp_path: Path
) -> None:
    ordered(county, "张三", "P1")
    ordered(county, "李四", "P2", urgent=True)
    ordered(county, "王五", "P1", unit=county.west)
    done = ordered(county, "赵六", "P3")
    county.registry.cancel_order(PRODUCT, done.id, "重复登记")
    answered = ordered(county, "钱七", "P4")
    county.floor.db.write(lambda conn: county.registry.received(conn, answered.id, "1.2.3"))
    county.registry.admit_device(PRODUCT, NewDevice("WESTUS", county.west, "西镇彩超", "US"))
    _said, answers = findscu(port, tmp_path / "east", *ASKED)
    assert names(answers) == ["李四", "张三"]
    _said, answers = findscu(port, tmp_path / "west", *ASKED, aet="WESTUS")
    assert answers == []


def test_an_unknown_device_is_refused(county: County, port: int, tmp_path: Path) -> None:
    ordered(county, "张三", "P1")
    said, answers = findscu(port, tmp_path / "out", *ASKED, aet="NOBODY")
    assert "Rejected" in said
    assert answers == []
    knocks = until(lambda: county.registry.knocks(PRODUCT))  # written after the refusal has been sent
    assert [knock.aet for knock in knocks] == ["NOBODY"]


def test_the_limit_is_told(county: County, tmp_path: Path) -> None:
    for number in range(4):
        ordered(county, f"张{number}", f"P{number}")
    with listing(county, worklist_limit=3) as port:
        said, answers = findscu(port, tmp_path / "out", *ASKED)
    assert len(answers) == 3
    assert "Refused: Out of resources" in said or "A700" in said
    assert "worklist-limit" in said


@pytest.mark.parametrize(("days", "listed"), [(1, True), (-1, True), (2, False)])
def test_the_tolerance_of_days(county: County, port: int, tmp_path: Path, days: int, listed: bool) -> None:
    ordered(county, "张三", "P1")
    day = (date(2026, 6, 1) + timedelta(days=days)).strftime("%Y%m%d")
    _said, answers = findscu(port, tmp_path / "out", *ASKED, f"{STEP}ScheduledProcedureStepStartDate={day}")
    assert bool(answers) is listed


@pytest.mark.parametrize("asked", ["20250601", "20270601", "20250601-20250603"])
def test_a_clock_a_year_off_is_told_and_not_an_empty_list(
    county: County, port: int, tmp_path: Path, asked: str
) -> None:
    ordered(county, "张三", "P1")
    said, answers = findscu(port, tmp_path / "out", *ASKED, f"{STEP}ScheduledProcedureStepStartDate={asked}")
    assert answers == []
    assert "clock-far-off" in said
    assert "today is 2026-06-01" in said
    assert ("dicom", "worklist", "4") in county.audited()


def test_a_key_that_is_no_date_is_told(county: County, port: int, tmp_path: Path) -> None:
    ordered(county, "张三", "P1")
    said, answers = findscu(port, tmp_path / "out", *ASKED, f"{STEP}ScheduledProcedureStepStartDate=2026/06")
    assert answers == []
    assert "bad-worklist-key" in said


def test_a_key_that_is_not_matched_is_a_warning(county: County, port: int, tmp_path: Path) -> None:
    ordered(county, "张三", "P1")
    said, answers = findscu(port, tmp_path / "out", *ASKED, "CurrentPatientLocation=WARD3")
    assert len(answers) == 1
    assert re.search(r"Pending.*(Warning|Unsupported)|ff01", said, re.IGNORECASE)


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian,
                                    ExplicitVRBigEndian])  # fmt: skip
@pytest.mark.parametrize("size", [0, 200])
def test_every_transfer_syntax_and_size_of_pdu_gets_the_same_answers(
    county: County, port: int, syntax: UID, size: int
) -> None:
    orders = {ordered(county, f"张{'玥霖'[number]}", f"P{number}").accession_number for number in range(2)}
    ae = AE("EAST")
    ae.maximum_pdu_size = size
    ae.add_requested_context(MODALITY_WORKLIST, syntax)
    association: Any = ae.associate("127.0.0.1", port, ae_title="LIANZHEN")
    assert association.is_established
    query = Dataset()
    query.AccessionNumber, query.PatientName, query.RequestedProcedureCodeSequence = "", "", []
    found = [answer for _status, answer in association.send_c_find(query, MODALITY_WORKLIST) if answer is not None]
    association.release()
    assert {answer.AccessionNumber for answer in found} == orders
    assert {str(answer.PatientName) for answer in found} == {"Zhang^Yue=张^玥", "Zhang^Lin=张^霖"}
    assert {answer.RequestedProcedureCodeSequence[0].CodeMeaning for answer in found} == {"胸部正位"}


def test_the_device_cancels(county: County, tmp_path: Path) -> None:
    """C-CANCEL after the first answer ends the list."""
    for number in range(300):
        ordered(county, f"张{number}", f"P{number}")
    with listing(county, worklist_limit=1000) as port:
        statuses = _cancelled_after_first(port)
    assert statuses[-1] == 0xFE00
    assert len(statuses) < 301


def _cancelled_after_first(port: int) -> list[int]:
    ae = AE("EAST")
    ae.add_requested_context(MODALITY_WORKLIST)
    association: Any = ae.associate("127.0.0.1", port, ae_title="LIANZHEN")
    assert association.is_established
    query = Dataset()
    query.PatientName = ""
    statuses = []
    try:
        for status, _answer in association.send_c_find(query, MODALITY_WORKLIST, msg_id=7):
            statuses.append(int(status.Status))
            if len(statuses) == 1:
                association.send_c_cancel(7, query_model=MODALITY_WORKLIST)
    finally:
        association.release()
    return statuses


def test_every_query_is_in_the_trail(county: County, port: int, tmp_path: Path) -> None:
    ordered(county, "张三", "P1")
    findscu(port, tmp_path / "out", *ASKED)
    assert ("dicom", "worklist", "0") in county.audited()


def test_the_order_keeps_its_study_uid_for_ever(county: County, tmp_path: Path, port: int) -> None:
    ordered(county, "张三", "P1")
    uids = [findscu(port, tmp_path / str(turn), *ASKED)[1][0].StudyInstanceUID for turn in range(2)]
    assert uids[0] == uids[1]
