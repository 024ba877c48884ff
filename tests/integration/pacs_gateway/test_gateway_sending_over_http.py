"""What is sent over HTTP: STOW-RS (PS3.18 §10.5), uploads, ZIPs, and the bad-input list of the house."""

import io
import zipfile
from typing import Any

import pytest

from tests.integration.pacs_gateway.desk import Desk
from tests.unit.pacs_gateway.objects import encoded, film, nested, packaged


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
