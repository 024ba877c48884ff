"""DICOMweb over HTTP as clients meet it: PS3.18 §10.4 and §10.6, and who may see what."""

import hashlib
import io

import pytest

from tests.integration.pacs_gateway.desk import HTJ2K, STORED, Desk, parts
from tests.unit.pacs_gateway.objects import encoded, film, packaged, read


def test_a_stored_object_comes_back_byte_for_byte(desk: Desk) -> None:
    dataset = film()
    address = desk.sent(dataset)
    answer = desk.get(address, "application/dicom; transfer-syntax=*")
    assert answer.headers["content-type"] == "application/dicom"
    assert read(answer.content) == dataset
    ((kind, same),) = parts(desk.get(address, 'multipart/related; type="application/dicom"; transfer-syntax=*'))
    assert same == answer.content
    assert kind == "application/dicom; transfer-syntax=1.2.840.10008.1.2.1"


def test_names_are_found_encoded_or_raw_by_any_group(desk: Desk) -> None:
    dataset = film(PatientName="OUYANG^NANA=欧阳^娜娜", PatientID="NAME-1")
    desk.sent(dataset)
    for value in ("欧阳*", "欧阳^娜娜", "OUYANG^NANA", "ouyang*", "OUYANG^*", "?UYANG^NANA", "OUYANG^NANA=欧阳^娜娜"):
        found = desk.get("/studies", PatientName=value).json()
        assert [one["0020000D"]["Value"][0] for one in found] == [dataset.StudyInstanceUID], value
    raw = desk.http.get("/dicom-web/studies?PatientName=OUYANG%5ENANA&00100020=NAME%2D1").json()
    assert len(raw) == 1
    assert raw[0]["00100010"]["Value"] == [{"Alphabetic": "OUYANG^NANA", "Ideographic": "欧阳^娜娜"}]
    assert desk.get("/studies", PatientName="OUYANG%").json() == []


def test_an_answer_carries_every_required_attribute_even_when_empty(desk: Desk) -> None:
    dataset = film(PatientID="REQUIRED", ReferringPhysicianName="")
    desk.sent(dataset)
    (study,) = desk.get("/studies", PatientID="REQUIRED").json()
    for tag in ("00080020", "00080030", "00080050", "00080056", "00080061", "00080090", "00081190", "00100010",
                "00100020", "00100030", "00100040", "0020000D", "00200010", "00201206", "00201208"):  # fmt: skip
        assert tag in study
    assert study["00080090"] == {"vr": "PN"}
    assert study["00080061"]["Value"] == ["CR"]
    assert study["00201208"]["Value"] == [1]
    assert study["00080005"]["Value"] == ["ISO_IR 192"]
    assert study["00081190"]["Value"] == [f"http://testserver/dicom-web/studies/{dataset.StudyInstanceUID}"]
    (series,) = desk.get(f"/studies/{dataset.StudyInstanceUID}/series").json()
    assert series["0020000E"]["Value"] == [dataset.SeriesInstanceUID]
    (one,) = desk.get(f"/studies/{dataset.StudyInstanceUID}/instances").json()
    assert one["00280010"]["Value"] == [48]
    assert one["00083002"]["Value"] == ["1.2.840.10008.1.2.1"]


def test_no_match_is_an_empty_list_and_not_an_error(desk: Desk) -> None:
    answer = desk.get("/studies", PatientID="nobody")
    assert (answer.status_code, answer.json()) == (200, [])


def test_pages_are_stable_and_say_how_much_is_left(desk: Desk) -> None:
    uids = {str(film_.StudyInstanceUID) for film_ in [film(PatientID="PAGE") for _ in range(5)] if desk.sent(film_)}
    first = desk.get("/studies", PatientID="PAGE", limit=2)
    assert "There are 3 additional results" in first.headers["warning"]
    rest = desk.get("/studies", PatientID="PAGE", limit=10, offset=2)
    assert "warning" not in rest.headers
    assert {one["0020000D"]["Value"][0] for one in first.json() + rest.json()} == uids
    assert desk.get("/studies", PatientID="PAGE", offset=99).json() == []
    assert desk.get("/studies", limit="many").status_code == 400


@pytest.mark.parametrize(
    ("key", "value", "hits"),
    [("StudyDate", "20230101", 1), ("StudyDate", "20221231-20230102", 1), ("StudyDate", "-20230101", 1),
     ("StudyDate", "20230102-20230103", 0), ("StudyTime", "1015", 1), ("StudyTime", "1000-1100", 1),
     ("StudyTime", "1100-1200", 0), ("AccessionNumber", "RANGE-*", 1), ("AccessionNumber", "RANGE_1", 0),
     ("ModalitiesInStudy", "DX", 1), ("ModalitiesInStudy", "D", 0), ("Modality", "DX", 1), ("PatientSex", "M", 1)],
)  # fmt: skip
def test_dates_times_wildcards_and_modalities_match_as_the_standard_says(
    desk: Desk, key: str, value: str, hits: int
) -> None:
    if not desk.get("/studies", PatientID="RANGE").json():
        desk.sent(film(PatientID="RANGE", StudyDate="20230101", StudyTime="101530.123", AccessionNumber="RANGE-1",
                       Modality="DX"))  # fmt: skip
    assert len(desk.get("/studies", PatientID="RANGE", **{key: value}).json()) == hits


