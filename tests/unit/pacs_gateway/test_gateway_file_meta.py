"""Our file meta: readable by others, and a function of three UIDs alone."""

from pacs_gateway.dicom.part10 import file_head, read_meta
from tests.unit.pacs_gateway.objects import encoded, film, read


def test_the_head_that_we_write_is_read_back_by_pydicom() -> None:
    whole = encoded(film())
    dataset = whole[read_meta(whole).dataset_at :]
    ours = read(file_head("1.2.840.10008.5.1.4.1.1.1", "1.2.3", "1.2.840.10008.1.2.1") + dataset)
    assert ours.file_meta.MediaStorageSOPInstanceUID == "1.2.3"
    assert ours.file_meta.FileMetaInformationGroupLength > 0
    assert ours.PatientName == read(whole).PatientName


def test_the_same_uids_give_the_same_head() -> None:
    assert file_head("1.2", "3.4", "5.6") == file_head("1.2", "3.4", "5.6")
    assert file_head("1.2", "3.4", "5.6") != file_head("1.2", "3.5", "5.6")


def test_a_uid_with_letters_or_an_odd_length_still_makes_a_readable_head() -> None:
    head = file_head("1.2.x", "../../etc/passwd", "1.2.840.10008.1.2.1")
    assert read_meta(head).sop_instance_uid == "../../etc/passwd"
