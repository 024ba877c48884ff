"""What becomes of an object: kept as received, recognised, kept beside, detained, or refused without a trace."""

import hashlib
from collections.abc import Callable
from datetime import date

import pytest

from foundation.access import PRODUCT
from foundation.errors import LianzhenError, StorageFull
from foundation.vocabulary import Priority, Sex
from pacs_gateway.api import Outcome
from pacs_gateway.dicom.part10 import read_meta
from registry.api import NewOrder, NewPatient
from tests.integration.pacs_gateway.conftest import County
from tests.unit.pacs_gateway.objects import element, encoded, film, nested, packaged, read, with_meta


def dataset_of(data: bytes) -> bytes:
    return data[read_meta(data).dataset_at :]


def test_the_dataset_is_kept_byte_for_byte_in_every_encoding(county: County) -> None:
    for name in ("CT_small.dcm", "MR_small_implicit.dcm", "MR_small_bigendian.dcm", "image_dfl.dcm",
                 "JPEG2000.dcm", "SC_rgb_rle.dcm", "reportsi.dcm"):  # fmt: skip
        data = packaged(name).read_bytes()
        if county.store(data).outcome is not Outcome.STORED:
            continue
    kept = {dataset_of(path.read_bytes()) for path in county.files("archive")}
    assert dataset_of(packaged("image_dfl.dcm").read_bytes()) in kept
    assert dataset_of(packaged("MR_small_bigendian.dcm").read_bytes()) in kept
    for path in county.files("archive"):
        assert path.name == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_object_again_is_a_duplicate_whichever_way_it_comes(county: County) -> None:
    data = encoded(film())
    first = county.store(data)
    bare = dataset_of(data)
    assert first.outcome is Outcome.STORED
    assert county.store(data).outcome is Outcome.DUPLICATE
    assert county.store(bare).outcome is Outcome.DUPLICATE
    assert len(county.files("archive")) == 1
    assert county.gateway.study(county.technician, first.study_instance_uid).instance_count == 1


