"""The bounded walk: it reads what is right, refuses what is broken, and never goes astray on any bytes."""

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import LianzhenError
from pacs_gateway.dicom.elements import PIXEL_DATA, Element, Encoding, Limits, Walk, find
from pacs_gateway.dicom.inspection import Bounds, inspect
from pacs_gateway.dicom.part10 import read_meta
from pacs_gateway.errors import (
    Dicomdir,
    EmptyObject,
    Incomplete,
    InflatesTooMuch,
    Malformed,
    MissingUid,
    NotDicom,
    ObjectTooLarge,
    TooDeep,
    TooManyElements,
)
from tests.unit.pacs_gateway.objects import element, encoded, film, nested, packaged, read, with_meta


def walked(data: bytes, limits: Limits | None = None) -> list[Element]:
    return Walk(data, Encoding(), limits).dataset(0, len(data))


def spooled(folder: Path, data: bytes) -> Path:
    path = folder / "object"
    path.write_bytes(data)
    return path


def test_every_element_of_a_film_is_found_with_its_value() -> None:
    data = encoded(film())
    meta = read_meta(data)
    elements = Walk(data, Encoding()).dataset(meta.dataset_at, len(data))
    assert [one.tag for one in elements] == [int(one.tag) for one in read(data)]
    name = find(elements, 0x00100010)
    assert name is not None
    assert data[name.offset : name.offset + name.length].decode().strip() == "ZHANG^ZHIHONG=张智宏"


def test_sequences_of_defined_and_undefined_length_give_the_same_items() -> None:
    inner = element(0x00081155, b"UI", b"1.2\0")
    item = struct.pack("<HHI", 0xFFFE, 0xE000, len(inner)) + inner
    open_item = struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF) + inner + struct.pack("<HHI", 0xFFFE, 0xE00D, 0)
    closed = walked(element(0x00081140, b"SQ", item * 2))
    opened = walked(element(0x00081140, b"SQ", open_item * 2 + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0), 0xFFFFFFFF))
    for found in (closed, opened):
        assert found[0].items is not None
        assert [[one.tag for one in items] for items in found[0].items] == [[0x00081155], [0x00081155]]


def test_a_sequence_64_deep_is_read_and_one_deeper_is_refused(tmp_path: Path) -> None:
    start = read_meta(nested(64)).dataset_at
    assert len(walked(nested(64)[start:])) == 1
    with pytest.raises(TooDeep):
        walked(nested(65)[start:])
    with pytest.raises(TooDeep):
        inspect(spooled(tmp_path, nested(10_000)), Bounds())


def test_more_elements_than_the_limit_are_refused() -> None:
    many = b"".join(element(0x00100010, b"PN", b"") for _ in range(1001))
    with pytest.raises(TooManyElements):
        walked(many, Limits(elements=1000))
    assert len(walked(many, Limits(elements=1001))) == 1001


def test_a_length_beyond_the_bytes_is_half_an_object() -> None:
    with pytest.raises(Incomplete):
        walked(element(0x00100010, b"PN", b"WANG", 4096))


def test_bytes_after_the_pixel_data_do_no_harm_and_are_counted() -> None:
    pixels = element(PIXEL_DATA, b"OW", b"\0\0")
    walk = Walk(pixels + b"garbage!garbage!", Encoding())
    assert [one.tag for one in walk.dataset(0, len(pixels) + 16)] == [PIXEL_DATA]
    assert walk.trailing == 16


