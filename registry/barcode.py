"""The barcode of an accession number: Code 128 (ISO/IEC 15417) as SVG, for the slip and the label."""

import io

_MODULE_MM = 0.33  # width of the narrowest bar: read by every hand scanner at arm's length
_QUIET_MM = 3.3  # ten modules on each side
_HEIGHT_MM = 12.0


def svg(number: str) -> bytes:
    """Code 128 of a number in ASCII; the number itself stands on the slip in letters that people read."""
    from barcode import Code128
    from barcode.writer import SVGWriter

    out = io.BytesIO()
    look = {"module_width": _MODULE_MM, "module_height": _HEIGHT_MM, "quiet_zone": _QUIET_MM, "write_text": False}
    Code128(number, writer=SVGWriter()).write(out, look)
    return out.getvalue()
