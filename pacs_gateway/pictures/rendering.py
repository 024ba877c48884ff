"""A frame as people see it: modality LUT, then VOI, then polarity (PS3.3 §C.11.1, §C.11.2, PS3.4 §N.2).

Runs in child processes only.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pacs_gateway.errors import CannotRender

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pacs_gateway.pictures.decoding import Array, Decoder

    Grey = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Look:
    """How to render: `window` is (centre, width, function), `size` the box to fit, `region` what part is shown."""

    window: tuple[float, float, str] | None = None
    size: tuple[int, int] | None = None
    region: tuple[int, int, int, int] | None = None  # x, y, width, height in source pixels
    media_type: str = "image/png"
    quality: int = 90


def header_of(path: str) -> Any:
    """The dataset without pixels."""
    import pydicom

    return pydicom.dcmread(path, stop_before_pixels=True, force=True)


def render(decoder: Decoder, header: Any, number: int, look: Look) -> bytes:
    """PNG or JPEG bytes of frame `number`. Raises CannotRender, NoSuchFrame."""
    from PIL import Image

    array = decoder.values(number)
    if decoder.photometric == "PALETTE COLOR":
        array = palette(array, header)
    shown = _eight_bits(array) if array.ndim == 3 else grey(array, header, decoder.photometric, look.window)
    picture = Image.fromarray(shown)
    if look.region:
        x, y, width, height = look.region
        picture = picture.crop((x, y, x + width, y + height))
    if look.size:
        factor = min(look.size[0] / picture.width, look.size[1] / picture.height)
        size = max(1, round(picture.width * factor)), max(1, round(picture.height * factor))
        picture = picture.resize(size, Image.Resampling.LANCZOS if factor < 1 else Image.Resampling.BICUBIC)
    target = BytesIO()
    if look.media_type == "image/jpeg":
        picture.save(target, "JPEG", quality=look.quality)
    else:
        picture.save(target, "PNG")
    return target.getvalue()


def grey(array: Array, header: Any, photometric: str, window: tuple[float, float, str] | None) -> Grey:
    """Grey levels 0..255 for display."""
    import numpy as np

    values = _modality(array, header)
    table = None if window else _voi_table(header)
    shown = _through(values, *table) if table else _windowed(values, window or _window(header, values))
    # PS3.3 §C.8.11.3.1.2 pairs INVERSE with MONOCHROME1: one inversion, never two
    if photometric == "MONOCHROME1" or str(header.get("PresentationLUTShape", "")) == "INVERSE":
        shown = 1.0 - shown
    levels: Grey = np.clip(np.rint(shown * 255), 0, 255).astype("u1")
    return levels


def _modality(array: Array, header: Any) -> Grey:
    """Rescale, or the Modality LUT Sequence (PS3.3 §C.11.1)."""
    import numpy as np

    sequence = header.get("ModalityLUTSequence")
    if sequence:
        entries, first, _bits = _lut(sequence[0])
        return entries[np.clip(array.astype(np.int64) - first, 0, len(entries) - 1)].astype(np.float64)
    slope, intercept = _number(header, "RescaleSlope", 1.0), _number(header, "RescaleIntercept", 0.0)
    return array.astype(np.float64) * slope + intercept


def _number(header: Any, keyword: str, otherwise: float) -> float:
    value = header.get(keyword)
    if value is None or value == "":
        shared = header.get("SharedFunctionalGroupsSequence")
        groups = shared[0].get("PixelValueTransformationSequence") if shared else None
        value = groups[0].get(keyword) if groups else None
    try:
        return float(value) if value not in (None, "") else otherwise
    except (TypeError, ValueError):
        return otherwise


def _lut(item: Any) -> tuple[Grey, int, int]:
    """Entries, first mapped value and bits of a LUT (PS3.3 §C.11.1.1.1)."""
    import numpy as np

    count, first, bits = (int(value) for value in item.LUTDescriptor)
    data = item.LUTData
    entries = np.frombuffer(data, "<u2") if isinstance(data, bytes) else np.atleast_1d(np.asarray(data))
    return entries[: count or 65536].astype(np.int64), first, bits


def _voi_table(header: Any) -> tuple[Grey, int, int] | None:
    sequence = header.get("VOILUTSequence")
    return _lut(sequence[0]) if sequence else None


def _through(values: Grey, entries: Grey, first: int, bits: int) -> Grey:
    import numpy as np

    index = np.clip(np.rint(values).astype(np.int64) - first, 0, len(entries) - 1)
    shown: Grey = entries[index] / float(2**bits - 1)
    return shown


def _window(header: Any, values: Grey) -> tuple[float, float, str]:
    """The header's first window; the 1st to 99th percentile when it has none."""
    import numpy as np

    function = str(header.get("VOILUTFunction") or "LINEAR").upper()
    centre, width = _first(header.get("WindowCenter")), _first(header.get("WindowWidth"))
    if centre is not None and width is not None and width >= (1 if function == "LINEAR" else 1e-9):
        return centre, width, function
    low, high = (float(value) for value in np.percentile(values, (1, 99)))
    return (low + high) / 2, max(high - low, 1.0), "LINEAR_EXACT"


def _first(value: Any) -> float | None:
    if value is None or value == "":
        return None
    try:
        return float(value if isinstance(value, str | float | int) else value[0])
    except (TypeError, ValueError, IndexError):
        return None


def _windowed(values: Grey, window: tuple[float, float, str]) -> Grey:
    """0..1 by PS3.3 §C.11.2.1.2 (LINEAR), §C.11.2.1.3.1 (SIGMOID), §C.11.2.1.3.2 (LINEAR_EXACT)."""
    import numpy as np

    centre, width, function = window
    shown: Grey
    if function == "SIGMOID":
        shown = 1.0 / (1.0 + np.exp(-4.0 * (values - centre) / width))
    elif function == "LINEAR_EXACT":
        shown = (values - centre) / width + 0.5
    elif width <= 1:
        shown = (values > centre - 0.5).astype(np.float64)
    else:
        shown = (values - (centre - 0.5)) / (width - 1) + 0.5
    return np.clip(shown, 0.0, 1.0)


def palette(array: Array, header: Any) -> Grey:
    """Palette indices as RGB of eight bits. Raises CannotRender without a palette."""
    from pydicom.pixels.processing import apply_color_lut

    try:
        return _eight_bits(apply_color_lut(array, header))
    except (ValueError, AttributeError, KeyError) as fault:
        raise CannotRender from fault


def _eight_bits(array: Grey) -> Grey:
    import numpy as np

    if array.dtype.itemsize == 1:
        return np.ascontiguousarray(array).astype("u1", copy=False)
    top = int(array.max()) or 1
    return np.ascontiguousarray(array >> (8 if top > 4095 else max(0, top.bit_length() - 8))).astype("u1")
