"""Frames, decoding, display frames and rendering against the formulas of PS3.3 and pydicom's arrays."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydicom import Dataset, dcmread

from pacs_gateway.dicom.elements import Limits
from pacs_gateway.errors import CannotRender, NoSuchFrame
from pacs_gateway.pictures import rendering, work
from pacs_gateway.pictures.decoding import Decoder
from pacs_gateway.pictures.frames import opened
from pacs_gateway.pictures.rendering import Look
from pacs_gateway.pictures.shelf import Shelf
from tests.unit.pacs_gateway.objects import encoded, film, packaged, samples

GREY = (
    "CT_small.dcm", "MR_small_implicit.dcm", "MR_small_bigendian.dcm", "MR_small_RLE.dcm",
    "JPEG-LL.dcm", "JPGLosslessP14SV1_1s_1f_8b.dcm",
    "MR_small_jpeg_ls_lossless.dcm", "MR_small_jp2klossless.dcm", "image_dfl.dcm", "liver_1frame.dcm",
)  # fmt: skip
COLOUR = ("SC_rgb_rle.dcm", "SC_rgb_rle_2frame.dcm", "SC_rgb_jpeg_gdcm.dcm", "SC_ybr_full_uncompressed.dcm")


def values(path: Path, number: int = 1) -> Any:
    with opened(path, Limits(), 1 << 30) as pixels:
        return Decoder(pixels).values(number)


@pytest.mark.parametrize("name", GREY)
def test_grey_values_are_pydicom_s_values_with_their_sign(name: str) -> None:
    path = packaged(name)
    theirs = dcmread(path).pixel_array
    ours = values(path)
    assert np.array_equal(ours.astype(np.int64), theirs.reshape(-1, *theirs.shape[-2:])[0].astype(np.int64))


@pytest.mark.parametrize("name", COLOUR)
def test_colour_comes_out_as_rgb(name: str) -> None:
    from pydicom.pixels.utils import pixel_array

    theirs = pixel_array(packaged(name), index=0)
    assert np.abs(values(packaged(name)).astype(int) - theirs.astype(int)).max() <= 1


def test_a_frame_number_outside_the_object_is_refused() -> None:
    with opened(packaged("SC_rgb_rle_2frame.dcm"), Limits(), 1 << 30) as pixels:
        assert pixels.count == 2
        for number in (0, 3):
            with pytest.raises(NoSuchFrame):
                pixels.frame(number)


def test_an_object_without_pixels_cannot_be_rendered() -> None:
    with pytest.raises(CannotRender), opened(packaged("reportsi.dcm"), Limits(), 1 << 30):
        pass


@pytest.mark.parametrize(
    "name", ["CT_small.dcm", "MR_small_bigendian.dcm", "JPEG-LL.dcm", "SC_rgb_rle_2frame.dcm", "examples_palette.dcm"]
)
def test_display_frames_are_lossless_rpcl_htj2k_with_tile_parts(name: str, tmp_path: Path) -> None:
    import imagecodecs

    path = packaged(name)
    shelf = Shelf(tmp_path)
    count = work.prepare(str(path), str(shelf.path("ab" * 32, "frames")), str(shelf.path("ab" * 32, "png")))
    display = shelf.display("ab" * 32)
    assert display is not None
    assert len(display.spans) == count
    stream = display.frame(1)
    cod = stream.index(b"\xff\x52")
    assert stream[cod + 5] == 2  # progression order RPCL, ISO/IEC 15444-1 table A.16
    assert stream[cod + 13] == 1  # reversible 5-3 transform
    assert b"\xff\x50" in stream[:200]  # CAP: part 15 capabilities
    assert b"\xff\x55" in stream[:200]  # TLM
    decoded = imagecodecs.htj2k_decode(stream)
    dataset = dcmread(path)
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        from pydicom.pixels.processing import apply_color_lut

        expected = (apply_color_lut(dataset.pixel_array, dataset) >> 8).astype("u1")
        assert display.facts["00280004"]["Value"] == ["RGB"]
    else:
        expected = values(path)
    assert np.array_equal(decoded, expected)
    assert shelf.thumbnail("ab" * 32)[:8] == b"\x89PNG\r\n\x1a\n"  # type: ignore[index]


def test_a_torn_display_file_is_not_served(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    target = shelf.path("ab" * 32, "frames")
    work.prepare(str(packaged("CT_small.dcm")), str(target), str(shelf.path("ab" * 32, "png")))
    whole = target.read_bytes()
    for cut in (0, 5, 14, len(whole) - 1):
        target.write_bytes(whole[:cut])
        assert shelf.display("ab" * 32) is None


@pytest.mark.parametrize("name", ["JPEG2000.dcm", "MR_small_RLE.dcm", "MR_small_bigendian.dcm", "SC_rgb_jpeg_gdcm.dcm",
                                  "image_dfl.dcm", "MR_small_implicit.dcm"])  # fmt: skip
def test_an_object_becomes_explicit_little_endian_with_the_same_pixels(name: str, tmp_path: Path) -> None:
    target = tmp_path / "out.dcm"
    work.explicit_little_endian(str(packaged(name)), str(target))
    out = dcmread(target)
    assert out.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    assert out.SOPInstanceUID == dcmread(packaged(name)).SOPInstanceUID
    assert np.array_equal(values(target), values(packaged(name)))


def header(**attributes: Any) -> Dataset:
    dataset = Dataset()
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset


RAMP = np.arange(0, 4096, 16, dtype=np.uint16).reshape(16, 16)


def linear(values: Any, centre: float, width: float) -> Any:
    """PS3.3 §C.11.2.1.2, in the standard's own three cases."""
    low, high = centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2
    inside = ((values - (centre - 0.5)) / (width - 1) + 0.5) * 255
    return np.where(values <= low, 0, np.where(values > high, 255, inside))


