"""Accept headers as clients really send them, PS3.18 §8.7."""

import pytest

from pacs_gateway.dicomweb import accept

J2K, JPEG, ELE, HTJ2K = (
    "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.4.202",
)


def frame(header: str, stored: str, *, native: bool = False) -> tuple[str, str, bool] | None:
    choice = accept.choose_frame(accept.parse(header), stored, native, stored in accept.DECODABLE)
    return (choice.media_type, choice.syntax, choice.stored) if choice else None


STORED_J2K = ("image/jp2", J2K, True)
PLAIN = ("application/octet-stream", ELE, False)
DISPLAY = ("image/jphc", HTJ2K, False)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        # what Cornerstone3D sends unless it is told otherwise, and the same as bytes of the stored syntax
        ("multipart/related; type=application/octet-stream; transfer-syntax=*",
         ("application/octet-stream", J2K, True)),
        ('multipart/related; type="application/octet-stream"; transfer-syntax=*',
         ("application/octet-stream", J2K, True)),
        # what our workstation asks for
        (f'multipart/related; type="image/jphc"; transfer-syntax={HTJ2K}', DISPLAY),
        (f"multipart/related; type=image/jphc; transfer-syntax={HTJ2K}", DISPLAY),
        ("multipart/related; type=image/jphc", DISPLAY),
        # dicomweb-client's default, and what means the same
        ('multipart/related; type="*/*"', PLAIN),
        ("*/*", PLAIN),
        ("", PLAIN),
        ("multipart/*", PLAIN),
        ('multipart/related;type="application/octet-stream"', PLAIN),
        (f"multipart/related; type=application/octet-stream; transfer-syntax={ELE}", PLAIN),
        # the stored form by its own name
        (f'multipart/related; type="image/jp2"; transfer-syntax={J2K}', STORED_J2K),
        ('multipart/related; type="image/jp2"', STORED_J2K),
        ('multipart/related; type="image/*"; transfer-syntax=*', STORED_J2K),
        ('multipart/related; type="*/*"; transfer-syntax=*', STORED_J2K),
        # a transfer syntax inside the quotes of the type, which is wrong and common
        (f'multipart/related; type="image/jp2; transfer-syntax={J2K}"', STORED_J2K),
        # several ranges: the first that can be made, then by q
        (f'multipart/related; type="image/jls", multipart/related; type="image/jp2"; transfer-syntax={J2K}',
         STORED_J2K),
        (f'multipart/related; type="image/jp2"; q=0.1, multipart/related; type="image/jphc"; '
         f"transfer-syntax={HTJ2K}; q=0.9", DISPLAY),
        ('multipart/related; type="image/jp2"; q=0, multipart/related; type="*/*"', PLAIN),
        # what cannot be made
        ('multipart/related; type="image/jls"', None),
        ('multipart/related; type="image/jpeg"; transfer-syntax=1.2.840.10008.1.2.4.50', None),
        ('multipart/related; type="text/html"', None),
    ],
)  # fmt: skip
def test_a_stored_j2k_frame_is_given_as_the_client_accepts_it(
    header: str, expected: tuple[str, str, bool] | None
) -> None:
    assert frame(header, J2K) == expected


def test_an_uncompressed_frame_is_given_as_it_is_whatever_byte_stream_is_asked() -> None:
    for header in ("multipart/related; type=application/octet-stream; transfer-syntax=*", "*/*", "", "multipart/*"):
        assert frame(header, ELE, native=True) == ("application/octet-stream", ELE, True)
    assert frame(f'multipart/related; type="image/jphc"; transfer-syntax={HTJ2K}', ELE, native=True) == DISPLAY


def test_a_video_is_given_as_stored_or_not_at_all() -> None:
    video = "1.2.840.10008.1.2.4.102"
    assert frame('multipart/related; type="video/mp4"', video) == ("video/mp4", video, True)
    assert frame('multipart/related; type="*/*"; transfer-syntax=*', video) == ("video/mp4", video, True)
    assert frame('multipart/related; type="*/*"', video) is None
    assert frame(f'multipart/related; type="image/jphc"; transfer-syntax={HTJ2K}', video) is None


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('multipart/related; type="application/dicom"; transfer-syntax=*', (J2K, True, True)),
        ("application/dicom; transfer-syntax=*", (J2K, True, False)),
        ('multipart/related; type="application/dicom"', (ELE, False, True)),
        (f"application/dicom; transfer-syntax={J2K}", (J2K, True, False)),
        (f"application/dicom; transfer-syntax={ELE}", (ELE, False, False)),
        ("*/*", (J2K, True, False)),
        (f"application/dicom; transfer-syntax={JPEG}", None),
        ("image/png", None),
    ],
)
def test_an_object_is_given_as_stored_or_as_explicit_little_endian(
    header: str, expected: tuple[str, bool, bool] | None
) -> None:
    choice = accept.choose_object(accept.parse(header), J2K, transcodable=True)
    assert (choice and (choice.syntax, choice.stored, choice.multipart)) == expected


def test_rendered_media_types_follow_the_header() -> None:
    offered = ("image/png", "image/jpeg")
    assert accept.choose_plain(accept.parse("image/jpeg"), offered) == "image/jpeg"
    assert accept.choose_plain(accept.parse("image/*"), offered) == "image/png"
    assert accept.choose_plain(accept.parse("image/jpeg;q=0.5, image/png"), offered) == "image/png"
    assert accept.choose_plain(accept.parse("image/gif"), offered) is None
