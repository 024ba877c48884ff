"""What child processes are asked to do. Every function takes and gives values that pickle.

Whatever a foreign codec raises, leaves the child as `Refusal`: the object stays as it was stored, and is not shown.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from foundation.errors import LianzhenError
from pacs_gateway.dicom.elements import Limits
from pacs_gateway.dicom.json import little
from pacs_gateway.errors import CannotRender
from pacs_gateway.pictures.decoding import Decoder
from pacs_gateway.pictures.frames import opened
from pacs_gateway.pictures.shelf import write_frames, write_whole

if TYPE_CHECKING:
    from pacs_gateway.pictures.decoding import Array

_LIMITS = Limits()
_INFLATED = 1 << 30
THUMBNAIL = 256  # pixels of the longer side
PREPARED_FRAMES = 400  # an object with more is encoded frame by frame when they are asked for


P = ParamSpec("P")
T = TypeVar("T")


class Refusal(Exception):
    """A child's way to say no: the code of the error and what raised it."""

    def __init__(self, code: str, where: str) -> None:
        super().__init__(code, where)
        self.code = code
        self.where = where


def in_child(function: Callable[P, T]) -> Callable[P, T]:
    """Let every fault of `function` leave the process as a Refusal."""

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except LianzhenError as refusal:
            raise Refusal(refusal.code, type(refusal).__name__) from None
        except Exception as fault:  # noqa: BLE001 - the edge to foreign decoders
            raise Refusal(CannotRender.code, type(fault).__name__) from None

    return guarded


@in_child
def prepare(source: str, frames_target: str, thumbnail_target: str) -> int:
    """Write display frames and thumbnail of an object; gives the number of frames. Raises CannotRender."""
    from pacs_gateway.pictures import rendering

    with opened(Path(source), _LIMITS, _INFLATED) as pixels:
        decoder = Decoder(pixels)
        middle = rendering.Look(size=(THUMBNAIL, THUMBNAIL))
        header = rendering.header_of(source)
        write_whole(Path(thumbnail_target), rendering.render(decoder, header, (pixels.count + 1) // 2, middle))
        if pixels.count > PREPARED_FRAMES:
            return 0
        encoded: list[bytes] = []
        facts: dict[str, Any] = {}
        for number in range(1, pixels.count + 1):
            data, facts = _encode(decoder, header, number)
            encoded.append(data)
        write_frames(Path(frames_target), encoded, facts)
        return pixels.count


@in_child
def display_frames(source: str, numbers: list[int]) -> list[bytes]:
    """HTJ2K display frames, made on the spot. Raises CannotRender, NoSuchFrame."""
    from pacs_gateway.pictures import rendering

    with opened(Path(source), _LIMITS, _INFLATED) as pixels:
        decoder, header = Decoder(pixels), rendering.header_of(source)
        return [_encode(decoder, header, number)[0] for number in numbers]


@in_child
def plain_frames(source: str, numbers: list[int]) -> list[bytes]:
    """Frames as uncompressed little endian values, colour as RGB by pixel. Raises CannotRender, NoSuchFrame."""
    with opened(Path(source), _LIMITS, _INFLATED) as pixels:
        decoder = Decoder(pixels)
        return [decoder.values(number).tobytes() for number in numbers]


@in_child
def rendered(source: str, number: int, look: Any) -> bytes:
    """A frame as people see it, PNG or JPEG. Raises CannotRender, NoSuchFrame."""
    from pacs_gateway.pictures import rendering

    with opened(Path(source), _LIMITS, _INFLATED) as pixels:
        return rendering.render(Decoder(pixels), rendering.header_of(source), number, look)


@in_child
def explicit_little_endian(source: str, target: str) -> None:
    """Write the object anew in Explicit VR Little Endian. Raises CannotRender when the pixels cannot be decoded."""
    import pydicom
    from pydicom.uid import ExplicitVRLittleEndian

    dataset = pydicom.dcmread(source, force=True)
    syntax = dataset.file_meta.TransferSyntaxUID
    if "PixelData" in dataset and (syntax.is_encapsulated or not syntax.is_little_endian):
        _decompress(dataset, source)
    if not syntax.is_little_endian:
        dataset.walk(_turn_words)
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    pydicom.dcmwrite(target, dataset, little_endian=True, implicit_vr=False, force_encoding=True)


def _turn_words(_dataset: Any, element: Any) -> None:
    """Big endian words of a binary value as little endian; the pixels are so already."""
    if element.VR in ("OW", "OF", "OL", "OD", "OV") and element.keyword != "PixelData":
        element.value = little(bytes(element.value or b""), element.VR)


def _decompress(dataset: Any, source: str) -> None:
    with opened(Path(source), _LIMITS, _INFLATED) as pixels:
        decoder = Decoder(pixels)
        frames = [decoder.values(number).tobytes() for number in range(1, pixels.count + 1)]
    data = b"".join(frames)
    dataset.PixelData = data + b"\0" * (len(data) % 2)
    dataset["PixelData"].VR = "OB" if decoder.allocated <= 8 else "OW"
    dataset["PixelData"].is_undefined_length = False
    if decoder.samples == 3:
        dataset.PhotometricInterpretation, dataset.PlanarConfiguration = "RGB", 0


def _encode(decoder: Decoder, header: Any, number: int) -> tuple[bytes, dict[str, Any]]:
    """One lossless HTJ2K codestream in RPCL order with resolution tile-parts and TLM (1.2.840.10008.1.2.4.202)."""
    import imagecodecs

    array, photometric = _shown(decoder, header, number)
    colour = array.ndim == 3
    data = bytes(
        imagecodecs.htj2k_encode(
            array, reversible=True, tlm=True, tilepart=imagecodecs.HTJ2K.TILEPART.RESOLUTIONS, rgb=colour or None
        )
    )
    bits = array.dtype.itemsize * 8
    facts = {
        "00280002": {"vr": "US", "Value": [3 if colour else 1]},
        "00280004": {"vr": "CS", "Value": [photometric]},
        "00280100": {"vr": "US", "Value": [bits]},
        "00280101": {"vr": "US", "Value": [bits if colour else min(bits, decoder.stored)]},
        "00280102": {"vr": "US", "Value": [(bits if colour else min(bits, decoder.stored)) - 1]},
        "00280103": {"vr": "US", "Value": [int(array.dtype.kind == "i")]},
    }
    if colour:
        facts["00280006"] = {"vr": "US", "Value": [0]}
    return data, facts


def _shown(decoder: Decoder, header: Any, number: int) -> tuple[Array, str]:
    """Stored values of a grey image with their sign; colour and palettes as RGB."""
    import numpy as np

    from pacs_gateway.pictures import rendering

    array = decoder.values(number)
    if decoder.photometric == "PALETTE COLOR":
        return rendering.palette(array, header), "RGB"
    if array.ndim == 3:
        return np.ascontiguousarray(array), "RGB"
    if array.dtype.itemsize > 2:
        raise CannotRender
    if array.dtype == np.int8:
        array = array.astype(np.int16)
    return np.ascontiguousarray(array), decoder.photometric
