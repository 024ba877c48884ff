"""PDF and PNG by typst, from the same SVG: vectors stay vectors, the page is the sheet's true size."""

from functools import cache
from pathlib import Path
from typing import Literal

from ecg.drawing.layout import Sheet
from ecg.drawing.svg import paint_svg

FONT_FOLDERS = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype")
SOURCE = """#set page(width: {width}mm, height: {height}mm, margin: 0mm)
#set document(title: "ECG")
#image(bytes(sys.inputs.svg), format: "svg", width: {width}mm, height: {height}mm, alt: "12-lead ECG")
"""


def _compile(sheet: Sheet, form: Literal["pdf", "png"], ppi: float | None = None) -> bytes:
    import typst

    source = SOURCE.format(width=f"{sheet.width:g}", height=f"{sheet.height:g}").encode()
    made: bytes = typst.compile(
        source,
        format=form,
        ppi=ppi,
        sys_inputs={"svg": paint_svg(sheet)},
        font_paths=[*_fonts()],
        ignore_system_fonts=True,
    )
    return made


@cache
def _fonts() -> tuple[str, ...]:
    return tuple(folder for folder in FONT_FOLDERS if Path(folder).is_dir())


def paint_pdf(sheet: Sheet) -> bytes:
    """The sheet as a PDF page."""
    return _compile(sheet, "pdf")


def paint_png(sheet: Sheet, ppi: float = 150.0) -> bytes:
    """The sheet as a PNG; one millimetre is `ppi` / 25.4 pixels."""
    return _compile(sheet, "png", ppi)
