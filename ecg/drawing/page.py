"""PDF and PNG by typst, from the same SVG: vectors stay vectors, the page is the sheet's true size."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal, cast

import typst

from ecg.drawing.layout import Sheet
from ecg.drawing.svg import paint_svg

MM_PER_INCH = 25.4
FONT_FOLDERS = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype")
SOURCE = """#set page(width: {width}mm, height: {height}mm, margin: 0mm)
#set document(title: "ECG")
#image(bytes(sys.inputs.svg), format: "svg", width: {width}mm, height: {height}mm, alt: "12-lead ECG")
"""


def _compile(sheet: Sheet, form: Literal["pdf", "png"], ppi: float | None = None) -> bytes:
    compile_page = cast("Callable[..., bytes]", typst.compile)
    return compile_page(
        SOURCE.format(width=f"{sheet.width:.6f}", height=f"{sheet.height:.6f}").encode(),
        format=form,
        ppi=ppi,
        sys_inputs={"svg": paint_svg(sheet)},
        font_paths=_fonts(),
    )


@cache
def _fonts() -> typst.Fonts:
    """Read once a process: looking through the folders costs more than the page."""
    folders = [folder for folder in FONT_FOLDERS if Path(folder).is_dir()]
    return typst.Fonts(include_system_fonts=False, font_paths=folders)


def paint_pdf(sheet: Sheet) -> bytes:
    """The sheet as a PDF page."""
    return _compile(sheet, "pdf")


def paint_png(sheet: Sheet, ppi: float = 150.0) -> bytes:
    """The sheet as a PNG; one millimetre is `ppi` / 25.4 pixels.

    The page grows by less than a pixel to whole pixels: typst would stretch the drawing by that much instead.
    """
    width, height = (_whole_pixels(length, ppi) for length in (sheet.width, sheet.height))
    return _compile(replace(sheet, width=width, height=height), "png", ppi)


def _whole_pixels(length: float, ppi: float) -> float:
    return math.ceil(length * ppi / MM_PER_INCH - 1e-3) * MM_PER_INCH / ppi
