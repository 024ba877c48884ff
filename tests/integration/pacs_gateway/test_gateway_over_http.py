"""DICOMweb and uploads over HTTP, as clients meet them: PS3.18 §10, and the bad-input list of the house."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from pydicom import Dataset

from foundation.access import Actor
from foundation.vocabulary import Role
from pacs_gateway.api import Gateway
from pacs_gateway.dicomweb.multipart import boundary_of
from tests.house import demo_house
from tests.unit.pacs_gateway.objects import encoded, film, nested, packaged, read
from web.app import create_app
from web.deps import signed_in

HTJ2K = 'multipart/related; type="image/jphc"; transfer-syntax=1.2.840.10008.1.2.4.202'
STORED = "multipart/related; type=application/octet-stream; transfer-syntax=*"


@dataclass
class Desk:
    """A client whose person can be changed."""

    http: TestClient
    gateway: Gateway
    data: Path
    east: Actor
    west: Actor
    reader: Actor
    clerk: Actor
    actor: Actor

    def get(self, path: str, accept: str = "*/*", **parameters: Any) -> httpx.Response:
        answer: httpx.Response = self.http.get(f"/dicom-web{path}", params=parameters, headers={"Accept": accept})
        return answer

    def stow(self, *objects: bytes, path: str = "/studies", head: str | None = None) -> httpx.Response:
        parts = b"".join(b"--BB\r\nContent-Type: application/dicom\r\n\r\n" + data + b"\r\n" for data in objects)
        kind = head or 'multipart/related; type="application/dicom"; boundary=BB'
        headers = {"Content-Type": kind, "Accept": "application/dicom+json"}
        body = parts + b"--BB--\r\n"
        answer: httpx.Response = self.http.post(f"/dicom-web{path}", content=body, headers=headers)
        return answer

    def upload(self, name: str, data: bytes) -> httpx.Response:
        answer: httpx.Response = self.http.post("/api/uploads", content=data, headers={"X-File-Name": name})
        return answer

    def sent(self, dataset: Dataset) -> str:
        assert self.stow(encoded(dataset)).status_code == 200
        return (
            f"/studies/{dataset.StudyInstanceUID}/series/{dataset.SeriesInstanceUID}/instances/{dataset.SOPInstanceUID}"
        )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("house")
    with demo_house(folder) as opened:
        units = {unit.code: unit.id for unit in opened.house.registry.units()}
        people = {
            "east": Actor("east", "王晓梅", units["YXHK"], frozenset({Role.TECHNICIAN})),
            "west": Actor("west", "周立", units["YXQS"], frozenset({Role.TECHNICIAN})),
            "reader": Actor("reader", "李文博", units["YXLEAD"], frozenset({Role.RADIOLOGIST})),
            "clerk": Actor("clerk", "郑伟", units["YXLEAD"], frozenset({Role.ADMINISTRATOR})),
        }
        app = create_app(opened.house)
        desk = Desk(TestClient(app), opened.house.gateway, folder, **people, actor=people["east"])
        app.dependency_overrides[signed_in] = lambda: desk.actor
        yield desk


@pytest.fixture
def desk(house: Desk) -> Desk:
    house.actor = house.east
    return house


def parts(answer: httpx.Response) -> list[tuple[str, bytes]]:
    """Content-Type and bytes of every part."""
    boundary = boundary_of(answer.headers["content-type"]).encode()
    found = []
    pieces = answer.content.split(b"--" + boundary)
    assert pieces[-1] == b"--\r\n"
    for piece in pieces[1:-1]:
        head, _, body = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        assert b"Content-Location: http" in head
        kind = next(line for line in head.decode().split("\r\n") if line.startswith("Content-Type: "))
        found.append((kind.removeprefix("Content-Type: "), body.removesuffix(b"\r\n")))
    return found


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


def test_one_good_and_one_bad_part_are_told_apart(desk: Desk) -> None:
    good = film()
    answer = desk.stow(encoded(good), b"not dicom at all", encoded(film(StudyInstanceUID=None)))
    assert answer.status_code == 202
    body = answer.json()
    (kept,) = body["00081199"]["Value"]
    assert kept["00081155"]["Value"] == [good.SOPInstanceUID]
    reasons = [one["00081197"]["Value"][0] for one in body["00081198"]["Value"]]
    assert reasons == [0xC000, 0xA900]


@pytest.mark.parametrize(("objects", "status"), [((b"text",), 409), ((), 204), ((nested(10_000),), 409), ((b"",), 409)])
def test_only_bad_parts_are_a_conflict_and_no_part_is_no_content(
    desk: Desk, objects: tuple[bytes, ...], status: int
) -> None:
    assert desk.stow(*objects).status_code == status


def test_an_object_of_another_study_than_the_address_says_is_not_taken(desk: Desk) -> None:
    answer = desk.stow(encoded(film()), path="/studies/1.2.3.4")
    assert answer.status_code == 409
    assert desk.get("/studies/1.2.3.4/metadata").status_code == 404


@pytest.mark.parametrize(
    "head", ["application/dicom", 'multipart/related; type="application/dicom"', "multipart/related; boundary=CC"]
)
def test_a_body_that_is_no_multipart_is_refused_and_leaves_no_file(desk: Desk, head: str) -> None:
    answer = desk.stow(encoded(film()), head=head)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-multipart")
    assert not list((desk.data / "spool").iterdir())


def test_a_body_that_declares_two_gigabytes_is_refused_before_it_is_read(desk: Desk) -> None:
    for path in ("/api/uploads", "/dicom-web/studies"):
        headers = {"Content-Length": str(2 << 30), "Content-Type": "multipart/related; boundary=BB"}
        answer = desk.http.post(path, content=iter([b"x"]), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "object-too-large")
    assert not list((desk.data / "spool").iterdir())


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


def zipped(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def test_a_zip_gives_a_result_for_every_file_in_it(desk: Desk) -> None:
    good, half = encoded(film()), encoded(film())
    data = zipped(**{
        "IM/0001": good, "IM/0002.dcm": good, "readme.txt": b"hello", "DICOMDIR": packaged("DICOMDIR").read_bytes(),
        "IM/half": half[: len(half) // 2], "__MACOSX/._0001": b"x", "inner.zip": zipped(a=good), "empty.dcm": b"",
    })  # fmt: skip
    results = desk.upload("%E8%83%B8%E7%89%87.zip", data).json()["results"]
    outcome = {one["name"]: (one["outcome"], one["code"]) for one in results}
    assert outcome == {
        "IM/0001": ("stored", None),
        "IM/0002.dcm": ("duplicate", None),
        "readme.txt": ("refused", "not-dicom"),
        "DICOMDIR": ("refused", "dicomdir"),
        "IM/half": ("quarantined", "object-incomplete"),
        "inner.zip": ("refused", "not-dicom"),
        "empty.dcm": ("refused", "empty-object"),
    }
    for one in results:
        if one["outcome"] not in ("stored", "duplicate"):
            assert "。" in one["message"]
            assert one["message_en"].endswith(".")
    assert not list((desk.data / "spool").iterdir())


def test_a_single_file_is_named_as_the_browser_named_it(desk: Desk) -> None:
    (result,) = desk.upload("%E8%83%B8%E7%89%87.dcm", encoded(film())).json()["results"]
    assert (result["name"], result["outcome"]) == ("胸片.dcm", "stored")


def bomb() -> bytes:
    return zipped(**{"bomb.dcm": b"\0" * 300_000_000})


def lying() -> bytes:
    """A ZIP whose directory claims a small size for a large file."""
    data = bytearray(zipped(**{"x.dcm": b"\0" * 3_000_000}))
    size = (3_000_000).to_bytes(4, "little")
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (100).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("make", "status", "codes"),
    [(bomb, 413, {"zip-unsafe"}), (lying, 400, {"zip-broken"}),
     (lambda: zipped(a=encoded(film()))[:-30], 200, {"not-dicom"})],
)  # fmt: skip
def test_a_zip_that_is_a_trap_is_refused_by_name_and_leaves_nothing(
    desk: Desk, make: Any, status: int, codes: set[str]
) -> None:
    answer = desk.upload("a.zip", make())
    assert answer.status_code == status
    body = answer.json()
    found = {body["code"]} if "code" in body else {one["code"] for one in body["results"]}
    assert found == codes
    assert not list((desk.data / "spool").iterdir())


def test_a_person_who_may_not_send_is_refused_before_the_body_is_read(desk: Desk) -> None:
    desk.actor = desk.clerk
    assert desk.upload("a.dcm", encoded(film())).status_code == 403
    assert desk.stow(encoded(film())).status_code == 403


def test_the_technician_s_list_shows_what_their_unit_sent(desk: Desk) -> None:
    dataset = film(PatientID="LIST-1", PatientName="QIAN^DUO=钱多")
    desk.sent(dataset)
    (row,) = desk.http.get("/api/studies", params={"q": "钱多"}).json()["items"]
    assert row["patient"] == {"name": "钱多", "sex": "M", "birth_date": "19680512", "patient_id": "LIST-1"}
    assert (row["modality"], row["instances"], row["state"]) == ("CR", 1, "receiving")
    assert row["reading"] is None
    assert row["report"] is None
    desk.actor = desk.west
    assert desk.http.get("/api/studies", params={"q": "钱多"}).json()["items"] == []


def test_the_archive_s_digest_is_that_of_what_is_served(desk: Desk) -> None:
    address = desk.sent(film())
    data = desk.get(address, "application/dicom; transfer-syntax=*").content
    assert (desk.data / "archive" / hashlib.sha256(data).hexdigest()[:2] / hashlib.sha256(data).hexdigest()).is_file()