def test_a_linear_window_is_the_standard_s() -> None:
    shown = rendering.grey(RAMP, header(WindowCenter="2000", WindowWidth="1000"), "MONOCHROME2", None)
    assert np.abs(shown - linear(RAMP.astype(float), 2000, 1000)).max() <= 0.5


def test_linear_exact_and_sigmoid_are_the_standard_s() -> None:
    values = RAMP.astype(float)
    exact = rendering.grey(RAMP, header(), "MONOCHROME2", (2000, 1000, "LINEAR_EXACT"))
    assert np.abs(exact - np.clip(((values - 2000) / 1000 + 0.5) * 255, 0, 255)).max() <= 0.5
    sigmoid = rendering.grey(
        RAMP, header(WindowCenter="2000", WindowWidth="1000", VOILUTFunction="SIGMOID"), "MONOCHROME2", None
    )
    assert np.abs(sigmoid - 255 / (1 + np.exp(-4 * (values - 2000) / 1000))).max() <= 0.5


def test_monochrome1_is_inverted_once_after_the_window() -> None:
    about = {"WindowCenter": "2000", "WindowWidth": "1000"}
    plain = rendering.grey(RAMP, header(**about), "MONOCHROME2", None).astype(int)
    for photometric, shape in (("MONOCHROME1", "INVERSE"), ("MONOCHROME1", None), ("MONOCHROME2", "INVERSE")):
        extra = {"PresentationLUTShape": shape} if shape else {}
        inverted = rendering.grey(RAMP, header(**about, **extra), photometric, None).astype(int)
        assert np.abs(inverted - (255 - plain)).max() <= 1, (photometric, shape)


def test_rescale_comes_before_the_window() -> None:
    about = header(RescaleSlope="2", RescaleIntercept="-1000", WindowCenter="1000", WindowWidth="2000")
    shown = rendering.grey(RAMP, about, "MONOCHROME2", None)
    assert np.abs(shown - linear(RAMP * 2.0 - 1000, 1000, 2000)).max() <= 0.5


def test_a_voi_lut_sequence_is_looked_up() -> None:
    item = header(LUTDescriptor=[256, 1000, 8])
    item.add_new(0x00283006, "US", [255 - index for index in range(256)])
    shown = rendering.grey(RAMP, header(VOILUTSequence=[item]), "MONOCHROME2", None)
    assert np.array_equal(shown, 255 - np.clip(RAMP.astype(int) - 1000, 0, 255))


def test_without_a_window_the_percentiles_are_used() -> None:
    shown = rendering.grey(RAMP, header(), "MONOCHROME2", None)
    assert shown.min() == 0
    assert shown.max() == 255


@pytest.mark.parametrize(("media", "kind"), [("image/png", "PNG"), ("image/jpeg", "JPEG")])
def test_a_rendered_frame_fits_the_viewport(tmp_path: Path, media: str, kind: str) -> None:
    path = tmp_path / "film"
    path.write_bytes(encoded(film()))
    picture = Image.open(BytesIO(work.rendered(str(path), 1, Look(size=(32, 32), media_type=media))))
    assert (picture.format, picture.size) == (kind, (32, 24))


def test_every_sample_of_a_compressed_syntax_is_decoded_or_refused_by_name() -> None:
    refused = set()
    for path in sorted((samples() / "ts").glob("*.dcm")):
        try:
            assert values(path).size > 0
        except CannotRender:
            refused.add(path.name)
    assert refused == {"cs3d_ct_jpeg53retired.dcm", "video_endoscopic_mpeg4_102.dcm"}