def test_a_stray_delimiter_before_the_pixels_is_malformed() -> None:
    stray = element(0x00100010, b"PN", b"WANG") + struct.pack("<HHI", 0xFFFE, 0xE00D, 0)
    with pytest.raises(Malformed):
        walked(stray + element(0x00100020, b"LO", b"1 "))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_within_bounds(data: bytes) -> None:
    for encoding in (Encoding(), Encoding(explicit=False), Encoding(little=False)):
        try:
            Walk(data, encoding, Limits(depth=8, elements=50)).dataset(0, len(data))
        except LianzhenError as refusal:
            assert type(refusal) in (Incomplete, Malformed, TooDeep, TooManyElements)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_film_cut_anywhere_is_never_taken_for_a_whole_one(data: st.DataObject) -> None:
    whole = encoded(film(SOPInstanceUID="1.2.3", StudyInstanceUID="1.2", SeriesInstanceUID="1.2.1"))
    cut = data.draw(st.integers(0, len(whole) - 1))
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        try:
            found = inspect(spooled(Path(folder), whole[:cut]), Bounds())
        except LianzhenError:
            return
        assert found.fault is not None


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 3000), st.integers(0, 255))
def test_a_film_with_one_byte_changed_is_read_or_refused_but_never_a_fault(at: int, value: int) -> None:
    import tempfile

    whole = bytearray(encoded(film(SOPInstanceUID="1.2.3", StudyInstanceUID="1.2", SeriesInstanceUID="1.2.1")))
    whole[at] = value
    with tempfile.TemporaryDirectory() as folder:
        try:
            inspect(spooled(Path(folder), bytes(whole)), Bounds())
        except LianzhenError as refusal:
            assert refusal.code != "error"


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", EmptyObject),
        (b"Dear colleague,\nplease find the images attached.\n" * 20, NotDicom),
        (b"\x1f\x8b\x08\0" + b"\0" * 200, NotDicom),
        (b"\0" * 132, NotDicom),
        (with_meta(b""), NotDicom),
    ],
)
def test_what_is_no_dicom_is_refused_by_its_name(tmp_path: Path, data: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        inspect(spooled(tmp_path, data), Bounds())


def test_a_dicomdir_is_refused_as_such() -> None:
    with pytest.raises(Dicomdir):
        inspect(packaged("DICOMDIR"), Bounds())


def test_an_object_beyond_the_size_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ObjectTooLarge):
        inspect(spooled(tmp_path, encoded(film())), Bounds(size=1000))


def test_a_deflated_object_is_read_and_a_bomb_is_refused(tmp_path: Path) -> None:
    assert inspect(packaged("image_dfl.dcm"), Bounds()).fault is None
    with pytest.raises(InflatesTooMuch):
        inspect(packaged("image_dfl.dcm"), Bounds(inflated=100_000))


@pytest.mark.parametrize("keyword", ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"])
def test_an_object_without_one_of_its_uids_is_kept_for_a_person(tmp_path: Path, keyword: str) -> None:
    found = inspect(spooled(tmp_path, encoded(film(**{keyword: None}))), Bounds())
    assert isinstance(found.fault, MissingUid)


@pytest.mark.parametrize(
    "changes", [{"Rows": 65535, "Columns": 65535}, {"NumberOfFrames": 5}, {"BitsAllocated": 32}, {"SamplesPerPixel": 3}]
)
def test_pixel_data_shorter_than_the_header_says_are_half_an_object(tmp_path: Path, changes: dict[str, int]) -> None:
    found = inspect(spooled(tmp_path, encoded(film(**changes))), Bounds())
    assert isinstance(found.fault, Incomplete)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"])
def test_a_bare_dataset_is_recognised_in_each_uncompressed_encoding(tmp_path: Path, syntax: str) -> None:
    whole = encoded(film(PixelData=None), syntax)
    found = inspect(spooled(tmp_path, whole[read_meta(whole).dataset_at :]), Bounds())
    assert found.transfer_syntax_uid == syntax


def test_a_file_whose_meta_names_the_wrong_encoding_is_read_as_it_is(tmp_path: Path) -> None:
    whole = encoded(film(), "1.2.840.10008.1.2")
    lying = with_meta(whole[read_meta(whole).dataset_at :])
    assert inspect(spooled(tmp_path, lying), Bounds()).transfer_syntax_uid == "1.2.840.10008.1.2"