def test_other_bytes_under_a_known_uid_are_kept_beside_and_both_are_shown(county: County) -> None:
    original = film()
    first = county.store(encoded(original))
    changed = film(**{keyword: original[keyword].value for keyword in
                      ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")})  # fmt: skip
    changed.PixelData = bytes(reversed(changed.PixelData))
    second = county.store(encoded(changed))
    assert second.outcome is Outcome.NEW_VERSION
    assert second.sop_instance_uid != first.sop_instance_uid
    assert county.store(encoded(changed)).outcome is Outcome.DUPLICATE, "a resend of the second is recognised"
    study = county.gateway.study(county.technician, first.study_instance_uid)
    shown = {one.sop_instance_uid: one.replaces for one in study.series[0].instances}
    assert shown == {first.sop_instance_uid: None, second.sop_instance_uid: first.sop_instance_uid}
    assert study.flags == ("new-version",)


def test_a_study_under_another_patient_is_detained_with_both_headers(county: County) -> None:
    original = film()
    county.store(encoded(original))
    stranger = film(StudyInstanceUID=original.StudyInstanceUID, PatientID="OTHER", PatientName="LI^SI")
    answer = county.store(encoded(stranger))
    assert (answer.outcome, answer.code) == (Outcome.QUARANTINED, "study-of-another-patient")
    (detained,) = county.gateway.detained(PRODUCT)
    assert detained.header["00100020"]["Value"] == ["OTHER"]
    assert detained.ours["00100020"]["Value"] == ["TW-0001"]
    assert county.gateway.study(county.technician, original.StudyInstanceUID).instance_count == 1
    assert len(county.files("archive")) == 1
    assert [path.read_bytes() for path in county.files("quarantine")] == [encoded(stranger)]


def test_the_same_patient_id_of_another_unit_is_another_patient(county: County) -> None:
    one, other = film(), film(PatientName="LI^SI")
    county.store(encoded(one), county.east)
    county.store(encoded(other), county.west)
    uids = {county.gateway.study(county.radiologist, dataset.StudyInstanceUID).patient_uid for dataset in (one, other)}
    assert len(uids) == 2
    again = county.store(encoded(one), county.west)
    assert again.code == "study-of-another-patient", "a study belongs to the unit that sent it first"


def test_an_instance_or_series_uid_of_another_study_is_detained(county: County) -> None:
    original = film()
    county.store(encoded(original))
    for keyword in ("SOPInstanceUID", "SeriesInstanceUID"):
        answer = county.store(encoded(film(**{keyword: original[keyword].value})))
        assert answer.code == "instance-of-another-study", keyword


def test_half_objects_and_missing_uids_are_detained_whole_and_counted(county: County) -> None:
    whole = encoded(film())
    half = whole[: len(whole) // 2]
    assert county.store(half).code == "object-incomplete"
    assert county.store(half).code == "object-incomplete"
    assert county.store(encoded(film(StudyInstanceUID=None))).code == "missing-uid"
    detained = county.gateway.detained(PRODUCT)
    assert sorted((one.code, one.times) for one in detained) == [("missing-uid", 1), ("object-incomplete", 2)]
    assert half in [path.read_bytes() for path in county.files("quarantine")]
    assert county.gateway.studies(county.technician) == []
    assert county.files("archive") == []


REFUSED = {
    "empty": (b"", "empty-object"),
    "text named .dcm": (b"Dear colleague\n" * 50, "not-dicom"),
    "DICOMDIR": (packaged("DICOMDIR").read_bytes(), "dicomdir"),
    "nested 10,000 deep": (nested(10_000), "sequence-too-deep"),
    "a stray delimiter": (with_meta(element(0x00080016, b"UI", b"1.2\0") + b"\xfe\xff\x0d\xe0\0\0\0\0" + b"\0" * 8),
                          "dicom-malformed"),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_what_is_refused_leaves_nothing_but_a_trace_in_the_audit(county: County, what: str) -> None:
    data, code = REFUSED[what]
    with pytest.raises(LianzhenError) as refusal:
        county.store(data)
    assert refusal.value.code == code
    for folder in ("archive", "quarantine", "spool", "display"):
        assert county.files(folder) == []
    assert county.gateway.studies(county.technician) == []
    assert county.audited()[-1] in (("dicom", "refuse", "4"), ("dicom", "refuse", "8"))


def test_path_traversal_and_script_are_kept_as_data_and_never_become_a_file_name(county: County) -> None:
    hostile = film(
        SOPInstanceUID="../../../tmp/evil", PatientName="<script>alert(1)</script>", PatientID="'; DROP TABLE x;--"
    )
    stored = county.store(encoded(hostile))
    assert stored.outcome is Outcome.STORED
    study = county.gateway.study(county.technician, stored.study_instance_uid)
    assert study.patient_name == "<script>alert(1)</script>"
    assert study.series[0].instances[0].sop_instance_uid == "../../../tmp/evil"
    names = {path.name for path in county.floor.data.rglob("*")}
    assert not [name for name in names if "evil" in name or "script" in name]


def test_a_full_disk_refuses_the_object_and_nothing_is_kept(open_county: Callable[..., County]) -> None:
    county = open_county(refuse_when_full_percent=0.0001)
    with pytest.raises(StorageFull):
        county.store(encoded(film()))
    assert county.files("archive") == []


def test_two_objects_without_a_patient_id_are_not_one_patient(county: County) -> None:
    stored = [county.store(encoded(film(PatientID=""))) for _ in range(2)]
    studies = [county.gateway.study(county.technician, one.study_instance_uid) for one in stored]
    assert studies[0].patient_uid != studies[1].patient_uid
    assert studies[0].flags == ("no-patient-id",)


def order_for(county: County, unit_id: str, patient_id: str, priority: Priority = Priority.HIGH) -> str:
    patient = county.registry.register_patient(
        PRODUCT, NewPatient(unit_id, "张智宏", patient_id, Sex.MALE, date(1968, 5, 12))
    )
    order = county.registry.create_order(PRODUCT, NewOrder(patient.id, "DR-CHEST-PA", priority))
    return order.accession_number


def test_an_order_is_matched_by_its_accession_number_within_the_unit(county: County) -> None:
    number = order_for(county, county.east, "TW-0001")
    stored = county.store(encoded(film(AccessionNumber=number)))
    study = county.gateway.study(county.technician, stored.study_instance_uid)
    assert study.order_id is not None
    assert study.priority == "HIGH"
    assert county.registry.order(PRODUCT, study.order_id).status.value == "received"


def test_an_order_is_never_matched_by_guess(county: County) -> None:
    number = order_for(county, county.east, "TW-0001")
    cases = [
        (film(AccessionNumber=""), county.east),
        (film(AccessionNumber=number, PatientID="OTHER"), county.east),
        (film(AccessionNumber=number), county.west),
        (film(AccessionNumber=number[:-1]), county.east),
    ]
    for dataset, unit_id in cases:
        stored = county.store(encoded(dataset), unit_id)
        assert county.gateway.study(PRODUCT, stored.study_instance_uid).order_id is None


def test_the_name_in_the_file_and_in_the_index_differ_only_in_encoding(county: County) -> None:
    gbk = encoded(film(SpecificCharacterSet="GB18030", PatientName="张智宏"))
    stored = county.store(gbk)
    assert county.gateway.study(county.technician, stored.study_instance_uid).patient_name == "张智宏"
    (path,) = county.files("archive")
    assert "张智宏".encode("gb18030") in path.read_bytes()
    assert str(read(path.read_bytes()).PatientName) == "张智宏"


def test_every_stored_object_is_audited_in_the_same_write(county: County) -> None:
    county.store(encoded(film()))
    assert ("dicom", "store-dimse", "0") in county.audited()
    assert county.floor.audit.verify() is None