def test_includefield_adds_what_the_index_has_no_column_for(desk: Desk) -> None:
    dataset = film(PatientID="INCLUDE", InstitutionAddress="河口镇", BodyPartExamined="CHEST")
    desk.sent(dataset)
    plain = desk.get("/studies", PatientID="INCLUDE").json()[0]
    assert "00080081" not in plain
    for field in ("InstitutionAddress", "00080081", "all"):
        (with_it,) = desk.get("/studies", PatientID="INCLUDE", includefield=field).json()
        if field != "all":
            assert with_it["00080081"]["Value"] == ["河口镇"]
    (one,) = desk.get(f"/studies/{dataset.StudyInstanceUID}/instances", includefield="all").json()
    assert one["00180015"]["Value"] == ["CHEST"]


def test_metadata_refer_to_bulk_data_that_can_be_fetched_whole_in_part_and_as_multipart(desk: Desk) -> None:
    dataset = film()
    address = desk.sent(dataset)
    (metadata,) = desk.get(f"{address}/metadata", "application/dicom+json").json()
    assert metadata["00100010"]["Value"][0]["Ideographic"] == "张智宏"
    uri = metadata["7FE00010"]["BulkDataURI"]
    assert uri.startswith("http://testserver/dicom-web/")
    whole = desk.http.get(uri, headers={"Accept": "application/octet-stream"})
    assert whole.content == dataset.PixelData
    part = desk.http.get(uri, headers={"Range": "bytes=10-19", "Accept": "*/*"})
    assert (part.status_code, part.content) == (206, dataset.PixelData[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(dataset.PixelData)}"
    many = desk.http.get(uri, headers={"Accept": 'multipart/related; type="*/*"'})
    assert parts(many)[0][1] == dataset.PixelData
    assert desk.http.get(uri.replace("7FE00010", "00091001")).status_code == 404


def test_an_etag_saves_the_answer_until_something_is_added(desk: Desk) -> None:
    dataset = film()
    address = desk.sent(dataset)
    study = f"/dicom-web/studies/{dataset.StudyInstanceUID}/metadata"
    first = desk.http.get(study)
    again = desk.http.get(study, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    desk.sent(film(StudyInstanceUID=dataset.StudyInstanceUID, SeriesInstanceUID=dataset.SeriesInstanceUID))
    changed = desk.http.get(study, headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert len(changed.json()) == 2
    assert address


def test_frames_are_given_as_stored_as_plain_values_and_as_display_frames(desk: Desk) -> None:
    import imagecodecs
    import numpy as np

    dataset = film()
    address = desk.sent(dataset)
    answer = desk.get(f"{address}/frames/1", HTJ2K)
    assert 'type="image/jphc"' in answer.headers["content-type"]
    ((kind, data),) = parts(answer)
    assert kind == "image/jphc; transfer-syntax=1.2.840.10008.1.2.4.202"
    values = np.frombuffer(dataset.PixelData, "<u2").reshape(48, 64)
    assert np.array_equal(imagecodecs.htj2k_decode(data), values)
    for accept in (STORED, 'multipart/related; type="*/*"', "*/*"):
        ((kind, plain),) = parts(desk.get(f"{address}/frames/1", accept))
        assert (kind, plain) == ("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1", dataset.PixelData)


def test_a_compressed_multiframe_gives_its_frames_in_the_order_asked(desk: Desk) -> None:
    data = packaged("SC_rgb_rle_2frame.dcm").read_bytes()
    dataset = read(data)
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        setattr(dataset, keyword, getattr(film(), keyword))
    assert desk.stow(encoded(dataset, "1.2.840.10008.1.2.5")).status_code == 200
    address = (
        f"/studies/{dataset.StudyInstanceUID}/series/{dataset.SeriesInstanceUID}/instances/{dataset.SOPInstanceUID}"
    )
    stored = parts(desk.get(f"{address}/frames/2,1", STORED))
    assert [kind for kind, _ in stored] == ["application/octet-stream; transfer-syntax=1.2.840.10008.1.2.5"] * 2
    assert stored[0][1] != stored[1][1]
    plain = parts(desk.get(f"{address}/frames/2,1"))
    assert plain[0][1] == dataset.pixel_array[1].tobytes()
    assert plain[1][1] == dataset.pixel_array[0].tobytes()
    for numbers, status in (("0", 404), ("3", 404), ("1,x", 400)):
        assert desk.get(f"{address}/frames/{numbers}").status_code == status
    assert desk.get(f"{address}/frames/1", 'multipart/related; type="image/jls"').status_code == 406


def test_rendered_frames_and_thumbnails_are_pictures(desk: Desk) -> None:
    from PIL import Image

    address = desk.sent(film())
    png = desk.get(f"{address}/rendered", "image/png", window="2048,4096,linear")
    jpeg = desk.get(f"{address}/frames/1/rendered", "image/jpeg", viewport="32,32", quality="50")
    small = desk.get(f"{address}/thumbnail")
    assert Image.open(io.BytesIO(png.content)).size == (64, 48)
    assert Image.open(io.BytesIO(jpeg.content)).format == "JPEG"
    assert Image.open(io.BytesIO(small.content)).format == "PNG"
    assert desk.get(f"{address}/rendered", "image/gif").status_code == 406
    assert desk.get(f"{address}/rendered", window="1,0,linear").status_code == 400
    assert desk.get(f"{address}/frames/2/rendered").status_code == 404


def test_an_object_without_pixels_is_kept_served_and_not_rendered(desk: Desk) -> None:
    dataset = read(packaged("reportsi.dcm").read_bytes())
    address = desk.sent(dataset)
    assert desk.get(f"{address}/rendered").status_code == 406
    assert desk.get(f"{address}/frames/1").status_code == 406
    assert desk.get(address, "application/dicom").status_code == 200


def test_another_unit_s_addresses_answer_like_ones_that_do_not_exist(desk: Desk) -> None:
    dataset = film()
    address = desk.sent(dataset)
    study = f"/studies/{dataset.StudyInstanceUID}"
    paths = [study, f"{study}/metadata", f"{study}/series", f"{study}/instances", address, f"{address}/metadata",
             f"{address}/frames/1", f"{address}/rendered", f"{address}/thumbnail", f"{address}/bulkdata/7FE00010",
             f"{study}/thumbnail"]  # fmt: skip
    desk.actor = desk.west
    answers = [desk.get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.json()["code"] for answer in answers} == {desk.get("/studies/1.9/metadata").json()["code"]}
    assert desk.get("/studies", StudyInstanceUID=dataset.StudyInstanceUID).json() == []
    desk.actor = desk.reader
    assert all(desk.get(path).status_code == 200 for path in paths)
    desk.actor = desk.clerk
    assert {desk.get(path).status_code for path in paths} == {403}


@pytest.mark.parametrize("uid", ["..%2F..%2Fetc%2Fpasswd", "1.2%20or%201", "%3Cscript%3E", "1.2%00", "1" * 300])
def test_an_address_with_unsafe_characters_is_refused(desk: Desk, uid: str) -> None:
    assert desk.http.get(f"/dicom-web/studies/{uid}/metadata").status_code in (400, 404)
    assert desk.http.get(f"/dicom-web/studies/{uid}/metadata").json()["code"] in ("bad-uid", "not-found")


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        ({"Host": "pacs.county.cn:8443"}, "http://pacs.county.cn:8443"),
        ({"Host": "127.0.0.1:80", "X-Forwarded-Host": "pacs.county.cn", "X-Forwarded-Proto": "https"},
         "https://pacs.county.cn"),
        ({"Host": 'evil","x":"'}, "http://testserver"),
    ],
)  # fmt: skip
def test_addresses_in_answers_are_those_that_the_client_can_reach(
    desk: Desk, headers: dict[str, str], base: str
) -> None:
    dataset = film()
    address = desk.sent(dataset)
    answer = desk.http.get(f"/dicom-web{address}/metadata", headers=headers).json()
    uri = answer[0]["7FE00010"]["BulkDataURI"]
    if "evil" in headers["Host"]:
        assert "evil" not in uri.split("/studies/")[0]
    else:
        assert uri.startswith(f"{base}/dicom-web/studies/")


def test_a_method_that_is_not_offered_is_told_so(desk: Desk) -> None:
    assert desk.http.delete("/dicom-web/studies/1.2.3").status_code == 405


def test_the_technician_s_list_shows_what_their_unit_sent(desk: Desk) -> None:
    dataset = film(PatientID="LIST-1", PatientName="QIAN^DUO=钱多")
    desk.sent(dataset)
    (row,) = desk.http.get("/api/studies", params={"q": "钱多"}).json()["items"]
    assert row["patient"] == {"name": "钱*", "sex": "M", "birth_date": "19680512", "patient_id": "LIST-1"}
    assert (row["modality"], row["instances"], row["state"]) == ("CR", 1, "receiving")
    assert row["reading"] is None
    assert row["report"] is None
    desk.actor = desk.west
    assert desk.http.get("/api/studies", params={"q": "钱多"}).json()["items"] == []


def test_the_archive_s_digest_is_that_of_what_is_served(desk: Desk) -> None:
    address = desk.sent(film())
    data = desk.get(address, "application/dicom; transfer-syntax=*").content
    assert (desk.data / "archive" / hashlib.sha256(data).hexdigest()[:2] / hashlib.sha256(data).hexdigest()).is_file()
