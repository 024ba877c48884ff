"""multipart/related in both directions, with any chunk size and every lenience of the field."""

from email import message_from_bytes
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacs_gateway.dicomweb.multipart import Part, Splitter, boundary_of, new_boundary, write
from pacs_gateway.errors import BadMultipart, ObjectTooLarge

CONTENT = [b"first\r\n--not a boundary", b"", b"\x00\r\n\r\n\xff" * 50]


def body(end: bytes = b"\r\n", heads: tuple[bytes, ...] = (b"Content-Type: application/dicom",)) -> bytes:
    head = end.join(heads) + end if heads else b""
    return b"".join(b"--BB" + end + head + end + part + end for part in CONTENT) + b"--BB--" + end


def split(data: bytes, folder: Path, size: int, limit: int = 1 << 20) -> list[bytes]:
    names = iter(range(1000))
    splitter = Splitter("BB", lambda: folder / f"part{next(names)}", limit)
    for at in range(0, len(data), size):
        splitter.feed(data[at : at + size])
    return [path.read_bytes() for path in splitter.close()]


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("heads", [(), (b"Content-Type: application/dicom",), (b"Content-Length: 5", b"X: y")])
@pytest.mark.parametrize("size", [1, 2, 7, 64, 10_000])
def test_the_parts_come_out_byte_for_byte(tmp_path: Path, end: bytes, heads: tuple[bytes, ...], size: int) -> None:
    assert split(body(end, heads), tmp_path, size) == CONTENT


def test_a_preamble_and_an_epilogue_are_left_out(tmp_path: Path) -> None:
    assert split(b"hello\r\n" + body() + b"bye", tmp_path, 5) == CONTENT


def test_a_body_that_ends_early_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadMultipart):
        split(body()[:-10], tmp_path, 100)
    with pytest.raises(BadMultipart):
        split(b"no parts at all", tmp_path, 100)


def test_a_body_over_the_limit_is_refused_while_it_comes(tmp_path: Path) -> None:
    with pytest.raises(ObjectTooLarge):
        split(body(), tmp_path, 10, limit=100)


@settings(max_examples=60, deadline=None)
@given(parts=st.lists(st.binary(max_size=200), min_size=1, max_size=4), size=st.integers(1, 300))
def test_what_is_written_is_read_back(parts: list[bytes], size: int) -> None:
    import tempfile

    boundary = new_boundary()
    whole = b"".join(write((Part("application/dicom", "/x", (part,)) for part in parts), boundary))
    with tempfile.TemporaryDirectory() as folder:
        names = iter(range(100))
        splitter = Splitter(boundary, lambda: Path(folder) / str(next(names)), 1 << 20)
        for at in range(0, len(whole), size):
            splitter.feed(whole[at : at + size])
        assert [path.read_bytes() for path in splitter.close()] == parts


def test_another_mime_reader_agrees_with_what_is_written() -> None:
    parts = [Part("image/jphc; transfer-syntax=1.2", "http://h/frames/1", (b"ab", b"cd"))]
    head = b'Content-Type: multipart/related; boundary="xyz"\r\n\r\n'
    message = message_from_bytes(head + b"".join(write(parts, "xyz")))
    (part,) = (one for one in message.walk() if not one.is_multipart())
    assert part["Content-Type"] == "image/jphc; transfer-syntax=1.2"
    assert part["Content-Location"] == "http://h/frames/1"
    assert part.get_payload(decode=True) == b"abcd"


@pytest.mark.parametrize(
    "header", ['multipart/related; type="application/dicom"; boundary="a b"', "multipart/related;boundary=a b; x=y"]
)
def test_the_boundary_is_found_quoted_or_not(header: str) -> None:
    assert boundary_of(header) == "a b"


def test_a_header_without_a_boundary_is_refused() -> None:
    with pytest.raises(BadMultipart):
        boundary_of("application/dicom")
