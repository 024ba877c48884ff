"""Compressed frames as arrays. Runs in child processes only: every import of NumPy and the codecs stands inside.

The chain: native values; pydicom (its own RLE, Pillow, GDCM); imagecodecs for what pydicom does not know (HTJ2K,
JPEG XL) and as the second opinion when pydicom's plugins give up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pacs_gateway.dicom import json
from pacs_gateway.errors import CannotRender
from pacs_gateway.pictures.frames import Pixels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.generic]

_IMAGECODECS = {
    "1.2.840.10008.1.2.4.201": "htj2k", "1.2.840.10008.1.2.4.202": "htj2k", "1.2.840.10008.1.2.4.203": "htj2k",
    "1.2.840.10008.1.2.4.110": "jpegxl", "1.2.840.10008.1.2.4.111": "jpegxl", "1.2.840.10008.1.2.4.112": "jpegxl",
}  # fmt: skip
_SECOND = {
    "1.2.840.10008.1.2.4.50": "jpeg8", "1.2.840.10008.1.2.4.57": "ljpeg", "1.2.840.10008.1.2.4.70": "ljpeg",
    "1.2.840.10008.1.2.4.80": "jpegls", "1.2.840.10008.1.2.4.81": "jpegls", "1.2.840.10008.1.2.4.90": "jpeg2k",
    "1.2.840.10008.1.2.4.91": "jpeg2k", "1.2.840.10008.1.2.4.51": "jpeg8",
}  # fmt: skip


class Decoder:
    """The frames of one object as arrays of (rows, columns) or (rows, columns, 3)."""

    def __init__(self, pixels: Pixels) -> None:
        header = pixels.header
        self.pixels = pixels
        self.rows = json.number(header, "00280010")
        self.columns = json.number(header, "00280011")
        self.samples = json.number(header, "00280002", 1)
        self.allocated = json.number(header, "00280100")
        self.stored = json.number(header, "00280101", self.allocated)
        self.signed = json.number(header, "00280103") == 1
        self.planar = json.number(header, "00280006")
        self.photometric = json.text(header, "00280004").upper() or "MONOCHROME2"
        if not (self.rows and self.columns and self.allocated in (1, 8, 16, 32) and self.samples in (1, 3)):
            raise CannotRender

    def values(self, number: int) -> Array:
        """The stored values of a frame; colour as RGB unless it is a palette's indices. Raises CannotRender."""
        raw = self.pixels.frame(number)
        if not self.pixels.compressed:
            return self._native(raw)
        syntax = self.pixels.transfer_syntax_uid
        if syntax in _IMAGECODECS:
            return self._shaped(self._imagecodecs(_IMAGECODECS[syntax], raw))
        attempts: list[Callable[[], Array]] = [lambda: self._pydicom(raw, syntax)]
        if syntax in _SECOND:
            attempts.append(lambda: self._imagecodecs(_SECOND[syntax], raw))
        for attempt in attempts:
            try:
                return self._shaped(attempt())
            except Exception:  # noqa: BLE001, S112 - the edge to foreign decoders: the next one may read it
                continue
        raise CannotRender

    def _dtype(self) -> Any:
        import numpy as np

        return np.dtype(f"{'i' if self.signed else 'u'}{max(1, self.allocated // 8)}")

    def _native(self, raw: bytes) -> Array:
        import numpy as np

        size = self.rows * self.columns * self.samples
        if self.allocated == 1:
            return np.unpackbits(np.frombuffer(raw, "u1"), bitorder="little")[:size].reshape(self.rows, self.columns)
        if self.photometric.endswith("_422"):
            return _full(raw, self.rows, self.columns)
        array = np.frombuffer(raw, self._dtype(), size)
        if self.samples == 1:
            return array.reshape(self.rows, self.columns)
        if self.planar:
            array = array.reshape(3, self.rows, self.columns).transpose(1, 2, 0)
        array = array.reshape(self.rows, self.columns, 3)
        return rgb_of_ybr(array) if self.photometric.startswith("YBR_FULL") else array

    def _pydicom(self, raw: bytes, syntax: str) -> Array:
        from pydicom.encaps import encapsulate
        from pydicom.pixels.decoders.base import get_decoder
        from pydicom.uid import UID

        about: dict[str, Any] = {
            "rows": self.rows,
            "columns": self.columns,
            "number_of_frames": 1,
            "samples_per_pixel": self.samples,
            "bits_allocated": self.allocated,
            "bits_stored": self.stored,
            "photometric_interpretation": self.photometric,
            "pixel_representation": int(self.signed),
            "planar_configuration": self.planar,
            "pixel_keyword": "PixelData",
        }
        array, found = get_decoder(UID(syntax)).as_array(encapsulate([raw], has_bot=False), **about)
        self._check(str(found.get("photometric_interpretation", "")))
        return array

    def _check(self, photometric: str) -> None:
        if self.samples == 3 and photometric.startswith("YBR"):
            raise CannotRender

    def _imagecodecs(self, codec: str, raw: bytes) -> Array:
        import imagecodecs

        array: Array = getattr(imagecodecs, f"{codec}_decode")(raw)
        return array

    def _shaped(self, array: Array) -> Array:
        import numpy as np

        wanted = (self.rows, self.columns) if self.samples == 1 else (self.rows, self.columns, 3)
        if array.shape != wanted:
            raise CannotRender
        if self.samples == 1 and self.signed and array.dtype.kind == "u":
            array = _with_sign(array, self.stored)
        return np.ascontiguousarray(array)


def _with_sign(array: Array, bits: int) -> Array:
    """Values of `bits` bits whose sign the codestream did not know."""
    import numpy as np

    wide = array.astype(np.int32) << (32 - bits)
    signed: Array = (wide >> (32 - bits)).astype(f"i{array.dtype.itemsize}")
    return signed


def _full(raw: bytes, rows: int, columns: int) -> Array:
    """YBR_FULL_422, uncompressed (PS3.3 §C.7.6.3.1.2): Y Y Cb Cr for two pixels, as RGB."""
    import numpy as np

    quads = np.frombuffer(raw, "u1", rows * columns * 2).reshape(rows, columns // 2, 4)
    full = np.empty((rows, columns, 3), "u1")
    full[:, 0::2, 0], full[:, 1::2, 0] = quads[..., 0], quads[..., 1]
    full[..., 1], full[..., 2] = np.repeat(quads[..., 2], 2, axis=1), np.repeat(quads[..., 3], 2, axis=1)
    return rgb_of_ybr(full)


def rgb_of_ybr(array: Array) -> Array:
    """YBR_FULL as RGB, PS3.3 §C.7.6.3.1.2 (CCIR 601-2, full range)."""
    import numpy as np

    y, cb, cr = (array[..., index].astype(np.float32) for index in range(3))
    cb, cr = cb - 128, cr - 128
    rgb = np.stack([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], axis=-1)
    eight: Array = np.clip(np.rint(rgb), 0, 255).astype("u1")
    return eight
