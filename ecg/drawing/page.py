"""PDF and PNG by typst, from the same SVG: vectors stay vectors, the page is the sheet's true size."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Literal, cast

import typst

from ecg.drawing.layout import Sheet
from ecg.drawing.svg import paint_svg

FONT_FOLDERS = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype")
SOURCE = """#set page(width: {width}mm, height: {height}mm, margin: 0mm)
#set document(title: "ECG")
#image(bytes(sys.inputs.svg), format: "svg", width: {width}mm, height: {height}mm, alt: "12-lead ECG")
"""


def _compile(sheet: Sheet, form: Literal["pdf", "png"], ppi: float | None = None) -> bytes:
    compile_page = cast("Callable[..., bytes]", typst.compile)
    return compile_page(
        SOURCE.format(width=f"{sheet.width:g}", height=f"{sheet.height:g}").encode(),
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
    """The sheet as a PNG; one millimetre is `ppi` / 25.4 pixels."""
    return _compile(sheet, "png", ppi)
